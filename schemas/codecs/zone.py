"""Local time to UTC by one table of a zone's transitions, which both forms of a codec read."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from schemas.codecs.codec import Lookup, Rules
from schemas.codecs.spelling import literal

OUTSIDE = "outside the zone table"
REPEATED = "an hour that a clock change repeats"
SKIPPED = "an hour that a clock change skips"

FIRST, LAST = dt.datetime(1850, 1, 1), dt.datetime(2201, 1, 1)

# Which of the two offsets of PEP 495 (fold 0, fold 1) makes the earlier or the later instant.
_FOLDS = {
    REPEATED: {"earlier": 0, "later": 1, "refuse": None},
    SKIPPED: {"earlier": 1, "later": 0, "refuse": None},
}
_DAY, _SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


@dataclass(frozen=True)
class Segment:
    """Local time from `start` on: its seconds east of UTC, or the reason why it has none."""

    start: dt.datetime
    offset: int | None
    reason: str | None = None


@dataclass(frozen=True)
class ZoneTable:
    """What local times of `zone` mean from 1850 to 2200, the hours of clock changes by declared
    rules.
    """

    zone: str
    repeated: str
    skipped: str

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(_segments(ZoneInfo(self.zone), self.repeated, self.skipped))

    @cached_property
    def starts(self) -> list[dt.datetime]:
        return [segment.start for segment in self.segments]

    @cached_property
    def ends(self) -> list[dt.datetime]:
        """By segment: the latest instant that local times have reached at its end."""
        spans = [
            following.start - _offset(segment) if segment.offset is not None else dt.datetime.min
            for segment, following in pairwise(self.segments)
        ]
        return list(accumulate(spans, max))

    @cached_property
    def ascends(self) -> bool:
        """Later local times are later instants (the refused ones aside)."""
        return all(
            reached <= segment.start - _offset(segment)
            for segment, reached in zip(self.segments[1:], self.ends, strict=True)
            if segment.offset is not None
        )

    def at(self, local: dt.datetime) -> Segment:
        return self.segments[bisect_right(self.starts, local) - 1]

    def bound(self, instant: dt.datetime) -> dt.datetime:
        """The first local time that is not before `instant` (naive, UTC); LAST if there is none.

        No later local time is before `instant` either where the table `ascends`.
        """
        at = bisect_right(self.ends, instant)
        if at == len(self.ends):
            return LAST
        segment = self.segments[at]
        if instant <= segment.start - _offset(segment):
            return segment.start
        return instant + _offset(segment)

    @cached_property
    def months(self) -> dict[int, list[Segment]]:
        """By year * 12 + month: the segment in which it begins, then those that begin in it."""
        found = {
            year * 12 + month: [self.at(dt.datetime(year, month, 1))]
            for year in range(FIRST.year, LAST.year)
            for month in range(1, 13)
        }
        for segment in self.segments:
            start = segment.start
            if FIRST < start < LAST and start != dt.datetime(start.year, start.month, 1):
                found[start.year * 12 + start.month].append(segment)
        return found

    @cached_property
    def cuts(self) -> int:
        """How many segments may begin in one month."""
        return max(len(segments) for segments in self.months.values()) - 1

    @cached_property
    def lookup(self) -> Lookup:
        plain = "".join(c if c.isalnum() else f"_{ord(c):x}_" for c in self.zone)
        name = f"zone_{plain}_{self.repeated}_{self.skipped}"
        return Lookup(name, self.rows, on="(year({p}) * 12 + month({p}))")

    @property
    def shift(self) -> str:
        """SQL for the seconds to take off the local time `{p}`; NULL where it has no instant."""
        return self._chosen("shift")

    @property
    def reason(self) -> str:
        """SQL for the reason why the local time `{p}`, which is not NULL, has no instant."""
        return (
            f"CASE WHEN {{l}}.key IS NULL THEN {literal(OUTSIDE)} ELSE {self._chosen('reason')} END"
        )

    def _chosen(self, what: str) -> str:
        whens = "".join(
            f" WHEN {{p}} >= {{l}}.cut{cut} THEN {{l}}.{what}{cut}"
            for cut in range(self.cuts, 0, -1)
        )
        return f"CASE{whens} ELSE {{l}}.{what}0 END" if whens else f"{{l}}.{what}0"

    def rows(self) -> pa.Table:
        """key (BIGINT, year * 12 + month) and, of each segment in that month by number: cut (local
        TIMESTAMP of its start), shift (BIGINT seconds to take off, or NULL), reason.
        """
        columns: dict[str, pa.Array] = {"key": pa.array(self.months, pa.int64())}
        for number in range(self.cuts + 1):
            segments = [
                found[number] if number < len(found) else None for found in self.months.values()
            ]
            starts = [s and s.start for s in segments]
            columns[f"cut{number}"] = pa.array(starts, pa.timestamp("us"))
            columns[f"shift{number}"] = pa.array([s and s.offset for s in segments], pa.int64())
            columns[f"reason{number}"] = pa.array([s and s.reason for s in segments], pa.string())
        return pa.table(columns)


@cache
def zone_table(zone: str, repeated: str, skipped: str) -> ZoneTable:
    """The table of a zone under its rules. Raises ValueError for a zone or a rule that there is
    not.
    """
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"zone = {zone!r}: no such zone of the IANA time zone database") from error
    for name, rule in (("repeated", repeated), ("skipped", skipped)):
        if rule not in _FOLDS[REPEATED]:
            raise ValueError(f"{name} = {rule!r}; known are {', '.join(_FOLDS[REPEATED])}")
    return ZoneTable(zone, repeated, skipped)


def zone_of(options: dict[str, object], rules: Rules) -> ZoneTable:
    """The table of the option `zone`, or else of the CRM's zone."""
    return zone_table(str(options.get("zone", rules.zone)), rules.repeated, rules.skipped)


