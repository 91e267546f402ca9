"""API keys: long random strings shown once and kept as their SHA-256 (A5)."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from facade.ledger.errors import UnknownEntry
from facade.ledger.journal import utc_now
from facade.ledger.tables import KEYS
from facade.ledger.transactions import reading, writing

PREFIX = "crmf_"
"""How every secret begins, so that a leaked one can be searched for."""


@dataclass(frozen=True)
class Key:
    """A key without its secret. Times are UTC."""

    id: str
    name: str
    scopes: frozenset[str]
    created_at: dt.datetime
    revoked_at: dt.datetime | None = None

    def allows(self, collection: str, verb: str) -> bool:
        """True if a scope covers it: `collection:verb`, `*:verb` or `*`."""
        return not self.scopes.isdisjoint((f"{collection}:{verb}", f"*:{verb}", "*"))


class Keys:
    """Keys by the hash of their secret."""

    def __init__(self, engine: Engine, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def create(self, name: str, scopes: Iterable[str]) -> tuple[str, str]:
        """Id and secret of a new key; the secret can't be had again. ValueError without a scope."""
        given = sorted(set(scopes))
        if not given:
            raise ValueError(f"The key {name!r} has no scope: it would open nothing")
        id = secrets.token_hex(6)
        secret = PREFIX + secrets.token_urlsafe(32)
        row = {
            "id": id,
            "name": name,
            "sha256": _digest(secret),
            "scopes": given,
            "created_at": self._clock(),
        }
        with writing(self._engine) as connection:
            connection.execute(insert(KEYS).values(**row))
        return id, secret

    def verify(self, secret: str) -> Key | None:
        """The key that has this secret, unless it was revoked."""
        digest = _digest(secret)
        with reading(self._engine) as connection:
            row = connection.execute(select(KEYS).where(KEYS.c.sha256 == digest)).one_or_none()
        if row is None or not hmac.compare_digest(row.sha256, digest) or row.revoked_at is not None:
            return None
        return _key(row)

    def list(self) -> tuple[Key, ...]:
        """Every key, revoked ones too, in the order of their making."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(KEYS).order_by(KEYS.c.created_at, KEYS.c.id))
            return tuple(_key(row) for row in rows)

    def revoke(self, id: str) -> None:
        """Open nothing by this key from now on; once revoked it stays so. Raises UnknownEntry."""
        with writing(self._engine) as connection:
            if connection.execute(select(KEYS.c.id).where(KEYS.c.id == id)).first() is None:
                raise UnknownEntry(f"There is no key {id}.")
            connection.execute(
                update(KEYS)
                .where(KEYS.c.id == id, KEYS.c.revoked_at.is_(None))
                .values(revoked_at=self._clock())
            )


def _digest(secret: str) -> str:
    # What a caller sends may hold lone surrogates; it must miss, not fail.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: Row[Any]) -> Key:
    return Key(row.id, row.name, frozenset(row.scopes), row.created_at, row.revoked_at)
