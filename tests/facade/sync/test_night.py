"""A night as a whole: one at a time, the same again, after a crash, and under a changed mapping."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from facade.ledger.errors import LeaseHeld, LeaseLost
from facade.ledger.journal import Journal
from facade.snapshots import layers
from facade.sync import night as night_module
from facade.sync.errors import NightBusy, NightStopped
from facade.sync.holder import is_dead, this_job
from facade.sync.night import LEASE, Night
from fixtures.atlas import Atlas
from legacy_clients import crm_folder
from legacy_clients.deadline import Deadline
from tests.facade.sync.nights import Nights, changed, inodes, read

OLD = "20250601120000"


def test_a_second_job_is_refused_while_the_first_is_at_work(nights: Nights) -> None:
    """N6"""
    refused: list[str] = []

    def try_another(what: str, done: int, total: int) -> None:
        if not refused:
            with pytest.raises(NightBusy, match="another job is at work") as busy:
                nights.run()
            refused.append(str(busy.value))

    Night(nights.crm, nights.ledger, nights.var, progress=try_another).run()
    assert len(refused) == 1
    assert nights.newest.number == 2


def test_a_job_that_overslept_while_another_took_over_writes_nothing(nights: Nights) -> None:
    """N6"""
    before, sealed = nights.state(), nights.newest
    taken = []

    def oversleep(what: str, done: int, total: int) -> None:
        if what == "translate" and not taken:
            late = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
            taken.append(nights.ledger.leases.take(LEASE, "another", 60, late))

    nights.sql("UPDATE CUSTMAST SET NAME = 'X', UPD_STMP = ? WHERE rowid = 1", OLD)
    with pytest.raises(LeaseLost):
        Night(nights.crm, nights.ledger, nights.var, progress=oversleep).run()
    assert len(taken) == 1
    assert (nights.newest, nights.state()) == (sealed, before)
    assert sorted(path.name for path in (nights.var / "runs").iterdir()) == ["000001"]


@pytest.mark.long
def test_a_night_looks_for_writes_that_nobody_knows_of(nights: Nights) -> None:
    """W3, W4"""
    earlier = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    journal = Journal(nights.ledger.engine, lambda: earlier)
    body = {"name": "From the night before"}
    sent = journal.intend("key:1", "customer", "create", None, body, "facade-night")
    unsent = journal.intend("key:1", "customer", "create", None, body, "facade-none")
    id = nights.crm.create("customer", body, "facade-night", Deadline.after(10))
    nights.run()
    found, open_still = nights.ledger.journal.get(sent), nights.ledger.journal.get(unsent)
    assert found is not None
    assert open_still is not None
    assert (found.state, found.record_id, open_still.state) == ("done", id, "unknown")


def test_a_long_night_renews_its_lease(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """N6: here its half is over at once."""
    monkeypatch.setattr(night_module, "LEASE_SECONDS", 0.0)
    long_ago = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    held_until = []

    def look(what: str, done: int, total: int) -> None:
        with pytest.raises(LeaseHeld) as held:
            nights.ledger.leases.take(LEASE, "rival", 60, long_ago)
        held_until.append(held.value.until)

    Night(nights.crm, nights.ledger, nights.var, progress=look).run()
    assert len(set(held_until)) > 10
    assert held_until == sorted(held_until)


@pytest.mark.parametrize(
    ("holder", "dead"),
    [
        (this_job(), False),
        (this_job().rpartition(":")[0] + ":999999999", True),
        (f"elsewhere.{socket.gethostname()}:1:999999999", False),
        ("somebody", False),
    ],
    ids=["this job", "a job that ended", "a job elsewhere", "no job's name"],
)
def test_only_a_job_of_this_machine_without_a_process_is_dead(holder: str, dead: bool) -> None:
    """N6"""
    assert is_dead(holder) is dead


@pytest.mark.long
def test_what_a_dead_job_left_behind_is_cleared_by_the_next(nights: Nights) -> None:
    """N6: its lease, its run and its folder."""
    now = dt.datetime.now(dt.UTC)
    dead = this_job().rpartition(":")[0] + ":999999999"
    lease = nights.ledger.leases.take(LEASE, dead, 3600, now)
    left = nights.ledger.runs.begin("night", now, lease)
    (nights.var / "runs" / f"{left:06d}" / "raw").mkdir(parents=True)
    told = nights.run()
    assert (left, told["run"]) == (2, 3)
    assert nights.ledger.runs.unsealed() == ()
    assert sorted(path.name for path in (nights.var / "runs").iterdir()) == ["000001", "000003"]


def test_a_live_jobs_lease_is_left_alone(nights: Nights) -> None:
    """N6"""
    parent = f"{this_job().rpartition(':')[0]}:{os.getppid()}"
    nights.ledger.leases.take(LEASE, parent, 3600, dt.datetime.now(dt.UTC))
    with pytest.raises(NightBusy):
        nights.run()


@pytest.mark.long
def test_the_same_night_ten_times_gives_identical_snapshots_and_no_new_data_file(
    nights: Nights,
) -> None:
    """N8, N9: what did not change is a hard link to the first night's file."""
    state = nights.state()
    first = inodes(nights.folder.path)
    for _ in range(10):
        told = nights.run()
        assert changed(told) == {}
        assert nights.state() == state
    again = inodes(nights.folder.path)
    assert nights.newest.number == 11
    assert set(again.values()) <= set(first.values())
    assert {name.partition("/")[0] for name in again} == {"current", "raw", "refused", "snapshot"}
    assert {name: first[name] for name in again if not name.startswith("raw")} == {
        name: inode for name, inode in again.items() if not name.startswith("raw")
    }


