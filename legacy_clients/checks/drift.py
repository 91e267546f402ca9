"""What has changed in tables and contract since they were last looked at, and which REST fields
that touches. What was seen is kept in a file.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path as File

from legacy_clients.checks.paths import SENDS, Path, paths_of
from legacy_clients.checks.remark import NOTE, WARNING, Remark
from legacy_clients.checks.uses import uses_of
from legacy_clients.errors import Misconfigured
from legacy_clients.odbc.messages import Column
from legacy_clients.odbc.select import Tables
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.element import Element
from legacy_clients.soap.outline import outlined, short
from schemas.elements import parse_path
from schemas.mapping import CrmMapping, EntityMapping

FORM = 1
HOLDS = "holds "


@dataclass(frozen=True)
class Seen:
    """Tables and contract as they were seen `at` a moment, ISO 8601.

    `tables` hold for each column its type, size and whether it may be null; None is a table that
    was not there. `outline` is the contract's, None where it was not read; `reached` are the REST
    fields by place in it.
    """

    at: str
    tables: Mapping[str, Mapping[str, tuple[str, int | None, bool]] | None] = field(
        default_factory=dict
    )
    outline: Mapping[str, str] | None = None
    reached: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def over(self, before: Seen | None) -> Seen:
        """This, and what was not looked at this time as it was before."""
        if before is None:
            return self
        kept = replace(self, tables={**before.tables, **self.tables})
        if self.outline is not None:
            return kept
        return replace(kept, outline=before.outline, reached=before.reached)


def look(
    mappings: Iterable[EntityMapping], tables: Tables | None, contract: Contract | None
) -> Seen:
    """What stands there now. `tables` or `contract` is None where it cannot be looked at.

    Raises the errors of the port but Misconfigured.
    """
    mappings = list(mappings)
    found: dict[str, Mapping[str, tuple[str, int | None, bool]] | None] = {}
    for use in (use for mapping in mappings for use in uses_of(mapping)):
        if tables is None or use.table in found:
            continue
        try:
            columns = tables.columns(use.table, use.query)
        except Misconfigured:
            found[use.table] = None
        else:
            found[use.table] = {
                name: (column.type, column.size, column.nullable)
                for name, column in columns.items()
            }
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    if contract is None:
        return Seen(at, found)
    return Seen(at, found, outlined(contract), reached(mappings, contract))


def drifts(before: Seen, now: Seen, mapping: CrmMapping) -> list[Remark]:
    """What changed between two looks, of what both looked at: a warning where it touches REST
    fields, else a note.
    """
    fields = touched(mapping.entities.values())
    found = []
    for table, columns in now.tables.items():
        if table in before.tables and before.tables[table] != columns:
            found += list(_of_table(table, before.tables[table], columns, fields))
    if before.outline is not None and now.outline is not None:
        found += list(_of_contract(before, now))
    return found


def touched(mappings: Iterable[EntityMapping]) -> dict[tuple[str, str], tuple[str, ...]]:
    """REST fields by table and column."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for mapping in mappings:
        for use in uses_of(mapping):
            found.setdefault((use.table, use.column), {}).update(dict.fromkeys(use.fields))
    return {place: tuple(fields) for place, fields in found.items()}


def reached(mappings: Iterable[EntityMapping], contract: Contract) -> dict[str, tuple[str, ...]]:
    """REST fields by the places of an outline that their elements lie at or pass through."""
    found: dict[str, dict[str, None]] = {}
    for mapping in mappings:
        for operation in mapping.operations.values():
            whole = (mapping.entity.name,)
            found.setdefault(operation.call, {}).update(dict.fromkeys(whole))
            if operation.call not in contract.operations:
                continue
            for path in paths_of(mapping, operation):
                for place in _places(contract, operation.call, path):
                    found.setdefault(place, {}).update(dict.fromkeys(path.fields))
    return {place: tuple(fields) for place, fields in found.items()}


