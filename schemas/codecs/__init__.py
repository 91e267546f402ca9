"""Codecs by the name that a mapping file gives them: one file a kind, each with all its forms."""

from __future__ import annotations

from typing import Any

from schemas.codecs.code import CodesCodec, CodesListCodec, ListedCodec
from schemas.codecs.codec import Codec, Rules
from schemas.codecs.constant import AmongCodec, ConstantCodec
from schemas.codecs.flag import BitCodec, FlagCodec, YesNoCodec
from schemas.codecs.key import KeyCodec, KeysCodec
from schemas.codecs.number import CentsCodec, DecimalCodec, DoubleCodec, WholeCodec
from schemas.codecs.person import EmailCodec, PhoneCodec
from schemas.codecs.place import CountryCodec, RegionCodec
from schemas.codecs.text import CharCodec, TextCodec
from schemas.codecs.time import (
    Date8Codec,
    Date8Time6Codec,
    DateCodec,
    EpochCodec,
    Stamp14Codec,
    StampCodec,
    UtcCodec,
)
from schemas.fields import Code, Day, Exact, Flag, Instant, Key, Keys, Text, Whole, Words

CODECS: dict[str, type[Any]] = {
    "among": AmongCodec,
    "constant": ConstantCodec,
    "text": TextCodec,
    "char": CharCodec,
    "key": KeyCodec,
    "keys": KeysCodec,
    "integer": WholeCodec,
    "decimal": DecimalCodec,
    "cents": CentsCodec,
    "float": DoubleCodec,
    "bit": BitCodec,
    "yn": YesNoCodec,
    "flag": FlagCodec,
    "codes": CodesCodec,
    "codes_list": CodesListCodec,
    "listed": ListedCodec,
    "date": DateCodec,
    "date8": Date8Codec,
    "stamp": StampCodec,
    "stamp14": Stamp14Codec,
    "date8_time6": Date8Time6Codec,
    "utc": UtcCodec,
    "epoch": EpochCodec,
    "phone_e164": PhoneCodec,
    "email_address": EmailCodec,
    "country_code": CountryCodec,
    "region_code": RegionCodec,
}

_DEFAULTS: dict[type, str] = {
    Text: "text",
    Key: "key",
    Keys: "keys",
    Code: "codes",
    Words: "codes_list",
    Exact: "decimal",
    Whole: "integer",
    Flag: "bit",
    Day: "date",
    Instant: "stamp",
}


def default_codec(field: Any) -> str:
    """The name of the codec that reads `field` where the mapping names none."""
    return next(_DEFAULTS[kind] for kind in type(field).__mro__ if kind in _DEFAULTS)


def make_codec(
    name: str, field: Any, options: dict[str, Any], rules: Rules, columns: int | None = None
) -> Codec:
    """The codec `name` for a field of the schema, with the mapping's further flags for it.

    `columns` is the number of source columns; a key of several columns cannot be written without.
    Raises ValueError that names the known words.
    """
    if name not in CODECS:
        raise ValueError(f"{name!r} is no codec; known are {', '.join(CODECS)}")
    codec = CODECS[name]
    kind = type(field).__name__
    if not isinstance(field, codec.kinds):
        fitting = [other for other, made in CODECS.items() if isinstance(field, made.kinds)]
        raise ValueError(f"codec {name!r} reads no {kind}; these do: {', '.join(fitting)}")
    unknown = sorted(options.keys() - codec.options)
    if unknown:
        known = ", ".join(sorted(codec.options)) or "none"
        raise ValueError(f"codec {name!r} has no option {', '.join(unknown)}; known: {known}")
    if columns not in (None, codec.columns) and codec.columns is not None:
        raise ValueError(f"codec {name!r} reads {codec.columns} columns, not {columns}")
    made: Codec = codec(field, options, rules, *([columns] if codec.columns is None else []))
    return made
