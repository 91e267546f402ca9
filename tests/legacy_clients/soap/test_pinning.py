"""Storing a contract: from a file or one host, whole or not at all, and never a change unseen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from legacy_clients.errors import LegacyError, Misconfigured, Unreachable
from legacy_clients.soap import pinning
from legacy_clients.soap.bundle import INDEX
from legacy_clients.soap.pinning import store
from legacy_clients.soap.wsdl import load_contract
from tests.legacy_clients.soap.shelf import Shelf

SHOP = Path(__file__).parent / "shop"


def shop_at(shelf: Shelf) -> str:
    """The shop's contract as a service serves it: by query, imports relative and absolute."""
    wsdl = (SHOP / "shop.wsdl").read_bytes().replace(b"basics.xsd", b"shop?xsd=1")
    basics = (SHOP / "basics.xsd").read_bytes()
    shelf.documents = {
        "/crm/shop?wsdl": (200, wsdl),
        "/crm/shop?xsd=1": (
            200,
            basics.replace(b"names.xsd", f"{shelf.url}/names/all.xsd".encode()),
        ),
        "/names/all.xsd": (200, (SHOP / "names.xsd").read_bytes()),
    }
    return f"{shelf.url}/crm/shop?wsdl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHOP, tmp_path / "shop"))


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_contract_is_stored_from_its_host_with_what_it_imports(tmp_path: Path) -> None:
    """L4: once stored it loads with the host down."""
    with Shelf() as shelf:
        stored = store(shop_at(shelf), tmp_path / "bundle")
        asked = list(shelf.asked)

    assert asked == ["/crm/shop?wsdl", "/crm/shop?xsd=1", "/names/all.xsd"]
    assert (stored.files, stored.changed, stored.notes) == (3, [], [])
    contract = load_contract(tmp_path / "bundle")
    assert contract.element_type("Save", "Name") == ("string", 5, True)
    assert sorted(path.name for path in (tmp_path / "bundle").iterdir()) == [
        "all.xsd",
        INDEX,
        "shop_wsdl",
        "shop_xsd_1",
    ]
    assert list(tmp_path.iterdir()) == [tmp_path / "bundle"]


def test_an_import_from_a_second_host_is_refused_and_not_asked_for(tmp_path: Path) -> None:
    """L3"""
    with Shelf() as shelf, Shelf() as canary:
        url = shop_at(shelf)
        status, body = shelf.documents["/crm/shop?wsdl"]
        shelf.documents["/crm/shop?wsdl"] = (
            status,
            body.replace(b"shop?xsd=1", f"{canary.url}/basics.xsd".encode()),
        )
        with pytest.raises(
            Misconfigured, match=rf"imports {canary.url}/basics\.xsd, which is not on its own host"
        ):
            store(url, tmp_path / "bundle")

    assert shelf.asked == ["/crm/shop?wsdl"]
    assert canary.asked == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file:///etc/hostname", "ftp://127.0.0.1/x.xsd"])
def test_an_import_of_another_scheme_is_refused(tmp_path: Path, place: str) -> None:
    """L3"""
    with Shelf() as shelf:
        url = shop_at(shelf)
        status, body = shelf.documents["/crm/shop?wsdl"]
        shelf.documents["/crm/shop?wsdl"] = (status, body.replace(b"shop?xsd=1", place.encode()))
        with pytest.raises(Misconfigured, match="which is not on its own host"):
            store(url, tmp_path / "bundle")

    assert list(tmp_path.iterdir()) == []


