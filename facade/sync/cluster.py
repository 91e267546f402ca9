"""A Dask cluster that shares a night's heavy work: its workers have this package, the same mapping
and the same FACADE_VAR, and find the CRM by settings of their own.

Dask is loaded where a cluster is used, and nowhere else.
"""

from __future__ import annotations

import queue
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

from facade.config import SettingError
from facade.snapshots.folder import NightFolder
from facade.sync.errors import ClusterAway
from facade.sync.units import Done, Look, Unit
from legacy_clients.crm import LegacyCRM

PATIENCE = 10.0
"""For so many seconds a scheduler may not answer, or have no worker."""
BEREFT_SECONDS = 60.0
"""For so long a night waits for a worker when all of them died: somebody may start them again."""
LOOK_SECONDS = 60.0
"""For so long a worker may load this package and its settings."""
TOLD_SECONDS = 60.0
"""For so long it may take to fetch what came of a unit: a few words."""
MARKER = "cluster"


@dataclass
class Cluster:
    """The cluster of a scheduler. `carry_out` is what a worker does with a unit: a function that it
    can import. `done` counts units by worker and kind.
    """

    address: str
    carry_out: Callable[[Unit], Done]
    patience: float = PATIENCE
    bereft: float = BEREFT_SECONDS
    done: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if find_spec("distributed") is None:
            raise SettingError("FACADE_DASK needs dask: pip install 'crm-facade[dask]'")

    def join(self, night: NightFolder, crm: LegacyCRM) -> Crew:
        """Its workers for one night, each of which was seen to fit; to be closed.

        Raises ClusterAway, and SettingError and Misconfigured as workers tell them.
        """
        crew = Crew(self, self._client(), night, crm)
        try:
            crew.look()
        except BaseException:
            crew.close()
            raise
        return crew

    def away(self, why: str) -> ClusterAway:
        return ClusterAway(
            f"FACADE_DASK: {why}; start what is missing with `dask scheduler` and"
            f" `dask worker {self.address}`, or unset FACADE_DASK to do all on this machine"
        )

    def _client(self) -> Any:
        """A connection to the scheduler, once it has a worker."""
        distributed = import_module("distributed")
        try:
            client = distributed.Client(
                self.address, timeout=self.patience, set_as_default=False, name="facade"
            )
        except (OSError, TimeoutError) as error:
            raise self.away(
                f"no scheduler answers at {self.address} within {self.patience:g} s"
            ) from error
        except (TypeError, ValueError) as error:
            raise SettingError(
                f"FACADE_DASK is {self.address!r}, by which no scheduler is reached: {error}"
            ) from error
        try:
            client.wait_for_workers(1, timeout=self.patience)
        except (OSError, TimeoutError) as error:
            _close(client)
            raise self.away(f"the scheduler at {self.address} has no worker") from error
        return client


