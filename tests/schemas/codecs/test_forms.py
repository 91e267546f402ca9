"""All forms of a codec agree, on generated texts: record, SQL, write-then-read, predicate and order
(F9).
"""

from __future__ import annotations

import datetime as dt
import json
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.codecs import CODECS, make_codec
from schemas.codecs.codec import MARK, UNDECODED, Codec, Condition, Rules, SqlForm, Unreadable
from schemas.codecs.zone import zone_table
from schemas.fields import Code, Day, Exact, Flag, Instant, Key, Keys, Text, Whole, Words

CHICAGO = Rules(
    zone="America/Chicago",
    sentinels={
        "date": ("0000-00-00", "1899-12-30", "9999-12-31", "00000000", "99991231", "20240704"),
        "stamp": (
            "0000-00-00 00:00:00",
            "9999-12-31 23:59:59",
            "1999-09-09 00:00:00",
            "99991231235959",
            "19990909000000",
            "00000000000000",
            "0",
            "-1",
        ),
    },
    calling_code="1",
    country="US",
)
EARLIER = Rules(zone="America/Chicago", repeated="earlier", skipped="earlier")
LATER = Rules(zone="Europe/Berlin", repeated="later", skipped="later")
BERLIN = Rules(zone="Europe/Berlin", repeated="earlier")

TRAPS = [
    "", " ", "   ", "\t", "\n", "0", "-0", "00", "1", "-1", "+1", " 1", "1 ", "12.7", "1e3",
    "0x1F", "1_000", "12.345", "12.340", "12.34000000", "yes", "t", "true", "Y", "N", "y", "Y ",
    "infinity", "-infinity", "nan", "NaN", "Inf", "1.8e309", "1e-05", "1e-400", "1.0e+20", "1e16",
    "0.10000000000000001", "0.30000000000000004", "12345678901234.56", "12345678901234.561",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "0" * 30 + "5", "9" * 38, "9" * 39, "9" * 50, "-" + "9" * 16 + ".99", "1" + "0" * 16,
    "1" * 5000, "1." + "0" * 60, "." + "5", "5.", "-.5", "-0.00", "--1", "1-", "١٢", "１２",
    "1,000", "$5", "1\n", "2024-01-31", "2024-1-5", "2024-02-30", "2024-02-29", "2023-02-29",
    "0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "1899-12-30",
    "2024-01-01 00:00:00", "today", "0044-03-15 (BC)", "-0001-01-01", "epoch", "20240131",
    "20240230", "00000000", "00000101", "00010101", "99991231", "2024013", "202401311",
    "2024 0131", "20240704", "2024-07-04", "2024-01-31 10:00:00", "2024-01-31T10:00:00",
    "2024-01-31 10:00:00.5", "2024-01-31 10:00:00.", "2024-01-31 10:00:00.123456",
    "2024-01-31 10:00:00.1234567", "2024-01-31 10:00:00.1234560", "2024-01-31 24:00:00",
    "2024-01-31 23:59:60", "2024-01-31 10:00", "2024-01-31 10:60:00", "2024-03-10 02:30:00",
    "2024-11-03 01:30:00", "2024-03-31 02:30:00", "2024-10-27 02:30:00", "2024-03-10T02:00:00",
    "2024-03-10 01:59:59.999999", "2024-11-03 00:59:59", "2024-11-03 02:00:00",
    "1849-12-31 23:59:59", "1850-01-01 00:00:00", "2200-12-31 23:59:59.999999",
    "2201-01-01 00:00:00", "9999-12-31 23:59:59", "1999-09-09 00:00:00", "0001-01-01 00:00:00",
    "0000-01-01 00:00:00", "20240131100000", "20240310023000", "20241103013000", "20240230100000",
    "20240131240000", "18491231235959", "18500101000000", "99991231235959", "20240131235960",
    "2024013110000", "2024-01-31T10:00:00Z", "2024-01-31 10:00:00+00",
    "2024-01-31 10:00:00+05:30", "2024-01-31Z", "2024-01-31T10:00:00-0530",
    "2024-01-31T10:00:00-00:30", "2024-01-31T10:00:00+24:00", "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59.999999-00:01", "2024-01-31T10:00:00z", "2024-01-31T10:00:00.5Z",
    "2024-01-31T10:00:00.1234567Z", "2024-01-31T10:00:00+5", "10:00:00Z", "-62135596800",
    "-62135596801", "253402300799", "253402300800", "1700000000", "1.7e9", "A", "H", "X", "a",
    "A ", " A", "BS", "SB", "B,S", "B, S ,B", ",", ", ,", "B,,C", "{p}", "{l}", "'", "a.b", "a~b",
    "~0", "~", ".", "C001", "C001   ", "\x1f", "é", "🚚", "e\u0301", 'a"b', "a\\b",
    "+1 (312) 555-1234", "312.555.1234", "0049 30 123456", "+49 (0)30 123456",
    "+49 ( 0 )30 123456", "555-1234 ask Bob", "+012345678", "+1234567", "+1234567890123456",
    "1123456789", "+", "00", "a@b.co", " a@b.co ", "a@b", "a..b@c.de", ".a@b.co", "a@-b.co",
    "a b@c.de", "{a}'|@b.co", "a@b.co.", "x" * 64 + "@b.co", "x" * 65 + "@b.co",
    "a@" + "x" * 63 + ".co", "a@" + "x" * 64 + ".co", "a@" + "x." * 126 + "co",
    "a@" + "x." * 125 + "co", "é@b.co", "a@bé.co", "a@b.co\n", "USA", "U.S.A.", "usa",
    "Deutschland", "DEUTSCHLAND", "méxico", "MEXICO", "Korea", "Weißrussland", "IL", "illinois",
    "US-IL", "us-il", "Île-de-France", "ile-de-france", "Bayern", "Atlantis", "ı", "B S",
    " S  B ", "S]S", "S ] B.", "B. ]", MARK, MARK + "4d", MARK + "4d ", "a\0b", "\0", "a" + MARK,
]  # fmt: skip


