"""Writes over a real Atlas: what the journal knows of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select

from facade.ledger import Ledger
from facade.ledger.journal import Operation
from facade.ledger.tables import JOURNAL
from facade.writes import Stale, Writes
from fixtures.atlas import Atlas
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import (
    BusinessFault,
    Conflict,
    Misconfigured,
    Missing,
    NotKept,
    NotSent,
    Unfit,
)


@pytest.fixture
def writes(crm: LegacyCRM, ledger: Ledger) -> Writes:
    return Writes(crm, ledger, seconds=10)


def noted(ledger: Ledger, id: str) -> Operation:
    found = ledger.journal.get(id)
    assert found is not None
    return found


def test_a_create_is_noted_done_and_read_again(writes: Writes, ledger: Ledger) -> None:
    written = writes.create("customer", {"name": "Müller", "custom.tier": "gold"}, "key:1")
    assert written.found is not None
    assert written.found.document["name"] == "Müller"
    operation = noted(ledger, written.operation)
    assert (operation.state, operation.act, operation.actor) == ("done", "create", "key:1")
    assert operation.record_id == written.record_id
    assert operation.body == {"name": "Müller", "custom.tier": "gold"}


def test_the_crm_knows_our_reference_of_a_create(
    writes: Writes, ledger: Ledger, atlas: Atlas
) -> None:
    written = writes.create("customer", {"name": "Referred"}, "key:1")
    db = atlas.connect()
    (reference,) = db.execute(
        "SELECT CLI_REF FROM CLIREF WHERE KEYVAL = ?", (written.record_id,)
    ).fetchone()
    db.close()
    assert reference == noted(ledger, written.operation).reference
    assert reference.startswith("facade-")


def test_an_update_needs_the_etag_of_the_record_as_it_is(writes: Writes, ledger: Ledger) -> None:
    """W5"""
    made = writes.create("customer", {"name": "Before"}, "key:1").found
    assert made is not None
    with pytest.raises(Stale):
        writes.update("customer", made.id, {"name": "After"}, "other", "key:1")
    written = writes.update("customer", made.id, {"name": "After"}, made.etag, "key:1")
    assert written.found is not None
    assert written.found.document["name"] == "After"
    with pytest.raises(Stale):
        writes.update("customer", made.id, {"name": "Again"}, {made.etag}, "key:1")
    assert ledger.journal.unsettled() == ()


def test_a_change_between_our_look_and_the_service_is_stale(
    writes: Writes, ledger: Ledger, crm: LegacyCRM, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W5"""
    made = writes.create("customer", {"name": "Raced"}, "key:1").found
    assert made is not None
    update = crm.update

    def overtaken(*given: object) -> None:
        db = atlas.connect()
        db.execute(
            "UPDATE CUSTMAST SET VER = VER + 1, NAME = 'Theirs' WHERE rtrim(CUST_NO) = ?",
            (made.id,),
        )
        db.close()
        update(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(crm, "update", overtaken)
    with pytest.raises(Stale, match="changed by somebody else"):
        writes.update("customer", made.id, {"name": "Ours"}, made.etag, "key:1")
    assert crm.get("customer", made.id).document["name"] == "Theirs"


def test_a_value_that_another_record_has_is_a_conflict(writes: Writes) -> None:
    writes.create("customer", {"name": "First", "tax_id": "T-77"}, "key:1")
    second = writes.create("customer", {"name": "Second"}, "key:1").found
    assert second is not None
    with pytest.raises(Conflict):
        writes.update("customer", second.id, {"tax_id": "T-77"}, second.etag, "key:1")


def test_what_the_crm_refuses_is_noted_in_its_words(writes: Writes, ledger: Ledger) -> None:
    """W7"""
    with pytest.raises(BusinessFault) as refused:
        writes.create("contact", {"customer_id": "NOPE", "family_name": "X"}, "key:1")
    assert refused.value.code == "INVALID"
    assert ledger.journal.unsettled() == ()


def test_what_does_not_fit_is_not_sent(writes: Writes, ledger: Ledger, atlas: Atlas) -> None:
    """W8"""
    before = atlas.calls().get("CreateCustomer", 0)
    with pytest.raises(Unfit):
        writes.create("customer", {"name": "x" * 61}, "key:1")
    assert atlas.calls().get("CreateCustomer", 0) == before
    assert ledger.journal.unsettled() == ()


@pytest.mark.parametrize(("fault", "options"), [("reply_lost", {}), ("drop", {"bytes": 40})])
def test_a_create_whose_reply_is_lost_is_found_by_our_reference_and_not_repeated(
    writes: Writes, ledger: Ledger, atlas: Atlas, fault: str, options: dict[str, int]
) -> None:
    """W3"""
    atlas.arm("CreateCustomer", fault, **options)
    before = atlas.calls().get("CreateCustomer", 0)
    written = writes.create("customer", {"name": "Lost and found"}, "key:1")
    assert atlas.fired("CreateCustomer", fault) == 1
    assert atlas.calls()["CreateCustomer"] == before + 1
    assert written.found is not None
    assert written.found.document["name"] == "Lost and found"
    operation = noted(ledger, written.operation)
    assert (operation.state, operation.record_id) == ("done", written.record_id)
    assert operation.result == {"found": "in the database"}


@pytest.mark.parametrize(
    ("changes", "state"), [({"name": "New"}, "refused"), ({"name": "New", "phone": "1"}, "done")]
)
def test_what_the_crm_did_not_keep_is_noted_by_its_fields(
    opened: Callable[..., LegacyCRM],
    ledger: Ledger,
    atlas: Atlas,
    changes: dict[str, str],
    state: str,
) -> None:
    """W6: where something was kept, the write was done in part."""
    call = 'call = "UpdateCustomer"\n'
    writes = Writes(opened((call, f"{call}reread = true\n")), ledger, seconds=10)
    made = writes.create("customer", {"name": "Old", "phone": "1"}, "key:1").found
    assert made is not None
    atlas.arm("UpdateCustomer", "hollow")
    with pytest.raises(NotKept):
        writes.update("customer", made.id, changes, made.etag, "key:1")
    assert atlas.fired("UpdateCustomer", "hollow") == 1
    with ledger.engine.connect() as connection:
        query = select(JOURNAL.c.id).where(JOURNAL.c.act == "update")
        operation = noted(ledger, connection.execute(query).scalar_one())
    assert operation.state == state
    assert operation.result == {"error": "NotKept", "fields": ["name"]}


def test_a_write_that_was_never_sent_is_refused(
    writes: Writes, ledger: Ledger, atlas: Atlas
) -> None:
    atlas.arm("CreateCustomer", "busy", times=5)
    with pytest.raises(NotSent):
        writes.create("customer", {"name": "Busy"}, "key:1")
    assert atlas.fired("CreateCustomer", "busy") >= 1
    assert ledger.journal.unsettled() == ()


def test_an_answer_without_the_new_key_leaves_the_write_unknown(
    writes: Writes, ledger: Ledger, crm: LegacyCRM, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W3"""

    def keyless(*_: object) -> str:
        raise Misconfigured("CreateCustomer answered without CustNo")

    monkeypatch.setattr(crm, "create", keyless)
    with pytest.raises(Misconfigured):
        writes.create("customer", {"name": "Keyless"}, "key:1")
    (operation,) = ledger.journal.unsettled()
    assert (operation.state, operation.result) == ("unknown", {"error": "Misconfigured"})


def test_a_record_that_is_not_there_cannot_be_changed(writes: Writes) -> None:
    with pytest.raises(Missing):
        writes.update("customer", "NOPE", {"name": "A"}, "x", "key:1")


def test_a_status_from_the_tms_comes_to_the_crm(
    writes: Writes, ledger: Ledger, crm: LegacyCRM, atlas: Atlas
) -> None:
    """T6"""
    db = atlas.connect()
    (number,) = db.execute(
        "SELECT rtrim(ORD_NO) FROM ORDHDR WHERE STAT_CD = 'CF' AND CO_CD = '01' AND DEL_FL = 'N'"
    ).fetchone()
    db.close()
    shipment = {
        "status": "delivered",
        "carrier_scac": "ABCD",
        "tracking_number": "1Z",
        "tracking_url": None,
        "delivered_at": dt.datetime(2026, 3, 14, 15, 30, tzinfo=dt.UTC),
        "number": "no place for it",
    }
    written = writes.tell_status(number, shipment, "sink:tms")
    assert written.found is not None
    told = written.found.document
    assert (told["status"], told["carrier_scac"]) == ("delivered", "ABCD")
    assert told["delivered_at"] == "2026-03-14T15:30:00Z"
    operation = noted(ledger, written.operation)
    assert (operation.entity, operation.act, operation.state) == ("shipment", "status", "done")
    assert set(operation.body) == {"status", "carrier_scac", "tracking_number", "delivered_at"}
