"""Is the process alive, and is what it stands on there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from facade.api import descriptions, openapi
from facade.api.errors import NotReady
from facade.api.problems import Told
from facade.ledger import Ledger, LedgerError
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import LegacyError
from schemas.fields import Text


class HealthSchema(Told):
    """How it stands."""

    class Meta(Told.Meta):
        description = "How it stands."

    status = Text(required=True, metadata={"description": "live or ready."})


def blueprint(crm: LegacyCRM, ledger: Ledger) -> Blueprint:
    """/health/live and /health/ready."""
    made = openapi.OurBlueprint("health", "/health", "Liveness and readiness.")
    checks: dict[str, Callable[[], Any]] = {
        "ledger": lambda: ledger.journal.get(""),
        "database": crm.clock,
    }

    def live() -> Response:
        return _told("live")

    def ready() -> Response:
        lacking = [told for name, check in checks.items() if (told := _lacking(name, check))]
        if lacking:
            raise NotReady(" ".join(lacking))
        return _told("ready")

    doc = descriptions.probing(
        "getLiveness", "Is the process alive?", "Asks nothing of the CRM.", HealthSchema, ()
    )
    made.add_url_rule("/live", "live", openapi.describe(made, doc, live))
    meaning = "Asks the ledger and the CRM's database; the problem of a 503 names what is missing."
    doc = descriptions.probing("getReadiness", "Can it serve?", meaning, HealthSchema, (401, 503))
    made.add_url_rule("/ready", "ready", openapi.describe(made, doc, ready))
    return made


def _lacking(name: str, check: Callable[[], Any]) -> str:
    try:
        check()
    except (LegacyError, LedgerError) as error:
        return f"The {name} cannot be used: {type(error).__name__}."
    return ""


def _told(status: str) -> Response:
    return Response(orjson.dumps({"status": status}), content_type="application/json")
