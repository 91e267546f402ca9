"""The words for where a value comes from mean the same in both forms (F9)."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.codecs import make_codec
from schemas.codecs.codec import MARK, UNDECODED, Rules
from schemas.entity import Leaf
from schemas.fields import Text
from schemas.mapping import FieldMapping, Shape
from schemas.record_form import compile_record
from schemas.source import ColumnName, Source, first_filled, joined, split_part
from schemas.sql_form import translate_rows

A, B, C = (ColumnName("b", name) for name in "ABC")
SOURCES = {
    "column": Source("column", (A,)),
    "value": Source("value", constant="it's {p} \\ 'x'"),
    "first of one": Source("first", (A,)),
    "first of three": Source("first", (A, B, C)),
    "concat": Source("concat", (A, B, C)),
    "concat with": Source("concat", (A, B, C), separator=", "),
    "concat with a quote": Source("concat", (A, B), separator="'\n"),
    "split, part 1": Source("split", (A,), separator=",", part=1),
    "split, part 2": Source("split", (A,), separator=",", part=2),
    "split by two": Source("split", (A,), separator="::", part=2),
    "split by a pattern": Source("split", (A,), separator=".", part=3),
}
texts = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "   ", ",", ",,", "a,b", "a,b,c ", " a", "a  ", "a::b:c::", "::", "a.b.c", ".",
         "'", "\t", "\n", "é", "🚚", MARK, MARK + "4D2C", MARK + "4D2C4E  ", "a" + MARK]
    ),
    st.text(alphabet="ab ,:.'é\x01", max_size=6),
)  # fmt: skip
ROWS = st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=60)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def field_of(source: Source) -> FieldMapping:
    leaf = Leaf(("name",), Text(allow_none=True))
    return FieldMapping(leaf, source, make_codec("text", leaf.field, {}, Rules()), "text")


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_a_source_gives_the_same_value_in_both_forms(
    con: duckdb.DuckDBPyConnection, source: Source, rows: list[tuple[str | None, ...]]
) -> None:
    """F9"""
    fields = {"name": field_of(source)}
    record = compile_record(fields, (A, B, C))
    expected = []
    for row in rows:
        document, problems = record.translate(row)
        expected.append((document["name"], [(p["raw"], p["reason"]) for p in problems]))
    con.execute("CREATE OR REPLACE TABLE flat (n INTEGER, c0 VARCHAR, c1 VARCHAR, c2 VARCHAR)")
    con.executemany(
        "INSERT INTO flat VALUES (?, ?, ?, ?)", [(n, *row) for n, row in enumerate(rows)]
    )
    flat = "SELECT c0, c1, c2 FROM flat ORDER BY n"
    select = translate_rows(flat, (A, B, C), fields, Shape("t", None, ("A",)), {})
    found = [
        (name, [(p["raw"], p["reason"]) for p in problems or ()])
        for name, problems in con.execute(select.sql).fetchall()
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((None, "", "  ", "x ", "y"), "x "),
        ((None, "  "), None),
        (("\t",), "\t"),
        ((MARK + "FC", "x"), MARK + "FC"),
        (("x", MARK + "FC"), "x"),
    ],
)
def test_first_is_the_first_that_is_filled(
    given: tuple[str | None, ...], expected: str | None
) -> None:
    assert first_filled(*given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("Main St  ", None, "  ", "2nd floor"), "Main St, 2nd floor"),
        ((None, " "), None),
        ((" x",), " x"),
        (("x", MARK + "FC"), MARK + "FC"),
    ],
)
def test_concat_joins_what_is_filled(given: tuple[str | None, ...], expected: str | None) -> None:
    """F5: text is not joined to bytes that are none."""
    assert joined(", ", *given) == expected


@pytest.mark.parametrize(
    ("part", "text", "expected"),
    [
        (1, "a;b", "a"),
        (2, "a;b", "b"),
        (3, "a;b", None),
        (2, ";;", ""),
        (1, "", ""),
        (1, None, None),
        (2, MARK + "61;62", MARK + "61;62"),
    ],
)
def test_split_takes_one_piece(part: int, text: str | None, expected: str | None) -> None:
    assert split_part(";", part, text) == expected


@pytest.mark.parametrize("word", ["first", "concat", "split"])
def test_bytes_that_are_no_text_are_refused_whole(word: str) -> None:
    """F1, F5"""
    source = Source(word, (A,), separator="F", part=2)
    record = compile_record({"name": field_of(source)}, (A,))
    assert record.translate((MARK + "4DFC",)) == (
        {"name": None},
        [{"field": "name", "raw": "hex:4DFC", "reason": UNDECODED}],
    )


@pytest.mark.parametrize(
    ("text", "alias", "name"), [("NAME", "b", "NAME"), ("c.NAME", "c", "NAME"), ("b.X", "b", "X")]
)
def test_a_column_is_named_with_its_alias_or_stands_in_the_own_table(
    text: str, alias: str, name: str
) -> None:
    assert ColumnName.parse(text) == ColumnName(alias, name)
