"""`facade refused`: what could not be read is listed, shown, asked for again and accepted (N7)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from facade.cli import cli
from facade.cli.errors import Told, explain
from facade.cli.refusals import plain
from facade.config import SettingError
from facade.ledger import Ledger, open_ledger
from facade.ledger.references import Reference
from facade.sync.errors import NothingSealed
from tests.facade.cli.conftest import Command
from tests.facade.sync.nights import odbc_of

OLD = "20250601120000"
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
WORDS = "code is not listed"


def ask(command: Command, *words: str, answer: str = "", **settings: str) -> Result:
    """The command in this process: it starts none of its own, and is asked often."""
    return CliRunner().invoke(
        cli, ["refused", *words], input=answer, env=command.environ | settings
    )


def night(command: Command, *words: str) -> tuple[int, dict[str, Any]]:
    """A night's exit status, and what it tells."""
    result = CliRunner().invoke(cli, ["sync", "--json", *words], env=command.environ)
    return result.exit_code, json.loads(result.stdout)


def told(command: Command, *words: str, **settings: str) -> dict[str, Any]:
    result = ask(command, *words, "--json", **settings)
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def ledger_of(command: Command) -> Ledger:
    return open_ledger(f"sqlite:///{command.var / 'ledger.sqlite'}")


def park(command: Command, *ids: str) -> None:
    with ledger_of(command) as ledger:
        for id in ids:
            ledger.deliveries.park("tms", "order", id, "no such \x1b[2Jzip", "postal_code", 1)
            ledger.references("tms").put(Reference("order.parked", id, "asked", "words"))


TMS = {
    "FACADE_TMS": "karrio",
    "FACADE_TMS_URL": "http://127.0.0.1:9",
    "FACADE_TMS_TOKEN": "token",
}


def test_counts_come_first_and_values_up_to_a_limit(command: Command) -> None:
    everything = told(command, "list", "--limit", "1000")
    assert (everything["run"], everything["values_left"]) == (1, 0)
    assert everything["refused"] == everything["new"] == len(everything["values"]) > 40
    assert sum(each["values"] for each in everything["counts"]) == everything["refused"]
    some = told(command, "list", "--limit", "3", "--skip", "2")
    assert some["values"] == everything["values"][2:5]
    assert some["values_left"] == everything["refused"] - 5
    codes = told(command, "list", "--entity", "order", "--reason", WORDS)
    assert {(each["entity"], each["field"]) for each in codes["counts"]} == {
        ("order", "mode"),
        ("order", "payment"),
        ("order", "status"),
        ("order.stops", "kind"),
    }
    lines = ask(command, "list", "--field", "credit_limit", "--limit", "1").stdout.splitlines()
    assert lines[:3] == [
        "night 1: 3 refused values, new",
        "  customer: 3",
        "    credit_limit: 2 × not a whole number ('12,50'), new",
    ]
    assert lines[-2] == "values: 1 to 1 of 3; --skip 1 for the next"
    assert lines[-1].endswith("credit_limit 'N/A': not a whole number, since night 1, new")


@pytest.mark.long
def test_a_record_is_shown_with_its_raw_text_what_it_means_and_ways_out(command: Command) -> None:
    (value,) = told(command, "list", "--field", "legal_name")["values"]
    id = value["id"]
    raw = "\x1b[2J\tOdd\u202e "
    command.sql(
        "UPDATE CUSTMAST SET CR_LMT = ?, UPD_STMP = ? WHERE rtrim(CUST_NO) = ?", raw, OLD, id
    )
    assert night(command)[0] == 3
    shown = told(command, "show", "customer", id, **TMS)
    limit, name = shown["values"]
    assert (limit["raw"], limit["codec"], limit["source"]) == (raw, "cents", "CUSTMAST.CR_LMT")
    assert (limit["since"], limit["new"], limit["accepted"]) == (2, True, None)
    assert (name["raw"], name["since"], name["new"]) == ("hex:410042", 1, False)
    assert shown["sinks"]["tms"]["state"].endswith("an order that needs it is parked")
    text = ask(command, "show", "customer", id).stdout
    assert f"  credit_limit: {raw!r}\n    not a whole number; read from CUSTMAST.CR_LMT" in text
    assert [letter for letter in text if not letter.isprintable() and letter != "\n"] == []
    assert f"facade refused accept customer {id}" in text
    asked = ask(command, "retry", "customer", id, "--by", "ann")
    assert asked.stdout == "1 record to be read again in the next night\n"
    again = ask(command, "accept", "customer", id, "--by", "ann", "--yes")
    assert again.stdout == "accepted: 2 values\n"
    text = ask(command, "show", "customer", id).stdout
    assert "refused since night 2; accepted by ann on" in text
    assert "it is read again in the next night, as ann asked" in text


@pytest.mark.long
def test_what_is_accepted_does_not_end_a_night_with_status_3(command: Command) -> None:
    """N7"""
    command.sql("UPDATE PRODMAST SET WGT_LB = 'heavy', UPD_STMP = ? WHERE rowid = 1", OLD)
    assert night(command)[0] == 3
    assert told(command, "list", "--new")["refused"] == 1
    asked = ask(command, "accept", "--new", "--by", "ann", answer="n\n")
    assert asked.exit_code == 1
    assert "Accept 1 value?" in asked.stderr
    assert "weight.value: 1 × not a number ('heavy'), new" in asked.stderr
    assert told(command, "list", "--new")["refused"] == 1
    accepted = told(command, "accept", "--new", "--yes", "--by", "ann")
    assert accepted == {"accepted": 1, "accepted_before": 0}
    assert told(command, "list", "--new")["refused"] == 0
    for weight, status in (("1", 0), ("heavy", 0)):
        command.sql("UPDATE PRODMAST SET WGT_LB = ?, UPD_STMP = ? WHERE rowid = 1", weight, OLD)
        assert night(command, "--full")[0] == status


