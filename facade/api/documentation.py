"""The documentation page: the OpenAPI document as HTML of our own, which needs nothing from elsewhere."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response


def serve(app: Flask, document: dict[str, Any]) -> None:
    """GET /docs, written once."""
    page = ""

    def docs() -> Response:
        return Response(page, content_type="text/html; charset=utf-8")

    app.add_url_rule("/docs", "docs", docs)
