"""What a call to the service holds, and what its answer means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import fixtures.suitecrm
from fixtures.atlas import Atlas
from legacy_clients import LegacyCRM
from legacy_clients.acting import EntityActs
from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    BusinessFault,
    Busy,
    Conflict,
    LegacyError,
    Misconfigured,
    Missing,
    NotSent,
    Unfit,
    Unintelligible,
)
from legacy_clients.keeping import leaf_of
from legacy_clients.reading import Ask
from legacy_clients.soap.auth import NoAuth
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.reply import Belief, Reply
from legacy_clients.soap.request import compose
from legacy_clients.soap.service import Service
from legacy_clients.soap.transport import Transport
from legacy_clients.soap.wsdl import load_contract
from schemas.grammar import load_mapping
from schemas.mapping import Operation


class Answering(Service):
    """A service whose answers are given, and whose calls are kept; the contract is a real one."""

    def __init__(self, contract: Contract, answer: str = "<A/>") -> None:
        super().__init__(contract, Transport("http://127.0.0.1:9/"), NoAuth(), {})
        self.answer = answer
        self.header: Any = None
        self.sent: list[tuple[str, Mapping[str, Any]]] = []

    def call(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        deadline: Deadline,
        *,
        write: bool,
        belief: Belief | None = None,
    ) -> Reply:
        assert write is not operation.startswith(("Get", "get"))
        self.sent.append((operation, arguments))
        self.belief = belief
        return Reply(etree.fromstring(self.answer), header=self.header)


def acts_of(crm: LegacyCRM, entity: str, answer: str = "<A/>", **words: Any) -> EntityActs:
    """Acts on an entity of Atlas; `words` replace those of all its operations."""
    mapping = crm.mapping.entities[entity]
    changed: dict[str, Operation] = {
        verb: replace(operation, **words) for verb, operation in mapping.operations.items()
    }
    return EntityActs(Answering(crm.service.contract, answer), replace(mapping, operations=changed))


def sent(acts: EntityActs) -> tuple[str, Mapping[str, Any]]:
    service = acts._service
    assert isinstance(service, Answering)
    (call,) = service.sent
    return call


def deadline() -> Deadline:
    return Deadline.after(10)


def test_a_create_sends_values_at_the_elements_of_their_fields(atlas_crm: LegacyCRM) -> None:
    acts = acts_of(atlas_crm, "customer", "<A><CustNo>C000999</CustNo></A>")
    record = {
        "name": "Müller",
        "status": "active",
        "roles": ["bill_to", "shipper"],
        "credit_limit": Decimal("12.50"),
        "custom.first_order_on": dt.date(2024, 2, 29),
        "parent_id": None,
    }
    assert acts.create(record, "our-reference", deadline()) == "C000999"
    assert sent(acts) == (
        "CreateCustomer",
        {
            "Customer": {
                "Name": "Müller",
                "Status": "A",
                "Roles": "BS",
                "CreditLimit": Decimal("12.50"),
                "FirstOrderDate": dt.date(2024, 2, 29),
                "ParentNo": None,
            },
            "ClientRef": "our-reference",
        },
    )


def test_a_compound_key_is_sent_and_read_in_its_parts(atlas_crm: LegacyCRM) -> None:
    acts = acts_of(atlas_crm, "location", "<A><SiteCd>CHI</SiteCd><LocNo>000042</LocNo></A>")
    assert acts.create({"name": "Dock 4"}, "r", deadline()) == "CHI.000042"
    assert sent(acts)[1] == {
        "Location": {"SiteCd": "CHI", "Name": "Dock 4"},
        "ClientRef": "r",
    }
    changing = acts_of(atlas_crm, "location")
    changing.change("update", "CHI.000042", {"city": "Gary"}, {"VER": "3"}, deadline())
    assert sent(changing) == (
        "UpdateLocation",
        {"Location": {"City": "Gary"}, "SiteCd": "CHI", "LocNo": "000042", "Version": 3},
    )


def test_children_go_to_their_groups_and_to_their_table(atlas_crm: LegacyCRM) -> None:
    acts = acts_of(atlas_crm, "order", "<A><OrdNo>O1</OrdNo></A>")
    stops = [
        {"kind": "pickup", "location_id": "CHI.000001", "date": dt.date(2024, 7, 1)},
        {"seq": 2, "kind": "both", "location_id": "NYC.000002"},
        {"kind": "delivery", "address.city": "Gary"},
    ]
    lines = [{"line_no": 1, "product_id": "P1", "quantity.value": Decimal("2.5")}]
    acts.create({"customer_id": "C000001", "stops": stops, "lines": lines}, "r", deadline())
    _, arguments = sent(acts)
    order = arguments["Order"]
    assert order["PickupSite"] == "CHI"
    assert order["PickupLoc"] == "000001"
    assert order["PickupDate"] == dt.date(2024, 7, 1)
    assert order["ShipToCity"] == "Gary"
    assert order["Stops"]["Stop"] == [{"Seq": 2, "Kind": "B", "SiteCd": "NYC", "LocNo": "000002"}]
    assert order["Lines"]["Line"] == [{"LineNo": 1, "Sku": "P1", "Quantity": Decimal("2.5")}]


@pytest.mark.parametrize(
    ("record", "field", "reason"),
    [
        ({"name": "x" * 61}, "name", "longer than 60 characters"),
        ({"parent_id": "C" * 11}, "parent_id", "longer than its column"),
        ({"status": "retired"}, "status", "no spelling reads back as this value"),
    ],
)
def test_what_does_not_fit_is_told_by_its_field(
    atlas_crm: LegacyCRM, record: dict[str, Any], field: str, reason: str
) -> None:
    """W8: and nothing is sent."""
    acts = acts_of(atlas_crm, "customer")
    with pytest.raises(Unfit) as unfit:
        acts.create(record, "r", deadline())
    assert (unfit.value.path, unfit.value.reason) == (field, reason)
    assert acts._service.sent == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("stops", "told"),
    [
        (
            [{"kind": "pickup", "instructions": "ring"}],
            "stops.1.instructions: the CRM has no place",
        ),
        ([{"seq": 2, "kind": "both", "appointment": "A"}], "stops.1.appointment: the CRM has no"),
    ],
)
def test_a_child_that_the_crm_has_no_place_for_is_told(
    atlas_crm: LegacyCRM, stops: list[dict[str, Any]], told: str
) -> None:
    """W8"""
    acts = acts_of(atlas_crm, "order")
    with pytest.raises(Unfit, match=told):
        acts.create({"customer_id": "C1", "stops": stops}, "r", deadline())


JUDGED = {"ok": {"Result.Code": "OK"}, "fail": {"GONE": "missing", "DUP": "conflict", "B": "busy"}}


@pytest.mark.parametrize(
    ("code", "error"),
    [("GONE", Missing), ("DUP", Conflict), ("B", Busy), ("E17", BusinessFault)],
)
def test_an_answer_that_is_not_ok_means_what_the_mapping_says(
    atlas_crm: LegacyCRM, code: str, error: type[LegacyError]
) -> None:
    """W7"""
    answer = f"<A><Result><Code>{code}</Code></Result></A>"
    acts = acts_of(atlas_crm, "customer", answer, **JUDGED)
    with pytest.raises(error, match=code):
        acts.change("update", "C000001", {"name": "X"}, {"VER": "1"}, deadline())
    assert sent(acts)[0] == "UpdateCustomer"


def test_an_answer_without_its_code_is_unintelligible(atlas_crm: LegacyCRM) -> None:
    acts = acts_of(atlas_crm, "customer", "<A><Result/></A>", **JUDGED)
    with pytest.raises(Unintelligible, match=r"answered without Result\.Code"):
        acts.change("update", "C000001", {"name": "X"}, {"VER": "1"}, deadline())


def test_an_answer_that_is_ok_is_believed(atlas_crm: LegacyCRM) -> None:
    answer = "<A><Result><Code>OK</Code></Result><CustNo>C7</CustNo></A>"
    acts = acts_of(atlas_crm, "customer", answer, **JUDGED)
    assert acts.create({"name": "X"}, "r", deadline()) == "C7"


def test_an_answer_to_a_create_without_the_key_is_told(atlas_crm: LegacyCRM) -> None:
    acts = acts_of(atlas_crm, "customer", "<A><Version>1</Version></A>")
    with pytest.raises(Misconfigured, match="CreateCustomer answered without CustNo"):
        acts.create({"name": "X"}, "r", deadline())


def test_what_the_mapping_does_not_map_cannot_be_done(atlas_crm: LegacyCRM) -> None:
    acts = acts_of(atlas_crm, "product")
    with pytest.raises(Misconfigured, match=r"no \[product\.create\]: the CRM cannot do it"):
        acts.create({"name": "X"}, "r", deadline())
    assert acts.mapping.writable("create") == {}
    assert acts.mapping.writable_children("create") == {}


def test_put_says_which_fields_an_operation_takes(atlas_crm: LegacyCRM) -> None:
    acts = acts_of(atlas_crm, "customer", put={"Customer.Name": "legal_name"})
    assert set(acts.mapping.writable("update")) == {"legal_name"}
    acts.change("update", "C1", {"legal_name": "Müller Ltd"}, {"VER": "1"}, deadline())
    assert sent(acts)[1]["Customer"] == {"Name": "Müller Ltd"}


# A service of style rpc/encoded whose records are lists of pairs: SuiteCRM's own contract.

SUITE = Path(fixtures.suitecrm.__file__).parent / "soap.wsdl"
ENTRY = (
    "<A><return><entry_list><item><id>7</id><name_value_list>{}</name_value_list></item>"
    "</entry_list></return></A>"
)
PAIRS = """
[crm]
zone = "UTC"

