"""The verifiers that need nothing of ours, over good nights and over each kind of tampering."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from facade.snapshots.folder import NightFolder
from facade.sync.certificate.canonical import SIGNATURE, sha256_of, signed_part
from facade.sync.certificate.keys import open_signer
from facade.sync.verifiers import verify_certificate
from fixtures.atlas import Atlas
from tests.facade.sync.nights import SCALE, Nights

PROGRAM = Path(verify_certificate.__file__)
STATEMENTS = PROGRAM.with_suffix(".sql")
DATA = "data.parquet"
OLD = "20250601120000"
PUBLIC = "keys/certificate.pub.pem"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of three nights."""
    folder = tmp_path_factory.mktemp("three")
    with (
        Atlas.start(folder / "atlas", SCALE) as atlas,
        Nights.of_atlas(atlas, folder / "var") as nights,
    ):
        for number in range(3):
            nights.run()
            nights.sql(f"UPDATE CUSTMAST SET UPD_STMP = {OLD} WHERE rowid = {number + 1}")
    return folder / "var"


@pytest.fixture
def var(three: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of them to spoil."""
    shutil.copytree(three, tmp_path / "var")
    return tmp_path / "var"


def python(var: Path, *words: str) -> tuple[int, list[str]]:
    """The program as anybody would run it: nothing of ours is at hand, nor any package."""
    program = shutil.copy(PROGRAM, var)
    done = subprocess.run(
        [sys.executable, "-I", "-S", program, "runs", *words],
        cwd=var,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def sql(var: Path, run: int) -> list[tuple[Any, ...]]:
    """What differs. Raises duckdb.Error where anything does, as a shell would end with."""
    rows: list[tuple[Any, ...]] = []
    with duckdb.connect() as con:
        con.execute(f"SET VARIABLE night = '{NightFolder.of(var, run).path}'")
        for statement in duckdb.extract_statements(STATEMENTS.read_text()):
            rows = con.execute(statement).fetchall()
    return rows


def certificate(var: Path, run: int) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(NightFolder.of(var, run).certificate.read_text())
    return document


def rewritten(var: Path, run: int, change: Callable[[dict[str, Any]], Any]) -> None:
    document = certificate(var, run)
    change(document)
    NightFolder.of(var, run).certificate.write_text(json.dumps(document))


def signed_by(folder: Path) -> Callable[[dict[str, Any]], None]:
    """Sign a certificate anew with a key made in this folder."""

    def sign(document: dict[str, Any]) -> None:
        del document[SIGNATURE]
        signer = open_signer(folder)
        document["key"] = signer.told()
        document[SIGNATURE] = signer.sign(signed_part(document))

    return sign


def spoil(path: Path) -> None:
    """Change one byte in the middle, in a file of its own: links stay."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def test_good_nights_pass_both(three: Path) -> None:
    """N12"""
    digest = sha256_of(certificate(three, 3))
    said = [f"3 certificates; the newest is of night 3, SHA-256 {digest}", "all is well"]
    assert python(three) == (0, said)
    assert python(three, "--key", PUBLIC, "--sha256", digest) == (0, said)
    told = certificate(three, 3)
    relations = len(told["tables"]) + sum(len(it["snapshot"]) for it in told["entities"].values())
    assert sql(three, 3) == [(f"agrees: {relations} relations and {len(told['files'])} files",)]


@pytest.mark.parametrize("name", ["current/CUSTMAST", "snapshot/order.lines", "snapshot/product"])
def test_a_byte_in_a_file_is_found_by_both(var: Path, name: str) -> None:
    """N12"""
    spoil(NightFolder.of(var, 3).path / name / DATA)
    assert python(var)[0] == 1
    finding = f"000003: {name}/{DATA} is not the file that was certified"
    assert finding in python(var)[1]
    with pytest.raises(duckdb.Error):
        sql(var, 3)


def test_a_file_gone_or_come_is_found_by_both(var: Path) -> None:
    night = NightFolder.of(var, 3).path
    (night / "refused" / "product.parquet").rename(night / "refused" / "other.parquet")
    status, said = python(var)
    assert status == 1
    assert said[1:] == [
        "000003: refused/other.parquet is not in the certificate",
        "000003: refused/product.parquet is gone",
    ]
    with pytest.raises(duckdb.Error, match=r"refused/other\.parquet, refused/product\.parquet"):
        sql(var, 3)


def test_files_of_older_nights_may_be_kept_no_longer(var: Path) -> None:
    for folder in ("raw", "changes", "snapshot", "current"):
        shutil.rmtree(NightFolder.of(var, 1).path / folder)
    shutil.rmtree(NightFolder.of(var, 3).path / "raw")
    assert python(var)[0] == 0
    assert sql(var, 3)[0][0].startswith("agrees")


def test_a_number_in_a_certificate_is_found(var: Path) -> None:
    """N12"""
    rewritten(var, 2, lambda it: it["tables"]["CUSTMAST"].update(rows=1))
    status, said = python(var)
    assert status == 1
    assert "000002: the signature does not fit" in said
    assert "000003: the certificate before it is gone, or another" in said
    with pytest.raises(duckdb.Error, match="current/CUSTMAST"):
        sql(var, 2)


def test_a_certificate_taken_out_of_the_chain_is_found(var: Path) -> None:
    """N12"""
    digest = sha256_of(certificate(var, 3))
    gone = "000003: the certificate before it is gone, or another"
    NightFolder.of(var, 2).certificate.unlink()
    status, said = python(var)
    assert (status, said[1:]) == (1, [gone])
    # The newest leaves no trace but in the memory of who noted it down.
    NightFolder.of(var, 3).certificate.unlink()
    assert python(var)[0] == 0
    missing = f"the newest certificate is not {digest}"
    assert python(var, "--sha256", digest) == (1, [missing])


def test_a_foreign_key_is_found(var: Path, tmp_path: Path) -> None:
    """N12"""
    rewritten(var, 3, signed_by(tmp_path / "foreign"))
    key = open_signer(tmp_path / "foreign").told()["id"]
    status, said = python(var)
    assert (status, said[1:]) == (
        1,
        [f"000003: signed by key {key}, which is not the trusted one"],
    )
    for run in (1, 2):
        rewritten(var, run, signed_by(tmp_path / "foreign"))
    assert python(var, "--key", PUBLIC)[0] == 1


def test_a_stolen_key_does_not_hide_numbers_that_contradict_one_another(var: Path) -> None:
    sign = signed_by(var)

    def change(it: dict[str, Any]) -> None:
        it["tables"]["CUSTMAST"]["source"]["rows"] += 1
        it["entities"]["order"]["refused"] += 1
        sign(it)

    rewritten(var, 3, change)
    told = certificate(var, 3)
    rows, refused = told["tables"]["CUSTMAST"]["rows"], told["entities"]["order"]["refused"]
    status, said = python(var)
    assert status == 1
    assert said[1:] == [
        f"000003: table CUSTMAST: {rows} rows, the source counts {rows + 1}",
        f"000003: order: {refused} refused values, and {refused - 1} exceptions",
    ]


def test_a_certificate_that_is_none_and_a_folder_without_any_are_told(var: Path) -> None:
    NightFolder.of(var, 3).certificate.write_text("[]")
    status, said = python(var)
    assert status == 1
    assert said[0].startswith("000003: the certificate is none (")
    shutil.rmtree(var / "runs")
    assert python(var) == (1, ["runs holds no certificates"])


# RFC 8032, 7.1: secret-free test vectors 1 to 3, as public key, message and signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_signatures_are_verified_as_rfc_8032_has_it(
    public: str, message: str, signature: str
) -> None:
    key, text, good = map(bytes.fromhex, (public, message, signature))
    fits = verify_certificate.fits
    assert fits(key, good, text)
    assert not fits(key, good, text + b"\0")
    for place in (0, 31, 32, 62):
        bad = bytearray(good)
        bad[place] ^= 1
        assert not fits(key, bytes(bad), text)
    assert not fits(bytes(31) + b"\x80", good, text)
    assert not fits(key[:31], good, text)
    # An s that is not below the order of the base would be a second signature of the same.
    s = int.from_bytes(good[32:], "little") + verify_certificate.L
    assert not fits(key, good[:32] + s.to_bytes(32, "little"), text)
