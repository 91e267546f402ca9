"""Our service in front of SOAP servers of other makes: every operation, in every style they speak.

PHP's extension answers as much CRM software does; node-soap as much that was put before one. What
each understood is asked of it, so that both directions are compared with literal values.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as daytime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from legacy_clients.deadline import Deadline
from legacy_clients.errors import CutOff, Denied, LegacyError, Missing, TimedOut, Unfit
from legacy_clients.soap.reply import Reply
from legacy_clients.soap.service import Service, open_service
from tests.stacks.stacks import KINDS, Stack, started

SIGN_IN = {
    "call": "Login",
    "user": "User",
    "password": "Password",
    "token": "Token",
    "header": "Session",
    "expired": ["SESSION_EXPIRED"],
}
TYPED = ' xsi:type="xsd:string"'
FAULTS: dict[str, type[LegacyError]] = {"NOT_FOUND": Missing, "LOGIN_REFUSED": Denied}

WHOLE: dict[str, Any] = {
    "Name": "Müller & Söhne <GmbH> 😀",
    "Credit": Decimal("12345678901234567890.10"),
    "Count": -2147483648,
    "Big": 9223372036854775807,
    "Ratio": 0.1,
    "Active": True,
    "Since": date(1962, 2, 28),
    "Seen": datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
    "Opens": daytime(9, 30),
    "Logo": b"\x00\xff\x01",
    "Checksum": b"\xde\xad\x00",
    "Site": "http://crm.example/?a=1&b=2",
    "Status": "H",
    "Address": {"Street": "1 Main\nSt", "Zip": ""},
}
AS_TEXT = {
    "Name": "Müller & Söhne <GmbH> 😀",
    "Credit": "12345678901234567890.10",
    "Count": "-2147483648",
    "Big": "9223372036854775807",
    "Ratio": "0.1",
    "Active": "true",
    "Since": "1962-02-28",
    "Seen": "2024-05-06T07:08:09Z",
    "Opens": "09:30:00",
    "Logo": "AP8B",
    "Checksum": "DEAD00",
    "Site": "http://crm.example/?a=1&b=2",
    "Status": "H",
    "Address.Street": "1 Main\nSt",
    "Address.Zip": "",
}
# In JSON. PHP makes what it can of a type; node-soap leaves these texts to us.
UNDERSTOOD = {
    "php": {
        "Name": "Müller & Söhne <GmbH> 😀",
        "Credit": "12345678901234567890.10",
        "Count": -2147483648,
        "Big": 9223372036854775807,
        "Ratio": 0.1,
        "Active": True,
        "Since": "1962-02-28",
        "Seen": "2024-05-06T07:08:09Z",
        "Opens": "09:30:00",
        "Logo": "00ff01",
        "Checksum": "dead00",
        "Site": "http://crm.example/?a=1&b=2",
        "Status": "H",
        "Address": {"Street": "1 Main\nSt", "Zip": ""},
    },
    "node": {
        "Name": "Müller & Söhne <GmbH> 😀",
        "Credit": "12345678901234567890.10",
        "Count": -2147483648,
        "Big": "9223372036854775807",
        "Ratio": "0.1",
        "Active": True,
        "Since": "1962-02-28",
        "Seen": "2024-05-06T07:08:09Z",
        "Opens": "09:30:00",
        "Logo": "AP8B",
        "Checksum": "DEAD00",
        "Site": "http://crm.example/?a=1&b=2",
        "Status": "H",
        "Address": {"Street": "1 Main\nSt", "Zip": ""},
    },
}


@dataclass(frozen=True)
class Crm:
    """A server that runs, and our service in front of it."""

    stack: Stack
    service: Service

    @property
    def make(self) -> str:
        return self.stack.name.split()[0]

    def __call__(self, operation: str, seconds: float = 10, **arguments: Any) -> Reply:
        return self.service.call(operation, arguments, Deadline.after(seconds), write=True)

    def create(self, **elements: Any) -> str:
        id = self("CreateCustomer", Customer=elements).text("Id")
        assert id is not None
        return id

    def get(self, id: str) -> Reply:
        [customer] = self("GetCustomer", Id=id).all("Customer")
        return customer

    def read(self, id: str) -> Reply:
        """As a read, of which more may run at a time than of writes."""
        return self.service.call("GetCustomer", {"Id": id}, Deadline.after(10), write=False)

    def understood(self) -> Any:
        text = self("Heard").text("Understood")
        assert text is not None
        return json.loads(text)

    def listed(self, name: str, items: list[Any]) -> Any:
        """The value of an array: encoded a list, else the elements in it by name."""
        item = self.stack.item[name]
        return items if item == "item" else {item: items}

    def path(self, *names: str) -> str:
        """The path of the items of an array: the names, and theirs."""
        return ".".join([*names, self.stack.item[names[-1]]])


def opened(stack: Stack, password: str = "right") -> Service:
    return open_service(
        wsdl=stack.wsdl,
        url=stack.url,
        user="facade",
        password=password,
        sign_in=SIGN_IN,
        faults=FAULTS,
    )


@pytest.fixture(scope="module", params=KINDS)
def crm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crm]:
    """Each of the servers, one after the other, with a customer C1."""
    with (
        started(request.param, tmp_path_factory.mktemp("stack")) as stack,
        closing(opened(stack)) as service,
    ):
        running = Crm(stack, service)
        assert running.create(Name="First") == "C1"
        yield running


@pytest.fixture(params=KINDS)
def own_crm(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crm]:
    """The same, for tests that end their server or its sessions."""
    with started(request.param, tmp_path) as stack, closing(opened(stack)) as service:
        yield Crm(stack, service)


def test_every_type_arrives_as_it_was_given(crm: Crm) -> None:
    """F1, F8"""
    crm.create(**WHOLE)

    expected = UNDERSTOOD[crm.make]
    if crm.stack.name == "node rpc/literal":  # it converts nothing there, and has no empty text
        texts = {"Count": "-2147483648", "Active": "true"}
        expected = {**expected, **texts, "Address": {"Street": "1 Main\nSt", "Zip": None}}
    assert crm.understood() == expected


def test_every_type_comes_back_as_it_was_given(crm: Crm) -> None:
    """F1, F8"""
    customer = crm.get(crm.create(**WHOLE))

    assert {path: customer.text(path) for path in AS_TEXT} == AS_TEXT


@pytest.mark.parametrize(
    "text",
    [
        "Ελληνικά עברית العربية 中文 한국어",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301 \u00a0 \u2028.",
        "]]> <!-- & --> <![CDATA[ &amp; &#65;",
        "x" * 60,
        "'; DROP TABLE x; --",
    ],
)
def test_text_of_any_letters_goes_and_comes_unchanged(crm: Crm, text: str) -> None:
    customer = crm.get(crm.create(Name="x", Note=text))

    assert crm.understood()["Note"] == text
    assert customer.text("Note") == text


# node-soap cuts blanks at both ends, and writes a carriage return as it is, which reads as a line
# feed (XML 1.0 section 2.11). What arrived there is what was sent all the same.
SPACED = {
    "a tab\there": ("a tab\there", "a tab\there"),
    "a line\nbreak": ("a line\nbreak", "a line\nbreak"),
    " blanks around ": ("blanks around", "blanks around"),
    "a carriage\rreturn": ("a carriage\rreturn", "a carriage\nreturn"),
    "a space that holds\u00a0": ("a space that holds", "a space that holds"),
}


@pytest.mark.parametrize("note", SPACED)
def test_white_space_goes_and_comes_unchanged(crm: Crm, note: str) -> None:
    customer = crm.get(crm.create(Name="x", Note=note))

    raw = crm("Heard").text("Raw")
    assert raw is not None
    assert f"Note>{note}<" in raw.replace("&#13;", "\r").replace(TYPED, "")
    expected = {"php": (note, note), "node": SPACED[note]}[crm.make]
    assert (crm.understood()["Note"], customer.text("Note")) == expected


def told(customer: Reply) -> tuple[bool, bool, str | None]:
    return customer.has("Note"), customer.nil("Note"), customer.text("Note")


def test_absent_and_empty_are_kept_apart(crm: Crm) -> None:
    """F3"""
    absent = crm.get(crm.create(Name="x"))
    empty = crm.get(crm.create(Name="x", Note=""))

    assert (told(absent), told(empty)) == ((False, False, None), (True, False, ""))


def test_nil_is_sent_as_nil(crm: Crm) -> None:
    """F3. node-soap takes it for absent: it does not come back from there."""
    customer = crm.get(crm.create(Name="x", Note=None))

    raw = crm("Heard").text("Raw")
    assert raw is not None
    assert 'xsi:nil="true"' in raw
    assert told(customer) == {"php": (True, True, None), "node": (False, False, None)}[crm.make]


@pytest.mark.parametrize("tags", [[], ["a"], ["a", "b", "a"]])
def test_arrays_of_none_one_and_many_have_one_shape(crm: Crm, tags: list[str]) -> None:
    """F12"""
    lines = [{"Sku": tag, "Qty": Decimal("1.500")} for tag in tags]
    customer = crm.get(
        crm.create(Name="x", Tags=crm.listed("Tags", tags), Lines=crm.listed("Lines", lines))
    )

    assert [tag.text for tag in customer.nodes(crm.path("Tags"))] == tags
    found = customer.all(crm.path("Lines"))
    assert [(line.text("Sku"), line.text("Qty")) for line in found] == [
        (tag, "1.500") for tag in tags
    ]


def test_a_change_replaces_the_record(crm: Crm) -> None:
    id = crm.create(Name="before", Note="a note")

    version = crm("UpdateCustomer", Id=id, Customer={"Name": "after"}).text("Version")

    customer = crm.get(id)
    assert version == "2"
    assert (customer.text("Name"), customer.has("Note")) == ("after", False)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_lists_of_none_one_and_many_have_one_shape(crm: Crm, count: int) -> None:
    """F12"""
    customers = crm("ListCustomers", Count=count).all(crm.path("Customers"))

    assert [each.text("Name") for each in customers] == [
        f"Customer {number}" for number in range(1, count + 1)
    ]


def test_a_large_reply_arrives_whole(crm: Crm) -> None:
    customers = crm("ListCustomers", Count=3_000).all(crm.path("Customers"))

    assert len(customers) == 3_000
    assert customers[-1].text("Name") == "Customer 3000"


def test_a_large_reply_is_read_record_by_record(crm: Crm) -> None:
    rows = crm.service.rows(
        "ListCustomers", {"Count": 3_000}, crm.path("Customers"), Deadline.after(20)
    )

    assert [row.text("Name") for row in rows] == [f"Customer {n}" for n in range(1, 3_001)]


def test_a_fault_is_told_by_its_code_with_the_words_of_the_service(crm: Crm) -> None:
    """W7"""
    with pytest.raises(Missing) as caught:
        crm("GetCustomer", Id="C999")

    assert str(caught.value) == "NOT_FOUND: There is no customer C999 & never was <any>"


def test_what_does_not_fit_is_refused_before_anything_is_sent(crm: Crm) -> None:
    """W8"""
    before = crm("Heard").text("Raw")

    for element, value in (("Name", "x" * 61), ("Status", "Z"), ("Count", 2**31)):
        with pytest.raises(Unfit, match=f"^Customer.{element}: "):
            crm("CreateCustomer", Customer={"Name": "x", element: value})

    assert crm("Heard").text("Raw") == before


def test_a_wrong_password_is_denied(crm: Crm) -> None:
    with closing(opened(crm.stack, "wrong")) as service, pytest.raises(Denied):
        service.call("GetCustomer", {"Id": "C1"}, Deadline.after(5), write=False)


def test_a_session_that_ended_is_renewed_once_for_all(own_crm: Crm) -> None:
    """L6"""
    assert own_crm.create(Name="First") == "C1"
    assert own_crm.stack.sessions() == 1
    own_crm.stack.end_sessions()

    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(lambda _: own_crm.read("C1").text("Customer.Name"), range(16)))

    assert names == ["First"] * 16
    assert own_crm.stack.sessions() == 1


def test_a_server_that_is_killed_in_a_call_cuts_it_off(own_crm: Crm) -> None:
    """L5"""
    own_crm("Wait", Seconds=0)
    ended = elapsed(lambda: own_crm("Wait", Seconds=9), own_crm.stack.kill, after=0.5)

    assert type(ended.error) is CutOff
    assert 0.5 <= ended.seconds < 2


def test_a_server_that_takes_too_long_is_left_by_the_deadline(own_crm: Crm) -> None:
    """L1"""
    own_crm("Wait", Seconds=0)
    ended = elapsed(lambda: own_crm("Wait", seconds=0.5, Seconds=2))

    assert type(ended.error) is TimedOut
    assert 0.5 <= ended.seconds < 0.7


@dataclass(frozen=True)
class Ended:
    """How a call ended, and when."""

    error: LegacyError | None
    seconds: float


def elapsed(
    call: Callable[[], object], meanwhile: Callable[[], None] | None = None, after: float = 0
) -> Ended:
    """Make the call, and something else a while after it began."""
    timer = threading.Timer(after, meanwhile) if meanwhile else None
    began = time.monotonic()
    if timer:
        timer.start()
    error = None
    try:
        call()
    except LegacyError as raised:
        error = raised
    seconds = time.monotonic() - began
    if timer:
        timer.join()
    return Ended(error, seconds)
