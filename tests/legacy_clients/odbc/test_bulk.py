"""Large results: whole or an error, all text, bounded, with parameters."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from legacy_clients.errors import LegacyError, Misconfigured, Unreachable
from legacy_clients.odbc.bulk import BATCH_BYTES, ROW_BYTES, opened, unveiled
from legacy_clients.odbc.messages import Query
from legacy_clients.odbc.port import Port, open_port
from legacy_clients.odbc.wire import Manner, Reading


@pytest.fixture
def notes(database: Any) -> Any:
    """The table notes: whole numbers, and texts from nothing to 30,000 letters."""
    text = {"mariadb": "LONGTEXT"}.get(database.name, "TEXT")
    database.execute("DROP TABLE IF EXISTS notes", f"CREATE TABLE notes (id INTEGER, note {text})")
    database.insert(
        "notes",
        [(1, "short"), (2, ""), (3, None), (4, "ü" * 5000), (5, "🚚" * 30000), (6, "Müller")],
    )
    return database


def carried(port: Port, where: str = "", params: tuple[Any, ...] = ()) -> Query:
    id_, note = port.describe("notes")
    return Query(
        f"SELECT {port.profile.carry('id', id_)} AS id, {port.profile.carry('note', note)} AS note"
        f" FROM notes {where}",
        params,
    )


def test_the_longest_text_arrives_whole(notes: Any, port: Port) -> None:
    read = port.stream(carried(port)).read_all()
    assert read.schema.types == [pa.string(), pa.string()]
    assert sorted(read.to_pydict()["id"]) == ["1", "2", "3", "4", "5", "6"]
    texts = dict(zip(*read.to_pydict().values(), strict=True))
    assert texts == {
        "1": "short", "2": "", "3": None, "4": "ü" * 5000, "5": "🚚" * 30000, "6": "Müller"
    }  # fmt: skip


def test_parameters_select_by_number_and_by_text(notes: Any, port: Port) -> None:
    where = "WHERE id IN (?, ?, ?) AND note <> ?"
    query = carried(port, where, (1, "2", Decimal(6), "Müller"))
    assert sorted(port.stream(query).read_all().column("id").to_pylist()) == ["1", "2"]


def test_text_parameters_of_5000_letters_are_compared_whole(notes: Any, port: Port) -> None:
    for text, found in (("ü" * 5000, ["4"]), ("ü" * 4999 + "x", []), ("🚚" * 4999, [])):
        query = carried(port, "WHERE note = ?", (text,))
        assert port.stream(query).read_all().column("id").to_pylist() == found


def test_a_parameter_that_is_no_text_nor_number_is_refused(notes: Any, port: Port) -> None:
    with pytest.raises(TypeError, match="not bool"):
        port.stream(carried(port, "WHERE id = ?", (True,)))


def test_a_result_without_rows_has_its_columns(notes: Any, port: Port) -> None:
    read = port.stream(carried(port, "WHERE id < ?", (0,))).read_all()
    assert (read.num_rows, read.schema.names) == (0, ["id", "note"])


def test_batches_are_bounded_in_rows_and_in_bytes(notes: Any, port: Port) -> None:
    rows = [batch.num_rows for batch in port.stream(carried(port), batch_rows=4)]
    assert sum(rows) == 6
    assert max(rows) <= 4
    with port.stream(carried(port)) as stream:
        assert all(batch.nbytes <= BATCH_BYTES for batch in stream)


def test_what_does_not_fit_is_told_before_the_first_batch(notes: Any, port: Port) -> None:
    with pytest.raises(Misconfigured, match="does not fit the database"):
        port.stream(Query("SELECT secret FROM notes"))


def test_order_and_limit_of_a_page_hold(notes: Any, port: Port) -> None:
    query = carried(port, "WHERE id > ? ORDER BY notes.id DESC LIMIT 3", (1,))
    assert port.stream(query).read_all().column("id").to_pylist() == ["6", "5", "4"]


def test_columns_that_were_not_cast_come_as_text_too(notes: Any, port: Port) -> None:
    read = port.stream(Query("SELECT id AS plain FROM notes WHERE id = 5")).read_all()
    assert read.to_pydict() == {"plain": ["5"]}


def test_a_value_longer_than_expected_is_an_error_and_not_cut(database: Any) -> None:
    """F1: it may have grown after it was measured."""
    database.execute("DROP TABLE IF EXISTS grown", "CREATE TABLE grown (t VARCHAR(300))")
    database.insert("grown", [("a" * 300,)])
    with closing(open_port(database.odbc)) as port:
        [column] = port.describe("grown")
        profile = port.profile
        sql = f"SELECT {profile.carry('t', column)} AS t FROM grown"
    if profile.widened is not None:
        sql = profile.widened(sql, ("t",))
    manner = Manner(database.odbc, "utf-8", profile.name, profile.session, None, None, False)

    def read(longest: int) -> pa.Table:
        reading = Reading(database.odbc, sql, (), 10, longest, 5.0)
        schema, batches = opened(reading, manner, lambda: None)
        return pa.Table.from_batches(batches, schema)

    for short in (1, 296, 299):  # MariaDB's driver would cut a value that is a byte too long
        with pytest.raises(LegacyError):
            read(short)
    assert read(300).column("t").to_pylist() == ["a" * 300]


@pytest.mark.parametrize("length", [70_000, 300_000])
def test_long_values_come_whole_from_a_column_without_a_limit(database: Any, length: int) -> None:
    """F1, N7"""
    kind = {"mariadb": "LONGTEXT CHARACTER SET utf8mb4"}.get(database.name, "TEXT")
    database.execute("DROP TABLE IF EXISTS novels", f"CREATE TABLE novels (id INTEGER, t {kind})")
    database.insert("novels", [(1, "ü" * length), (2, "short")])
    with closing(open_port(database.odbc)) as port:
        _, described = port.describe("novels")
        query = Query(f"SELECT {port.profile.carry('t', described)} AS t FROM novels ORDER BY id")
        longest = 4 * length + 1  # of bytes as two digits each, and their mark
        read = port.stream(replace(query, longest=longest)).read_all()
    assert read.column("t").to_pylist() == ["ü" * length, "short"]


def test_a_row_of_more_room_than_the_transit_buffer_comes_whole(database: Any) -> None:
    """N7: each column has room for the longest value of all."""
    columns = ", ".join(f"t AS t{n}" for n in range(7))
    wide(database)
    with closing(open_port(database.odbc)) as port:
        query = Query(f"SELECT {columns} FROM wide", longest=BATCH_BYTES // 6)
        assert port.stream(query).read_all().to_pylist() == [{f"t{n}": "a" for n in range(7)}]


def test_a_row_of_too_much_room_is_an_error_that_tells_the_way_out(database: Any) -> None:
    columns = ", ".join(f"t AS t{n}" for n in range(7))
    wide(database)
    with closing(open_port(database.odbc)) as port:
        query = Query(f"SELECT {columns} FROM wide", longest=ROW_BYTES // 6)
        with pytest.raises(Misconfigured, match="leave the column of such values out, with `skip`"):
            port.stream(query)


def wide(database: Any) -> None:
    kind = {"mariadb": "LONGTEXT"}.get(database.name, "TEXT")
    database.execute("DROP TABLE IF EXISTS wide", f"CREATE TABLE wide (t {kind})")
    database.insert("wide", [("a",)])


def test_a_server_that_is_not_there_is_unreachable(server: Any) -> None:
    odbc = server.odbc.replace(f"PORT={server.port}", "PORT=1")
    with closing(open_port(odbc)) as port, pytest.raises(Unreachable):
        port.stream(Query("SELECT 1 AS a"))


def test_an_error_in_mid_reading_is_ours(postgresql: Any) -> None:
    sql = Query("SELECT (1 / (3 - n))::varchar(20) AS n FROM generate_series(1, 3) AS g(n)")
    with closing(open_port(postgresql.odbc)) as port, pytest.raises(LegacyError, match="22012"):
        port.stream(sql).read_all()


def texts_of(alphabet: str, lengths: list[int]) -> list[str]:
    return ["".join(alphabet[(n + i) % len(alphabet)] for i in range(n)) for n in lengths]


@pytest.mark.parametrize("alphabet", ["abcdefg", "äöüßéÑ", "Жяш漢字", "🚚😀𝄞"])
def test_text_of_any_length_comes_as_it_was_stored(
    database: Any, port: Port, alphabet: str
) -> None:
    """F10: lengths 1-5,000, also beyond the basic plane."""
    kind = {"mariadb": "LONGTEXT CHARACTER SET utf8mb4"}.get(database.name, "TEXT")
    database.execute("DROP TABLE IF EXISTS many", f"CREATE TABLE many (id INTEGER, t {kind})")
    edges = (64, 128, 256, 1024, 2048, 4096, 5000)
    texts = texts_of(alphabet, [1, 2, 3, *(edge + off for edge in edges for off in (-1, 0))])
    database.insert("many", list(enumerate(texts)))
    _, described = port.describe("many")
    query = Query(f"SELECT {port.profile.carry('t', described)} AS t FROM many ORDER BY id")
    assert port.stream(query).read_all().column("t").to_pylist() == texts
    query = Query(f"SELECT {port.profile.carry_by_row('t', described)} AS t FROM many ORDER BY id")
    assert [row[0] for row in port.ask(query, 10).rows] == texts


def test_only_marked_values_of_a_batch_are_unveiled() -> None:
    batch = pa.record_batch(
        {"a": ["plain", "\x014DC3BC", None, "\x01FF", ""], "b": ["x", "y", None, "z", "\x0141"]}
    )
    assert unveiled(batch, "utf-8").to_pydict() == {
        "a": ["plain", "Mü", None, "\x01FF", ""],
        "b": ["x", "y", None, "z", "A"],
    }
