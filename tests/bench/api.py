"""GET of a page of 100 customers and of one: our API, a raw pyodbc + orjson route, and two peers.

All read the same table of Atlas, its 21 columns and no joins, one server process each, and wrk asks
each for many pages and ids in turn, so that nobody answers from memory. Our API serves it through a
mapping of that table alone; only we ask for a key, look for values that cannot be read, and
normalise phone numbers.

`BENCH_SCALE` shrinks Atlas (100: 200,000 customers), `BENCH_SECONDS` is for how long wrk asks each
time (5), `BENCH_ROUNDS` how often (3); figures are medians.
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
from tests.bench.night import FACADE, Wrong, clean, settings_of
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
    local failed = e.connect + e.read + e.write + e.status + e.timeout
    io.stderr:write(string.format('{"requests": %d, "seconds": %.6f, "errors": %d}',
        summary.requests, summary.duration / 1e6, failed))
end
"""


Serves = Callable[..., contextlib.AbstractContextManager["Target | None"]]


@dataclass(frozen=True)
class Target:
    """What a server is asked: its address, the headers it wants, and its paths by kind."""

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
        served = [stack.enter_context(server(folder, database, ids)) for server in SERVERS]
        targets = [target for target in served if target is not None]
        rates = measured(folder, targets, rounds, seconds)
    for kind, least in (("page", 0.5), ("one", 0.6)):
        aims = {"raw": least, "smorest": 1.5, "datasette": 1.5}
        for target in targets:
            report.measure(f"{kind}: {target.name}", rates[target.name, kind], "requests/s")
        for target in targets[1:]:
            ratio = rates["facade", kind] / rates[target.name, kind]
            what = f"{kind}: facade to {target.name}"
            report.measure(what, ratio, "times", at_least=aims[target.name])


def spread(database: Path) -> list[tuple[int, str]]:
    """Row ids and keys of customers from all over the table.

    None is deleted: our API redirects to the survivor of a merge.
    """
    with contextlib.closing(pyodbc.connect(odbc(database))) as connection:
        rows = connection.execute(
            "SELECT rowid, CUST_NO FROM CUSTMAST WHERE CO_CD = '01' AND DEL_FL = 'N' ORDER BY rowid"
        ).fetchall()
    step = max(1, len(rows) // RECORDS)
    return [(int(row[0]), row[1].rstrip()) for row in rows[::step]][:RECORDS]


def odbc(database: Path) -> str:
    return f"DRIVER={{SQLite3}};Database={database}"


def measured(
    folder: Path, targets: list[Target], rounds: int, seconds: int
) -> dict[tuple[str, str], float]:
    """Requests a second by server and kind: the median of the rounds, after one to warm up."""
    script = folder / "ask.lua"
    script.write_text(ASK, "utf-8")
    found: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds + 1):
        for kind in ("page", "one"):
            for target in targets:
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


# Ours, by a mapping of the one table that all read.

MAPPING = """
[crm]
zone = "America/Chicago"
calling_code = "1"
sentinels.date = ["00000000", "99991231"]
sentinels.stamp = ["00000000000000", "99991231235959"]

[customer.from]
table = "CUSTMAST"
key = ["CUST_NO"]
stamp = "UPD_STMP"
where = { CO_CD = "01" }
deleted = { column = "DEL_FL", is = ["Y"] }

[customer.fields]
created_at = { columns = ["CRT_DT", "CRT_TM"], as = "date8_time6" }
updated_at = { column = "UPD_STMP", as = "stamp14" }
deleted = { column = "DEL_FL", as = "yn" }
merged_into = { column = "MRG_NO" }
number = { column = "CUST_NO", as = "char" }
name = { column = "NAME" }
legal_name = { column = "LGL_NAME" }
phone = { column = "PHONE" }
website = { column = "WEB" }
currency = { column = "CUR_CD", as = "char" }
credit_limit = { column = "CR_LMT", as = "cents" }
tax_id = { column = "TAX_ID" }
parent_id = { column = "PAR_NO" }
owner_id = { column = "OWN_CD" }
bill_to_id = { column = "BILL_NO" }

[customer.fields.status]
column = "STAT_CD"
codes = { P = "prospect", A = "active", H = "on_hold", I = "inactive" }

[customer.fields.roles]
column = "ROLE_CDS"
codes = { B = "bill_to", S = "shipper", C = "consignee", K = "carrier", R = "broker" }

[customer.fields.payment_terms]
column = "PAY_TRM"
codes = { N30 = "net_30", N60 = "net_60", COD = "cash_on_delivery", PPD = "prepaid" }

[customer.custom]
version = { column = "VER", type = "integer" }
company = { column = "CO_CD", as = "char" }
"""


