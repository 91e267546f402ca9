"""A small CRM in SQLite, and a plain model of what nights must make of it.

The model knows no SQL, no codec and no hash: dictionaries, equality, and the declared rules of
the night (a row is read where its stamp differs, is NULL, or is as young as the last reading).
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

MAPPING = """
[crm]
zone = "America/Chicago"

[customer.from]
table = "acct"
key = ["id"]
stamp = "modified"
where = { corp = "01" }
deleted = { column = "gone", is = ["1"] }

[customer.from.join.e]
table = "acct_mail"
on = { acct_id = "id" }

[customer.fields]
created_at = { column = "entered" }
updated_at = { column = "modified" }
merged_into = { column = "merged_to" }
name = { column = "name" }
credit_limit = { column = "cr_lmt" }
payment_terms = { column = "e.terms" }

[product.from]
table = "item"
key = ["sku", "lot"]

[product.fields]
name = { column = "descr" }
active = { column = "active" }

[order.from]
table = "ord"
key = ["no"]
stamp = "modified"

[order.fields]
updated_at = { column = "modified" }
customer_id = { column = "acct_id" }
total = { column = "total" }

[order.lines.from]
table = "ord_line"
parent = { no = "no" }

[order.lines.fields]
line_no = { column = "line_no" }
description = { column = "descr" }
"""
COLUMNS = {
    "acct": ("id", "corp", "name", "cr_lmt", "gone", "merged_to", "entered", "modified"),
    "acct_mail": ("acct_id", "terms"),
    "item": ("sku", "lot", "descr", "active"),
    "ord": ("no", "acct_id", "total", "modified"),
    "ord_line": ("no", "line_no", "descr"),
}
KEYS = {
    "acct": ("id",),
    "acct_mail": ("acct_id",),
    "item": ("sku", "lot"),
    "ord": ("no",),
    "ord_line": ("no",),
}
STAMPED = frozenset({"acct", "ord"})
MADE_OF = {"customer": ("acct", "acct_mail"), "product": ("item",), "order": ("ord", "ord_line")}
SHOWN = {
    "customer": (
        "created_at",
        "updated_at",
        "deleted",
        "merged_into",
        "name",
        "credit_limit",
        "payment_terms",
    ),
    "product": ("name", "active"),
    "order": ("updated_at", "customer_id", "total"),
    "order.lines": ("description",),
}
"""The canonical columns that are compared, by relation."""
ZONE = ZoneInfo("America/Chicago")
START = dt.datetime(2030, 10, 1, 12, 0, 0, 400_000, tzinfo=dt.UTC)
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)

Stored = str | bytes | None
Row = dict[str, Stored]
Key = tuple[Any, ...]


class Bad(NamedTuple):
    """A value that cannot be read, with the raw text that is kept of it."""

    raw: str | None


NAMES: dict[Stored, Any] = {
    "Harbor Paper": "Harbor Paper",
    "Müller & Söhne 東 🚚": "Müller & Söhne 東 🚚",
    "": "",
    " blank  ": " blank  ",
    None: None,
    b"\xff\x41": Bad("hex:FF41"),
    b"Nul\x00here": Bad("hex:4E756C0068657265"),
    "O'Brien \"|,'": "O'Brien \"|,'",
}
MONEY: dict[Stored, Any] = {
    "12.50": Decimal("12.50"),
    "12.5": Decimal("12.50"),
    "0": Decimal(0),
    "-9999999999999999.99": Decimal("-9999999999999999.99"),
    None: None,
    "": None,
    "1,5": Bad("1,5"),
    "12.345": Bad("12.345"),
    "1e3": Bad("1e3"),
}
FLAGS: dict[Stored, Any] = {"1": True, "0": False, None: None, "Y": Bad("Y"), "2": Bad("2")}
CREATED: dict[Stored, Any] = {
    "2019-01-02 03:04:05": dt.datetime(2019, 1, 2, 9, 4, 5),
    "2020-06-01 00:00:00": dt.datetime(2020, 6, 1, 5),
    "2020-06-01 00:00:01": dt.datetime(2020, 6, 1, 5, 0, 1),
    None: None,
    "2021-03-14 02:30:00": Bad("2021-03-14 02:30:00"),
    "0000-00-00 00:00:00": Bad("0000-00-00 00:00:00"),
}
LINE_NUMBERS: dict[Stored, Any] = {"1": 1, "2": 2, "01": 1, "x": Bad("x")}
ODD_STAMPS: dict[Stored, Any] = {None: None, "not a date": Bad("not a date")}


def local(moment: dt.datetime) -> str:
    """A moment as the CRM's clock on the wall shows it."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def stamp_meant(text: Stored) -> Any:
    """What a stamp means: UTC, or nothing where its hour was repeated or skipped."""
    if text in ODD_STAMPS:
        return ODD_STAMPS[text]
    wall = dt.datetime.fromisoformat(str(text))
    early, late = (
        wall.replace(tzinfo=ZONE, fold=fold).astimezone(dt.UTC).replace(tzinfo=None)
        for fold in (0, 1)
    )
    return early if early == late else Bad(str(text))