[customer.from]
table = "accounts"
key = ["id"]
stamp = "date_modified"

[customer.fields]
name = { column = "name", max = 10, required = true, element = "name" }
status = { column = "st", codes = { A = "active", X = "inactive" }, element = "status" }
credit_limit = { column = "cr_lmt", element = "credit" }
phone = { column = "phone", element = "phone_office" }
website = { column = "website", element = "website", cleared = "none" }

[customer.custom]
since = { column = "since_c", type = "date", element = "since_c" }
seen_at = { column = "seen_c", type = "instant", element = "seen_c", readonly = true }

[customer.get]
call = "get_entry"
key = ["id"]
const = { module_name = "Accounts" }
record = "return.entry_list.item.name_value_list[]"
missing = "return.entry_list.item.name_value_list[warning]"

[customer.create]
call = "set_entry"
into = "name_value_list[]"
key = ["return.id"]
const = { module_name = "Accounts", "name_value_list[source]" = "facade" }
reference = "name_value_list[ref_c]"

[customer.update]
call = "set_entry"
into = "name_value_list[]"
key = ["id"]
guard = { version = "version" }
const = { module_name = "Accounts" }

[customer.delete]
call = "set_entry"
into = "name_value_list[]"
key = ["id"]
const = { module_name = "Accounts", "name_value_list[deleted]" = "1" }
"""


@pytest.fixture(scope="module")
def suite() -> Contract:
    return load_contract(SUITE)


def pairs_of(folder: Path, contract: Contract, answer: str, text: str = PAIRS) -> EntityActs:
    (folder / "mapping.toml").write_text(text, "utf-8")
    mapping = load_mapping(folder / "mapping.toml").entities["customer"]
    return EntityActs(Answering(contract, answer), mapping)


def test_a_record_of_pairs_is_created_with_its_values_in_order(
    tmp_path: Path, suite: Contract
) -> None:
    acts = pairs_of(tmp_path, suite, "<A><return><id>7</id></return></A>")
    record = {
        "name": "Müller",
        "status": "active",
        "credit_limit": Decimal("12.50"),
        "custom.since": dt.date(2024, 2, 29),
    }
    assert acts.create(record, "ours", deadline()) == "7"
    assert sent(acts) == (
        "set_entry",
        {
            "module_name": "Accounts",
            "name_value_list": [
                {"name": "source", "value": "facade"},
                {"name": "name", "value": "Müller"},
                {"name": "status", "value": "A"},
                {"name": "credit", "value": "12.50"},
                {"name": "since_c", "value": "2024-02-29"},
                {"name": "ref_c", "value": "ours"},
            ],
        },
    )


def test_the_arguments_are_those_that_the_contract_takes(tmp_path: Path, suite: Contract) -> None:
    """The list says how long it is: without that the CRM stores an empty record."""
    acts = pairs_of(tmp_path, suite, "<A><return><id>7</id></return></A>")
    acts.create({"name": "Müller", "phone": "1"}, "ours", deadline())
    operation, arguments = sent(acts)
    envelope = compose(suite, operation, {"session": "s", **arguments})
    (listed,) = envelope.iter("{*}name_value_list")
    size = listed.get("{http://schemas.xmlsoap.org/soap/encoding/}arrayType")
    assert size.rpartition(":")[2] == "name_value[4]"
    told = [tuple(part.text for part in item) for item in listed]
    assert told == [
        ("source", "facade"),
        ("name", "Müller"),
        ("phone_office", "1"),
        ("ref_c", "ours"),
    ]


def test_a_pair_is_cleared_by_an_empty_text_or_as_declared(tmp_path: Path, suite: Contract) -> None:
    acts = pairs_of(tmp_path, suite, "<A/>")
    acts.change("update", "7", {"phone": None, "website": None}, {"version": "3"}, deadline())
    assert sent(acts)[1]["name_value_list"] == [
        {"name": "phone_office", "value": ""},
        {"name": "website", "value": "none"},
        {"name": "id", "value": "7"},
        {"name": "version", "value": "3"},
    ]


def test_a_record_is_deleted_as_the_mapping_says(tmp_path: Path, suite: Contract) -> None:
    acts = pairs_of(tmp_path, suite, "<A/>")
    acts.change("delete", "7", {}, {}, deadline())
    assert sent(acts)[1]["name_value_list"] == [
        {"name": "deleted", "value": "1"},
        {"name": "id", "value": "7"},
    ]


@pytest.mark.parametrize(
    ("record", "field", "reason"),
    [
        ({"name": "x" * 11}, "name", "longer than 10 characters"),
        ({"status": "on_hold"}, "status", "no spelling reads back as this value"),
    ],
)
def test_what_a_pair_would_cut_is_not_sent(
    tmp_path: Path, suite: Contract, record: dict[str, Any], field: str, reason: str
) -> None:
    """W8: the contract says no more of it than that it is a text."""
    acts = pairs_of(tmp_path, suite, "<A/>")
    with pytest.raises(Unfit) as unfit:
        acts.create(record, "r", deadline())
    assert (unfit.value.path, unfit.value.reason) == (field, reason)
    assert acts._service.sent == []  # type: ignore[attr-defined]


def item(name: str, value: str) -> str:
    return f"<item><name>{name}</name><value>{value}</value></item>"


def test_a_record_of_pairs_is_read_by_its_codecs(tmp_path: Path, suite: Contract) -> None:
    """F1: what cannot be read is null with its raw text."""
    told = {
        "name": "Müller &amp; Co",
        "status": "Q",
        "credit": "12.5",
        "since_c": "2024-02-30",
        "seen_c": "2024-02-29 12:00:00",
        "other": "passed over",
    }
    answer = ENTRY.format("".join(item(*pair) for pair in told.items()))
    acts = pairs_of(tmp_path, suite, answer)
    record = acts.get("7", deadline())
    assert sent(acts) == ("get_entry", {"module_name": "Accounts", "id": "7"})
    assert record.values == {
        "name": "Müller & Co",
        "status": None,
        "credit_limit": "12.50",
        "phone": None,
        "website": None,
        "custom.since": None,
        "custom.seen_at": "2024-02-29T12:00:00Z",
    }
    assert [(each["field"], each["raw"]) for each in record.problems] == [
        ("status", "Q"),
        ("custom.since", "2024-02-30"),
    ]


def test_a_service_that_escapes_twice_is_told_to(tmp_path: Path, suite: Contract) -> None:
    """F11: the database holds what was typed."""
    answer = ENTRY.format(item("name", "O&amp;#039;Brien") + item("other", "&amp;amp;lt;"))
    text = PAIRS.replace('call = "get_entry"', 'call = "get_entry"\nescaped = true')
    assert pairs_of(tmp_path, suite, answer, text).get("7", deadline()).values["name"] == "O'Brien"
    text = text.replace("guard = {", 'merge_from = "get_entry"\nguard = {')
    acts = pairs_of(tmp_path, suite, answer, text)
    acts.change("update", "7", {"phone": "1"}, {"version": "3"}, deadline())
    written = acts._service.sent[1][1]["name_value_list"]  # type: ignore[attr-defined]
    assert written[:2] == [
        {"name": "name", "value": "O'Brien"},
        {"name": "other", "value": "&lt;"},
    ]


def test_a_record_that_is_told_to_be_missing_is(tmp_path: Path, suite: Contract) -> None:
    acts = pairs_of(tmp_path, suite, ENTRY.format(item("warning", "no access")))
    with pytest.raises(Missing, match="no customer has the id '7'"):
        acts.get("7", deadline())


def test_an_update_that_blanks_the_rest_gets_all_pairs_again(
    tmp_path: Path, suite: Contract
) -> None:
    """W6: also those that nobody maps, and those that nobody can read."""
    told = {"name": "Before", "status": "Q", "other": "kept", "phone_office": "1"}
    answer = ENTRY.format("".join(item(*pair) for pair in told.items()))
    text = PAIRS.replace("guard = {", 'merge_from = "get_entry"\nguard = {')
    acts = pairs_of(tmp_path, suite, answer, text)
    acts.change("update", "7", {"name": "After", "phone": None}, {"version": "3"}, deadline())
    service = acts._service
    assert isinstance(service, Answering)
    (read, _), (write, arguments) = service.sent
    assert (read, write) == ("get_entry", "set_entry")
    assert arguments == {
        "module_name": "Accounts",
        "name_value_list": [
            {"name": "name", "value": "After"},
            {"name": "status", "value": "Q"},
            {"name": "other", "value": "kept"},
            {"name": "phone_office", "value": ""},
            {"name": "id", "value": "7"},
            {"name": "version", "value": "3"},
        ],
    }


def test_a_merge_whose_reading_fails_has_sent_nothing(
    tmp_path: Path, suite: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PAIRS.replace("guard = {", 'merge_from = "get_entry"\nguard = {')
    acts = pairs_of(tmp_path, suite, "<A><return/></A>", text)
    with pytest.raises(NotSent):
        acts.change("update", "7", {"name": "After"}, {"version": "3"}, deadline())
    assert [call for call, _ in acts._service.sent] == ["get_entry"]  # type: ignore[attr-defined]


def test_the_service_is_asked_what_the_database_shows(
    read_only_atlas: Atlas, atlas_crm: LegacyCRM
) -> None:
    """F11: typed elements by their XSD type, texts by their codec."""
    for id in [one.id for one in atlas_crm.find("customer", Ask(limit=5)).records]:
        told, found = atlas_crm.told("customer", id, deadline()), atlas_crm.get("customer", id)
        assert told.problems == []
        assert set(told.values) >= {"name", "status", "credit_limit", "custom.first_order_on"}
        for name, value in told.values.items():
            held = leaf_of(found.document, atlas_crm.mapped("customer").fields[name].leaf.path)
            assert (value or None) == (held or None), name


def test_nobody_is_missing_to_the_service_too(atlas_crm: LegacyCRM) -> None:
    with pytest.raises(Missing):
        atlas_crm.told("customer", "C999999", deadline())
    with pytest.raises(Missing):
        atlas_crm.told("customer", "longer than any key is", deadline())


def test_a_header_may_tell_whether_it_was_done(atlas_crm: LegacyCRM) -> None:
    """W7: an error family of its own: flags in the header with HTTP 200."""
    judged = {"ok": {"header:Result.Code": "0"}, "fail": {"9": "busy"}}
    acts = acts_of(atlas_crm, "customer", "<A><CustNo>C7</CustNo></A>", **judged)
    for code, error in (("9", Busy), ("4711", BusinessFault)):
        header = etree.fromstring(f"<H><Result><Code>{code}</Code></Result></H>")
        acts._service.header = header  # type: ignore[attr-defined]
        with pytest.raises(error, match=code):
            acts.create({"name": "X"}, "r", deadline())
    acts._service.header = etree.fromstring("<H><Result><Code>0</Code></Result></H>")  # type: ignore[attr-defined]
    assert acts.create({"name": "X"}, "r", deadline()) == "C7"


def test_a_refusal_in_the_body_is_told_in_the_words_of_the_crm(atlas_crm: LegacyCRM) -> None:
    """W7"""
    answer = "<A><Result><Code>E17</Code><Text>No credit</Text></Result></A>"
    acts = acts_of(atlas_crm, "customer", answer, **JUDGED, words="Result.Text")
    with pytest.raises(BusinessFault) as fault:
        acts.change("update", "C000001", {"name": "X"}, {"VER": "1"}, deadline())
    assert (fault.value.code, fault.value.message) == ("E17", "No credit")


def test_what_departures_cost_goes_with_the_call(atlas_crm: LegacyCRM) -> None:
    acts = acts_of(atlas_crm, "customer", "<A/>", tolerate=("Customer.FirstOrderDate",))
    acts.change("update", "C000001", {"name": "X"}, {"VER": "1"}, deadline())
    assert acts._service.belief == Belief(  # type: ignore[attr-defined]
        tolerate=("Customer.FirstOrderDate",)
    )
