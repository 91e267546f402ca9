"""What stops a night.

NightError
├── NightBusy      another job holds the lease: try later
├── NightStopped   a guard found what a person must look at; nothing was sealed or delivered
└── NothingSealed  there is no sealed night to work on
"""

from __future__ import annotations


class NightError(Exception):
    """A night that could not be done."""


class NightBusy(NightError):
    """Another job holds the lease."""


class NightStopped(NightError):
    """A guard stopped the night: what it found may be real, and must be accepted by a person."""


class NothingSealed(NightError):
    """There is no sealed night yet."""
