"""Connection strings: read as ODBC reads them, and never let a value be more than that."""

from __future__ import annotations

import pytest

from legacy_clients.errors import Misconfigured
from legacy_clients.odbc.connection_string import attributes, braced, completed


def test_attributes_have_their_names_in_capitals_and_their_braces_off() -> None:
    assert attributes("Driver={SQLite3};Database=/var/crm.db;pwd={a}}b;c=d};") == {
        "DRIVER": "SQLite3",
        "DATABASE": "/var/crm.db",
        "PWD": "a}b;c=d",
    }


def test_the_first_of_a_name_counts() -> None:
    assert attributes("SERVER=one;Server=two") == {"SERVER": "one"}


def test_an_empty_value_is_one() -> None:
    assert attributes("DRIVER=x;PWD=;UID=u") == {"DRIVER": "x", "PWD": "", "UID": "u"}


@pytest.mark.parametrize("text", ["abc", "DRIVER={SQLite3", "A=b;PWD={x}y", "=secret", "A=1;;=2"])
def test_what_is_no_list_of_attributes_is_told_without_repeating_it(text: str) -> None:
    with pytest.raises(Misconfigured, match="cannot be read from its character") as told:
        attributes(text)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        ("x;SERVER=elsewhere", "{x;SERVER=elsewhere}"),
        ("a}b", "{a}}b}"),
        (" blank", "{ blank}"),
    ],
)
def test_a_value_in_braces_is_read_as_it_was(value: str, written: str) -> None:
    assert braced(value) == written
    assert attributes(f"PWD={written};UID=u") == {"PWD": value, "UID": "u"}


def test_a_default_gives_way_to_what_is_set() -> None:
    assert completed("A=1;TIMEOUT=9;", {"Timeout": "5", "B": "x;y"}, {"C": "0"}) == (
        "A=1;TIMEOUT=9;B={x;y};C=0"
    )


def test_a_demand_is_not_overruled() -> None:
    with pytest.raises(Misconfigured, match="sets AUTO_RECONNECT, which must be 0"):
        completed("A=1;auto_reconnect=1", {}, {"AUTO_RECONNECT": "0"})
