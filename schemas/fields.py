"""The kinds of value a canonical field can hold, as marshmallow fields.

Each kind knows its DuckDB type (`duck`), so that warehouse columns, SQL forms and JSON shapes are
all read off the schema. Validators (`validate=`) judge what callers send; what the CRM holds is
judged by type alone.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from schemas.decimals import MAX_PRECISION, plain_decimal


class Text(fields.String):
    """Text exactly as it was typed."""

    duck = "VARCHAR"


class Key(fields.String):
    """A CRM's key as text; a compound key joined reversibly (see codecs.key)."""

    duck = "VARCHAR"


class Keys(fields.List):
    """A list of keys; stored as JSON text in SQL."""

    duck = "VARCHAR"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Key(), **kwargs)


class Code(fields.String):
    """One word of a closed list, `codes`."""

    duck = "VARCHAR"

    def __init__(self, codes: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.codes = codes

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        word = super()._deserialize(value, attr, data, **kwargs)
        if word not in self.codes:
            raise ValidationError(f"Must be one of: {', '.join(self.codes)}.")
        return word


class Words(fields.List):
    """A list of words of a closed list, in the order of that list; stored as JSON text in SQL."""

    duck = "VARCHAR"

    def __init__(self, codes: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(Code(codes), **kwargs)
        self.codes = codes


class Whole(fields.Integer):
    """A whole number within int64."""

    duck = "BIGINT"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)


class Exact(fields.Field[Decimal]):
    """A decimal of `precision` digits, `scale` of them after the point.

    A string in JSON, always with `scale` digits after the point.
    """

    default_error_messages = {
        "invalid": "Not a decimal number in plain notation, as a string.",
        "scale": "More than {scale} digits after the point.",
        "precision": "More than {whole} digits before the point.",
    }

    def __init__(self, precision: int = 18, scale: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= scale <= precision <= MAX_PRECISION:
            raise ValueError(f"DECIMAL({precision},{scale}) is outside 38 digits")
        self.precision, self.scale = precision, scale

    @property
    def duck(self) -> str:
        return f"DECIMAL({self.precision},{self.scale})"

    def _serialize(
        self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> str | None:
        return None if value is None else f"{value:.{self.scale}f}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        number = plain_decimal(value)
        if number is None:
            raise self.make_error("invalid")
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.scale:
            raise self.make_error("scale", scale=self.scale)
        if abs(number) >= 10 ** (self.precision - self.scale):
            raise self.make_error("precision", whole=self.precision - self.scale)
        return number


class Flag(fields.Boolean):
    """True or false; nothing else stands for them in JSON."""

    duck = "BOOLEAN"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Day(fields.Date):
    """A calendar date without a time or zone (RFC 3339 full-date)."""

    duck = "DATE"


class Instant(fields.AwareDateTime):
    """A moment, in UTC (RFC 3339 date-time with Z)."""

    duck = "TIMESTAMP"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _serialize(
        self, value: dt.datetime | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> str | None:
        if value is None:
            return None
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.datetime:
        return super()._deserialize(value, attr, data, **kwargs).astimezone(dt.UTC)
