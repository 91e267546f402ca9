"""Large relations lie in partitions: the same results, and what did not change is a link."""

from __future__ import annotations

from pathlib import Path

import pytest

from facade.snapshots import partitions
from facade.sync import extract
from tests.facade.sync.nights import Nights, changed, inodes, read

OLD, NEW = "20250601120000", "20250701120000"


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than ten rows are many here."""
    monkeypatch.setattr(partitions, "FEW", 10)


@pytest.fixture
def parted(nights: Nights) -> Nights:
    """Nights of which the second changed something of each large table, which parts it."""
    for table in ("CUSTMAST", "CONTACT", "LOCATN", "ORDHDR", "OPPTY", "ACTIV"):
        nights.sql(
            f"UPDATE {table} SET UPD_STMP = ? WHERE rowid ="
            f" (SELECT min(rowid) FROM {table} WHERE CO_CD = '01')",
            OLD,
        )
    nights.run()
    assert len(partitions.buckets(nights.folder.current("LOCATN"))) == 16
    assert len(partitions.buckets(nights.folder.snapshot("location"))) == 16
    return nights


def stir(nights: Nights, number: int) -> None:
    """Changes of every kind, a few rows each."""
    for table in ("CUSTMAST", "CONTACT", "ORDHDR", "ACTIV"):
        nights.sql(
            f"UPDATE {table} SET UPD_STMP = ? WHERE rowid = ?", f"2025060112000{number}", number
        )
    nights.sql("UPDATE ORDLIN SET QTY = '3' WHERE rowid = ?", 10 * number)
    nights.sql("DELETE FROM ACTIV WHERE rowid = ?", 20 + number)
    nights.sql(
        "INSERT INTO ACTIV (ACT_NO, CO_CD, KIND_CD, SUBJ, DEL_FL, VER, CRT_STMP, UPD_STMP)"
        " VALUES (?, '01', 'C', 'New', 'N', 1, ?, ?)",
        f"NEW{number}      ",
        OLD,
        OLD,
    )


@pytest.mark.long
def test_nights_over_partitions_give_what_unpartitioned_ones_give(
    fresh: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N8"""
    assert fresh.atlas is not None
    with Nights.of_atlas(fresh.atlas, tmp_path / "whole") as whole:
        for number in range(1, 4):
            with monkeypatch.context() as other:
                other.setattr(partitions, "FEW", 50_000)
                told = whole.run()
            assert changed(fresh.run()) == changed(told)
            assert fresh.state() == whole.state()
            assert fresh.refused() == whole.refused()
            assert fresh.verified() == []
            for relation in ("order", "order.lines", "activity"):
                columns = "*" if relation == "order.lines" else "op, id, hash"
                assert fresh.changes(relation, columns) == whole.changes(relation, columns)
            stir(fresh, number)
    assert len(partitions.buckets(fresh.folder.snapshot("order"))) == 16
    assert partitions.buckets(fresh.folder.snapshot("user")) == {"all"}


def test_untouched_buckets_are_links(parted: Nights) -> None:
    """N9: one changed order rewrites one bucket of each relation that it is in."""
    before = inodes(parted.folder.path)
    key = parted.key("ORDHDR", "ORD_NO", "CO_CD = '01' AND trim(SHP_STAT) = ''")
    parted.sql("UPDATE ORDHDR SET NOTES = 'x', UPD_STMP = ? WHERE ORD_NO = ?", NEW, key)
    assert changed(parted.run()) == {"order": (0, 1, 0)}
    after = inodes(parted.folder.path)
    rewritten = [
        name.split("/bucket=")[0]
        for name, inode in after.items()
        if before.get(name) != inode and name.startswith(("current", "snapshot"))
    ]
    assert rewritten == [
        "current/ORDHDR",
        "snapshot/order",
        "snapshot/order.lines",
        "snapshot/order.references",
        "snapshot/order.stops",
    ]


