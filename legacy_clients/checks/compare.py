"""The same records read over SOAP and over ODBC, and where both tell otherwise (F11).

Nothing and empty text are the same: databases make one of the other.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from legacy_clients.checks.samples import spread
from legacy_clients.crm import LegacyCRM
from legacy_clients.deadline import Deadline
from legacy_clients.errors import BusinessFault, LegacyError, Missing, Unanswered
from legacy_clients.keeping import leaf_of
from legacy_clients.reading import EntityReader, Found
from legacy_clients.telling import Told
from schemas.record_form import raw_text

SECONDS = 30.0
EXAMPLES = 3
TRIES = 3
FAILURES = 5
"""So many records in a row that the services fail at end a comparison."""


@dataclass
class Example:
    """One record: the raw texts on both sides."""

    id: str
    service: str | None
    database: str | None


@dataclass
class Difference:
    """A field that both sides tell otherwise; `examples` are some of the `count` records."""

    field: str
    count: int = 0
    examples: list[Example] = dataclasses.field(default_factory=list)


@dataclass
class Failure:
    """A record that the services failed to tell."""

    id: str
    reason: str


@dataclass
class Comparison:
    """What came of one entity; `fields` are those that both sides tell.

    `absent` are ids that the service does not have, `failures` those that it could not tell, the
    last `failing` of them in a row; `moving` counts records that went on changing, and `ended` says
    why it did not come to its end.
    """

    entity: str
    read: int = 0
    fields: tuple[str, ...] = ()
    differences: list[Difference] = dataclasses.field(default_factory=list)
    absent: list[str] = dataclasses.field(default_factory=list)
    failures: list[Failure] = dataclasses.field(default_factory=list)
    failing: int = 0
    moving: int = 0
    ended: str | None = None

    @property
    def agrees(self) -> bool:
        return not (self.differences or self.absent or self.failures or self.ended)


def compare(crm: LegacyCRM, entity: str, count: int) -> Comparison:
    """About `count` records of an entity that has a `get`, read on both sides.

    A record that changes between two looks is looked at again, and passed over if it goes on to.
    """
    mapping = crm.mapped(entity).served
    named = tuple(name for name, mapped in mapping.fields.items() if mapped.elements)
    found = Comparison(entity, fields=named)
    by_field: dict[str, Difference] = {}
    try:
        for record in spread(crm.reader(entity), mapping, count, SECONDS):
            found.read += 1
            _look(crm, entity, record, found, by_field)
    except LegacyError as error:
        found.ended = f"{type(error).__name__}: {error}"
    found.differences = [by_field[name] for name in named if name in by_field]
    return found


def _look(
    crm: LegacyCRM,
    entity: str,
    record: Found,
    found: Comparison,
    by_field: dict[str, Difference],
) -> None:
    for _ in range(TRIES):
        try:
            told = _told(crm, entity, record.id)
        except (Unanswered, BusinessFault) as error:
            found.failures.append(Failure(record.id, f"{type(error).__name__}: {error}"))
            found.failing += 1
            if found.failing == FAILURES:
                raise
            return
        found.failing = 0
        differing = _differing(crm, entity, record, told) if told is not None else {}
        if told is not None and not differing:
            return
        try:
            again = crm.get(entity, record.id, SECONDS)
        except Missing:
            return  # it was deleted meanwhile, on both sides
        if again.etag == record.etag or again.raw == record.raw:
            break
        record = again
    else:
        found.moving += 1
        return
    if told is None:
        found.absent.append(record.id)
        return
    for name, example in differing.items():
        known = by_field.setdefault(name, Difference(name))
        known.count += 1
        if len(known.examples) < EXAMPLES:
            known.examples.append(example)


def _told(crm: LegacyCRM, entity: str, id: str) -> Told | None:
    try:
        return crm.told(entity, id, Deadline.after(SECONDS))
    except Missing:
        return None


def _differing(crm: LegacyCRM, entity: str, record: Found, told: Told) -> dict[str, Example]:
    mapping, reader = crm.mapped(entity).served, crm.reader(entity)
    assert isinstance(reader, EntityReader)
    operation = mapping.operations["get"]
    ours = {problem["field"]: problem["raw"] for problem in record.document["problems"]}
    theirs = {problem["field"]: problem["raw"] for problem in told.problems}
    found = {}
    for name, value in told.values.items():
        if name not in mapping.fields:
            continue
        mapped = mapping.fields[name]
        held = leaf_of(record.document, mapped.leaf.path)
        both_refused = name in ours and name in theirs
        if both_refused and ours[name] == theirs[name]:
            continue
        one_refused = (name in ours) != (name in theirs)
        if not both_refused and not one_refused and _same(held, value):
            continue
        texts = [told.reply.text(operation.told(path)) for path in mapped.elements]
        raws = reader.texts(record, name)
        found[name] = Example(record.id, raw_text(texts), raw_text(raws))
    return found


def _same(held: Any, told: Any) -> bool:
    return held == told or (held in (None, "", []) and told in (None, "", []))
