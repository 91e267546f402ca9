"""A night's certificate recomputed: from its files, from the ledger, and from what sinks hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import duckdb

from facade.ledger import Ledger
from facade.ledger.runs import Run
from facade.sinks.sink import Relation, Sink, SinkError
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.certificate.agreement import differences
from facade.sync.certificate.canonical import SIGNATURE
from facade.sync.certificate.chain import broken, newest_before
from facade.sync.certificate.document import recomputable
from facade.sync.certificate.files import altered
from facade.sync.certificate.keys import trusted
from facade.sync.current import digest_of
from facade.sync.deliver import delivery_of, fitting
from facade.sync.engine import count, engine
from facade.sync.holding import held_by, state_of
from facade.sync.translate import snapshot_sums
from schemas.layout import Layout, content_hash, hash_sum
from schemas.mapping import CrmMapping, EntityMapping
from schemas.sql_form import quoted

if TYPE_CHECKING:
    from facade.sinks.warehouse.readback import Difference

MOST = 10
"""So many differences of a kind are told one by one."""
STATED = {
    "certified_at",
    "exceptions",
    "files",
    "key",
    "limits",
    "load",
    "number",
    "steps",
    SIGNATURE,
}
"""Parts of a certificate that are held against something else than the ledger, or that nothing but
their signature vouches for.
"""


@runtime_checkable
class Mirror(Protocol):
    """A sink that can be read back exactly."""

    def verify(self, snapshot: Mapping[str, Relation]) -> list[Difference]: ...


def verify(
    ledger: Ledger,
    var: Path,
    run: Run,
    mapping: CrmMapping,
    entities: Collection[str] = (),
    tables: Collection[str] = (),
    keys: Iterable[Path] = (),
) -> list[str]:
    """Recompute a night's certificate from its files; what differs, in words.

    Recomputed are the signatures and the chain of certificates up to this one, what the ledger
    says, the SHA-256 of every file, the sums of current raw, the content hash of every record and
    their sums, and the count of refused values. `entities` and `tables` choose; none is all. Keys
    are trusted that the files `keys` hold, or else those beside our own.
    """
    night = NightFolder.of(var, run.number)
    if not night.certificate.is_file():
        return [f"night {run.number} has no certificate: it was cut short; run `facade sync` again"]
    try:
        certificate = json.loads(night.certificate.read_text("utf-8"))
        found = _doctored(ledger, var, run, certificate)
        found += differences(certificate)
    except (KeyError, TypeError, AttributeError, ValueError):
        return [f"the certificate of night {run.number} is none: it was changed"]
    found += broken(ledger, var, run.number, trusted(var, keys))
    chosen = set(entities or mapping.entities) & set(certificate["entities"])
    read = set(tables or certificate["tables"]) & set(certificate["tables"])
    relations = {name for entity in chosen for name in mapping.entities[entity].layouts}
    found += _altered(night, certificate, (relations | read) if entities else None)
    if run.mapping_hash != mapping.digest:
        return [
            *found,
            f"the mapping is not the one of night {run.number}: run `facade sync` first",
        ]
    last = _last(ledger, var, run)
    spill = var / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    with engine(spill) as con:
        for name in sorted(read):
            told = certificate["tables"][name]
            found += _readable(
                f"table {name}",
                lambda: _verify_table(con, night, last, mapping, name, told),  # noqa: B023
            )
        for name, entity in mapping.entities.items():
            if name in chosen:
                told = certificate["entities"][name]
                found += _readable(
                    name,
                    lambda: _verify_entity(con, night, last, entity, told),  # noqa: B023
                )
    return found


def verify_sinks(
    ledger: Ledger, var: Path, run: Run, sinks: Mapping[str, Sink], layouts: Mapping[str, Layout]
) -> list[str]:
    """Compare what each sink that can be read back really holds with the snapshot of the run that
    it took last, in words.
    """
    found = []
    for name, sink in sinks.items():
        if not isinstance(sink, Mirror):
            continue
        of = held_by(ledger, name) or run
        try:
            differing = sink.verify(
                delivery_of(var, of, fitting(ledger, var, of, layouts)).snapshot
            )
        except SinkError as error:
            found.append(f"sink {name}: it could not be read back: {error}")
            continue
        found += _told(name, differing)
    return found


def behind(ledger: Ledger, run: Run, sinks: Iterable[str]) -> list[str]:
    """Sinks that have not taken the newest run, in words."""
    found = []
    for name in sinks:
        state = state_of(held_by(ledger, name))
        if state < run.number:
            held = f"the state of night {state}" if state else "nothing yet"
            found.append(f"sink {name} holds {held}; the newest is night {run.number}")
    return found


def _told(sink: str, differing: Iterable[Difference]) -> list[str]:
    """The first differences of each table, and how many more."""
    tables: dict[str, list[Difference]] = {}
    for difference in differing:
        tables.setdefault(difference.table, []).append(difference)
    found = []
    for table, those in tables.items():
        whole = [one for one in those if not one.key]
        single = [one for one in those if one.key]
        for one in [*single[:MOST], *whole]:
            found.append(f"sink {sink}: {' '.join((table, *one.key))}: {one.what}")
        if len(single) > MOST:
            found.append(f"sink {sink}: {table}: {len(single) - MOST} more differences")
    return found


def _doctored(ledger: Ledger, var: Path, run: Run, certificate: Mapping[str, Any]) -> list[str]:
    """Parts of a certificate that are not what the night and the ledger say."""
    source = {name: table["source"] for name, table in certificate["tables"].items()}
    previous = newest_before(ledger, var, run.number)
    made = recomputable(ledger, var, run, source, previous)
    expected = json.loads(json.dumps(made, default=str))
    # What a sink took after the certificate was written is not in it.
    expected["sinks"] = {
        name: said for name, said in expected["sinks"].items() if name in certificate["sinks"]
    }
    expected["differences"] = differences(expected)
    return [
        f"the certificate of night {run.number} was changed: {part!r} is not what was certified"
        for part in sorted({*expected, *certificate} - STATED)
        if expected.get(part) != certificate.get(part)
    ]


def _altered(
    night: NightFolder, certificate: Mapping[str, Any], names: Collection[str] | None
) -> list[str]:
    """Files that are not those that were certified; of the relations `names` only, if given."""
    found = [
        path
        for path in altered(night, certificate.get("files", {}))
        if names is None or _relation_of(path) in names
    ]
    told = [f"the file {path} is not the one that was certified" for path in found[:MOST]]
    if len(found) > MOST:
        told.append(f"{len(found) - MOST} more files are not those that were certified")
    return told


def _relation_of(path: str) -> str:
    """snapshot/order.lines/data.parquet → order.lines"""
    return path.partition("/")[2].partition("/")[0].removesuffix(".parquet")


def _last(ledger: Ledger, var: Path, run: Run) -> NightFolder | None:
    """The night before, against which a difference is drilled down."""
    earlier = [
        folder
        for other in ledger.runs.states_after(0)
        if other.number < run.number and (folder := NightFolder.of(var, other.number)).is_whole
    ]
    return earlier[-1] if earlier else None


def _readable(what: str, check: Callable[[], list[str]]) -> list[str]:
    """What a check finds; that files are missing or broken is a finding too."""
    try:
        return check()
    except (duckdb.Error, FileNotFoundError):
        return [f"{what}: files are missing or cannot be read"]


def _verify_table(
    con: duckdb.DuckDBPyConnection,
    night: NightFolder,
    last: NightFolder | None,
    mapping: CrmMapping,
    name: str,
    certified: Mapping[str, Any],
) -> list[str]:
    columns: Sequence[str] = certified["columns"]
    current = layers.relation(night.current(name))
    rows, digest = digest_of(con, current, columns)
    if [rows, digest] == [certified["rows"], certified["digest"]]:
        return []
    folders = [night.raw(name), *([] if last is None else [last.current(name)])]
    known = [layers.relation(folder) for folder in folders if layers.files(folder)]
    hashed = content_hash(quoted(column) for column in columns)
    key = ", ".join(f"rtrim({quoted(part)}, ' ')" for part in mapping.tables[name].key)
    seen = " UNION ALL ".join(f"SELECT {hashed} FROM {relation}" for relation in known)
    sql = f"SELECT concat_ws(' ', {key}) FROM {current} WHERE {hashed} NOT IN ({seen})"
    shown = _shown(con, sql) if known else ""
    return [f"table {name}: current raw is not what was certified{shown}"]


def _verify_entity(
    con: duckdb.DuckDBPyConnection,
    night: NightFolder,
    last: NightFolder | None,
    entity: EntityMapping,
    certified: Mapping[str, Any],
) -> list[str]:
    name, found = entity.entity.name, []
    for relation, sums in certified["snapshot"].items():
        if list(snapshot_sums(con, night.snapshot(relation))) != [sums[0], str(sums[1])]:
            shown = _shown(con, _strays(night, last, entity, relation))
            found.append(f"{relation}: the snapshot's sums are not what was certified{shown}")
    wrong = f"SELECT id FROM ({rehashed(entity, night)}) WHERE hash <> recomputed"
    total = count(con, f"SELECT count(*) FROM ({wrong})")
    if total:
        shown = _shown(con, wrong)
        found.append(f"{name}: {total} records do not have the content that was hashed{shown}")
    refused = layers.scan(night.refused(relation) for relation in entity.layouts)
    if count(con, f"SELECT count(*) FROM {refused}") != certified["refused"]:
        found.append(f"{name}: there are more or fewer refused values than were certified")
    return found


def _strays(
    night: NightFolder, last: NightFolder | None, entity: EntityMapping, relation: str
) -> str:
    """SQL for the keys of a snapshot that are not those of the last one with tonight's changes."""
    layout = entity.layouts[relation]
    owner = quoted(layout.key[0])
    key = ", ".join(quoted(part) for part in layout.key)
    parts = []
    if last is not None and layers.files(last.snapshot(relation)):
        touched = layers.files(night.changes(entity.entity.name))
        ours = layers.scan(touched)
        still = f" WHERE {owner} NOT IN (SELECT id FROM {ours})"
        old = layers.relation(last.snapshot(relation))
        parts.append(f"SELECT {key}, hash, 1 AS n FROM {old}{still if touched else ''}")
    if layers.files(night.changes(relation)):
        new = layers.relation(night.changes(relation))
        parts.append(f"SELECT {key}, hash, 1 AS n FROM {new} WHERE op <> 'delete'")
    parts.append(f"SELECT {key}, hash, -1 AS n FROM {layers.relation(night.snapshot(relation))}")
    both = (
        f"SELECT {key} FROM ({' UNION ALL '.join(parts)}) GROUP BY {key}, hash HAVING sum(n) <> 0"
    )
    return f"SELECT DISTINCT concat_ws(' ', {key}) FROM ({both})"


