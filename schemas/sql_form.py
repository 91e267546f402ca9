"""The SQL form of a translation: one DuckDB SELECT over the raw tables of an entity or of children.

It gives typed columns, the values that could not be read, and a hash of the content. Raw tables
hold texts only; a text that starts with the MARK holds bytes. The record form
(`schemas.record_form`) does the same to single rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemas.codecs.codec import MARK, Lookup, SqlForm
from schemas.layout import Layout, content_hash, hash_sum
from schemas.mapping import (
    ChildMapping,
    ChildRows,
    EntityMapping,
    FieldMapping,
    Filter,
    Join,
    Pivot,
    Shape,
)
from schemas.source import OWN, ColumnName, sql_text

DOUBLED_KEY = "doubled key"
DOUBLED_ROW = "more than one row in "
UNREADABLE_KEY = "key is unreadable"
Relation = Callable[[str], str]
"""From a source table's name to the SQL that names its current raw rows."""
Own = Callable[[Shape], Mapping[str, str]]
"""From a shape to SQL by alias, of the only rows that count; empty where all do."""
EVERYTHING: Mapping[str, str] = MappingProxyType({})


def everything(shape: Shape) -> Mapping[str, str]:
    """All rows count."""
    return EVERYTHING


@dataclass(frozen=True)
class Select:
    """A SELECT and the lookup tables that it joins.

    Its columns are the layout's, with `problems` as a list of structs of field, source, raw and
    reason.
    """

    sql: str
    lookups: tuple[Lookup, ...]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _same(left: str, right: str) -> str:
    """Keys compare equal across fixed and varying width."""
    return f"rtrim({left}, ' ') = rtrim({right}, ' ')"


def _kept(filters: Iterable[Filter], alias: str = "") -> str:
    """A WHERE clause, or nothing."""
    tests = []
    for kept in filters:
        column = f"{alias}{quoted(kept.column)}"
        values = ", ".join(sql_text(value.rstrip(" ")) for value in kept.values)
        tests.append(f"rtrim({column}, ' ') IN ({values})" if values else f"{column} IS NULL")
    return f" WHERE {' AND '.join(tests)}" if tests else ""


def _joined(join: Join, columns: Iterable[str], rows: str) -> str:
    """One row a key, with the count of rows behind it in `n`."""
    keys = ", ".join(
        f"rtrim({quoted(own)}, ' ') AS k{number}" for number, (own, _) in enumerate(join.on)
    )
    values = "".join(f", any_value({quoted(name)}) AS {quoted(name)}" for name in columns)
    groups = ", ".join(f"k{number}" for number in range(len(join.on)))
    return (
        f"(SELECT {keys}{values}, count(*) AS n FROM {rows}{_kept(join.where)} GROUP BY {groups})"
    )


def _pivoted(pivot: Pivot, columns: Iterable[str], rows: str) -> str:
    """One row a key, one column an attribute, and the count of rows behind it: `n.<attribute>`."""
    keys = ", ".join(
        f"rtrim({quoted(own)}, ' ') AS k{number}" for number, (own, _) in enumerate(pivot.on)
    )
    names = tuple(columns)
    tests = {name: f"rtrim({quoted(pivot.name)}, ' ') = {sql_text(name)}" for name in names}
    values = "".join(
        f", any_value({quoted(pivot.value)}) FILTER ({test}) AS {quoted(name)}"
        for name, test in tests.items()
    )
    counts = "".join(
        f", count(*) FILTER ({test}) AS {quoted('n.' + name)}" for name, test in tests.items()
    )
    groups = ", ".join(f"k{number}" for number in range(len(pivot.on)))
    return f"(SELECT {keys}{values}{counts} FROM {rows}{_kept(pivot.where)} GROUP BY {groups})"


