"""Only the records that tonight's rows may have changed are translated: with the same result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from facade.snapshots import layers
from facade.sync import extract
from facade.sync import night as night_module
from tests.facade.sync.nights import Nights, changed, inodes

OLD, NEW = "20250601120000", "20250701120000"


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often each entity was translated in part."""
    found: dict[str, int] = {}

    def translate(con: Any, mapping: Any, *rest: Any, **named: Any) -> Any:
        done = real(con, mapping, *rest, **named)
        if done is not None and done.part:
            found[mapping.entity.name] = found.get(mapping.entity.name, 0) + 1
        return done

    real = night_module.translate
    monkeypatch.setattr(night_module, "translate", translate)
    return found


def stir(nights: Nights, number: int) -> None:
    """Changes of every kind, a few rows each."""
    for table in ("CUSTMAST", "CONTACT", "ORDHDR", "ACTIV", "PRODMAST"):
        nights.sql(
            f"UPDATE {table} SET UPD_STMP = ? WHERE rowid = ?", f"2025060112000{number}", number
        )
    nights.sql("UPDATE CUSTMAST SET NAME = ? WHERE rowid = ?", f"Name {number}", number)
    nights.sql("UPDATE PRODMAST SET DESCR = ? WHERE rowid = ?", f"Descr {number}", number)
    nights.sql("UPDATE ORDLIN SET QTY = '3' WHERE rowid = ?", 10 * number)
    nights.sql("DELETE FROM ORDLIN WHERE rowid = ?", 10 * number + 5)
    nights.sql("DELETE FROM ACTIV WHERE rowid = ?", 20 + number)
    nights.sql(
        "INSERT INTO ACTIV (ACT_NO, CO_CD, KIND_CD, SUBJ, DEL_FL, VER, CRT_STMP, UPD_STMP)"
        " VALUES (?, '01', 'C', 'New', 'N', 1, ?, ?)",
        f"NEW{number}      ",
        OLD,
        OLD,
    )


@pytest.mark.long
def test_nights_of_affected_records_give_what_nights_of_all_records_give(
    fresh: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: dict[str, int]
) -> None:
    """N8"""
    assert fresh.atlas is not None
    with Nights.of_atlas(fresh.atlas, tmp_path / "whole") as whole:
        for number in range(1, 5):
            with monkeypatch.context() as other:
                other.setattr(night_module, "find_affected", lambda *_: None)
                before = dict(parts)
                told = whole.run()
                assert parts == before
            assert changed(fresh.run()) == changed(told)
            assert fresh.state() == whole.state()
            assert fresh.refused() == whole.refused()
            assert fresh.verified() == []
            for relation in ("order", "order.lines", "activity"):
                columns = "*" if relation == "order.lines" else "op, id, hash"
                assert fresh.changes(relation, columns) == whole.changes(relation, columns)
            stir(fresh, number)
    assert parts["order"] == parts["activity"] == 3


def test_what_did_not_change_is_a_link(nights: Nights, parts: dict[str, int]) -> None:
    """N9: one changed order adds a layer to each relation that it is in, and rewrites none."""
    before = inodes(nights.folder.path)
    key = nights.key("ORDHDR", "ORD_NO", "CO_CD = '01' AND trim(SHP_STAT) = ''")
    nights.sql("UPDATE ORDHDR SET NOTES = 'x', UPD_STMP = ? WHERE ORD_NO = ?", NEW, key)
    assert changed(nights.run()) == {"order": (0, 1, 0)}
    assert parts["order"] == 1
    after = inodes(nights.folder.path)
    written = {
        name
        for name, inode in after.items()
        if before.get(name) != inode and name.startswith(("current", "snapshot"))
    }
    places = (
        "current/ORDHDR",
        "snapshot/order",
        "snapshot/order.lines",
        "snapshot/order.references",
        "snapshot/order.stops",
    )
    layer = (layers.GONE, layers.ADDED)
    assert written == {f"{place}/{name}" for place in places for name in layer}
    assert nights.verified() == []


@pytest.mark.long
def test_a_key_that_comes_twice_has_all_records_seen(nights: Nights, parts: dict[str, int]) -> None:
    """F1: the two cannot be told apart, and neither is a record, until one of them goes."""
    nights.sql("CREATE TABLE KEPT AS SELECT * FROM ACTIV WHERE rowid = 7")
    nights.sql("UPDATE KEPT SET ACT_NO = ACT_NO || ' '")
    nights.sql("INSERT INTO ACTIV SELECT * FROM KEPT")
    told = nights.run()
    assert (changed(told), parts.get("activity")) == ({"activity": (0, 0, 1)}, None)
    nights.sql("DELETE FROM ACTIV WHERE rowid = (SELECT max(rowid) FROM ACTIV)")
    assert (changed(nights.run()), parts.get("activity")) == ({"activity": (1, 0, 0)}, None)
    assert nights.verified() == []


@pytest.mark.long
def test_a_table_that_is_emptied_is_empty_and_fills_again(nights: Nights) -> None:
    rows = len(nights.snapshot("opportunity", "id"))
    nights.sql("CREATE TABLE KEPT AS SELECT * FROM OPPTY")
    nights.sql("DELETE FROM OPPTY")
    assert changed(nights.run(accepted=["deletes"])) == {"opportunity": (0, 0, rows)}
    assert nights.snapshot("opportunity", "id") == []
    assert changed(nights.run()) == {}
    nights.sql("INSERT INTO OPPTY SELECT * FROM KEPT")
    assert changed(nights.run()) == {"opportunity": (rows, 0, 0)}
    assert nights.verified() == []


@pytest.mark.long
def test_a_table_compared_by_content_that_is_emptied_is_empty(nights: Nights) -> None:
    nights.sql("DELETE FROM ORDLIN")
    nights.run(accepted=["deletes", "updates"])
    assert nights.snapshot("order.lines", "order_id") == []
    assert nights.verified() == []


@pytest.mark.long
def test_from_a_share_of_changed_rows_on_the_whole_table_is_read(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading by key costs more then; the result is the same."""
    monkeypatch.setattr(extract, "CHUNK", 5)
    nights.sql("UPDATE CONTACT SET UPD_STMP = ? WHERE rowid % 3 = 0", NEW)
    nights.sql("DELETE FROM CONTACT WHERE rowid = 4")
    touched = nights.ask("SELECT count(*) FROM CONTACT WHERE CO_CD = '01' AND UPD_STMP = ?", NEW)
    told = nights.run()
    assert told["entities"]["contact"]["read"] == nights.ask(
        "SELECT count(*) FROM CONTACT WHERE CO_CD = '01'"
    )
    assert changed(told) == {"contact": (0, touched, 1)}
    assert nights.verified() == []


@pytest.mark.long
def test_keys_are_read_in_chunks(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "CHUNK", 3)
    monkeypatch.setattr(extract, "WHOLE", 1.0)
    nights.sql("UPDATE LOCATN SET UPD_STMP = ? WHERE CO_CD = '01' AND rowid <= 12", NEW)
    touched = nights.ask("SELECT count(*) FROM LOCATN WHERE UPD_STMP = ?", NEW)
    told = nights.run()
    assert (told["entities"]["location"]["read"], touched > 6) == (touched, True)
    assert changed(told) == {"location": (0, touched, 0)}
