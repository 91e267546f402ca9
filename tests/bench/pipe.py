"""A night of one wide MariaDB table into DuckDB and into PostgreSQL, beside tools that only copy
it in the same run: `mariadb --quick | psql COPY`, pgloader and dlt.

`BENCH_ROWS` shrinks the table (1,000,000); `BENCH_ROUNDS` is how often both run, in turn (3).
Figures are medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from facade.cli.errors import WAITS
from tests.bench import copiers as tools
from tests.bench.night import ENDINGS, FACADE, MEMORY_MIB, Night, Wrong, clean, night, steps
from tests.servers import MariaDB, PostgreSQL

if TYPE_CHECKING:
    from tests.bench.__main__ import Report

ROWS = 1_000_000
ROUNDS = 3
EVERY = 100
"""One of so many rows changes between two nights."""
PIPE_SECONDS = 600.0
CHUNK = 100_000
TARGETS = {"duckdb": 120_000, "postgresql": 80_000}
"""Kinds of warehouse, and the rows a second that are aimed at."""
AT_MOST = {"mariadb --quick to nowhere": None, "mariadb --quick | psql COPY": 2.5}
"""How many times as long a night may take as a copier, where it is not to be faster."""
POISON_EVERY = 700
"""One of so many rows holds a value that nobody can read: 0.01 % of 14 values a row."""

COLUMNS = """
    CUST_NO CHAR(10) NOT NULL, NAME VARCHAR(60), STAT_CD CHAR(1), ROLE_CDS CHAR(5),
    EMAIL VARCHAR(80), PHONE VARCHAR(40), CR_LMT BIGINT, OWN_NO INTEGER, OPEN_DT CHAR(8),
    DISC_RT DECIMAL(9,2), NOTE VARCHAR(200), DEL_FL CHAR(1), CRT_STMP {stamp}, UPD_STMP {stamp}
"""

# A whole row from its number. Local times are by day: no clock changes then.
VALUES = """
    CONCAT('C', LPAD(seq, 9, '0')),
    CONCAT(ELT(1 + seq MOD 8, 'Müller & Söhne', 'Łódź Logistyka', 'São Paulo Cargas',
        'Ørsted Transport', '株式会社山田', 'Acme Freight', 'O''Brien Haulage', 'Żółw Spedycja'),
        ' ', seq),
    IF(seq MOD {every} = 13 AND seq DIV {every} MOD 4 = 0, 'Z', SUBSTR('PAHI', 1 + seq MOD 4, 1)),
    ELT(1 + seq MOD 5, 'B', 'BS', 'BSC', 'K', NULL),
    IF(seq MOD 11 = 0, NULL, CONCAT('office', seq, '@example.com')),
    CONCAT('(312) 555-', LPAD(seq MOD 10000, 4, '0')),
    seq * 7919 MOD 100000000,
    IF(seq MOD 9 = 0, NULL, 1 + seq MOD 250),
    IF(seq MOD {every} = 13 AND seq DIV {every} MOD 4 = 1, '20230230',
        IF(seq MOD 17 = 0, '00000000',
            DATE_FORMAT('2004-01-05' + INTERVAL seq MOD 7000 DAY, '%Y%m%d'))),
    (seq MOD 4000) / 100,
    ELT(1 + seq MOD 4, NULL, CONCAT('Call gate ', seq MOD 40, ' before noon; ask for “Jo”.'),
        CONCAT('Dock ', seq MOD 90, '\\nno parking\\tC:\\\\routes\\\\', seq), ''),
    IF(seq MOD {every} = 13 AND seq DIV {every} MOD 4 = 2, '?', IF(seq MOD 50 = 0, 'Y', 'N')),
    IF(seq MOD {every} = 13 AND seq DIV {every} MOD 4 = 3, '2021-03-14 02:30:00',
        TIMESTAMP('2010-01-04' + INTERVAL seq MOD 1800 DAY,
            MAKETIME(8 + seq MOD 10, seq MOD 60, seq MOD 59))),
    TIMESTAMP('2015-01-05' + INTERVAL seq MOD 3600 DAY,
        MAKETIME(8 + seq MOD 10, seq MOD 59, seq MOD 60))
