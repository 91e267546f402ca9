"""Records of large replies come one at a time, checked, bounded, and never end early in silence."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from legacy_clients.errors import CutOff, Denied, LegacyError, Misconfigured, Unintelligible
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.fault import Fault, FaultReceived
from legacy_clients.soap.reply import STRICT, Belief, Reply, read_reply
from legacy_clients.soap.stream import stream_rows
from legacy_clients.soap.transport import Answer
from legacy_clients.soap.wsdl import load_contract
from tests.legacy_clients.soap.hostile import SECRET

RECORDS = Path(__file__).parent / "records" / "records.wsdl"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE = (
    f'<s:Envelope xmlns:s="{SOAP}" xmlns:t="urn:records" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>{}</s:Body></s:Envelope>'
)
LISTED = ENVELOPE.format('<ListResponse xmlns="urn:records">{}<Total>1</Total></ListResponse>')
ROWS = LISTED.format("<Head>a</Head><Rows>\n {}\n</Rows>")
ROW = "<Row><Id>{}</Id><Name>n{}</Name></Row>\n "
XML = "text/xml; charset=utf-8"
FAULT = ENVELOPE.format(
    "<s:Fault><faultcode>s:Client</faultcode><faultstring>Locked</faultstring>"
    "<detail><E><Code>LOCKED</Code></E></detail></s:Fault>"
)


class Pieces:
    """An answer that comes in pieces of `size` bytes, and may break off."""

    def __init__(
        self,
        body: str | bytes | Iterator[bytes],
        *,
        size: int = 65536,
        status: int = 200,
        content_type: str = XML,
        breaks: bool = False,
    ) -> None:
        self.status, self.content_type = status, content_type
        self._size, self._breaks = size, breaks
        body = body.encode() if isinstance(body, str) else body
        self._rest = iter([body]) if isinstance(body, bytes) else body
        self._piece = b""
        self.given = 0

    def read(self, count: int) -> bytes:
        self._piece = self._piece or next(self._rest, b"")
        count = min(count, self._size)
        piece, self._piece = self._piece[:count], self._piece[count:]
        if not piece and self._breaks:
            raise CutOff("the connection closed before the answer was whole")
        self.given += len(piece)
        return piece


@pytest.fixture(scope="module")
def records() -> Contract:
    return load_contract(RECORDS, "Documents")


@pytest.fixture(scope="module")
def calls() -> Contract:
    return load_contract(RECORDS, "Calls")


def stream(
    contract: Contract,
    body: str | bytes | Iterator[bytes],
    path: str = "Rows.Row",
    belief: Belief | None = None,
    operation: str = "List",
    **given: Any,
) -> Iterator[Reply]:
    answer = Pieces(body, **given)
    return stream_rows(answer, contract, contract.operation(operation), path, belief)


def until_error(rows: Iterator[Reply], kind: type[Exception]) -> tuple[list[Reply], Exception]:
    """The records given before the error, which has to come."""
    given: list[Reply] = []
    with pytest.raises(kind) as told:
        given.extend(rows)
    assert type(told.value) is kind
    return given, told.value


def ids(rows: Iterator[Reply] | list[Reply], name: str = "Id") -> list[str | None]:
    return [row.text(name) for row in rows]


def numbered(count: int, start: int = 1) -> str:
    return "".join(ROW.format(number, number) for number in range(start, start + count))


@pytest.mark.parametrize("size", [1, 7, 100, 65536])
@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_records_come_as_in_a_reply_read_whole(records: Contract, count: int, size: int) -> None:
    """F12, and wherever the pieces are cut."""
    body = ROWS.format(numbered(count))
    whole = read_reply(Answer(200, XML, body.encode()), records, records.operation("List"))
    assert isinstance(whole, Reply)

    streamed = list(stream(records, body, size=size))

    assert ids(streamed) == [str(number) for number in range(1, count + 1)]
    assert ids(streamed, "Name") == ids(whole.all("Rows.Row"), "Name")
    assert [row.finding for row in streamed] == [None] * count


def test_an_answer_without_the_list_has_no_records(records: Contract) -> None:
    assert list(stream(records, LISTED.format(""))) == []


@pytest.mark.parametrize("size", [9, 65536])
def test_a_record_that_departs_ends_the_stream_after_those_before_it(
    records: Contract, size: int
) -> None:
    """F1"""
    bad = f"<Row><Id>{SECRET}</Id><Name/></Row>"
    body = ROWS.format(numbered(30) + bad + numbered(5))

    given, error = until_error(stream(records, body, size=size), Unintelligible)

    assert str(error) == "the answer to List does not fit its schema, at Rows.Row[31].Id"
    assert ids(given) == [str(number) for number in range(1, 31)]


def test_a_record_that_departs_is_refused_alone_where_that_is_declared(records: Contract) -> None:
    """F2"""
    bad = "<Row><Id>x</Id><Name/></Row>"
    short = "<Row><Id>1</Id></Row>"
    body = ROWS.format(numbered(3) + bad + numbered(30, 5) + short + numbered(1, 36) + bad)
    for size in (11, 65536):
        rows = list(stream(records, body, belief=Belief(rows="Rows.Row"), size=size))

        findings = {n: row.finding for n, row in enumerate(rows, 1) if row.finding is not None}
        assert {n: finding.place for n, finding in findings.items()} == {
            4: "Rows.Row[4].Id",
            35: "Rows.Row[35]",
            37: "Rows.Row[37].Id",
        }
        assert findings[4].path == "Rows.Row.Id"
        with pytest.raises(Unintelligible):
            rows[3].text("Id")
        good = [row.text("Id") for row in rows if row.finding is None]
        assert good == ["1", "2", "3", *(str(n) for n in range(5, 35)), "36"]


def test_a_value_that_is_tolerated_is_handed_on_as_text(records: Contract) -> None:
    bad = "<Row><Id>x</Id><Name/></Row>"
    body = ROWS.format(numbered(1) + bad + numbered(1, 3) + bad)
    tolerant = Belief(tolerate=("Rows.Row.Id",))

    assert ids(stream(records, body, belief=tolerant)) == ["1", "x", "3", "x"]
    shorter = body.replace("<Id>3</Id>", "")
    _, error = until_error(stream(records, shorter, belief=tolerant), Unintelligible)
    assert "at Rows.Row[3]" in str(error)


@pytest.mark.parametrize(
    ("good", "bad", "place"),
    [
        ("<Total>1</Total>", "<Total>x</Total>", "at Total"),
        ("<Total>1</Total>", "", "at an element that the contract does not name"),
        ("<Head>a</Head>", "<Head>a</Head><Head>b</Head>", "at Head[2]"),
        ("</Rows>", "</Rows><Rows><Row><Id>9</Id><Name/></Row></Rows>", "at Rows[2]"),
        ("</Rows>", f"<{SECRET}/></Rows>", "at an element that the contract does not name"),
        ("<Head>a</Head>", "a", "at an element that the contract does not name"),
    ],
)
def test_what_stands_around_the_records_is_judged_before_the_last_one(
    records: Contract, good: str, bad: str, place: str
) -> None:
    body = ROWS.format(numbered(5))
    assert body.count(good) == 1

    given, error = until_error(stream(records, body.replace(good, bad)), Unintelligible)

    assert str(error) == f"the answer to List does not fit its schema, {place}"
    assert ids(given) == ["1", "2", "3", "4"]


def test_an_answer_that_ends_early_is_cut_off_wherever_it_ends(records: Contract) -> None:
    """L5: never a quiet end, and the records given are right."""
    body = ROWS.format(numbered(20)).encode()
    end = body.rindex(b">")
    for at in range(1, end, 13):
        for size in (16, 65536):
            rows = stream(records, body[:at], size=size)
            given, _ = until_error(rows, CutOff)
            assert ids(given) == [str(number) for number in range(1, len(given) + 1)]
            assert len(given) < 20


def test_a_connection_that_breaks_is_cut_off_too(records: Contract) -> None:
    body = ROWS.format(numbered(20))[:-40]

    given, _ = until_error(stream(records, body, size=200, breaks=True), CutOff)

    assert ids(given)[:3] == ["1", "2", "3"]


WRONG = {
    "HTML 503": ("<html/>", 503, "text/html", Unintelligible, "503 with an HTML page"),
    "login page": ("<html/>", 200, "text/html", Unintelligible, "200 with an HTML page"),
    "login page called XML": (f"<{SECRET}/>", 200, XML, Unintelligible, "no SOAP envelope"),
    "401": ("<html/>", 401, "text/html", Denied, "401 with an HTML page"),
    "403 empty": ("", 403, "", Denied, "403 with an empty body"),
    "empty": ("", 200, XML, Unintelligible, "200 with an empty body"),
    "redirect": ("", 307, XML, Unintelligible, "307, a redirect"),
    "no type": (LISTED, 200, "", Unintelligible, "200 with an answer without a type"),
    "no XML": (SECRET, 200, XML, Unintelligible, "no well-formed XML"),
    "crossed": (f"<a><{SECRET}></a>", 200, XML, Unintelligible, "no well-formed XML"),
    "bad bytes": (b"<a>\xff</a>", 200, XML, Unintelligible, "no well-formed XML"),
    "after the end": (LISTED.format("") + "<a/>", 200, XML, Unintelligible, "no well-formed XML"),
    "encoding": (LISTED, 200, f"text/xml; charset={SECRET}", Unintelligible, "an encoding"),
    "DTD": (f"<!DOCTYPE s:Envelope [<!ENTITY x '{SECRET}'>]>{LISTED}", 200, XML, Unintelligible,
            "a DTD"),
    "no body": (LISTED.replace("Body", "Head"), 200, XML, Unintelligible, "no SOAP envelope"),
    "500, no fault": (LISTED.format(""), 500, XML, Unintelligible, "500, and no fault"),
    "other element": (ENVELOPE.format(f"<{SECRET}/>"), 200, XML, Unintelligible,
                      "the element of the contract"),
    "nothing inside": (ENVELOPE.format(""), 200, XML, Unintelligible,
                       "the element of the contract"),
    "two elements": (ENVELOPE.format(LISTED[LISTED.index("<List"):LISTED.index("</s:B")]
                                     .format("") * 2), 200, XML, Unintelligible,
                     "the element of the contract"),
    "header": (LISTED.format("").replace("<s:Body>", '<s:Header><x:y xmlns:x="urn:x" '
               's:mustUnderstand="1"/></s:Header><s:Body>'), 200, XML, Unintelligible,
               "must be understood and is not"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("size", [5, 65536])
def test_an_answer_that_is_no_reply_is_told_apart_without_a_byte_of_it(
    records: Contract, name: str, size: int
) -> None:
    """L5"""
    body, status, content_type, kind, words = WRONG[name]
    rows = stream(records, body, status=status, content_type=content_type, size=size)

    given, error = until_error(rows, kind)

    assert words in str(error)
    assert given == []
    assert SECRET not in "".join(traceback.format_exception_only(error))
    assert isinstance(error, LegacyError)


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("size", [3, 65536])
def test_a_fault_is_raised_before_any_record(records: Contract, status: int, size: int) -> None:
    given, error = until_error(stream(records, FAULT, status=status, size=size), FaultReceived)

    assert given == []
    assert isinstance(error, FaultReceived)
    assert error.fault == Fault("Client", "Locked", {"Code": "LOCKED"})


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [("latin-1", "text/xml; charset=ISO-8859-1"), ("utf-16", "text/xml"), ("utf-8", "text/xml")],
)
@pytest.mark.parametrize("size", [3, 65536])
def test_the_declared_encoding_is_used(
    records: Contract, encoding: str, content_type: str, size: int
) -> None:
    body = ROWS.format(ROW.format(1, "Müll") + ROW.format(2, "ß")).encode(encoding)
    rows = stream(records, body, content_type=content_type, size=size)

    assert ids(rows, "Name") == ["nMüll", "nß"]


def test_a_type_that_a_record_says_itself_is_looked_up_where_it_stood(records: Contract) -> None:
    longer = '<Row xsi:type="t:LongRow"><Id>1</Id><Name/><More>{}</More></Row>'
    body = ROWS.format(numbered(3) + longer.format("x") * 3)

    assert ids(stream(records, body, size=40), "More") == [None] * 3 + ["x"] * 3
    _, error = until_error(stream(records, body.replace("t:Long", "t:Wrong")), Unintelligible)
    assert "at Rows.Row[4]" in str(error)


def test_records_without_a_named_type_or_a_namespace_are_checked(records: Contract) -> None:
    local = '<local xmlns=""><t:A>{}</t:A><t:B>{}</t:B></local>'
    body = LISTED.format("".join(local.format(number, "AH"[number % 2]) for number in range(40)))

    assert ids(stream(records, body, "local"), "B") == ["A", "H"] * 20
    _, error = until_error(stream(records, body.replace(">39<", ">x<"), "local"), Unintelligible)
    assert "at local[40].A" in str(error)
    _, error = until_error(stream(records, body.replace(">H<", ">Z<"), "local"), Unintelligible)
    assert "at local[2].B" in str(error)


def test_records_that_are_single_values_are_checked(records: Contract) -> None:
    body = LISTED.format("".join(f"<Id>a{number}</Id>" for number in range(40)))

    texts = [row.node.text for row in stream(records, body, "Id", size=50)]
    assert texts == [f"a{number}" for number in range(40)]
    _, error = until_error(stream(records, body.replace("a39", "39"), "Id"), Unintelligible)
    assert "at Id[40]" in str(error)


def test_more_records_than_the_contract_has_are_refused(records: Contract) -> None:
    plain = "<Plain><A>1</A><B/></Plain>"

    assert len(list(stream(records, LISTED.format(plain * 3), "Plain", size=30))) == 3
    given, error = until_error(
        stream(records, LISTED.format(plain * 4), "Plain", size=30), Unintelligible
    )
    assert len(given) == 3
    assert "at Plain[4]" in str(error)


def test_a_path_that_leads_to_no_one_list_is_misconfigured(records: Contract) -> None:
    for path, words in (
        ("Group.Id", "Group repeats"),
        ("Rows.Rov", "Rows holds no Rov"),
        ("Nothing", "holds no Nothing"),
    ):
        with pytest.raises(Misconfigured, match=words):
            next(stream(records, LISTED, path))


def test_more_records_than_are_accepted_end_the_stream(records: Contract) -> None:
    """L2"""
    rows = stream_rows(
        Pieces(ROWS.format(numbered(11)), size=100),
        records, records.operation("List"), "Rows.Row", most=10,
    )  # fmt: skip

    given, error = until_error(rows, Unintelligible)

    assert str(error) == "the answer holds more records than we accept"
    assert 0 < len(given) <= 10


def endless(start: str, piece: bytes) -> Iterator[bytes]:
    """What never ends: 256 MiB at most."""
    yield start.encode()
    for _ in range(256 * 1024 * 1024 // len(piece)):
        yield piece


OPENED = ROWS.partition("{}")[0]
HUGE: dict[str, tuple[str, bytes]] = {
    "a start tag": (OPENED + "<Row ", b"".join(b"a%d='' " % n for n in range(9000))),
    "attributes": (OPENED, b"<Row " + b"".join(b"a%d='' " % n for n in range(300)) + b"/>"),
    "a text": (OPENED + "<Row><Id>1</Id><Name>", b"x" * 65536),
    "a record": (OPENED + "<Row><Id>1</Id>", b"<Name>x</Name>" * 4000),
    "large texts beside the records": (ROWS.format(numbered(2)).partition("<Total>")[0],
                                       b"<Head>" + b"x" * 1_000_000 + b"</Head>"),
    "other elements": (OPENED, b"<Other/>" * 4000),
    "another root": ("<a>", b"<b/>" * 4000),
    "no root": (" ", b"<?x y?>\n" * 4000),
    "depth": (OPENED, b"<Row>" * 1000),
    "a comment": (OPENED + "<!-- ", b"x" * 65536),
    "a fault": (FAULT.partition("</detail>")[0], b"<E>x</E>" * 4000),
    "entities": ("<!DOCTYPE a [", b"<!ENTITY a 'aaaaaaaaaa'>" * 2000),
    "blanks": (OPENED, b" " * 65536),
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_what_never_ends_is_left_in_time(records: Contract, name: str) -> None:
    """L2"""
    answer = Pieces(endless(*HUGE[name]))
    rows = stream_rows(answer, records, records.operation("List"), "Rows.Row", STRICT)

    given, _ = until_error(rows, Unintelligible)

    assert ids(given) == ["1"] * (name == "large texts beside the records")
    assert answer.given < 40_000_000


def test_a_hundred_thousand_records_cost_a_bounded_memory() -> None:
    """L2: the figure is of a process of its own, at its peak."""
    program = """
