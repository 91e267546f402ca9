"""Is the process alive, and is what it stands on there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields

from facade.api import descriptions, openapi
from facade.api.errors import NotReady
from facade.api.problems import Told
from facade.ledger import Ledger, LedgerError
from legacy_clients.checks import Lookout
from legacy_clients.crm import LegacyCRM
from legacy_clients.errors import LegacyError
from schemas.fields import Text


class ReadinessSchema(Told):
    """How it stands, and what is not as it should be."""

    class Meta(Told.Meta):
        description = "How it stands, and what is not as it should be."

    status = Text(required=True, metadata={"description": "Always ready."})
    warnings = fields.List(
        Text(),
        required=True,
        metadata={
            "description": "What does not keep it from serving: services without which nothing can"
            " be written, or fields that a change of the CRM touches."
        },
    )


class HealthSchema(Told):
    """How it stands."""

    class Meta(Told.Meta):
        description = "How it stands."

    status = Text(required=True, metadata={"description": "Always live."})


def blueprint(crm: LegacyCRM, ledger: Ledger, lookout: Lookout) -> Blueprint:
    """/health/live and /health/ready."""
    made = openapi.OurBlueprint("health", "/health", "Liveness and readiness.")
    checks: dict[str, Callable[[], Any]] = {"ledger": lambda: ledger.journal.get("")}
    if lookout.database:
        checks["database"] = crm.clock

    def live() -> Response:
        return _told({"status": "live"})

    def ready() -> Response:
        lacking = [told for name, check in checks.items() if (told := _lacking(name, check))]
        services = lookout.services()
        if services and lookout.reads:
            lacking.append(f"The services cannot be used: {services}.")
        if lacking:
            raise NotReady(" ".join(lacking))
        warnings = []
        if services:
            warnings.append(f"The services cannot be used: {services}. Nothing can be written.")
        if lookout.touched:
            warnings.append(f"The CRM has changed; it touches {', '.join(lookout.touched)}.")
        return _told({"status": "ready", "warnings": warnings})

    doc = descriptions.probing(
        "getLiveness", "Is the process alive?", "Asks nothing of the CRM.", HealthSchema, ()
    )
    made.add_url_rule("/live", "live", openapi.describe(made, doc, live))
    meaning = (
        "Asks the ledger and the CRM's database, and knows of its services; the problem of a 503"
        " names what is missing."
    )
    doc = descriptions.probing(
        "getReadiness", "Can it serve?", meaning, ReadinessSchema, (401, 503)
    )
    made.add_url_rule("/ready", "ready", openapi.describe(made, doc, ready))
    return made


def _lacking(name: str, check: Callable[[], Any]) -> str:
    try:
        check()
    except (LegacyError, LedgerError) as error:
        return f"The {name} cannot be used: {type(error).__name__}."
    return ""


def _told(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), content_type="application/json")