"""

MAPPING = """
[crm]
zone = "America/Chicago"
calling_code = "1"
country = "US"
sentinels.date = ["00000000"]

[customer.from]
table = "CUSTOMER"
key = ["CUST_NO"]
stamp = "UPD_STMP"
deleted = { column = "DEL_FL", is = ["Y"] }

[customer.fields]
created_at = { column = "CRT_STMP", as = "stamp" }
updated_at = { column = "UPD_STMP", as = "stamp" }
deleted = { column = "DEL_FL", as = "yn" }
number = { column = "CUST_NO", as = "char", width = 10 }
name = { column = "NAME" }
status.column = "STAT_CD"
status.codes = { P = "prospect", A = "active", H = "on_hold", I = "inactive" }
roles.column = "ROLE_CDS"
roles.codes = { B = "bill_to", S = "shipper", C = "consignee", K = "carrier" }
email = { column = "EMAIL" }
phone = { column = "PHONE" }
credit_limit = { column = "CR_LMT", as = "cents" }
owner_id = { column = "OWN_NO" }

[customer.custom]
opened_on = { column = "OPEN_DT", type = "date", as = "date8" }
discount = { column = "DISC_RT", type = "decimal" }
notes = { column = "NOTE", type = "text" }
"""

UNSTAMPED = MAPPING.replace('stamp = "UPD_STMP"\n', "")
"""The same of a table without a stamp: it is read whole, and compared by content."""

LEARNT = 'call = { column = "PHONE", type = "text" }\n'
"""One more field: the mapping is another one, and all is translated again."""


def run(report: Report) -> None:
    """Measure both, then a night without a change and one with a hundredth of the rows changed."""
    rows = int(os.environ.get("BENCH_ROWS", ROWS))
    rounds = int(os.environ.get("BENCH_ROUNDS", ROUNDS))
    with tempfile.TemporaryDirectory(prefix="facade-bench-") as name:
        folder = Path(name)
        (folder / "crm").mkdir()
        (folder / "crm" / "mapping.toml").write_text(MAPPING, "utf-8")
        with MariaDB.start(folder) as source, PostgreSQL.start(folder) as target:
            fill(source, rows)
            quick(source)  # the first reading warms the server
            nights = {kind: [] for kind in TARGETS}
            copies: dict[str, list[float]] = defaultdict(list)
            tools = copiers(source, target, folder, rows)
            for number in range(rounds):
                for name, copy in tools.items():
                    copies[name].append(copy(number))
                for kind in TARGETS:
                    place = folder / f"{kind} {number}"
                    nights[kind].append(first(source, place, warehouse(kind, target, place), rows))
            copied = {name: statistics.median(seconds) for name, seconds in copies.items()}
            for name, seconds in copied.items():
                report.measure(name, seconds, "s")
            for kind, done in nights.items():
                told(report, kind, done, rows, copied)
            later(report, source, folder, rows)
            by_content(report, source, folder / "unstamped", rows)


def told(
    report: Report, kind: str, nights: list[Night], rows: int, copied: Mapping[str, float]
) -> None:
    """The first nights into one kind of warehouse, and how they stand to what only copies."""
    what = f"first night to {kind}"
    taken = statistics.median(one.seconds for one in nights)
    report.measure(what, taken, "s")
    report.measure(what, rows / taken, "rows/s", at_least=TARGETS[kind])
    for name, seconds in copied.items():
        report.measure(
            f"{what}, to {name}", taken / seconds, "times", at_most=AT_MOST.get(name, 1.0)
        )
    peak = max(one.peak for one in nights)
    report.measure(f"{what}, peak memory", peak, "MiB", at_most=MEMORY_MIB)
    steps(report, what, min(nights, key=lambda one: abs(one.seconds - taken)))


def copiers(
    source: MariaDB, target: PostgreSQL, folder: Path, rows: int
) -> dict[str, Callable[[int], float]]:
    """By name: what copies the table, its seconds. The argument is the round."""
    home = folder / "dlt"
    found: dict[str, Callable[[int], float]] = {
        "mariadb --quick to nowhere": lambda number: quick(source),
        "mariadb --quick | psql COPY": lambda number: pipe(source, target, rows),
        "pgloader": lambda number: whole(tools.pgloader(source, target, folder), rows),
    }
    reason = tools.dlt_environment(home)
    if reason is not None:
        print(f"no dlt to compare with: {reason}", file=sys.stderr)
        return found
    for kind in TARGETS:

        def copy(number: int, kind: str = kind) -> float:
            own = folder / f"dlt {kind} {number}"
            place = str(own / "copy.duckdb") if kind == "duckdb" else target.url
            return whole(tools.dlt(home, source, kind, place, own), rows)

        found[f"dlt to {kind}"] = copy
    return found


def whole(copied: tools.Copied, rows: int) -> float:
    """Its seconds. Raises Wrong if rows are missing."""
    if copied.rows != rows:
        raise Wrong(f"{copied.rows} of {rows} rows were copied")
    return copied.seconds


def warehouse(kind: str, target: PostgreSQL, folder: Path) -> str:
    """The URL of an empty warehouse: a DuckDB file in the folder, or a new schema's database."""
    if kind == "duckdb":
        return f"duckdb:///{folder / 'warehouse.duckdb'}"
    target.execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return target.url