from pathlib import Path
from legacy_clients.soap.stream import stream_rows
from legacy_clients.soap.wsdl import load_contract
from tests.legacy_clients.soap.test_stream import RECORDS, ROW, ROWS, Pieces

head, _, tail = ROWS.partition("{}")
contract = load_contract(RECORDS, "Documents")
def body(count):
    yield head.encode()
    for start in range(0, count, 100):
        yield "".join(ROW.format(n, "x" * 300) for n in range(start, start + 100)).encode()
    yield tail.encode()
def streamed(count):
    rows = stream_rows(Pieces(body(count)), contract, contract.operation("List"), "Rows.Row")
    return sum(row.text("Id") != "" for row in rows)
def kilobytes(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name + ":"))
streamed(10)
before = kilobytes("VmRSS")
Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten (proc(5))
count = streamed(100_000)
print(count, kilobytes("VmHWM") - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.stderr == ""
    count, kilobytes = map(int, done.stdout.split())
    assert count == 100_000
    assert 0 < kilobytes < 64 * 1024


ARRAY = ENVELOPE.format(
    '<t:ArrayResponse><return e:arrayType="t:Row[{size}]">{rows}</return><Total>1</Total>'
    "</t:ArrayResponse>{more}"
)
ITEM = "<x><t:Id>{}</t:Id><t:Name>n</t:Name></x>"


def array(count: int, size: str, more: str = "", **changed: str) -> str:
    rows = "".join(ITEM.format(number) for number in range(1, count + 1))
    return ARRAY.format(size=size, rows=changed.get("rows", rows), more=more)


@pytest.mark.parametrize("size", [17, 65536])
@pytest.mark.parametrize("count", [0, 1, 40])
def test_items_of_an_encoded_array_come_whatever_their_name(
    calls: Contract, count: int, size: int
) -> None:
    for told in (str(count), ""):
        rows = stream(calls, array(count, told), "return.item", operation="Array", size=size)
        assert ids(rows) == [str(number) for number in range(1, count + 1)]


def test_an_array_of_another_size_than_it_says_is_refused(calls: Contract) -> None:
    rows = stream(calls, array(40, "41"), "return.item", operation="Array")

    given, error = until_error(rows, Unintelligible)

    assert len(given) == 39
    assert str(error) == (
        "the answer to Array holds another number of items than it says, at return"
    )


def test_an_item_that_departs_is_refused_by_its_number(calls: Contract) -> None:
    body = array(40, "40").replace("<t:Id>40<", "<t:Id>x<")
    _, error = until_error(stream(calls, body, "return.item", operation="Array"), Unintelligible)
    assert "at return.item[40].Id" in str(error)


def test_values_by_reference_cannot_be_streamed_and_that_is_said(calls: Contract) -> None:
    value = '<t:multiRef id="{0}"><t:Id>1</t:Id><t:Name/></t:multiRef>'
    items = '<x href="#a"/><x href="#b"/>'
    for body in (
        array(2, "2", value.format("a") + value.format("b"), rows=items),
        array(0, "", value.format("a")).replace(
            '<return e:arrayType="t:Row[]"></return>', '<return href="#a"/>'
        ),
    ):
        rows = stream(calls, body, "return.item", operation="Array")
        given, error = until_error(rows, Unintelligible)
        assert given == []
        assert "by reference (multiRef)" in str(error)


def test_records_of_rpc_literal_come_under_whatever_name_the_return_value_has(
    calls: Contract,
) -> None:
    row = "<row><t:A>{}</t:A><t:B/></row>"
    body = ENVELOPE.format(
        "<t:ListedResponse><result>"
        + "".join(row.format(number) for number in range(40))
        + "</result></t:ListedResponse>"
    )
    rows = stream(calls, body, "return.row", operation="Listed", size=100)
    assert ids(rows, "A") == [str(number) for number in range(40)]

    broken = stream(calls, body.replace(">39<", ">x<"), "return.row", operation="Listed")
    _, error = until_error(broken, Unintelligible)
    assert "at return.row[40].A" in str(error)
