"""Values on their way out: how each XSD type is spelled (XSD 1.0 part 2), exactly or not at all."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal

from legacy_clients.errors import Unfit
from legacy_clients.soap.xsd import Kind

UNCARRIED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, Char


class Unspelled(ValueError):
    """A value that a type has no spelling for. Its argument is the reason, without the value."""


def text(value: object) -> str:
    if not isinstance(value, str):
        raise Unspelled(f"a text is expected, not {a(value)}")
    return value


def boolean(value: object) -> str:
    if not isinstance(value, bool):
        raise Unspelled(f"true or false is expected, not {a(value)}")
    return "true" if value else "false"


def integer(value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unspelled(f"a whole number is expected, not {a(value)}")
    return str(value)


def decimal(value: object) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Unspelled(f"a decimal is expected, not {a(value)}")


def double(value: object) -> str:
    """xsd:double and xsd:float: a finite float in its shortest exact form, or a decimal."""
    if isinstance(value, float) and value - value == 0:
        return repr(value)
    return decimal(value)


def day(value: object) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Unspelled(f"a date is expected, not {a(value)}")
    return value.isoformat()


def instant(value: object) -> str:
    """xsd:dateTime in UTC with `Z`; a moment without an offset is no instant."""
    if not isinstance(value, datetime):
        raise Unspelled(f"an instant is expected, not {a(value)}")
    if value.utcoffset() is None:
        raise Unspelled("an instant is expected, and this one has no offset from UTC")
    try:
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    except OverflowError:
        raise Unspelled("the instant lies outside the years 1 to 9999 in UTC") from None


def clock(value: object) -> str:
    if not isinstance(value, time) or value.tzinfo is not None:
        raise Unspelled(f"a time of day without an offset is expected, not {a(value)}")
    return value.isoformat()


def base64_binary(value: object) -> str:
    if not isinstance(value, bytes):
        raise Unspelled(f"bytes are expected, not {a(value)}")
    return base64.b64encode(value).decode("ascii")


def hex_binary(value: object) -> str:
    if not isinstance(value, bytes):
        raise Unspelled(f"bytes are expected, not {a(value)}")
    return value.hex().upper()


INTEGERS = (
    "integer",
    "nonPositiveInteger",
    "negativeInteger",
    "long",
    "int",
    "short",
    "byte",
    "nonNegativeInteger",
    "unsignedLong",
    "unsignedInt",
    "unsignedShort",
    "unsignedByte",
    "positiveInteger",
)

SPELLERS: dict[str, Callable[[object], str]] = {
    "boolean": boolean,
    "decimal": decimal,
    "float": double,
    "double": double,
    "date": day,
    "dateTime": instant,
    "time": clock,
    "base64Binary": base64_binary,
    "hexBinary": hex_binary,
    **dict.fromkeys(INTEGERS, integer),
}

# Types whose blanks a service keeps (None: as they are), replaces or joins when it reads them.
KEPT_BLANKS = {
    "string": "preserve",
    "anySimpleType": "preserve",
    "anyType": "preserve",
    "normalizedString": "replace",
}

BLANKS: dict[str, Callable[[str], str]] = {
    "preserve": lambda spelled: spelled,
    "replace": lambda spelled: re.sub("[\t\n\r]", " ", spelled),
    "collapse": lambda spelled: " ".join(re.split("[\t\n\r ]+", spelled.strip("\t\n\r "))),
}


def spell(value: object, kind: Kind, path: str) -> str:
    """The text that stands for `value` in an element of type `kind`.

    A text is taken as spelled already, for any type. Raises Unfit, naming `path`, when the type of
    the value is wrong or XML or the type would change it on the way. Whether it fits the facets is
    for the schema to say.
    """
    try:
        spelled = value if isinstance(value, str) else SPELLERS.get(kind.name, text)(value)
    except Unspelled as reason:
        raise Unfit(path, str(reason)) from None
    if UNCARRIED.search(spelled):
        raise Unfit(path, "it holds a character that XML cannot carry")
    blanks = kind.facets.get("whiteSpace") or KEPT_BLANKS.get(kind.name, "collapse")
    if BLANKS[blanks](spelled) != spelled:
        raise Unfit(path, "it holds blanks or line breaks that the service would take out")
    return spelled


def a(value: object) -> str:
    """The type of a value, for a message that must not hold the value."""
    word = type(value).__name__
    return f"an {word}" if word[0] in "aeiouAEIOU" else f"a {word}"