def test_a_redirect_is_refused_and_not_followed(tmp_path: Path) -> None:
    """L3"""
    with Shelf() as shelf, Shelf() as canary:
        shelf.documents = {"/crm?wsdl": (302, f"{canary.url}/crm?wsdl".encode())}
        with pytest.raises(Misconfigured, match="answered 302, a redirect, which is not followed"):
            store(f"{shelf.url}/crm?wsdl", tmp_path / "bundle")

    assert shelf.asked == ["/crm?wsdl"]
    assert canary.asked == []


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b"", "answered 404"),
        (500, b"<a/>", "answered 500"),
        (200, b"<html>Sign in</html>", "neither a WSDL nor an XML schema"),
        (200, b"not xml", "is no XML"),
        (200, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "has a DTD, which is not read"),
    ],
)
def test_what_is_no_contract_is_told_with_its_address(
    tmp_path: Path, status: int, body: bytes, said: str
) -> None:
    with Shelf({"/crm?wsdl": (status, body)}) as shelf:
        url = f"{shelf.url}/crm?wsdl"
        with pytest.raises(Misconfigured) as error:
            store(url, tmp_path / "bundle")

    assert str(error.value).startswith(url)
    assert said in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_host_that_is_down_is_told(tmp_path: Path) -> None:
    with Shelf() as shelf:
        url = shelf.url
    with pytest.raises(Unreachable):
        store(f"{url}/crm?wsdl", tmp_path / "bundle")


def test_more_documents_than_a_contract_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "MOST_FILES", 2)
    with pytest.raises(Misconfigured, match="imports more than 2 documents"):
        store(str(SHOP / "shop.wsdl"), tmp_path / "bundle")


def test_more_bytes_than_a_contract_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "MOST_BYTES", 1000)
    with pytest.raises(Misconfigured, match="hold more than 1000 bytes"):
        store(str(SHOP / "shop.wsdl"), tmp_path / "bundle")


def test_a_local_import_by_url_is_the_file_beside_it_of_the_same_namespace(folder: Path) -> None:
    rewrite(folder / "shop.wsdl", "basics.xsd", "http://127.0.0.1:9/crm?xsd=basics")

    stored = store(str(folder / "shop.wsdl"), folder.parent / "bundle")

    assert stored.notes == [
        "http://127.0.0.1:9/crm?xsd=basics is taken from basics.xsd, by its namespace"
    ]
    told = json.loads((folder.parent / "bundle" / INDEX).read_text())["files"]
    assert told["http://127.0.0.1:9/crm?xsd=basics"] == told["basics.xsd"]
    contract = load_contract(folder.parent / "bundle")
    assert contract.element_type("Save", "Name") == ("string", 5, True)


def test_two_files_of_the_namespace_are_a_question_to_a_person(folder: Path) -> None:
    rewrite(folder / "shop.wsdl", "basics.xsd", "http://127.0.0.1:9/crm?xsd=basics")
    shutil.copy(folder / "basics.xsd", folder / "again.xsd")

    with pytest.raises(Misconfigured, match=r"several files .*: again\.xsd, basics\.xsd\. Leave"):
        store(str(folder / "shop.wsdl"), folder.parent / "bundle")


def test_a_local_import_by_url_that_nothing_matches_is_refused_with_the_way_out(
    folder: Path,
) -> None:
    rewrite(folder / "shop.wsdl", "basics.xsd", "http://127.0.0.1:9/basics")
    (folder / "basics.xsd").unlink()

    with pytest.raises(
        Misconfigured, match=r"imports http://127\.0\.0\.1:9/basics, .* save that document beside"
    ):
        store(str(folder / "shop.wsdl"), folder.parent / "bundle")


@pytest.mark.parametrize("place", ["../outside.xsd", "/etc/hostname", "file:///etc/hostname"])
def test_a_local_import_from_outside_the_folder_is_refused(folder: Path, place: str) -> None:
    """L3"""
    shutil.copy(folder / "basics.xsd", folder.parent / "outside.xsd")
    rewrite(folder / "shop.wsdl", "basics.xsd", place)

    with pytest.raises(Misconfigured, match="which lies outside its folder"):
        store(str(folder / "shop.wsdl"), folder.parent / "bundle")


def test_storing_the_same_again_changes_nothing(folder: Path) -> None:
    bundle = folder.parent / "bundle"
    store(str(folder / "shop.wsdl"), bundle)

    assert store(str(folder / "shop.wsdl"), bundle).changed == []


