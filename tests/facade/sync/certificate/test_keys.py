"""The keys of certificates: made, named, lost, and those that cannot be used."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from facade.config import SettingError
from facade.sync.certificate.keys import fits, key_id, open_signer, trusted


def made(path: Path, *words: str) -> Path:
    subprocess.run(["openssl", "genpkey", *words, "-out", path], check=True, capture_output=True)
    return path


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = open_signer(tmp_path)
    again = open_signer(tmp_path)
    assert first.public == again.public
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keys" / "certificate.pem").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [
        "certificate.pem",
        "certificate.pub.pem",
    ]
    assert trusted(tmp_path) == {key_id(first.public): first.public}


def test_a_key_that_openssl_made_is_used_where_it_is_named(tmp_path: Path) -> None:
    named = made(tmp_path / "own.pem", "-algorithm", "ed25519")
    before = open_signer(tmp_path)
    signer = open_signer(tmp_path, named)
    assert signer.public != before.public
    assert set(trusted(tmp_path)) == {key_id(before.public), key_id(signer.public)}
    public = tmp_path / "keys" / "certificate.pub.pem"
    (tmp_path / "message").write_bytes(b"message")
    (tmp_path / "signature").write_bytes(signer.private.sign(b"message"))
    subprocess.run(
        [
            *("openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", public),
            *("-in", tmp_path / "message", "-sigfile", tmp_path / "signature"),
        ],
        check=True,
        capture_output=True,
    )


def test_a_signature_fits_its_message_and_key_alone(tmp_path: Path) -> None:
    signer, other = open_signer(tmp_path / "a"), open_signer(tmp_path / "b")
    signature = signer.private.sign(b"message")
    assert fits(signer.public, signature, b"message")
    assert not fits(signer.public, signature, b"massage")
    assert not fits(other.public, signature, b"message")
    assert not fits(signer.public, signature[:-1], b"message")


def test_what_cannot_be_used_is_told_with_the_setting_and_a_way_out(tmp_path: Path) -> None:
    rsa = made(tmp_path / "rsa.pem", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:1024")
    locked = made(tmp_path / "locked.pem", "-algorithm", "ed25519", "-aes256", "-pass", "pass:abc")
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("nothing")
    for path, why in (
        (rsa, "holds a key of another kind than Ed25519"),
        (locked, "holds no private key without a passphrase"),
        (nothing, "holds no private key without a passphrase"),
        (tmp_path / "absent.pem", "can't be read: No such file or directory"),
    ):
        with pytest.raises(SettingError) as raised:
            open_signer(tmp_path, path)
        assert str(raised.value).startswith(f"The key {path} {why}. FACADE_CERTIFICATE_KEY")
        assert str(raised.value).endswith(
            "`openssl genpkey -algorithm ed25519 -out FILE` makes one."
        )
    with pytest.raises(SettingError, match="holds no public key in PEM"):
        trusted(tmp_path, [nothing])
