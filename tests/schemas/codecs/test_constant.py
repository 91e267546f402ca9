"""A value that the mapping states, and a flag that is true for listed spellings only."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from schemas.codecs import make_codec
from schemas.codecs.codec import MARK, UNDECODED, Rules, Unreadable
from schemas.fields import Day, Exact, Flag, Text, Whole


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (Text(), " standard", " standard"),
        (Whole(), "-5", -5),
        (Exact(18, 2), "12.50", Decimal("12.50")),
        (Flag(), "true", True),
        (Day(), "2024-01-31", dt.date(2024, 1, 31)),
        (Day(), None, None),
    ],
)
def test_a_constant_has_the_type_of_its_field(field: Any, text: str | None, value: Any) -> None:
    assert make_codec("constant", field, {}, Rules()).read(text) == value


def test_listed_spellings_are_true_and_all_others_false() -> None:
    deleted = make_codec("among", Flag(), {"values": ["1", "X "]}, Rules())
    assert [deleted.read(text) for text in ("1", "X  ", "0", "", None)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    with pytest.raises(Unreadable, match=UNDECODED):
        deleted.read(MARK + "31")
