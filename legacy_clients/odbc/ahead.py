"""Large results one after another: while one is read the database already works on the next, unless
it is to be spared.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

import pyarrow as pa

from legacy_clients.odbc.messages import Query
from legacy_clients.odbc.port import Port
from legacy_clients.pace import Pace
from legacy_clients.tables import Reading


def read_ahead(port: Port, queries: Iterable[Query], pace: Pace) -> Reading:
    """The rows of all queries. Raises the errors of the port and of the pace, also while batches
    are taken.
    """
    ahead = port.streams > 1 and not pace.slows
    told = _batches(port, queries) if ahead else _in_turn(port, queries, pace)
    schema: pa.Schema = next(told)
    return Reading(schema, told)


def _in_turn(
    port: Port, queries: Iterable[Query], pace: Pace
) -> Generator[pa.RecordBatch, None, None]:
    """As `_batches`; between two results nothing is open at the database."""
    known = False
    for query in queries:
        pace.turn()
        with port.stream(query) as stream:
            if not known:
                yield stream.schema
                known = True
            yield from stream


def _batches(port: Port, queries: Iterable[Query]) -> Generator[pa.RecordBatch, None, None]:
    """The schema of the first query's result, then the batches of all."""
    waiting = iter(queries)

    def opened() -> pa.RecordBatchReader | None:
        query = next(waiting, None)
        return None if query is None else port.stream(query)

    with ThreadPoolExecutor(1, "reading-ahead") as ahead:
        following = ahead.submit(opened)
        known = False
        try:
            while (stream := following.result()) is not None:
                following = ahead.submit(opened)
                with stream:
                    if not known:
                        yield stream.schema
                        known = True
                    yield from stream
        finally:
            _give_up(following)


def _give_up(following: Future[pa.RecordBatchReader | None]) -> None:
    """Close a result that nobody will read."""
    if following.exception() is None and (stream := following.result()) is not None:
        stream.close()
