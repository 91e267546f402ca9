"""Calls to SOAP services: a contract read once, requests checked before they leave, replies before
they are believed.
"""

from __future__ import annotations

from legacy_clients.soap.service import Service, open_service

__all__ = ["Service", "open_service"]
