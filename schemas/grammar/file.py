"""A mapping file as a whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from schemas import ENTITIES
from schemas.grammar.choice import choose
from schemas.grammar.crm import (
    NO_JUDGEMENT,
    read_judgement,
    read_rules,
    read_sign_in,
    read_verdicts,
)
from schemas.grammar.entity import read_entity
from schemas.grammar.ground import Files, Ground, parsed
from schemas.grammar.lists import check_lists, read_lists
from schemas.grammar.mirror import read_mirrors
from schemas.grammar.place import Place
from schemas.grammar.shape import check_tables
from schemas.mapping import CrmMapping


def load_mapping(file: Path, choices: Mapping[str, str] | None = None) -> CrmMapping:
    """Read and check a mapping file, and the files beside it that it names.

    `choices` says by entity from which of its files one comes that may come from several. Raises
    MappingError.
    """
    place = Place(f"{file.parent.name}/{file.name}")
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise place.fail(f"there is no such file; a CRM is a folder with a {file.name}") from None
    except UnicodeDecodeError as error:
        raise place.fail(f"is no TOML: {error}") from None
    document = parsed(place, text)
    place.known(document, ("crm", *ENTITIES, "mirror"))
    crm = place.table(document, "crm")
    at, rules = place.at("crm"), read_rules(place.at("crm"), crm)
    judgement = read_judgement(at, crm, NO_JUDGEMENT)
    ground = Ground(rules, "zone" in crm, Files(file.parent), judgement)
    mapped = {
        name: (place.at(name), place.table(document, name)) for name in ENTITIES if name in document
    }
    if not mapped:
        raise place.fail(f"maps no entity; known ones: {', '.join(ENTITIES)}")
    chosen = choose(place, ground.files, mapped, choices or {})
    lists = read_lists(at, crm)
    entities = {
        name: replace(read_entity(ground, where, ENTITIES[name], table), lists=lists)
        for name, (where, table) in chosen.items()
    }
    mirrors = read_mirrors(ground, place.at("mirror"), place.table(document, "mirror"))
    entities |= {name: replace(mirror, lists=lists) for name, mirror in mirrors.items()}
    mapping = CrmMapping(
        file,
        rules,
        entities,
        _digest([document, *ground.files.read]),
        read_verdicts(at, crm, "faults"),
        read_sign_in(at, crm),
        lists,
    )
    check_tables(place, mapping)
    check_lists(place, mapping)
    return mapping


def _digest(parts: list[Any]) -> str:
    """The SHA-256 of what the files say, in one spelling: comments and blanks say nothing.

    The order of keys is kept, since that of custom fields is the order of columns.
    """
    # Dates are no JSON; the text of one that stands in quotes is another.
    said = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), default=repr)
    return hashlib.sha256(said.encode()).hexdigest()
