"""How answers come packed (RFC 9110 section 8.4.1), unpacked piece by piece: what unpacks to
gigabytes costs no more than what is read of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from legacy_clients.errors import CutOff, Unintelligible

CHUNK = 64 * 1024

Source = Callable[[int], bytes]
"""Gives at most so many bytes, b"" at the end."""


def as_sent(source: Source) -> Source:
    return source


def inflated(window: int) -> Callable[[Source], Source]:
    """Unpacks RFC 1950 or 1952 data, by zlib's number for the window."""

    def unpack(source: Source) -> Source:
        unpacker = zlib.decompressobj(window)

        def read(count: int) -> bytes:
            while not unpacker.eof:
                packed = unpacker.unconsumed_tail or source(CHUNK)
                if not packed:
                    raise CutOff("the packed answer ends early")
                try:
                    plain = unpacker.decompress(packed, count)
                except zlib.error:
                    raise Unintelligible("the answer is packed wrongly") from None
                if plain:
                    return plain
            # The framing has to end too, so that the connection can be kept.
            if unpacker.unused_data or source(CHUNK):
                raise Unintelligible("the packed answer goes on after its end")
            return b""

        return read

    return unpack


PACKINGS: dict[str, Callable[[Source], Source]] = {
    "": as_sent,
    "identity": as_sent,
    "gzip": inflated(16 + zlib.MAX_WBITS),
    "x-gzip": inflated(16 + zlib.MAX_WBITS),
    "deflate": inflated(zlib.MAX_WBITS),
}


def unpacked(source: Source, packing: str) -> Source:
    """`source` unpacked. Raises Unintelligible for a packing that nobody asked for."""
    unpack = PACKINGS.get(packing)
    if unpack is None:
        raise Unintelligible("the answer is packed in a way that we did not ask for")
    return unpack(source)