def exact(text: str) -> Any:
    return text


def unpadded(text: str) -> str:
    """As databases compare that pay no heed to blanks on the right."""
    return text.rstrip(" ")


def of_width(width: int) -> Callable[[str], str | None]:
    return lambda text: text.ljust(width) if len(text) <= width else None


def spelled(pattern: str) -> Callable[[str], str | None]:
    """Columns that hold only such texts, and blanks."""
    return lambda text: text if re.fullmatch(f"(?:{pattern}| *)", text) else None


def whole(text: str) -> int | None:
    return int(text) if re.fullmatch("-?[0-9]{1,18} *", text) else None


def number(text: str) -> Decimal | None:
    return Decimal(text.strip()) if re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]+)? *", text) else None


def double(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)? *", text) else None


LOCAL = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(\\.[0-9]+)?"


@dataclass(frozen=True)
class Case:
    """A codec with its field and options; `alike` are texts near to its spellings, `native` what a
    column holds.
    """

    codec: str
    field: Any
    alike: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    rules: Rules = CHICAGO
    columns: int = 1
    native: Callable[[str], Any] = exact
    values: Any = None

    def make(self) -> Codec:
        # Compared is natively here, so the columns of numbers are numeric.
        numeric = {"numeric": True} if "numeric" in CODECS[self.codec].options else {}
        return make_codec(self.codec, self.field, numeric | self.options, self.rules, self.columns)


