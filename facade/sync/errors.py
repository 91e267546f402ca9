"""What stops a night.

NightError
├── NightBusy      another job holds the lease: try later
├── NightStopped   a guard found what a person must look at; nothing was sealed or delivered
├── LeftToNight    what was asked of a run between nights only a whole night can do
├── ClusterAway    the cluster that is to share the work is not there, or went: see to it
├── NightUnwritten the disk did not take or give what it should: make room, run it again
└── NothingSealed  there is no sealed night to work on
"""

from __future__ import annotations


class NightError(Exception):
    """A night that could not be done."""


class NightBusy(NightError):
    """Another job holds the lease."""


class NightStopped(NightError):
    """A guard stopped the night: what it found may be real, and must be accepted by a person."""


class LeftToNight(NightError):
    """A run between nights was asked for what only a whole night can do."""


class ClusterAway(NightError):
    """The scheduler of the cluster, or all of its workers, are not there or went."""


class NightUnwritten(NightError):
    """The disk refused; the next night does what this one could not."""


class NothingSealed(NightError):
    """There is no sealed night yet."""
