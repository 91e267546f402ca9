"""What an outage is: how it breaks a place, and what a night has to say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.torture.outages.place import Place

Options = dict[str, Any]
Broken = Callable[[Place], AbstractContextManager[Options]]


@dataclass(frozen=True)
class Outage:
    """Something that goes wrong while `broken` is entered; what a night says of it."""

    name: str
    told: str
    broken: Broken


DELETES = r"would be deleted, more than is believed: nothing was sealed\..*--accept deletes"
UPDATES = r"would be updated, more than is believed: nothing was sealed\..*--accept updates"
BACKWARDS = r"a backup had been restored .* --accept deletes --accept updates"
AWAY = r"no table '{table}' that the account may read"
DENIED = r"table '?{table}.* may (not )?read"
LOST = r"connection|no answer|did not answer|driver"


def both(one: Outage, other: Outage) -> Outage:
    """The first is what a night comes upon."""

    @contextmanager
    def broken(place: Place) -> Iterator[Options]:
        with ExitStack() as stack:
            options = [stack.enter_context(outage.broken(place)) for outage in (one, other)]
            yield options[0] | options[1]

    return Outage(f"{one.name}, {other.name}", one.told, broken)
