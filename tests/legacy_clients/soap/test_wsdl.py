"""The contract: read from one folder, off the network, with the types that its schemas declare."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fixtures.atlas import Atlas
from legacy_clients.errors import Misconfigured
from legacy_clients.soap.wsdl import Contract, load_contract
from tests.legacy_clients.soap.hostile import Hostile, answer

SHOP = Path(__file__).parent / "shop"


def test_the_operations_are_known_with_what_goes_in_and_comes_out(shop: Contract) -> None:
    assert sorted(shop.operations) == ["Enter", "Find", "Save"]
    save = shop.operation("Save")
    assert (save.input, save.output) == ("{urn:shop}Save", "{urn:shop}SaveResponse")
    assert save.headers == {
        "Content-Type": "text/xml; charset=utf-8",
        "SOAPAction": '"urn:shop/Save"',
    }


@pytest.mark.parametrize(
    ("path", "declared"),
    [
        ("Name", ("string", 5, True)),
        ("Amount", ("decimal", None, False)),
        ("Count", ("int", None, True)),
        ("Born", ("date", None, False)),
        ("Lines", ("complex", None, True)),
        ("Lines.Line.Sku", ("string", 5, False)),
        ("Id", ("string", None, False)),
    ],
)
def test_an_elements_type_is_found_through_restriction_extension_and_inclusion(
    shop: Contract, path: str, declared: tuple[str, int | None, bool]
) -> None:
    assert shop.element_type("Save", path) == declared


def test_an_unknown_path_names_the_known_ones_where_it_goes_wrong(shop: Contract) -> None:
    with pytest.raises(Misconfigured, match=r"Lines\.Lin: Lines holds no Lin; it holds Line$"):
        shop.element_type("Save", "Lines.Lin")


def test_the_contract_of_the_demonstration_crm_has_its_types(atlas: Atlas) -> None:
    contract = load_contract(atlas.wsdl_path)

    assert contract.element_type("UpdateCustomer", "Customer.CreditLimit")[0] == "decimal"
    assert contract.element_type("UpdateCustomer", "Customer.Name") == ("string", 60, True)
    assert contract.element_type("CreateOrder", "Order.Lines.Line.Sku") == ("string", 15, True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHOP, tmp_path / "bundle"))


def rewritten(folder: Path, file: str, old: str, new: str) -> Path:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return folder / "shop.wsdl"


def test_an_import_from_the_network_is_refused_and_not_fetched(folder: Path) -> None:
    """L3"""
    with Hostile(answer("<canary/>")) as canary:
        wsdl = rewritten(folder, "shop.wsdl", "basics.xsd", canary.url)
        with pytest.raises(Misconfigured, match="which is not fetched: store it beside"):
            load_contract(wsdl)

    assert canary.connections == 0


@pytest.mark.parametrize("place", ["../outside.xsd", "file:///etc/hostname", "/etc/hostname"])
def test_an_import_from_outside_the_folder_is_refused(folder: Path, place: str) -> None:
    """L3"""
    shutil.copy(SHOP / "basics.xsd", folder.parent / "outside.xsd")
    wsdl = rewritten(folder, "shop.wsdl", "basics.xsd", place)

    with pytest.raises(Misconfigured, match="lies outside its folder"):
        load_contract(wsdl)


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    (folder / "names.xsd").unlink()

    with pytest.raises(Misconfigured, match=r"is not there: .*names\.xsd"):
        load_contract(folder / "shop.wsdl")


def test_a_dtd_is_refused(folder: Path) -> None:
    """L3"""
    wsdl = rewritten(folder, "basics.xsd", "?>\n<xsd:schema ", "?>\n<!DOCTYPE a><xsd:schema ")

    with pytest.raises(Misconfigured, match=r"basics\.xsd has a DTD"):
        load_contract(wsdl)


def test_schemas_that_contradict_themselves_are_told_at_the_start(folder: Path) -> None:
    wsdl = rewritten(folder, "names.xsd", 'base="Text"', 'base="Test"')

    with pytest.raises(Misconfigured, match=r"shop\.wsdl .*Test"):
        load_contract(wsdl)


def test_a_wsdl_without_a_callable_operation_is_told_at_the_start(folder: Path) -> None:
    wsdl = rewritten(folder, "shop.wsdl", 'style="document"', 'style="rpc"')

    with pytest.raises(Misconfigured):
        load_contract(wsdl)


def test_a_port_is_chosen_by_name(folder: Path) -> None:
    assert load_contract(folder / "shop.wsdl", "ShopPort").operations
    with pytest.raises(Misconfigured, match="no SOAP port Other; it has ShopPort"):
        load_contract(folder / "shop.wsdl", "Other")


def test_a_contract_of_soap_12_sends_its_own_content_type(folder: Path) -> None:
    wsdl = rewritten(folder, "shop.wsdl", "xmlsoap.org/wsdl/soap/", "xmlsoap.org/wsdl/soap12/")

    assert load_contract(wsdl).operation("Find").headers == {
        "Content-Type": 'application/soap+xml; charset=utf-8; action="urn:shop/Find"'
    }
