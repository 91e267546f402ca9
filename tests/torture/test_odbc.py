"""L8, L9: databases that vanish, go silent and cut replies; workers that crash and hang.

At every moment of it an answer is right, or one typed error within its time.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from legacy_clients.errors import LegacyError, TimedOut, Unreachable
from legacy_clients.odbc.messages import Query
from legacy_clients.odbc.port import Port, open_port
from tests.processes import alive, settled, workers, zombies
from tests.proxy import Proxy
from tests.sampled import without
from tests.servers import MariaDB, PostgreSQL, Server

SIGNALS = ["SIGSEGV", "SIGKILL", "SIGABRT"] if os.environ.get("TORTURE") == "1" else ["SIGSEGV"]
CONNECTIONS = 8
THREADS = 8
ROWS = 300
SECONDS = 3.0
LATE = 0.5
"""How much later than its deadline an answer may come (L8)."""
SLACK = 0.2
"""For the threads of a test on two busy cores."""


@pytest.fixture(
    scope="module",
    params=without([PostgreSQL], [MariaDB, PostgreSQL]),
    ids=["mariadb", "postgresql"],
)
def mortal(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Server]:
    """A server with the table things, for this module alone."""
    with request.param.start(tmp_path_factory.mktemp("mortal")) as server:
        server.execute(
            "CREATE TABLE things (id INTEGER PRIMARY KEY, name VARCHAR(80), note VARCHAR(80))"
        )
        server.insert("things", [(n, *_thing(n)) for n in range(ROWS)])
        yield server


@pytest.fixture
def port(mortal: Server) -> Iterator[Port]:
    with closing(open_port(mortal.odbc, connections=CONNECTIONS)) as opened:
        yield opened
    assert (workers(), zombies()) == (set(), set())


def _thing(number: int) -> tuple[str, str]:
    return f"thing {number} " + "ü€🚚"[number % 3] * (number % 20), "x" * (number % 77)


EXPECTED = {n: (str(n), *_thing(n)) for n in range(ROWS)}
CAST = {
    "MariaDB": "CAST(id AS CHAR), name, note",
    "PostgreSQL": "id::varchar(20), name, note",
}


def twenty(port: Port, start: int) -> Query:
    columns = CAST[port.profile.name]
    return Query(f"SELECT {columns} FROM things WHERE id >= ? AND id < ?", (start, start + 20))


def right(rows: list[Any], start: int, count: int = 20) -> bool:
    return sorted(rows) == sorted(EXPECTED[n] for n in range(start, min(start + count, ROWS)))


def everything(port: Port) -> Query:
    return Query(f"SELECT {CAST[port.profile.name]} FROM things WHERE id >= ?", (0,))


@dataclass(frozen=True)
class Asked:
    """One question under load: when it began and ended, and an error's name, "wrong" or nothing."""

    began: float
    ended: float
    failure: str


@contextmanager
def load(port: Port, seconds: float = SECONDS) -> Iterator[list[Asked]]:
    """Eight threads that ask without a pause; what they saw, complete afterwards."""
    over = threading.Event()
    seen: list[Asked] = []

    def ask(number: int) -> None:
        chance = random.Random(number)
        while not over.is_set():
            start, began, failure = chance.randrange(ROWS - 20), time.monotonic(), ""
            try:
                if not right(port.ask(twenty(port, start), seconds).rows, start):
                    failure = "wrong"
            except LegacyError as error:
                failure = type(error).__name__
            seen.append(Asked(began, time.monotonic(), failure))
            if failure:
                time.sleep(0.005)  # as a caller would

    with ThreadPoolExecutor(THREADS) as pool:
        asking = [pool.submit(ask, number) for number in range(THREADS)]
        try:
            assert settled(lambda: len(seen) >= 4 * THREADS)
            yield seen
        finally:
            over.set()
        for one in asking:
            one.result()
    assert all(one.ended - one.began <= seconds + LATE + SLACK for one in seen)
    assert not any(one.failure == "wrong" for one in seen)


