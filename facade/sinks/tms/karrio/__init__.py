"""Karrio (server 2026.1): orders with addresses embedded, known again by source and order_id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facade.sinks.sink import References, Sink, SinkMismatch
from facade.sinks.tms.karrio.client import Client
from facade.sinks.tms.karrio.plan import ON_DELETE
from facade.sinks.tms.karrio.sink import Karrio

__all__ = ["open_karrio"]


def open_karrio(
    name: str,
    url: str,
    token: str,
    references: References,
    scope: Mapping[str, Mapping[str, Any]],
    on_delete: str = "flag",
    *,
    seconds: float = 30.0,
    patience: float = 300.0,
) -> Sink:
    """A sink for one Karrio server; nothing is called yet.

    `scope` is by entity and field: a value, a list of values, or a table of >=, >, <=, <.
    `seconds` is the deadline of one call, `patience` the most that a delivery waits in all because
    the server asks it to. Raises SinkMismatch that names what is wrong.
    """
    foreign = [entity for entity in scope if entity != "order"]
    if foreign:
        raise SinkMismatch(
            f"Sink {name}: its scope names {', '.join(foreign)}, but Karrio is sent orders alone."
        )
    if on_delete not in ON_DELETE:
        raise SinkMismatch(
            f"Sink {name}: on_delete is {on_delete!r}; known: {', '.join(ON_DELETE)}."
        )
    Client(url, token).close()
    return Karrio(
        name,
        lambda: Client(url, token, seconds, patience),
        references,
        scope.get("order", {}),
        on_delete,
    )
