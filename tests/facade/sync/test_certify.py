"""The certificate of a night, and what its recomputation finds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from facade.sinks.warehouse.warehouse import open_warehouse
from facade.snapshots import layers
from facade.snapshots.folder import NightFolder
from facade.sync.certificate.canonical import SIGNATURE, sha256_of, signed_part
from facade.sync.certificate.chain import key_changes
from facade.sync.certificate.keys import open_signer
from facade.sync.certificate.verifying import behind
from facade.sync.certify import certify, recount, verify, verify_sinks
from legacy_clients.odbc.select import TableSelect
from legacy_clients.tables import Reading
from tests.facade.sync.nights import Nights
from tests.sampled import each

OLD = "20250601120000"
DATA = "data.parquet"


def rewrite(files: tuple[Path, ...], expression: str, column: str) -> None:
    """Change one value of one row in a Parquet file, in a copy of its own: links stay."""
    path = files[0]
    fresh = path.with_suffix(".doctored")
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT * EXCLUDE (n) REPLACE (CASE WHEN n = 1 THEN {expression}"
            f' ELSE "{column}" END AS "{column}") FROM (SELECT *, row_number() OVER () AS n FROM'
            f" {layers.scan([path])})) TO '{fresh}' (FORMAT parquet)"
        )
    fresh.replace(path)


def take_out(path: Path) -> None:
    """All rows but the first."""
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE r AS SELECT * FROM {layers.scan([path])} LIMIT 1")
        path.unlink()
        con.execute(f"COPY r TO '{path}' (FORMAT parquet)")


def first_key(path: Path, key: str) -> str:
    with duckdb.connect() as con:
        sql = f"SELECT rtrim({key}) FROM {layers.scan([path])} LIMIT 1"
        return str(con.execute(sql).fetchall()[0][0])


def other(path: str) -> str:
    return f"the file {path} is not the one that was certified"


def certificate_of(nights: Nights, run: int | None = None) -> dict[str, Any]:
    folder = nights.folder if run is None else NightFolder.of(nights.var, run)
    document: dict[str, Any] = json.loads(folder.certificate.read_text())
    return document


def doctor(nights: Nights, change: Callable[[dict[str, Any]], Any], signed: bool = False) -> None:
    """Change the newest certificate; `signed` with our own key, as who has stolen it would."""
    document = certificate_of(nights)
    change(document)
    if signed:
        del document[SIGNATURE]
        document[SIGNATURE] = open_signer(nights.var).sign(signed_part(document))
    nights.folder.certificate.write_text(json.dumps(document))


def test_it_agrees_and_says_what_was_read_held_refused_and_asked(nights: Nights) -> None:
    """N12"""
    certificate = certificate_of(nights)
    rows = nights.ask("SELECT count(*) FROM CUSTMAST WHERE CO_CD = '01'")
    assert certificate["differences"] == []
    assert (certificate["run"], certificate["number"], certificate["kind"]) == (1, 1, "night")
    assert certificate["previous"] is None
    assert certificate["tables"]["CUSTMAST"]["rows"] == rows
    assert certificate["tables"]["CUSTMAST"]["source"]["rows"] == rows
    assert certificate["entities"]["customer"]["snapshot"]["customer"][0] == rows
    refused = [row for row in nights.refused() if row[0] == "customer"]
    assert certificate["entities"]["customer"]["refused"] == len(refused) > 0
    told = [
        (kind["relation"], id, kind["field"], kind["reason"])
        for kind in certificate["exceptions"]["customer"]
        for id in kind["ids"]
    ]
    assert sorted(told) == sorted((row[0], row[1], row[2], row[4]) for row in refused)
    read = sum(table["read"] for table in certificate["tables"].values())
    asked = certificate["load"]["database"]
    assert asked["rows"] >= read > 500
    assert asked["statements"] > len(certificate["tables"])
    assert asked["connections"] > 0 < asked["milliseconds"]
    assert nights.verified() == []


def test_its_key_is_ours_alone_and_lies_with_its_public_half(nights: Nights) -> None:
    own = nights.var / "keys" / "certificate.pem"
    assert own.stat().st_mode & 0o777 == 0o600
    key = open_signer(nights.var)
    assert certificate_of(nights)["key"] == key.told()
    assert (
        verify(
            nights.ledger,
            nights.var,
            nights.newest,
            nights.crm.mapping,
            keys=[own.with_name("certificate.pub.pem")],
        )
        == []
    )


def test_each_names_the_one_before_by_its_hash_and_none_may_be_missing(nights: Nights) -> None:
    """N12"""
    nights.run()
    nights.run()
    first, second, third = (certificate_of(nights, number) for number in (1, 2, 3))
    assert second["previous"] == {"run": 1, "sha256": sha256_of(first)}
    assert third["previous"] == {"run": 2, "sha256": sha256_of(second)}
    assert third["number"] == 3
    assert nights.verified() == []
    path = NightFolder.of(nights.var, 1).certificate
    kept = path.read_text()
    path.write_text(kept.replace(first["mapping"], "0" * 64))
    assert nights.verified() == [
        "the certificate of night 1 was changed: its signature does not fit",
        "the certificate of night 2 does not follow on the one before it",
    ]
    path.unlink()
    assert nights.verified() == [
        "the certificate of night 1, on which that of night 2 follows, is gone"
    ]
    path.write_text(kept)
    NightFolder.of(nights.var, 2).certificate.write_text("{}")
    assert nights.verified()[-1] == "the certificate of night 2 is none: it was changed"


@pytest.mark.long
def test_another_key_is_told_and_refused_where_it_is_not_trusted(nights: Nights) -> None:
    """N12"""
    folder = nights.var / "keys"
    first = open_signer(nights.var).told()["id"]
    (folder / "certificate.pem").unlink()
    nights.run()
    second = open_signer(nights.var).told()["id"]
    assert sorted(path.name for path in folder.iterdir()) == [
        f"certificate-{first}.pub.pem",
        "certificate.pem",
        "certificate.pub.pem",
    ]
    assert nights.verified() == []
    assert key_changes(nights.ledger, nights.var, 2) == [
        f"from night 2 on the key is {second}; before, it was {first}"
    ]
    refused = (
        f"the certificate of night 2 is signed by key {second}, which is not trusted;"
        f" trusted: {first}"
    )
    (folder / "certificate.pub.pem").unlink()
    assert nights.verified() == [refused]
    # Without any public key, the first certificate's own is the trusted one.
    (folder / f"certificate-{first}.pub.pem").unlink()
    assert nights.verified() == [refused]


def test_what_is_changed_in_a_file_is_found_and_named(nights: Nights) -> None:
    """N12"""
    folder = nights.folder
    hurt: list[tuple[Path, Callable[[Path], object], str]] = []

    def hurts(path: Path, harm: Callable[[Path], object], finding: str) -> None:
        hurt.append((path, harm, finding))

    (customers,) = layers.files(folder.snapshot("customer"))
    (lines,) = layers.files(folder.snapshot("order.lines"))
    (raw,) = layers.files(folder.current("CUSTMAST"))
    (products,) = layers.files(folder.snapshot("product"))
    hurts(
        customers,
        lambda path: rewrite((path,), "'Doctored'", "name"),
        "customer: 1 records do not have the content that was hashed: "
        + first_key(customers, "id"),
    )
    hurts(
        lines,
        lambda path: rewrite((path,), "99", "line_no"),
        "order: 1 records do not have the content that was hashed: " + first_key(lines, "order_id"),
    )
    hurts(
        raw,
        lambda path: rewrite((path,), "'Doctored'", "NAME"),
        "table CUSTMAST: current raw is not what was certified: " + first_key(raw, "CUST_NO"),
    )
    hurts(
        folder.refused("product"),
        take_out,
        "product: there are more or fewer refused values than were certified",
    )
    hurts(products, Path.unlink, "product: files are missing or cannot be read")
    hurts(
        products,
        lambda path: path.write_bytes(b"PAR1"),
        "product: files are missing or cannot be read",
    )
    for path, harm, finding in hurt:
        kept = path.with_suffix(".kept")
        shutil.copyfile(path, kept)
        harm(path)
        assert nights.verified() == [other(str(path.relative_to(folder.path))), finding]
        kept.replace(path)
    assert nights.verified() == []
    rewrite(layers.files(folder.snapshot("customer")), "'Doctored'", "name")
    of_products = verify(
        nights.ledger,
        nights.var,
        nights.newest,
        nights.crm.mapping,
        entities=["product"],
        tables=["PRODMAST"],
    )
    assert of_products == []


def test_records_taken_out_with_their_hash_are_named_the_first_ten(nights: Nights) -> None:
    (path,) = layers.files(nights.folder.snapshot("customer"))
    with duckdb.connect() as con:
        ids = con.execute(f"SELECT id FROM {layers.scan([path])} ORDER BY id").fetchall()
    first = first_key(path, "id")
    take_out(path)
    gone = [row[0] for row in ids if row[0] != first]
    assert nights.verified()[1] == (
        "customer: the snapshot's sums are not what was certified:"
        f" {', '.join(gone[:10])} and {len(gone) - 10} more"
    )


@pytest.mark.parametrize("signed", each(2, [False, True]))
@pytest.mark.long
def test_a_doctored_certificate_is_found(nights: Nights, signed: bool) -> None:
    """N12"""
    kept = nights.folder.certificate.read_text()
    changes: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
        ("tables", lambda d: d["tables"]["CUSTMAST"].update(rows=1)),
        ("tables", lambda d: d["tables"].pop("CUSTMAST")),
        ("entities", lambda d: d["entities"]["order"].update(refused=0)),
        ("mapping", lambda d: d.update(mapping="0" * 64)),
        ("sealed_at", lambda d: d.update(sealed_at="2020-01-01T00:00:00+00:00")),
        ("previous", lambda d: d.update(previous={"run": 0, "sha256": "0" * 64})),
        ("differences", lambda d: d.update(differences=["none"])),
        ("extra", lambda d: d.update(extra=1)),
    ]
    for part, change in changes:
        doctor(nights, change, signed)
        found = nights.verified()
        changed = "the certificate of night 1 was changed: "
        assert f"{changed}{part!r} is not what was certified" in found
        assert (f"{changed}its signature does not fit" in found) is not signed
        nights.folder.certificate.write_text(kept)
    # Of what only the signature vouches for.
    doctor(nights, lambda d: d["load"]["database"].update(rows=0))
    assert nights.verified() == [f"{changed}its signature does not fit"]
    doctor(nights, lambda d: d.pop("signature"))
    assert nights.verified() == ["the certificate of night 1 is not signed"]


def test_a_certificate_that_is_none_is_a_finding(nights: Nights) -> None:
    nights.folder.certificate.write_text("{}")
    assert nights.verified() == ["the certificate of night 1 is none: it was changed"]
    nights.folder.certificate.unlink()
    assert nights.verified() == [
        "night 1 has no certificate: it was cut short; run `facade sync` again"
    ]


def between(nights: Nights, *statements: str) -> dict[str, Any]:
    """A night in which something is done at the source between the reading and the recount."""
    done: list[int] = []

    def come(what: str, _: int, __: int) -> None:
        if what == "translate" and not done:
            done.extend(nights.sql(statement) for statement in statements)

    night = nights.night()
    night.progress = come
    told = night.run()
    assert [count > 0 for count in done] == [True] * len(statements)
    return told


@pytest.mark.long
def test_rows_that_come_and_go_between_reading_and_recount_are_no_difference(
    nights: Nights,
) -> None:
    """N12: with a stamp, with one as of long ago, without any; in one without stamps, too."""
    gone = nights.key("ACTIV", "ACT_NO", "CO_CD = '01'").rstrip()
    told = between(
        nights,
        "INSERT INTO ACTIV (ACT_NO, CO_CD) VALUES ('NEW       ', '01')",
        f"INSERT INTO ACTIV (ACT_NO, CO_CD, UPD_STMP) VALUES ('LATE      ', '01', '{OLD}')",
        "INSERT INTO ACTIV (ACT_NO, CO_CD, UPD_STMP) VALUES ('FRESH     ', '01', '20991231235959')",
        f"DELETE FROM ACTIV WHERE rtrim(ACT_NO) = '{gone}'",
        "INSERT INTO CODES (LIST, CODE) VALUES ('NEW', 'N')",
        "DELETE FROM ATTRIB WHERE rowid IN (SELECT min(rowid) FROM ATTRIB)",
    )
    assert told["certificate"] == "agrees"
    tables = certificate_of(nights)["tables"]
    assert tables["ACTIV"]["source"]["appeared"] == {"count": 3, "keys": ["FRESH", "LATE", "NEW"]}
    assert tables["ACTIV"]["source"]["vanished"] == {"count": 1, "keys": [gone]}
    assert tables["ACTIV"]["source"]["rows"] == tables["ACTIV"]["rows"] + 2
    assert tables["CODES"]["source"]["appeared"]["count"] == 1
    assert tables["ATTRIB"]["source"]["vanished"]["count"] == 1
    assert nights.verified() == []
    assert nights.run()["certificate"] == "agrees"
    assert "appeared" not in certificate_of(nights)["tables"]["ACTIV"]["source"]


class Leaking:
    """A reading that loses the first row of its first batch."""

    def __init__(self, whole: Callable[..., Reading]) -> None:
        self.lost = 0
        self._whole = whole

    def __call__(self, table: TableSelect, *args: Any) -> Reading:
        reading = self._whole(table, *args)
        if table.read.name != "ACTIV":
            return reading
        return Reading(reading.schema, self._leaking(reading))

    def _leaking(self, reading: Reading) -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(reading.batches):
            self.lost += number == 0
            yield batch.slice(1) if number == 0 else batch


@pytest.mark.parametrize(
    ("lossy", "words"),
    [
        ("whole", "1 rows are in the source and were not read: "),
        pytest.param(
            "stamped",
            "1 rows are counted by the source, and its driver does not bring them",
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_row_that_the_reading_loses_is_a_difference(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, lossy: str, words: str
) -> None:
    """N12"""
    leaking = Leaking(getattr(TableSelect, lossy))
    monkeypatch.setattr(TableSelect, lossy, lambda table, *args: leaking(table, *args))
    told = nights.run(full=lossy == "whole")["certificate"]
    assert leaking.lost > 0
    assert [what for what in told if what.startswith(f"table ACTIV: {words}")] == told[:1]
    assert nights.verified()[:1] == told[:1]


def test_a_row_called_new_by_two_nights_and_read_by_neither_is_lost(nights: Nights) -> None:
    """N12"""
    source: Mapping[str, Any] = recount(nights.crm, nights.crm.mapping.tables, nights.folder)
    rows = source["ACTIV"]["rows"]
    came = {"rows": rows + 2, "appeared": {"count": 2, "keys": ["A1", "A2"]}}
    again = {"rows": rows + 1, "appeared": {"count": 1, "keys": ["A2"]}}
    first = certify(nights.ledger, nights.var, nights.newest, {**source, "ACTIV": came})
    assert first["differences"] == []
    nights.run()
    path = nights.folder.certificate
    NightFolder.of(nights.var, 1).certificate.write_text(json.dumps(first))
    path.unlink()
    second = certify(nights.ledger, nights.var, nights.newest, {**source, "ACTIV": again})
    assert second["differences"] == ["table ACTIV: 1 rows are in the source and were not read: A2"]


@pytest.mark.long
def test_a_sink_that_is_behind_is_noted_and_compared_with_what_it_took(
    nights: Nights, tmp_path: Path
) -> None:
    sink = open_warehouse("warehouse", f"duckdb:///{tmp_path / 'w.duckdb'}", nights.night().layouts)
    sinks, layouts = {"warehouse": sink}, nights.night().layouts
    assert behind(nights.ledger, nights.newest, sinks) == [
        "sink warehouse holds nothing yet; the newest is night 1"
    ]
    nights.run(sink)
    told = certificate_of(nights)["sinks"]["warehouse"]
    assert told["parked"] == {"count": 0, "ids": []}
    assert told["holds"]["customer"]["count"] == len(nights.snapshot("customer"))
    nights.sql(f"UPDATE CUSTMAST SET NAME = 'Other', UPD_STMP = {OLD} WHERE rowid = 1")
    nights.run()
    assert behind(nights.ledger, nights.newest, sinks) == [
        "sink warehouse holds the state of night 2; the newest is night 3"
    ]
    assert verify_sinks(nights.ledger, nights.var, nights.newest, sinks, layouts) == []
    assert "warehouse" not in certificate_of(nights)["sinks"]


def test_a_source_that_cannot_be_counted_is_no_agreement(nights: Nights) -> None:
    nights.sql("ALTER TABLE ORDLIN RENAME TO ELSEWHERE")
    found = recount(nights.crm, ["CUSTMAST", "ORDLIN"])
    assert found["CUSTMAST"]["rows"] == nights.ask("SELECT count(*) FROM CUSTMAST WHERE CO_CD='01'")
    assert list(found["ORDLIN"]) == ["failed"]


@pytest.mark.long
def test_an_unchanged_file_is_a_link_and_keeps_the_digest_it_was_certified_with(
    nights: Nights,
) -> None:
    """Tampering between two nights is not blessed by the second."""
    path = nights.folder.snapshot("product") / DATA
    kept = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(len(kept) // 2)
        file.write(b"\0" if kept[len(kept) // 2] else b"\1")
    nights.run()
    assert (nights.folder.snapshot("product") / DATA).stat().st_ino == path.stat().st_ino
    assert other(f"snapshot/product/{DATA}") in nights.verified()
