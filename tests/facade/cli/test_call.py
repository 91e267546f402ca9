"""`facade call`: an operation of the CRM's services from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.atlas import Atlas
from tests.facade.cli.conftest import Command, here


class Caller(Command):
    """The command with the settings of Atlas's services."""

    @property
    def environ(self) -> dict[str, str]:
        return super().environ | {
            "FACADE_SOAP_WSDL": str(self.atlas.wsdl_path),
            "FACADE_SOAP_URL": self.atlas.soap_url,
            "FACADE_SOAP_USER": self.atlas.user,
            "FACADE_SOAP_PASSWORD": self.atlas.password,
        }


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    folder = tmp_path_factory.mktemp("call")
    with Atlas.start(folder, scale=0.02) as atlas:
        yield Caller(atlas, folder / "var")


def test_an_answer_is_json_by_the_types_of_the_contract(caller: Caller) -> None:
    status, out, err = caller.run("call", "GetCustomer", "--json", '{"CustNo": "C000001"}')
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert told["CustNo"] == "C000001"
    assert type(told["Version"]) is int
    assert told["Deleted"] is False
    assert isinstance(told["Customer"]["CreditLimit"], str)


def test_without_an_operation_they_are_listed(caller: Caller) -> None:
    status, out, _ = caller.run("call")
    assert status == 0
    assert "GetCustomer(CustNo) → CustNo, Version, Deleted, Customer" in out


def test_an_unknown_operation_is_answered_with_the_known_ones(caller: Caller) -> None:
    status, _, err = caller.run("call", "GetCustomers")
    assert status == 2
    assert "no operation GetCustomers; it has" in err


def test_a_missing_argument_is_answered_with_the_elements(caller: Caller) -> None:
    before = caller.atlas.calls().get("GetCustomer", 0)
    status, _, err = caller.run("call", "GetCustomer")
    assert status == 2
    assert "CustNo: the service asks for it, and it is absent" in err
    assert "GetCustomer takes:\n  CustNo  " in err
    assert caller.atlas.calls().get("GetCustomer", 0) == before


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("{", "--json is no JSON"),
        ("[]", "--json must be an object"),
        ("@/nowhere/at.all", "/nowhere/at.all cannot be read"),
    ],
)
def test_arguments_that_are_none_are_told(caller: Caller, given: str, told: str) -> None:
    status, _, err = caller.run("call", "GetCustomer", "--json", given)
    assert status == 2
    assert told in err


def test_arguments_come_from_a_file_or_from_standard_input(caller: Caller, tmp_path: Path) -> None:
    file = tmp_path / "asked.json"
    file.write_text('{"CustNo": "C000002"}', encoding="utf-8")
    _, out, _ = caller.run("call", "GetCustomer", "--json", f"@{file}")
    assert json.loads(out)["CustNo"] == "C000002"
    _, out, _ = caller.run("call", "GetCustomer", "--json", "-", fed=file.read_text())
    assert json.loads(out)["CustNo"] == "C000002"


def test_what_may_write_is_asked_about_first(caller: Caller) -> None:
    asked = '{"ClientRef": "by hand", "Customer": {"Name": "By Hand Ltd", "Status": "A"}}'
    before = caller.atlas.calls().get("CreateCustomer", 0)
    status, _, _ = caller.run("call", "CreateCustomer", "--json", asked, fed="n\n")
    assert status != 0
    assert caller.atlas.calls().get("CreateCustomer", 0) == before
    status, out, _ = caller.run("call", "CreateCustomer", "--yes", "--json", asked)
    assert status == 0
    assert json.loads(out)["CustNo"].startswith("C")


def test_a_no_of_the_crm_is_told_in_its_words(caller: Caller) -> None:
    status, _, err = caller.run("call", "GetCustomer", "--json", '{"CustNo": "C999999"}')
    assert status == 6
    assert "NOT_FOUND" in err
    assert caller.atlas.password not in err


def test_the_request_is_shown_without_its_sign_in(caller: Caller) -> None:
    words = ("--show-request", "--json", '{"CustNo": "C000001"}')
    status, out, err = caller.run("call", "GetCustomer", *words)
    assert status == 0
    assert ">C000001</" in err
    assert "Session" not in err
    assert json.loads(out)["CustNo"] == "C000001"


def test_an_argument_that_is_not_declared_is_answered_with_those_that_are(caller: Caller) -> None:
    status, _, err = caller.run("call", "GetCustomer", "--json", '{"CustNum": "C000001"}')
    assert status == 2
    assert "GetCustomer has no element CustNum; it has CustNo" in err
    assert "GetCustomer takes:\n  CustNo  " in err


def test_a_request_is_shown_where_the_service_is_down(caller: Caller) -> None:
    environ = caller.environ | {"FACADE_SOAP_URL": "http://127.0.0.1:9/atlas"}
    words = ("call", "GetCustomer", "--show-request", "--json", '{"CustNo": "C000001"}')
    status, _, err = here(environ, *words)
    assert status == 6
    assert ">C000001</" in err
    assert "no connection to the SOAP service" in err
