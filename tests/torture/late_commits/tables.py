"""The tables of the small CRM, its mapping, and what a record is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

ENTITIES = {
    "user": "name",
    "customer": "name",
    "contact": "family_name",
    "location": "name",
    "product": "name",
    "opportunity": "name",
    "order": "notes",
    "activity": "subject",
}
"""Each entity has a table of its name, and shows the table's text in this field."""
UNSTAMPED = "activity"
"""Compared by content."""
LINES = "order_line"
"""Children of orders: they have no stamp, and move none."""
STAMP = {"mariadb": "DATETIME", "postgresql": "TIMESTAMP(0)"}


class Row(NamedTuple):
    """One row of a table, as it was committed."""

    stamp: dt.datetime | None
    text: str
    entered: dt.datetime


Lines = dict[int, str]


class Version(NamedTuple):
    """What a record is made of: its row, and the lines that belong to it."""

    row: Row
    lines: tuple[tuple[int, str], ...] = ()


def mapping_of(entities: Sequence[str]) -> str:
    told = ['[crm]\nzone = "Etc/UTC"\n']
    for name in entities:
        stamped = name != UNSTAMPED
        told.append(f'[{name}.from]\ntable = "t_{name}"\nkey = ["id"]')
        told.append('stamp = "stamp"\n' if stamped else "")
        told.append(f'[{name}.fields]\ncreated_at = {{ column = "entered" }}')
        told.append(f'{"updated_at" if stamped else "occurred_at"} = {{ column = "stamp" }}')
        told.append(f'{ENTITIES[name]} = {{ column = "txt" }}\n')
    told.append(
        f'[order.lines.from]\ntable = "t_{LINES}"\nparent = {{ ord = "id" }}\n\n'
        '[order.lines.fields]\nline_no = { column = "num" }\ndescription = { column = "descr" }\n'
    )
    return "\n".join(told)


def tables_made(stamp: str) -> Iterator[str]:
    """Texts of declared and of no declared length: the latter are measured before they are read."""
    for number, name in enumerate(ENTITIES):
        text = "VARCHAR(200)" if number % 2 else "TEXT"
        yield f"DROP TABLE IF EXISTS t_{name}"
        yield (
            f"CREATE TABLE t_{name} (id INTEGER PRIMARY KEY, txt {text}, entered {stamp},"
            f" stamp {stamp})"
        )
    yield f"DROP TABLE IF EXISTS t_{LINES}"
    yield f"CREATE TABLE t_{LINES} (ord INTEGER, num INTEGER, descr TEXT, PRIMARY KEY (ord, num))"


def literal(value: str | dt.datetime | None) -> str:
    if value is None:
        return "NULL"
    return f"'{value:%Y-%m-%d %H:%M:%S}'" if isinstance(value, dt.datetime) else f"'{value}'"
