"""The files of a contract: pinned by hash, from one folder, with SOAP's own from the catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.bundle import (
    CATALOGUE,
    CATALOGUED,
    INDEX,
    Bundle,
    Import,
    beside,
    catalogued,
    collect,
    from_catalogue,
)
from legacy_clients.soap.pinning import store
from legacy_clients.soap.wsdl import load_contract

SHOP = Path(__file__).parent / "shop" / "shop.wsdl"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    store(str(SHOP), tmp_path / "bundle")
    return tmp_path / "bundle"


def test_a_bundle_loads_as_the_files_that_it_was_made_of(bundle: Path) -> None:
    contract = load_contract(bundle)

    assert sorted(contract.operations) == ["Enter", "Find", "Save"]
    assert contract.element_type("Save", "Name") == ("string", 5, True)
    assert sorted(path.name for path in bundle.iterdir()) == [
        "basics.xsd",
        INDEX,
        "names.xsd",
        "shop.wsdl",
    ]


def test_the_index_names_each_location_with_its_file_and_hash(bundle: Path) -> None:
    told = json.loads((bundle / INDEX).read_text())

    assert told["start"] == "shop.wsdl"
    assert list(told["files"]) == ["shop.wsdl", "basics.xsd", "names.xsd"]
    assert told["files"]["names.xsd"]["file"] == "names.xsd"
    assert len(told["files"]["names.xsd"]["sha256"]) == 64


@pytest.mark.parametrize("name", ["shop.wsdl", "basics.xsd", "names.xsd"])
def test_a_file_that_was_changed_by_one_blank_is_named(bundle: Path, name: str) -> None:
    """L4"""
    path = bundle / name
    path.write_text(path.read_text() + " ")

    with pytest.raises(Misconfigured, match=f"^{name} of the bundle bundle was changed since"):
        load_contract(bundle)


def test_a_file_that_is_gone_is_named(bundle: Path) -> None:
    (bundle / "names.xsd").unlink()

    with pytest.raises(Misconfigured, match=r"the bundle bundle lacks its file names\.xsd"):
        load_contract(bundle)


def test_a_location_that_a_bundle_does_not_have_is_named(bundle: Path) -> None:
    files = Bundle(bundle)

    with pytest.raises(Misconfigured, match=r"does not have http://127\.0\.0\.1:9/x\.xsd: make it"):
        files.read("http://127.0.0.1:9/x.xsd")


def without(word: str) -> Callable[[dict[str, Any]], None]:
    return lambda told: told.pop(word)


def pointing(file: object) -> Callable[[dict[str, Any]], None]:
    return lambda told: told["files"]["names.xsd"].update(file=file)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (without("start"), "is no index of a bundle"),
        (without("files"), "is no index of a bundle"),
        (lambda told: told.update(files=[1]), "is no index of a bundle"),
        (pointing("../names.xsd"), r"names \.\./names\.xsd, which is no file of its folder"),
        (pointing("/etc/hostname"), "names /etc/hostname, which is no file of its folder"),
        (pointing(".."), r"names \.\., which is no file of its folder"),
    ],
)
def test_an_index_that_does_not_hold_is_refused(
    bundle: Path, spoil: Callable[[dict[str, Any]], None], said: str
) -> None:
    """L3"""
    told = json.loads((bundle / INDEX).read_text())
    spoil(told)
    (bundle / INDEX).write_text(json.dumps(told))

    with pytest.raises(Misconfigured, match=said):
        load_contract(bundle)


def test_an_index_that_is_no_json_is_refused(bundle: Path) -> None:
    (bundle / INDEX).write_bytes(b"\xff{")

    with pytest.raises(Misconfigured, match="is no index of a bundle"):
        load_contract(bundle)


def test_a_folder_without_an_index_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"has no bundle\.json: give the WSDL itself, or make"):
        load_contract(tmp_path)


@pytest.mark.parametrize(
    ("base", "target", "found"),
    [
        ("a.wsdl", "b.xsd", "b.xsd"),
        ("a.wsdl", "deep/b.xsd", "deep/b.xsd"),
        ("deep/b.xsd", "../c.xsd", "c.xsd"),
        ("a.wsdl", "with%20blank.xsd", "with blank.xsd"),
        ("http://h/s/a?wsdl", "b.xsd", "http://h/s/b.xsd"),
        ("http://h/s/a?wsdl", "?xsd=1", "http://h/s/a?xsd=1"),
        ("http://h/s/a?wsdl", "/x", "http://h/x"),
        ("a.wsdl", "http://h/x", "http://h/x"),
    ],
)
def test_an_import_points_where_rfc_3986_says(base: str, target: str, found: str) -> None:
    assert beside(base, target) == found


@pytest.mark.parametrize("namespace", CATALOGUE)
def test_the_documents_of_the_catalogue_are_there(namespace: str) -> None:
    place = catalogued("a.wsdl", Import("http://somewhere.invalid/x", namespace))

    assert place == CATALOGUED + CATALOGUE[namespace]
    root = etree.fromstring(from_catalogue(place))
    assert root.get("targetNamespace") == namespace


def test_a_file_of_the_service_goes_before_the_catalogue() -> None:
    wanted = Import("my-encoding.xsd", "http://schemas.xmlsoap.org/soap/encoding/")

    assert catalogued("a.wsdl", wanted) is None


def test_a_blank_line_before_the_declaration_is_let_through_and_said(tmp_path: Path) -> None:
    path = tmp_path / "shop.wsdl"
    for name in ("basics.xsd", "names.xsd"):
        (tmp_path / name).write_bytes((SHOP.parent / name).read_bytes())
    path.write_bytes(b"\r\n" + SHOP.read_bytes())

    contract = load_contract(path)

    assert contract.notes == (f"{path} has a blank line before its XML declaration",)
    assert sorted(contract.operations) == ["Enter", "Find", "Save"]


def test_a_schema_that_takes_the_includers_namespace_has_its_own_names_in_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.xsd").write_text(
        '<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a">'
        '<s:include schemaLocation="b.xsd"/></s:schema>'
    )
    (tmp_path / "b.xsd").write_text(
        '<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema">'
        '<s:element name="E" type="T"/><s:complexType name="T"/></s:schema>'
    )

    class Two:
        start = "a.xsd"

        def find(self, base: str, wanted: Import) -> str:
            return wanted.target or ""

        def read(self, location: str) -> bytes:
            return (tmp_path / location).read_bytes()

    documents = collect(Two())

    assert list(documents.schemas.values()) == ["urn:a", "urn:a"]
    adopted = list(documents.schemas)[1]
    assert (adopted.get("targetNamespace"), adopted.nsmap[None]) == ("urn:a", "urn:a")


def test_a_document_that_is_neither_wsdl_nor_schema_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.wsdl").write_text("<html><body>Sign in</body></html>")

    with pytest.raises(Misconfigured, match=r"page\.wsdl is neither a WSDL nor an XML schema"):
        load_contract(tmp_path / "page.wsdl")
