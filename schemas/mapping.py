"""What a mapping says of each entity of one CRM: shape (`from`), values (`fields`) and acts
(`create`, `update` …).

`schemas.grammar` reads a file into these; `schemas.record_form` and `schemas.sql_form` compile
them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from schemas.codecs.codec import Codec, Rules
from schemas.elements import completed
from schemas.entity import Child, Entity, Leaf
from schemas.layout import Column, Layout
from schemas.listing import Listing
from schemas.source import OWN, ColumnName, Source

VERDICTS = ("missing", "conflict", "denied", "busy", "unknown")
"""What a code of the CRM's for "no" can mean."""


@dataclass(frozen=True)
class Filter:
    """Rows wanted of a table: `column` equals one of `values`, or is null where there are none."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Join:
    """A table joined on equality, at most one row a record.

    `on` pairs its columns with columns of the flat row.
    """

    alias: str
    table: str
    on: tuple[tuple[str, ColumnName], ...]
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True)
class Pivot:
    """An entity-attribute-value table: rows named by `name` hold `value`, a column an attribute."""

    alias: str
    table: str
    on: tuple[tuple[str, ColumnName], ...]
    name: str
    value: str
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True)
class CodeTable:
    """A table in which a code is looked up: `key` holds the code, `value` what is read for it."""

    table: str
    key: str
    value: str
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True)
class Deleted:
    """Soft delete: `column` holds one of `values`."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """Which tables, joins and keys make one flat row.

    `parent` pairs a child's columns with its parent's.
    """

    table: str
    query: str | None
    key: tuple[str, ...]
    widths: tuple[int, ...] = ()
    stamp: str | None = None
    grain: int = 1
    where: tuple[Filter, ...] = ()
    deleted: Deleted | None = None
    skip: tuple[str, ...] = ()
    joins: tuple[Join, ...] = ()
    pivots: tuple[Pivot, ...] = ()
    parent: tuple[tuple[str, str], ...] = ()

    @property
    def branches(self) -> tuple[Join | Pivot, ...]:
        """Everything that is joined, in order."""
        return (*self.joins, *self.pivots)

    @property
    def aliases(self) -> dict[str, str]:
        """Table by alias of the flat row."""
        return {OWN: self.table} | {branch.alias: branch.table for branch in self.branches}

    def path(self, alias: str) -> tuple[str, ...]:
        """The aliases that must be joined to get at one, itself the last; the own table is not
        among them.
        """
        if alias == OWN:
            return ()
        branch = next(branch for branch in self.branches if branch.alias == alias)
        before = (step for _, theirs in branch.on for step in self.path(theirs.alias))
        return (*dict.fromkeys(before), alias)

    def native(self, column: ColumnName) -> str:
        """A column of the flat row as the database knows it: `TABLE.COLUMN`."""
        values = {pivot.alias: pivot.value for pivot in self.pivots}
        return f"{self.aliases[column.alias]}.{values.get(column.alias, column.name)}"


@dataclass(frozen=True)
class FieldMapping:
    """How one canonical value is read from the flat row, and by which element it is written.

    `cleared` is the text that is written to clear it, where the service has no nil. `owner` is who
    mends what cannot be read.
    """

    leaf: Leaf
    source: Source
    codec: Codec
    spelling: str
    required: bool = False
    max: int | None = None
    readonly: bool = False
    on_bad: str = "null"
    owner: str | None = None
    elements: tuple[str, ...] = ()
    cleared: str | None = None
    code_table: CodeTable | None = None

    @property
    def name(self) -> str:
        return self.leaf.name

    @property
    def shown(self) -> tuple[ColumnName, ...]:
        """The columns whose texts are the raw of the value, without what was looked up."""
        return self.source.columns[:1] if self.code_table is not None else self.source.columns

    @property
    def column(self) -> ColumnName | None:
        """The native column, where the value is read from just one."""
        return self.source.columns[0] if self.source.word == "column" else None


@dataclass(frozen=True)
class LookUp:
    """How a record is found of which nobody knows whether it was created.

    By our reference in `column` of the flat row, or of a `table` of its own, whose `key` columns
    hold the record's key (one column holds all its parts with `separator` between them). Else by
    the values that were sent for `fields`, in a record created since.
    """

    column: str | None = None
    fields: tuple[str, ...] = ()
    table: str | None = None
    key: tuple[str, ...] = ()
    separator: str | None = None
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True)
class Operation:
    """An act by SOAP. All paths are written in full, but those of fields: see `element`.

    `key` names the elements that take, or for a create give, the parts of the record's key. `ok`
    says by path which text in the answer means that it was done; `fail` what other texts there
    mean, in VERDICTS, and `words` where the CRM's own words for it stand. In the answer of a get
    `record` stands before the elements of fields, `missing` is an element that says that there is
    no such record, and `escaped` says that its texts are escaped once more than XML has them.
    `rows` and `tolerate` say what a departure of an answer from its contract costs. `makes` are
    canonical values that hold after a cancel or delete.
    """

    verb: str
    call: str
    put: Mapping[str, str] = field(default_factory=dict)
    const: Mapping[str, Any] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    guard: Mapping[str, str] = field(default_factory=dict)
    ok: Mapping[str, str] = field(default_factory=dict)
    fail: Mapping[str, str] = field(default_factory=dict)
    words: str | None = None
    reference: str | None = None
    into: str = ""
    record: str = ""
    missing: str | None = None
    escaped: bool = False
    merge_from: str | None = None
    reread: bool = False
    look_up: LookUp | None = None
    makes: Mapping[str, Any] = field(default_factory=dict)
    rows: str | None = None
    tolerate: tuple[str, ...] = ()

    def element(self, path: str) -> str:
        """The full path of a field's element in the request."""
        return completed(self.into, path)

    def told(self, path: str) -> str:
        """The full path of a field's element in the answer of a get."""
        return completed(self.record, path)


