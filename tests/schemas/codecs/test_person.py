"""Companions of phones and e-mail addresses as typed."""

from __future__ import annotations

import pytest

from schemas.codecs import make_codec
from schemas.codecs.codec import MARK, Rules, Unreadable
from schemas.fields import Text

american = make_codec("phone_e164", Text(), {}, Rules(calling_code="1"))
phone = make_codec("phone_e164", Text(), {}, Rules(calling_code="49"))
email = make_codec("email_address", Text(), {}, Rules())


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+1 (312) 555-1234", "+13125551234"),
        ("0049 30/123456", "+4930123456"),
        ("(312) 555-1234", "+13125551234"),
        ("312.555.1234", "+13125551234"),
        ("112-555-1234", None),
        ("312-155-1234", None),
        ("+49 (0)30 123456", None),
        ("+49 ( 0 ) 30 123456", None),
        ("555-1234 ask Bob", None),
        ("+0123456789", None),
        ("+1234567", None),
        ("+1234567890123456", None),
        ("030 123456", None),
        ("", None),
        (None, None),
        (MARK + "ff", None),
    ],
)
def test_phones_are_made_international_where_they_can_be(
    typed: str | None, number: str | None
) -> None:
    """F1"""
    assert american.read(typed) == number


def test_national_numbers_need_a_known_plan() -> None:
    assert phone.read("(312) 555-1234") is None
    assert phone.read("+49 30 123456") == "+4930123456"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" bob@example.com ", "bob@example.com"),
        ("o'brien+x@mail.example.co.uk", "o'brien+x@mail.example.co.uk"),
        ("{a}|b@example.com", "{a}|b@example.com"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
        ("x" * 65 + "@example.com", None),
        ("a@" + "x" * 64 + ".com", None),
        ("bob@localhost", None),
        ("bob@example.com, ann@example.com", None),
        ("Bob <bob@example.com>", None),
        ("a..b@example.com", None),
        ("bob@-example.com", None),
        ("bob@exämple.com", None),
        ("bob@example.com\n", None),
        ("", None),
        (MARK + "ff", None),
    ],
)
def test_addresses_are_taken_where_they_are_one(typed: str, address: str | None) -> None:
    """F1"""
    assert email.read(typed) == address


def test_companions_are_not_written() -> None:
    assert email.write(None) == (None,)
    with pytest.raises(Unreadable):
        email.write("bob@example.com")
