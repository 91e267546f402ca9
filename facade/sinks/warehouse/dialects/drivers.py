"""Drivers that are installed only where they are wanted."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from facade.sinks.sink import SinkMismatch


def driver_of(extra: str) -> Any:
    """The ADBC driver of that extra. Raises SinkMismatch that says how to install it."""
    module = f"adbc_driver_{extra}.dbapi"
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise SinkMismatch(
            f"its driver is not installed: pip install adbc-driver-{extra},"
            f" or install this project with its extra: pip install '.[{extra}]'"
        ) from error
