"""A client certificate: TLS says who we are, and the calls say no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.auth.unsigned import NoAuth
from legacy_clients.soap.auth.words import Credentials


class Certificate(NoAuth):
    """Nothing in the calls: the certificate of the settings is shown in each TLS handshake."""

    SETTINGS = ("soap_certificate",)

    @classmethod
    def of(cls, words: Mapping[str, Any], credentials: Credentials) -> Self:
        if not credentials.secure:
            raise Misconfigured("[crm.sign_in] style certificate needs an https:// address")
        return cls()
