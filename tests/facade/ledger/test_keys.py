"""API keys open what their scopes say until they are revoked, and their secret is kept nowhere."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from facade.ledger import Ledger, UnknownEntry
from facade.ledger.keys import Key


def test_a_key_is_known_by_its_secret(ledger: Ledger) -> None:
    id, secret = ledger.keys.create("app", ["orders:read", "customers:write", "orders:read"])
    key = ledger.keys.verify(secret)
    assert (key.id, key.name) == (id, "app")
    assert key.scopes == {"customers:write", "orders:read"}
    for wrong in ("", secret[:-1], secret + "x", id, "\ud800", "crmf_\0"):
        assert ledger.keys.verify(wrong) is None


def test_two_keys_of_one_name_differ(ledger: Ledger) -> None:
    first, second = (ledger.keys.create("app", ["*"]) for _ in range(2))
    assert first[0] != second[0]
    assert first[1] != second[1]
    assert len(first[1]) == 48
    assert [key.id for key in ledger.keys.list()] == [first[0], second[0]]


def test_a_revoked_key_opens_nothing(ledger: Ledger) -> None:
    id, secret = ledger.keys.create("app", ["*"])
    ledger.keys.revoke(id)
    revoked_at = ledger.keys.list()[0].revoked_at
    ledger.keys.revoke(id)
    assert ledger.keys.verify(secret) is None
    assert revoked_at is not None
    assert ledger.keys.list()[0].revoked_at == revoked_at
    with pytest.raises(UnknownEntry, match="There is no key nothing"):
        ledger.keys.revoke("nothing")


def test_the_secret_is_stored_only_as_its_hash(file_ledger: Ledger, tmp_path: Path) -> None:
    """A5: keys are stored hashed."""
    _, secret = file_ledger.keys.create("app", ["*"])
    files = b"".join(path.read_bytes() for path in (tmp_path / "var").iterdir())
    assert hashlib.sha256(secret.encode()).hexdigest().encode() in files
    assert secret.encode() not in files


@pytest.mark.parametrize(
    ("scope", "collection", "verb", "allowed"),
    [
        ("customers:read", "customers", "read", True),
        ("customers:read", "customers", "write", False),
        ("customers:read", "orders", "read", False),
        ("*:read", "orders", "read", True),
        ("*:read", "orders", "write", False),
        ("*", "orders", "write", True),
    ],
)
def test_scopes_allow_what_they_cover(
    ledger: Ledger, scope: str, collection: str, verb: str, allowed: bool
) -> None:
    _, secret = ledger.keys.create("app", [scope])
    key = ledger.keys.verify(secret)
    assert isinstance(key, Key)
    assert key.allows(collection, verb) is allowed


def test_a_key_without_a_scope_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="'app' has no scope"):
        ledger.keys.create("app", [])
    assert ledger.keys.list() == ()