def flat_rows(
    shape: Shape,
    columns: Iterable[ColumnName],
    relation: Relation,
    only: Mapping[str, str] = EVERYTHING,
) -> str:
    """One text row for each record: columns `alias.NAME` named c0, c1 …, and counts of joined rows,
    `n_<alias>` or `n_<alias>.<attribute>`.

    Of an alias in `only` the rows of that SQL count alone, and records without such a row are left
    out.
    """
    columns = tuple(columns)
    reached = (*(column.alias for column in columns), *only)
    needed = {step for alias in reached for step in shape.path(alias)}
    branches = [branch for branch in shape.branches if branch.alias in needed]
    wanted = {
        alias: dict.fromkeys(c.name for c in columns if c.alias == alias) for alias in shape.aliases
    }
    for branch in branches:
        for _, theirs in branch.on:
            wanted[theirs.alias].setdefault(theirs.name)
    clauses = []
    select = [
        f"{quoted(c.alias)}.{quoted(c.name)} AS c{number}" for number, c in enumerate(columns)
    ]
    for branch in branches:
        names = wanted[branch.alias]
        rows = only.get(branch.alias, relation(branch.table))
        made, counts = (
            (_joined(branch, names, rows), {"n": branch.alias})
            if isinstance(branch, Join)
            else (
                _pivoted(branch, names, rows),
                {f"n.{name}": f"{branch.alias}.{name}" for name in names},
            )
        )
        clauses.append(_clause(branch, made, "JOIN" if branch.alias in only else "LEFT JOIN"))
        select += [
            f"{quoted(branch.alias)}.{quoted(count)} AS {quoted('n_' + told)}"
            for count, told in counts.items()
        ]
    where = _kept(shape.where, f"{quoted(OWN)}.")
    own = only.get(OWN, relation(shape.table))
    return f"SELECT {', '.join(select)} FROM {own} AS {quoted(OWN)}{''.join(clauses)}{where}"


def _counters(shape: Shape, column: ColumnName) -> dict[str, str]:
    """The counts of rows on the way to a column, and the table of each."""
    pivots = {pivot.alias for pivot in shape.pivots}
    return {
        f"n_{alias}.{column.name}" if alias in pivots else f"n_{alias}": shape.aliases[alias]
        for alias in shape.path(column.alias)
    }


def _clause(join: Join | Pivot, relation: str, how: str) -> str:
    alias = quoted(join.alias)
    on = " AND ".join(
        f"{alias}.k{number} = rtrim({quoted(theirs.alias)}.{quoted(theirs.name)}, ' ')"
        for number, (_, theirs) in enumerate(join.on)
    )
    return f" {how} {relation} AS {alias} ON {on}"


@dataclass(frozen=True)
class _Value:
    """One field while its SELECT is built."""

    mapped: FieldMapping
    given: list[str]
    raws: list[str]
    form: SqlForm
    doubled: str | None
    source: str


def translate_rows(
    flat: str,
    columns: tuple[ColumnName, ...],
    fields: Mapping[str, FieldMapping],
    shape: Shape,
    extra: Mapping[str, SqlForm],
) -> Select:
    """From flat rows to typed values: `extra` are further output columns, read from c0, c1 …

    The output has a column a field, named by its leaf, the `extra` ones, and `problems`.
    """
    position = {column: f"c{number}" for number, column in enumerate(columns)}
    values = [_value(mapped, position, shape) for mapped in fields.values()]
    lookups: list[Lookup] = []
    prepared, joins, results, reasons = [], [], [], []
    for number, value in enumerate(values):
        words = {"p": f"p{number}", "l": f"l{number}"}
        if value.form.prepare is not None:
            prepared.append(f"{value.form.prepare} AS p{number}")
        if value.form.lookup is not None:
            lookup = value.form.lookup
            lookups.append(lookup)
            joins.append(_lookup_clause(lookup, **words))
        result, reason = _placed(value.form.value, words), _placed(value.form.reason, words)
        if value.doubled:
            result = f"CASE WHEN {value.doubled} IS NULL THEN {result} END"
            reason = f"coalesce({value.doubled}, {reason})"
        results.append(f"{result} AS {quoted(value.mapped.leaf.column)}")
        reasons.append(f"{reason} AS r{number}")
    passed = []
    for number, (name, form) in enumerate(extra.items()):
        if form.prepare is not None:
            prepared.append(f"{form.prepare} AS x{number}")
        passed.append(f"{_placed(form.value, {'p': f'x{number}'})} AS {quoted(name)}")
    raws = sorted({raw for value in values for raw in value.raws}, key=lambda raw: int(raw[1:]))
    stage = f"({flat})"
    if prepared:
        stage = f"(SELECT *, {', '.join(prepared)} FROM {stage})"
    told = ", ".join([*results, *reasons, *passed, *raws])
    read = f"SELECT {told} FROM {stage} AS flat{''.join(joins)}"
    names = [quoted(value.mapped.leaf.column) for value in values] + [
        quoted(name) for name in extra
    ]
    return Select(
        f"SELECT {', '.join(names)}, {_problems(values)} AS problems FROM ({read})", tuple(lookups)
    )


