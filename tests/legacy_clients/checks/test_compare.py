"""The same records over SOAP and over ODBC."""

from __future__ import annotations

from legacy_clients import LegacyCRM
from legacy_clients.checks.compare import compare
from tests.legacy_clients.checks.conftest import Bent


def test_both_sides_of_atlas_agree(atlas_crm: LegacyCRM) -> None:
    """F11"""
    found = compare(atlas_crm, "customer", 50)
    assert (found.differences, found.absent, found.ended) == ([], [], None)
    assert found.read > 40
    assert len(found.fields) == 16


def test_a_record_that_the_service_fails_at_is_told_and_the_others_are_compared(
    atlas_crm: LegacyCRM,
) -> None:
    """Atlas cannot tell a name that is no text, nor a limit that is no number."""
    found = compare(atlas_crm, "customer", 100)
    assert [each.reason for each in found.failures] == [
        "Unintelligible: the service answered INTERNAL"
    ] * len(found.failures)
    assert 5 <= len(found.failures) < 10
    assert (found.ended, found.agrees) == (None, False)
    assert found.read > 80
    for failure in found.failures:
        assert atlas_crm.get("customer", failure.id).document["problems"] != []


def test_a_difference_is_told_by_field_with_both_raw_texts(bent: Bent) -> None:
    """F11"""
    crm = bent.database(
        "UPDATE CUSTMAST SET CR_LMT = 4711, NAME = NAME || '!' WHERE CUST_NO LIKE 'C00000%'"
    )
    found = compare(crm, "customer", 20)
    assert not found.agrees
    by_field = {each.field: each for each in found.differences}
    assert by_field.keys() == {"name", "credit_limit"}
    first = by_field["credit_limit"].examples[0]
    assert first.database == "4711"
    assert first.id == "C000001"
    assert "." in str(first.service)
    assert by_field["name"].count >= len(by_field["name"].examples) == 3
    assert by_field["name"].examples[0].database == f"{by_field['name'].examples[0].service}!"


def test_a_value_that_one_side_alone_can_read_is_a_difference(bent: Bent) -> None:
    """F11"""
    crm = bent.database("UPDATE CUSTMAST SET STAT_CD = '?' WHERE CUST_NO LIKE 'C000001%'")
    found = compare(crm, "customer", 20)
    [difference] = found.differences
    assert (difference.field, difference.count) == ("status", 1)
    assert difference.examples[0].database == "?"


def test_a_record_that_the_service_does_not_have_is_told(bent: Bent) -> None:
    crm = bent.database("UPDATE CUSTMAST SET CUST_NO = 'A000009   ' WHERE CUST_NO LIKE 'C000009%'")
    found = compare(crm, "customer", 20)
    assert found.absent == ["A000009"]
    assert not found.agrees


def test_a_service_that_fails_ends_the_comparison_with_its_reason(bent: Bent) -> None:
    crm = bent.mapping(('call = "GetCustomer"', 'call = "GetNobody"'))
    found = compare(crm, "customer", 20)
    assert found.ended is not None
    assert found.ended.startswith("Misconfigured: the WSDL has no operation GetNobody")
