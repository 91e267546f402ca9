"""The certificates of all nights, each of which names the one before it by its SHA-256."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from facade.ledger import Ledger
from facade.ledger.runs import CERTIFIED
from facade.snapshots.folder import NightFolder
from facade.sync.certificate.canonical import SIGNATURE, sha256_of, signed_part
from facade.sync.certificate.keys import fits, key_id

FORMAT = "crm-facade certificate 1"
PARTS = {"format", "run", "number", "key", "tables", "entities", "files", "previous", "steps"}
"""What those who look back at a certificate ask it for."""


class Link(NamedTuple):
    """A night's number, and its certificate; None where the file holds none."""

    run: int
    certificate: dict[str, Any] | None


def newest_before(ledger: Ledger, var: Path, run: int) -> Link | None:
    """The certificate that the one of this night follows on."""
    return next(_links(ledger, var, run - 1), None)


def latest(ledger: Ledger, var: Path, run: int, most: int) -> list[dict[str, Any]]:
    """The last certificates up to this night's, oldest first."""
    found: list[dict[str, Any]] = []
    for link in _links(ledger, var, run):
        if len(found) == most:
            break
        if link.certificate is not None:
            found.insert(0, link.certificate)
    return found


def named(link: Link | None) -> dict[str, Any] | None:
    """How a certificate names the one before it."""
    if link is None or link.certificate is None:
        return None
    return {"run": link.run, "sha256": sha256_of(link.certificate)}


def broken(ledger: Ledger, var: Path, run: int, trusted: Mapping[str, bytes]) -> list[str]:
    """What is wrong with the certificates up to this night's: links, signatures and keys.

    Where no key is trusted, that of the first certificate is.
    """
    links = list(_links(ledger, var, run))[::-1]
    if links and not trusted:
        trusted = _first_key(links[0])
    found: list[str] = []
    before: Link | None = None
    for link in links:
        if link.certificate is None:
            found.append(f"the certificate of night {link.run} is none: it was changed")
        else:
            found += _unsigned(link.run, link.certificate, trusted)
            found += _unlinked(link, before)
        before = link
    return found


def key_changes(ledger: Ledger, var: Path, run: int) -> list[str]:
    """Where certificates began to be signed by another key, in words."""
    found = []
    before: str | None = None
    for link in list(_links(ledger, var, run))[::-1]:
        key = ((link.certificate or {}).get("key") or {}).get("id")
        if before is not None and key not in (before, None):
            found.append(f"from night {link.run} on the key is {key}; before, it was {before}")
        before = key or before
    return found


def _links(ledger: Ledger, var: Path, run: int) -> Iterator[Link]:
    """Newest first. A night that was cut short before its certificate is none of them."""
    for other in reversed(ledger.runs.sealed_after(0, CERTIFIED)):
        path = NightFolder.of(var, other.number).certificate
        if other.number <= run and path.is_file():
            yield Link(other.number, _read(path))


def _read(path: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_text("utf-8"))
        signed_part(document)
    except (ValueError, TypeError, AttributeError):
        return None
    whole = document.keys() >= PARTS and document["format"] == FORMAT
    return document if whole else None


def _first_key(link: Link) -> Mapping[str, bytes]:
    public = _public((link.certificate or {}).get("key"))
    return {} if public is None else {key_id(public): public}


def _unsigned(
    run: int, certificate: Mapping[str, Any], trusted: Mapping[str, bytes]
) -> Iterator[str]:
    public = _public(certificate.get("key"))
    signature = _decoded(certificate.get(SIGNATURE))
    if public is None or signature is None:
        yield f"the certificate of night {run} is not signed"
    elif not fits(public, signature, signed_part(certificate)):
        yield f"the certificate of night {run} was changed: its signature does not fit"
    elif key_id(public) not in trusted or certificate["key"].get("id") != key_id(public):
        known = ", ".join(trusted) or "none"
        yield (
            f"the certificate of night {run} is signed by key {key_id(public)}, which is not"
            f" trusted; trusted: {known}"
        )


def _unlinked(link: Link, before: Link | None) -> Iterator[str]:
    assert link.certificate is not None
    previous = link.certificate.get("previous")
    if before is not None and before.certificate is None:
        return
    if previous == named(before):
        return
    if before is None or (isinstance(previous, dict) and previous.get("run") != before.run):
        of = previous.get("run") if isinstance(previous, dict) else None
        yield f"the certificate of night {of}, on which that of night {link.run} follows, is gone"
    else:
        yield f"the certificate of night {link.run} does not follow on the one before it"


def _public(key: Any) -> bytes | None:
    public = _decoded(key.get("public")) if isinstance(key, dict) else None
    return public if public is not None and len(public) == 32 else None


def _decoded(text: Any) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error):
        return None
