"""Where sealed nights are delivered: one folder a kind of target, chosen by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from facade.sinks.sink import References, Sink
from schemas.layout import Layout


@dataclass(frozen=True)
class SinkPlan:
    """What a sink is opened with, out of the settings and the ledger."""

    name: str
    url: str
    token: str | None
    on_delete: str
    scope: Mapping[str, Mapping[str, Any]]
    layouts: Mapping[str, Layout]
    references: References


def _warehouse(plan: SinkPlan) -> Sink:
    from facade.sinks.warehouse import open_warehouse

    return open_warehouse(plan.name, plan.url, plan.layouts, plan.on_delete, plan.scope)


# What a TMS is to carry, where its settings do not say: not the orders of twenty years.
UNDER_WAY: Mapping[str, Mapping[str, Any]] = {"order": {"status": ["open", "confirmed"]}}


def _karrio(plan: SinkPlan) -> Sink:
    from facade.sinks.tms.karrio import open_karrio

    scope = plan.scope or UNDER_WAY
    return open_karrio(
        plan.name, plan.url, plan.token or "", plan.references, scope, plan.on_delete
    )


# Opened only when named: a warehouse's driver is no business of a TMS.
KINDS: dict[str, Callable[[SinkPlan], Sink]] = {"warehouse": _warehouse, "karrio": _karrio}


def open_sink(kind: str, plan: SinkPlan) -> Sink:
    """The sink of a kind. Raises KeyError naming the known kinds, and SinkError."""
    if kind not in KINDS:
        raise KeyError(f"unknown kind of sink {kind!r}; known: {', '.join(KINDS)}")
    return KINDS[kind](plan)
