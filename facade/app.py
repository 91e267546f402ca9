"""The composition root of the REST API: settings in, a WSGI app out.

Flask is loaded when an app is made: commands take from here where the CRM is, and start without it.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine

from facade.config import Settings, read_settings
from facade.ledger import Ledger, open_ledger
from legacy_clients import open_crm
from legacy_clients.checks import Lookout
from legacy_clients.crm import Access, LegacyCRM
from legacy_clients.errors import LegacyError, Misconfigured
from legacy_clients.pace import Hours
from schemas.mapping import CrmMapping

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger(__name__)


def create_app(
    settings: Settings | None = None,
    crm: LegacyCRM | None = None,
    ledger: Ledger | None = None,
) -> Flask:
    """The API of a deployment; settings are those of the environment and the working folder.

    The CRM need not be up: nothing is asked of it here. Raises SettingError, MappingError,
    Misconfigured and LedgerError. What was opened for the app is closed by `close`.
    """
    from facade.api import make_api

    if settings is None and (crm is None or ledger is None):
        settings = read_settings(os.environ, Path.cwd())
    if crm is None:
        assert settings is not None
        crm = open_crm(settings.require("crm"), access_of(settings), settings.crm_choices)
    if ledger is None:
        assert settings is not None
        ledger = open_ledger(settings.ledger)
    lookout = Lookout(crm, seen_file(settings) if settings is not None else None)
    app = make_api(crm, ledger, lookout)
    app.extensions["facade"] = (crm, ledger)
    app.extensions["lookout"] = lookout
    _read_contract(crm)
    return app


def serving() -> Flask:
    """`create_app` for a server's process: in the background it looks at what changed in the CRM
    and at its account, and says so in the log. It ends with the process that started it.
    """
    threading.Thread(target=_end_with, args=(os.getppid(),), name="parent", daemon=True).start()
    app = create_app()
    app.extensions["lookout"].begin()
    return app


def _end_with(parent: int) -> None:
    """Once the parent was killed: the port would be held by one that nobody stops."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def access_of(settings: Settings) -> Access:
    """Where the settings say that the CRM is, and how it is spared."""
    hours = settings.crm_hours
    return Access(
        odbc=settings.odbc,
        wsdl=settings.soap_wsdl,
        url=settings.soap_url,
        user=settings.soap_user,
        password=settings.soap_password,
        ca=settings.soap_ca,
        certificate=settings.soap_certificate,
        key=settings.soap_key,
        proxy=settings.soap_proxy,
        calls=settings.soap_calls,
        connections=settings.odbc_connections,
        pause=settings.crm_pause,
        hours=None if hours is None else Hours(hours.begin, hours.end, hours.zone),
    )


def seen_file(settings: Settings) -> Path:
    """Where is kept what was last seen of the CRM's tables and contract."""
    return settings.var / "check" / "seen.json"


def close(app: Flask) -> None:
    """Give back what `create_app` opened or was given."""
    for part in (app.extensions["lookout"], *app.extensions["facade"]):
        part.close()


def document(mapping: CrmMapping) -> dict[str, Any]:
    """The OpenAPI document of a mapping, made without a CRM or a ledger."""
    from facade.api import make_api

    ledger = Ledger(create_engine("sqlite://"))
    app = make_api(LegacyCRM("", mapping, Access()), ledger)
    ledger.close()
    told: dict[str, Any] = app.extensions["openapi"].to_dict()
    return told


def _read_contract(crm: LegacyCRM) -> None:
    """Read the WSDL before the first write needs it; one that is not there yet is read then."""
    if not any(mapping.operations for mapping in crm.mapping.entities.values()):
        return
    try:
        _ = crm.service
    except LegacyError as error:
        log.warning("writes are not possible yet: %s", _told(error))


def _told(error: LegacyError) -> str:
    """What may stand in a log: our own words about the settings, and only the kind of the rest."""
    return str(error) if isinstance(error, Misconfigured) else type(error).__name__
