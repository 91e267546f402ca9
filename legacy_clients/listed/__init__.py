"""Tables that are no tables: lists that a SOAP service gives, page by page."""

from __future__ import annotations
