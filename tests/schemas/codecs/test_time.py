"""Days, local times and instants."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.codecs import make_codec
from schemas.codecs.codec import MARK, UNDECODED, Condition, Rules, Unreadable
from schemas.fields import Day, Instant

CHICAGO = Rules(
    zone="America/Chicago",
    sentinels={
        "date": ("0000-00-00", "1899-12-30", "00000000", "99991231"),
        "stamp": ("99991231235959", "00000000000000", "0000-00-00 00:00:00", "0"),
    },
)


NOT_UTC = "not a time as YYYY-MM-DDTHH:MM:SS with Z or an offset"


def codec(name: str, rules: Rules = CHICAGO, **options: Any) -> Any:
    field = Day() if name in {"date", "date8"} else Instant()
    return make_codec(name, field, options, rules)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]


@pytest.fixture(params=["UTC", "Asia/Kolkata", "America/Chicago", "Pacific/Apia"])
def process_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("date", "2024-02-29", dt.date(2024, 2, 29)),
        ("date", "0001-01-01  ", dt.date(1, 1, 1)),
        ("date", "9999-12-31", dt.date(9999, 12, 31)),
        ("date", "1899-12-30", None),
        ("date", "0000-00-00", None),
        ("date", "          ", None),
        ("date8", "20240131", dt.date(2024, 1, 31)),
        ("date8", "99991231", None),
        ("stamp", "2024-01-31 10:00:00", utc(2024, 1, 31, 16)),
        ("stamp", "2024-07-31T10:00:00.5", utc(2024, 7, 31, 15, 0, 0, 500000)),
        ("stamp", "2024-07-31 10:00:00.123456000", utc(2024, 7, 31, 15, 0, 0, 123456)),
        ("stamp", "1883-11-18 11:00:00", utc(1883, 11, 18, 16, 50, 36)),
        ("stamp", "0000-00-00 00:00:00", None),
        ("stamp14", "20240131100000", utc(2024, 1, 31, 16)),
        ("stamp14", "99991231235959", None),
        ("utc", "2024-01-31T10:00:00Z", utc(2024, 1, 31, 10)),
        ("utc", "2024-01-31 10:00:00.25+05:30", utc(2024, 1, 31, 4, 30, 0, 250000)),
        ("utc", "2024-01-31T10:00:00-0030", utc(2024, 1, 31, 10, 30)),
        ("utc", "2024-01-31 10:00:00+00", utc(2024, 1, 31, 10)),
        ("epoch", "1700000000", utc(2023, 11, 14, 22, 13, 20)),
        ("epoch", "-1", utc(1969, 12, 31, 23, 59, 59)),
        ("epoch", "0", None),
    ],
)
def test_times_are_read_exactly(name: str, raw: str, value: Any) -> None:
    """F1, F7"""
    assert codec(name).read(raw) == value


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("date", "2024-02-30", "no such day"),
        ("date", "0000-01-01", "no such day"),
        ("date", "2024-1-5", "not a date as YYYY-MM-DD"),
        ("date", "2024-01-31 00:00:00", "not a date as YYYY-MM-DD"),
        ("date", "10000-01-01", "not a date as YYYY-MM-DD"),
        ("date", "0044-03-15 (BC)", "not a date as YYYY-MM-DD"),
        ("date", "infinity", "not a date as YYYY-MM-DD"),
        ("date", "２024-01-31", "not a date as YYYY-MM-DD"),
        ("date", MARK + "00", UNDECODED),
        ("date8", "20240230", "no such day"),
        ("date8", "2024-01-31", "not a date as YYYYMMDD"),
        ("stamp", "2024-02-30 10:00:00", "no such day"),
        ("stamp", "2024-01-31 24:00:00", "not a time as YYYY-MM-DD HH:MM:SS"),
        ("stamp", "2024-01-31 23:59:60", "not a time as YYYY-MM-DD HH:MM:SS"),
        ("stamp", "2024-01-31 10:00:00Z", "not a time as YYYY-MM-DD HH:MM:SS"),
        ("stamp", "2024-01-31 10:00:00.1234567", "finer than a microsecond"),
        ("stamp", "2024-03-10 02:30:00", "an hour that a clock change skips"),
        ("stamp", "2024-11-03 01:30:00", "an hour that a clock change repeats"),
        ("stamp", "1849-12-31 23:59:59", "outside the zone table"),
        ("stamp", "2201-01-01 00:00:00", "outside the zone table"),
        ("stamp14", "20240310023000", "an hour that a clock change skips"),
        ("stamp14", "2024013110000", "not a time as YYYYMMDDHHMMSS"),
        ("utc", "2024-01-31T10:00:00", NOT_UTC),
        ("utc", "2024-01-31T10:00:00+24:00", NOT_UTC),
        ("utc", "0001-01-01T00:00:00+01:00", "outside the years 0001 to 9999"),
        ("epoch", "1.5", "not a whole number"),
        ("epoch", "253402300800", "outside the years 0001 to 9999"),
    ],
)  # fmt: skip
def test_other_spellings_are_refused(name: str, raw: str, reason: str) -> None:
    """F1, F6, F7"""
    with pytest.raises(Unreadable) as refusal:
        codec(name).read(raw)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("rule", "repeated", "skipped"),
    [
        ("earlier", utc(2024, 11, 3, 6, 30), utc(2024, 3, 10, 7, 30)),
        ("later", utc(2024, 11, 3, 7, 30), utc(2024, 3, 10, 8, 30)),
    ],
)
def test_hours_of_clock_changes_follow_the_declared_rule(
    rule: str, repeated: dt.datetime, skipped: dt.datetime
) -> None:
    """F6"""
    stamp = codec("stamp", Rules(zone="America/Chicago", repeated=rule, skipped=rule))
    assert stamp.read("2024-11-03 01:30:00") == repeated
    assert stamp.read("2024-03-10 02:30:00") == skipped


@pytest.mark.parametrize(
    ("day", "clock", "value"),
    [("20240131", "100000", utc(2024, 1, 31, 16)), ("00000000", "000000", None), ("", None, None)],
)
def test_a_time_in_two_columns_is_read(
    day: str, clock: str | None, value: dt.datetime | None
) -> None:
    assert codec("date8_time6").read(day, clock) == value


@pytest.mark.parametrize(
    ("day", "clock", "reason"),
    [
        ("20240131", "  ", "a date without a time"),
        (None, "100000", "a time without a date"),
        ("2024013", "1100000", "not a time as YYYYMMDD and HHMMSS"),
        ("20240230", "100000", "no such day"),
        ("20240310", "023000", "an hour that a clock change skips"),
        (MARK + "ff", "100000", UNDECODED),
    ],
)
def test_half_a_time_in_two_columns_is_refused(day: str | None, clock: str, reason: str) -> None:
    """F1"""
    with pytest.raises(Unreadable) as refusal:
        codec("date8_time6").read(day, clock)
    assert refusal.value.reason == reason


def test_a_z_that_the_vendor_puts_on_local_time_can_be_declared_false() -> None:
    """F6"""
    stamp = codec("stamp", utc_marked_local=True)
    assert stamp.read("2024-01-31T10:00:00Z") == utc(2024, 1, 31, 16)
    assert stamp.read("2024-01-31T10:00:00.5Z") == utc(2024, 1, 31, 16, 0, 0, 500000)
    assert stamp.read("2024-01-31T10:00:00") == utc(2024, 1, 31, 16)


def test_a_column_can_be_in_another_zone() -> None:
    """F6"""
    assert codec("stamp", zone="Asia/Kolkata").read("2024-01-31 10:00:00") == utc(
        2024, 1, 31, 4, 30
    )


def test_no_zone_of_the_process_has_any_effect(process_zone: str) -> None:
    """F6"""
    assert time.tzname[0] == {"UTC": "UTC", "Asia/Kolkata": "IST", "America/Chicago": "CST"}.get(
        process_zone, time.tzname[0]
    )
    assert codec("stamp").read("2024-01-31 10:00:00") == utc(2024, 1, 31, 16)
    assert codec("stamp").write(utc(2024, 1, 31, 16)) == ("2024-01-31 10:00:00",)
    assert codec("epoch").read("1700000000") == utc(2023, 11, 14, 22, 13, 20)
    assert codec("utc").write(utc(2024, 1, 31, 16)) == ("2024-01-31T16:00:00Z",)


@pytest.mark.parametrize(
    ("name", "value", "texts"),
    [
        ("date", dt.date(24, 1, 31), ("0024-01-31",)),
        ("date8", dt.date(2024, 1, 31), ("20240131",)),
        ("stamp", utc(2024, 7, 31, 15, 0, 0, 500000), ("2024-07-31 10:00:00.5",)),
        ("stamp14", utc(2024, 7, 31, 15), ("20240731100000",)),
        ("date8_time6", utc(2024, 7, 31, 15), ("20240731", "100000")),
        ("utc", utc(2024, 7, 31, 15, 0, 0, 250000), ("2024-07-31T15:00:00.25Z",)),
        ("epoch", utc(2023, 11, 14, 22, 13, 20), ("1700000000",)),
    ],
)
def test_times_are_written_as_they_are_read(name: str, value: Any, texts: tuple[str, ...]) -> None:
    assert codec(name).write(value) == texts


def test_an_offset_of_the_caller_makes_no_difference() -> None:
    """F6"""
    east = dt.timezone(dt.timedelta(hours=2))
    assert codec("stamp").write(dt.datetime(2024, 1, 31, 18, tzinfo=east)) == (
        "2024-01-31 10:00:00",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", dt.date(1899, 12, 30)),
        ("date8", dt.date(9999, 12, 31)),
        ("stamp", utc(2024, 11, 3, 6, 30)),
        ("stamp", utc(1800, 1, 1)),
        ("stamp14", utc(2024, 7, 31, 15, 0, 0, 1)),
        ("epoch", utc(2024, 7, 31, 15, 0, 0, 1)),
        ("epoch", utc(1970, 1, 1)),
    ],
)
def test_what_would_read_back_otherwise_is_not_written(name: str, value: Any) -> None:
    """F1: sentinels, hours that are refused, fractions of whole seconds."""
    with pytest.raises(Unreadable):
        codec(name).write(value)


@pytest.mark.parametrize(
    ("name", "op", "value", "bounds"),
    [
        ("date", "=", dt.date(2024, 1, 31), ("2024-01-31", "2024-02-01")),
        ("date8", ">", dt.date(2024, 1, 31), ("20240201", "99991231")),
        ("date8", "<=", dt.date(2024, 1, 31), ("00010101", "20240201")),
        ("stamp", ">=", utc(2024, 1, 31, 16), ("2024-01-31 10:00:00", "2201-01-01 00:00:00")),
        ("stamp", "<=", utc(2024, 1, 31), ("1850-01-01 00:00:00", "2024-01-30 18:00:00.000001")),
        ("stamp", ">=", utc(2024, 11, 3, 6, 30), ("2024-11-03 02:00:00", "2201-01-01 00:00:00")),
        ("stamp14", ">", utc(2024, 1, 31, 16), ("20240131100001", "22010101000000")),
        ("epoch", ">", utc(2023, 11, 14, 22, 13, 20), (1700000001, 253402300800)),
    ],
)  # fmt: skip
def test_comparisons_are_stretches_of_native_values(
    name: str, op: str, value: Any, bounds: tuple[Any, Any]
) -> None:
    """F9: they keep off blanks, zero dates and sentinels at the end of time."""
    start, end = bounds
    assert codec(name).predicate(op, value) == (
        Condition(">=", (start,)),
        Condition("<", (end,)),
    )


def test_a_comparison_that_a_sentinel_would_meet_cannot_be_said() -> None:
    assert codec("date").predicate("<", dt.date(1900, 1, 1)) is None
    assert codec("date").predicate(">", dt.date(1900, 1, 1)) is not None


def test_a_skipped_hour_that_is_read_breaks_the_order() -> None:
    stamp = codec("stamp", Rules(zone="America/Chicago", skipped="earlier"))
    assert not stamp.keeps_order
    assert stamp.filters == {">", ">="}
    assert codec("stamp", Rules(zone="America/Chicago", repeated="later")).keeps_order


@pytest.mark.parametrize(
    ("rules", "options", "message"),
    [
        (Rules(zone="America/Chicagoo"), {}, "no such zone"),
        (Rules(zone="../etc/passwd"), {}, "no such zone"),
        (Rules(repeated="first"), {}, "repeated = 'first'; known are earlier, later, refuse"),
        (Rules(), {"utc_marked_local": "no"}, "utc_marked_local = 'no'; known are true and false"),
        (Rules(), {"separator": "_"}, "separator = '_'; known are"),
    ],
)
def test_wrong_declarations_are_named(rules: Rules, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        codec("stamp", rules, **options)
