"""The settings of this process, and the CRM that they name."""

from __future__ import annotations

import os
from pathlib import Path

import click

from facade.app import access_of
from facade.config import Settings, read_settings
from legacy_clients import open_crm
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import NotSent


def settings_here() -> Settings:
    """The settings of this process. Raises SettingError."""
    return read_settings(os.environ, Path.cwd())


def crm_of(settings: Settings) -> LegacyCRM:
    """The CRM that the settings name. Raises SettingError, Misconfigured, MappingError."""
    return open_crm(settings.require("crm"), access_of(settings), settings.crm_choices)


def demand_sources(settings: Settings, crm: LegacyCRM) -> None:
    """The settings without which nothing can be read: of the database where a table stands in one,
    of the service where one is a list. Raises SettingError.
    """
    listed = [table.listing is not None for table in crm.mapping.tables.values()]
    if not all(listed):
        settings.require("odbc")
    if any(listed):
        settings.require("soap_wsdl")
        settings.require("soap_url")


def demand_exact(crm: LegacyCRM) -> None:
    """The database's driver changes no value without a word (F10); what it cannot bring is said.

    Raises Misconfigured. A database that is down, or not to be read at this hour, is found out by
    whoever reads it.
    """
    try:
        crm.demand_hours()
        refused = crm.demand_exact()
    except NotSent:
        return
    if refused:
        click.echo(
            "The database's driver cannot bring some values, which are refused wherever they stand:"
            f" {', '.join(refused)}",
            err=True,
        )