@pytest.mark.long
def test_nights_one_after_another_give_what_one_night_over_it_all_gives(
    nights: Nights, tmp_path: Path
) -> None:
    """N8"""
    for number, table in enumerate(("CUSTMAST", "CONTACT", "ORDHDR", "ACTIV")):
        nights.sql(f"UPDATE {table} SET UPD_STMP = ? WHERE rowid < ?", OLD, 4 + number)
        nights.sql("UPDATE ORDLIN SET QTY = ? WHERE rowid = ?", str(number), 10 * number + 1)
        nights.run()
    assert nights.atlas is not None
    with Nights.of_atlas(nights.atlas, tmp_path / "other") as other:
        other.run()
        assert other.state() == nights.state()
        assert other.refused() == nights.refused()


@pytest.mark.long
def test_poison_never_stops_a_night_and_costs_one_value(nights: Nights) -> None:
    """F2, N7: each planted value is refused with its raw text; new ones are told once."""
    assert nights.atlas is not None
    planted = nights.atlas.manifest.poisoned
    refused = nights.refused()
    raws = [str(row[3]).rstrip() for row in refused]
    assert [p for p in planted if not any(p.raw.rstrip() in raw for raw in raws)] == []
    key = nights.key("CUSTMAST", "CUST_NO")
    name, phone = nights.snapshot("customer", "name, phone", f"id = '{key.rstrip()}'")[0]
    nights.sql("UPDATE CUSTMAST SET CR_LMT = 'lots', UPD_STMP = ? WHERE CUST_NO = ?", OLD, key)
    told = nights.run()
    assert (told["new_refusals"], changed(told)) == (1, {"customer": (0, 1, 0)})
    (row,) = nights.snapshot("customer", "name, phone, credit_limit", f"id = '{key.rstrip()}'")
    assert row == (name, phone, None)
    assert [row for row in nights.refused() if row not in refused] == [
        ("customer", key.rstrip(), "credit_limit", "lots", "not a whole number")
    ]
    assert nights.run()["new_refusals"] == 0


def test_a_night_stopped_by_a_guard_leaves_no_folder_and_no_open_run(nights: Nights) -> None:
    nights.sql("DELETE FROM ACTIV")
    with pytest.raises(NightStopped):
        nights.run()
    assert nights.ledger.runs.unsealed() == ()
    assert [path.name for path in (nights.var / "runs").iterdir()] == ["000001"]


@contextlib.contextmanager
def under(nights: Nights, *changes: tuple[str, str]) -> Iterator[Nights]:
    """The same nights under Atlas's mapping with some text changed."""
    folder = nights.var.parent / "changed" / "atlas"
    shutil.copytree(crm_folder("atlas"), folder)
    file = folder / "mapping.toml"
    text = file.read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    file.write_text(text, "utf-8")
    atlas: Atlas | None = nights.atlas
    assert atlas is not None
    with Nights.of_atlas(atlas, nights.var, str(folder)) as other:
        yield other


