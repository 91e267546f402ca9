"""What a service tells of a record, read by the type that its contract gives each element."""

from __future__ import annotations

from typing import Any

import pytest

from legacy_clients.soap.element import Kind
from legacy_clients.telling import is_typed, read_told
from schemas.codecs import default_codec, make_codec
from schemas.codecs.codec import Rules, Unreadable
from schemas.entity import Leaf
from schemas.fields import Code, Day, Exact, Flag, Instant, Key, Text, Whole
from schemas.mapping import FieldMapping
from schemas.source import ColumnName, Source

RULES = Rules(zone="America/Chicago")


def mapped(field: Any, codec: str | None = None, **options: Any) -> FieldMapping:
    spelling = codec or default_codec(field)
    made = make_codec(spelling, field, options, RULES, 1 if isinstance(field, Key) else None)
    source = Source("column", (ColumnName("b", "c"),))
    return FieldMapping(Leaf(("f",), field), source, made, spelling, elements=("F",))


@pytest.mark.parametrize(
    ("field", "codec", "kind", "text", "value"),
    [
        (Exact(18, 2), "cents", "decimal", "12.5", "12.50"),
        (Exact(18, 2), "cents", "string", "1250", "12.50"),
        (Exact(18, 2), "decimal", "double", "1.25E1", "12.50"),
        (Exact(18, 2), "decimal", "int", "12", "12.00"),
        (Whole(), "integer", "long", "9223372036854775807", 9223372036854775807),
        (Flag(), "yn", "boolean", "1", True),
        (Flag(), "yn", "string", "Y", True),
        (Flag(), "bit", "int", "0", False),
        (Day(), "date8", "date", "2024-02-29", "2024-02-29"),
        (Day(), "date8", "string", "20240229", "2024-02-29"),
        (Instant(), "stamp14", "dateTime", "2024-03-10T02:30:00-06:00", "2024-03-10T08:30:00Z"),
        (Instant(), "stamp14", "string", "20240311120000", "2024-03-11T17:00:00Z"),
        (Text(), "text", "string", " as typed ", " as typed "),
        (Key(), "key", "int", "42", "42"),
    ],
)
def test_an_element_is_read_by_its_type_or_by_the_codec(
    field: Any, codec: str, kind: str, text: str, value: Any
) -> None:
    assert read_told(mapped(field, codec), [text], Kind(kind)) == value


@pytest.mark.parametrize(
    ("field", "codec", "kind", "text"),
    [
        (Exact(18, 2), "cents", "decimal", "12.505"),
        (Exact(4, 2), "cents", "decimal", "100"),
        (Exact(18, 2), "decimal", "double", "NaN"),
        (Exact(18, 2), "decimal", "decimal", "12,5"),
        (Flag(), "yn", "boolean", "maybe"),
        (Day(), "date", "date", "2024-02-30"),
        (Day(), "date", "date", "2024-02-29+01:00"),
        (Instant(), "stamp", "dateTime", "2024-02-29T12:00:00"),
        (Instant(), "stamp", "dateTime", "12024-02-29T12:00:00Z"),
        (Code(("active",)), "codes", "string", "Q"),
    ],
)
def test_what_its_field_does_not_hold_is_refused(
    field: Any, codec: str, kind: str, text: str
) -> None:
    """F1: never a neighbouring value."""
    options = {"codes": {"A": "active"}} if codec == "codes" else {}
    with pytest.raises(Unreadable):
        read_told(mapped(field, codec, **options), [text], Kind(kind))


@pytest.mark.parametrize("kind", ["decimal", "string"])
def test_what_is_absent_or_nil_is_null(kind: str) -> None:
    assert read_told(mapped(Exact(18, 2), "cents"), [None], Kind(kind)) is None


def test_a_number_in_an_element_for_codes_is_a_code() -> None:
    codes = mapped(Code(("active",)), "codes", codes={"1": "active"})
    assert not is_typed(codes, "int")
    assert read_told(codes, ["1"], Kind("int")) == "active"