class Source:
    """The tables, in a database and in memory; what is done to one is done to both."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL").fetchone()
        self.db.execute("PRAGMA synchronous = OFF")
        for table, columns in COLUMNS.items():
            declared = ", ".join(f"{name} TEXT" for name in columns)
            self.db.execute(f"CREATE TABLE IF NOT EXISTS {table} ({declared})")
        self.rows: dict[str, list[Row]] = {}

    def fill(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """These rows and no others."""
        self.rows = {table: [] for table in COLUMNS}
        self.db.execute("BEGIN")
        for table in COLUMNS:
            self.db.execute(f"DELETE FROM {table}")
            for row in rows.get(table, ()):
                self.insert(table, row)
        self.db.execute("COMMIT")

    def held(self, table: str, key: Key) -> list[Row]:
        return [row for row in self.rows[table] if key_of(table, row) == key]

    def insert(self, table: str, row: Row) -> None:
        self.rows[table].append(dict(row))
        marks = ", ".join("CAST(? AS TEXT)" for _ in row)
        names = ", ".join(row)
        self.db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))

    def update(self, table: str, key: Key, **values: Stored) -> None:
        for row in self.held(table, key):
            row.update(values)
        given = ", ".join(f"{name} = CAST(? AS TEXT)" for name in values)
        self.db.execute(f"UPDATE {table} SET {given}{_where(table)}", [*values.values(), *key])

    def delete(self, table: str, key: Key) -> None:
        self.rows[table] = [row for row in self.rows[table] if key_of(table, row) != key]
        self.db.execute(f"DELETE FROM {table}{_where(table)}", key)

    def copied(self) -> dict[str, list[Row]]:
        return {table: [dict(row) for row in rows] for table, rows in self.rows.items()}


def key_of(table: str, row: Row) -> Key:
    return tuple(row[name] for name in KEYS[table])


def _where(table: str) -> str:
    return " WHERE " + " AND ".join(f"{name} = ?" for name in KEYS[table])


class Record(NamedTuple):
    """What is seen of a record or a child: values and refused values, its children's too."""

    values: tuple[Any, ...]
    problems: frozenset[tuple[str, str | None]]
    children: frozenset[Any] = frozenset()
    generation: int | None = None


State = dict[str, dict[Key, Record]]
"""Records by relation and key."""
Refused = Counter[tuple[str, str, str, str | None]]
"""How often a value is told: by relation, id, field and raw."""


class Version(NamedTuple):
    """One line of a history."""

    values: tuple[Any, ...]
    generation: int | None
    is_deleted: bool


@dataclass(frozen=True)
class Known:
    """What a night left of one table: its rows, and when they were read."""

    rows: list[Row]
    read_at: dt.datetime
    fresh: str | None


@dataclass(frozen=True)
class Seen:
    """What a night must come to, if it is sealed."""

    tables: dict[str, Known]
    state: State
    refused: Refused
    counts: dict[str, tuple[int, int, int]]
    emptied: bool


