"""What a document costs in memory once it is parsed, known from its bytes before it is: so many
nodes of libxml2, each of them far larger than the tag that it comes from.
"""

from __future__ import annotations

import codecs
import re

from legacy_clients.errors import Unintelligible

# Bytes of a node, measured with libxml2 2.14 on 64 bits: of an element, of a text or another node,
# of an attribute with its text or of a namespace.
ELEMENT, TEXT, ATTRIBUTE = 130, 130, 200
HEAVIEST = 30_000_000

DECLARED = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,60})["']""")
MARK_UTF8 = b"\xef\xbb\xbf"
EBCDIC = "<?xm".encode("cp037")
WIDE = ("utf-16", "utf-32")
MARKUP = "<>=/?"


def refuse_weight(body: bytes) -> None:
    """Raises Unintelligible for a document that is too heavy."""
    if too_heavy(body):
        raise Unintelligible("the answer holds more elements than we accept: ask for fewer records")


def too_heavy(body: bytes) -> bool:
    """Whether a document costs more than HEAVIEST beyond its own text.

    Counted are tags, what stands between them, and equals signs, of which a text may have some too:
    what is let through costs no more than that. The bytes are of an encoding that shows them.
    """
    tags, equals = body.count(b"<"), body.count(b"=") * ATTRIBUTE
    if tags * (ELEMENT + TEXT) + equals <= HEAVIEST:  # as nearly all, without a closer look
        return False
    elements = tags - body.count(b"</")
    texts = body.count(b">") - body.count(b"><")
    return elements * ELEMENT + texts * TEXT + equals > HEAVIEST


def refuse_encoding(body: bytes, told: str | None) -> None:
    """Raises Unintelligible for an encoding that nobody knows, or that can spell markup without the
    bytes of it (EBCDIC, UTF-7): what bounds a document counts those.

    `told` is the encoding that the content type names; `body` may be the beginning alone.
    """
    declared = DECLARED.match(body.removeprefix(MARK_UTF8).lstrip())
    names = [told] if told else [declared[1].decode("ascii")] if declared else []
    if body.startswith(EBCDIC) or not all(map(shows_markup, names)):
        raise Unintelligible("the answer is in an encoding that we do not know")


def shows_markup(encoding: str) -> bool:
    try:
        name = codecs.lookup(encoding).name
        return name.startswith(WIDE) or (
            name != "utf-7" and MARKUP.encode(name) == MARKUP.encode("ascii")
        )
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return False