@contextlib.contextmanager
def facade(folder: Path, database: Path, ids: list[tuple[int, str]]) -> Iterator[Target]:
    """Our own API."""
    (folder / "crm").mkdir()
    (folder / "crm" / "mapping.toml").write_text(MAPPING, "utf-8")
    environ = clean(settings_of(folder, database)) | {"FACADE_CRM": str(folder / "crm")}
    (folder / "var").mkdir()
    made = subprocess.run(
        [*FACADE, "keys", "create", "--name", "bench", "--scope", "*"],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise Wrong(f"no key could be made: {made.stderr[-2000:]}")
    headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
    port = free_port()
    url, first = f"http://127.0.0.1:{port}", f"/v1/customers?limit={LIMIT}"
    command = [*FACADE, "serve", "--workers", "1", "--threads", str(THREADS)]
    command += ["--listen", f"127.0.0.1:{port}"]
    with started("facade", command, environ, folder):
        awaited(f"{url}/health/live")
        paths = {
            "page": walked(url, headers, first, lambda page: f"{first}&cursor={page['next']}"),
            "one": [f"/v1/customers/{key}" for _, key in ids],
        }
        yield checked(Target("facade", url, headers, paths))


# A route by hand: the same columns through the same driver, and JSON; nothing else.

COLUMNS = {
    "id": "CUST_NO", "name": "NAME", "legal_name": "LGL_NAME", "status": "STAT_CD",
    "roles": "ROLE_CDS", "phone": "PHONE", "website": "WEB", "currency": "CUR_CD",
    "credit_limit": "CR_LMT", "payment_terms": "PAY_TRM", "tax_id": "TAX_ID",
    "parent_id": "PAR_NO", "owner_id": "OWN_CD", "bill_to_id": "BILL_NO", "merged_into": "MRG_NO",
    "deleted": "DEL_FL", "version": "VER", "created_on": "CRT_DT", "created_time": "CRT_TM",
    "updated_at": "UPD_STMP", "company": "CO_CD",
}  # fmt: skip
NUMBERS = ("credit_limit", "version")
SELECT = f"""
    SELECT {", ".join(f"{column} AS {name}" for name, column in COLUMNS.items())}
    FROM CUSTMAST WHERE CO_CD = '01'
"""
PAGE = f"{SELECT} AND DEL_FL <> 'Y' AND CUST_NO > ? ORDER BY CUST_NO LIMIT {LIMIT}"
ONE = f"{SELECT} AND CUST_NO = ?"
WIDTH = 10


def raw_app() -> Flask:
    """As fast as this stack can be: a connection a thread, one statement, a dict a row."""
    pyodbc.pooling = False
    app, kept = Flask("raw"), threading.local()

    def rows(sql: str, value: str) -> list[dict[str, Any]]:
        if not hasattr(kept, "connection"):
            kept.connection = pyodbc.connect(os.environ[ODBC], autocommit=True)
        found = kept.connection.execute(sql, value).fetchall()
        return [dict(zip(COLUMNS, row, strict=True)) for row in found]

    @app.get("/customers")
    def listed() -> Response:
        found = rows(PAGE, request.args.get("after", ""))
        body = {"items": found, "next": found[-1]["id"] if found else None}
        return Response(orjson.dumps(body), content_type="application/json")

    @app.get("/customers/<id>")
    def got(id: str) -> Response:
        found = rows(ONE, id.ljust(WIDTH))
        body = orjson.dumps(found[0] if found else None)
        return Response(body, 200 if found else 404, content_type="application/json")

    return app


# The usual way: flask-smorest, marshmallow and SQLAlchemy, over the same driver.


def smorest_app() -> Flask:
    """What the documentation of flask-smorest shows, on the table alone."""
    import marshmallow
    from flask_smorest import Api, Blueprint, abort
    from marshmallow import fields
    from sqlalchemy import Integer, String, create_engine, select
    from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

    from legacy_clients.odbc.drivers import sqlite

    class Model(DeclarativeBase):
        pass

    own = dict(COLUMNS)
    columns = {
        name: mapped_column(
            column, Integer if name in NUMBERS else String, primary_key=name == "id"
        )
        for name, column in own.items()
    }
    customer: Any = type("Customer", (Model,), {"__tablename__": "CUSTMAST", **columns})
    one = marshmallow.Schema.from_dict(
        {name: fields.Integer() if name in NUMBERS else fields.String() for name in own},
        name="Customer",
    )
    listing: dict[str, Any] = {
        "items": fields.List(fields.Nested(one)),
        "next": fields.String(allow_none=True),
    }
    page = marshmallow.Schema.from_dict(listing, name="CustomerPage")
    arguments: dict[str, Any] = {"after": fields.String(load_default="")}
    query = marshmallow.Schema.from_dict(arguments, name="Query")

    pyodbc.pooling = False
    engine = create_engine(
        f"{sqlite.DIALECT}://",
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
            return session.get(customer, id.ljust(WIDTH)) or abort(404)

    Api(app).register_blueprint(blueprint)
    return app


def by_hand(name: str) -> Serves:
    """A server of one of the two apps above, on granian as ours is."""

    @contextlib.contextmanager
    def serve(folder: Path, database: Path, ids: list[tuple[int, str]]) -> Iterator[Target]:
        port = free_port()
        url, first = f"http://127.0.0.1:{port}", "/customers"
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"]
        command += ["--workers", "1", "--blocking-threads", str(THREADS), "--log-level", "warning"]
        command += ["--port", str(port), f"{__name__}:{name}_app"]
        with started(name, command, clean({ODBC: odbc(database)}), folder):
            awaited(url + first)
            paths = {
                "page": walked(url, {}, first, lambda page: f"{first}?after={quote(page['next'])}"),
                "one": [f"{first}/{key}" for _, key in ids],
            }
            yield checked(Target(name, url, {}, paths))

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
    url, table = f"http://127.0.0.1:{port}", f"/{database.stem}/CUSTMAST"
    # Without the count of all rows and the columns to group by, which it else works out each time.
    first = f"{table}.json?_size={LIMIT}&_shape=objects&_nocount=1"
    command = [str(home / "bin" / "datasette"), "serve", str(database), "--port", str(port)]
    command += ["--setting", "suggest_facets", "off", "--setting", "default_cache_ttl", "0"]
    with started("datasette", command, dict(os.environ), folder):
        awaited(f"{url}/-/versions.json")
        paths = {
            "page": walked(url, {}, first, lambda page: f"{first}&_next={quote(page['next'])}"),
            "one": [f"{table}/{row}.json?_shape=objects" for row, _ in ids],
        }
        yield checked(Target("datasette", url, {}, paths))


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


SERVERS: tuple[Serves, ...] = (facade, by_hand("raw"), by_hand("smorest"), datasette)


# Processes and requests


@contextlib.contextmanager
def started(
    name: str, command: list[str], environ: Mapping[str, str], folder: Path
) -> Iterator[None]:
    """A server that runs within the block; what it says is kept, and shown if the block fails."""
    log = folder / f"{name}.log"
    with log.open("w+") as said:
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=said, stderr=said)
        try:
            yield
        except Exception as error:
            error.add_note(f"{name} said: {log.read_text()[-2000:]}")
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
    url: str, headers: Mapping[str, str], first: str, following: Callable[[Any], str]
) -> list[str]:
    """The paths of the first pages, as one leads to the next; all are full ones."""
    paths: list[str] = []
    path = first
    while len(paths) < PAGES:
        page = got(url + path, headers)
        if len(page.get("items", page.get("rows"))) != LIMIT:
            break
        paths.append(path)
        if page["next"] is None:
            break
        path = following(page)
    if not paths:
        raise Wrong(f"{url}{first} gives no page of {LIMIT}")
    return paths


def checked(target: Target) -> Target:
    """The target, once each of its records was there. Raises HTTPError."""
    for path in target.paths["one"]:
        got(target.url + path, target.headers)
    return target
