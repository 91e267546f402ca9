"""NTLM's messages, as pyspnego makes them (MS-NLMP), apart: they take long to load, and few need
them.
"""

from __future__ import annotations

import logging
import struct

import spnego
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from legacy_clients.errors import Unreachable

# What comes of reading a challenge that a stranger wrote.
MALFORMED = (SpnegoError, struct.error, ArithmeticError, LookupError, TypeError, ValueError)

# At DEBUG it writes whole messages, from which a weak password can be guessed.
logging.getLogger("spnego").setLevel(logging.WARNING)


class Negotiation:
    """One sign-in on one connection."""

    def __init__(self, user: str, password: str, host: str, certificate: bytes | None) -> None:
        """`certificate` is the service's own (DER), where there is TLS: the sign-in is bound to it
        (RFC 5929, which IIS calls extended protection).
        """
        self._context = spnego.client(
            user,
            password,
            hostname=host,
            service="http",
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm,
            channel_bindings=bindings(certificate) if certificate else None,
        )

    def __repr__(self) -> str:
        return "<Negotiation>"

    def question(self) -> bytes:
        """The message that asks for a challenge."""
        return self._context.step() or b""

    def answer(self, challenge: bytes) -> bytes:
        """The message that answers a challenge. Raises Unreachable for one that is none."""
        try:
            return self._context.step(challenge) or b""
        except MALFORMED:
            raise Unreachable("the service's NTLM challenge cannot be read") from None


def bindings(certificate: bytes) -> GssChannelBindings:
    """tls-server-end-point (RFC 5929 section 4): the certificate's hash, by its own algorithm, and
    by SHA-256 where that is a weaker one or none.
    """
    found = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
    weak = found is None or isinstance(found, (hashes.MD5, hashes.SHA1))
    digest = hashes.Hash(hashes.SHA256() if weak or found is None else found)
    digest.update(certificate)
    return GssChannelBindings(application_data=b"tls-server-end-point:" + digest.finalize())