def fill(source: MariaDB, rows: int, indexed: bool = True) -> None:
    """Make the table; the last value of every row is its stamp, which has an index if wanted."""
    columns = COLUMNS.format(stamp="DATETIME")
    source.execute(f"CREATE TABLE CUSTOMER ({columns}, PRIMARY KEY (CUST_NO)) CHARSET utf8mb4")
    values = VALUES.format(every=POISON_EVERY)
    for start in range(1, rows + 1, CHUNK):
        end = min(start + CHUNK - 1, rows)
        # Not over ODBC: the driver adds a stray character to a statement with letters beyond ASCII.
        insert = f"INSERT INTO CUSTOMER SELECT {values} FROM seq_{start}_to_{end}"
        subprocess.run(source.client(), input=insert.encode(), check=True, timeout=PIPE_SECONDS)
    if indexed:
        source.execute("ALTER TABLE CUSTOMER ADD KEY (UPD_STMP)")
    source.execute("ANALYZE TABLE CUSTOMER")


def poisoned(rows: int) -> int:
    """How many values of the table nobody can read."""
    return sum(1 for number in range(13, rows + 1, POISON_EVERY))


def quick(source: MariaDB) -> float:
    """Seconds in which MariaDB's own client reads the table and throws it away."""
    began = time.perf_counter()
    subprocess.run(_reading(source), stdout=subprocess.DEVNULL, check=True, timeout=PIPE_SECONDS)
    return time.perf_counter() - began


def pipe(source: MariaDB, target: PostgreSQL, rows: int) -> float:
    """Seconds of a plain copy, the target's table made before. Raises Wrong if rows are missing."""
    columns = COLUMNS.format(stamp="TIMESTAMP")
    target.execute("DROP TABLE IF EXISTS customer", f"CREATE TABLE customer ({columns})")
    copy = "COPY customer FROM STDIN WITH (FORMAT text, NULL 'NULL')"
    began = time.perf_counter()
    with subprocess.Popen(_reading(source), stdout=subprocess.PIPE) as reading:
        command = [*target.client(), "--set=ON_ERROR_STOP=1", f"--command={copy}"]
        subprocess.run(command, stdin=reading.stdout, check=True, timeout=PIPE_SECONDS)
    seconds = time.perf_counter() - began
    copied = int(target.execute("SELECT count(*) FROM customer")[0][0])
    if copied != rows or reading.returncode:
        raise Wrong(f"the pipe copied {copied} of {rows} rows")
    return seconds


def _reading(source: MariaDB) -> list[str]:
    options = ["--quick", "--batch", "--skip-column-names"]
    program, *connection = source.client()
    # Defaults come first on its command line.
    return [program, *connection, *options, "--execute=SELECT * FROM CUSTOMER"]