CLOCK = "([01][0-9]|2[0-4]):[0-5][0-9]:[0-6][0-9]"
DAY = "(0000|0001|18[459][0-9]|19[0-9]{2}|20[0-4][0-9]|220[01]|9999)-[01][0-9]-[0-3][0-9]"
CHANGE = "2024-(03-10|11-03|03-31|10-27) 0[0-4]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,8})?"
COMPACT_CHANGE = "2024(0310|1103|0331|1027)0[0-4][0-5][0-9][0-5][0-9]"
STAMP = f"({DAY}[ T]{CLOCK}(\\.[0-9]{{0,8}})?|{CHANGE})"
COMPACT = f"({DAY}{CLOCK}|{COMPACT_CHANGE})".replace("-[", "[").replace(":[", "[")
STATUS = {"A": "active", "H": "on_hold", "X": "inactive", "": "prospect", "{p}": "active"}
STATUSES = Code(("prospect", "active", "on_hold", "inactive"))
ROLES = Words(("bill_to", "shipper", "consignee"))
instants = st.datetimes(dt.datetime(1849, 1, 1), dt.datetime(2202, 1, 1), timezones=st.just(dt.UTC))
changes = st.datetimes(
    dt.datetime(2024, 3, 10, 5), dt.datetime(2024, 3, 10, 11), timezones=st.just(dt.UTC)
) | st.datetimes(
    dt.datetime(2024, 11, 3, 4), dt.datetime(2024, 11, 3, 10), timezones=st.just(dt.UTC)
)
decimals = st.decimals(-(10**17), 10**17, allow_nan=False, places=2) | st.decimals(-5, 5, places=4)

