"""TLS to the service: whom we trust, and which certificate says who we are."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

from legacy_clients.errors import Misconfigured, Unreachable

# OpenSSL's numbers (X509_V_ERR_…) for what is wrong with a certificate. Its own texts name hosts.
FLAWS = {
    9: "it is not valid yet",
    10: "it has expired",
    18: "it is signed by itself; crm.soap_ca names the one to trust",
    19: "its chain ends in a root that is not trusted; crm.soap_ca names the one to trust",
    20: "its issuer is not known; crm.soap_ca names the one to trust",
    21: "its issuer is not known; crm.soap_ca names the one to trust",
    23: "it was revoked",
    62: "it is for another host",
    64: "it is for another address",
}


def tls_context(
    ca: Path | str | None = None,
    certificate: Path | str | None = None,
    key: Path | str | None = None,
) -> ssl.SSLContext:
    """What TLS is spoken with: TLS 1.2 or later, the host's name checked (RFC 9525).

    `ca` is a PEM file of the only roots to trust, else those of the system; `certificate` (with its
    chain) and `key` are PEM files, the key in the certificate's file where it is left out. Raises
    Misconfigured, naming the setting.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca is None:
        context.load_default_certs()
    else:
        read("crm.soap_ca", ca, lambda: context.load_verify_locations(ca))
    if certificate is not None:
        # Without an answer to this question OpenSSL would ask the terminal.
        read(
            "crm.soap_certificate or crm.soap_key",
            key or certificate,
            lambda: context.load_cert_chain(certificate, key, password=unanswered),
        )
    elif key is not None:
        raise Misconfigured("crm.soap_key is set without crm.soap_certificate: set both or neither")
    return context


def read(setting: str, path: Path | str, load: Callable[[], object]) -> None:
    try:
        load()
    except FileNotFoundError:
        raise Misconfigured(f"{setting}: a file is not there, {path} or the other one") from None
    except ssl.SSLError as error:
        raise Misconfigured(f"{setting}: no usable PEM file ({error.reason})") from None
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{setting}: {path} cannot be used ({type(error).__name__})") from None


def unanswered() -> str:
    raise Misconfigured("crm.soap_key has a passphrase: store one without, readable by us alone")


def untrusted(error: ssl.SSLCertVerificationError) -> Unreachable:
    """Why the service's certificate is not believed. Nothing was sent."""
    flaw = FLAWS.get(error.verify_code, f"OpenSSL error {error.verify_code}")
    return Unreachable(f"the certificate of the SOAP service is not accepted: {flaw}")


def unfinished(error: ssl.SSLError) -> Unreachable:
    """A handshake that failed otherwise. Nothing was sent."""
    return Unreachable(
        f"TLS with the SOAP service failed ({error.reason}): no version or cipher in common, or it "
        "asks for a certificate (crm.soap_certificate)"
    )
