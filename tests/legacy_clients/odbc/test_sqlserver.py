"""SQL Server, of which no server is here: the SQL that is made for it, and that a driver is there.

The expected statements are in sqlserver.sql; `FACADE_GOLDEN=write` writes them anew.
"""

from __future__ import annotations

import os
import re
import socket
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from legacy_clients.errors import Busy, CutOff, Denied, Unreachable
from legacy_clients.odbc import select
from legacy_clients.odbc.canaries import _read
from legacy_clients.odbc.drivers import PROFILES, profile_of
from legacy_clients.odbc.drivers.sqlserver import carried
from legacy_clients.odbc.failures import meaning
from legacy_clients.odbc.messages import Column, Query, Rows
from legacy_clients.odbc.port import open_port
from schemas.mapping import Filter, Join, Shape, TableRead
from schemas.source import OWN, ColumnName
from tests.servers import free_port, lacking, odbc_drivers

GOLDEN = Path(__file__).with_name("sqlserver.sql")
COLUMNS = {
    "dbo.CUSTMAST": (
        Column("NO", "char(8) collate Latin1_General_CI_AS", 8, False),
        Column("NAME", "nvarchar(40) collate Latin1_General_CI_AS", 40, True),
        Column("CHANGED", "datetime", None, True),
        Column("VER", "timestamp", None, False),
        Column("REP", "nchar(4) collate Latin1_General_CI_AS", 4, True),
        Column("OWED", "money", None, True),
    ),
    "dbo.REPS": (
        Column("REP", "varchar(10) collate Latin1_General_CI_AS", 10, False),
        Column("SAYS", "nvarchar(max) collate Latin1_General_CI_AS", None, True),
    ),
}
TYPES = [
    "bigint", "bit", "decimal(38,10)", "money", "smallmoney", "float", "real", "date", "time(7)",
    "smalldatetime", "datetime", "datetime2(7)", "datetimeoffset(7)", "uniqueidentifier",
    "varchar(40) collate Latin1_General_CI_AS", "nvarchar(max)", "text", "ntext", "xml", "image",
    "varbinary(16)", "timestamp", "hierarchyid", "sql_variant", "geography", "",
]  # fmt: skip


class Told:
    """A port of which only its SQL matters: it remembers what it was asked, and knows COLUMNS."""

    def __init__(self) -> None:
        self.profile = PROFILES["SQL Server"]
        self.dialect = self.profile.spoken()
        self.asked: list[Query] = []

    def describe(self, table: str) -> tuple[Column, ...]:
        return COLUMNS[table]

    def ask(self, query: Query, seconds: float) -> Rows:
        self.asked.append(query)
        rows = [("NO", "int", None, "0"), ("CHANGED", "date", None, "1")]
        return Rows(("name", "type", "size", "nullable"), rows)


def statements() -> dict[str, Query]:
    port: Any = Told()
    tables = select.Tables(port)
    shape = Shape(
        table="dbo.CUSTMAST",
        query=None,
        key=("NO",),
        where=(Filter("REP", ("A1", "B2")),),
        joins=(Join("rep", "dbo.REPS", (("REP", ColumnName(OWN, "REP")),)),),
    )
    no, changed = ColumnName(OWN, "NO"), ColumnName(OWN, "CHANGED")
    flat = select.FlatSelect(
        port, tables, shape, [ColumnName(OWN, "NAME"), changed, ColumnName("rep", "SAYS")]
    )
    night = select.TableSelect(
        port, tables, TableRead("dbo.CUSTMAST", None, ("NO",), "VER", 1, (), ("OWED",), "UTC")
    )
    query = TableRead("made", "SELECT NO, CHANGED FROM dbo.OLD", ("NO",), None, 1, (), (), "UTC")
    return {
        "one": flat.query([select.Test(no, "=", ("C001",))]),
        "page": flat.query([], [(changed, True), (no, False)], ("2024-06-01 12:00:00.003", "C001"),
                           100),
        "page behind bytes": flat.query([], [(no, False)], ("\x0143000000",), 100),
        "stamps": night.stamps(),
        "rows of keys": night.rows_of([("C001",), ("C002",)]),
        "count": night.count(),
        "a query": select.TableSelect(port, tables, query).rows(),
        "how a query is described": port.asked[-1],
    }  # fmt: skip


def told() -> str:
    """All the SQL, as a file for people."""
    parts = [
        f"-- {name}\n-- {list(query.params)}\n{query.sql}\n" for name, query in statements().items()
    ]
    parts += [
        f"-- {declared or 'no type'}\n{carried('x', Column('x', declared, None, True))}\n"
        for declared in TYPES
    ]
    profile = PROFILES["SQL Server"]
    parts += [f"-- session\n{statement}\n" for statement in profile.session]
    for name in ("describe", "clock", "grants", "limit", "nth", "slow", "own_session", "kill"):
        parts.append(f"-- {name}\n{getattr(profile, name)}\n")
    return "\n".join(parts)


