"""Parameters of which `make test` takes a sample, and `make torture` every one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def each(nth: int, values: Iterable[Any]) -> list[Any]:
    """Every nth value, from the first on; the others are marked long."""
    return [
        pytest.param(value, marks=() if number % nth == 0 else pytest.mark.long)
        for number, value in enumerate(values)
    ]


def without(long: Iterable[Any], values: Iterable[Any]) -> list[Any]:
    """Every value but these, which are marked long."""
    left = set(long)
    return [
        pytest.param(value, marks=pytest.mark.long if value in left else ()) for value in values
    ]
