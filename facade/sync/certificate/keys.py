"""The Ed25519 key (RFC 8032) that certificates are signed with, and the keys that are trusted.

It lies in var/keys, made at the first night, unless a setting names another. Public keys that were
in use before stay there, trusted.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from facade.config import SETTINGS, SettingError
from facade.snapshots.folder import to_disk

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

FOLDER = "keys"
OWN = "certificate.pem"
PUBLIC = "certificate.pub.pem"
PUBLICS = "certificate*.pub.pem"
_SETTING = "certificate_key"


@dataclass(frozen=True)
class Signer:
    """A private key. `public` are the 32 bytes of its public half."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def told(self) -> dict[str, str]:
        """What a certificate says of the key that signed it."""
        return {"id": key_id(self.public), "public": base64.b64encode(self.public).decode()}

    def sign(self, message: bytes) -> str:
        """The signature in base64."""
        return base64.b64encode(self.private.sign(message)).decode()


def key_id(public: bytes) -> str:
    """A short name of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def fits(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature was made over the message with the private half of this key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def open_signer(var: Path, named: Path | None = None) -> Signer:
    """The key to sign with: the one of the file `named`, or our own, made where there is none.

    Its public half is written into var/keys. Raises SettingError for a key that cannot be used.
    """
    own = var / FOLDER / OWN
    if named is None and not own.exists():
        _make(own)
    signer = Signer(_read_private(named or own))
    _publish(var / FOLDER, signer)
    return signer


def trusted(var: Path, given: Iterable[Path] = ()) -> Mapping[str, bytes]:
    """Public keys by their id: of the files given, or else those of var/keys; may be none.

    Raises SettingError for a file that holds none.
    """
    paths = list(given) or sorted((var / FOLDER).glob(PUBLICS))
    keys = [_read_public(path).public_bytes_raw() for path in paths]
    return {key_id(key): key for key in keys}


def _make(path: Path) -> None:
    """A new private key, whole or not at all. Only who holds the lease of nights makes one."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(handle)
    fresh.replace(path)
    # The folder's own name too: a key that is lost leaves a certificate that nobody trusts.
    to_disk(path.parent)
    to_disk(path.parent.parent)


def _publish(folder: Path, signer: Signer) -> None:
    """The public half beside; another one that lay there is kept under the name of its id."""
    from cryptography.hazmat.primitives import serialization

    pem = signer.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    path = folder / PUBLIC
    if path.is_file():
        if path.read_bytes() == pem:
            return
        before = key_id(_read_public(path).public_bytes_raw())
        path.replace(folder / f"certificate-{before}.pub.pem")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / f"{PUBLIC}.new"
    fresh.write_bytes(pem)
    to_disk(fresh)
    fresh.replace(path)


def _read_private(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    pem = _bytes(path)
    try:
        key = serialization.load_pem_private_key(pem, None)
    # A TypeError is a passphrase that is missing, the others what the file holds.
    except (ValueError, TypeError) as error:
        raise _unusable(path, "holds no private key without a passphrase") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(path, "holds a key of another kind than Ed25519")
    return key


def _read_public(path: Path) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    pem = _bytes(path)
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError as error:
        raise SettingError(f"{path} holds no public key in PEM.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SettingError(f"{path} holds a public key of another kind than Ed25519.")
    return key


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unusable(path, f"can't be read: {error.strerror}") from error


def _unusable(path: Path, why: str) -> SettingError:
    setting = SETTINGS[_SETTING]
    return SettingError(
        f"The key {path} {why}. {setting.spelled} is {setting.purpose};"
        " `openssl genpkey -algorithm ed25519 -out FILE` makes one."
    )
