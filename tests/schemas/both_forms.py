"""One legacy database read in both forms: record by record as the API does, and whole in DuckDB as
a night does.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from facade.sync.engine import load_lookups
from legacy_clients import Access, LegacyCRM, open_crm
from legacy_clients.reading import Ask
from schemas.entity import Leaf
from schemas.fields import Keys, Words
from schemas.mapping import ChildMapping, EntityMapping
from schemas.sql_form import Select, child_select, entity_select, quoted

Document = dict[str, Any]
SECONDS = 30.0


@contextlib.contextmanager
def legacy(folder: Path, mapping: str, *statements: str) -> Iterator[LegacyCRM]:
    """A CRM of this mapping over an SQLite database that these statements make."""
    (folder / "mapping.toml").write_text(mapping, "utf-8")
    database = folder / "legacy.sqlite"
    with contextlib.closing(sqlite3.connect(database)) as db, db:
        for statement in ("PRAGMA journal_mode = wal", *statements):
            db.execute(statement)
    crm = open_crm(str(folder), Access(odbc=f"DRIVER={{SQLite3}};Database={database}"))
    with contextlib.closing(crm):
        yield crm


def by_record(crm: LegacyCRM, entity: str, limit: int = 100) -> list[Document]:
    """Every record, deleted ones too, page by page."""
    found: list[Document] = []
    after = None
    for _ in range(1000):
        page = crm.find(entity, Ask(after=after, limit=limit, deleted=True))
        found += [one.document for one in page.records]
        if page.next is None:
            return [_told(document) for document in found]
        after = page.next
    raise AssertionError("the pages do not end")


def by_night(crm: LegacyCRM, entity: str) -> list[Document]:
    """Every record that has a key of its own, translated in DuckDB."""
    mapping = crm.mapping.entities[entity]
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'").fetchall()
        for name in _tables(mapping):
            with crm.port.stream(crm.table(name).rows()) as rows:
                con.register("arriving", rows)
                con.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM arriving").fetchall()
                con.unregister("arriving")
        records = _rows(con, entity_select(mapping, quoted))
        children = {
            name: _rows(con, child_select(mapping, child, quoted))
            for name, child in mapping.children.items()
        }
    keys = Counter(row["id"] for row in records)
    singles = [row for row in records if row["id"] is not None and keys[row["id"]] == 1]
    return [_document(mapping, row, children) for row in sorted(singles, key=lambda r: r["id"])]


def _told(document: Document) -> Document:
    problems = sorted(document["problems"], key=lambda problem: problem["field"])
    return document | {"problems": problems}


def _tables(mapping: EntityMapping) -> set[str]:
    return {table for shape in mapping.shapes for table in shape.aliases.values()}


def _rows(con: duckdb.DuckDBPyConnection, select: Select) -> list[dict[str, Any]]:
    load_lookups(con, select.lookups)
    found = con.execute(select.sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _document(
    mapping: EntityMapping, row: dict[str, Any], children: dict[str, list[dict[str, Any]]]
) -> Document:
    document = _tree([mapped.leaf for mapped in mapping.fields.values()], row)
    problems = _problems(row)
    for name, child in mapping.children.items():
        document[name] = []
        parent = child.layout.key[0]
        own = [one for one in children[name] if one[parent] == row["id"]]
        for one in sorted(own, key=lambda one: _sorting(child, one)):
            document[name].append(_tree(child.leaves, one))
            place = ",".join(_key_text(document[name][-1], key) for key in child.child.key)
            problems += [
                problem | {"field": f"{name}[{place}].{problem['field']}"}
                for problem in _problems(one)
            ]
    return _told(document | {"problems": problems})


def _sorting(child: ChildMapping, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple((row[key] is None, row[key]) for key in child.child.key)


def _key_text(child: Document, key: str) -> str:
    return str(child[key])


def _problems(row: dict[str, Any]) -> list[Document]:
    return [
        {word: problem[word] for word in ("field", "raw", "reason")}
        for problem in row["problems"] or ()
    ]


def _tree(leaves: Sequence[Leaf], row: dict[str, Any]) -> Document:
    """Nested as a document; a group of nulls is null."""
    groups: dict[str, Document] = defaultdict(dict)
    document: Document = {}
    for leaf in leaves:
        value = _json(leaf.field, row[leaf.column])
        if len(leaf.path) == 1:
            document[leaf.path[0]] = value
        else:
            group, word = leaf.path
            groups[group][word] = value
            document[group] = groups[group]
    for group, values in groups.items():
        if all(value is None for value in values.values()):
            document[group] = None
    return document


def _json(field: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, Words | Keys):
        return json.loads(value)
    if isinstance(value, dt.datetime):
        value = value.replace(tzinfo=dt.UTC)
    return field._serialize(value, None, None)
