"""Days, local times and instants; whatever the spelling, an instant is read as UTC."""

from __future__ import annotations

import datetime as dt
from typing import Any

from schemas.codecs.codec import UNDECODED, Condition, Rules, SqlForm, Unreadable
from schemas.codecs.number import NOT_WHOLE, WHOLE, whole
from schemas.codecs.spelling import (
    NO_SPELLING,
    Pattern,
    Spelled,
    is_marked,
    literal,
    marked,
    one_of,
    trimmed,
)
from schemas.codecs.zone import FIRST, LAST, zone_of
from schemas.fields import Day, Instant

NO_DAY = "no such day"
NO_DATE_PART = "a time without a date"
NO_TIME_PART = "a date without a time"
TOO_FINE = "finer than a microsecond"
OUTSIDE_YEARS = "outside the years 0001 to 9999"

RANGES = frozenset({"=", "<", "<=", ">", ">="})

_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_CLOCK6 = "(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_FRACTION = r"(?:\.[0-9]{1,6}0*)?"
_FINER = r"\.[0-9]+"
_OFFSET = "(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"
# Microseconds, for intervals take longer.
AS_UTC = "make_timestamp(epoch_us({{p}}) - 1000000 * {shift})"
_TICK, _SECOND = dt.timedelta(microseconds=1), dt.timedelta(seconds=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCHS = range(-62_135_596_800, 253_402_300_800)


def sentinels(rules: Rules, kind: str) -> frozenset[str]:
    """The spellings read as null by codecs of this kind: blank, and what the CRM declares."""
    return frozenset({"", *(text.rstrip(" ") for text in rules.sentinels.get(kind, ()))})


class Timed(Spelled):
    """A codec of one column whose native order is that of its values, but for sentinels.

    A comparison is a stretch of native values: from `first`, the least that is a value, to
    `beyond`, after the last. None of it can be said where a sentinel lies within the stretch.
    """

    keeps_order = True
    filters = RANGES
    kind = "stamp"
    first: Any
    beyond: Any
    layout_pattern: Pattern

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.nulls = sentinels(rules, self.kind)

    def bound(self, value: Any) -> Any:
        """The least native value that is not before `value`."""
        raise NotImplementedError

    def native(self, text: str) -> Any:
        """A sentinel as the column holds it."""
        return text

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        if op not in self.filters or value is None:
            return None
        at, after = self.bound(value), self.bound_after(value)
        start, end = {
            "=": (at, after),
            ">=": (at, self.beyond),
            ">": (after, self.beyond),
            "<": (self.first, at),
            "<=": (self.first, after),
        }[op]
        start, end = max(start, self.first), min(end, self.beyond)
        if any(start <= self.native(null) < end for null in self.readable_nulls()):
            return None
        return (Condition(">=", (start,)), Condition("<", (end,)))

    def bound_after(self, value: Any) -> Any:
        try:
            return self.bound(value + self.tick)
        except OverflowError:
            return self.beyond

    tick = _TICK

    def readable_nulls(self) -> list[str]:
        """Sentinels that would be values otherwise: those that stand among values natively."""
        return [null for null in self.nulls if self.layout_pattern.match(null)]

    def unless_null(self, column: str) -> str:
        """DuckDB SQL: in no year 0, and no sentinel."""
        readable = self.readable_nulls()
        years = f"{column} >= '0001'"
        return f"{years} AND NOT {one_of(trimmed(column), readable)}" if readable else years


class DateCodec(Timed):
    """`date`: YYYY-MM-DD; blank and the sentinels of kind "date" are null."""

    kinds = (Day,)
    kind = "date"
    tick = dt.timedelta(days=1)
    layout = "YYYY-MM-DD"
    layout_pattern = Pattern(_DATE)

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        first, last = dt.date.min, dt.date.max
        self.beyond = self.spell(last)[:-1] + ":"  # the character after 9
        while self.spell(first) in self.nulls:
            first += self.tick
        while self.spell(last) in self.nulls:
            self.beyond = self.spell(last)
            last -= self.tick
        self.first = self.spell(first)

    def parse(self, text: str) -> dt.date:
        if not self.layout_pattern.match(text):
            raise Unreadable(f"not a date as {self.layout}")
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise Unreadable(NO_DAY) from None

    def spell(self, value: dt.date) -> str:
        return value.isoformat()

    def bound(self, value: dt.date) -> str:
        return self.spell(value)

    def parsed(self, column: str) -> str:
        return (
            f"CASE WHEN {self.layout_pattern.sql(column)} AND {self.unless_null(column)}"
            f" THEN {self.cast(column)} END"
        )

    def cast(self, column: str) -> str:
        return f"TRY_CAST({column} AS DATE)"

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return ((self.layout_pattern.sql(column), NO_DAY), ("", f"not a date as {self.layout}"))


class Date8Codec(DateCodec):
    """`date8`: YYYYMMDD; blank and the sentinels of kind "date" are null."""

    layout = "YYYYMMDD"
    layout_pattern = Pattern("[0-9]{8}")

    def spell(self, value: dt.date) -> str:
        return value.isoformat().replace("-", "")

    def cast(self, column: str) -> str:
        return f"CAST(try_strptime({column}, '%Y%m%d') AS DATE)"


class StampCodec(Timed):
    """`stamp`: local time as YYYY-MM-DD HH:MM:SS, with T between, with a fraction of up to six
    digits, or all of it.

    Option `zone`: of this column, else the CRM's. Option `separator`: what stands between date and
    time when written and compared, " " (default) or "T". Option `utc_marked_local`: a trailing Z
    that is no UTC is passed over.

    Native order and comparisons hold for columns of times, and for text that is spelled one way
    throughout.
    """

    kinds = (Instant,)
    options = frozenset({"zone", "separator", "utc_marked_local"})
    layout = "YYYY-MM-DD HH:MM:SS"

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.separator = options.get("separator", " ")
        if self.separator not in (" ", "T"):
            raise ValueError(f"separator = {self.separator!r}; known are ' ' and 'T'")
        self.zone = zone_of(options, rules)
        self.first, self.beyond = self.spell_local(FIRST), self.spell_local(LAST)
        self.false_z = options.get("utc_marked_local", False)
        if not isinstance(self.false_z, bool):
            raise ValueError(f"utc_marked_local = {self.false_z!r}; known are true and false")
        self._compile()
        if not self.zone.ascends:
            self.keeps_order, self.filters = False, frozenset({">", ">="})
        if self.false_z:
            self.keeps_order, self.filters = False, frozenset()  # a Z sorts after a fraction

    def _compile(self) -> None:
        ending = "Z?" if self.false_z else ""
        self.layout_pattern = Pattern(f"{_DATE}[ T]{_CLOCK}{_FRACTION}{ending}")
        self._finer = Pattern(f"{_DATE}[ T]{_CLOCK}{_FINER}{ending}")

    def local(self, text: str) -> dt.datetime:
        """The local time that the text spells. Raises Unreadable."""
        if not self.layout_pattern.match(text):
            raise Unreadable(
                TOO_FINE if self._finer.match(text) else f"not a time as {self.layout}"
            )
        return _iso(text.rstrip("Z"))

    def parse(self, text: str) -> dt.datetime:
        local = self.local(text)
        segment = self.zone.at(local)
        if segment.offset is None:
            raise Unreadable(segment.reason)
        return local.replace(tzinfo=dt.UTC) - segment.offset * _SECOND

    def spell(self, value: dt.datetime) -> str:
        return self.spell_local(self.zone.bound(_naive(value)))

    def spell_local(self, local: dt.datetime) -> str:
        text = local.isoformat(self.separator)
        return text.rstrip("0") if local.microsecond else text

    def bound(self, value: dt.datetime) -> str:
        return self.spell(value)

    def parsed(self, column: str) -> str:
        return (
            f"CASE WHEN {self.layout_pattern.sql(column)} AND {self.unless_null(column)}"
            f" THEN {self.cast(column)} END"
        )

    def cast(self, column: str) -> str:
        local = f"rtrim({column}, ' Z')" if self.false_z else column
        return f"TRY_CAST({local} AS TIMESTAMP)"

    def sql(self, column: str) -> SqlForm:
        return SqlForm(
            prepare=self.parsed(column),
            value=AS_UTC.format(shift=self.zone.shift),
            reason=(
                f"CASE WHEN {{p}} IS NOT NULL THEN {self.zone.reason}"
                f" ELSE {self.judged('false', column)} END"
            ),
            lookup=self.zone.lookup,
        )

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return (
            (self.layout_pattern.sql(column), NO_DAY),
            (self._finer.sql(column), TOO_FINE),
            ("", f"not a time as {self.layout}"),
        )


class Stamp14Codec(StampCodec):
    """`stamp14`: local time as YYYYMMDDHHMMSS. Option `zone`: of this column, else the CRM's."""

    options = frozenset({"zone"})
    layout = "YYYYMMDDHHMMSS"

    def _compile(self) -> None:
        self.layout_pattern = Pattern("[0-9]{8}" + _CLOCK6)

    def local(self, text: str) -> dt.datetime:
        if not self.layout_pattern.match(text):
            raise Unreadable(f"not a time as {self.layout}")
        return _stamp14(text)

    def spell_local(self, local: dt.datetime) -> str:
        return _digits(local)

    def bound(self, value: dt.datetime) -> str:
        local = self.zone.bound(_naive(value))
        return _digits(local + _SECOND - _TICK)

    def cast(self, column: str) -> str:
        return f"try_strptime({column}, '%Y%m%d%H%M%S')"

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return ((self.layout_pattern.sql(column), NO_DAY), ("", f"not a time as {self.layout}"))


class Date8Time6Codec:
    """`date8_time6`: local time in two columns, YYYYMMDD and HHMMSS; option `zone` as for `stamp`.

    Both blank, or joined a sentinel of kind "stamp": null. One of them blank is refused.
    """

    kinds = (Instant,)
    columns = 2
    options = frozenset({"zone"})
    keeps_order = False
    layout = "YYYYMMDD and HHMMSS"

    _date = Pattern("[0-9]{8}")
    _time = Pattern(_CLOCK6)

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        self.zone = zone_of(options, rules)
        self.joined = Stamp14Codec(field, options, rules)
        self.nulls = self.joined.nulls
        self.filters = frozenset({"="}) if self.zone.ascends else frozenset()

    def read(self, date: str | None, time: str | None) -> dt.datetime | None:
        day, clock = date or "", time or ""
        if is_marked(day) or is_marked(clock):
            raise Unreadable(UNDECODED)
        day, clock = day.rstrip(" "), clock.rstrip(" ")
        if day + clock in self.nulls:
            return None
        if not day:
            raise Unreadable(NO_DATE_PART)
        if not clock:
            raise Unreadable(NO_TIME_PART)
        if not (self._date.match(day) and self._time.match(clock)):
            raise Unreadable(f"not a time as {self.layout}")
        return self.joined.parse(day + clock)

    def write(self, value: dt.datetime | None) -> tuple[str | None, str | None]:
        if value is None:
            return (None, None)
        text = self.joined.spell(value)
        if self.read(text[:8], text[8:]) != value:
            raise Unreadable(NO_SPELLING)
        return text[:8], text[8:]

    def sql(self, date: str, time: str) -> SqlForm:
        joined = f"coalesce({trimmed(date)}, '') || coalesce({trimmed(time)}, '')"
        fits = f"{self._date.sql(date)} AND {self._time.sql(time)}"
        readable = self.joined.readable_nulls()
        null = f" AND NOT {one_of(f'({joined})', readable)}" if readable else ""
        faults = (
            (f"coalesce({trimmed(date)}, '') = ''", NO_DATE_PART),
            (f"coalesce({trimmed(time)}, '') = ''", NO_TIME_PART),
            (fits, NO_DAY),
        )
        return SqlForm(
            prepare=(
                f"CASE WHEN {fits} AND {date} >= '0001'{null} THEN {self.joined.cast(joined)} END"
            ),
            value=AS_UTC.format(shift=self.zone.shift),
            reason=(
                f"CASE WHEN {{p}} IS NOT NULL THEN {self.zone.reason}"
                f" WHEN {marked(date, time)} THEN {literal(UNDECODED)}"
                f" WHEN {one_of(f'({joined})', self.nulls)} THEN NULL"
                + "".join(f" WHEN {condition} THEN {literal(why)}" for condition, why in faults)
                + f" ELSE {literal(f'not a time as {self.layout}')} END"
            ),
            lookup=self.zone.lookup,
        )

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        if op not in self.filters or value is None:
            return None
        try:
            date, time = self.write(value)
        except Unreadable:
            return None
        return (Condition("=", (date,), 0), Condition("=", (time,), 1))


class UtcCodec(Timed):
    """`utc`: RFC 3339, also with a blank for T and offsets of hours alone; Z or an offset must be
    there.
    """

    kinds = (Instant,)
    keeps_order = False
    filters = frozenset()
    layout = "YYYY-MM-DDTHH:MM:SS with Z or an offset"

    layout_pattern = Pattern(f"{_DATE}[ T]{_CLOCK}{_FRACTION}{_OFFSET}")
    _finer = Pattern(f"{_DATE}[ T]{_CLOCK}{_FINER}{_OFFSET}")

    def parse(self, text: str) -> dt.datetime:
        if not self.layout_pattern.match(text):
            raise Unreadable(
                TOO_FINE if self._finer.match(text) else f"not a time as {self.layout}"
            )
        try:
            return _iso(text).astimezone(dt.UTC)
        except OverflowError:
            raise Unreadable(OUTSIDE_YEARS) from None

    def spell(self, value: dt.datetime) -> str:
        local = _naive(value)
        text = local.isoformat("T")
        return (text.rstrip("0") if local.microsecond else text) + "Z"

    def parsed(self, column: str) -> str:
        local = f"TRY_CAST(regexp_replace({column}, '(?:Z|[+-][0-9:]+) *$', '') AS TIMESTAMP)"
        offset = f"regexp_extract({column}, '[+-][0-9:]+ *$')"
        hours = f"CAST(substr({offset}, 2, 2) AS INTEGER)"
        minutes = f"coalesce(TRY_CAST(right({trimmed(offset)}, 2) AS INTEGER), 0)"
        minutes = f"CASE WHEN length({trimmed(offset)}) > 3 THEN {minutes} ELSE 0 END"
        east = f"(60 * {hours} + {minutes}) * CASE WHEN {offset}[1] = '-' THEN -1 ELSE 1 END"
        return (
            f"CASE WHEN {self.layout_pattern.sql(column)} AND {self.unless_null(column)} THEN"
            f" {local} - to_minutes(CASE WHEN contains({column}, 'Z') THEN 0 ELSE {east} END) END"
        )

    def sql(self, column: str) -> SqlForm:
        years = "{p} >= TIMESTAMP '0001-01-01' AND {p} < TIMESTAMP '9999-12-31' + INTERVAL 1 DAY"
        return SqlForm(
            prepare=self.parsed(column),
            value=f"CASE WHEN {years} THEN {{p}} END",
            reason=self.judged(years, column),
        )

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return (
            ("{p} IS NOT NULL", OUTSIDE_YEARS),
            (self.layout_pattern.sql(column), NO_DAY),
            (self._finer.sql(column), TOO_FINE),
            ("", f"not a time as {self.layout}"),
        )


class EpochCodec(Timed):
    """`epoch`: whole seconds since 1970-01-01T00:00:00Z, of a numeric column."""

    kinds = (Instant,)
    layout_pattern = WHOLE

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        numbers = {whole(null) for null in self.readable_nulls()}
        self.first, self.beyond = _EPOCHS.start, _EPOCHS.stop
        while self.first in numbers:
            self.first += 1
        while self.beyond - 1 in numbers:
            self.beyond -= 1

    def native(self, text: str) -> int:
        return whole(text)

    def parse(self, text: str) -> dt.datetime:
        if not WHOLE.match(text):
            raise Unreadable(NOT_WHOLE)
        seconds = whole(text)
        if seconds not in _EPOCHS:
            raise Unreadable(OUTSIDE_YEARS)
        return _EPOCH + seconds * _SECOND

    def spell(self, value: dt.datetime) -> str:
        return str((value - _EPOCH) // _SECOND)

    def bound(self, value: dt.datetime) -> int:
        return -((_EPOCH - value) // _SECOND)

    def parsed(self, column: str) -> str:
        number = f"TRY_CAST({column} AS BIGINT)"
        readable = self.readable_nulls()
        null = f" AND NOT {one_of(trimmed(column), readable)}" if readable else ""
        return (
            f"CASE WHEN {WHOLE.sql(column)}{null}"
            f" AND {number} BETWEEN {_EPOCHS.start} AND {_EPOCHS.stop - 1}"
            f" THEN make_timestamp({number} * 1000000) END"
        )

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return ((WHOLE.sql(column), OUTSIDE_YEARS), ("", NOT_WHOLE))


def _iso(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(NO_DAY) from None


def _stamp14(text: str) -> dt.datetime:
    try:
        return dt.datetime(
            int(text[:4]),
            int(text[4:6]),
            int(text[6:8]),
            int(text[8:10]),
            int(text[10:12]),
            int(text[12:]),
        )
    except ValueError:
        raise Unreadable(NO_DAY) from None


def _digits(local: dt.datetime) -> str:
    return local.isoformat("T", "seconds").translate({ord(c): None for c in "-T:"})


def _naive(value: dt.datetime) -> dt.datetime:
    return value.astimezone(dt.UTC).replace(tzinfo=None)