CASES = {
    "text": Case("text", Text()),
    "char": Case("char", Text(), native=unpadded),
    "char width": Case("char", Text(), options={"width": 7}, native=of_width(7)),
    "key": Case("key", Key(), "[A-C]?[0-9.~]{0,3} {0,2}", native=unpadded),
    "key width": Case("key", Key(), "C[0-9]{1,7} *", {"width": 6}, native=of_width(6)),
    "key of two": Case("key", Key(), "[0-9.~]{0,3} {0,2}", columns=2, native=unpadded),
    "key of three": Case(
        "key", Key(), "[a.~]{0,2}", {"widths": [4, 4, 4]}, columns=3, native=of_width(4)
    ),
    "keys": Case("keys", Keys(), '[A-C"\\\\]{0,2} {0,2}'),
    "integer": Case("integer", Whole(), "-?[0-9]{0,20} ?", native=whole, values=st.integers()),
    "decimal": Case(
        "decimal", Exact(18, 2), "-?[0-9]{0,17}(\\.[0-9]{0,4}0*)? ?", native=number, values=decimals
    ),
    "decimal 38": Case(
        "decimal", Exact(38, 10), "-?[0-9]{0,29}(\\.[0-9]{0,11})?", native=number, values=decimals
    ),
    "decimal 0": Case(
        "decimal", Exact(38, 0), "-?[0-9]{0,39}(\\.0{0,3})?", native=number, values=decimals
    ),
    "decimal 1": Case(
        "decimal", Exact(3, 1), "-?[0-9]{0,3}(\\.[0-9]{0,2}0?)?", native=number, values=decimals
    ),
    "cents": Case("cents", Exact(18, 2), "-?[0-9]{0,20} ?", native=whole, values=decimals),
    "cents 38": Case(
        "cents", Exact(38, 6), "-?[0-9]{0,40}", {"scale": 3}, native=whole, values=decimals
    ),
    "float": Case(
        "float",
        Exact(18, 2),
        "-?[0-9]{1,17}(\\.[0-9]{1,4})?(e[+-]?[0-9]{1,2})?",
        native=double,
        values=decimals,
    ),
    "float 6": Case(
        "float", Exact(9, 6), "-?[0-9]{1,3}\\.[0-9]{1,18}", native=double, values=decimals
    ),
    "float 21": Case(
        "float", Exact(21, 12), "-?[0-9]{1,9}\\.[0-9]{1,15}", native=double, values=decimals
    ),
    "float 0": Case("float", Exact(21, 0), "-?[0-9]{15,22}(\\.0)?", native=double, values=decimals),
    "bit": Case("bit", Flag(), "[01] ?", native=whole),
    "yn": Case("yn", Flag(), "[YNyn] ?", native=unpadded),
    "flag": Case(
        "flag", Flag(), "[JN{}] ?", {"yes": ["J", "{p}"], "no": ["N", "'"]}, native=unpadded
    ),
    "codes": Case(
        "codes", STATUSES, "[AHXZ]? ?", {"codes": STATUS, "write": {"active": "A"}}, native=unpadded
    ),
    "codes width": Case(
        "codes",
        Text(),
        "[AB]{0,3}",
        {"codes": {"A": "one", "AB": "two"}, "width": 3},
        native=of_width(3),
    ),
    "codes flag": Case(
        "codes", Flag(), "[12]", {"codes": {"1": True, "2": "false"}}, native=unpadded
    ),
    "among": Case("among", Flag(), "[DX{}] ?", {"values": ["D", "X "]}),
    "codes list": Case(
        "codes_list",
        ROLES,
        "[BSC ]{0,4}Z?",
        {"codes": {"S": "shipper", "B": "bill_to", "]": "consignee"}},
    ),
    "codes list separated": Case(
        "codes_list",
        ROLES,
        "([BSC], ?){0,4}Z?",
        {
            "codes": {"S": "shipper", "B": "bill_to", "C": "consignee", "CC": "consignee"},
            "separator": ",",
            "write": {"consignee": "CC"},
        },
    ),
    "codes list blank": Case(
        "codes_list",
        ROLES,
        "([BS] ?){0,4}",
        {"codes": {"S": "shipper", "B": "bill_to"}, "separator": " "},
    ),
    "codes list bracket": Case(
        "codes_list",
        ROLES,
        "([BS]\\]?){0,4}",
        {"codes": {"S": "shipper", "B.": "bill_to"}, "separator": "]"},
    ),
    "listed": Case("listed", Text(), "[A ]{0,2}", columns=2),
    "listed code": Case("listed", STATUSES, "(active|open|A| ) ?", columns=2),
    "date": Case("date", Day(), DAY, native=spelled("[0-9-]{10}"), values=st.dates()),
    "date8": Case(
        "date8", Day(), DAY.replace("-[", "["), native=spelled("[0-9]{8}"), values=st.dates()
    ),
    "stamp": Case("stamp", Instant(), STAMP, native=spelled(LOCAL), values=instants | changes),
    "stamp earlier": Case(
        "stamp", Instant(), STAMP, rules=EARLIER, native=spelled(LOCAL), values=instants | changes
    ),
    "stamp later": Case(
        "stamp", Instant(), STAMP, rules=LATER, native=spelled(LOCAL), values=instants | changes
    ),
    "stamp Berlin": Case(
        "stamp", Instant(), STAMP, rules=BERLIN, native=spelled(LOCAL), values=instants | changes
    ),
    "stamp zone": Case(
        "stamp",
        Instant(),
        STAMP,
        {"zone": "Asia/Kolkata", "separator": "T"},
        native=spelled(LOCAL.replace(" ", "T", 1)),
        values=instants,
    ),
    "stamp false Z": Case("stamp", Instant(), STAMP + "Z?", {"utc_marked_local": True}),
    "stamp14": Case(
        "stamp14", Instant(), COMPACT, native=spelled("[0-9]{14}"), values=instants | changes
    ),
    "date8_time6": Case("date8_time6", Instant(), COMPACT, columns=2),
    "date8_time6 earlier": Case("date8_time6", Instant(), COMPACT, rules=EARLIER, columns=2),
    "utc": Case("utc", Instant(), STAMP + "(Z|[+-][0-2][0-9](:?[0-6][0-9])?)?"),
    "epoch": Case("epoch", Instant(), "-?[0-9]{1,12}", native=whole, values=instants),
    "phone_e164": Case("phone_e164", Text(), "(\\+|00)?[()0-9 ./-]{5,20}"),
    "phone_e164 abroad": Case("phone_e164", Text(), "(\\+|00)?[()0-9 ./-]{5,20}", rules=LATER),
    "email_address": Case("email_address", Text(), " ?[a-z.{}']{1,4}@[a-z.-]{1,6}\\.[a-z]{1,3} ?"),
    "country_code": Case(
        "country_code", Text(), "(USA|U\\.S\\.|Germany|Türkei|ÖSTERREICH| mexico|ſpain)[ .]?"
    ),
    "region_code": Case(
        "region_code",
        Text(),
        "(us|USA|DE|Mexico|IL|by|US-TX|Illinois|Nuevo Le[oó]n|Bayern| )[ .]?",
        columns=2,
    ),
    "region_code abroad": Case(
        "region_code", Text(), "(us|USA|DE|IL|by|Bayern| )", rules=LATER, columns=2
    ),
}

