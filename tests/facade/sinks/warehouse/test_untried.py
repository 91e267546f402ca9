"""Snowflake and BigQuery, which no test can reach: their SQL as golden files, read by a translator
and carried out by DuckDB. `UPDATE_GOLDEN=1 pytest …` writes the files anew.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from facade.sinks.sink import SinkMismatch
from facade.sinks.warehouse import open_warehouse
from facade.sinks.warehouse.dialects import dialect_of
from schemas.layout import Column
from tests.facade.sinks.warehouse.nights import (
    CUSTOMER,
    LAYOUTS,
    Nights,
    customer,
    line,
    order,
    silent,
)
from tests.facade.sinks.warehouse.recorded import Recorder, heading, script

URLS = {
    "snowflake": "snowflake://loader@account/crm/public?warehouse=nightly",
    "bigquery": "bigquery://our-project/crm?credentials=/etc/crm/key.json&location=EU",
}
SEGMENT = Column("segment", "VARCHAR", "Where it's sold to.")


@pytest.fixture(params=sorted(URLS))
def recorder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder(request.param)
    monkeypatch.setitem(sys.modules, f"adbc_driver_{request.param}.dbapi", made.module())
    return made


def test_the_statements_of_two_nights_are_as_written_down(
    nights: Nights, recorder: Recorder
) -> None:
    """D1, D2, D3, as far as they show without the warehouse."""
    url = URLS[recorder.spoken]
    with heading(recorder, "first load"):
        first = nights.seal(
            customer("C1", "O'Neill \\ Sons\n2"), customer("C2"), order("O1"), line("O1", 1)
        )
        open_warehouse("dw", url, nights.layouts).deliver(first, silent)
    columns = (*CUSTOMER.columns, SEGMENT)
    nights.layouts = LAYOUTS | {"customer": replace(CUSTOMER, columns=columns)}
    with heading(recorder, "second load: a column added; updated, deleted, inserted, children"):
        second = nights.seal(
            customer("C1", "b", segment=None),
            customer("C3", segment="retail"),
            order("O1", "closed"),
            line("O1", 2),
        )
        receipt = open_warehouse("dw", url, nights.layouts).deliver(second, silent)
    with heading(recorder, "the same load again"):
        again = open_warehouse("dw", url, nights.layouts).deliver(second, silent)
    with heading(recorder, "read back"):
        found = open_warehouse("dw", url, nights.layouts).verify(second.snapshot)
    assert found == []
    assert again == receipt
    assert receipt.delivered == {
        "customer": {"insert": 1, "update": 1, "delete": 1},
        "order": {"update": 1},
    }
    history = recorder.con.execute(
        "SELECT id, name, run, valid_to IS NULL, is_deleted FROM customers_history ORDER BY ALL"
    ).fetchall()
    assert history == [
        ("C1", "O'Neill \\ Sons\n2", 1, False, False),
        ("C1", "b", 2, True, False),
        ("C2", "Acme", 1, False, False),
        ("C2", "Acme", 2, True, True),
        ("C3", "Acme", 2, True, False),
    ]
    golden = Path(__file__).with_name(f"{recorder.spoken}.sql")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(script(recorder), "utf-8")
    assert golden.read_text("utf-8") == script(recorder)


def test_no_table_is_made_within_a_transaction(nights: Nights, recorder: Recorder) -> None:
    """D1: there a CREATE commits what came before it, or is refused."""
    sink = open_warehouse("dw", URLS[recorder.spoken], LAYOUTS)
    sink.deliver(nights.seal(customer("C1"), order("O1"), line("O1", 1)), silent)
    sink.deliver(nights.seal(customer("C2"), order("O1", "b"), line("O1", 2)), silent)
    inside, seen = False, 0
    for statement in [part for said in recorder.said for part in said.split(";\n")]:
        if statement.startswith(("BEGIN", "COMMIT")):
            inside = statement.startswith("BEGIN")
            seen += 1
        elif inside:
            assert not statement.startswith(("CREATE", "ALTER", "DROP", "-- append")), statement
        else:
            assert not statement.startswith(("UPDATE", "DELETE", "INSERT INTO facade_load"))
    assert seen == 4


def test_a_night_that_does_not_follow_on_is_not_committed(
    nights: Nights, recorder: Recorder
) -> None:
    nights.seal(customer("C1"))
    sink = open_warehouse("dw", URLS[recorder.spoken], LAYOUTS)
    with pytest.raises(SinkMismatch, match="customer C1 was changed or deleted, and is not there"):
        sink.deliver(nights.seal(customer("C1", "b")), silent)
    assert not [said for said in recorder.said if "COMMIT" in said]


@pytest.mark.parametrize("kind", sorted(URLS))
def test_a_driver_that_is_missing_is_named(
    nights: Nights, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, f"adbc_driver_{kind}.dbapi", None)
    sink = open_warehouse("dw", URLS[kind], LAYOUTS)
    with pytest.raises(SinkMismatch, match=f"^dw: its driver .*pip install adbc-driver-{kind},"):
        sink.deliver(nights.seal(customer("C1")), silent)


@pytest.mark.parametrize("url", ["bigquery://", "bigquery://project", "bigquery://project/a/b"])
def test_an_address_that_is_no_dataset_is_named(url: str) -> None:
    with pytest.raises(SinkMismatch, match="a BigQuery warehouse is a dataset: bigquery://project"):
        dialect_of(url)


@pytest.mark.parametrize(
    ("duck", "native"),
    [
        ("DECIMAL(18,2)", "NUMERIC(18,2)"),
        ("DECIMAL(38,9)", "NUMERIC(38,9)"),
        ("DECIMAL(20,10)", "BIGNUMERIC(20,10)"),
        ("DECIMAL(38,2)", "BIGNUMERIC(38,2)"),
    ],
)
def test_decimals_that_a_numeric_would_cut_are_wider(duck: str, native: str) -> None:
    """F8"""
    assert dialect_of("bigquery://project/crm").native(duck) == native


def test_rows_are_staged_in_statements_that_are_short_enough(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Recorder("bigquery")
    monkeypatch.setitem(sys.modules, "adbc_driver_bigquery.dbapi", made.module())
    records = [customer(f"C{n}", "x" * 200_000) for n in range(10)]
    open_warehouse("dw", URLS["bigquery"], LAYOUTS).deliver(nights.seal(*records), silent)
    staged = [said for said in made.said if said.startswith("INSERT INTO `facade_stage_customers`")]
    assert [said.count("'insert'") for said in staged] == [4, 4, 2]
    assert max(map(len, made.said)) < 1_000_000
