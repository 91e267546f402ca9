"""What became of a write of which no answer came, over a real Atlas that loses answers, is late, or
never was asked.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facade.ledger import Ledger
from facade.ledger.journal import Operation
from facade.writes import OutcomeUnknown, Settled, Writes
from facade.writes.inquiries import Inquiries
from fixtures.atlas import Atlas
from legacy_clients.crm import LegacyCRM
from legacy_clients.deadline import Deadline
from tests.changed_atlas import access_of

ROOT = Path(__file__).parents[3]
Opened = Callable[..., LegacyCRM]
LOOK_UP = (
    'look_up = { table = "CLIREF", column = "CLI_REF", key = ["KEYVAL"],'
    ' where = { ENT = "Customer" } }'
)
BY_NAME = 'look_up = { fields = ["name"] }'


def later() -> dt.datetime:
    """When nobody waits for an answer any more."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)


def noted(ledger: Ledger, id: str) -> Operation:
    found = ledger.journal.get(id)
    assert found is not None
    return found


def customers(atlas: Atlas, name: str) -> list[str]:
    with contextlib.closing(atlas.connect()) as db:
        rows = db.execute("SELECT rtrim(CUST_NO) FROM CUSTMAST WHERE NAME = ?", (name,))
        return [number for (number,) in rows]


def intended(ledger: Ledger, body: dict[str, Any], reference: str | None = None) -> str:
    """A create of a customer that was meant, by a process that has ended since."""
    return ledger.journal.intend("key:1", "customer", "create", None, body, reference)


def order_in(atlas: Atlas, state: str) -> str:
    with contextlib.closing(atlas.connect()) as db:
        (number,) = db.execute(
            "SELECT rtrim(ORD_NO) FROM ORDHDR WHERE STAT_CD = ? AND CO_CD = '01' AND DEL_FL = 'N'"
            " ORDER BY ORD_NO DESC",
            (state,),
        ).fetchone()
        return str(number)


def test_a_create_that_is_carried_out_late_is_found_while_there_is_time(
    crm: LegacyCRM, ledger: Ledger, atlas: Atlas
) -> None:
    """W3"""
    atlas.arm("CreateCustomer", "late", seconds=0.6)
    written = Writes(crm, ledger, seconds=10).create("customer", {"name": "A bit late"}, "key:1")
    assert atlas.fired("CreateCustomer", "late") == 1
    assert customers(atlas, "A bit late") == [written.record_id]
    assert noted(ledger, written.operation).state == "done"


def test_a_create_that_is_carried_out_later_is_unknown_until_it_shows(
    crm: LegacyCRM, ledger: Ledger, atlas: Atlas
) -> None:
    """W3: and it is never sent again."""
    atlas.arm("CreateCustomer", "late", seconds=2.0)
    before = atlas.calls().get("CreateCustomer", 0)
    writes = Writes(crm, ledger, seconds=1.0)
    with pytest.raises(OutcomeUnknown) as unknown:
        writes.create("customer", {"name": "Very late"}, "key:1")
    assert atlas.fired("CreateCustomer", "late") == 1
    id = unknown.value.operation
    assert writes.look(noted(ledger, id)).state == "unknown"
    assert customers(atlas, "Very late") == []
    for _ in range(50):
        if customers(atlas, "Very late"):
            break
        time.sleep(0.1)
    found = writes.look(noted(ledger, id))
    assert (found.state, [found.record_id]) == ("done", customers(atlas, "Very late"))
    assert atlas.calls()["CreateCustomer"] == before + 1


def test_a_location_is_found_by_the_parts_of_its_key(
    crm: LegacyCRM, ledger: Ledger, atlas: Atlas
) -> None:
    """W3"""
    atlas.arm("CreateLocation", "reply_lost")
    written = Writes(crm, ledger, seconds=10).create("location", {"name": "Dock 9"}, "key:1")
    assert atlas.fired("CreateLocation", "reply_lost") == 1
    assert written.record_id.startswith("CHI.")
    assert written.found is not None
    assert written.found.document["name"] == "Dock 9"


def test_a_create_that_the_mapping_cannot_look_up_stays_unknown(
    opened: Opened, ledger: Ledger, atlas: Atlas
) -> None:
    """W3: a person decides."""
    atlas.arm("CreateCustomer", "reply_lost")
    writes = Writes(opened((LOOK_UP, "")), ledger, seconds=10)
    with pytest.raises(OutcomeUnknown) as unknown:
        writes.create("customer", {"name": "No trace"}, "key:1")
    assert atlas.fired("CreateCustomer", "reply_lost") == 1
    assert writes.look(noted(ledger, unknown.value.operation)).state == "unknown"
    assert len(customers(atlas, "No trace")) == 1
    assert [one.id for one in ledger.journal.unsettled()] == [unknown.value.operation]


