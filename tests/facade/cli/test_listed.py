"""The `facade` command over a CRM that has lists, and no database that we may read."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.facade.cli.conftest import here
from tests.legacy_clients.listed.roster import OFFSET, WSDL, Roster, written
from tests.legacy_clients.soap.auth.keeper import Keeper


def facade(var: Path, *words: str, **settings: str) -> tuple[int, str, str]:
    """Exit status, output, and what it said of errors."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("FACADE_")}
    return here(own | {"FACADE_VAR": str(var), **settings}, *words)


def test_a_night_over_lists_needs_no_database(tmp_path: Path) -> None:
    roster = Roster()
    roster.add(*"ABCDE")
    crm = str(written(tmp_path / "crm", OFFSET))
    with Keeper(roster) as keeper:
        status, out, err = facade(
            tmp_path / "var",
            "sync",
            "--json",
            FACADE_CRM=crm,
            FACADE_SOAP_WSDL=str(WSDL),
            FACADE_SOAP_URL=keeper.url,
        )
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert told["entities"]["contact"]["inserted"] == 5
    assert told["certificate"] == "agrees"


def test_a_service_that_is_not_set_is_told_by_its_setting(tmp_path: Path) -> None:
    crm = str(written(tmp_path / "crm", OFFSET))
    status, _, err = facade(tmp_path / "var", "sync", FACADE_CRM=crm)
    assert status == 2
    assert "FACADE_SOAP_WSDL" in err
    assert "FACADE_ODBC" not in err