def _placed(expression: str, words: Mapping[str, str]) -> str:
    """The expression with {p} and {l} put in; other braces belong to patterns."""
    for word, name in words.items():
        expression = expression.replace(f"{{{word}}}", name)
    return expression


def _value(mapped: FieldMapping, position: Mapping[ColumnName, str], shape: Shape) -> _Value:
    raws = [position[column] for column in mapped.shown]
    given = mapped.source.sql([position[column] for column in mapped.source.columns])
    counted: dict[str, str] = {}
    for column in mapped.source.columns:
        counted |= _counters(shape, column)
    doubled = None
    if counted:
        cases = " ".join(
            f"WHEN {quoted(count)} > 1 THEN {sql_text(DOUBLED_ROW + table)}"
            for count, table in counted.items()
        )
        doubled = f"(CASE {cases} END)"
    source = ",".join(shape.native(column) for column in mapped.shown)
    return _Value(mapped, given, raws, mapped.codec.sql(*given), doubled, source)


def _lookup_clause(lookup: Lookup, p: str, l: str) -> str:  # noqa: E741 - the words of SqlForm
    on = _placed(lookup.on, {"p": p})
    return f" LEFT JOIN {quoted(lookup.name)} AS {l} ON {l}.key = {on}"


PROBLEM = "STRUCT(field VARCHAR, source VARCHAR, raw VARCHAR, reason VARCHAR)"


def _problems(values: list[_Value]) -> str:
    """A list of structs, NULL where all could be read: nearly always, so it is built only there."""
    checked = [(f"r{number}", value) for number, value in enumerate(values) if value.raws]
    if not checked:
        return f"CAST(NULL AS {PROBLEM}[])"
    structs = ", ".join(
        f"CASE WHEN {reason} IS NOT NULL THEN {{'field': {sql_text(value.mapped.name)},"
        f" 'source': {sql_text(value.source)},"
        f" 'raw': {_raw(value, reason)}, 'reason': {reason}}} END"
        for reason, value in checked
    )
    # coalesce of all reasons says at once whether any is there.
    anything = f"coalesce({', '.join(reason for reason, _ in checked)})"
    listed = f"list_filter([{structs}], lambda x: x IS NOT NULL)"
    return f"CASE WHEN {anything} IS NOT NULL THEN {listed} END"


def _raw(value: _Value, reason: str) -> str:
    """The raw text; NULL where several rows were found, since none of them is the one."""
    shown = [
        f"CASE WHEN {raw}[1] = {sql_text(MARK)} THEN 'hex:' || {raw}[2:] ELSE {raw} END"
        for raw in value.raws
    ]
    text = shown[0] if len(shown) == 1 else f"CAST(to_json([{', '.join(shown)}]) AS VARCHAR)"
    if not value.doubled:
        return text
    return f"CASE WHEN NOT starts_with({reason}, {sql_text(DOUBLED_ROW)}) THEN {text} END"


def entity_select(mapping: EntityMapping, relation: Relation, own: Own = everything) -> Select:
    """All records of an entity, its own values only."""
    columns = _columns(mapping.fields)
    flat = flat_rows(mapping.shape, columns, relation, own(mapping.shape))
    return translate_rows(flat, columns, mapping.fields, mapping.shape, {})