def _segments(zone: ZoneInfo, repeated: str, skipped: str) -> Iterator[Segment]:
    rules = {REPEATED: repeated, SKIPPED: skipped}
    yield Segment(dt.datetime.min, None, OUTSIDE)
    last: tuple[int | None, str | None] | None = None
    for start in _edges(zone):
        folds = [_seconds(start.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)]
        meaning: tuple[int | None, str | None] = (folds[0], None)
        if folds[0] != folds[1]:
            kind = REPEATED if folds[0] > folds[1] else SKIPPED
            fold = _FOLDS[kind][rules[kind]]
            meaning = (None, kind) if fold is None else (folds[fold], None)
        if meaning != last:
            yield Segment(start, *meaning)
        last = meaning
    yield Segment(LAST, None, OUTSIDE)


@cache
def _edges(zone: ZoneInfo) -> list[dt.datetime]:
    """Local times where a clock change begins or ends, and FIRST."""
    edges = {FIRST}
    for instant in _transitions(zone):
        for moment in (instant - _SECOND, instant):
            local = (instant + _shift(moment, zone)).replace(tzinfo=None)
            if FIRST < local < LAST:
                edges.add(local)
    return sorted(edges)


def _transitions(zone: ZoneInfo) -> Iterator[dt.datetime]:
    """Instants at which the offset changes; no zone has had two within three days."""
    instant = FIRST.replace(tzinfo=dt.UTC) - 2 * _DAY
    shift = _shift(instant, zone)
    while instant.year < LAST.year + 1:
        following = instant + 2 * _DAY
        shifted = _shift(following, zone)
        if shift != shifted:
            before, after = instant, following
            while after - before > _SECOND:
                middle = before + (after - before) // _SECOND // 2 * _SECOND
                if _shift(middle, zone) == shift:
                    before = middle
                else:
                    after = middle
            yield after
        instant, shift = following, shifted


def _shift(instant: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    shift = instant.astimezone(zone).utcoffset()
    assert shift is not None
    return shift


def _seconds(local: dt.datetime) -> int:
    shift = local.utcoffset()
    assert shift is not None
    return int(shift.total_seconds())


def _offset(segment: Segment) -> dt.timedelta:
    assert segment.offset is not None
    return segment.offset * _SECOND
