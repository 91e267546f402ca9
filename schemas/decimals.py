"""Decimal numbers in plain notation, as callers send them and CRMs hold them."""

from __future__ import annotations

import re
from decimal import Decimal

MAX_PRECISION = 38
PLAIN = r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"

_plain = re.compile(PLAIN).fullmatch


def plain_decimal(text: str) -> Decimal | None:
    """The number of plain notation (`-12.50`, `.5`; no exponent, sign +, blank), None for others.

    At most 38 digits.
    """
    if not _plain(text) or sum(c != "." for c in text.lstrip("-")) > MAX_PRECISION:
        return None
    return Decimal(text)
