"""A mapping beside the contract of the services that it calls."""

from __future__ import annotations

from legacy_clients import LegacyCRM
from legacy_clients.checks.operations import misfits_of_operations
from legacy_clients.checks.remark import Remark
from tests.legacy_clients.checks.conftest import Bent, told

DEMANDED_REASON = (
    '<xsd:element name="Reason" type="tns:Text80" minOccurs="0"/>',
    '<xsd:element name="Reason" type="tns:Text80"/>',
)


def misfits(crm: LegacyCRM, entity: str) -> list[Remark]:
    return misfits_of_operations(crm.mapped(entity), crm.service.contract)


def test_atlas_fits_its_contract(atlas_crm: LegacyCRM) -> None:
    for entity in atlas_crm.mapping.entities:
        assert misfits(atlas_crm, entity) == []


def test_an_operation_that_is_not_there_is_told_with_the_nearest(bent: Bent) -> None:
    crm = bent.mapping(('call = "UpdateContact"', 'call = "ChangeContact"'))
    assert told(misfits(crm, "contact")) == [
        (
            "misfit",
            "[contact.update]",
            "The contract has no operation ChangeContact; is it GetContact or CreateContact?",
        )
    ]


def test_an_element_that_is_not_there_is_told_for_each_call(bent: Bent) -> None:
    crm = bent.contract(('name="CreditLimit"', 'name="LimitOfCredit"'))
    found = [remark for remark in misfits(crm, "customer") if remark.weight == "misfit"]
    assert {remark.place for remark in found} == {"customer.credit_limit"}
    assert [remark.text.partition(" has no element")[0] for remark in found] == [
        "The answer to GetCustomer",
        "CreateCustomer",
        "UpdateCustomer",
    ]
    assert all("no element Customer.CreditLimit" in remark.text for remark in found)


def test_keys_and_guards_are_looked_for_too(bent: Bent) -> None:
    crm = bent.mapping(
        (
            'call = "CancelOrder"\nkey = ["OrdNo"]\nguard = { Version',
            'call = "CancelOrder"\nkey = ["OrderNo"]\nguard = { Ver',
        ),
    )
    found = told(misfits(crm, "order"))
    assert ("misfit", "[order.cancel] key") in [each[:2] for each in found]
    assert ("misfit", "[order.cancel] guard") in [each[:2] for each in found]


def test_what_a_service_demands_and_nothing_gives_is_told(bent: Bent) -> None:
    crm = bent.contract(DEMANDED_REASON, file="messages.xsd")
    assert told(misfits(crm, "order")) == [
        (
            "misfit",
            "[order.cancel]",
            "CancelOrder demands Reason, and nothing in the mapping gives it.",
        )
    ]


def test_what_the_sign_in_or_the_crm_gives_is_not_demanded_of_the_mapping(bent: Bent) -> None:
    crm = bent.contract(DEMANDED_REASON, file="messages.xsd")
    mapping, contract = crm.mapped("order"), crm.service.contract
    assert misfits_of_operations(mapping, contract, lambda operation: {"Reason": "ours"}) == []


def test_a_demanded_field_must_be_given_by_whoever_creates_and_at_each_change(bent: Bent) -> None:
    crm = bent.contract(
        ('name="LegalName" type="tns:Text80" minOccurs="0"', 'name="LegalName" type="tns:Text80"')
    )
    assert told(misfits(crm, "customer")) == [
        (
            "warning",
            "[customer.create]",
            "CreateCustomer demands Customer.LegalName, and nobody has to give"
            " customer.legal_name: say required = true.",
        ),
        (
            "misfit",
            "[customer.update]",
            "UpdateCustomer demands Customer.LegalName: a change that leaves customer.legal_name"
            " out is refused. See merge_from.",
        ),
    ]


def test_an_element_of_another_type_is_told(bent: Bent) -> None:
    crm = bent.contract(
        ('name="CreditLimit" type="tns:Money"', 'name="CreditLimit" type="xsd:date"')
    )
    assert told(misfits(crm, "customer")) == [
        (
            "misfit",
            "customer.credit_limit",
            "The element Customer.CreditLimit is of type date, and the field holds any exact.",
        )
    ]


def test_a_code_that_its_element_does_not_take_is_told(bent: Bent) -> None:
    crm = bent.mapping(('codes = { W = "warehouse", D', 'codes = { WH = "warehouse", D'))
    assert told(misfits(crm, "location")) == [
        (
            "misfit",
            "location.kind",
            "The element Location.Kind does not take 'WH' for warehouse (longer than its type is).",
        )
    ]


def test_an_element_shorter_than_max_is_told(bent: Bent) -> None:
    crm = bent.mapping(
        (
            'title = { column = "TITLE", max = 40, element = "Contact.Title" }',
            'title = { column = "TITLE", max = 50, element = "Contact.Title" }',
        )
    )
    assert told(misfits(crm, "contact")) == [
        (
            "warning",
            "contact.title",
            "The element Contact.Title takes 40 characters, and max = 50 is told to those who"
            " write.",
        )
    ]
