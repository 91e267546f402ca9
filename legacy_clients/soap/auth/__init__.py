"""Styles of signing in, one file each: what a call carries to say who calls, and how a session that
expired is renewed once for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.auth.basic import Basic
from legacy_clients.soap.auth.body import Body
from legacy_clients.soap.auth.certificate import Certificate
from legacy_clients.soap.auth.ntlm import Ntlm
from legacy_clients.soap.auth.session import Auth, Session
from legacy_clients.soap.auth.session_body import SessionBody
from legacy_clients.soap.auth.session_header import SessionHeader
from legacy_clients.soap.auth.unsigned import NoAuth
from legacy_clients.soap.auth.words import Credentials, check_words
from legacy_clients.soap.auth.ws_security import WsSecurity

STYLES: dict[str, type[Auth]] = {
    "none": NoAuth,
    "session_header": SessionHeader,
    "session_body": SessionBody,
    "ws_security": WsSecurity,
    "body": Body,
    "basic": Basic,
    "ntlm": Ntlm,
    "certificate": Certificate,
}
USUAL = "session_header"

# What a style asks of the settings, in their own names.
ASKED = {
    "soap_user": ("FACADE_SOAP_USER", lambda known: known.user),
    "soap_password": ("FACADE_SOAP_PASSWORD", lambda known: known.password),
    "soap_certificate": ("FACADE_SOAP_CERTIFICATE", lambda known: known.certificate),
}


def signing_in(sign_in: Mapping[str, Any], credentials: Credentials) -> Auth:
    """The style that `[crm.sign_in]` declares; none where it is empty.

    Raises Misconfigured, listing the words that are unknown or missing, or the settings.
    """
    if not sign_in:
        return NoAuth()
    style = sign_in.get("style", USUAL)
    if style not in STYLES:
        raise Misconfigured(f"[crm.sign_in] style {style!r} is unknown; known: {', '.join(STYLES)}")
    kind = STYLES[style]
    check_words(style, kind.WORDS, sign_in)
    lacking = [ASKED[name][0] for name in kind.SETTINGS if not ASKED[name][1](credentials)]
    if lacking:
        raise Misconfigured(
            f"the SOAP service asks for a sign-in of style {style}: set {' and '.join(lacking)}"
        )
    return kind.of(sign_in, credentials)


__all__ = ["STYLES", "Auth", "Credentials", "NoAuth", "Session", "SessionHeader", "signing_in"]