@dataclass(frozen=True)
class ChildRows:
    """Children that are read from one place: rows of their own, or, with `shape` None, columns of
    the parent's row.
    """

    shape: Shape | None
    fields: Mapping[str, FieldMapping]
    element: str | None = None


@dataclass(frozen=True)
class ChildMapping:
    """All places from which the children of one name are read."""

    child: Child
    sources: tuple[ChildRows, ...]

    @property
    def written(self) -> bool:
        """Some place has elements by which children are written."""
        return any(item.elements for rows in self.sources for item in rows.fields.values())

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All values that any place gives, in the schema's order: children have one shape wherever
        they stand.
        """
        mapped = {name for source in self.sources for name in source.fields}
        return tuple(leaf for name, leaf in self.child.leaves.items() if name in mapped)

    @property
    def layout(self) -> Layout:
        return _layout(
            relation=self.child.relation,
            table=f"{self.child.parent}_{self.child.name}",
            key=(f"{self.child.parent}_id", *self.child.key),
            leading=(
                Column(f"{self.child.parent}_id", "VARCHAR", f"Id of the {self.child.parent}."),
            ),
            leaves=self.leaves,
            description=(self.child.schema.__doc__ or "").strip(),
            parent=self.child.parent,
        )


@dataclass(frozen=True)
class EntityMapping:
    """One entity in one CRM. `owner` is who mends what cannot be read, where no field says."""

    entity: Entity
    shape: Shape
    fields: Mapping[str, FieldMapping]
    children: Mapping[str, ChildMapping]
    operations: Mapping[str, Operation]
    zone: str = "UTC"
    lists: Mapping[str, Listing] = field(default_factory=dict)
    owner: str | None = None

    @property
    def listing(self) -> Listing | None:
        """The list that the records stand in; None where they stand in a database."""
        return self.lists.get(self.shape.table)

    @property
    def found_by_id(self) -> bool:
        """One record can be asked for."""
        listing = self.listing
        return listing is None or listing.pick is not None or "get" in self.operations

    @cached_property
    def served(self) -> EntityMapping:
        """What of a record can be told at once, without a night: a database joins no lists, and a
        list joins nothing.
        """
        shape = self.shape
        reached = {OWN} | {alias for alias in shape.aliases if self._at_once(shape, alias)}
        near = {
            name: item
            for name, item in self.fields.items()
            if all(column.alias in reached for column in item.source.columns)
        }
        children = {
            name: child
            for name, child in self.children.items()
            if all(self._child_at_once(rows, reached) for rows in child.sources)
        }
        joins = tuple(join for join in shape.joins if join.alias in reached)
        pivots = tuple(pivot for pivot in shape.pivots if pivot.alias in reached)
        shape = replace(shape, joins=joins, pivots=pivots)
        if (shape, len(near), len(children)) == (self.shape, len(self.fields), len(self.children)):
            return self
        return replace(self, shape=shape, fields=near, children=children)

    def _at_once(self, shape: Shape, alias: str) -> bool:
        tables = [shape.table, *(shape.aliases[step] for step in shape.path(alias))]
        return not any(table in self.lists for table in tables)

    def _child_at_once(self, rows: ChildRows, reached: Collection[str]) -> bool:
        shape = rows.shape
        if shape is not None:
            return self.listing is None and all(map(partial(self._at_once, shape), shape.aliases))
        columns = (column for item in rows.fields.values() for column in item.source.columns)
        return all(column.alias in reached for column in columns)

    @cached_property
    def custom(self) -> dict[str, FieldMapping]:
        return {
            name.partition(".")[2]: item
            for name, item in self.fields.items()
            if name.startswith("custom.")
        }

    def writable(self, verb: str) -> dict[str, FieldMapping]:
        """The values that an operation takes, by dotted name; none where there is no such verb."""
        operation = self.operations.get(verb)
        if operation is None:
            return {}
        put = frozenset(operation.put.values())
        return {
            name: item
            for name, item in self.fields.items()
            if not item.readonly
            and not item.leaf.field.dump_only
            and (name in put or (not put and item.elements))
        }

    def writable_children(self, verb: str) -> dict[str, ChildMapping]:
        """The lists of children that an operation takes."""
        if verb not in self.operations:
            return {}
        return {name: child for name, child in self.children.items() if child.written}

    @cached_property
    def layout(self) -> Layout:
        return _layout(
            relation=self.entity.name,
            table=self.entity.plural,
            key=("id",),
            leading=(),
            leaves=[item.leaf for item in self.fields.values()],
            description=(self.entity.schema.__doc__ or "").strip(),
        )

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Its own shape and those of its children."""
        rows = (rows for child in self.children.values() for rows in child.sources)
        return (self.shape, *(source.shape for source in rows if source.shape is not None))

    @property
    def layouts(self) -> dict[str, Layout]:
        """The entity's own layout, then its children's, by relation."""
        return {self.entity.name: self.layout} | {
            child.child.relation: child.layout for child in self.children.values()
        }


