"""Contracts of real business systems: each is bundled, loads without the network and lists its
operations with their types.
"""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path

import pytest

from legacy_clients.soap.contract import Contract
from legacy_clients.soap.element import Element
from legacy_clients.soap.outline import outlined
from legacy_clients.soap.pinning import store
from legacy_clients.soap.wsdl import load_contract
from tests.sampled import without

WSDLS = Path(__file__).parents[4] / "shared" / "wsdl"
SECONDS = 20.0  # against a runaway; what it takes is printed

pytestmark = pytest.mark.skipif(
    not WSDLS.is_dir(), reason="no collection of real WSDLs beside the checkout"
)

LARGE = {
    "ews/services.wsdl",
    "netsuite-2019.2/netsuite.wsdl",
    "oracle-crmondemand/Contact.wsdl",
    "r-economic/economic.wsdl",
}
# The file of each, its style, how many operations can be called, and what one of them sends.
REAL = {
    "autotask-atws-1_6/atws-1_6.wsdl": ("document/literal", 14, "query", {"sXML": "string"}),
    "ews/services.wsdl": (
        "document/literal",
        122,
        "GetFolder",
        {"FolderShape": "complex", "FolderIds": "complex"},
    ),
    "fedex/LocationsService_v12.wsdl": ("document/literal", 1, None, {}),
    "fedex/OpenshipService_v20.wsdl": ("document/literal", 23, None, {}),
    "fedex/PickupService_v23.wsdl": ("document/literal", 6, None, {}),
    "fedex/RateService_v31.wsdl": ("document/literal", 1, None, {}),
    "fedex/ShipService_v28.wsdl": ("document/literal", 5, None, {}),
    "fedex/TrackService_v20.wsdl": ("document/literal", 3, None, {}),
    "magento-v2/magento_v2.wsdl": (
        "rpc/encoded",
        150,
        "customerCustomerInfo",
        {"sessionId": "string", "customerId": "int", "attributes": "complex"},
    ),
    "netsuite-2019.2/netsuite.wsdl": (
        "document/literal",
        46,
        "get",
        {"baseRef": "complex"},
    ),
    "oracle-crmondemand/Contact.wsdl": (
        "document/literal",
        5,
        "ContactUpdate",
        {
            "LOVLanguageMode": "string",
            "ViewMode": "string",
            "ListOfContact": "complex",
            "Echo": "string",
        },
    ),
    "oracle-rightnow/RightNow.wsdl": (
        "document/literal",
        19,
        "GetFileData",
        {"RNObject": "complex", "FileID": "complex", "DisableMTOM": "boolean"},
    ),
    "r-economic/economic.wsdl": (
        "document/literal",
        1511,
        "Connect",
        {"agreementNumber": "int", "userName": "string", "password": "string"},
    ),
    "r-jira/jira.wsdl": (
        "rpc/encoded",
        113,
        "addComment",
        {"in0": "string", "in1": "string", "in2": "complex"},
    ),
    "r-marketo/marketo.wsdl": ("document/literal", 23, "getLead", {"leadKey": "complex"}),
    "salesforce-partner-48/partner.wsdl.xml": (
        "document/literal",
        63,
        "login",
        {"username": "string", "password": "string"},
    ),
    "suitecrm-v4_1/soap.wsdl": (
        "rpc/encoded",
        27,
        "set_entry",
        {"session": "string", "module_name": "string", "name_value_list": "complex"},
    ),
    "zuora-78/zuora.a.78.0.wsdl": (
        "document/literal",
        14,
        "login",
        {"username": "string", "password": "string"},
    ),
}


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """No socket connects and no name is resolved; the attempts are listed."""
    tried: list[object] = []

    def refuse(*words: object, **more: object) -> None:
        tried.append(words)
        raise OSError("the network is off")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(OSError, match="the network is off"):
        socket.create_connection(("127.0.0.1", 9))
    tried.clear()
    return tried


def test_every_wsdl_of_the_collection_is_tried() -> None:
    found = {
        str(path.relative_to(WSDLS))
        for path in WSDLS.rglob("*")
        if path.suffix == ".wsdl" or path.name.endswith(".wsdl.xml")
    }

    assert found == set(REAL)


@pytest.mark.parametrize("name", without(LARGE, REAL))
def test_a_real_wsdl_is_bundled_loads_offline_and_lists_its_operations_with_types(
    name: str,
    tmp_path: Path,
    offline: list[object],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """L3, L4"""
    style, operations, one, sends = REAL[name]

    stored = store(str(WSDLS / name), tmp_path / "bundle")
    began = time.monotonic()
    contract = load_contract(tmp_path / "bundle")
    seconds = time.monotonic() - began

    assert offline == []
    assert seconds < SECONDS
    assert {f"{each.style}/{each.use}" for each in contract.operations.values()} == {style}
    assert len(contract.operations) == operations
    assert contract.uncallable == {}
    if one is not None:
        children = contract.input(one).children
        assert {child: each.kind.name for child, each in children.items()} == sends
    types = typed(contract)
    assert types > 2
    assert outlined(contract) == outlined(stored.contract)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{name:<42} {style:<17} {stored.files:>3} files {operations:>5} operations "
            f"{types:>6} types {seconds:6.2f} s"
        )


def typed(contract: Contract) -> int:
    """How many named types the messages of a contract reach; every element on the way has one."""
    seen: set[str] = set()
    waiting: list[Element] = []
    for each in contract.operations.values():
        for message in (each.input, each.output):
            if message is not None:
                waiting += [message.element, *message.headers.values()]
    while waiting:
        element = waiting.pop()
        assert element.kind.name
        if element.type_name is not None:
            if element.type_name in seen:
                continue
            seen.add(element.type_name)
            waiting += [
                element.as_type(name) for name in contract.schemas.subtypes(element.type_name)
            ]
        waiting += element.children.values()
    return len(seen)
