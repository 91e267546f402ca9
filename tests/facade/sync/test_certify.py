"""The certificate of a night, and what its recomputation finds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facade.snapshots import partitions
from facade.snapshots.folder import NightFolder
from facade.sync.certify import recount
from tests.facade.sync.nights import Nights

OLD = "20250601120000"


def rewrite(files: tuple[Path, ...], expression: str, column: str) -> None:
    """Change one value of one row in a Parquet file, in a copy of its own: links stay."""
    path = files[0]
    fresh = path.with_suffix(".doctored")
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT * EXCLUDE (n) REPLACE (CASE WHEN n = 1 THEN {expression}"
            f' ELSE "{column}" END AS "{column}") FROM (SELECT *, row_number() OVER () AS n FROM'
            f" {partitions.scan([path])})) TO '{fresh}' (FORMAT parquet)"
        )
    fresh.replace(path)


def doctor(nights: Nights, change: Callable[[dict[str, Any]], Any]) -> None:
    path = nights.folder.certificate
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def test_it_agrees_and_says_what_was_read_held_and_refused(nights: Nights) -> None:
    certificate = json.loads(nights.folder.certificate.read_text())
    rows = nights.ask("SELECT count(*) FROM CUSTMAST WHERE CO_CD = '01'")
    assert certificate["differences"] == []
    assert certificate["run"] == 1
    assert certificate["previous"] is None
    assert certificate["tables"]["CUSTMAST"]["rows"] == rows
    assert certificate["tables"]["CUSTMAST"]["source"]["rows"] == rows
    assert certificate["entities"]["customer"]["snapshot"]["customer"][0] == rows
    assert certificate["entities"]["customer"]["refused"] == sum(
        row[0] == "customer" for row in nights.refused()
    )
    assert nights.verified() == []


def test_each_carries_the_hash_of_the_one_before(nights: Nights) -> None:
    nights.run()
    nights.run()
    for number in (2, 3):
        before = NightFolder.of(nights.var, number - 1).certificate.read_bytes()
        certificate = json.loads(NightFolder.of(nights.var, number).certificate.read_text())
        assert certificate["previous"] == hashlib.sha256(before).hexdigest()
    assert nights.verified() == []


def test_an_earlier_certificate_that_was_changed_breaks_the_chain(nights: Nights) -> None:
    nights.run()
    nights.run()
    path = NightFolder.of(nights.var, 1).certificate
    path.write_bytes(path.read_bytes() + b"\n")
    assert nights.verified() == ["the certificate of night 2 does not follow on the one before it"]


def test_one_value_changed_in_a_snapshot_is_found(nights: Nights) -> None:
    rewrite(partitions.files(nights.folder.snapshot("customer")), "'Doctored'", "name")
    assert nights.verified() == ["customer: 1 records do not have the content that was hashed"]


def test_one_value_of_a_line_changed_in_a_snapshot_is_found(nights: Nights) -> None:
    rewrite(partitions.files(nights.folder.snapshot("order.lines")), "99", "line_no")
    assert nights.verified() == ["order: 1 records do not have the content that was hashed"]


def test_one_value_changed_in_current_raw_is_found(nights: Nights) -> None:
    rewrite(partitions.files(nights.folder.current("CUSTMAST")), "'Doctored'", "NAME")
    assert nights.verified() == ["table CUSTMAST: current raw is not what was certified"]


def test_a_record_taken_out_with_its_hash_is_found(nights: Nights) -> None:
    (path,) = partitions.files(nights.folder.snapshot("product"))
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE r AS SELECT * FROM {partitions.scan([path])} LIMIT 1")
        path.unlink()
        con.execute(f"COPY r TO '{path}' (FORMAT parquet)")
    assert nights.verified() == ["product: the snapshot's sums are not what was certified"]


def test_a_refused_value_that_vanished_is_found(nights: Nights) -> None:
    path = nights.folder.refused("product")
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE r AS SELECT * FROM {partitions.scan([path])} LIMIT 1")
        path.unlink()
        con.execute(f"COPY r TO '{path}' (FORMAT parquet)")
    assert nights.verified() == [
        "product: there are more or fewer refused values than were certified"
    ]


@pytest.mark.parametrize(
    "damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"PAR1")]
)
def test_a_file_that_is_gone_or_broken_is_a_finding(
    nights: Nights, damage: Callable[[Path], object]
) -> None:
    damage(partitions.files(nights.folder.snapshot("product"))[0])
    assert nights.verified() == ["product: files are missing or cannot be read"]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("tables", lambda d: d["tables"]["CUSTMAST"].update(rows=1)),
        ("tables", lambda d: d["tables"].pop("CUSTMAST")),
        ("entities", lambda d: d["entities"]["order"].update(refused=0)),
        ("mapping", lambda d: d.update(mapping="0" * 64)),
        ("sealed_at", lambda d: d.update(sealed_at="2020-01-01T00:00:00+00:00")),
        ("previous", lambda d: d.update(previous="0" * 64)),
        ("differences", lambda d: d.update(differences=["none"])),
        ("extra", lambda d: d.update(extra=1)),
    ],
)
def test_a_doctored_certificate_is_found(
    nights: Nights, part: str, change: Callable[[dict[str, Any]], Any]
) -> None:
    doctor(nights, change)
    found = f"the certificate of night 1 was changed: {part!r} is not what was certified"
    assert found in nights.verified()


def test_a_certificate_that_is_none_is_a_finding(nights: Nights) -> None:
    nights.folder.certificate.write_text("{}")
    assert nights.verified() == ["the certificate of night 1 is none: it was changed"]
    nights.folder.certificate.unlink()
    assert nights.verified() == [
        "night 1 has no certificate: it was cut short; run `facade sync` again"
    ]


def test_the_source_is_counted_again_and_told_where_it_differs(nights: Nights) -> None:
    """N12: here a row comes between the reading and the recount."""
    told = []

    def come(what: str, done: int, total: int) -> None:
        if what == "translate" and not told:
            told.append(nights.sql("INSERT INTO ACTIV (ACT_NO, CO_CD) VALUES ('NEW       ', '01')"))

    night = nights.night()
    night.progress = come
    rows = nights.ask("SELECT count(*) FROM ACTIV WHERE CO_CD = '01'")
    assert night.run()["certificate"] == [
        f"table ACTIV: {rows} rows read, the source counts {rows + 1}"
    ]
    assert told == [1]


def test_a_source_that_cannot_be_counted_is_no_agreement(nights: Nights) -> None:
    nights.sql("ALTER TABLE ORDLIN RENAME TO ELSEWHERE")
    found = recount(nights.crm, ["CUSTMAST", "ORDLIN"])
    assert found["CUSTMAST"]["rows"] == nights.ask("SELECT count(*) FROM CUSTMAST WHERE CO_CD='01'")
    assert list(found["ORDLIN"]) == ["failed"]
