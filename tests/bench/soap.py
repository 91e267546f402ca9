"""SOAP replies and calls: decoding beside zeep's, a large reply streamed, and what a call costs.

5,000 rows of 11 fields are parsed, validated and typed by us, whole and row by row, and by zeep out
of the same bytes, in turn; all values and their types are compared. 100,000 such rows, packed with
gzip, are streamed over HTTP into a process of its own. GetCustomer is asked of Atlas, a process of
its own, through our service, with and without a journal, and by a bare keep-alive connection with
the same bytes.

`BENCH_SCALE` shrinks the rows streamed (1: 100,000), `BENCH_ROUNDS` is how often each runs, in turn
(5), `BENCH_CALLS` how many calls a round has (300); figures are medians.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import zlib
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import zeep

from facade.ledger import Ledger, open_ledger
from fixtures.atlas.envelope import WSDL as ATLAS
from legacy_clients import CRMS
from legacy_clients.deadline import Deadline
from legacy_clients.soap.auth import Credentials, NoAuth, signing_in
from legacy_clients.soap.reply import Reply, read_reply
from legacy_clients.soap.rows import ABSENT, compile_rows
from legacy_clients.soap.service import Service
from legacy_clients.soap.stream import stream_rows
from legacy_clients.soap.transport import Answer, Transport
from legacy_clients.soap.wsdl import load_contract
from tests.bench.night import Wrong

if TYPE_CHECKING:
    from tests.bench.__main__ import Report

WSDL = Path(__file__).with_name("soap.wsdl")
XML = "text/xml; charset=utf-8"
ROWS = 5_000
STREAMED = 100_000
ROUNDS = 5
CALLS = 300
SECONDS = 60.0
STOP_SECONDS = 10.0
STREAM_MIB = 64

ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<ListResponse xmlns="urn:bench"><Rows>{}</Rows><Total>{}</Total></ListResponse>'
    "</s:Body></s:Envelope>"
)


def run(report: Report) -> None:
    """Measure decoding, streaming and calls."""
    rounds = int(os.environ.get("BENCH_ROUNDS", ROUNDS))
    decoding(report, rounds)
    streaming(report, int(STREAMED * float(os.environ.get("BENCH_SCALE", 1))))
    calling(report, rounds, int(os.environ.get("BENCH_CALLS", CALLS)))


# Decoding


def row(number: int) -> str:
    """A row of 11 fields; a quarter of them has no note."""
    note = f"<Note>Call gate {number % 40}</Note>" if number % 4 else ""
    return (
        f"<Row><Id>{number}</Id><Number>C{number:09}</Number>"
        f"<Name>Müller &amp; Söhne {number}</Name><Status>active</Status>"
        f"<Active>{'true' if number % 2 else 'false'}</Active>"
        f"<Limit>{number * 7919 % 10**8 / 100:.2f}</Limit><Rate>{number / 7!r}</Rate>"
        f"<Opened>2004-{number % 12 + 1:02}-{number % 28 + 1:02}</Opened>"
        f"<Changed>2024-01-{number % 28 + 1:02}T10:{number % 60:02}:00Z</Changed>"
        f"<Orders>{number % 500}</Orders>{note}</Row>"
    )


def decoding(report: Report, rounds: int) -> None:
    """Ours and zeep's in turn. Raises Wrong unless every value and its type are the same."""
    body = ENVELOPE.format("".join(map(row, range(ROWS))), ROWS).encode()
    contract = load_contract(WSDL)
    operation = contract.operation("List")
    rows = compile_rows(contract.answered("List", "Rows.Row"), contract)
    client = zeep.Client(str(WSDL))
    binding = client.wsdl.services["Bench"].ports["Bench"].binding

    def ours() -> list[tuple[Any, ...]]:
        reply = read_reply(Answer(200, XML, body), contract, operation)
        if not isinstance(reply, Reply):
            raise Wrong("our own decoder read a fault")
        return [rows(node) for node in reply.nodes("Rows.Row")]

    def zeeps() -> Any:
        response = requests.Response()
        response.status_code, response.encoding = 200, "utf-8"
        response.headers["Content-Type"] = XML
        response.raw = io.BytesIO(body)
        return binding.process_reply(client, binding.get("List"), response).Rows.Row

    def streamed() -> list[tuple[Any, ...]]:
        records = stream_rows(Pieces(body), contract, operation, "Rows.Row")
        return [rows(record.node) for record in records]

    others = [tuple(each[name] for name in rows.names) for each in zeeps()]
    demand_equal(ours(), others)
    demand_equal(streamed(), others)
    taken = in_turn([ours, streamed, zeeps], rounds)
    for name, seconds in zip(("whole", "streamed", "zeep"), taken, strict=True):
        report.measure(f"decoding: {name}", ROWS / seconds, "rows/s")
    for name, seconds in zip(("whole", "streamed"), taken[:2], strict=True):
        report.measure(f"decoding: {name} to zeep", taken[2] / seconds, "times", at_least=5)


