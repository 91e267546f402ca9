"""Calls that say nothing of the caller; and those of whom TLS says it, by a client certificate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from legacy_clients.soap.auth.session import Constant
from legacy_clients.soap.auth.words import Credentials


class NoAuth(Constant):
    """Calls that say nothing of the caller."""

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        return cls()
