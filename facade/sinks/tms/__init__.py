"""TMS spokes: each takes a sealed night's orders to one make of TMS, and brings statuses back."""

from __future__ import annotations