def test_a_create_is_found_by_its_natural_key_and_the_time(
    opened: Opened, ledger: Ledger, atlas: Atlas
) -> None:
    """W3: an older record of the same name is another one."""
    writes = Writes(opened((LOOK_UP, BY_NAME)), ledger, seconds=10)
    old = writes.create("customer", {"name": "Same name"}, "key:1")
    time.sleep(1.1)  # its stamp counts whole seconds
    atlas.arm("CreateCustomer", "reply_lost")
    new = writes.create("customer", {"name": "Same name"}, "key:1")
    assert atlas.fired("CreateCustomer", "reply_lost") == 1
    assert new.record_id != old.record_id
    assert customers(atlas, "Same name") == [old.record_id, new.record_id]


def test_two_records_with_the_natural_key_are_no_answer(
    opened: Opened, ledger: Ledger, atlas: Atlas
) -> None:
    """W3"""
    crm = opened((LOOK_UP, BY_NAME))
    body = {"name": "Twice"}
    id = intended(ledger, body)
    crm.create("customer", body, "one", Deadline.after(10))
    crm.create("customer", body, "other", Deadline.after(10))
    assert len(customers(atlas, "Twice")) == 2
    assert Inquiries(crm, ledger, later).look(noted(ledger, id)).state == "unknown"


def test_a_record_that_another_create_made_is_not_ours(
    opened: Opened, ledger: Ledger, atlas: Atlas
) -> None:
    """W3"""
    crm = opened((LOOK_UP, BY_NAME))
    never_sent = intended(ledger, {"name": "Claimed"})
    made = Writes(crm, ledger, seconds=10).create("customer", {"name": "Claimed"}, "key:2")
    assert customers(atlas, "Claimed") == [made.record_id]
    assert Inquiries(crm, ledger, later).look(noted(ledger, never_sent)).state == "unknown"


def test_a_record_that_two_open_creates_may_have_made_is_nobodys(
    opened: Opened, ledger: Ledger, atlas: Atlas
) -> None:
    """W3"""
    crm = opened((LOOK_UP, BY_NAME))
    one, other = intended(ledger, {"name": "Rivals"}), intended(ledger, {"name": "Rivals"})
    crm.create("customer", {"name": "Rivals"}, "r", Deadline.after(10))
    inquiries = Inquiries(crm, ledger, later)
    assert inquiries.settle_open() == Settled(done=0, unknown=2)
    assert {noted(ledger, id).state for id in (one, other)} == {"unknown"}


def test_an_update_whose_reply_is_lost_is_done_where_the_database_has_it(
    crm: LegacyCRM, ledger: Ledger, atlas: Atlas
) -> None:
    """W3"""
    writes = Writes(crm, ledger, seconds=10)
    made = writes.create("customer", {"name": "Before", "phone": "1"}, "key:1").found
    assert made is not None
    atlas.arm("UpdateCustomer", "reply_lost")
    changes = {"name": "After", "phone": None, "custom.tier": "gold"}
    written = writes.update("customer", made.id, changes, made.etag, "key:1")
    assert atlas.fired("UpdateCustomer", "reply_lost") == 1
    assert written.found is not None
    assert written.found.document["name"] == "After"
    assert noted(ledger, written.operation).state == "done"


def test_an_update_that_was_not_carried_out_stays_unknown(
    crm: LegacyCRM, ledger: Ledger, atlas: Atlas
) -> None:
    """W3"""
    writes = Writes(crm, ledger, seconds=1.0)
    made = writes.create("customer", {"name": "Still"}, "key:1").found
    assert made is not None
    atlas.arm("UpdateCustomer", "html503")
    with pytest.raises(OutcomeUnknown) as unknown:
        writes.update("customer", made.id, {"name": "Moved"}, made.etag, "key:1")
    assert atlas.fired("UpdateCustomer", "html503") == 1
    assert writes.look(noted(ledger, unknown.value.operation)).state == "unknown"
    assert crm.get("customer", made.id).document["name"] == "Still"


def test_an_order_whose_stops_and_lines_are_there_was_updated(
    crm: LegacyCRM, ledger: Ledger, atlas: Atlas
) -> None:
    """W3: children are compared too."""
    seen = crm.get("order", order_in(atlas, "DR"))
    lines = [{"product_id": seen.document["lines"][0]["product_id"], "quantity.value": "7"}]
    id = ledger.journal.intend("key:1", "order", "update", seen.id, {"lines": lines}, None)
    inquiries = Inquiries(crm, ledger, later)
    assert inquiries.look(noted(ledger, id)).state == "unknown"
    with contextlib.closing(atlas.connect()) as db:
        db.execute("DELETE FROM ORDLIN WHERE rtrim(ORD_NO) = ? AND LIN_NO > 1", (seen.id,))
        db.execute("UPDATE ORDLIN SET QTY = '7.0' WHERE rtrim(ORD_NO) = ?", (seen.id,))
    assert inquiries.look(noted(ledger, id)).state == "done"