def first(source: MariaDB, folder: Path, url: str, rows: int) -> Night:
    """A night into an empty warehouse. Raises Wrong unless all came but what can't be read."""
    folder.mkdir()
    done = night(settings_of(source, folder, url), folder)
    done.demand("customer", read=rows, inserted=rows, refused=poisoned(rows))
    taken = done.told["sinks"]["warehouse"]["delivered"]["customer"]
    if taken != {"insert": rows}:
        raise Wrong(f"the warehouse took {taken} of {rows} rows")
    return done


def later(report: Report, source: MariaDB, folder: Path, rows: int) -> None:
    """The nights after the first, into DuckDB: nothing changed, then few rows."""
    place = folder / "duckdb 0"
    settings = settings_of(source, place, f"duckdb:///{place / 'warehouse.duckdb'}")
    same = night(settings, place)
    same.demand("customer", read=0, inserted=0, updated=0, deleted=0)
    report.measure("second night, unchanged", same.seconds, "s")
    report.measure("second night, peak memory", same.peak, "MiB", at_most=MEMORY_MIB)
    steps(report, "second night", same)
    changed = touch(source, rows, EVERY)
    third = night(settings, place)
    third.demand("customer", read=changed, inserted=0, updated=changed, deleted=0)
    report.measure(
        f"third night, {changed:,} rows changed, by stamp", third.seconds, "s", at_most=3.0
    )
    report.measure("third night, peak memory", third.peak, "MiB", at_most=MEMORY_MIB)
    steps(report, "third night", third)
    checked = timed(settings, place, "verify")
    report.measure(f"verify {rows:,} rows", checked, "s", at_most=10.0)
    mapping = folder / "crm" / "mapping.toml"
    mapping.write_text(mapping.read_text("utf-8") + LEARNT, "utf-8")
    replayed = timed(settings, place, "replay", WAITS)
    report.measure(f"replay of {rows:,} rows", replayed, "s", at_most=10.0)


def by_content(report: Report, source: MariaDB, folder: Path, rows: int) -> None:
    """The same table without a stamp: a first night into DuckDB, then few rows changed."""
    (folder / "crm").mkdir(parents=True)
    (folder / "crm" / "mapping.toml").write_text(UNSTAMPED, "utf-8")
    place = folder / "content"
    url = f"duckdb:///{place / 'warehouse.duckdb'}"
    first(source, place, url, rows)
    changed = touch(source, rows, EVERY)
    done = night(settings_of(source, place, url), place)
    done.demand("customer", read=rows, inserted=0, updated=changed, deleted=0)
    what = f"{changed:,} rows changed, by content"
    report.measure(what, done.seconds, "s", at_most=8.0)
    report.measure(f"{what}, peak memory", done.peak, "MiB", at_most=MEMORY_MIB)
    steps(report, what, done)


def touch(source: MariaDB, rows: int, every: int) -> int:
    """Change one of `every` rows, and its stamp; how many."""
    source.execute(
        "UPDATE CUSTOMER SET NAME = CONCAT('New ', NAME), UPD_STMP = UPD_STMP + INTERVAL 1 DAY"
        f" WHERE SUBSTR(CUST_NO, 2) MOD {every} = 7"
    )
    return rows // every


def timed(
    settings: Mapping[str, str], folder: Path, command: str, status: int | None = None
) -> float:
    """Seconds of a command of the facade. Raises Wrong where it did not end well, or as said."""
    began = time.perf_counter()
    done = subprocess.run(
        [*FACADE, command], cwd=folder, env=clean(settings), capture_output=True, text=True,
        timeout=PIPE_SECONDS,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    if done.returncode not in (ENDINGS if status is None else (status,)):
        raise Wrong(f"{command} ended with status {done.returncode}: {done.stdout}{done.stderr}")
    return seconds


def settings_of(source: MariaDB, folder: Path, url: str) -> dict[str, str]:
    """Settings for a night from the table into the warehouse at a URL."""
    return {
        "FACADE_CRM": str(folder.parent / "crm"),
        "FACADE_ODBC": source.odbc,
        "FACADE_VAR": str(folder / "var"),
        "FACADE_WAREHOUSE": url,
    }