# Read from the mapping's own words, not from a column: see test_constant.py.
OF_THE_MAPPING = {"constant"}

generated = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))

ORDER = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": operator.eq,
}
TICKS = {
    dt.datetime: dt.timedelta(microseconds=1),
    dt.date: dt.timedelta(days=1),
    int: 1,
    Decimal: Decimal("0.01"),
}

Row = tuple[str | None, ...]
Held = tuple[tuple[Any, ...], Any]


def texts(case: Case) -> st.SearchStrategy[str | None]:
    free = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    near = st.from_regex(case.alike, fullmatch=True) if case.alike else free
    spoiled = st.builds(
        lambda text, at, c: text[: at % (len(text) + 1)] + c + text[at % (len(text) + 1) :],
        near,
        st.integers(0, 40),
        st.sampled_from([" ", "0", "9", "-", "T", "Z", "\0", MARK, "é", "\n", "٣", "."]),
    )
    return st.one_of(st.none(), near, near, near, spoiled, free, st.sampled_from(TRAPS))


def halves(text: str | None) -> Row:
    return (text, None) if text is None else (text[:8], text[8:])


def rows(case: Case) -> st.SearchStrategy[list[Row]]:
    one = st.tuples(*[texts(case)] * case.columns)
    if case.codec == "date8_time6":
        one = one | texts(case).map(halves)
    return st.lists(one, min_size=1, max_size=25)


def trapped(case: Case) -> list[Row]:
    if case.columns == 1:
        return [(None,), *((text,) for text in TRAPS)]
    count = len(TRAPS)
    found = [
        tuple(TRAPS[(i + 7 * column) % count] for column in range(case.columns))
        for i in range(count)
    ]
    for column in range(case.columns):
        after = ["A"] * (case.columns - column - 1)
        found += [(*[None] * column, trap, *after) for trap in TRAPS]
    found += [(trap,) * case.columns for trap in TRAPS]
    return [*found, *(halves(trap) for trap in TRAPS if case.columns == 2), (None,) * case.columns]


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        yield connection


def by_record(codec: Codec, row: Row) -> tuple[Any, str | None]:
    try:
        return codec.read(*row), None
    except Unreadable as refusal:
        return None, refusal.reason


def by_sql(duck: duckdb.DuckDBPyConnection, case: Case, batch: list[Row]) -> list[tuple[Any, Any]]:
    columns = [f"c{i}" for i in range(case.columns)]
    form = case.make().sql(*columns)
    data = {"i": list(range(len(batch)))} | {
        name: pa.array([row[i] for row in batch], pa.string()) for i, name in enumerate(columns)
    }
    duck.register("rows", pa.table(data))
    found = duck.execute(query(duck, form, columns)).fetchall()
    duck.unregister("rows")
    return [(value, reason) for _, value, reason in found]


def query(duck: duckdb.DuckDBPyConnection, form: SqlForm, columns: list[str]) -> str:
    joined = ""
    if form.lookup:
        table = form.lookup.rows()
        duck.register(form.lookup.name, table)
        on = form.lookup.on.format(p="flat.p")
        joined = f'LEFT JOIN "{form.lookup.name}" AS l ON l.key = {on}'
    value, reason = (part.format(p="flat.p", l="l") for part in (form.value, form.reason))
    return (
        f"WITH flat AS (SELECT i, {', '.join(columns)}, {form.prepare or 'NULL'} AS p FROM rows)"
        f" SELECT i, {value}, {reason} FROM flat {joined} ORDER BY i"
    )


def as_stored(value: Any, kind: Any) -> Any:
    """A typed value as DuckDB gives it."""
    if value is None:
        return None
    if isinstance(kind, Instant):
        assert value.tzinfo is dt.UTC
        return value.replace(tzinfo=None)
    if isinstance(kind, Words | Keys):
        return list(value)
    if isinstance(kind, Exact):
        return f"{value:f}"
    return value


