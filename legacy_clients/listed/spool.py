"""Rows of a list kept aside until it is known that they are all, and each once."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from legacy_clients.listed.asking import Asking, Row, Shifted
from legacy_clients.tables import Batches, Reading


class Spool:
    """A file of rows. Of rows with one key equal ones are kept once; others are `clashes`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self.schema = pa.schema([pa.field(name, pa.string()) for name in asking.columns])
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by whoever takes the rows
        self._writer = pa.ipc.new_stream(self._file, self.schema)
        self._known: dict[Row, bytes] = {}
        self.received = 0
        self.clashes: set[Row] = set()

    def add(self, rows: Sequence[Row]) -> None:
        """Raises Shifted where nothing in it is new: a list that repeats itself has no end."""
        self.received += len(rows)
        fresh = [row for row in rows if self._is_new(row)]
        if rows and not fresh:
            raise Shifted("a page of it holds nothing but rows that came before")
        if fresh:
            columns = [pa.array(column, pa.string()) for column in zip(*fresh, strict=True)]
            self._writer.write_batch(pa.record_batch(columns, schema=self.schema))

    def _is_new(self, row: Row) -> bool:
        key, content = self._asking.key(row), _content(row)
        before = self._known.setdefault(key, content)
        if before is content:
            return True
        if before == content:
            return False
        self.clashes.add(key)
        return True

    def reading(self, mark: str | None) -> Reading:
        """All rows, once; the file goes when they are taken or let go."""
        self._writer.close()
        self._file.seek(0)
        batches = self._batches()
        next(batches)  # So that closing it before a row is taken closes the file too.
        return Reading(self.schema, batches, mark)

    def _batches(self) -> Batches:
        with self._file, pa.ipc.open_stream(self._file) as stream:
            yield pa.record_batch([pa.array([], pa.string())] * len(self.schema), self.schema)
            yield from stream

    def close(self) -> None:
        self._writer.close()
        self._file.close()


def _content(row: Row) -> bytes:
    return hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=12).digest()


def doubt_of(spool: Spool, total: int | None) -> tuple[Any, ...] | None:
    """What does not agree in a reading; None where all does."""
    if not spool.clashes and total in (None, spool.received):
        return None
    return frozenset(spool.clashes), spool.received, total
