"""The whole round of `facade demo --once`, against figures that the generator alone knows."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fixtures.atlas import generate
from legacy_clients import CRMS
from schemas import ENTITIES
from schemas.grammar import load_mapping

SCALE = 0.1
ACTS = ("inserted", "updated", "deleted")


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the command prints."""
    command = [
        sys.executable,
        "-m",
        "facade.cli",
        "demo",
        "--once",
        "--json",
        "--scale",
        str(SCALE),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same CRM, generated again."""
    return generate(tmp_path_factory.mktemp("atlas") / "atlas.sqlite", scale=SCALE)


@pytest.fixture(scope="module")
def database(
    tmp_path_factory: pytest.TempPathFactory, generated: Any
) -> Iterator[sqlite3.Connection]:
    path = next(tmp_path_factory.getbasetemp().glob("atlas*/atlas.sqlite"))
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def test_the_figures_are_those_of_the_generator(told: dict[str, Any], generated: Any) -> None:
    entities = {name: rows for name, rows in generated.entities.items() if name in ENTITIES}
    assert told["crm"] == entities
    first = told["night_one"]["entities"]
    assert {name: counts["inserted"] for name, counts in first.items()} == entities
    assert {name: counts["read"] for name, counts in first.items()} == entities
    assert not any(counts[act] for counts in first.values() for act in ("updated", "deleted"))
    delivered = told["night_one"]["sinks"]["warehouse"]["delivered"]
    assert {name: acts["insert"] for name, acts in delivered.items()} == entities


def test_every_poisoned_value_stands_in_the_refusals(told: dict[str, Any], generated: Any) -> None:
    """F1: none is missing, and nothing else is refused."""
    planted = len(generated.poisoned)
    assert planted >= 40
    assert told["refused"]["planted"] == planted
    assert told["refused"]["planted_found"] == planted
    assert told["refused"]["total"] == planted == sum(told["refused"]["by_reason"].values())


def test_the_second_night_has_the_five_changes_and_nothing_else(told: dict[str, Any]) -> None:
    changed = {
        name: {act: counts[act] for act in ACTS if counts[act]}
        for name, counts in told["night_two"]["entities"].items()
        if any(counts[act] for act in ACTS)
    }
    assert changed == {
        "customer": {"updated": 1},
        "contact": {"deleted": 1},
        "order": {"inserted": 1, "updated": 1},
        "activity": {"deleted": 1},
    }
    assert told["night_two"]["sinks"]["warehouse"]["delivered"] == {
        "customer": {"update": 1},
        "contact": {"update": 1},
        "order": {"insert": 1, "update": 1},
        "activity": {"delete": 1},
    }


def test_the_tms_gets_the_orders_that_carry_the_change_and_no_others(
    told: dict[str, Any], database: sqlite3.Connection
) -> None:
    """T5: those that bear the renamed customer's name, the one of the line, and the new one."""
    rows = database.execute(
        "SELECT rtrim(ORD_NO) FROM ORDHDR WHERE ? IN (rtrim(CUST_NO), rtrim(BILL_NO))"
        " AND CO_CD = '01' AND STAT_CD IN ('OP', 'CF') AND DEL_FL = 'N'",
        (told["changes"]["customer"],),
    )
    renamed = {order for (order,) in rows}
    assert renamed
    follows = (renamed | {told["changes"]["order_line"][0]}) - told["parked"].keys()
    delivered = told["night_two"]["sinks"]["tms"]["delivered"]["order"]
    assert delivered.pop("created") == 1
    assert sum(delivered.values()) == len(follows)


def test_a_delivery_comes_back_and_the_certificates_agree(told: dict[str, Any]) -> None:
    assert told["status_back"]["status"] == "delivered"
    assert told["status_back"]["order"] == told["changes"]["order_line"][0]
    assert told["certificate"] == "agrees"


def test_the_demonstrated_mapping_covers_the_whole_model() -> None:
    mapping = load_mapping(CRMS["atlas"] / "mapping.toml")
    assert list(mapping.entities) == list(ENTITIES)
    assert Path(mapping.file).name == "mapping.toml"