def test_server_killed_under_load(
    mortal: Server, port: Port, full: bool, figure: Callable[..., None]
) -> None:
    """L9: at most one failed request a connection and restart; none after five seconds."""
    rounds = 20 if full else 1
    failed: list[int] = []
    recovered: list[float] = []
    down: Counter[str] = Counter()
    with load(port) as seen:
        for _ in range(rounds):
            before, killed = mortal.pid, time.monotonic()
            mortal.kill9()
            mortal.restart()
            assert mortal.pid != before
            up = time.monotonic()
            assert settled(lambda: any(it.began > up and not it.failure for it in list(seen)))  # noqa: B023  asked at once
            time.sleep(0.3)
            now = list(seen)
            counted = [it for it in now if it.failure and it.ended > killed]
            meanwhile = [it for it in counted if killed <= it.began < up]
            down += Counter(it.failure for it in meanwhile)
            failed.append(len([it for it in counted if it.began < killed or it.began >= up]))
            recovered.append(min(it.ended for it in now if it.began > up and not it.failure) - up)
            assert not [it for it in counted if it.began > up + 5]
    figure(
        rounds=rounds,
        asked=len(seen),
        wrong=0,
        failed_a_round=f"max {max(failed)}, sum {sum(failed)}",
        while_down=dict(down),
        recovery=f"max {max(recovered):.2f} s",
    )
    assert sum(down.values()) > 0  # the server was away
    assert max(failed) <= CONNECTIONS
    assert max(recovered) <= 5


@pytest.mark.parametrize("how", SIGNALS)
def test_workers_crash_under_load(
    port: Port, full: bool, figure: Callable[..., None], how: str
) -> None:
    """L8: one worker each, at most one typed error; others go on."""
    rounds = 100 if full else 5
    dead: set[int] = set()
    replaced: list[float] = []
    with load(port) as seen:
        for _ in range(rounds):
            victim = random.choice(sorted(workers()))
            before = len(seen)
            os.kill(victim, getattr(signal, how))
            killed = time.monotonic()
            assert settled(lambda: not alive(victim))  # noqa: B023
            dead.add(victim)
            assert settled(lambda: len(seen) >= before + 2 * THREADS)  # noqa: B023
            after = [it for it in list(seen)[before:] if it.began > killed and not it.failure]
            replaced.append(after[0].ended - killed if after else 0.0)
    failures = Counter(it.failure for it in seen if it.failure)
    figure(
        crashes=len(dead),
        asked=len(seen),
        wrong=0,
        failures=dict(failures),
        next_answer=f"max {max(replaced):.2f} s",
    )
    assert len(dead) == rounds
    assert set(failures) <= {"CutOff"}
    assert failures["CutOff"] <= rounds
    assert max(replaced) < 2


def test_workers_hang_under_load(port: Port, full: bool, figure: Callable[..., None]) -> None:
    """L8: one TimedOut each, at most half a second late; replaced within two seconds."""
    rounds = 20 if full else 2
    # Beside other tests a new process may need more than a second to start.
    seconds = 1.0 if full else 3.0
    dead: set[int] = set()
    with load(port, seconds) as seen:
        for _ in range(rounds):
            victim = random.choice(sorted(workers()))
            os.kill(victim, signal.SIGSTOP)
            assert settled(lambda: not alive(victim))  # noqa: B023  somebody asked it, and killed it
            dead.add(victim)
    late = [it.ended - it.began - seconds for it in seen if it.failure]
    failures = Counter(it.failure for it in seen if it.failure)
    figure(
        hangs=len(dead), asked=len(seen), wrong=0, failures=dict(failures),
        late=f"max {max(late):.2f} s",
    )  # fmt: skip
    assert set(failures) <= {"TimedOut", "Unreachable"}  # what hung may still have been connecting
    assert sum(failures.values()) == rounds
    assert max(late) <= LATE + SLACK
    started = time.monotonic()
    assert right(port.ask(twenty(port, 0), 2).rows, 0)
    assert time.monotonic() - started < 2


