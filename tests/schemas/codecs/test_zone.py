"""The table of transitions by which local time becomes UTC."""

from __future__ import annotations

import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest

from schemas.codecs.zone import FIRST, LAST, REPEATED, SKIPPED, zone_table

ZONES = [
    "UTC",
    "America/Chicago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Europe/Berlin",
    "Europe/Dublin",
    "Africa/Casablanca",
    "Africa/Freetown",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Etc/GMT+5",
]


def moments(zone: str, count: int) -> list[dt.datetime]:
    """Local times: around all edges of the table, and anywhere."""
    near = [dt.timedelta(seconds=s) for s in (-3601, -1, 0, 1, 1799, 3600)]
    starts = zone_table(zone, "refuse", "refuse").starts[1:-1]
    edges = [start + shift for start in starts for shift in near]
    dice = random.Random(zone)
    span = int((LAST - FIRST).total_seconds())
    anywhere = [FIRST + dt.timedelta(seconds=dice.randrange(span)) for _ in range(count)]
    return [moment for moment in edges + anywhere if FIRST <= moment < LAST]


@pytest.mark.parametrize("zone", ZONES)
def test_the_table_says_what_zoneinfo_says(zone: str) -> None:
    """F6: PEP 495; folds 0 and 1 are the two readings of an hour repeated or skipped."""
    info, refused = ZoneInfo(zone), 0
    earlier = zone_table(zone, "earlier", "later")
    later = zone_table(zone, "later", "earlier")
    refuse = zone_table(zone, "refuse", "refuse")
    for local in moments(zone, 200):
        first, second = (
            int(local.replace(tzinfo=info, fold=fold).utcoffset().total_seconds())  # type: ignore[union-attr]
            for fold in (0, 1)
        )
        assert (earlier.at(local).offset, later.at(local).offset) == (first, second)
        reason = {True: REPEATED, False: SKIPPED}[first > second] if first != second else None
        assert refuse.at(local).reason == reason
        assert refuse.at(local).offset == (first if reason is None else None)
        refused += reason is not None
    assert (refused == 0) == (zone in {"UTC", "Etc/GMT+5"})


def test_a_change_of_date_skips_a_day() -> None:
    """F6: Samoa had no 30 December 2011."""
    table = zone_table("Pacific/Apia", "refuse", "refuse")
    assert table.at(dt.datetime(2011, 12, 29, 23, 59, 59)).offset == -10 * 3600
    assert table.at(dt.datetime(2011, 12, 30, 12)).reason == SKIPPED
    assert table.at(dt.datetime(2011, 12, 31)).offset == 14 * 3600


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("repeated", "skipped"), [("refuse", "refuse"), ("later", "earlier")])
def test_the_bound_of_an_instant_is_the_first_local_time_not_before_it(
    zone: str, repeated: str, skipped: str
) -> None:
    table = zone_table(zone, repeated, skipped)
    tick = dt.timedelta(seconds=1)
    for local in moments(zone, 100):
        segment = table.at(local)
        if segment.offset is None:
            continue
        bound = table.bound(local - segment.offset * tick)
        assert bound <= local
        offset = table.at(bound).offset
        assert offset is not None
        assert bound - offset * tick >= local - segment.offset * tick


def test_zones_have_tables_of_different_names() -> None:
    names = [zone_table(z, "refuse", "refuse").lookup.name for z in [*ZONES, "Etc/GMT-5"]]
    assert len(set(names)) == len(names)
    assert zone_table("UTC", "later", "refuse").lookup.name not in names


def test_a_table_is_made_once() -> None:
    assert zone_table("UTC", "refuse", "refuse") is zone_table("UTC", "refuse", "refuse")