@dataclass
class Model:
    """What was sealed so far, and what became of every record since the first night."""

    tables: dict[str, Known] = field(default_factory=dict)
    state: State = field(default_factory=lambda: {relation: {} for relation in SHOWN})
    refused: Refused = field(default_factory=Counter)
    bearings: dict[str, tuple[int, Any]] = field(default_factory=dict)
    history: dict[str, dict[Key, list[Version]]] = field(
        default_factory=lambda: {relation: defaultdict(list) for relation in SHOWN}
    )

    def foreseen(
        self,
        rows: Mapping[str, list[Row]],
        now: dt.datetime,
        entities: Collection[str] = (),
        full: bool = False,
    ) -> Seen:
        """What a night at this moment must come to."""
        chosen = {table for name in entities or MADE_OF for table in MADE_OF[name]}
        tables, emptied = dict(self.tables), False
        for table in COLUMNS:
            known = self.tables.get(table)
            if table not in chosen and known is not None:
                continue
            tables[table], all_gone = _read(table, visible(table, rows[table]), known, now, full)
            emptied = emptied or all_gone
        state, refused = _translated({name: known.rows for name, known in tables.items()})
        state["customer"] = {key: self._born(key, it) for key, it in state["customer"].items()}
        counts = {name: _counts(self.state[name], state[name]) for name in MADE_OF}
        for name, (_, _, deleted) in counts.items():
            emptied = emptied or 0 < len(self.state[name]) <= deleted
        counts = {name: found for name, found in counts.items() if any(found)}
        return Seen(tables, state, refused, counts, emptied)

    def seal(self, seen: Seen) -> None:
        """It counts from now on."""
        for relation, after in seen.state.items():
            before, history = self.state[relation], self.history[relation]
            for key in before.keys() | after.keys():
                history[key] += _versions(before.get(key), after.get(key))
        for key, record in seen.state["customer"].items():
            self.bearings[key[0]] = (record.generation or 1, record.values[0])
        self.tables, self.state, self.refused = seen.tables, seen.state, seen.refused

    def _born(self, key: Key, record: Record) -> Record:
        """With its generation: one more where the key had another time of creation before."""
        generation, before = self.bearings.get(key[0], (1, None))
        created = record.values[0]
        if None not in (before, created) and before != created:
            generation += 1
        return record._replace(generation=generation)


def visible(table: str, rows: list[Row]) -> list[Row]:
    """The rows that exist for us."""
    return [dict(row) for row in rows if table != "acct" or row["corp"] == "01"]


def fresh_from(now: dt.datetime) -> str | None:
    """The youngest stamp that says all of its row: a second before now, or before an hour that is
    repeated.
    """
    for hours in range(4):
        text = local(now - SECOND - hours * HOUR)
        if not isinstance(stamp_meant(text), Bad):
            return text
    return None


def _read(
    table: str, rows: list[Row], known: Known | None, now: dt.datetime, full: bool
) -> tuple[Known, bool]:
    """A table after a night, and whether all that was known is gone."""
    fresh = fresh_from(now) if table in STAMPED else None
    if known is None:
        return Known(rows, now, fresh), False
    if full or table not in STAMPED or now < known.read_at:
        return Known(rows, now, fresh), bool(known.rows) and not rows
    held, there = _by_key(table, known.rows), _by_key(table, rows)
    for key, found in there.items():
        stamps = [row["modified"] for row in found]
        same = Counter(stamps) == Counter(row["modified"] for row in held.get(key, []))
        young = known.fresh is not None and any(str(it) >= known.fresh for it in stamps if it)
        if not same or None in stamps or young:
            held[key] = found
    gone = held.keys() - there.keys()
    kept = [row for key, found in held.items() if key not in gone for row in found]
    return Known(kept, now, fresh), bool(known.rows) and len(gone) >= len(known.rows)


