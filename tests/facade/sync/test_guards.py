"""What is too much to be believed, and what a person is told to do about it."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from facade.sync.errors import NightStopped
from facade.sync.guards import guard_backwards, guard_deletes, guard_updates

BOTH = ("deletes", "updates")


@pytest.mark.parametrize(
    ("found", "known", "accepted", "stops"),
    [
        (20, 100, (), False),
        (21, 100, (), True),
        (21, 100, ("updates",), True),
        (21, 100, ("deletes",), False),
        (19, 40, (), False),
        (3, 3, (), True),
        (0, 0, (), False),
    ],
)
def test_more_deletes_than_a_fifth_or_all_there_was_stop_a_night(
    found: int, known: int, accepted: Collection[str], stops: bool
) -> None:
    """N5"""
    if not stops:
        guard_deletes("customer records", found, known, accepted)
        return
    with pytest.raises(NightStopped) as stopped:
        guard_deletes("customer records", found, known, accepted)
    assert str(stopped.value) == (
        f"{found} of {known} customer records would be deleted, more than is believed:"
        " nothing was sealed. If that is right, run again with --accept deletes"
    )


def test_more_updates_than_a_half_stop_a_night() -> None:
    """N5"""
    guard_updates("order records", 50, 100, ())
    guard_updates("order records", 51, 100, ("updates",))
    with pytest.raises(NightStopped, match="--accept updates"):
        guard_updates("order records", 51, 100, ("deletes",))


def test_a_source_that_went_backwards_stops_a_night_until_both_are_accepted() -> None:
    """N5"""
    guard_backwards("rows of table ord", 19, ())
    guard_backwards("rows of table ord", 500, BOTH)
    for accepted in ((), BOTH[:1], BOTH[1:]):
        with pytest.raises(NightStopped) as stopped:
            guard_backwards("rows of table ord", 20, accepted)
        assert str(stopped.value) == (
            "20 rows of table ord were newer at the last night than anything there is now, as if a"
            " backup had been restored or this were another database: nothing was sealed."
            " If that is right, run again with --accept deletes --accept updates"
        )