def as_given(value: Any, kind: Any) -> Any:
    if isinstance(kind, Words | Keys) and value is not None:
        unpacked = json.loads(value)
        if isinstance(kind, Words):
            assert value == json.dumps(unpacked, separators=(",", ":"))
        return unpacked
    if isinstance(kind, Exact) and value is not None:
        return f"{value:f}"
    return value


def agree(duck: duckdb.DuckDBPyConnection, case: Case, batch: list[Row]) -> None:
    codec = case.make()
    for (
        row,
        given_,
    ) in zip(batch, by_sql(duck, case, batch), strict=True):
        value, reason = by_record(codec, row)
        expected = (as_stored(value, case.field), reason)
        found = (as_given(given_[0], case.field), given_[1])
        assert (row, *found) == (row, *expected), case.codec
        assert type(found[0]) is type(expected[0])


def test_every_codec_has_a_case() -> None:
    assert {case.codec for case in CASES.values()} == set(CODECS) - OF_THE_MAPPING


@pytest.mark.parametrize("name", CASES)
def test_traps_are_read_alike_by_record_and_by_sql(
    name: str, duck: duckdb.DuckDBPyConnection
) -> None:
    """F9, F1, F7"""
    agree(duck, CASES[name], trapped(CASES[name]))


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
@generated
def test_generated_texts_are_read_alike_by_record_and_by_sql(
    name: str, duck: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    """F9"""
    agree(duck, CASES[name], data.draw(rows(CASES[name])))


def written_back(case: Case, values: list[Any]) -> int:
    """How many of the values have no spelling; all others read back as they are."""
    codec, refused = case.make(), 0
    for value in values:
        try:
            written = codec.write(value)
        except Unreadable:
            refused += 1
            continue
        assert len(written) == case.columns
        assert codec.read(*written) == value
    return refused


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
@generated
def test_what_is_written_reads_back_as_the_value(name: str, data: st.DataObject) -> None:
    """F9"""
    case = CASES[name]
    readings = [by_record(case.make(), row) for row in data.draw(rows(case))]
    values = [value for value, reason in readings if reason is None]
    written_back(case, values if case.values is None else [*values, data.draw(case.values)])


WRITABLE = [
    name
    for name, case in CASES.items()
    if case.codec != "listed"
    and "_code" not in name
    and "_address" not in name
    and "_e164" not in name
    and not {"width", "widths"} & case.options.keys()
]


@pytest.mark.parametrize("name", WRITABLE)
def test_most_values_that_are_read_can_be_written(name: str) -> None:
    case = CASES[name]
    values = [by_record(case.make(), row)[0] for row in trapped(case)]
    values = [value for value in values if value is not None]
    assert values
    assert written_back(case, values) * 4 <= len(values)


def test_null_is_written_as_null() -> None:
    for case in CASES.values():
        assert case.make().write(None) == (None,) * case.columns


def holds(condition: Condition, native: tuple[Any, ...], bare: bool) -> bool:
    cell = native[condition.column]
    if condition.op == "null":
        return cell is None
    if cell is None:
        return False
    values = [v.rstrip(" ") for v in condition.values] if bare else condition.values
    return any(ORDER[condition.op](cell, value) for value in values)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.make().filters])
@given(data=st.data())
@generated
def test_predicates_select_the_rows_whose_value_compares_so(name: str, data: st.DataObject) -> None:
    """F9: of the rows that are read, null among them; a refused row may come along."""
    case = CASES[name]
    codec = case.make()
    stored = held(case, codec, data.draw(rows(case)))
    values = [value for _, value in stored if value is not None][:4]
    if case.values is not None:
        values += data.draw(st.lists(case.values, min_size=1, max_size=3))
    compare(case, codec, stored, values)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.make().filters])
