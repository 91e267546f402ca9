"""The parts that commands work with, opened from the settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from facade.cli.crm import crm_of, demand_exact, demand_sources, settings_here
from facade.cli.worker import carry_out
from facade.config import SETTINGS, SettingError, Settings
from facade.ledger import Ledger, open_ledger
from facade.sinks import KINDS, SinkPlan, open_sink
from facade.sinks.sink import Sink
from facade.sync.certificate.keys import open_signer
from facade.sync.cluster import Cluster
from facade.sync.night import Night
from facade.sync.progress import Progress, silent
from facade.sync.retention import Retention
from schemas.layout import Layout


def sinks_of(
    settings: Settings, ledger: Ledger, layouts: Mapping[str, Layout], only: str | None = None
) -> dict[str, Sink]:
    """The sinks of the settings by name, or just one. Raises SettingError, SinkError."""
    names = list(settings.sinks)
    if only is not None and only not in names:
        raise SettingError(f"there is no sink {only!r}; known: {', '.join(names) or 'none'}")
    found = {}
    for name in names if only is None else [only]:
        sink = settings.sink(name)
        if sink.kind not in KINDS:
            raise SettingError(
                f"sink {name}: unknown kind {sink.kind!r}; known: {', '.join(KINDS)}"
            )
        plan = SinkPlan(
            name=name,
            url=str(sink.require("url")),
            token=str(sink.token) if sink.token else None,
            on_delete=sink.on_delete,
            scope=sink.scope,
            layouts=_wanted(layouts, sink.entities),
            references=ledger.references(name),
        )
        found[name] = open_sink(sink.kind, plan)
    return found


def _wanted(
    layouts: Mapping[str, Layout], entities: tuple[str, ...] | None
) -> Mapping[str, Layout]:
    """The relations of the entities that a sink is to have; all where it does not say."""
    if entities is None:
        return layouts
    return {
        name: layout
        for name, layout in layouts.items()
        if (layout.parent or layout.relation) in entities
    }


@contextmanager
def ledger_of(settings: Settings) -> Iterator[Ledger]:
    """The ledger, in a folder made for it. Raises SettingError, LedgerError."""
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"{SETTINGS['var'].spelled} is {settings.var}, which cannot be made: {error.strerror}."
            " Give a folder that can be written."
        ) from error
    with open_ledger(str(settings.ledger)) as ledger:
        yield ledger


def cluster_of(settings: Settings) -> Cluster | None:
    """The cluster that shares a night's heavy work, if the settings name one. Raises
    SettingError.
    """
    return None if settings.dask is None else Cluster(settings.dask, carry_out)


@contextmanager
def opened_night(
    only: str | None = None, progress: Progress = silent, reads: bool = True
) -> Iterator[Night]:
    """A night made of the settings; everything is closed at the end.

    One that does not read needs no CRM that is up, nor the settings of where it is.
    """
    settings = settings_here()
    crm = crm_of(settings)
    if reads:
        demand_sources(settings, crm)
    cluster = cluster_of(settings)
    with ledger_of(settings) as ledger:
        try:
            if reads:
                demand_exact(crm)
            night = Night(crm, ledger, settings.var, progress=progress)
            if settings.certificate_key is not None:
                night.certificate_key = Path(settings.certificate_key)
                open_signer(night.var, night.certificate_key)
            night.sinks = sinks_of(settings, ledger, night.layouts, only)
            night.wanted = {
                name: tuple(_wanted(night.layouts, settings.sink(name).entities))
                for name in night.sinks
            }
            night.keeping = Retention(settings.keep_days, tuple(settings.sinks))
            night.overlap = dt.timedelta(seconds=settings.overlap)
            night.cluster = cluster
            yield night
        finally:
            crm.close()
