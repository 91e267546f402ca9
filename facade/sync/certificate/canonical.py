"""The bytes of a certificate that are signed and chained: JSON in the one form of RFC 8785."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LARGEST = 2**53 - 1
"""Beyond it the numbers of JSON are not exact everywhere."""
SIGNATURE = "signature"


def canonical(document: Any) -> bytes:
    """Keys sorted by UTF-16, no blanks, UTF-8. Raises TypeError for what has no one form: floats,
    whole numbers beyond 2^53, and what is not JSON.
    """
    text = json.dumps(_ordered(document), ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def signed_part(certificate: Mapping[str, Any]) -> bytes:
    """The bytes that a certificate's signature is made over: all of it but the signature."""
    return canonical({key: value for key, value in certificate.items() if key != SIGNATURE})


def sha256_of(certificate: Mapping[str, Any]) -> str:
    """The SHA-256 by which the next certificate names this one, as hexadecimal text."""
    return hashlib.sha256(signed_part(certificate)).hexdigest()


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a key of a certificate is text")
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, list | tuple):
        return [_ordered(part) for part in value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST:
        return value
    raise TypeError(f"a certificate holds no {type(value).__name__} such as {value!r}")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
