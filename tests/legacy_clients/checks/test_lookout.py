"""Looking out for the CRM beside the requests."""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.atlas import Atlas
from legacy_clients import Access, LegacyCRM, open_crm
from legacy_clients.checks.drift import recall
from legacy_clients.checks.lookout import MAY_WRITE, Lookout
from tests.changed_atlas import access_of
from tests.legacy_clients.checks.conftest import Bent
from tests.processes import settled
from tests.servers import PostgreSQL


@pytest.fixture
def down(read_only_atlas: Atlas) -> LegacyCRM:
    """Atlas, without its services."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return open_crm("atlas", replace(access_of(read_only_atlas), url=f"http://127.0.0.1:{port}/x"))


def test_services_that_can_be_reached_lack_nothing(atlas_crm: LegacyCRM) -> None:
    lookout = Lookout(atlas_crm)
    assert lookout.services() == ""
    lookout.close()


def test_services_that_cannot_be_reached_are_told(down: LegacyCRM) -> None:
    _ = down.service
    lookout = Lookout(down)
    assert settled(lambda: lookout.services() == "Unreachable")
    lookout.close()
    down.close()


def test_services_that_do_not_answer_keep_nobody_waiting(read_only_atlas: Atlas) -> None:
    """L4, L7: nothing waits for the CRM, also where the network swallows all that is sent."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        address = deaf.getsockname()
        # Its queue is full: whoever connects waits.
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        url = f"http://127.0.0.1:{address[1]}/x"
        crm = open_crm("atlas", replace(access_of(read_only_atlas), url=url))
        _ = crm.service
        lookout = Lookout(crm)
        began = time.monotonic()
        told = [lookout.services() for _ in range(3)]
        assert time.monotonic() - began < 1.5
        assert told == ["", "", ""]
        lookout.close()
        assert lookout.services() == "Unreachable"
        for each in waiting:
            each.close()
        crm.close()


def test_the_answer_is_some_seconds_old_at_most(down: LegacyCRM) -> None:
    now = [0.0]
    lookout = Lookout(down, clock=lambda: now[0])
    assert lookout.services() == "Unreachable"
    looked = lookout._looking
    now[0] = 4.0
    lookout.services()
    assert lookout._looking is looked
    now[0] = 6.0
    lookout.services()
    assert lookout._looking is not looked
    lookout.close()
    down.close()


def test_a_crm_that_is_only_read_needs_no_services(read_only_atlas: Atlas) -> None:
    access = access_of(read_only_atlas)
    crm = open_crm("atlas", Access(odbc=access.odbc))
    lookout = Lookout(crm)
    assert not lookout.needed
    assert lookout.services() == ""
    crm.close()


def test_what_changed_since_the_last_check_is_told_until_somebody_checks(
    atlas_crm: LegacyCRM, bent: Bent, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """L4: before the first failing call, with the REST fields."""
    file = tmp_path / "seen.json"
    Lookout(atlas_crm, file).look()
    before = recall(file)
    assert before is not None
    now = bent.database("ALTER TABLE CUSTMAST RENAME COLUMN CR_LMT TO CREDIT_LMT")
    for _ in range(2):
        caplog.clear()
        lookout = Lookout(now, file)
        with caplog.at_level(logging.WARNING):
            lookout.begin()
            lookout.close()
        assert lookout.touched == ("customer.credit_limit",)
        assert [record.getMessage() for record in caplog.records] == [
            "changed: CUSTMAST: The column CR_LMT is gone. It touches customer.credit_limit."
        ]
    assert recall(file) == before


def test_nothing_is_learnt_from_a_crm_that_is_down(tmp_path: Path) -> None:
    nowhere = Access(odbc=f"DRIVER={{SQLite3}};Database={tmp_path}/none.sqlite")
    crm = open_crm("atlas", nowhere)
    lookout = Lookout(crm, tmp_path / "seen.json")
    lookout.look()
    assert lookout.touched == ()
    assert not (tmp_path / "seen.json").exists()
    crm.close()


def test_an_account_that_may_write_is_told(
    postgresql: PostgreSQL, caplog: pytest.LogCaptureFixture
) -> None:
    """L10"""
    crm = open_crm("atlas", Access(odbc=postgresql.odbc))
    with caplog.at_level(logging.WARNING):
        Lookout(crm).look()
    assert MAY_WRITE in [record.getMessage() for record in caplog.records]
    crm.close()
