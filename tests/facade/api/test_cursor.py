"""Cursors: there and back, bound to their query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facade.api.cursor import NoCursor, read_cursor, write_cursor

places = st.lists(st.none() | st.text(), min_size=1, max_size=4).map(tuple)


@given(st.text(), places)
def test_a_cursor_brings_back_the_place_that_it_was_made_of(
    query: str, place: tuple[str | None, ...]
) -> None:
    """A3"""
    cursor = write_cursor(query, place)
    assert cursor.isascii()
    assert not set(cursor) & set("=+/&?")
    assert read_cursor(query, cursor) == place


@given(places, st.data())
def test_a_cursor_that_was_changed_is_refused(
    place: tuple[str | None, ...], data: st.DataObject
) -> None:
    """A3"""
    cursor = write_cursor("query", place)
    where = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_"))
    changed = cursor[:where] + letter + cursor[where + 1 :]
    if changed != cursor:
        with pytest.raises(NoCursor):
            read_cursor("query", changed)


@given(st.text(max_size=60))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    """A3"""
    with pytest.raises(NoCursor):
        read_cursor("query", text)


def test_a_cursor_of_another_query_is_refused() -> None:
    """A3"""
    with pytest.raises(NoCursor, match="another query"):
        read_cursor("other", write_cursor("query", ("a", None)))