@dataclass(frozen=True)
class CrmMapping:
    """A whole mapping file. `digest` changes whenever what it or one of its SQL files says does."""

    file: Path
    rules: Rules
    entities: Mapping[str, EntityMapping]
    digest: str
    faults: Mapping[str, str] = field(default_factory=dict)
    sign_in: Mapping[str, Any] = field(default_factory=dict)
    lists: Mapping[str, Listing] = field(default_factory=dict)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """All shapes of all entities."""
        return tuple(shape for entity in self.entities.values() for shape in entity.shapes)

    @cached_property
    def tables(self) -> dict[str, TableRead]:
        """Every table that a night reads, by name, with what must be known to read it."""
        found = _tables(self.entities.values())
        return {name: _of_list(read, self.lists.get(name)) for name, read in found.items()}


@dataclass(frozen=True)
class TableRead:
    """One source table as a night reads it: which rows, and what tells them apart and changed."""

    name: str
    query: str | None
    key: tuple[str, ...]
    stamp: str | None
    grain: int
    where: tuple[Filter, ...]
    skip: tuple[str, ...]
    zone: str
    listing: Listing | None = None


def _of_list(read: TableRead, listing: Listing | None) -> TableRead:
    """A list is read whole: which of its rows are wanted, translation tells."""
    if listing is None:
        return read
    return replace(read, key=listing.key, stamp=None, where=(), listing=listing)


def _layout(
    relation: str,
    table: str,
    key: tuple[str, ...],
    leading: tuple[Column, ...],
    leaves: Iterable[Leaf],
    description: str,
    parent: str | None = None,
) -> Layout:
    columns = tuple(
        Column(leaf.column, leaf.duck, leaf.field.metadata.get("description", ""))
        for leaf in leaves
    )
    problems = Column(
        "problems", "VARCHAR", "JSON list of the values that could not be read: field, raw, reason."
    )
    return Layout(relation, table, key, (*leading, *columns, problems), description, parent)


def _tables(entities: Iterable[EntityMapping]) -> dict[str, TableRead]:
    found: dict[str, TableRead] = {}

    def add(read: TableRead) -> None:
        before = found.get(read.name)
        if before is None:
            found[read.name] = read
            return
        # Read once for all that need it: by the stamp if one has it, all rows and columns that any
        # of them wants.
        kept = tuple(filter_ for filter_ in read.where if filter_ in before.where)
        skip = tuple(name for name in read.skip if name in before.skip)
        best = before if before.stamp is not None or read.stamp is None else read
        found[read.name] = replace(best, where=kept, skip=skip)

    for mapped in entities:
        for shape in mapped.shapes:
            add(
                TableRead(
                    shape.table,
                    shape.query,
                    shape.key,
                    shape.stamp,
                    shape.grain,
                    shape.where,
                    shape.skip,
                    mapped.zone,
                )
            )
            for join in shape.joins:
                key = tuple(own for own, _ in join.on)
                add(TableRead(join.table, None, key, None, 1, join.where, (), mapped.zone))
            for pivot in shape.pivots:
                key = (*(own for own, _ in pivot.on), pivot.name)
                add(TableRead(pivot.table, None, key, None, 1, pivot.where, (), mapped.zone))
    return found
