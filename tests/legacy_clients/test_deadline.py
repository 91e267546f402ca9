"""One deadline for a whole call."""

from __future__ import annotations

import pytest

from legacy_clients.deadline import Deadline
from legacy_clients.errors import TimedOut


def test_a_deadline_says_what_is_left_and_never_more_than_was_given() -> None:
    deadline = Deadline.after(5)

    assert 4.9 < deadline.left() <= 5
    assert not deadline.passed


def test_a_deadline_that_passed_is_an_error_and_no_negative_time() -> None:
    deadline = Deadline.after(-1)

    assert deadline.passed
    with pytest.raises(TimedOut, match="the deadline passed"):
        deadline.left()