@pytest.mark.long
def test_a_bucket_that_loses_its_last_row_is_gone_and_its_neighbours_stand(parted: Nights) -> None:
    """Rows of other buckets are neither lost nor doubled, in the next nights too."""
    table = "LOCATN"
    (bucket,) = sorted(partitions.buckets(parted.folder.current(table)))[:1]
    inside = {row[0] for row in _keys(parted, table, bucket)}
    gone = 0
    for row in inside:
        gone += parted.sql(
            f"DELETE FROM {table} WHERE rtrim(SITE_CD) || '.' || rtrim(LOC_NO) = ?", row
        )
    assert gone == len(inside) > 0
    assert changed(parted.run()) == {"location": (0, 0, gone)}
    assert bucket not in partitions.buckets(parted.folder.current(table))
    assert "all" not in partitions.buckets(parted.folder.current(table))
    parted.sql(
        f"UPDATE {table} SET NAME = 'Next', UPD_STMP = ? WHERE rowid = ?",
        NEW,
        _first(parted, table),
    )
    told = parted.run()
    assert changed(told) == {"location": (0, 1, 0)}
    assert told["certificate"] == "agrees"
    assert parted.verified() == []


def _keys(nights: Nights, table: str, bucket: str) -> list[tuple[str]]:
    files = partitions.files(nights.folder.current(table), {bucket})
    return read(files, "rtrim(SITE_CD) || '.' || rtrim(LOC_NO)")


def _first(nights: Nights, table: str) -> int:
    return int(nights.ask(f"SELECT min(rowid) FROM {table} WHERE CO_CD = '01'"))


@pytest.mark.long
def test_a_partitioned_table_that_is_emptied_is_empty_and_fills_again(parted: Nights) -> None:
    rows = len(parted.snapshot("opportunity", "id"))
    parted.sql("CREATE TABLE KEPT AS SELECT * FROM OPPTY")
    parted.sql("DELETE FROM OPPTY")
    assert changed(parted.run(accepted=["deletes"])) == {"opportunity": (0, 0, rows)}
    assert parted.snapshot("opportunity", "id") == []
    assert changed(parted.run()) == {}
    parted.sql("INSERT INTO OPPTY SELECT * FROM KEPT")
    assert changed(parted.run()) == {"opportunity": (rows, 0, 0)}
    assert parted.verified() == []


@pytest.mark.long
def test_a_partitioned_table_compared_by_content_that_is_emptied_is_empty(parted: Nights) -> None:
    parted.sql("DELETE FROM ORDLIN")
    parted.run(accepted=["deletes", "updates"])
    assert parted.snapshot("order.lines", "order_id") == []
    assert parted.verified() == []


@pytest.mark.long
def test_from_a_share_of_changed_rows_on_the_whole_table_is_read(
    parted: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading by key costs more then; the result is the same."""
    monkeypatch.setattr(extract, "CHUNK", 5)
    parted.sql("UPDATE CONTACT SET UPD_STMP = ? WHERE rowid % 3 = 0", NEW)
    parted.sql("DELETE FROM CONTACT WHERE rowid = 4")
    touched = parted.ask("SELECT count(*) FROM CONTACT WHERE CO_CD = '01' AND UPD_STMP = ?", NEW)
    told = parted.run()
    assert told["entities"]["contact"]["read"] == parted.ask(
        "SELECT count(*) FROM CONTACT WHERE CO_CD = '01'"
    )
    assert changed(told) == {"contact": (0, touched, 1)}
    assert parted.verified() == []


@pytest.mark.long
def test_keys_are_read_in_chunks(parted: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "CHUNK", 3)
    monkeypatch.setattr(extract, "WHOLE", 1.0)
    parted.sql("UPDATE LOCATN SET UPD_STMP = ? WHERE CO_CD = '01' AND rowid <= 12", NEW)
    touched = parted.ask("SELECT count(*) FROM LOCATN WHERE UPD_STMP = ?", NEW)
    told = parted.run()
    assert (told["entities"]["location"]["read"], touched > 6) == (touched, True)
    assert changed(told) == {"location": (0, touched, 0)}
