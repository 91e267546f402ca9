"""What was sent, beside what the database holds afterwards: some CRMs report success, and store
something else or nothing.

Both sides are compared as documents show them. Nothing and empty text are the same: databases
make one of the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.codecs.codec import Unreadable
from schemas.mapping import ChildMapping, EntityMapping, FieldMapping
from schemas.record_form import Document

Values = Mapping[str, Any]


def unkept(mapping: EntityMapping, document: Document, values: Values) -> tuple[str, ...]:
    """The names of the typed values, children as lists of such, that the document does not hold."""
    found = []
    for name, value in values.items():
        if name in mapping.children:
            held = _all_held(mapping.children[name], document.get(name) or [], value or [])
        else:
            held = _held(mapping.fields[name], document, value)
        if not held:
            found.append(name)
    return tuple(found)


def typed(mapping: EntityMapping, body: Values) -> dict[str, Any]:
    """The typed values of a body that was kept as JSON.

    Raises KeyError for a field that is not mapped (any more), and marshmallow's ValidationError.
    """
    return {
        name: [_typed_child(mapping.children[name], child) for child in value]
        if name in mapping.children
        else _typed(mapping.fields[name], value)
        for name, value in body.items()
    }


def leaf_of(document: Document | None, path: Sequence[str]) -> Any:
    """The value at a path; a group that is null holds nulls."""
    for word in path:
        if document is None:
            return None
        document = document.get(word)
    return document


def shown(mapped: FieldMapping, value: Any) -> Any:
    """A typed value as a document shows it once the database has held it."""
    if value is None:
        return None
    try:
        value = mapped.codec.read(*mapped.codec.write(value))
    except Unreadable:
        pass  # written by a typed element: its column has another spelling, or none
    return None if value is None else mapped.leaf.field._serialize(value, None, None)


def _held(mapped: FieldMapping, document: Document, value: Any) -> bool:
    return _same(leaf_of(document, mapped.leaf.path), shown(mapped, value))


def _same(held: Any, sent: Any) -> bool:
    return held == sent or (held in (None, "", []) and sent in (None, "", []))


def _all_held(mapping: ChildMapping, held: Sequence[Document], sent: Sequence[Values]) -> bool:
    """As many children, and one of its own for each that was sent, in any order."""
    if len(held) != len(sent):
        return False
    left = list(held)
    for child in sent:
        found = next((one for one in left if _child_held(mapping, one, child)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _child_held(mapping: ChildMapping, held: Document, sent: Values) -> bool:
    return any(
        all(name in rows.fields and _held(rows.fields[name], held, sent[name]) for name in sent)
        for rows in mapping.sources
    )


def _typed_child(mapping: ChildMapping, child: Values) -> dict[str, Any]:
    mapped = {name: item for rows in mapping.sources for name, item in rows.fields.items()}
    return {name: _typed(mapped[name], value) for name, value in child.items()}


def _typed(mapped: FieldMapping, value: Any) -> Any:
    return None if value is None else mapped.leaf.field.deserialize(value)