@contextmanager
def proxied(mortal: Server, connections: int = CONNECTIONS) -> Iterator[tuple[Proxy, Port]]:
    with Proxy(mortal.port) as proxy:
        odbc = mortal.odbc.replace(f"PORT={mortal.port}", f"PORT={proxy.port}")
        with closing(open_port(odbc, connections=connections)) as port:
            yield proxy, port
    assert (workers(), zombies()) == (set(), set())


@pytest.mark.long
def test_network_goes_silent_under_load(
    mortal: Server, full: bool, figure: Callable[..., None]
) -> None:
    """L8, L1: at most one TimedOut a connection, then Unreachable; each of them in time."""
    rounds = 5 if full else 1
    kinds: Counter[str] = Counter()
    recovered: list[float] = []
    with proxied(mortal) as (proxy, port), load(port, seconds=0.6) as seen:
        for _ in range(rounds):
            silent = time.monotonic()
            proxy.silence()
            time.sleep(2.2)
            proxy.heal()
            healed = time.monotonic()
            assert settled(lambda: any(it.began > healed and not it.failure for it in list(seen)))  # noqa: B023
            time.sleep(1.3)
            now = [it for it in list(seen) if it.ended > silent]
            answered = [it for it in now if it.began > silent + 0.1 and it.ended < healed]
            assert answered
            assert all(it.failure for it in answered)  # it was silent
            kinds += Counter(it.failure for it in now if it.failure)
            assert len([it for it in now if it.failure == "TimedOut"]) <= CONNECTIONS
            assert len([it for it in now if it.failure and it.began > healed]) <= CONNECTIONS
            recovered.append(min(it.ended for it in now if it.began > healed) - healed)
            assert not [it for it in now if it.failure and it.began > healed + 1]
    figure(
        rounds=rounds, asked=len(seen), wrong=0, failures=dict(kinds),
        recovery=f"max {max(recovered):.2f} s",
    )  # fmt: skip
    assert kinds["TimedOut"] > 0
    assert set(kinds) <= {"TimedOut", "Unreachable"}


@pytest.mark.long
def test_reply_goes_silent(mortal: Server, full: bool, figure: Callable[..., None]) -> None:
    """L1: in mid of a reply, by row and in bulk."""
    late = []
    with proxied(mortal) as (proxy, port):
        read: dict[bool, Callable[[], object]] = {
            False: lambda: port.ask(everything(port), 1.0),
            True: lambda: port.stream(everything(port), stall=1.0).read_all(),
        }
        assert right(port.ask(everything(port), 5).rows, 0, ROWS)
        for offset in (1, 200, 9000) if full else (200,):
            for bulk in (False, True):
                port.stream(everything(port)).read_all()
                before, started = proxy.struck, time.monotonic()
                proxy.silent_after(offset)
                with pytest.raises((TimedOut, Unreachable)):
                    read[bulk]()
                late.append(time.monotonic() - started - 1.0)
                assert proxy.struck == before + 1
                proxy.heal()
                assert right(port.ask(everything(port), 2).rows, 0, ROWS)
    figure(silences=len(late), late=f"max {max(late):.2f} s")
    assert max(late) <= LATE + SLACK


