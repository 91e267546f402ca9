"""The REST API: a Flask app of blueprints made from the mapping, guarded and documented."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request
from flask_smorest import Blueprint

from facade.api import auth, descriptions, documentation, etags, health, openapi, problems
from facade.api.bodies import MAX_BYTES
from facade.api.operations import Operations, OperationSchema
from facade.api.resources import Resource
from facade.ledger import Ledger
from facade.writes import OutcomeUnknown, Writes
from legacy_clients.checks import Lookout
from legacy_clients.crm import LegacyCRM

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


def make_api(crm: LegacyCRM, ledger: Ledger, lookout: Lookout | None = None) -> Flask:
    """The app that serves one CRM. Nothing is connected or asked of the CRM here.

    `lookout` is what knows of its services; left out, one that has no file of its own.
    """
    app = Flask("facade.api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES
    app.url_map.redirect_defaults = False
    problems.register(app)
    writes = Writes(crm, ledger)
    operations = Operations(ledger, writes)
    app.register_error_handler(OutcomeUnknown, operations.of_unknown)
    app.before_request(_number)
    app.after_request(_numbered)
    api = openapi.open_api(app)
    served = [each for each in crm.mapping.entities.values() if not each.entity.mirror]
    for mapping in served:
        api.register_blueprint(Resource(mapping, crm, writes, operations).blueprint(api.words))
    api.register_blueprint(_operations(operations))
    api.register_blueprint(health.blueprint(crm, ledger, lookout or Lookout(crm)))
    openapi.serve(app, api)
    documentation.serve(app, api.spec.to_dict())
    collections = [mapping.entity.plural for mapping in served]
    auth.guard(app, ledger, [*collections, "operations"])
    etags.check_conditional(app)
    app.extensions["openapi"] = api.spec
    return app


def _operations(operations: Operations) -> Blueprint:
    meaning = "Writes whose outcome was unknown."
    made = openapi.OurBlueprint("operations", "/v1/operations", meaning)
    view = openapi.describe(made, descriptions.asking(OperationSchema), operations.get)
    made.add_url_rule("/<id>", "get", view, parameters=descriptions.path_id("operation"))
    return made


def _number() -> None:
    """Every request has an id: the caller's, if it is one."""
    given = request.environ.get("HTTP_X_REQUEST_ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _numbered(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    return response
