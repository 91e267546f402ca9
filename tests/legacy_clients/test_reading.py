"""Records, pages and whole tables out of a legacy database, over each driver: no row twice, none
missed.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from legacy_clients import Access, LegacyCRM, open_crm
from legacy_clients.errors import Misconfigured, Missing
from legacy_clients.reading import Ask, Found, Wanted
from legacy_clients.tables import Stamped
from tests.sampled import each

MAPPING = """
[crm]
zone = "UTC"
[location.from]
table = "site"
key = ["site_cd", "loc_no"]
stamp = "changed"
where = { co = "01" }
deleted = { column = "gone", is = ["Y"] }
[location.from.join.w]
table = "site_word"
on = { site_cd = "site_cd", loc_no = "loc_no" }
[location.from.pivot.a]
table = "attr"
on = { obj = "loc_no" }
name = "attr"
value = "val"
[location.fields]
updated_at = { column = "changed", as = "stamp14" }
name = { column = "name" }
city = { column = "city" }
instructions = { column = "w.word" }
street = { column = "kind", as = "char", width = 4 }
customer_id = { column = "cust", width = 6 }
latitude = { column = "lat" }
[location.custom]
dock = { column = "a.DOCK" }
rank = { column = "rnk", type = "integer", numeric = true }
[order.from]
query = "orders.sql"
key = ["no"]
[order.fields]
notes = { column = "memo" }
[order.lines.from]
table = "line"
parent = { ord = "no" }
[order.lines.fields]
line_no = { column = "no" }
description = { column = "descr" }
"""
TABLES = (
    "CREATE TABLE site (site_cd CHAR(3), loc_no CHAR(6), co CHAR(2), changed CHAR(14),"
    " gone CHAR(1), name VARCHAR(20), city VARCHAR(20), kind CHAR(4), cust CHAR(6),"
    " lat DECIMAL(9,6), rnk INTEGER)",
    "CREATE TABLE site_word (site_cd CHAR(5), loc_no CHAR(6), word VARCHAR(20))",
    "CREATE TABLE attr (obj CHAR(6), attr VARCHAR(8), val VARCHAR(20))",
    "CREATE TABLE head (no INTEGER, memo VARCHAR(40), kind CHAR(1))",
    "CREATE TABLE line (ord INTEGER, no INTEGER, descr VARCHAR(20))",
)
SITES = 60


def site(number: int) -> tuple[object, ...]:
    """A row of the table `site`. Cities: ten are null, the others three of five."""
    city = None if number % 6 == 0 else ("Aachen", "Bonn", "Celle")[number % 3]
    return (
        ("CHI", "NYC", "LA ")[number % 3],
        f"{number // 3}".ljust(6),
        "01" if number % 10 else "02",
        f"202401{number % 4 + 1:02}120000",
        "Y" if number % 7 == 0 else "N",
        f"Site {number}",
        city,
        "W   ",
        f"C{number % 5}".ljust(6),
        f"{number}.5",
        None if number % 4 == 0 else number % 9,
    )


class SQLiteFile:
    """An SQLite file with what these tests need of a server."""

    def __init__(self, path: Path) -> None:
        self.path, self.odbc = path, f"DRIVER={{SQLite3}};Database={path}"

    def execute(self, *statements: str) -> None:
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            for statement in statements:
                db.execute(statement)

    def insert(self, table: str, rows: list[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * len(rows[0]))
        with contextlib.closing(sqlite3.connect(self.path)) as db, db:
            db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SQLiteFile:
    file = SQLiteFile(tmp_path_factory.mktemp("sqlite") / "reading.sqlite")
    file.execute("PRAGMA journal_mode = wal")
    return file


@pytest.fixture(params=["sqlite", "mariadb", "postgresql"], scope="session")
def database(request: pytest.FixtureRequest) -> Any:
    """Each of the three, with the tables of the mapping in it."""
    found: Any = request.getfixturevalue(request.param)
    found.execute(*TABLES)
    found.insert("site", [site(number) for number in range(SITES)])
    found.insert("site_word", [("CHI  ", "7     ", "ring twice"), ("NYC  ", "7     ", "back")])
    found.insert("attr", [("7     ", "DOCK", "7-12"), ("7     ", "FAX", "1"), ("8", "DOCK", "x")])
    found.insert("head", [(9, "it's 10:30 o'clock", "S"), (10, None, "S"), (11, "other", "P")])
    found.insert("line", [(9, 10, "ten"), (9, 2, "two"), (10, 1, "one"), (90, 1, "stray")])
    return found


@pytest.fixture
def crm(database: Any, tmp_path: Path) -> Iterator[LegacyCRM]:
    (tmp_path / "mapping.toml").write_text(MAPPING)
    (tmp_path / "orders.sql").write_text(
        "-- what isn't sales; see ':kind'\nSELECT no, memo, '10:30' AS due FROM head\n"
        "WHERE kind = 'S' -- at 10:30\n;"
    )
    with contextlib.closing(open_crm(str(tmp_path), Access(odbc=database.odbc))) as opened:
        yield opened


def pages(crm: LegacyCRM, entity: str, **asked: Any) -> list[Found]:
    """All records, page by page."""
    found: list[Found] = []
    after = None
    for _ in range(500):
        page = crm.find(entity, Ask(after=after, **asked))
        assert len(page.records) <= asked["limit"]
        found += page.records
        if page.next is None:
            return found
        after = page.next
    raise AssertionError("the pages do not end")


def expected(keep: Callable[[tuple[Any, ...]], bool] = lambda row: row[4] != "Y") -> list[str]:
    """The ids of the company's sites that are kept, in the order of their keys."""
    rows = [row for row in map(site, range(SITES)) if row[2] == "01" and keep(row)]
    keys = sorted((str(row[0]), str(row[1])) for row in rows)
    return [f"{code.rstrip()}.{number.rstrip()}" for code, number in keys]


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_pages_by_a_compound_padded_key_show_every_record_once(crm: LegacyCRM, limit: int) -> None:
    """A3, F4"""
    assert [one.id for one in pages(crm, "location", limit=limit)] == expected()