class Pieces:
    """An answer that is in memory already."""

    status, content_type = 200, XML

    def __init__(self, body: bytes) -> None:
        self.read = io.BytesIO(body).read


def demand_equal(ours: list[tuple[Any, ...]], others: list[tuple[Any, ...]]) -> None:
    """zeep says None for what is absent."""
    plain = [tuple(None if value is ABSENT else value for value in each) for each in ours]
    if len(plain) != ROWS or plain != others:
        raise Wrong("the two decoders read different values")
    types = [[[type(value) for value in each] for each in read] for read in (plain, others)]
    if types[0] != types[1]:
        raise Wrong("the two decoders give values of different types")


def in_turn(works: list[Callable[[], object]], rounds: int) -> list[float]:
    """Seconds of each, the median of the rounds."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for seconds, work in zip(found, works, strict=True):
            began = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - began)
    return [statistics.median(seconds) for seconds in found]


# Streaming


class Large(BaseHTTPRequestHandler):
    """Answers every call with the packed rows of its server, in chunks."""

    protocol_version = "HTTP/1.1"
    server: LargeServer

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", XML)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in self.server.pieces:
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *given: object) -> None:
        pass


class LargeServer(ThreadingHTTPServer):
    """The rows are packed once, before anybody asks."""

    daemon_threads = True

    def __init__(self, rows: int) -> None:
        super().__init__(("127.0.0.1", 0), Large)
        self.pieces = list(packed(rows))


def packed(rows: int) -> Iterator[bytes]:
    packer = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    head, _, tail = ENVELOPE.format("{}", rows).partition("{}")
    texts = [head]
    for start in range(0, rows, 500):
        texts += map(row, range(start, min(start + 500, rows)))
        piece = packer.compress("".join(texts).encode())
        texts = []
        if piece:
            yield piece
    yield packer.compress(tail.encode()) + packer.flush()


def streaming(report: Report, rows: int) -> None:
    """A process of its own reads the rows. Raises Wrong if any is missing."""
    server = LargeServer(rows)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.soap", f"http://127.0.0.1:{server.server_port}/"],
            capture_output=True,
            text=True,
            timeout=SECONDS * 10,
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join(STOP_SECONDS)
    if done.returncode:
        raise Wrong(f"the reader of the stream failed: {done.stderr}")
    told = json.loads(done.stdout)
    if told["rows"] != rows or told["sum"] != rows * (rows - 1) // 2:
        raise Wrong(f"of {rows} rows came {told}")
    report.measure(f"streaming: {rows:,} rows", rows / told["seconds"], "rows/s")
    report.measure("streaming: added memory", told["mebibytes"], "MiB", at_most=STREAM_MIB)


def read_stream(url: str) -> dict[str, float]:
    """Stream all rows of the service at `url` and type them; what that took."""
    contract = load_contract(WSDL)
    rows = compile_rows(contract.answered("List", "Rows.Row"), contract)
    transport = Transport(url)
    service = Service(contract, transport, NoAuth(), {})
    before = mebibytes("VmRSS")
    # The peak of loading all that is forgotten: what counts is that of reading (proc(5)).
    Path("/proc/self/clear_refs").write_text("5")
    began = time.perf_counter()
    count = total = 0
    deadline = Deadline.after(SECONDS * 10)
    for each in service.rows("List", {"From": 0}, "Rows.Row", deadline):
        total += rows(each.node)[0]
        count += 1
    seconds = time.perf_counter() - began
    added = mebibytes("VmHWM") - before
    service.close()
    return {"rows": count, "sum": total, "seconds": seconds, "mebibytes": added}


def mebibytes(name: str) -> float:
    """A figure of this process's memory: now (VmRSS), or at its peak (VmHWM)."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


