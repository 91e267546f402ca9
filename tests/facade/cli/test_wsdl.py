"""`facade wsdl`: a contract is stored, and shown to people."""

from __future__ import annotations

import json
import os
import ssl
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner, Result

from facade.cli import cli
from legacy_clients.errors import LegacyError, Misconfigured
from tests.legacy_clients.soap.shelf import Shelf

SHOP = Path(__file__).parents[2] / "legacy_clients" / "soap" / "shop"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without settings."""
    for name in [name for name in os.environ if name.startswith("FACADE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    """The command; what it raises is handed on."""
    return CliRunner().invoke(cli, ["wsdl", *words], catch_exceptions=False)


def said(*words: str) -> list[str]:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_fetch_stores_a_contract_and_says_how_to_use_it(place: Path) -> None:
    assert said("fetch", str(SHOP / "shop.wsdl"), "bundle") == [
        "bundle: 3 files, 3 operations",
        "Set FACADE_SOAP_WSDL to bundle (crm.soap_wsdl in facade.toml).",
    ]
    assert (place / "bundle" / "bundle.json").is_file()


def test_fetch_again_says_what_changed_and_waits_for_force(place: Path) -> None:
    """L4"""
    said("fetch", str(SHOP / "shop.wsdl"), "bundle")
    (place / "new").mkdir()
    for path in SHOP.iterdir():
        text = path.read_text().replace('maxLength value="5"', 'maxLength value="4"')
        (place / "new" / path.name).write_text(text)

    refused = run("fetch", "new/shop.wsdl", "bundle")
    assert refused.exit_code == 2
    assert "names.xsd has changed; Item.Name was" in refused.output
    assert refused.output.endswith("It stays as it is; replace it with --force\n")
    lines = said("fetch", "new/shop.wsdl", "bundle", "--force")

    assert lines[0] == "names.xsd has changed"
    assert lines[1] == (
        "Item.Name was Name (string (maxLength 5)), may be nil, may be absent and is "
        "Name (string (maxLength 4)), may be nil, may be absent"
    )
    assert lines[-2] == "bundle: 3 files, 3 operations"


def authority(folder: Path) -> trustme.CA:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(folder / "root.pem")
    mine = ca.issue_cert("facade@example.com")
    mine.private_key_and_cert_chain_pem.write_to_path(folder / "mine.pem")
    return ca


def test_fetch_trusts_whom_the_settings_trust(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca = authority(place)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    document = (SHOP / "shop.wsdl").read_bytes()
    for path in ("basics.xsd", "names.xsd"):
        document = document.replace(path.encode(), b"x/" + path.encode())
    documents = {"/shop?wsdl": (200, document)}
    for path in ("basics.xsd", "names.xsd"):
        documents[f"/x/{path}"] = (200, (SHOP / path).read_bytes())

    with Shelf(documents, tls=context) as shelf:
        refused = CliRunner().invoke(cli, ["wsdl", "fetch", f"{shelf.url}/shop?wsdl", "bundle"])
        assert isinstance(refused.exception, LegacyError)
        assert shelf.asked == []
        monkeypatch.setenv("FACADE_SOAP_CA", "root.pem")
        lines = said("fetch", f"{shelf.url}/shop?wsdl", "bundle")

    assert lines[0] == "bundle: 3 files, 3 operations"


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", True), ("crm.invalid", False)])
def test_our_certificate_is_shown_to_the_crms_own_host_only(
    place: Path, monkeypatch: pytest.MonkeyPatch, host: str, shown: bool
) -> None:
    """L3"""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca = authority(place)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    ca.configure_trust(context)
    with Shelf({"/shop?wsdl": (404, b"")}, tls=context) as shelf:
        port = shelf.url.rpartition(":")[2]
        monkeypatch.setenv("FACADE_SOAP_URL", f"https://{host}:{port}/crm")
        monkeypatch.setenv("FACADE_SOAP_CA", "root.pem")
        monkeypatch.setenv("FACADE_SOAP_CERTIFICATE", "mine.pem")
        refused = run("fetch", f"{shelf.url}/shop?wsdl", "bundle")

    assert "answered 404" in refused.output
    assert shelf.asked == ["/shop?wsdl"]
    assert shelf.shown == [shown]


def test_show_lists_the_operations_with_their_style_and_elements(place: Path) -> None:
    assert said("show", str(SHOP / "shop.wsdl")) == [
        "Enter(Who, Pass) → Ticket  [document/literal, SOAP 1.1]",
        "Find(Id) → Name?, Amount?, Count?, Open?, Born?, Seen?, Code?, Word?, Tags?, Span?, "
        "Lines?  [document/literal, SOAP 1.1]",
        "Save(Name?, Amount?, Count?, Open?, Born?, Seen?, Code?, Word?, Tags?, Span?, Lines?, Id)"
        " → Version  [document/literal, SOAP 1.1]",
    ]


def test_show_unfolds_one_operation(place: Path) -> None:
    lines = said("show", str(SHOP / "shop.wsdl"), "Find")

    assert lines[1:3] == ["  sends Find", "    Id  string, once"]
    assert lines[3:6] == [
        "  answers FindResponse",
        "    Name  Name (string (maxLength 5)), may be nil, may be absent",
        "    Amount  Amount (decimal (totalDigits 6; fractionDigits 2)), may be absent",
    ]
    assert lines[-4:] == [
        "    Lines  Lines (complex), may be nil, may be absent",
        "      Line  complex, 0 to any number",
        "        Sku  Name (string (maxLength 5)), once",
        "        Qty  decimal, may be absent",
    ]


def test_show_stops_at_the_depth_that_is_asked_for(place: Path) -> None:
    lines = said("show", str(SHOP / "shop.wsdl"), "Find", "--depth", "1")

    assert lines[-1] == "      Line  complex, 0 to any number …"


def test_show_as_json_is_one_object(place: Path) -> None:
    told = json.loads(run("show", str(SHOP / "shop.wsdl"), "Save", "--json").output)

    assert list(told) == ["operations", "uncallable", "notes"]
    save = told["operations"]["Save"]
    assert (save["style"], save["use"], save["soap"]) == ("document", "literal", "1.1")
    assert save["input"]["element"] == "{urn:shop}Save"
    assert save["input"]["elements"][0] == {
        "name": "Name",
        "type": "{urn:shop:basics}Name",
        "kind": "string",
        "nillable": True,
        "least": 0,
        "most": 1,
        "facets": {"maxLength": "5"},
    }
    line = save["input"]["elements"][10]["elements"][0]
    assert (line["name"], line["most"], [each["name"] for each in line["elements"]]) == (
        "Line",
        None,
        ["Sku", "Qty"],
    )


def test_show_takes_the_wsdl_of_the_settings(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said("fetch", str(SHOP / "shop.wsdl"), "bundle")
    monkeypatch.setenv("FACADE_SOAP_WSDL", "bundle")

    assert len(said("show")) == 3
    assert said("show", "Enter")[0] == "Enter(Who, Pass) → Ticket  [document/literal, SOAP 1.1]"


def test_what_cannot_be_called_is_named_with_the_reason(place: Path) -> None:
    for path in SHOP.iterdir():
        (place / path.name).write_text(path.read_text().replace('base="Text"', 'base="Gone"'))

    lines = said("show", "shop.wsdl")

    assert lines == [
        "Enter(Who, Pass) → Ticket  [document/literal, SOAP 1.1]",
        "Find cannot be called: the complexType {urn:shop:basics}Gone, which it leads to, is "
        "missing from the schemas",
        "Save cannot be called: the complexType {urn:shop:basics}Gone, which it leads to, is "
        "missing from the schemas",
    ]


def test_an_unknown_operation_is_told_with_the_known_ones(place: Path) -> None:
    with pytest.raises(Misconfigured, match="no operation Seek; it has Enter, Find, Save"):
        run("show", str(SHOP / "shop.wsdl"), "Seek")