def _shown(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The first keys that a query gives, and how many more; nothing where it finds none."""
    try:
        keys = [str(row[0]) for row in con.execute(f"{sql} ORDER BY 1 LIMIT {MOST}").fetchall()]
        total = count(con, f"SELECT count(*) FROM ({sql})")
    except (duckdb.Error, FileNotFoundError):  # the night before is not kept any more
        return ""
    more = f" and {total - len(keys)} more" if total > len(keys) else ""
    return f": {', '.join(keys)}{more}" if keys else ""


def rehashed(entity: EntityMapping, night: NightFolder) -> str:
    """SQL for id, hash, and the hash recomputed from values and children as they lie there."""
    names = [f"x.{quoted(name)}" for name in entity.layout.names if name != "problems"]
    joins, parts = "", []
    for number, children in enumerate(entity.children.values()):
        layout = children.layout
        owner = quoted(layout.key[0])
        own = content_hash(
            [*(quoted(name) for name in layout.names if name != "problems"), "problems"]
        )
        rows = layers.relation(night.snapshot(layout.relation))
        joins += (
            f" LEFT JOIN (SELECT {owner} AS owner, count(*) || ':' || {hash_sum('h')} AS children"
            f" FROM (SELECT {owner}, {own} AS h FROM {rows}) GROUP BY {owner}) s{number}"
            f" ON s{number}.owner = x.id"
        )
        parts.append(f"coalesce(s{number}.children, '0:0')")
    folded = [" || ' ' || ".join(parts)] if parts else []
    rows = layers.relation(night.snapshot(entity.entity.name))
    hashed = content_hash([*names, "x.problems", *folded])
    return f"SELECT x.id, x.hash, {hashed} AS recomputed FROM {rows} x{joins}"
