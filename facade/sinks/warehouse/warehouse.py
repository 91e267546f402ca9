"""The warehouse as a sink: each sealed run in its turn, one transaction a run, with the run's
number inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from facade.sinks.sink import (
    Delivery,
    Progress,
    Receipt,
    Relation,
    SinkMismatch,
    Status,
)
from facade.sinks.warehouse import loads
from facade.sinks.warehouse.connection import Connection
from facade.sinks.warehouse.dialects import Dialect, dialect_of
from facade.sinks.warehouse.errors import told_as_sink_errors
from facade.sinks.warehouse.load import Loading
from facade.sinks.warehouse.parquet import engine
from facade.sinks.warehouse.readback import Difference, differences
from facade.sinks.warehouse.tables import demand_fitting
from schemas.layout import Layout

# What becomes of a record deleted in the CRM: here history keeps it, and nothing else is offered.
ON_DELETE = ("flag",)


class Warehouse:
    """A Sink. It connects for each delivery and closes afterwards, so that others may use a DuckDB
    file between.
    """

    every_run = True

    def __init__(
        self, name: str, url: str, dialect: Dialect, layouts: Mapping[str, Layout]
    ) -> None:
        self.name = name
        self._url = url
        self._dialect = dialect
        self._layouts = dict(layouts)

    def __repr__(self) -> str:
        return f"Warehouse({self.name!r})"

    def deliver(self, delivery: Delivery, progress: Progress) -> Receipt:
        """Load the run, unless it is in the warehouse already; then its receipt is the one given
        before.

        A run older than the newest loaded is contained in it: its receipt tells of nothing
        delivered. Raises SinkMismatch, and leaves all data as it was, where a run before was left
        out, a table's columns do not fit, or the tables would not be what the snapshot is;
        SinkUnreachable and SinkRefused as their names say.
        """
        delivery = delivery.only(self._layouts)
        layouts = self._layouts_of(delivery)
        with self._connection(writing=True) as connection:
            loads.bring_up(connection, self._dialect)
            known = loads.load_of(connection, delivery.run)
            if known:
                return known.as_receipt(self.name)
            newest = loads.newest_load(connection)
            if newest and newest.run > delivery.run:
                return Receipt(self.name, delivery.run, holds=newest.as_receipt(self.name).holds)
            return self._load(connection, delivery, layouts, newest, progress)

    def statuses(self) -> Iterable[Status]:
        """Nothing in a warehouse belongs into the CRM."""
        return ()

    def verify(self, snapshot: Mapping[str, Relation]) -> list[Difference]:
        """Every value that the warehouse holds, read back, against a snapshot's; what differs.
        Raises SinkError.

        Relations without rows are left out: the snapshot says nothing of them.
        """
        found: list[Difference] = []
        with self._connection(writing=False) as connection, engine() as con:
            for name, relation in snapshot.items():
                if relation.rows and name in self._layouts:
                    found += differences(connection, self._dialect, con, relation)
        return found

    def _load(
        self,
        connection: Connection,
        delivery: Delivery,
        layouts: Mapping[str, Layout],
        newest: loads.Load | None,
        progress: Progress,
    ) -> Receipt:
        # A clock that was set back between two runs must not turn the history around.
        moment = max(delivery.sealed_at, newest.valid_from) if newest else delivery.sealed_at
        with engine() as con:
            loading = Loading(connection, self._dialect, con, delivery, layouts, moment, progress)
            described = loading.prepare(newest.described if newest else {})
            connection.begin()
            loads.take_turn(connection, self._dialect, delivery.run)
            delivered = loading.apply()
            held = loading.held()
        receipt = Receipt(self.name, delivery.run, delivered, (), held)
        loads.record(connection, self._dialect, delivery, moment, receipt, described)
        progress("commit", 0, 1)
        connection.commit()
        progress("commit", 1, 1)
        return receipt

    def _layouts_of(self, delivery: Delivery) -> dict[str, Layout]:
        """The layouts to load by: the run's own, and ours for what it does not have."""
        sides = (delivery.snapshot, delivery.changes)
        layouts = self._layouts | {n: part.layout for side in sides for n, part in side.items()}
        with told_as_sink_errors(self.name):
            if delivery.sealed_at.tzinfo is None:
                raise SinkMismatch(f"run {delivery.run} was sealed at a moment without a zone")
            demand_fitting(layouts.values(), self._dialect)
        return layouts

    @contextmanager
    def _connection(self, writing: bool) -> Iterator[Connection]:
        with told_as_sink_errors(self.name):
            connection = self._dialect.connect(self._url, writing)
            try:
                yield connection
            finally:
                connection.close()


def open_warehouse(
    name: str,
    url: str,
    layouts: Mapping[str, Layout],
    on_delete: str = "flag",
    scope: Mapping[str, Any] | None = None,
) -> Warehouse:
    """The warehouse at `url`, `duckdb:///path` or `postgresql://…`, as a Sink. Nothing is connected
    yet.

    Raises SinkMismatch where the kind of address or `on_delete` is not known (the known ones are
    listed), a `scope` is given, or a layout cannot be tables there.
    """
    with told_as_sink_errors(name):
        dialect = dialect_of(url)
        if on_delete not in ON_DELETE:
            raise SinkMismatch(
                f'on_delete = "{on_delete}" is not for a warehouse, whose history keeps'
                f" what was deleted; known: {', '.join(ON_DELETE)}"
            )
        if scope:
            raise SinkMismatch(
                f"a scope ({', '.join(scope)}) is not for a warehouse, which mirrors whole entities"
                " so that each night can be proven: choose them with `entities`, and filter in a"
                " view there"
            )
        demand_fitting(layouts.values(), dialect)
    return Warehouse(name, url, dialect, layouts)
