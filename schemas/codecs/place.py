"""Companions of what people typed about places: ISO 3166 codes, null where they cannot be found."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pyarrow as pa
import pycountry

from schemas.codecs.codec import Lookup, Rules, SqlForm
from schemas.codecs.person import Companion
from schemas.codecs.spelling import literal

# What forms and letterheads of 2004 say besides the names of ISO 3166.
_OTHER_NAMES = {
    "AE": ("UAE", "Emirates"),
    "AT": ("Österreich", "Autriche"),
    "BE": ("België", "Belgique", "Belgien"),
    "BR": ("Brasil",),
    "CH": ("Schweiz", "Suisse", "Svizzera"),
    "CI": ("Ivory Coast",),
    "CN": ("PRC", "PR China", "Mainland China"),
    "CZ": ("Czech Republic", "Česko"),
    "DE": ("Deutschland", "BRD", "Allemagne", "Alemania"),
    "DK": ("Danmark",),
    "ES": ("España", "Spanien", "Espagne"),
    "FI": ("Suomi",),
    "FR": ("Frankreich", "Francia"),
    "GB": (
        "UK",
        "Great Britain",
        "England",
        "Scotland",
        "Wales",
        "Northern Ireland",
        "Britain",
    ),
    "HU": ("Magyarország",),
    "IE": ("Eire", "Republic of Ireland"),
    "IT": ("Italia", "Italien", "Italie"),
    "JP": ("Nippon",),
    "KR": ("South Korea", "Korea", "Korea (South)", "ROK"),
    "MX": ("México", "Mexiko", "Mexique"),
    "NL": ("Holland", "Nederland", "The Netherlands", "Niederlande", "Pays-Bas"),
    "NO": ("Norge",),
    "PL": ("Polska", "Polen"),
    "PT": ("Portugal",),
    "RU": ("Russia",),
    "SE": ("Sverige",),
    "TR": ("Turkey", "Turkiye", "Türkei"),
    "TW": ("Taiwan", "ROC"),
    "US": ("USA", "United States of America", "America", "U S A", "U S", "Estados Unidos"),
    "VN": ("Vietnam",),
}
_SEPARATOR = "\n"


def folded(text: str) -> str:
    """As names are compared: in capitals, without dots, without blanks around.

    Letters are raised one for one, as DuckDB raises them: ß stays what it is.
    """
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text.replace(".", "")).strip(
        " "
    )


def folded_sql(column: str) -> str:
    """DuckDB SQL for `folded`; the two differ only in letters that no name has."""
    return f"trim(upper(replace({column}, '.', '')), ' ')"


@cache
def countries() -> dict[str, str]:
    """{folded name or code: ISO 3166-1 alpha-2}; a name that two countries bear is left out."""
    codes = {}
    names: list[tuple[str, str]] = []
    for country in pycountry.countries:
        codes[country.alpha_2] = codes[country.alpha_3] = country.alpha_2
        for kind in ("name", "official_name", "common_name"):
            if hasattr(country, kind):
                names.append((getattr(country, kind), country.alpha_2))
    names += [(name, code) for code, others in _OTHER_NAMES.items() for name in others]
    return _unmistakable(names) | codes


@cache
def regions() -> dict[tuple[str, str], str]:
    """{(ISO 3166-1 alpha-2, folded name or code): ISO 3166-2}; a name that two regions bear is left
    out.
    """
    names: dict[str, list[tuple[str, str]]] = {}
    codes: dict[tuple[str, str], str] = {}
    for region in pycountry.subdivisions:
        country, local = region.code.split("-", 1)
        names.setdefault(country, []).append((region.name, region.code))
        codes[country, folded(local)] = codes[country, folded(region.code)] = region.code
    return {
        (country, name): code
        for country, pairs in names.items()
        for name, code in _unmistakable(pairs).items()
    } | codes


def _unmistakable(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    spelled = {(spelling, code) for name, code in names for spelling in _spellings(name)}
    bearers = Counter(spelling for spelling, _ in spelled)
    return {spelling: code for spelling, code in spelled if bearers[spelling] == 1}


def _spellings(name: str) -> Iterator[str]:
    """With the accents and without."""
    yield folded(unicodedata.normalize("NFC", name))
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    yield folded(plain)


class CountryCodec(Companion):
    """`country_code`: ISO 3166-1 alpha-2 of a country's code or name."""

    def read(self, text: str | None) -> str | None:
        return None if text is None else countries().get(folded(text))

    def sql(self, column: str) -> SqlForm:
        return SqlForm(
            prepare=folded_sql(column),
            value="{l}.code",
            reason="CAST(NULL AS VARCHAR)",
            lookup=Lookup("countries", country_rows),
        )


class RegionCodec(Companion):
    """`region_code`: ISO 3166-2 of two columns, a region's code or name and its country.

    Where the country is blank, the CRM's is taken.
    """

    columns = 2

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.country = folded(rules.country or "")
        if self.country and self.country not in countries():
            raise ValueError(f"country = {rules.country!r}: give its code of ISO 3166-1")

    def read(self, region: str | None, country: str | None) -> str | None:
        if region is None:
            return None
        code = countries().get(folded(country or "") or self.country)
        return None if code is None else regions().get((code, folded(region)))

    def sql(self, region: str, country: str) -> SqlForm:
        home = literal(self.country)
        named = f"coalesce(nullif({folded_sql(country)}, ''), {home})"
        return SqlForm(
            prepare=f"{named} || chr({ord(_SEPARATOR)}) || {folded_sql(region)}",
            value="{l}.code",
            reason="CAST(NULL AS VARCHAR)",
            lookup=Lookup("regions", region_rows),
        )


@cache
def country_rows() -> pa.Table:
    """key (the folded name), code."""
    return pa.table({"key": list(countries().keys()), "code": list(countries().values())})


@cache
def region_rows() -> pa.Table:
    """key (folded country and folded region, a line each), code; every spelling of the one with
    every one of the other.
    """
    spellings: dict[str, list[str]] = {}
    for name, code in countries().items():
        spellings.setdefault(code, []).append(name)
    rows = [
        (f"{country}{_SEPARATOR}{region}", code)
        for (home, region), code in regions().items()
        for country in spellings.get(home, ())
    ]
    return pa.table({"key": [row[0] for row in rows], "code": [row[1] for row in rows]})
