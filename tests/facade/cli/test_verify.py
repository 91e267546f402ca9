"""`facade verify`: one entity or all, keys, notes and ids."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from facade.snapshots.folder import NightFolder
from facade.sync.certificate.canonical import sha256_of
from facade.sync.certificate.keys import open_signer
from tests.facade.cli.conftest import Command, here


def test_it_tells_the_hash_to_note_down_and_trusts_a_key_that_is_given(
    command: Command, tmp_path: Path
) -> None:
    """N12"""
    path = NightFolder.of(command.var, 1).certificate
    digest = sha256_of(json.loads(path.read_text()))
    assert command.run("verify") == (0, f"night 1: agrees, SHA-256 {digest}\n", "")
    assert (NightFolder.of(command.var, 1).path / "report.html").is_file()
    foreign = open_signer(tmp_path / "foreign").told()["id"]
    ours = open_signer(command.var).told()["id"]
    public = tmp_path / "foreign" / "keys" / "certificate.pub.pem"
    status, told = command.json("verify", "--key", str(public))
    refused = (
        f"the certificate of night 1 is signed by key {ours}, which is not trusted;"
        f" trusted: {foreign}"
    )
    assert (status, told["certificate"]) == (9, [refused])


@pytest.mark.long
def test_one_entity_is_verified_alone_and_differences_are_told_by_id(fresh: Command) -> None:
    """N12"""
    assert fresh.run("sync")[0] == 3
    assert fresh.sink is not None
    with duckdb.connect(fresh.sink) as con:
        ids = con.execute("SELECT id FROM customers ORDER BY id LIMIT 12").fetchall()
        con.execute("UPDATE customers SET name = 'Doctored' WHERE id <= ?", [ids[-1][0]])
    assert fresh.json("verify", "product") == (0, {"run": 1, "certificate": "agrees"})
    status, told = fresh.json("verify", "customer")
    first = [f"sink warehouse: customers {row[0]}: differs in name" for row in ids[:10]]
    assert status == 9
    assert told["certificate"] == [*first, "sink warehouse: customers: 2 more differences"]
    status, out, err = fresh.run("verify", "invoice")
    assert (status, out) == (2, "")
    assert err.startswith("facade: the mapping of atlas has no invoice; it has")


def test_a_key_that_cannot_be_used_stops_before_the_night(command: Command, tmp_path: Path) -> None:
    absent = tmp_path / "absent.pem"
    status, out, err = here(command.environ | {"FACADE_CERTIFICATE_KEY": str(absent)}, "sync")
    assert (status, out) == (2, "")
    assert err.startswith(f"facade: The key {absent} can't be read: No such file")
    assert not NightFolder.of(command.var, 2).path.exists()