def child_select(
    parent: EntityMapping, children: ChildMapping, relation: Relation, own: Own = everything
) -> Select:
    """All children of one name, from all places where they stand; the first column is the parent's
    id.
    """
    owner = f"{children.child.parent}_id"
    parts: list[str] = []
    lookups: list[Lookup] = []
    names = [column.name for column in children.layout.columns[1:-1]]
    for source in children.sources:
        select = _child_rows(parent, source, owner, relation, own)
        have = {mapped.leaf.column for mapped in source.fields.values()}
        types = {column.name: column.duck for column in children.layout.columns}
        listed = [
            quoted(name) if name in have else f"CAST(NULL AS {types[name]}) AS {quoted(name)}"
            for name in names
        ]
        filled = _filled(source)
        where = f" WHERE {filled} OR problems IS NOT NULL" if filled else ""
        parts.append(
            f"SELECT {quoted(owner)}, {', '.join(listed)}, problems FROM ({select.sql}){where}"
        )
        lookups += select.lookups
    return Select(" UNION ALL ".join(parts), tuple(lookups))


def _filled(source: ChildRows) -> str:
    """A group of the parent's columns is a child only where one of its values is there."""
    if source.shape is not None:
        return ""
    own = [mapped.leaf.column for mapped in source.fields.values() if mapped.source.word != "value"]
    return " OR ".join(f"{quoted(name)} IS NOT NULL" for name in own)


def _child_rows(
    parent: EntityMapping, source: ChildRows, owner: str, relation: Relation, own: Own
) -> Select:
    identity = parent.fields["id"]
    if source.shape is None:
        fields = {"id": identity} | dict(source.fields)
        columns = _columns(fields)
        flat = flat_rows(parent.shape, columns, relation, own(parent.shape))
        return translate_rows(
            flat, columns, source.fields, parent.shape, _owner(identity, columns, owner)
        )
    shape = source.shape
    pairs = {theirs: own for own, theirs in shape.parent}
    keys = tuple(ColumnName(OWN, pairs[name]) for name in parent.shape.key)
    columns = tuple(dict.fromkeys((*keys, *_columns(source.fields))))
    flat = flat_rows(shape, columns, relation, own(shape))
    position = {column: f"c{number}" for number, column in enumerate(columns)}
    form = identity.codec.sql(*(position[key] for key in keys))
    return translate_rows(flat, columns, source.fields, shape, {owner: form})


def _owner(
    identity: FieldMapping, columns: tuple[ColumnName, ...], owner: str
) -> dict[str, SqlForm]:
    position = {column: f"c{number}" for number, column in enumerate(columns)}
    return {owner: identity.codec.sql(*(position[column] for column in identity.source.columns))}


def _columns(fields: Mapping[str, FieldMapping]) -> tuple[ColumnName, ...]:
    return tuple(
        dict.fromkeys(column for mapped in fields.values() for column in mapped.source.columns)
    )


def problems_json(expression: str = "problems") -> str:
    """Problems as a document shows them: JSON text, NULL where there are none."""
    return (
        f"CAST(to_json(list_transform({expression},"
        f" lambda x: {{'field': x.field, 'raw': x.raw, 'reason': x.reason}})) AS VARCHAR)"
    )


def hashed(layout: Layout, select: str, folded: str = "") -> str:
    """`select` with problems as JSON text and the content hash.

    `folded` is an expression of further text that the hash takes in.
    """
    names = [quoted(name) for name in layout.names if name != "problems"]
    inner = (
        f"SELECT * EXCLUDE (problems), problems AS refused, {problems_json()} AS problems"
        f" FROM ({select})"
    )
    counted = [*names, "problems", *([folded] if folded else [])]
    return f"SELECT *, {content_hash(counted)} AS hash FROM ({inner})"


def child_sums(relation: str, owner: str) -> str:
    """Count and hash sum of the children of each parent, as one text `children` by `owner`."""
    return (
        f"SELECT {quoted(owner)} AS owner, count(*) || ':' || {hash_sum()} AS children"
        f" FROM {relation} GROUP BY {quoted(owner)}"
    )