def test_a_changed_contract_is_told_and_replaced_only_by_force(folder: Path) -> None:
    """L4"""
    bundle = folder.parent / "bundle"
    store(str(folder / "shop.wsdl"), bundle)
    rewrite(folder / "names.xsd", 'maxLength value="5"', 'maxLength value="4"')
    rewrite(folder / "shop.wsdl", 'operation name="Find"', 'operation name="Seek"')

    with pytest.raises(Misconfigured) as error:
        store(str(folder / "shop.wsdl"), bundle)

    said = str(error.value)
    assert "names.xsd has changed; shop.wsdl has changed; Find is gone" in said
    assert (
        "Item.Name was Name (string (maxLength 5)), may be nil, may be absent and is Name" in said
    )
    assert said.endswith("It stays as it is; replace it with --force")
    assert load_contract(bundle).element_type("Save", "Name") == ("string", 5, True)

    stored = store(str(folder / "shop.wsdl"), bundle, force=True)

    assert stored.changed[:2] == ["names.xsd has changed", "shop.wsdl has changed"]
    assert load_contract(bundle).element_type("Save", "Name") == ("string", 4, True)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["bundle", "shop"]


def test_a_bundle_that_was_tampered_with_is_not_overwritten_unseen(folder: Path) -> None:
    bundle = folder.parent / "bundle"
    store(str(folder / "shop.wsdl"), bundle)
    (bundle / "names.xsd").write_text("<a/>")

    with pytest.raises(Misconfigured, match=r"could not be read \(names\.xsd of the bundle"):
        store(str(folder / "shop.wsdl"), bundle)
    store(str(folder / "shop.wsdl"), bundle, force=True)
    assert load_contract(bundle).element_type("Save", "Name") == ("string", 5, True)


def test_a_folder_that_holds_something_else_is_left_alone(folder: Path) -> None:
    precious = folder.parent / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work")

    with pytest.raises(Misconfigured, match=r"holds files that are no part .*\(thesis\.txt\)"):
        store(str(folder / "shop.wsdl"), precious, force=True)
    assert (precious / "thesis.txt").read_text() == "years of work"

    bundle = folder.parent / "bundle"
    store(str(folder / "shop.wsdl"), bundle)
    (bundle / "thesis.txt").write_text("years of work")
    with pytest.raises(Misconfigured, match=r"\(thesis\.txt\): give a folder of its own"):
        store(str(folder / "shop.wsdl"), bundle, force=True)
    assert (bundle / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_failure_on_the_way_leaves_the_bundle_that_was_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    bundle = folder.parent / "bundle"
    store(str(folder / "shop.wsdl"), bundle)
    rewrite(folder / "names.xsd", 'maxLength value="5"', 'maxLength value="4"')
    fired = []

    def fail(*words: object) -> None:
        fired.append(words)
        raise OSError("the disk is full")

    if step == "fsync":
        monkeypatch.setattr(pinning.os, "fsync", fail)
    else:
        rename = Path.rename
        monkeypatch.setattr(
            Path,
            "rename",
            lambda path, to: fail() if path.name == "new" else rename(path, to),
        )
    with pytest.raises(OSError, match="the disk is full"):
        store(str(folder / "shop.wsdl"), bundle, force=True)

    assert len(fired) == 1
    monkeypatch.undo()
    assert load_contract(bundle).element_type("Save", "Name") == ("string", 5, True)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["bundle", "shop"]


def test_two_locations_that_end_alike_get_files_of_their_own(folder: Path) -> None:
    (folder / "deep").mkdir()
    shutil.move(folder / "names.xsd", folder / "deep" / "BASICS.xsd")
    rewrite(folder / "basics.xsd", "names.xsd", "deep/BASICS.xsd")

    store(str(folder / "shop.wsdl"), folder.parent / "bundle")

    names = sorted(path.name for path in (folder.parent / "bundle").iterdir())
    assert names == ["BASICS-2.xsd", "basics.xsd", INDEX, "shop.wsdl"]
    assert load_contract(folder.parent / "bundle").element_type("Save", "Name").max_length == 5


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LegacyError, match=r"there is no WSDL .*nowhere\.wsdl"):
        store(str(tmp_path / "nowhere.wsdl"), tmp_path / "bundle")
