"""What a document costs is known before it is parsed; encodings that would hide it are refused."""

from __future__ import annotations

import pytest

from legacy_clients.errors import Unintelligible
from legacy_clients.soap.weight import refuse_encoding, refuse_weight

HEAVY = {
    "elements": b"<a/>" * 231_000,
    "elements with a text": b"<a>x</a>" * 116_000,
    "texts between elements": b"<a/>x" * 116_000,
    "attributes": b"<a " + b"b='' " * 150_100 + b"/>",
    "namespaces": b"<a " + b"xmlns:b='u' " * 150_100 + b"/>",
}


@pytest.mark.parametrize("name", HEAVY)
def test_what_costs_more_than_30_mb_is_refused(name: str) -> None:
    """L2"""
    with pytest.raises(Unintelligible, match="ask for fewer records"):
        refuse_weight(HEAVY[name])


@pytest.mark.parametrize(
    "body",
    [
        b"<a/>" * 230_000,
        b"<a>x</a>" * 115_000,
        b"<a>" + b"x" * 15_000_000 + b"</a>",
        b"<a>" + b"1+1=2 " * 100_000 + b"</a>",
    ],
    ids=["elements", "elements with a text", "a long text", "equals signs"],
)
def test_what_costs_less_is_let_through(body: bytes) -> None:
    refuse_weight(body)


@pytest.mark.parametrize(
    ("told", "body"),
    [
        ("utf-7", b"<a/>"),
        ("ibm037", b"<a/>"),
        ("x-nobody", b"<a/>"),
        ("rot13", b"<a/>"),
        ("a\0b", b"<a/>"),
        (None, b"<?xml version='1.0' encoding='UTF-7'?><a/>"),
        (None, b"\n<?xml version='1.0' encoding='utf_7'?><a/>"),
        (None, b"\xef\xbb\xbf<?xml version='1.0' encoding='cp500'?><a/>"),
        (None, "<?xml version='1.0' encoding='ibm037'?><a/>".encode("cp037")),
        (None, "<?xml version='1.0'?><a/>".encode("cp500")),
    ],
)
def test_an_encoding_that_hides_markup_is_refused(told: str | None, body: bytes) -> None:
    """L2"""
    with pytest.raises(Unintelligible, match="in an encoding that we do not know"):
        refuse_encoding(body, told)


@pytest.mark.parametrize(
    "told",
    [None, "utf-8", "UTF-8", "us-ascii", "iso-8859-1", "ISO-8859-15", "windows-1252", "utf-16",
     "shift_jis", "gb18030", "big5", "koi8-r"],
)  # fmt: skip
def test_encodings_that_show_it_are_read(told: str | None) -> None:
    """F5"""
    refuse_encoding(b"<a/>", told)
