"""`facade replay`, `plan`, `rollback` and `sinks`, as a person meets them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from facade.cli import cli
from facade.cli.errors import explain
from tests.facade.sync.shop import SWAPPED, VAT, Shop

RUN = CliRunner()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A small CRM, and the settings of a deployment over it."""
    with Shop.opened(tmp_path) as opened:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("FACADE_CRM", "./crm")
        monkeypatch.setenv("FACADE_ODBC", f"DRIVER={{SQLite3}};Database={tmp_path}/shop.sqlite")
        monkeypatch.setenv("FACADE_WAREHOUSE", "duckdb:///warehouse.duckdb")
        yield opened


def facade(*words: str, answer: str | None = None) -> Result:
    return RUN.invoke(cli, words, input=answer)


def said(result: Result) -> str:
    """What a person reads of a failure."""
    assert isinstance(result.exception, Exception)
    told = explain(result.exception)
    assert told is not None
    return f"{told.status} {told.text}"


def test_a_changed_mapping_is_replayed_planned_accepted_and_rolled_back(shop: Shop) -> None:
    """N10, N13"""
    assert facade("sync").exit_code == 0
    shop.map(SWAPPED)
    replayed = facade("replay")
    assert replayed.exit_code == 5
    assert "Replay 2" in replayed.output
    assert "sink warehouse: run 2 was sealed" in replayed.output.replace("\n", " ")
    assert "nothing to replay" in facade("replay").output
    planned = facade("plan")
    assert planned.exit_code == 5
    assert "Sink warehouse: from run 1 to run 2, under a changed mapping" in planned.output
    assert "customer.name: differs in 30 (0 get a value, 0 lose it)\n" in planned.output
    assert "  update customer A00: name 'Name 0' → 'V0'\n" in planned.output
    assert "suspicious: customer.name: it would change in 30 of 30 records\n" in planned.output
    assert planned.output.endswith("warehouse waits: `facade plan --accept` delivers it\n")
    accepted = facade("plan", "--accept")
    assert (accepted.exit_code, accepted.output) == (
        0,
        "sink warehouse: 30 customer update; 0 parked\n",
    )
    assert facade("plan").output == "Sink warehouse: from run 2 to run 2: nothing to deliver\n"
    words = ("rollback", "--sink", "warehouse", "--to", "1")
    refused = facade(*words, answer="n\n")
    assert "Return warehouse to run 1? [y/N]: n" in refused.output
    assert shop.names()["A02"] == "V2"
    back = facade(*words, "--yes")
    assert (back.exit_code, shop.names()["A02"]) == (0, "Name 2")
    assert "`facade sinks resume warehouse` lets it go on with the next night" in back.output
    listed = facade("sinks").output
    assert "paused since" in listed
    assert "warehouse was not paused" not in facade("sinks", "resume", "warehouse").output
    assert facade("sinks", "resume", "warehouse").output == "warehouse was not paused\n"


@pytest.mark.long
def test_sinks_are_listed_paused_and_resumed(shop: Shop) -> None:
    """N13"""
    assert "nothing" in facade("sinks", "list").output
    facade("sync")
    assert facade("sinks", "pause", "warehouse", "--reason", "moving").output == (
        "warehouse is paused: `facade sinks resume warehouse` lets it go on\n"
    )
    assert "(moving)" in facade("sync").output.replace("\n", " ")
    assert facade("sinks", "resume", "warehouse").output == (
        "warehouse goes on: the next `facade sync` brings it what it lacks\n"
    )
    shop.map(VAT)
    assert facade("sync", "--dry-run").exit_code == 0
    assert "`facade plan`" in facade("sinks").output
    assert facade("sync", "--accept", "mapping").exit_code == 0


@pytest.mark.long
def test_a_plan_for_a_tms_says_that_it_is_not_sent_the_records(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACADE_TMS", "karrio")
    monkeypatch.setenv("FACADE_TMS_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("FACADE_TMS_TOKEN", "t")
    assert facade("sync", "--sink", "warehouse").exit_code == 0
    words = "tms gets no copy of these records: it is sent what is made of those in its scope"
    assert words in facade("plan", "--sink", "tms").output
    shop.sql("UPDATE ACCT SET NAME = 'Other', CHANGED = CHANGED || '1' WHERE ID = 'A01'")
    assert facade("sync", "--sink", "tms", "--dry-run").exit_code == 0
    assert words not in facade("plan", "--sink", "warehouse").output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sinks", "pause", "nowhere"), "2 There is no sink 'nowhere'; configured: warehouse."),
        (("plan", "--sink", "nowhere"), "2 there is no sink 'nowhere'; known: warehouse"),
        (("plan",), "5 no night has been sealed yet: run `facade sync` first"),
        (("replay",), "5 no night has been sealed yet: run `facade sync` first"),
        (
            ("rollback", "--sink", "warehouse", "--to", "1", "--yes"),
            "5 sink warehouse has taken no run yet",
        ),
    ],
)
def test_what_is_typed_wrong_gets_a_message(shop: Shop, words: tuple[str, ...], told: str) -> None:
    assert said(facade(*words)).startswith(told)


def test_json_and_a_question_do_not_go_together(shop: Shop) -> None:
    result = facade("rollback", "--sink", "warehouse", "--to", "1", "--json")
    assert result.exit_code == 2
    assert "--json asks nobody: add --yes" in result.output