@pytest.mark.long
def test_a_new_field_appears_for_every_record_without_a_read_and_without_guard_trouble(
    nights: Nights,
) -> None:
    """N10"""
    customers = nights.snapshot("customer", "id")
    new = 'vat = { column = "TAX_ID", type = "text" }\n'
    with under(nights, ("[customer.custom]\n", f"[customer.custom]\n{new}")) as other:
        told = other.run()
        assert changed(told) == {"customer": (0, len(customers), 0)}
        assert told["entities"]["customer"]["read"] == 0
        ((equal,),) = set(other.snapshot("customer", "custom_vat IS NOT DISTINCT FROM tax_id"))
        assert equal is True
        assert other.verified() == []
        assert changed(other.run()) == {}


@pytest.mark.long
def test_a_renamed_field_stands_under_its_new_name_though_no_value_changed(
    nights: Nights,
) -> None:
    """N10"""
    tiers = nights.snapshot("customer", "id, custom_tier")
    with under(nights, ("tier = { column", "grade = { column")) as other:
        other.run()
        assert other.snapshot("customer", "id, custom_grade") == tiers
        assert len(other.changes("customer")) == len(tiers)
        assert other.verified() == []


@pytest.mark.long
def test_a_field_of_another_type_is_translated_anew(nights: Nights) -> None:
    """N10"""
    first = 'first_order_on = { column = "x.FRST_ORD", type = '
    with under(nights, (f'{first}"date", as = "date8"', f'{first}"text"')) as other:
        other.run()
        texts = {type(value) for (value,) in other.snapshot("customer", "custom_first_order_on")}
        assert texts == {str, type(None)}
        assert other.verified() == []


@pytest.mark.long
def test_another_zone_makes_no_record_a_new_one(nights: Nights) -> None:
    """N10: all times of creation are others then, and none of the records is."""
    with under(nights, ('zone = "America/Chicago"', 'zone = "America/Denver"')) as other:
        told = other.run()
        assert [counts for counts in changed(told).values() if counts[0] or counts[2]] == []
        assert set(other.snapshot("activity", "generation")) == {(1,)}
        assert other.verified() == []


@pytest.mark.long
def test_an_entity_left_out_and_taken_in_again_is_whole(nights: Nights) -> None:
    activities = nights.snapshot("activity", "id")
    text = crm_folder("atlas").joinpath("mapping.toml").read_text("utf-8")
    part = text[text.index("#  activity") :]
    with under(nights, (part, "")) as without:
        assert "activity" not in without.run()["entities"]
        assert without.verified() == []
    assert changed(nights.run()) == {"activity": (len(activities), 0, 0)}
    assert nights.snapshot("activity", "id") == activities


@pytest.mark.long
def test_deleted_records_that_a_mapping_learns_to_tell_are_no_guards_business(
    nights: Nights,
) -> None:
    """N10: the last snapshot had no such column."""
    fields = "\n[contact.fields]\n"
    soft, hard = f'deleted = {{ column = "DEL_FL", is = ["Y"] }}\n{fields}', fields
    flag = 'deleted = { column = "DEL_FL", as = "yn" }\n'
    owner = 'customer_id = { column = "CUST_NO", width = 10, required = true, element = "Contact'
    with under(nights, (soft, hard), (flag + owner, owner)) as other:
        other.run()
        assert "deleted" not in other.night().layouts["contact"].names
    nights.run()
    assert len(nights.snapshot("contact", "id", "deleted")) > 0
    assert nights.verified() == []


def test_raw_keeps_what_was_read_in_full_each_night(nights: Nights) -> None:
    key = nights.key("CUSTMAST", "CUST_NO")
    nights.sql("UPDATE CUSTMAST SET NAME = 'Raw', UPD_STMP = ? WHERE CUST_NO = ?", OLD, key)
    nights.run()
    raw = layers.rows(nights.folder.raw("CUSTMAST"))
    assert read(raw, "CUST_NO, NAME, UPD_STMP") == [(key, "Raw", OLD)]


def test_files_of_an_earlier_version_stop_the_night(nights: Nights) -> None:
    path = nights.folder.path / "night.json"
    night = json.loads(path.read_text("utf-8"))
    assert night.pop("format") == 2
    path.write_text(json.dumps(night), "utf-8")
    with pytest.raises(NightStopped, match="run 1 was written by an earlier version"):
        nights.run()