def test_a_baseline_is_taken_of_everything_and_given_back_by_field(command: Command) -> None:
    refused = told(command, "list")["refused"]
    first = told(command, "accept", "--all", "--yes", "--by", "ann")
    assert first == {"accepted": refused, "accepted_before": 0}
    again = told(command, "accept", "--all", "--by", "bob")
    assert again == {"accepted": 0, "accepted_before": refused}
    assert told(command, "accept", "--undo", "--field", "credit_limit", "--yes") == {"withdrawn": 3}
    counts = told(command, "list")
    assert (counts["new"], counts["accepted"]) == (3, refused - 3)


def test_parked_records_are_listed_by_sink_and_offered_again(command: Command) -> None:
    """N7, T3"""
    park(command, "O1", "O2", "O3")
    parked = told(command, "list", "--sink", "tms", "--limit", "2", **TMS)["parked"]
    assert (parked["records"], parked["values_left"]) == (3, 1)
    assert parked["counts"][0]["records"] == 3
    lines = ask(command, "list", "--sink", "tms", **TMS).stdout.splitlines()
    assert lines[:2] == [
        "3 records not taken by sinks",
        "  sink tms, order postal_code: 3 × no such \\x1b[2Jzip",
    ]
    shown = ask(command, "show", "order", "O1", **TMS).stdout
    assert "sink tms: parked in night 1: postal_code: no such \\x1b[2Jzip" in shown
    offered = told(command, "retry", "order", "O1", **TMS)
    assert offered == {"read_again": 0, "offered_again": {"tms": 1}}
    assert told(command, "retry", "--sink", "tms", "--entity", "order", **TMS) == {
        "read_again": 0,
        "offered_again": {"tms": 3},
    }
    with ledger_of(command) as ledger:
        assert list(ledger.references("tms").all("order.parked")) == []


@pytest.mark.long
def test_what_was_mended_behind_its_stamp_arrives_after_retry(command: Command) -> None:
    """N7"""
    (value,) = told(command, "list", "--field", "legal_name")["values"]
    command.sql("UPDATE CUSTMAST SET LGL_NAME = 'Mended' WHERE rtrim(CUST_NO) = ?", value["id"])
    assert night(command)[1]["entities"]["customer"]["updated"] == 0
    assert told(command, "retry", "customer", value["id"])["read_again"] == 1
    assert night(command)[1]["entities"]["customer"]["updated"] == 1
    gone = ask(command, "show", "customer", value["id"])
    assert gone.exit_code == 2
    assert f"customer {value['id']} has no refused values in night 3" in gone.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("list", "--entity", "ordr"), "there is no entity 'ordr'; known: user, customer"),
        (
            ("list", "--entity", "product", "--field", "nmae"),
            "no refused value of product has the field 'nmae': active; name; weight.value",
        ),
        (
            ("list", "--entity", "product", "--reason", "odd"),
            "has the reason 'odd': bytes that are no text",
        ),
        (
            ("list", "--entity", "user", "--field", "name"),
            "no refused value of user has the field 'name': nothing is refused there",
        ),
        (("list", "--limit", "0"), "0 is not in the range 1<=x<=10000"),
        (("show", "customer", "C1"), "`facade refused list --entity customer` tells those that"),
        (("accept",), "say which: ENTITY ID, --entity, --field"),
        (("retry",), "say which: ENTITY ID, --entity, --field"),
        (("accept", "customer"), "For all records of an entity say --entity"),
        (("accept", "customer", "C1", "--entity", "order"), "the entity is named twice"),
        (("accept", "--new", "--undo"), "--undo goes without --new"),
    ],
)
def test_wrong_words_get_the_right_ones_told(
    command: Command, words: tuple[str, ...], said: str
) -> None:
    result = ask(command, *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_an_unknown_sink_and_a_missing_night_are_said(command: Command) -> None:
    error = ask(command, "list", "--sink", "tsm").exception
    assert isinstance(error, SettingError)
    assert "There is no sink 'tsm'; configured: none" in str(error)
    error = ask(Command(command.atlas, command.var / "other"), "list").exception
    assert isinstance(error, NothingSealed)
    assert explain(error) == Told("no night has been sealed yet: run `facade sync` first", 5)


def test_the_crm_is_not_needed_to_look_at_what_it_holds(command: Command) -> None:
    down = command.environ | {"FACADE_ODBC": "DRIVER={none};Database=/none"}
    assert odbc_of(command.atlas) != down["FACADE_ODBC"]
    result = CliRunner().invoke(cli, ["refused", "list"], env=down)
    assert result.exit_code == 0, result.output


def test_foreign_text_moves_no_cursor_and_turns_no_line_around() -> None:
    assert plain("a\x1b[2J\n\u202eé漢 \x00") == "a\\x1b[2J\\n\\u202eé漢 \\x00"
