"""Values whose bytes are no text, carried as `MARK` and the hexadecimal digits of those bytes."""

from __future__ import annotations

# The hub's own mark (a test compares them); the hub itself is too much for a worker to load.
MARK = "\x01"


def unveil(text: str, page: str) -> str:
    """A carried value: marked bytes as text where they are text in the code page.

    Bytes that hold NUL, or whose text would start with `MARK` itself, stay marked.
    """
    if not text.startswith(MARK):
        return text
    try:
        plain = bytes.fromhex(text[1:]).decode(page)
    except ValueError:
        return text
    return text if "\0" in plain or plain.startswith(MARK) else plain


def veil(raw: bytes) -> str:
    """Bytes that are no text, as they are carried."""
    return MARK + raw.hex().upper()


def decoded(text: str, page: str) -> str:
    """A row's text whose letters stand for its bytes: the text itself, or its bytes marked."""
    if text.startswith(MARK):
        return unveil(text, page)
    if text.isascii():
        return text
    raw = text.encode("latin-1")
    try:
        plain = raw.decode(page)
    except ValueError:
        return veil(raw)
    return veil(raw) if plain.startswith(MARK) else plain