def _by_key(table: str, rows: list[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[key_of(table, row)].append(row)
    return found


def _translated(tables: Mapping[str, list[Row]]) -> tuple[State, Refused]:
    refused: Refused = Counter()
    state: State = {}
    for name, values in VALUES.items():
        base = MADE_OF[name][0]
        state[name] = {}
        for key, rows in _by_id(base, tables[base]).items():
            if len(rows) > 1:
                refused[name, key[0], "id", key[0]] += len(rows)
            else:
                state[name][key] = _record(values(rows[0], tables))
    state["order.lines"] = {}
    for key, record in state["order"].items():
        lines = [row for row in tables["ord_line"] if str(row["no"]).rstrip() == key[0]]
        numbers = [LINE_NUMBERS[row["line_no"]] for row in lines]
        children = {}
        for row, number in zip(lines, numbers, strict=True):
            if isinstance(number, Bad):
                refused["order.lines", f"{key[0]},", "line_no", number.raw] += 1
            elif numbers.count(number) > 1:
                told = f"{key[0]},{number}"
                refused["order.lines", told, "line_no", told] += 1
            else:
                children[(key[0], number)] = _record({"description": NAMES[row["descr"]]})
        state["order.lines"] |= children
        state["order"][key] = record._replace(children=frozenset(children.items()))
    for relation, records in state.items():
        for key, record in records.items():
            for name, raw in record.problems:
                refused[relation, ",".join(map(str, key)), name, raw] += 1
    return state, refused


def _by_id(table: str, rows: list[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        parts = (str(row[name]).rstrip().replace(".", "~1") for name in KEYS[table])
        found[(".".join(parts),)].append(row)
    return found


def _record(values: Mapping[str, Any]) -> Record:
    return Record(
        tuple(None if isinstance(value, Bad) else value for value in values.values()),
        frozenset((name, value.raw) for name, value in values.items() if isinstance(value, Bad)),
    )


def _customer(row: Row, tables: Mapping[str, list[Row]]) -> dict[str, Any]:
    mails = [mail["terms"] for mail in tables["acct_mail"] if mail["acct_id"] == row["id"]]
    return {
        "created_at": CREATED[row["entered"]],
        "updated_at": stamp_meant(row["modified"]),
        "deleted": row["gone"] == "1",
        "merged_into": row["merged_to"],
        "name": NAMES[row["name"]],
        "credit_limit": MONEY[row["cr_lmt"]],
        "payment_terms": Bad(None) if len(mails) > 1 else NAMES[mails[0]] if mails else None,
    }


def _product(row: Row, tables: Mapping[str, list[Row]]) -> dict[str, Any]:
    return {"name": NAMES[row["descr"]], "active": FLAGS[row["active"]]}


def _order(row: Row, tables: Mapping[str, list[Row]]) -> dict[str, Any]:
    return {
        "updated_at": stamp_meant(row["modified"]),
        "customer_id": row["acct_id"],
        "total": MONEY[row["total"]],
    }


VALUES: dict[str, Callable[[Row, Mapping[str, list[Row]]], dict[str, Any]]] = {
    "customer": _customer,
    "product": _product,
    "order": _order,
}


def _counts(before: dict[Key, Record], after: dict[Key, Record]) -> tuple[int, int, int]:
    """Inserted, updated and deleted, as a night tells them."""
    found: Counter[str] = Counter()
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is None:
            found["inserted"] += 1
        elif new is None:
            found["deleted"] += 1
        elif old.generation != new.generation:
            found["inserted"] += 1
            found["deleted"] += 1
        elif old != new:
            found["deleted" if _marked(new) and not _marked(old) else "updated"] += 1
    return found["inserted"], found["updated"], found["deleted"]


def _marked(record: Record) -> bool:
    """Soft-deleted; only customers can be."""
    return len(record.values) == len(SHOWN["customer"]) and bool(record.values[2])


def _versions(old: Record | None, new: Record | None) -> list[Version]:
    """What a night adds to the history of one key."""
    if old == new:
        return []
    added = []
    if old is not None and (new is None or old.generation != new.generation):
        added.append(Version(old.values, old.generation, True))
    if new is not None:
        added.append(Version(new.values, new.generation, False))
    return added
