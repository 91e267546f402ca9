"""One record as the service tells it: the answer of a get, read into the values that a document
from the database shows.

The type of each element in the contract decides its form, as it does for what is written: a text is
read by the codec, a typed element by its XSD type.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from legacy_clients.soap.element import Kind
from legacy_clients.soap.lexical import read
from legacy_clients.soap.reply import Reply
from legacy_clients.soap.spelling import INTEGERS
from schemas.codecs.codec import Unreadable
from schemas.fields import Day, Exact, Flag, Instant, Whole
from schemas.mapping import FieldMapping
from schemas.record_form import Document, raw_text

# The XSD types whose values are those of a field; any other element holds what the codec spells.
TYPED: dict[type, frozenset[str]] = {
    Exact: frozenset({"decimal", "double", "float", *INTEGERS}),
    Whole: frozenset(INTEGERS),
    Flag: frozenset({"boolean"}),
    Day: frozenset({"date"}),
    Instant: frozenset({"dateTime"}),
}
LOCAL = "a time without an offset from UTC"
UNFIT = "a value that its field does not hold"


@dataclass(frozen=True)
class Told:
    """A record as the service tells it now.

    `values` are JSON-shaped, by dotted name, of the fields that have an element; null where the
    value could not be read, and `problems` says why. `reply` is the answer itself.
    """

    id: str
    values: dict[str, Any]
    problems: list[Document] = field(default_factory=list)
    reply: Reply = field(default_factory=lambda: Reply(None), repr=False)


def is_typed(mapped: FieldMapping, kind: str) -> bool:
    """Whether an element of this XSD type holds the field's value, and not its codec's text."""
    return any(
        kind in kinds for field, kinds in TYPED.items() if isinstance(mapped.leaf.field, field)
    )


def read_told(mapped: FieldMapping, texts: list[str | None], kind: Kind) -> Any:
    """The value in JSON's form. Raises Unreadable."""
    field = mapped.leaf.field
    if not is_typed(mapped, kind.name):
        value = mapped.codec.read(*texts)
        return None if value is None else field._serialize(value, None, None)
    (text,) = texts
    if text is None:
        return None
    return _shown(field, read(text, kind))


def _shown(field: Any, value: Any) -> Any:
    """What the field shows of a value of its own type; Unreadable where it would change it."""
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        raise Unreadable(LOCAL)
    if isinstance(value, float):
        value = Decimal(repr(value))
    spelled = (
        f"{value:f}" if isinstance(value, int | Decimal) and isinstance(field, Exact) else None
    )
    try:
        if spelled is not None:
            value = field.deserialize(spelled)
        told = field._serialize(value, None, None)
        field.deserialize(told)
    except (ValidationError, ValueError, TypeError, AttributeError):
        raise Unreadable(UNFIT) from None
    return told


def problem(name: str, texts: list[str | None], reason: str) -> Document:
    return {"field": name, "raw": raw_text(texts), "reason": reason}
