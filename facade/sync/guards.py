"""Guards: deletes or updates too many to be believed stop a night until a person accepts them."""

from __future__ import annotations

from collections.abc import Collection

from facade.sync.errors import NightStopped

MAX_DELETES = 0.2
MAX_UPDATES = 0.5
FEW = 20
"""Below so many, no guard: a small share of a small table says nothing. All of it does."""


def guard_deletes(what: str, found: int, known: int, accepted: Collection[str]) -> None:
    """Raises NightStopped where too large a share of what was known, or all of it, is gone."""
    emptied = 0 < known <= found
    if "deletes" not in accepted and (emptied or _too_many(found, known, MAX_DELETES)):
        raise _stopped(f"{found} of {known} {what} would be deleted", "deletes")


def guard_updates(what: str, found: int, known: int, accepted: Collection[str]) -> None:
    """Raises NightStopped where too large a share of what was known is another now."""
    if "updates" not in accepted and _too_many(found, known, MAX_UPDATES):
        raise _stopped(f"{found} of {known} {what} would be updated", "updates")


def guard_backwards(what: str, found: int, accepted: Collection[str]) -> None:
    """Raises NightStopped where so many of the newest rows are gone, or older than they were, and
    nothing newer came: as after a restored backup, or out of another database.
    """
    if found >= FEW and not {"deletes", "updates"} <= set(accepted):
        raise NightStopped(
            f"{found} {what} were newer at the last night than anything there is now, as if a"
            " backup had been restored or this were another database: nothing was sealed."
            " If that is right, run again with --accept deletes --accept updates"
        )


def _too_many(found: int, known: int, share: float) -> bool:
    return found >= FEW and found > share * known


def _stopped(what: str, word: str) -> NightStopped:
    return NightStopped(
        f"{what}, more than is believed: nothing was sealed."
        f" If that is right, run again with --accept {word}"
    )