def recall(file: File) -> Seen | None:
    """What was seen the last time; None where there is no such file, or one of another form."""
    try:
        told = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{file} cannot be read: {error}; remove it to begin anew") from error
    if not isinstance(told, dict) or told.pop("form", None) != FORM:
        return None
    tables = {
        table: None if columns is None else {name: tuple(each) for name, each in columns.items()}
        for table, columns in told["tables"].items()
    }
    reached = {place: tuple(fields) for place, fields in told["reached"].items()}
    return Seen(told["at"], tables, told["outline"], reached)


def remember(file: File, seen: Seen) -> None:
    """Keep what was seen. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    text = json.dumps({"form": FORM, **asdict(seen)}, ensure_ascii=False, indent=1)
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


Columns = Mapping[str, tuple[str, int | None, bool]]


def _of_table(
    table: str,
    before: Columns | None,
    now: Columns | None,
    fields: Mapping[tuple[str, str], tuple[str, ...]],
) -> Iterator[Remark]:
    if before is None or now is None:
        every = [names for (name, _), names in fields.items() if name == table]
        text = "The table is there now." if before is None else "The table is gone."
        hung = tuple(dict.fromkeys(each for names in every for each in names))
        yield Remark(NOTE if before is None else WARNING, table, text, hung)
        return
    for name in dict.fromkeys((*before, *now)):
        if before.get(name) == now.get(name):
            continue
        named = fields.get((table, name), ())
        if name not in now:
            text = f"The column {name} is gone."
        elif name not in before:
            text = f"The column {name} is new."
        else:
            change = _change(Column(name, *before[name]), Column(name, *now[name]))
            text = f"The column {name} {change}."
        yield Remark(WARNING if named else NOTE, table, text, tuple(named))


def _change(before: Column, now: Column) -> str:
    said = []
    if before.size is not None and now.size is not None and before.size != now.size:
        word = "shortened" if now.size < before.size else "lengthened"
        said.append(f"was {word} from {before.size} to {now.size} characters")
    elif before.type != now.type:
        said.append(f"was {before.type} and is {now.type}")
    if before.nullable != now.nullable:
        said.append("may be null now" if now.nullable else "may not be null any more")
    return " and ".join(said) or "changed"


def _of_contract(before: Seen, now: Seen) -> Iterator[Remark]:
    old, new = before.outline or {}, now.outline or {}
    for place in sorted(old.keys() | new.keys()):
        if old.get(place) == new.get(place) or _told_singly(old.get(place), new.get(place)):
            continue
        named = dict.fromkeys((*before.reached.get(place, ()), *now.reached.get(place, ())))
        if place not in new:
            text = f"It is gone (it was: {old[place]})."
        elif place not in old:
            text = f"It is new ({new[place]})."
        else:
            text = f"It was: {old[place]}. It is: {new[place]}."
        yield Remark(WARNING if named else NOTE, place, text, tuple(named))


def _told_singly(before: str | None, now: str | None) -> bool:
    """Whether a change of what an element holds is only that of elements that came or went."""
    if before is None or now is None or not (before.startswith(HOLDS) and now.startswith(HOLDS)):
        return False
    one, other = (text.removeprefix(HOLDS).split(", ") for text in (before, now))
    return [name for name in one if name in other] == [name for name in other if name in one]


def _places(contract: Contract, call: str, path: Path) -> Iterator[str]:
    """The places of the outline that a path leads through, as `outlined` names them."""
    known = contract.operations[call]
    message = known.input if path.side == SENDS else known.output
    if message is None or path.in_header:
        return
    element: Element = message.element
    place = f"{call}.{element.name}" if element.name else call
    for word in parse_path(path.path).words:
        if element.type_name is not None and element.items is None:
            place = short(element.type_name)
        child = element.children.get(word)
        if child is None:
            return
        element, place = child, f"{place}.{word}"
        yield place