def test_a_cancel_whose_reply_is_lost_is_done_where_the_order_is_cancelled(
    crm: LegacyCRM, ledger: Ledger, atlas: Atlas
) -> None:
    """W3: the mapping says what a cancel makes."""
    seen = crm.get("order", order_in(atlas, "OP"))
    atlas.arm("CancelOrder", "reply_lost")
    written = Writes(crm, ledger, seconds=10).cancel("order", seen.id, seen.etag, "key:1")
    assert atlas.fired("CancelOrder", "reply_lost") == 1
    assert written.found is not None
    assert written.found.document["status"] == "cancelled"
    assert noted(ledger, written.operation).state == "done"


def test_a_status_whose_reply_is_lost_is_done_where_the_database_has_it(
    crm: LegacyCRM, ledger: Ledger, atlas: Atlas
) -> None:
    """W3"""
    number = order_in(atlas, "CF")
    atlas.arm("SetShipmentStatus", "reply_lost")
    moment = dt.datetime(2026, 3, 14, 15, 30, tzinfo=dt.UTC)
    shipment = {"status": "delivered", "delivered_at": moment}
    written = Writes(crm, ledger, seconds=10).tell_status(number, shipment, "sink:tms")
    assert atlas.fired("SetShipmentStatus", "reply_lost") == 1
    assert noted(ledger, written.operation).state == "done"


def test_after_a_crash_open_intents_are_settled(
    crm: LegacyCRM, ledger: Ledger, atlas: Atlas
) -> None:
    """W4: the process ended behind the call, or before it."""
    body = {"name": "Crashed", "credit_limit": "12.50", "custom.first_order_on": "2024-02-29"}
    sent, unsent = intended(ledger, body, "facade-sent"), intended(ledger, body, "facade-unsent")
    id = crm.create("customer", {"name": "Crashed"}, "facade-sent", Deadline.after(10))
    assert Inquiries(crm, ledger).settle_open() == Settled(0, 0)  # somebody may be at work
    assert noted(ledger, sent).state == "intended"
    assert Inquiries(crm, ledger, later).settle_open() == Settled(done=1, unknown=1)
    assert (noted(ledger, sent).state, noted(ledger, sent).record_id) == ("done", id)
    assert noted(ledger, unsent).state == "unknown"
    assert noted(ledger, unsent).result == {"error": "Interrupted"}


WRITER = """
import sys
from facade.ledger import open_ledger
from facade.writes import Writes
from legacy_clients import open_crm
from legacy_clients.crm import Access

url, odbc, wsdl, soap, user, password = sys.argv[1:]
crm = open_crm("atlas", Access(odbc=odbc, wsdl=wsdl, url=soap, user=user, password=password))
with open_ledger(url) as ledger:
    Writes(crm, ledger, seconds=20).create("customer", {"name": "Killed"}, "key:1")
"""


def test_a_writer_that_is_killed_in_its_call_leaves_one_record_and_no_doubt(
    crm: LegacyCRM, ledger: Ledger, atlas: Atlas, tmp_path: Path
) -> None:
    """W4: kill -9, and a start after it."""
    atlas.arm("CreateCustomer", "delay", seconds=1.0)
    access = access_of(atlas)
    places = (access.odbc, access.wsdl, access.url, access.user, access.password)
    command = [sys.executable, "-c", WRITER, f"sqlite:///{tmp_path / 'ledger.sqlite'}"]
    writer = subprocess.Popen([*command, *map(str, places)], cwd=ROOT, start_new_session=True)
    try:
        for _ in range(200):
            if atlas.fired("CreateCustomer", "delay"):
                break
            time.sleep(0.1)
        assert customers(atlas, "Killed") == []
    finally:
        os.killpg(writer.pid, signal.SIGKILL)
        assert writer.wait(10) == -signal.SIGKILL
    (left,) = ledger.journal.unsettled()
    assert left.state == "intended"
    for _ in range(50):
        if customers(atlas, "Killed"):
            break
        time.sleep(0.1)
    assert Inquiries(crm, ledger, later).settle_open() == Settled(done=1, unknown=0)
    assert [noted(ledger, left.id).record_id] == customers(atlas, "Killed")
    assert ledger.journal.unsettled() == ()


def test_open_intents_wait_while_the_database_is_down(
    opened: Opened, ledger: Ledger, atlas: Atlas
) -> None:
    """L4: nothing is settled, and nothing raised."""
    crm = opened((LOOK_UP, 'look_up = { column = "NO_SUCH" }'))
    id = intended(ledger, {"name": "Waits"}, "facade-waits")
    assert Inquiries(crm, ledger, later).settle_open() == Settled(done=0, unknown=1)
    assert noted(ledger, id).state == "unknown"


def test_what_is_settled_is_not_looked_for(crm: LegacyCRM, ledger: Ledger) -> None:
    id = intended(ledger, {"name": "Told"}, "facade-told")
    ledger.journal.settle(id, "refused", {"error": "Conflict"})
    assert Inquiries(crm, ledger, later).look(noted(ledger, id)).state == "refused"
    assert Inquiries(crm, ledger, later).settle_open() == Settled(0, 0)