@pytest.mark.parametrize("limit", each(2, [1, 3, 50]))
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["id", "city", "name", "updated_at", "custom.rank", "latitude"])
def test_pages_by_any_order_show_every_record_once(
    crm: LegacyCRM, sort: str, descending: bool, limit: int
) -> None:
    """A3: with equal values across the edges of pages, and nulls last."""
    found = pages(crm, "location", sort=sort, descending=descending, limit=limit)
    ids = [one.id for one in found]
    assert sorted(ids) == sorted(expected())
    whole = [one.id for one in pages(crm, "location", sort=sort, descending=descending, limit=500)]
    assert ids == whole
    if sort in ("city", "custom.rank"):
        word, _, group = sort.rpartition(".")[::-1]
        values = [
            (one.document["custom"] or {}).get("rank") if group else one.document[word]
            for one in found
        ]
        filled = [value for value in values if value is not None]
        assert filled == sorted(filled, reverse=descending)
        assert values == filled + [None] * (len(values) - len(filled))
        assert None in values


def test_pages_stay_whole_while_rows_come_and_go(crm: LegacyCRM, database: Any) -> None:
    """A3: what was there all the time is shown once."""
    before = expected()
    seen: list[str] = []
    after = None
    for turn in range(100):
        page = crm.find("location", Ask(after=after, limit=4, sort="name"))
        seen += [one.id for one in page.records]
        after = page.next
        if after is None:
            break
        database.execute(
            f"INSERT INTO site (site_cd, loc_no, co, gone, name)"
            f" VALUES ('NEW', '{turn:<6}', '01', 'N', 'Site {turn}x')",
            f"DELETE FROM site WHERE site_cd = 'NEW' AND loc_no = '{turn - 2:<6}'",
        )
    database.execute("DELETE FROM site WHERE site_cd = 'NEW'")
    assert after is None
    assert len(seen) == len(set(seen))
    assert sorted(id for id in seen if not id.startswith("NEW")) == sorted(before)