def test_the_sql_is_what_was_last_agreed_on() -> None:
    made = told()
    if os.environ.get("FACADE_GOLDEN") == "write":
        GOLDEN.write_text(made, encoding="utf-8")
    assert made == GOLDEN.read_text(encoding="utf-8")


def test_pages_keep_their_order_and_the_number_of_rows_comes_first() -> None:
    """A3: SQLAlchemy's own limit, for old servers, would number rows inside and lose the order."""
    page = statements()["page"]
    assert page.sql.startswith("SELECT TOP (?) ")
    assert page.params[0] == 100
    assert "ROW_NUMBER" not in page.sql
    assert page.sql.endswith("[b].[CHANGED] DESC, [b].[NO] ASC")
    assert page.sql.count("?") == len(page.params)


def test_no_statement_has_another_databases_words() -> None:
    assert not re.search(r"\bLIMIT\b|::|`|CAST\(\? AS CHAR\)", told())


def test_the_sql_has_no_letters_beyond_ascii() -> None:
    assert told().isascii()


def test_joins_on_keys_need_no_trimming() -> None:
    """F4: `=` overlooks blanks behind."""
    assert "rtrim" not in statements()["one"].sql.lower()


def test_the_columns_of_a_query_are_described_by_the_server() -> None:
    assert "dm_exec_describe_first_result_set(?, NULL, 0)" in statements()[
        "how a query is described"
    ].sql  # fmt: skip
    assert "CONVERT(varchar(10), [b].[CHANGED], 23)" in statements()["a query"].sql


@pytest.mark.parametrize(
    ("driver", "name"),
    [
        ("{ODBC Driver 17 for SQL Server}", "SQL Server"),
        ("{ODBC Driver 18 for SQL Server}", "SQL Server"),
        ("/opt/microsoft/msodbcsql18/lib64/libmsodbcsql-18.3.so.2.1", "SQL Server"),
        ("{FreeTDS}", "FreeTDS"),
        ("/usr/lib/x86_64-linux-gnu/odbc/libtdsodbc.so", "FreeTDS"),
    ],
)
def test_both_drivers_are_known(driver: str, name: str) -> None:
    assert profile_of(f"DRIVER={driver};SERVER=x").name == name


@pytest.mark.parametrize(
    ("state", "number", "error"),
    [
        ("08S01", 10054, CutOff),
        ("08S01", 121, CutOff),
        ("HY000", 596, CutOff),
        ("40001", 1205, Busy),
        ("HY000", 1222, Busy),
        ("42000", 229, Denied),
        ("28000", 18456, Denied),
        ("42000", 40613, Unreachable),
        ("42000", 40501, Busy),
    ],
)
@pytest.mark.parametrize("driver", ["SQL Server", "FreeTDS"])
def test_what_its_errors_mean(driver: str, state: str, number: int, error: type) -> None:
    found = meaning(state, number, driver)
    assert found is not None
    assert found.error is error


def test_the_canaries_are_asked_for_in_one_statement() -> None:
    class Answers(Told):
        def ask(self, query: Query, seconds: float) -> Rows:
            self.asked.append(query)
            return Rows((), [tuple("x" for _ in self.profile.canaries)])

    port: Any = Answers()
    _read(port, port.profile.canaries, bulk=False)
    [query] = port.asked
    assert query.sql.isascii()
    assert query.sql.count("(") == query.sql.count(")")


def test_a_server_that_is_not_there_is_told_in_time() -> None:
    """L1: with FreeTDS itself."""
    if "FreeTDS" not in odbc_drivers():
        lacking("the ODBC driver 'FreeTDS'")
    odbc = f"DRIVER=FreeTDS;SERVER=127.0.0.1;PORT={free_port()};DATABASE=x;UID=u;PWD=p"
    begun = time.monotonic()
    with closing(open_port(odbc)) as port, pytest.raises(Unreachable):
        port.ask(Query("SELECT 1"), 5)
    assert time.monotonic() - begun < 5.5


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    """L1."""
    if "FreeTDS" not in odbc_drivers():
        lacking("the ODBC driver 'FreeTDS'")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port_number = silent.getsockname()[1]
        odbc = f"DRIVER=FreeTDS;SERVER=127.0.0.1;PORT={port_number};DATABASE=x;UID=u;PWD=p"
        begun = time.monotonic()
        with closing(open_port(odbc)) as port, pytest.raises(Unreachable):
            port.ask(Query("SELECT 1"), 1)
        assert time.monotonic() - begun < 2
        with silent.accept()[0]:  # it did come
            pass
