"""GET of a page of 100 customers and of one: our API, a raw pyodbc + orjson route, and two peers.

All read the same Atlas file, one server process each; wrk asks each in turn for many pages and ids, so that
nobody answers from memory. `BENCH_SCALE` shrinks Atlas (100: 200,000 customers), `BENCH_SECONDS` is for how
long wrk asks each time (5), `BENCH_ROUNDS` how often (3); figures are medians.

The peers read the table without the joins of our mapping, and without a key: both are to their favour.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson
import pyodbc
from flask import Flask, Response, request

from fixtures.atlas.generator import generate
from tests.bench.night import Wrong, clean, settings_of
from tests.servers import binary, free_port

if TYPE_CHECKING:
    from tests.bench.__main__ import Report

SCALE = 100.0
SEED = 2004
SECONDS = 5
ROUNDS = 3
THREADS = 8
LIMIT = 100
PAGES = 50
RECORDS = 500
READY_SECONDS = 60.0
STOP_SECONDS = 10.0
DATASETTE = "datasette>=0.65,<1"
ODBC = "BENCH_ODBC"

# Each request takes the next path of the list; errors of any kind are counted.
ASK = """
local paths = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
local place = 0
request = function()
    place = place % #paths + 1
    return wrk.format(nil, paths[place])
