"""Companions of countries and regions as typed."""

from __future__ import annotations

import duckdb
import pytest

from schemas.codecs import make_codec
from schemas.codecs.codec import MARK, Rules, Unreadable
from schemas.codecs.place import countries, folded, region_rows, regions
from schemas.fields import Text

country = make_codec("country_code", Text(), {}, Rules())
region = make_codec("region_code", Text(), {}, Rules(country="US"))
abroad = make_codec("region_code", Text(), {}, Rules())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("US", "US"),
        ("usa", "US"),
        (" U.S.A. ", "US"),
        ("United States", "US"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("Deutschland", "DE"),
        ("DEU", "DE"),
        ("MÉXICO", "MX"),
        ("méxico", "MX"),
        ("Mexico", "MX"),
        ("Czech Republic", "CZ"),
        ("Korea", "KR"),
        ("Cote d'Ivoire", "CI"),
        ("Yugoslavia", None),
        ("US of A", None),
        ("", None),
        (None, None),
        (MARK + "ff", None),
    ],
)
def test_countries_are_found_by_code_and_name(typed: str | None, code: str | None) -> None:
    """F1: ISO 3166-1"""
    assert country.read(typed) == code


@pytest.mark.parametrize(
    ("typed", "home", "code"),
    [
        ("IL", "USA", "US-IL"),
        ("il", " ", "US-IL"),
        ("Illinois", None, "US-IL"),
        ("US-IL", "US", "US-IL"),
        ("Ill.", "US", None),
        ("Bayern", "Germany", "DE-BY"),
        ("Nuevo Leon", "México", "MX-NLE"),
        ("ON", "Canada", "CA-ON"),
        ("ON", "US", None),
        ("IL", "Freedonia", None),
        ("", "US", None),
        (None, "US", None),
        (MARK + "ff", "US", None),
    ],
)
def test_regions_are_found_within_their_country(
    typed: str | None, home: str | None, code: str | None
) -> None:
    """F1: ISO 3166-2"""
    assert region.read(typed, home) == code


def test_a_region_without_a_country_needs_that_of_the_crm() -> None:
    assert abroad.read("IL", None) is None
    assert abroad.read("IL", "US") == "US-IL"


def test_a_country_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="country = 'Freedonia'"):
        make_codec("region_code", Text(), {}, Rules(country="Freedonia"))


def test_no_spelling_of_a_place_means_two() -> None:
    rows = region_rows().to_pylist()
    assert len({row["key"] for row in rows}) == len(rows) > 20_000


@pytest.mark.long
def test_letters_are_raised_alike_by_python_and_duckdb_wherever_a_name_has_them() -> None:
    """F9"""
    letters = {c for name in [*countries(), *(name for _, name in regions())] for c in name}
    with duckdb.connect() as connection:
        raised = dict(
            connection.execute(
                "SELECT i, upper(chr(CAST(i AS INTEGER))) FROM range(1, 1114112) t(i)"
                " WHERE i NOT BETWEEN 55296 AND 57343"
            ).fetchall()
        )
    assert len(raised) == 1_112_063
    differing = {
        chr(point)
        for point, upper in raised.items()
        if upper != folded(f"|{chr(point)}|")[1:-1] and chr(point) != "."
    }
    assert {folded(f"|{c}|")[1:-1] for c in differing}.isdisjoint(letters)
    assert {raised[ord(c)] for c in differing}.isdisjoint(letters)


def test_companions_are_not_written() -> None:
    assert region.write(None) == (None, None)
    with pytest.raises(Unreadable):
        region.write("US-IL")