# Calls


class Recording(Transport):
    """Remembers what was posted last."""

    posted: tuple[bytes, Mapping[str, str]] = (b"", {})

    def post(self, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> Answer:
        self.posted = (body, headers)
        return super().post(body, headers, deadline)


def calling(report: Report, rounds: int, calls: int) -> None:
    """GetCustomer, bare and through us, in turn; what we add is the difference of the medians."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="facade-bench-")))
        atlas = stack.enter_context(served(folder / "atlas"))
        ledger = stack.enter_context(open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}"))
        service, transport = stack.enter_context(opened(atlas))
        key = customer(atlas)

        def through() -> None:
            reply = service.call("GetCustomer", {"CustNo": key}, Deadline.after(10), write=False)
            if reply.text("CustNo") != key:
                raise Wrong("Atlas answered with another customer")

        through()
        bare = stack.enter_context(bare_post(atlas["soap"], *transport.posted))
        works = {
            "bare post": bare,
            "service": through,
            "service with journal": lambda: journalled(ledger, key, through),
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
        for _ in range(rounds + 1):  # the first warms up
            for name, work in works.items():
                found[name].append(timed(work, calls))
    medians = {name: statistics.median(one for one, _ in each[1:]) for name, each in found.items()}
    busy = {name: statistics.median(one for _, one in each[1:]) for name, each in found.items()}
    for name, milliseconds in medians.items():
        report.measure(f"GetCustomer, p50: {name}", milliseconds, "ms")
    for name in ("service", "service with journal"):
        added = medians[name] - medians["bare post"]
        report.measure(f"GetCustomer, p50: added by {name}", added, "ms", at_most=1)
        # What a busy machine does not change.
        added = busy[name] - busy["bare post"]
        report.measure(f"GetCustomer, processor: added by {name}", added, "ms")


def timed(work: Callable[[], None], calls: int) -> tuple[float, float]:
    """Milliseconds of a call: the median by the clock, and the mean of this process's processor."""
    seconds = []
    busy = time.process_time()
    for _ in range(calls):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    busy = time.process_time() - busy
    return statistics.median(seconds) * 1000, busy / calls * 1000


def journalled(ledger: Ledger, key: str, call: Callable[[], None]) -> None:
    """A call as `facade.writes` makes it: its intent is durable before, and its outcome after."""
    operation = ledger.journal.intend("bench", "customer", "update", key, {"name": "x"}, None)
    call()
    ledger.journal.settle(operation, "done", {}, key)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[dict[str, str]]:
    """Atlas as a process; what a caller has to know of it."""
    command = [sys.executable, "-m", "fixtures.atlas", "--path", str(folder), "--scale", "0.05"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise Wrong("Atlas did not start")
            yield json.loads(line)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def customer(atlas: Mapping[str, str]) -> str:
    """The key of some customer."""
    with contextlib.closing(sqlite3.connect(atlas["database"])) as database:
        query = "SELECT CUST_NO FROM CUSTMAST WHERE CO_CD = '01' AND DEL_FL = 'N' LIMIT 1"
        (key,) = database.execute(query).fetchone()
        return str(key).rstrip()


@contextlib.contextmanager
def opened(atlas: Mapping[str, str]) -> Iterator[tuple[Service, Recording]]:
    """A service of Atlas, signed in as its mapping says."""
    mapping = tomllib.loads((CRMS["atlas"] / "mapping.toml").read_text("utf-8"))
    credentials = Credentials(atlas["user"], atlas["password"])
    auth = signing_in(mapping["crm"]["sign_in"], credentials)
    transport = Recording(atlas["soap"])
    service = Service(load_contract(ATLAS / "atlas.wsdl"), transport, auth, {})
    try:
        yield service, transport
    finally:
        service.close()


@contextlib.contextmanager
def bare_post(url: str, body: bytes, headers: Mapping[str, str]) -> Iterator[Callable[[], None]]:
    """Posts the same bytes on one connection that is kept, and reads the answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)

    def post() -> None:
        connection.request("POST", parts.path, body, dict(headers))
        response = connection.getresponse()
        if not response.read() or response.status != 200:
            raise Wrong(f"Atlas answered {response.status}")

    with contextlib.closing(connection):
        yield post


if __name__ == "__main__":
    json.dump(read_stream(sys.argv[1]), sys.stdout)
