"""Large relations lie in partitions: the same results, and what did not change is a link."""

from __future__ import annotations

from pathlib import Path

import pytest

from facade.snapshots import partitions
from facade.sync import extract
from tests.facade.sync.nights import Nights, changed, inodes, read

OLD = "20250601120000"


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than ten rows are many here."""
    monkeypatch.setattr(partitions, "FEW", 10)


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


def test_untouched_buckets_are_links(fresh: Nights) -> None:
    """N9: one changed order rewrites one bucket of the order, its lines and its stops."""
    fresh.run()
    before = inodes(fresh.folder.path)
    key = fresh.key("ORDHDR", "ORD_NO")
    fresh.sql("UPDATE ORDHDR SET NOTES = 'x', UPD_STMP = ? WHERE ORD_NO = ?", OLD, key)
    assert changed(fresh.run())["order"] == (0, 1, 0)
    after = inodes(fresh.folder.path)
    rewritten = {name.split("/bucket=")[0] for name in after if before.get(name) != after[name]}
    assert rewritten == {
        "raw/ORDHDR",
        "raw/shipments.sql",
        "current/ORDHDR",
        "current/shipments.sql",
        "changes/order",
        "changes/order.lines",
        "changes/order.references",
        "changes/order.stops",
        "snapshot/order",
        "snapshot/order.lines",
        "snapshot/order.references",
        "snapshot/order.stops",
        "refused/order.parquet",
    }
    buckets = [
        name for name in after if before.get(name) != after[name] and "snapshot/order/" in name
    ]
    assert len(buckets) == 1


def test_a_bucket_that_loses_its_last_row_is_gone_and_its_neighbours_stand(fresh: Nights) -> None:
    """Rows of other buckets are neither lost nor doubled, in the next nights too."""
    fresh.run()
    table = "LOCATN"
    (bucket,) = sorted(partitions.buckets(fresh.folder.current(table)))[:1]
    inside = {row[0] for row in _keys(fresh, table, bucket)}
    gone = 0
    for row in inside:
        gone += fresh.sql(
            f"DELETE FROM {table} WHERE rtrim(SITE_CD) || '.' || rtrim(LOC_NO) = ?", row
        )
    assert gone == len(inside) > 0
    assert changed(fresh.run()) == {"location": (0, 0, gone)}
    assert bucket not in partitions.buckets(fresh.folder.current(table))
    assert "all" not in partitions.buckets(fresh.folder.current(table))
    fresh.sql(
        f"UPDATE {table} SET NAME = 'Next', UPD_STMP = ? WHERE rowid = ?", OLD, _first(fresh, table)
    )
    told = fresh.run()
    assert changed(told) == {"location": (0, 1, 0)}
    assert told["certificate"] == "agrees"
    assert fresh.verified() == []


def _keys(nights: Nights, table: str, bucket: str) -> list[tuple[str]]:
    files = partitions.files(nights.folder.current(table), {bucket})
    return read(files, "rtrim(SITE_CD) || '.' || rtrim(LOC_NO)")


def _first(nights: Nights, table: str) -> int:
    return int(nights.ask(f"SELECT min(rowid) FROM {table} WHERE CO_CD = '01'"))


def test_a_partitioned_table_that_is_emptied_is_empty_and_fills_again(fresh: Nights) -> None:
    fresh.run()
    rows = len(fresh.snapshot("opportunity", "id"))
    fresh.sql("CREATE TABLE KEPT AS SELECT * FROM OPPTY")
    fresh.sql("DELETE FROM OPPTY")
    assert changed(fresh.run(accepted=["deletes"])) == {"opportunity": (0, 0, rows)}
    assert fresh.snapshot("opportunity", "id") == []
    assert changed(fresh.run()) == {}
    fresh.sql("INSERT INTO OPPTY SELECT * FROM KEPT")
    assert changed(fresh.run()) == {"opportunity": (rows, 0, 0)}
    assert fresh.verified() == []


def test_a_partitioned_table_compared_by_content_that_is_emptied_is_empty(fresh: Nights) -> None:
    fresh.run()
    fresh.sql("DELETE FROM ORDLIN")
    fresh.run(accepted=["deletes", "updates"])
    assert fresh.snapshot("order.lines", "order_id") == []
    assert fresh.verified() == []


def test_from_a_share_of_changed_rows_on_the_whole_table_is_read(
    fresh: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading by key costs more then; the result is the same."""
    fresh.run()
    monkeypatch.setattr(extract, "CHUNK", 5)
    fresh.sql("UPDATE CONTACT SET UPD_STMP = ? WHERE rowid % 3 = 0", OLD)
    fresh.sql("DELETE FROM CONTACT WHERE rowid = 4")
    touched = fresh.ask("SELECT count(*) FROM CONTACT WHERE CO_CD = '01' AND UPD_STMP = ?", OLD)
    told = fresh.run()
    assert told["entities"]["contact"]["read"] == fresh.ask(
        "SELECT count(*) FROM CONTACT WHERE CO_CD = '01'"
    )
    assert changed(told) == {"contact": (0, touched, 1)}
    assert fresh.verified() == []


def test_keys_are_read_in_chunks(fresh: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.run()
    monkeypatch.setattr(extract, "CHUNK", 3)
    monkeypatch.setattr(extract, "WHOLE", 1.0)
    fresh.sql("UPDATE LOCATN SET UPD_STMP = ? WHERE CO_CD = '01' AND rowid <= 12", OLD)
    touched = fresh.ask("SELECT count(*) FROM LOCATN WHERE UPD_STMP = ?", OLD)
    told = fresh.run()
    assert (told["entities"]["location"]["read"], touched > 6) == (touched, True)
    assert changed(told) == {"location": (0, touched, 0)}
