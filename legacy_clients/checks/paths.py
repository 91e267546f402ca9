"""What a mapping uses of the CRM's services: each element by its path, and the REST fields that
hang on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.elements import HEADER, PAIRS, completed
from schemas.mapping import EntityMapping, FieldMapping, Operation

SENDS, ANSWERS = "sends", "answers"
WRITES = ("create", "update", "status")
"""The verbs that send the values of fields."""


@dataclass(frozen=True)
class Path:
    """An element below a request or an answer. `role` says what for, `mapped` which field it holds.

    `always` says whether every call sends it.
    """

    side: str
    path: str
    role: str
    fields: tuple[str, ...]
    mapped: FieldMapping | None = None
    always: bool = False

    @property
    def in_header(self) -> bool:
        return self.path.startswith(HEADER)


def paths_of(mapping: EntityMapping, operation: Operation) -> Iterator[Path]:
    """All elements that an operation of an entity needs."""
    name = mapping.entity.name
    whole = (name,)
    created = operation.verb == "create"
    for path in operation.const:
        yield Path(SENDS, path, "const", whole, always=True)
    for path in operation.key:
        yield Path(ANSWERS if created else SENDS, path, "key", whole, always=True)
    for path in operation.guard:
        yield Path(SENDS, path, "guard", whole, always=True)
    if operation.reference is not None:
        yield Path(SENDS, operation.reference, "reference", whole, always=True)
    for path in operation.ok:
        yield Path(ANSWERS, path, "ok", whole)
    for role, told in (("words", operation.words), ("rows", operation.rows)):
        if told is not None:
            yield Path(ANSWERS, told, role, whole)
    if operation.missing is not None:
        yield Path(ANSWERS, operation.missing, "missing", whole)
    if operation.verb in WRITES:
        yield from _sent(mapping, operation, name)
        yield from _sent_children(mapping, operation, name)
    if operation.verb == "get":
        for field, mapped in mapping.fields.items():
            for path in mapped.elements:
                yield Path(ANSWERS, operation.told(path), "field", (f"{name}.{field}",), mapped)


def _sent(mapping: EntityMapping, operation: Operation, name: str) -> Iterator[Path]:
    put = {field: path for path, field in operation.put.items()}
    takes = mapping.fields if operation.verb == "status" else mapping.writable(operation.verb)
    for field, mapped in takes.items():
        shown = (f"{name}.{field}",)
        if field in put:
            yield Path(SENDS, put[field], "field", shown, mapped)
        elif not put:
            for path in mapped.elements:
                yield Path(SENDS, operation.element(path), "field", shown, mapped)


def _sent_children(mapping: EntityMapping, operation: Operation, name: str) -> Iterator[Path]:
    into = "" if operation.into.endswith(PAIRS) else operation.into
    for child_name, child in mapping.writable_children(operation.verb).items():
        for rows in child.sources:
            listed = ""
            if rows.shape is not None:
                if not rows.element:
                    continue
                listed = completed(into, rows.element)
            for field, mapped in rows.fields.items():
                shown = (f"{name}.{child_name}.{field}",)
                for path in mapped.elements:
                    full = f"{listed}.{path}" if listed else operation.element(path)
                    yield Path(SENDS, full, "field", shown, mapped)
