"""What a call to the service holds, and what its answer means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from legacy_clients import LegacyCRM
from legacy_clients.acting import EntityActs, place
from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    BusinessFault,
    Busy,
    Conflict,
    LegacyError,
    Misconfigured,
    Missing,
    Unfit,
    Unintelligible,
)
from legacy_clients.soap.auth import NoAuth
from legacy_clients.soap.reply import Reply
from legacy_clients.soap.service import Service
from legacy_clients.soap.transport import Transport
from schemas.mapping import Operation


class Answering(Service):
    """A service whose answers are given, and whose calls are kept; the contract is Atlas's."""

    def __init__(self, crm: LegacyCRM, answer: str = "<A/>") -> None:
        super().__init__(crm.service.contract, Transport("http://127.0.0.1:9/"), NoAuth(), {})
        self.answer = answer
        self.sent: list[tuple[str, Mapping[str, Any]]] = []

    def call(
        self, operation: str, arguments: Mapping[str, Any], deadline: Deadline, *, write: bool
    ) -> Reply:
        assert write
        self.sent.append((operation, arguments))
        return Reply(etree.fromstring(self.answer))


def acts_of(crm: LegacyCRM, entity: str, answer: str = "<A/>", **words: Any) -> EntityActs:
    """Acts on an entity of Atlas; `words` replace those of all its operations."""
    mapping = crm.mapping.entities[entity]
    changed: dict[str, Operation] = {
        verb: replace(operation, **words) for verb, operation in mapping.operations.items()
    }
    return EntityActs(Answering(crm, answer), replace(mapping, operations=changed))


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
    assert acts.writable("create") == {}
    assert acts.writable_children("create") == {}


def test_put_says_which_fields_an_operation_takes(atlas_crm: LegacyCRM) -> None:
    acts = acts_of(atlas_crm, "customer", put={"Customer.Name": "legal_name"})
    assert set(acts.writable("update")) == {"legal_name"}
    acts.change("update", "C1", {"legal_name": "Müller Ltd"}, {"VER": "1"}, deadline())
    assert sent(acts)[1]["Customer"] == {"Name": "Müller Ltd"}


def test_a_value_is_placed_at_a_dotted_path() -> None:
    arguments: dict[str, Any] = {"A": {"B": 1}}
    place(arguments, "A.C.D", 2)
    place(arguments, "E", None)
    assert arguments == {"A": {"B": 1, "C": {"D": 2}}, "E": None}