def test_deleted_records_are_shown_on_request(crm: LegacyCRM) -> None:
    every = [one.id for one in pages(crm, "location", limit=9, deleted=True)]
    assert every == expected(lambda row: True)
    assert len(every) > len(expected())


CONDITIONS: dict[str, tuple[Wanted, Callable[[tuple[Any, ...]], bool]]] = {
    "text": (Wanted("city", "=", ("Bonn",)), lambda row: row[6] == "Bonn"),
    "any of several": (
        Wanted("city", "=", ("Bonn", "Celle")),
        lambda row: row[6] in ("Bonn", "Celle"),
    ),
    "a padded text": (Wanted("street", "=", ("W",)), lambda row: True),
    "a padded key": (Wanted("customer_id", "=", ("C3",)), lambda row: row[8] == "C3    "),
    "a number": (Wanted("custom.rank", "=", (3,)), lambda row: row[10] == 3),
    "from a number on": (
        Wanted("custom.rank", ">=", (5,)),
        lambda row: row[10] is not None and row[10] >= 5,
    ),
    "nobody": (Wanted("city", "=", ("Dresden",)), lambda row: False),
    "null": (Wanted("city", "=", (None,)), lambda row: row[6] is None),
}


@pytest.mark.parametrize(("wanted", "keep"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_a_condition_selects_the_records_that_meet_it(
    crm: LegacyCRM, wanted: Wanted, keep: Callable[[tuple[Any, ...]], bool]
) -> None:
    """F9: what the predicate of a codec selects is what it reads so."""
    found = pages(crm, "location", wanted=(wanted,), limit=5)
    assert [one.id for one in found] == expected(lambda row: row[4] != "Y" and keep(row))


def test_a_condition_on_a_compound_key_selects_its_record(crm: LegacyCRM) -> None:
    found = pages(crm, "location", wanted=(Wanted("id", "=", ("NYC.7",)),), limit=5)
    assert [one.id for one in found] == ["NYC.7"]


def test_a_record_is_its_flat_row(crm: LegacyCRM) -> None:
    found = crm.get("location", "NYC.7")
    assert found.id == "NYC.7"
    assert found.document == {
        "id": "NYC.7",
        "updated_at": "2024-01-03T12:00:00Z",
        "deleted": False,
        "customer_id": "C2",
        "name": "Site 22",
        "city": "Bonn",
        "latitude": "22.500000",
        "street": "W",
        "instructions": "back",
        "custom": {"dock": "7-12", "rank": 4},
        "problems": [],
    }


def test_the_etag_follows_the_row_and_what_is_joined_to_it(crm: LegacyCRM, database: Any) -> None:
    """W5: changes made directly in the database count."""
    first = crm.get("location", "NYC.7").etag
    assert crm.get("location", "NYC.7").etag == first
    change = "UPDATE site_word SET word = '{}' WHERE site_cd = 'NYC' AND loc_no = '7     '"
    if isinstance(database, SQLiteFile):
        change = change.replace("'NYC'", "'NYC  '")
    database.execute(change.format("front"))
    second = crm.get("location", "NYC.7").etag
    database.execute(change.format("back"))
    assert second != first
    assert crm.get("location", "NYC.7").etag == first


@pytest.mark.parametrize("id", ["NYC.999", "NYC", "NYC.7.1", "", "nyc.7", "NYCX.7", "NYC.7'--"])
def test_an_id_that_nobody_has_is_missing(crm: LegacyCRM, id: str) -> None:
    with pytest.raises(Missing, match="no location has the id"):
        crm.get("location", id)


def test_records_outside_the_conditions_of_the_mapping_never_existed(crm: LegacyCRM) -> None:
    assert site(10)[:3] == ("NYC", "3     ", "02")
    with pytest.raises(Missing):
        crm.get("location", "NYC.3")


def test_an_sql_file_is_read_like_a_table(crm: LegacyCRM) -> None:
    found = pages(crm, "order", limit=1)
    assert [(one.id, one.document["notes"]) for one in found] == [
        ("10", None),
        ("9", "it's 10:30 o'clock"),
    ] or [(one.id, one.document["notes"]) for one in found] == [
        ("9", "it's 10:30 o'clock"),
        ("10", None),
    ]


def test_children_stand_in_the_order_of_their_keys(crm: LegacyCRM) -> None:
    lines = [(one.id, one.document["lines"]) for one in pages(crm, "order", limit=5)]
    assert dict(lines) == {
        "9": [
            {"line_no": 2, "description": "two"},
            {"line_no": 10, "description": "ten"},
        ],
        "10": [{"line_no": 1, "description": "one"}],
    }
    assert crm.get("order", "9").document["lines"] == dict(lines)["9"]


def test_a_column_that_is_not_there_is_named_with_those_that_are(
    database: Any, tmp_path: Path
) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING.replace('"city"', '"town"'))
    (tmp_path / "orders.sql").write_text("SELECT no, memo FROM head")
    with (
        contextlib.closing(open_crm(str(tmp_path), Access(odbc=database.odbc))) as opened,
        pytest.raises(
            Misconfigured, match=r"table site has no column town; it has site_cd, loc_no"
        ),
    ):
        opened.get("location", "NYC.7")


def streamed(crm: LegacyCRM, query: Any) -> list[dict[str, Any]]:
    """What a night reads, by column."""
    with crm.port.stream(query) as stream:
        return list(stream.read_all().to_pylist())


def test_a_night_reads_the_rows_of_its_conditions_in_full(crm: LegacyCRM) -> None:
    """F4"""
    found = streamed(crm, crm.table("site").rows())
    own = [row for row in map(site, range(SITES)) if row[2] == "01"]
    assert len(found) == len(own) == 54
    by_name = {row["name"]: row for row in found}
    row = by_name["Site 22"]
    # MariaDB gives out a CHAR without its padding.
    padding = "" if row["kind"] == "W" else " "
    assert float(row.pop("lat")) == 22.5
    assert row == {
        "site_cd": "NYC",
        "loc_no": "7" + 5 * padding,
        "co": "01",
        "changed": "20240103120000",
        "gone": "N",
        "name": "Site 22",
        "city": "Bonn",
        "kind": "W" + 3 * padding,
        "cust": "C2" + 4 * padding,
        "rnk": "4",
    }
    assert by_name["Site 12"]["city"] is None


def test_a_night_compares_keys_and_stamps_and_reads_again_what_it_wants(crm: LegacyCRM) -> None:
    """N1: the keys that the narrow reading brings find their rows."""
    table = crm.table("site")
    stamps = streamed(crm, table.stamps())
    assert len(stamps) == 54
    assert set(stamps[0]) == {"site_cd", "loc_no", "changed"}
    wanted = [(row["site_cd"], row["loc_no"]) for row in stamps if row["changed"] < "20240102"]
    assert len(wanted) == 12
    found = crm.port.ask(table.rows_of(wanted), 10).rows
    names = list(table.columns)
    assert sorted((row[names.index("site_cd")], row[names.index("loc_no")]) for row in found) == (
        sorted(wanted)
    )
    (counted,) = crm.port.ask(table.count(), 10).rows
    assert int(str(counted[0])) == 54


def test_a_night_reads_a_table_with_a_single_key_by_that(crm: LegacyCRM) -> None:
    table = crm.table("orders")
    keys = [(row["no"],) for row in streamed(crm, table.stamps())]
    assert sorted(keys) == [("10",), ("9",)]
    found = crm.port.ask(table.rows_of([("9",)]), 10).rows
    assert [dict(zip(table.columns, row, strict=True)) for row in found] == [
        {"no": "9", "memo": "it's 10:30 o'clock", "due": "10:30"}
    ]


def test_recent_rows_come_by_their_stamps_and_others_by_what_they_hold(crm: LegacyCRM) -> None:
    """N1: of runs between nights."""
    site, line = crm.table("site"), crm.table("line")
    assert isinstance(site, Stamped)
    assert isinstance(line, Stamped)
    with contextlib.closing(site.recent("20240104120000").batches) as batches:
        rows = [row for batch in batches for row in batch.to_pylist()]
    assert {row["changed"] for row in rows} == {"20240104120000"}
    assert len(rows) == 15
    assert set(rows[0]) == {"site_cd", "loc_no", "changed"}
    # Whether padded or not; never a key that only begins alike.
    place = site.columns.index("name")
    for value in ("7", "7     "):
        held = site.holding(["loc_no"], [(value,), ("70",)])
        assert sorted(row[place] for row in held) == ["Site 21", "Site 22", "Site 23"]
    held = site.holding(["site_cd", "loc_no"], [("NYC", "7"), ("LA", "7")])
    assert sorted(row[place] for row in held) == ["Site 22", "Site 23"]
    assert site.padded("loc_no")
    descr = line.columns.index("descr")
    held = line.holding(["ord"], [("9",), ("10",)])
    assert sorted(row[descr] for row in held) == ["one", "ten", "two"]


@pytest.mark.parametrize("size", each(2, [4, 1, 1000]))
def test_a_night_reads_a_table_by_ranges_without_losing_a_row(crm: LegacyCRM, size: int) -> None:
    """N11"""
    for name in ("site", "line", "orders", "attr"):
        whole = streamed(crm, crm.table(name).rows())
        parts = [row for query in crm.table(name).pages(size) for row in streamed(crm, query)]
        assert sorted(map(repr, parts)) == sorted(map(repr, whole)), name


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_go_on_behind_bytes_that_are_no_text(
    tmp_path: Path, limit: int, descending: bool
) -> None:
    """A3, F5: such bytes end a page like any other text does."""
    (tmp_path / "mapping.toml").write_text(
        "[user.from]\ntable = 'person'\nkey = ['no']\n[user.fields]\nname = { column = 'name' }\n"
    )
    file = SQLiteFile(tmp_path / "bytes.sqlite")
    file.execute(
        "PRAGMA journal_mode = wal",
        "CREATE TABLE person (no INTEGER, name VARCHAR(20))",
        "INSERT INTO person VALUES (1, 'Meier'), (2, CAST(x'4DFC' AS TEXT)), (3, 'Zoe'),"
        " (4, CAST(x'DC' AS TEXT)), (5, CAST(x'4D0041' AS TEXT)), (6, 'Ümit'), (7, NULL),"
        " (8, CAST(x'4DFC' AS TEXT))",
    )
    with contextlib.closing(open_crm(str(tmp_path), Access(odbc=file.odbc))) as opened:
        found = pages(opened, "user", sort="name", descending=descending, limit=limit)
    order = ["5", "1", "2", "8", "3", "6", "4", "7"]
    if descending:
        order = ["4", "6", "3", "2", "8", "1", "5", "7"]
    assert [one.id for one in found] == order
    assert len([one for one in found if one.document["problems"]]) == 4


def test_a_filter_on_a_joined_table_that_nothing_meets_gives_an_empty_page(
    atlas_crm: LegacyCRM,
) -> None:
    for field in ("email", "custom.region_manager", "custom.fax"):
        page = atlas_crm.find("customer", Ask(wanted=(Wanted(field, "=", ("nobody at all",)),)))
        assert (page.records, page.next) == ([], None)


def test_recent_rows_of_a_column_of_moments(database: Any, tmp_path: Path) -> None:
    kind = "DATETIME" if database.odbc.startswith("DRIVER={Maria") else "TIMESTAMP"
    database.execute(f"CREATE TABLE moment (id INTEGER, at {kind})")
    early, late = "2026-01-01 10:00:00", "2026-01-01 10:00:01"
    database.insert("moment", [(1, early), (2, late), (3, None)])
    (tmp_path / "mapping.toml").write_text(
        '[crm]\nzone = "UTC"\n[customer.from]\ntable = "moment"\nkey = ["id"]\nstamp = "at"\n'
        '[customer.fields]\nupdated_at = { column = "at", as = "stamp" }\n'
    )
    with contextlib.closing(open_crm(str(tmp_path), Access(odbc=database.odbc))) as crm:
        table = crm.table("moment")
        assert isinstance(table, Stamped)
        with contextlib.closing(table.recent(late).batches) as batches:
            assert [row["id"] for batch in batches for row in batch.to_pylist()] == ["2"]
