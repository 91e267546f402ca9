"""Whole numbers, decimals, minor units of money, and doubles by their shortest exact form."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from schemas import decimals
from schemas.codecs.codec import Condition, Rules, Unreadable
from schemas.codecs.spelling import NO_SPELLING, Pattern, Spelled
from schemas.decimals import MAX_PRECISION
from schemas.fields import Exact, Whole

NOT_WHOLE = "not a whole number"
NOT_DECIMAL = "not a decimal number in plain notation"
NOT_DOUBLE = "not a number"
TOO_LARGE = "outside 64 bits"

RANGES = frozenset({"=", "<", "<=", ">", ">="})
WHOLE = Pattern("-?[0-9]+")
PLAIN = Pattern(decimals.PLAIN)
DOUBLE = Pattern(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")

_INT64 = range(-(2**63), 2**63)
_WIDE = Context(prec=2 * MAX_PRECISION, rounding=ROUND_HALF_EVEN)
# More digits than a double's shortest form can have below the last one of the field.
_DOUBLE_DIGITS = 17


class Numeric(Spelled):
    """A number, whose column may be text. Option `numeric`: it is of a numeric type, so that the
    database compares and orders its values as numbers; "9" stands behind "10" in a text.
    """

    options = frozenset({"numeric"})

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        numeric = options.get("numeric", False)
        if not isinstance(numeric, bool):
            raise ValueError(f"numeric = {numeric!r}: give true or false")
        self.keeps_order = numeric
        self.filters = RANGES if numeric else frozenset()


class WholeCodec(Numeric):
    """`integer`: digits, perhaps with a minus, within int64; blank is null."""

    kinds = (Whole,)

    def parse(self, text: str) -> int:
        if not WHOLE.match(text):
            raise Unreadable(NOT_WHOLE)
        number = whole(text)
        if number not in _INT64:
            raise Unreadable(TOO_LARGE)
        return number

    def spell(self, value: int) -> str:
        return str(value)

    def parsed(self, column: str) -> str:
        return f"CASE WHEN {WHOLE.sql(column)} THEN TRY_CAST({column} AS BIGINT) END"

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return ((WHOLE.sql(column), TOO_LARGE), ("", NOT_WHOLE))

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        if op not in self.filters or value is None:
            return None
        return (Condition(op, (value,)),)


class DecimalCodec(Numeric):
    """`decimal`: plain notation with a point, of the field's precision and scale; blank is null.

    Further digits after the point must be zeros: nothing is rounded.
    """

    kinds = (Exact,)

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.unit = Decimal(1).scaleb(-field.scale)
        self.whole_digits = field.precision - field.scale
        self.limit = 10**self.whole_digits
        fraction = rf"\.[0-9][0-9]{{0,{field.scale - 1}}}0*" if field.scale else r"\.0+"
        self.fitting = Pattern(rf"-?(?:[0-9]+(?:{fraction})?|{fraction})")
        self.too_fine = f"more than {field.scale} digits after the point"
        self.too_large = f"more than {self.whole_digits} digits before the point"

    def parse(self, text: str) -> Decimal:
        if not self.fitting.match(text):
            raise Unreadable(self.too_fine if PLAIN.match(text) else NOT_DECIMAL)
        return self.exact(Decimal(text))

    def exact(self, number: Decimal) -> Decimal:
        """With all digits of the scale, and no minus before zero. Raises Unreadable where it does
        not fit.
        """
        if number.copy_abs() >= self.limit:
            raise Unreadable(self.too_large)
        return number.quantize(self.unit, context=_WIDE) if number else Decimal(0) * self.unit

    def spell(self, value: Decimal) -> str:
        return f"{value:f}"

    def parsed(self, column: str) -> str:
        return (
            f"CASE WHEN {self.fitting.sql(column)} THEN TRY_CAST({column} AS {self.field.duck}) END"
        )

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return (
            (self.fitting.sql(column), self.too_large),
            (PLAIN.sql(column), self.too_fine),
            ("", NOT_DECIMAL),
        )

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        if op not in self.filters or value is None:
            return None
        return (Condition(op, (value,)),)


class CentsCodec(DecimalCodec):
    """`cents`: a whole number of minor units; blank is null. Option `scale`: digits of a minor unit
    (2).
    """

    options = frozenset({"scale", "numeric"})

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.shift = options.get("scale", 2)
        if type(self.shift) is not int or not 0 <= self.shift <= field.scale:
            raise ValueError(
                f"scale = {self.shift!r}: the field has {field.scale} digits after the point"
            )

    def parse(self, text: str) -> Decimal:
        if not WHOLE.match(text):
            raise Unreadable(NOT_WHOLE)
        return self.exact(Decimal(text).scaleb(-self.shift, context=Context(prec=len(text))))

    def spell(self, value: Decimal) -> str:
        minor = _WIDE.scaleb(value, self.shift)
        if minor != minor.to_integral_value():
            raise Unreadable(NO_SPELLING)
        return f"{minor.to_integral_value():f}"

    def parsed(self, column: str) -> str:
        digits = self.whole_digits + self.shift
        minor = f"TRY_CAST({column} AS DECIMAL({digits},0))"
        unit = (
            f"CAST('{Decimal(1).scaleb(-self.shift):f}' AS DECIMAL({self.shift + 1},{self.shift}))"
        )
        major = f"TRY_CAST({minor} * {unit} AS {self.field.duck})"
        return f"CASE WHEN {WHOLE.sql(column)} THEN {major} END"

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        return ((WHOLE.sql(column), self.too_large), ("", NOT_WHOLE))

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        if op not in self.filters or value is None:
            return None
        minor = _WIDE.scaleb(value, self.shift)
        if minor == minor.to_integral_value():
            return (Condition(op, (int(minor),)),)
        if op == "=":
            return None
        return (Condition(*_beside(op, math.floor(minor))),)


class DoubleCodec(DecimalCodec):
    """`float`: a double, read as the decimal of its shortest exact form (12.5, 1e-05); blank is
    null.

    For columns that hold binary doubles, carried with 17 digits: `0.10000000000000001` is 0.1.
    """

    def __init__(self, field: Any, options: dict[str, Any], rules: Rules) -> None:
        super().__init__(field, options, rules)
        self.spare = MAX_PRECISION - field.precision
        if self.spare < _DOUBLE_DIGITS:
            raise ValueError(
                f"a double has {_DOUBLE_DIGITS} digits: declare a precision of at most"
                f" {MAX_PRECISION - _DOUBLE_DIGITS}, not {field.precision}"
            )

    def parse(self, text: str) -> Decimal:
        if not DOUBLE.match(text):
            raise Unreadable(NOT_DOUBLE)
        number = float(text)
        if abs(number) >= self.limit:
            raise Unreadable(self.too_large)
        exact = Decimal(repr(number))
        fitting = self.exact(exact)
        if fitting != exact:
            raise Unreadable(self.too_fine)
        return fitting

    def spell(self, value: Decimal) -> str:
        return repr(float(value))

    def parsed(self, column: str) -> str:
        return (
            f"CASE WHEN {DOUBLE.sql(column)} AND {self.fits(column)}"
            f" THEN TRY_CAST({self.shortest(column)} AS {self.field.duck}) END"
        )

    def shortest(self, column: str) -> str:
        return f"CAST(TRY_CAST({column} AS DOUBLE) AS VARCHAR)"

    def fits(self, column: str) -> str:
        """DuckDB SQL: zero, or at least the last digit of the scale with no digits below that.

        So large a double has no digits beyond those of the wider decimal: its cast is exact.
        DuckDB minds the precision in its casts only of text without an exponent.
        """
        number, text = f"TRY_CAST({column} AS DOUBLE)", self.shortest(column)
        wide = f"DECIMAL({MAX_PRECISION},{self.field.scale + self.spare})"
        narrowed = f"TRY_CAST(TRY_CAST({text} AS {self.field.duck}) AS {wide})"
        return (
            f"abs({number}) < 1e{self.whole_digits} AND ({number} = 0"
            f" OR abs({number}) >= 1e-{self.field.scale}"
            f" AND TRY_CAST({text} AS {wide}) = {narrowed})"
        )

    def faults(self, column: str) -> tuple[tuple[str, str], ...]:
        number = f"TRY_CAST({column} AS DOUBLE)"
        return (
            (f"NOT {DOUBLE.sql(column)}", NOT_DOUBLE),
            (f"{number} IS NULL OR abs({number}) >= 1e{self.whole_digits}", self.too_large),
            ("", self.too_fine),
        )

    def predicate(self, op: str, value: Any) -> tuple[Condition, ...] | None:
        """Shortest forms ascend with their doubles, so the nearest double parts the column where
        `value` does.
        """
        if op not in self.filters or value is None:
            return None
        nearest = float(value)
        exact = Decimal(repr(nearest))
        if exact == value:
            return (Condition(op, (nearest,)),)
        if op == "=":
            return None
        if exact < value:
            return (Condition(*_beside(op, nearest)),)
        return (Condition({">": ">=", ">=": ">=", "<": "<", "<=": "<"}[op], (nearest,)),)


def _beside(op: str, below: float) -> tuple[str, tuple[float]]:
    """The comparison with a number that lies between `below` and the next one that a column can
    hold.
    """
    return {">": ">", ">=": ">", "<": "<=", "<=": "<="}[op], (below,)


def whole(text: str) -> int:
    """The number of digits with or without a minus, or one as far out of range: Python refuses to
    convert more than 4,300 digits; 20 are out of range already.
    """
    number = int((text.lstrip("-").lstrip("0") or "0")[:20])
    return -number if text.startswith("-") else number
