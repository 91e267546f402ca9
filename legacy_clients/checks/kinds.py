"""Which declared types of columns each codec can read."""

from __future__ import annotations

import re

from legacy_clients.odbc.messages import Column

_KINDS = {
    r"(tiny|medium|long)?blob|(var)?binary|bytea|image|raw": "bytes",
    r"bool": "boolean",
    r"bit\b": "number",
    r"(smalldate|date)time|timestamp": "moment",
    r"date\b": "date",
    r"time\b": "time",
    r"float|double|real": "float",
    r".*int(eger)?\b|.*serial|numeric|dec|number|(small)?money|year|oid": "number",
    r".*(char|clob|text|string)|enum|set\b|json|uuid|uniqueidentifier|xml": "text",
}
"""By the declared type; the first that fits counts."""
_LOOSE = frozenset({"boolean", "moment", "date", "time"})
"""What SQLite declares and does not keep to."""

_ALL = frozenset({"text", "number", "float", "boolean", "moment", "date", "time"})
_NUMERIC = frozenset({"number", "text"})
READS: dict[str, frozenset[str]] = {
    "text": _ALL,
    "char": _ALL,
    "key": _ALL - {"float"},
    "keys": _ALL - {"float"},
    "integer": _NUMERIC,
    "decimal": _NUMERIC,
    "cents": _NUMERIC,
    "float": _NUMERIC | {"float"},
    "bit": _NUMERIC,
    "yn": frozenset({"text"}),
    "flag": _NUMERIC | {"boolean"},
    "codes": _NUMERIC | {"boolean"},
    "codes_list": _NUMERIC,
    "date": frozenset({"date", "text"}),
    "date8": _NUMERIC,
    "stamp": frozenset({"moment", "text"}),
    "stamp14": _NUMERIC,
    "date8_time6": _NUMERIC,
    "utc": frozenset({"moment", "text"}),
    "epoch": _NUMERIC,
}
"""By the codec's name; one that is not among them reads what another has brought."""


def kind_of(column: Column, driver: str) -> str | None:
    """The kind of a column by its declared type; None where that tells nothing."""
    declared = column.type.lower()
    kind = next((kind for pattern, kind in _KINDS.items() if re.match(pattern, declared)), None)
    return None if driver == "SQLite" and kind in _LOOSE else kind