class Crew:
    """The workers of a cluster as long as a night needs them."""

    def __init__(self, cluster: Cluster, client: Any, night: NightFolder, crm: LegacyCRM) -> None:
        self.mapping = crm.mapping.digest
        self._cluster, self._client, self._night, self._crm = cluster, client, night, crm

    def placed(self, path: Path) -> str:
        """A path under FACADE_VAR as every worker knows it."""
        return path.relative_to(self._night.path.parent.parent).as_posix()

    @property
    def threads(self) -> int:
        """So many units are carried out at a time."""
        return sum(self._workers().values())

    def look(self) -> None:
        """Every worker has this mapping, and sees the night's folder. Raises Misconfigured."""
        marker = self._night.work / MARKER
        content = uuid4().hex
        marker.write_text(content, "utf-8")
        unit = Look(self.mapping, self.placed(marker), content)
        futures = {self._begun(unit, (worker,)): worker for worker in self._workers()}
        due = time.monotonic() + LOOK_SECONDS
        try:
            for future, worker in futures.items():
                self._waited(future, max(0.1, due - time.monotonic()), worker)
                self._result(future, unit, 0)
        finally:
            self._give_up(futures)
        marker.unlink()

    def carry_out(self, units: Iterable[Unit], most: int) -> list[Done]:
        """Have all units carried out, not more than `most` at a time; what came of them, in the
        order in which they ended. What a unit raises is raised here, and the others are given up.

        Units are taken as there is room for them. That of a worker which dies is carried out by
        another; ClusterAway where there is none.
        """
        ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        under_way: dict[Any, Unit] = {}
        waiting, done, most = iter(units), list[Done](), max(1, min(most, self.threads))
        more, seen = True, time.monotonic()
        try:
            while True:
                while more and len(under_way) < most:
                    unit = next(waiting, None)
                    if unit is None:
                        more = False
                        break
                    future = self._begun(unit)
                    under_way[future] = unit
                    future.add_done_callback(ended.put)
                if not under_way:
                    return done
                try:
                    future = ended.get(timeout=min(1.0, self._cluster.patience))
                except queue.Empty:
                    seen = self._seen(seen)
                else:
                    done.append(self._result(future, under_way.pop(future), most))
                    seen = time.monotonic()
        finally:
            self._give_up(under_way)

    def close(self) -> None:
        _close(self._client)

    def _begun(self, unit: Unit, workers: tuple[str, ...] | None = None) -> Any:
        kind = type(unit).__name__
        with self._reaching():
            return self._client.submit(
                self._cluster.carry_out,
                unit,
                key=f"facade-{kind}-{uuid4().hex}",
                workers=workers,
                pure=False,
            )

    def _workers(self) -> Mapping[str, int]:
        """Threads by worker. Raises ClusterAway."""
        with self._reaching():
            found: Mapping[str, int] = self._client.nthreads()
        return found

    def _seen(self, before: float) -> float:
        """When a worker was last seen. Raises ClusterAway after too long a time without any."""
        now = time.monotonic()
        if self._workers():
            return now
        if now - before > self._cluster.bereft:
            raise self._cluster.away(f"the scheduler at {self._cluster.address} has no worker left")
        return before

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Raise what the lost connection to the scheduler raises as ClusterAway."""
        dask = import_module("distributed.client")
        try:
            yield
        except (OSError, TimeoutError, ValueError) as error:
            raise self._gone() from error
        except (dask.CancelledError, dask.ClosedClientError) as error:
            raise self._gone() from error

    def _gone(self) -> ClusterAway:
        return self._cluster.away(
            f"the scheduler at {self._cluster.address} went while the night was at work"
        )

    def _waited(self, future: Any, seconds: float, worker: str) -> None:
        with self._reaching():
            try:
                future.exception(timeout=seconds)
            except TimeoutError as error:
                raise self._cluster.away(
                    f"the worker at {worker} does not answer within {LOOK_SECONDS:g} s"
                ) from error

    def _result(self, future: Any, unit: Unit, at_once: int) -> Done:
        status = future.status
        if status == "error":
            error = future.exception()
            if isinstance(error, import_module("distributed").scheduler.KilledWorker):
                raise self._cluster.away(
                    "several workers in a row ended in the same part of the night: see their logs"
                ) from error
            raise error
        if status != "finished":
            raise self._gone()
        with self._reaching():
            done: Done = future.result(timeout=TOLD_SECONDS)
        self._cluster.done[done.worker, type(unit).__name__] += 1
        if done.load.statements:
            # While units read we ask where the next range begins.
            self._crm.note_load(replace(done.load, at_once=at_once + 1))
        return done

    def _give_up(self, futures: Iterable[Any]) -> None:
        """What has not begun never will; what has is not waited for."""
        left = [future for future in futures if not future.done()]
        if left and self._client.status == "running":
            with suppress(OSError, TimeoutError):
                self._client.cancel(left, force=True)


def _close(client: Any) -> None:
    with suppress(OSError, TimeoutError):
        client.close()