end
done = function(summary)
    local e = summary.errors
    io.stderr:write(string.format('{"requests": %d, "seconds": %.6f, "errors": %d}',
        summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Target:
    """A server that runs: its address, the headers it wants, and the paths to ask it for, by kind."""

    name: str
    url: str
    headers: Mapping[str, str]
    paths: Mapping[str, list[str]]


def run(report: Report) -> None:
    """Measure requests a second of all, in alternating rounds."""
    scale = float(os.environ.get("BENCH_SCALE", SCALE))
    rounds = int(os.environ.get("BENCH_ROUNDS", ROUNDS))
    seconds = int(os.environ.get("BENCH_SECONDS", SECONDS))
    with (
        tempfile.TemporaryDirectory(prefix="facade-bench-") as name,
        contextlib.ExitStack() as stack,
    ):
        folder = Path(name)
        database = folder / "atlas.sqlite"
        generate(database, scale, SEED)
        ids = spread(database)
        targets = [stack.enter_context(serve(folder, database, ids)) for serve in SERVERS]
        running = {target.name: target for target in targets if target is not None}
        rates = measured(folder, running, rounds, seconds)
    for kind, least in (("page", 0.5), ("one", 0.6)):
        for name in running:
            report.measure(f"{kind}: {name}", rates[name, kind], "requests/s")
        aims = {"raw": least, "smorest": 1.5, "datasette": 1.5}
        for name, aim in aims.items():
            if name in running:
                ratio = rates["facade", kind] / rates[name, kind]
                report.measure(f"{kind}: facade to {name}", ratio, "times", at_least=aim)


def spread(database: Path) -> list[tuple[int, str]]:
    """Row ids and keys of customers from all over the table; none that is deleted, which may be redirected."""
    with contextlib.closing(pyodbc.connect(odbc(database))) as connection:
        rows = connection.execute(
            "SELECT rowid, CUST_NO FROM CUSTMAST WHERE CO_CD = '01' AND DEL_FL = 'N' ORDER BY rowid"
        ).fetchall()
    step = max(1, len(rows) // RECORDS)
    return [(int(row[0]), row[1].rstrip()) for row in rows[::step]][:RECORDS]


def odbc(database: Path) -> str:
    return f"DRIVER={{SQLite3}};Database={database}"


def measured(
    folder: Path, running: Mapping[str, Target], rounds: int, seconds: int
) -> dict[tuple[str, str], float]:
    """Requests a second by server and kind: the median of the rounds, after one to warm up."""
    script = folder / "ask.lua"
    script.write_text(ASK, "utf-8")
    found: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds + 1):
        for kind in ("page", "one"):
            for target in running.values():
                rate = ask(script, target, kind, seconds if number else 1)
                if number:
                    found.setdefault((target.name, kind), []).append(rate)
    return {place: statistics.median(rates) for place, rates in found.items()}


def ask(script: Path, target: Target, kind: str, seconds: int) -> float:
    """Requests a second by wrk. Raises Wrong if a single one fails."""
    paths = script.with_name(f"{target.name}-{kind}.txt")
    paths.write_text("\n".join(target.paths[kind]), "utf-8")
    command = [binary("wrk"), "-t2", f"-c{THREADS}", f"-d{seconds}s", "-s", str(script)]
    for name, value in target.headers.items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run(
        [*command, target.url],
        env=os.environ | {"BENCH_PATHS": str(paths)},
        capture_output=True,
        text=True,
        timeout=seconds + 60,
    )
    try:
        told = json.loads(done.stderr)
    except ValueError as error:
        raise Wrong(f"wrk failed: {done.stdout} {done.stderr}") from error
    if told["errors"] or not told["requests"]:
        raise Wrong(f"{target.name}, {kind}: {told}")
    return float(told["requests"] / told["seconds"])


# Ours


@contextlib.contextmanager
def facade(folder: Path, database: Path, ids: list[tuple[int, str]]) -> Iterator[Target]:
    """Our own API."""
    environ = clean(settings_of(folder, database))
    (folder / "var").mkdir()
    command = [sys.executable, "-m", "facade.cli"]
    key = subprocess.run(
        [*command, "keys", "create", "--name", "bench", "--scope", "*"],
        cwd=folder,
        env=environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()
    headers = {"Authorization": f"Bearer {key}"}
    port = free_port()
    command += ["serve", "--workers", "1", "--threads", str(THREADS)]
    with started([*command, "--listen", f"127.0.0.1:{port}"], environ, folder):
        url = f"http://127.0.0.1:{port}"
        awaited(f"{url}/health/live")
        first = f"/v1/customers?limit={LIMIT}"
        pages = walked(url, headers, first, "items", lambda next: f"{first}&cursor={quote(next)}")
        one = [f"/v1/customers/{key}" for _, key in ids]
        yield checked(Target("facade", url, headers, {"page": pages, "one": one}))


# A route by hand: the same columns through the same driver, and JSON; nothing else.

RAW_COLUMNS = {
    "id": "b.CUST_NO", "name": "b.NAME", "legal_name": "b.LGL_NAME", "status": "b.STAT_CD",
    "roles": "b.ROLE_CDS", "email": "e.EMAIL", "phone": "b.PHONE", "website": "b.WEB",
    "currency": "b.CUR_CD", "credit_limit": "b.CR_LMT", "payment_code": "b.PAY_TRM",
    "payment_terms": "t.MEANING", "tax_id": "b.TAX_ID", "parent_id": "b.PAR_NO",
    "owner_id": "b.OWN_CD", "bill_to_id": "b.BILL_NO", "merged_into": "b.MRG_NO",
    "deleted": "b.DEL_FL", "version": "b.VER", "created_on": "b.CRT_DT", "created_time": "b.CRT_TM",
    "updated_at": "b.UPD_STMP", "region_manager": "x.REGMGR", "first_order_on": "x.FRST_ORD",
    "tier": "x.TIER_CD", "dock_hours": "d.VAL", "credit_review_on": "c.VAL", "fax": "f.VAL",
}  # fmt: skip
RAW_FROM = """
    FROM CUSTMAST b
    LEFT JOIN CUSTEML e ON e.CUST_NO = b.CUST_NO
    LEFT JOIN CUSTXTR x ON x.CUST_NO = b.CUST_NO
    LEFT JOIN CODES t ON t.LIST = 'PAYTRM  ' AND t.CODE = b.PAY_TRM
    LEFT JOIN ATTRIB d ON d.OBJ_TYP = 'CUST' AND d.OBJ_ID = b.CUST_NO AND d.ATTR = 'DOCKHRS'
    LEFT JOIN ATTRIB c ON c.OBJ_TYP = 'CUST' AND c.OBJ_ID = b.CUST_NO AND c.ATTR = 'CREDREV'
    LEFT JOIN ATTRIB f ON f.OBJ_TYP = 'CUST' AND f.OBJ_ID = b.CUST_NO AND f.ATTR = 'FAXNO'
"""


def raw_app() -> Flask:
    """The route that is as fast as this stack can be: a connection a thread, a statement, a dict a row."""
    pyodbc.pooling = False
    app, kept = Flask("raw"), threading.local()
    names = tuple(RAW_COLUMNS)
    select = f"SELECT {', '.join(RAW_COLUMNS.values())} {RAW_FROM} WHERE b.CO_CD = '01'"
    page = f"{select} AND b.DEL_FL <> 'Y' AND b.CUST_NO > ? ORDER BY b.CUST_NO LIMIT {LIMIT}"
    one = f"{select} AND b.CUST_NO = ?"

    def rows(sql: str, value: str) -> list[dict[str, Any]]:
        if not hasattr(kept, "connection"):
            kept.connection = pyodbc.connect(os.environ[ODBC], autocommit=True)
        found = kept.connection.execute(sql, value).fetchall()
        return [dict(zip(names, row, strict=True)) for row in found]

    @app.get("/customers")
    def listed() -> Response:
        found = rows(page, request.args.get("after", ""))
        body = {"items": found, "next": found[-1]["id"] if found else None}
        return Response(orjson.dumps(body), content_type="application/json")

    @app.get("/customers/<id>")
    def got(id: str) -> Response:
        found = rows(one, id.ljust(10))
        body = orjson.dumps(found[0] if found else None)
        return Response(body, 200 if found else 404, content_type="application/json")

    return app


# The usual way: flask-smorest, marshmallow, SQLAlchemy's ORM; one table, no joins.

PLAIN_COLUMNS = {
    "id": "CUST_NO", "company": "CO_CD", "name": "NAME", "legal_name": "LGL_NAME",
    "status": "STAT_CD", "roles": "ROLE_CDS", "phone": "PHONE", "website": "WEB",
    "currency": "CUR_CD", "payment_terms": "PAY_TRM", "tax_id": "TAX_ID", "parent_id": "PAR_NO",
    "owner_id": "OWN_CD", "bill_to_id": "BILL_NO", "merged_into": "MRG_NO", "deleted": "DEL_FL",
    "created_on": "CRT_DT", "created_time": "CRT_TM", "updated_at": "UPD_STMP",
}  # fmt: skip
PLAIN_NUMBERS = {"credit_limit": "CR_LMT", "version": "VER"}


def smorest_app() -> Flask:
    """What the documentation of flask-smorest shows, over the same driver."""
    import marshmallow
    from flask_smorest import Api, Blueprint, abort
    from sqlalchemy import Integer, String, create_engine, select
    from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

    from legacy_clients.odbc import sqlite_dialect

    class Model(DeclarativeBase):
        pass

    columns = {
        name: mapped_column(column, String, primary_key=name == "id")
        for name, column in PLAIN_COLUMNS.items()
    } | {name: mapped_column(column, Integer) for name, column in PLAIN_NUMBERS.items()}
    customer: Any = type("Customer", (Model,), {"__tablename__": "CUSTMAST", **columns})
    fields: dict[str, Any] = {name: marshmallow.fields.String() for name in PLAIN_COLUMNS}
    fields |= {name: marshmallow.fields.Integer() for name in PLAIN_NUMBERS}
    one = marshmallow.Schema.from_dict(fields, name="Customer")
    listing = {
        "items": marshmallow.fields.List(marshmallow.fields.Nested(one)),
        "next": marshmallow.fields.String(allow_none=True),
    }
    page = marshmallow.Schema.from_dict(listing, name="CustomerPage")
    arguments = {"after": marshmallow.fields.String(load_default="")}
    query = marshmallow.Schema.from_dict(arguments, name="Query")

    pyodbc.pooling = False
    engine = create_engine(
        f"{sqlite_dialect.NAME}://",
        creator=lambda: pyodbc.connect(os.environ[ODBC]),
        pool_size=THREADS,
    )
    app = Flask("smorest")
    app.config |= {"API_TITLE": "Plain", "API_VERSION": "1", "OPENAPI_VERSION": "3.1.0"}
    blueprint = Blueprint("customers", "customers")

    @blueprint.get("/customers")
    @blueprint.arguments(query, location="query")
    @blueprint.response(200, page)
    def listed(given: dict[str, str]) -> dict[str, Any]:
        statement = (
            select(customer)
            .where(customer.company == "01", customer.deleted != "Y", customer.id > given["after"])
            .order_by(customer.id)
            .limit(LIMIT)
        )
        with Session(engine) as session:
            items = session.scalars(statement).all()
            return {"items": items, "next": items[-1].id if items else None}

    @blueprint.get("/customers/<id>")
    @blueprint.response(200, one)
    def got(id: str) -> Any:
        with Session(engine) as session:
            return session.get(customer, id.ljust(10)) or abort(404)

    Api(app).register_blueprint(blueprint)
    return app


def by_hand(name: str) -> Callable[..., contextlib.AbstractContextManager[Target]]:
    """A server of one of the two apps above, on granian as ours is."""

    @contextlib.contextmanager
    def serve(folder: Path, database: Path, ids: list[tuple[int, str]]) -> Iterator[Target]:
        port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"]
        command += ["--workers", "1", "--blocking-threads", str(THREADS), "--log-level", "warning"]
        command += ["--port", str(port), f"{__name__}:{name}_app"]
        with started(command, clean({ODBC: odbc(database)}), folder):
            url = f"http://127.0.0.1:{port}"
            awaited(f"{url}/customers")
            pages = walked(
                url, {}, "/customers", "items", lambda next: f"/customers?after={quote(next)}"
            )
            one = [f"/customers/{key}" for _, key in ids]
            yield checked(Target(name, url, {}, {"page": pages, "one": one}))

    return serve


# Datasette, in an environment of its own that lasts as long as the benchmark.


@contextlib.contextmanager
def datasette(folder: Path, database: Path, ids: list[tuple[int, str]]) -> Iterator[Target | None]:
    """Datasette on the same file; None, and a word why, where it can't be installed."""
    home = folder / "datasette"
    reason = installed(home)
    if reason is not None:
        print(f"no Datasette to compare with: {reason}", file=sys.stderr)
        yield None
        return
    port = free_port()
    command = [str(home / "bin" / "datasette"), "serve", str(database), "--port", str(port)]
    command += ["--setting", "suggest_facets", "off", "--setting", "default_cache_ttl", "0"]
    with started(command, dict(os.environ), folder):
        url, table = f"http://127.0.0.1:{port}", f"/{database.stem}/CUSTMAST"
        awaited(f"{url}/-/versions.json")
        # Without the count of all rows, which it else makes for each page.
        first = f"{table}.json?_size={LIMIT}&_shape=objects&_nocount=1"
        pages = walked(url, {}, first, "rows", lambda next: f"{first}&_next={quote(next)}")
        one = [f"{table}/{row}.json?_shape=objects" for row, _ in ids]
        yield checked(Target("datasette", url, {}, {"page": pages, "one": one}))


def installed(home: Path) -> str | None:
    """Install Datasette into a new environment; why that failed, or None."""
    steps = (
        [sys.executable, "-m", "venv", str(home)],
        [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", DATASETTE],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, timeout=600)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            return said[-1] if said else f"status {done.returncode}"
    return None


SERVERS: tuple[Callable[..., contextlib.AbstractContextManager[Target | None]], ...] = (
    facade,
    by_hand("raw"),
    by_hand("smorest"),
    datasette,
)


# Processes and requests


@contextlib.contextmanager
def started(command: list[str], environ: Mapping[str, str], folder: Path) -> Iterator[None]:
    """A server that runs within the block; what it says goes to a file, and is shown if it fails."""
    log = folder / f"{Path(command[-1]).name.replace(':', '-')}.log"
    with log.open("w+") as said:
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=said, stderr=said)
        try:
            yield
        except Exception as error:
            error.add_note(f"{' '.join(command[:6])} said: {log.read_text()[-2000:]}")
            raise
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def awaited(url: str) -> None:
    """Wait until the server answers."""
    due = time.monotonic() + READY_SECONDS
    while True:
        try:
            got(url, {})
        except urllib.error.HTTPError:
            raise
        except OSError as error:
            if time.monotonic() > due:
                raise Wrong(f"{url} did not answer within {READY_SECONDS:.0f} s") from error
            time.sleep(0.1)
        else:
            return


def got(url: str, headers: Mapping[str, str]) -> Any:
    """The JSON at a URL. Raises HTTPError, or OSError where nobody answers."""
    asked = urllib.request.Request(url, headers=dict(headers))
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)


def walked(
    url: str, headers: Mapping[str, str], first: str, items: str, following: Callable[[str], str]
) -> list[str]:
    """The paths of the first pages, as one leads to the next; all are full ones."""
    paths, path = [], first
    while len(paths) < PAGES:
        page = got(url + path, headers)
        if len(page[items]) != LIMIT:
            break
        paths.append(path)
        if page["next"] is None:
            break
        path = following(page["next"])
    if not paths:
        raise Wrong(f"{url}{first} gives no page of {LIMIT}")
    return paths


def checked(target: Target) -> Target:
    """The target, once each of its records was there. Raises HTTPError."""
    for path in target.paths["one"]:
        got(target.url + path, target.headers)
    return target
