"""The self-test of a driver: values that drivers are known to change, read through an open port.

Nothing is created; they come out of expressions and parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from legacy_clients.errors import Misconfigured, Unintelligible
from legacy_clients.odbc.drivers.profile import Canary
from legacy_clients.odbc.messages import Column, Query
from legacy_clients.odbc.port import Port
from legacy_clients.odbc.veil import veil

SECONDS = 30.0
EXACT, REFUSED, CHANGED = "exact", "refused", "changed"
ALPHABETS = {
    "latin": "abcÄöüØÛ ñ'\"",
    "cyrillic": "Жщюя Ёж",
    "chinese": "漢字不變",
    "pictures": "🚚📦a🎉",
}
"""Some letters beyond the basic plane, and some that drivers have counted twice."""
LENGTHS = (1, 2, 127, 128, 129, 255, 256, 1000, 4000, 4001, 5000)


@dataclass(frozen=True)
class Outcome:
    """What became of one canary: EXACT, REFUSED with an error, or CHANGED without a word."""

    name: str
    verdict: str


def texts() -> list[tuple[str, str]]:
    """Texts of 1 to 5,000 letters in four alphabets, by name."""
    return [
        (f"{length:,} letters {name}", (letters * length)[:length])
        for name, letters in ALPHABETS.items()
        for length in LENGTHS
    ]


def self_test(port: Port, page: str = "utf-8", bulk: bool = False) -> tuple[Outcome, ...]:
    """What becomes of values that drivers change, by rows or in bulk (F10).

    `page` is that of the port. Raises what `port.ask` raises where it is no matter of a value.
    """
    profile = port.profile
    given = [Canary(name, profile.long_type, profile.long_text, text) for name, text in texts()]
    return (
        *_outcomes(port, profile.canaries, page, bulk),
        *_outcomes(port, given, page, bulk),
    )


def demand_exact(port: Port, outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """The names of the canaries that are refused, which is safe and worth a line in the log.

    Misconfigured where the driver changes values without a word.
    """
    told = list(outcomes)
    changed = [it.name for it in told if it.verdict == CHANGED]
    if changed:
        raise Misconfigured(
            f"the ODBC driver or database ({port.profile.name}) changes values without a word:"
            f" {', '.join(changed)}. Use another version of the driver, and see `facade qualify`"
        )
    return tuple(it.name for it in told if it.verdict == REFUSED)


def _outcomes(port: Port, canaries: Sequence[Canary], page: str, bulk: bool) -> list[Outcome]:
    """Of all at once; where that fails, of each half by itself."""
    try:
        read = _read(port, canaries, bulk)
    except (Unintelligible, Misconfigured):
        if len(canaries) == 1:
            return [Outcome(canaries[0].name, REFUSED)]
        half = len(canaries) // 2
        halves = (canaries[:half], canaries[half:])
        return [outcome for part in halves for outcome in _outcomes(port, part, page, bulk)]
    return [
        Outcome(canary.name, EXACT if same(text, canary.text, page) else CHANGED)
        for canary, text in zip(canaries, read, strict=True)
    ]


def _read(port: Port, canaries: Sequence[Canary], bulk: bool) -> list[str | None]:
    """The texts that come for the canaries; one whose SQL has a place is a parameter."""
    carry = port.profile.carry_in_bulk if bulk else port.profile.carry_by_row
    carried = ", ".join(
        f"{carry(f'q.c{place}', Column('', it.declared, None, True))} AS c{place}"
        for place, it in enumerate(canaries)
    )
    within = ", ".join(f"{it.sql} AS c{place}" for place, it in enumerate(canaries))
    params = tuple(it.text for it in canaries if "?" in it.sql)
    return first_row(port, Query(f"SELECT {carried} FROM (SELECT {within}) q", params), bulk)


def first_row(port: Port, query: Query, bulk: bool) -> list[str | None]:
    """The only row of an answer."""
    if not bulk:
        [row] = port.ask(query, SECONDS).rows
        return list(row)
    with port.stream(query, stall=SECONDS) as stream:
        table = stream.read_all()
    if table.num_rows != 1:
        raise Unintelligible(f"{table.num_rows} rows came for one")
    return [column[0].as_py() for column in table.columns]


def same(text: str | None, expected: str | None, page: str) -> bool:
    """Whether a text is the expected one, or its bytes as the declared code page reads them."""
    if text == expected or expected is None or text is None:
        return text == expected
    try:
        return text == expected.encode().decode(page)
    except ValueError:
        return text == veil(expected.encode())