def test_predicates_select_the_right_traps(name: str) -> None:
    """F9, F7: sentinels, blanks and zero dates are null and never selected."""
    case = CASES[name]
    codec = case.make()
    stored = held(case, codec, trapped(case))
    compare(case, codec, stored, [value for _, value in stored if value is not None][:40])


def compare(case: Case, codec: Codec, stored: list[Held], values: list[Any]) -> None:
    bare = case.native is unpadded
    superset = not getattr(getattr(codec, "zone", None), "ascends", True)
    for near in (near for value in values for near in neighbours(value)):
        for op in codec.filters:
            conditions = codec.predicate(op, near)
            if conditions is None:
                continue
            for native, value in stored:
                selected = all(holds(condition, native, bare) for condition in conditions)
                wanted = value is not None and ORDER[op](value, near)
                assert selected or not wanted, (op, near, conditions, native, value)
                assert superset or wanted or not selected, (op, near, conditions, native, value)


def held(case: Case, codec: Codec, batch: list[Row]) -> list[Held]:
    """What a native column would hold, and the value read from it; refused rows and what no column
    holds left out.
    """
    found = []
    for row in batch:
        native = tuple(None if text is None else case.native(text) for text in row)
        if any(n is None and t is not None for n, t in zip(native, row, strict=True)):
            continue
        value, reason = by_record(codec, row)
        if reason is None:
            found.append((native, value))
    return found


def neighbours(value: Any) -> list[Any]:
    tick = None if isinstance(value, bool) else TICKS.get(type(value))
    if tick is None:
        return [value]
    try:
        return [value - tick, value, value + tick]
    except OverflowError:
        return [value]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.make().filters])
def test_most_values_that_are_read_can_be_asked_for(name: str) -> None:
    case = CASES[name]
    codec = case.make()
    op = "=" if "=" in codec.filters else ">="
    values = [v for _, v in held(case, codec, trapped(case)) if v is not None]
    assert values
    assert sum(codec.predicate(op, value) is None for value in values) * 4 <= len(values)


@pytest.mark.parametrize("name", [n for n, case in CASES.items() if case.make().keeps_order])
@given(data=st.data())
@generated
def test_native_order_is_the_order_of_the_values(name: str, data: st.DataObject) -> None:
    """F9"""
    case = CASES[name]
    stored = held(case, case.make(), [*data.draw(rows(case)), *trapped(case)])
    readable = sorted((native, value) for native, value in stored if value is not None)
    values = [value for _, value in readable]
    assert len(values) > 1
    assert values == sorted(values)


@pytest.mark.parametrize(
    "name", [n for n, c in CASES.items() if c.codec not in {"listed"} and "_e164" not in n]
)
def test_bytes_that_are_no_text_are_refused(name: str) -> None:
    """F5: but for companions, which are null."""
    case = CASES[name]
    reading = by_record(case.make(), (MARK + "ff",) * case.columns)
    companion = case.codec in {"email_address", "country_code", "region_code"}
    assert reading == (None, None if companion else UNDECODED)


@pytest.mark.parametrize("name", CASES)
def test_sql_forms_hold_no_braces_but_their_places(name: str) -> None:
    form = CASES[name].make().sql(*[f"c{i}" for i in range(CASES[name].columns)])
    for part in (form.value, form.reason):
        assert not re.search("[{}]", part.replace("{p}", "").replace("{l}", ""))
    assert form.prepare is None or not re.search("[{}]", form.prepare)


@pytest.mark.parametrize("zone", ["America/Chicago", "Europe/Berlin", "Pacific/Apia", "UTC"])
@pytest.mark.parametrize("rule", ["earlier", "later", "refuse"])
def test_all_edges_of_a_zone_are_read_alike_by_record_and_by_sql(
    zone: str, rule: str, duck: duckdb.DuckDBPyConnection
) -> None:
    """F6, F9"""
    case = Case("stamp", Instant(), rules=Rules(zone=zone, repeated=rule, skipped=rule))
    tick = dt.timedelta(microseconds=1)
    edges = zone_table(zone, rule, rule).starts[1:]
    agree(duck, case, [((edge + t).isoformat(" "),) for edge in edges for t in (-tick, 0 * tick)])
