"""The self-test of drivers (F10)."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from legacy_clients.errors import Misconfigured
from legacy_clients.odbc.canaries import (
    CHANGED,
    EXACT,
    REFUSED,
    Outcome,
    demand_exact,
    self_test,
    texts,
)
from legacy_clients.odbc.drivers import PROFILES, Canary
from legacy_clients.odbc.port import Port, open_port


@pytest.mark.parametrize("bulk", [False, True])
def test_every_canary_survives_each_driver(port: Port, bulk: bool) -> None:
    """F10."""
    outcomes = self_test(port, bulk=bulk)
    assert [it for it in outcomes if it.verdict != EXACT] == []
    assert len(outcomes) == len(port.profile.canaries) + 44
    assert demand_exact(port, outcomes) == ()


def test_the_texts_have_all_lengths_in_four_alphabets() -> None:
    made = texts()
    assert {len(text) for _, text in made} == {
        1,
        2,
        127,
        128,
        129,
        255,
        256,
        1000,
        4000,
        4001,
        5000,
    }
    assert len(made) == 44
    assert any("🚚" in text for _, text in made)


def test_it_takes_no_longer_than_a_tenth_of_a_second_on_an_open_port(port: Port) -> None:
    port.clock()
    self_test(port)
    taken = []
    for _ in range(5):
        begun = time.monotonic()
        self_test(port)
        taken.append(time.monotonic() - begun)
    assert min(taken) < 0.1


def test_a_value_changed_without_a_word_is_told_by_name(port: Port) -> None:
    """F10: a carriage that lets the driver have its way is found out."""
    canary = port.profile.canaries[0]
    port.profile = replace(port.profile, canaries=(canary._replace(name="moved", text="other"),))
    outcomes = self_test(port)
    assert outcomes[0] == Outcome("moved", CHANGED)
    with pytest.raises(Misconfigured, match=r"changes values without a word: moved\. Use another"):
        demand_exact(port, outcomes)


def test_a_value_that_is_an_error_is_refused_and_costs_no_other(port: Port) -> None:
    good = port.profile.canaries
    bad = Canary("bad", good[0].declared, "no_such_function_of_ours(1)", "1")
    port.profile = replace(port.profile, canaries=(*good[:3], bad, *good[3:]))
    outcomes = self_test(port)
    assert [it for it in outcomes if it.verdict != EXACT] == [Outcome("bad", REFUSED)]
    assert demand_exact(port, outcomes) == ("bad",)


def test_bytes_handed_through_are_read_in_the_declared_page(sqlite: Any) -> None:
    """F5."""
    with closing(open_port(sqlite.odbc, page="cp1252")) as port:
        assert {it.verdict for it in self_test(port, page="cp1252")} == {EXACT}


def test_the_raw_way_of_sqlite_would_be_told(sqlite: Any) -> None:
    """F10: without the carriage the driver does change them."""
    with closing(open_port(sqlite.odbc)) as port:
        port.profile = replace(
            port.profile, carried=lambda x, column: x, by_row=None, bytewise=False
        )
        changed = [it.name for it in self_test(port) if it.verdict == CHANGED]
    assert "beyond 32 bits" in changed
    assert "NUL inside" in changed


@pytest.mark.parametrize("name", PROFILES)
def test_each_driver_has_canaries_of_all_sorts(name: str) -> None:
    names = {canary.name for canary in PROFILES[name].canaries}
    assert {"bigint", "float", "blanks behind", "no letters", "NULL", "mark", "bytes"} <= names
    assert len(names) == len(PROFILES[name].canaries)