@pytest.mark.parametrize("again", without([True], [False, True]), ids=["once", "each_time"])
def test_reply_is_reset_at_every_offset(
    mortal: Server, full: bool, figure: Callable[..., None], again: bool
) -> None:
    """L9: once, nobody hears of it; each time, it is an error and never a part of the answer."""
    outcomes: Counter[str] = Counter()
    with proxied(mortal, connections=2) as (proxy, port):
        assert right(port.ask(everything(port), 5).rows, 0, ROWS)
        before = proxy.passed
        assert right(port.ask(everything(port), 5).rows, 0, ROWS)
        size = proxy.passed - before
        assert size > 10_000
        offsets = [1 + size * number // 100 for number in range(100)]
        for offset in offsets if full else offsets[::33]:
            struck = proxy.struck
            proxy.reset_after(offset, again)
            try:
                rows = port.ask(everything(port), 10).rows
            except LegacyError as error:
                outcomes[type(error).__name__] += 1
            else:
                assert right(rows, 0, ROWS)
                outcomes["right"] += 1
            assert proxy.struck > struck
            proxy.heal()
            assert right(port.ask(everything(port), 10).rows, 0, ROWS)
    figure(reply_bytes=size, outcomes=dict(outcomes), wrong=0)
    assert set(outcomes) == ({"CutOff", "Unreachable"} & set(outcomes) if again else {"right"})
    assert sum(outcomes.values()) == (100 if full else 4)


def test_bulk_reply_is_reset_at_every_offset(
    mortal: Server, full: bool, figure: Callable[..., None]
) -> None:
    """L9: an error, never fewer rows."""
    outcomes: Counter[str] = Counter()
    with proxied(mortal, connections=2) as (proxy, port):
        query = Query(everything(port).sql, (0,), longest=400)
        port.stream(query).read_all()
        before = proxy.passed
        port.stream(query).read_all()
        size = proxy.passed - before
        offsets = [1 + size * number // 100 for number in range(100)]
        for offset in offsets if full else offsets[::33]:
            struck = proxy.struck
            proxy.reset_after(offset)
            try:
                table = port.stream(query).read_all()
            except LegacyError as error:
                outcomes[type(error).__name__] += 1
            else:
                assert right(list(zip(*table.to_pydict().values(), strict=True)), 0, ROWS)
                outcomes["right"] += 1
            assert proxy.struck == struck + 1
            proxy.heal()
    figure(reply_bytes=size, outcomes=dict(outcomes), wrong=0)
    assert set(outcomes) <= {"right", "CutOff", "Unreachable"}
    assert outcomes["CutOff"] > 0


ALPHABETS = {
    "ascii": "".join(map(chr, range(32, 127))),
    "latin": "".join(map(chr, range(0xA1, 0x100))),
    "cyrillic_cjk": "АБВГДежзийклмнопрстуфхцчшщъыьэюя漢字仮名交じり文한국어",
    "emoji": "🚚😀𝄞🧾🏁🦊𐍈",
}
HEXED = {
    "SQLite": "hex(?)",
    "MariaDB": "HEX(?)",
    "PostgreSQL": "upper(encode(convert_to(?::text, 'UTF8'), 'hex'))",
}
SAME = {"SQLite": "CAST(? AS TEXT)", "MariaDB": "?", "PostgreSQL": "?::text"}


@pytest.fixture(params=["sqlite", "mariadb", "postgresql"])
def any_odbc(request: pytest.FixtureRequest, tmp_path: Any) -> str:
    """The connection string of each kind of database."""
    if request.param == "sqlite":
        import sqlite3

        sqlite3.connect(tmp_path / "texts.db").close()
        return f"DRIVER=SQLite3;Database={tmp_path / 'texts.db'}"
    return str(request.getfixturevalue(request.param).odbc)


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_texts_of_every_length(
    any_odbc: str, alphabet: str, full: bool, figure: Callable[..., None]
) -> None:
    """F10: 1 to 5,000 characters, as parameters and as results, by row and in bulk."""
    letters = ALPHABETS[alphabet]
    lengths = range(1, 5001) if full else [1, 2, 29, 50, 500, 5000]
    with closing(open_port(any_odbc)) as port:
        name = port.profile.name
        for length in lengths:
            text = "".join(letters[(length + n) % len(letters)] for n in range(length - 1)) + "x"
            sql = f"SELECT {SAME[name]} AS same, {HEXED[name]} AS bytes"
            [row] = port.ask(Query(sql, (text, text)), 10).rows
            assert row == (text, text.encode().hex().upper()), length
            if length % 50 == 0 or length < 12:
                query = Query(sql, (text, text), longest=8 * length + 8)
                [row] = port.stream(query).read_all().to_pylist()
                assert row == {"same": text, "bytes": text.encode().hex().upper()}, length
    figure(lengths=len(lengths), differing=0)
