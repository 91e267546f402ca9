"""What Karrio is sent, read off mapping.toml: paths with their columns, forms, limits; as SQL."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from facade.sinks.sink import SinkMismatch

FILE = Path(__file__).with_name("mapping.toml")
MERGED = "metadata"
"""The part of an order that Karrio's PUT merges; anything else is fixed once it is created."""


@dataclass(frozen=True)
class Form:
    """How a column `{c}` is spelled for JSON: SQL for the value, and a test that it fits."""

    value: str
    fits: str = "true"
    otherwise: str = ""


TEXT = "nullif(trim({c}), '')"
FORMS = {
    "text": Form(TEXT),
    "written": Form("CAST({c} AS VARCHAR)"),
    "integer": Form("CAST({c} AS BIGINT)"),
    "number": Form("CAST({c} AS DOUBLE)"),
    "alpha2": Form(
        TEXT, f"regexp_full_match({TEXT}, '[A-Z][A-Z]')", "is no country code (ISO 3166-1 alpha-2)"
    ),
    "phone": Form(
        TEXT,
        f"regexp_full_match({TEXT}, '[+][0-9]{{{{3,15}}}}')",
        "is no phone number (ITU-T E.164)",
    ),
    "whole": Form(
        "CASE WHEN {c} = trunc({c}) THEN CAST({c} AS BIGINT) END",
        "{c} = trunc({c}) AND {c} >= 1",
        "is no whole number from 1, and the TMS takes no other",
    ),
    # UN/CEFACT Recommendation 20 to Karrio's words
    "weight_unit": Form(
        "CASE {c} WHEN 'KGM' THEN 'KG' WHEN 'LBR' THEN 'LB'"
        " WHEN 'GRM' THEN 'G' WHEN 'ONZ' THEN 'OZ' END",
        "{c} IN ('KGM', 'LBR', 'GRM', 'ONZ')",
        "is none of the units KGM, LBR, GRM, ONZ",
    ),
}

# Where a canonical field's problems stand, by how its name begins; the first that fits.
REFUSED = {
    "stops.pickup.": "pickup_refused",
    "stops.delivery.": "delivery_refused",
    "customer.": "customer_refused",
    "bill_to.": "bill_to_refused",
    "": "order_refused",
}
LINE_REFUSED = {"": "refused"}
WORDS = {"column", "from", "form", "max", "required"}


@dataclass(frozen=True)
class Target:
    """One value of the document: its path there, its flat column, its canonical field."""

    path: tuple[str, ...]
    column: str
    field: str
    form: Form
    longest: int | None
    required: bool

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def sql(self) -> str:
        """The column of the value as it is sent."""
        return quoted(f"sent.{self.name}")

    @property
    def value(self) -> str:
        """SQL that makes it of the flat column."""
        return self.form.value.format(c=quoted(self.column))

    def unfit(self, place: str, refused: Mapping[str, str]) -> Iterator[str]:
        """WHEN clauses: {field, reason} for each way in which this value can't be sent."""
        yield _refused(place, self.field, refused)
        if self.form.otherwise:
            test = self.form.fits.format(c=quoted(self.column))
            fits = f"{quoted(self.column)} IS NULL OR {test}"
            yield _unfit(f"NOT ({fits})", place, self.field, text(self.form.otherwise))
        if self.required:
            missing = text("is missing, and the TMS demands it")
            yield _unfit(f"{self.sql} IS NULL", place, self.field, missing)
        if self.longest is not None:
            length = f"length({self.sql})"
            reason = f"{length} || ' characters; the TMS takes {self.longest}'"
            yield _unfit(f"{length} > {self.longest}", place, self.field, reason)


@dataclass(frozen=True)
class Targets:
    """All values of an order and of a line, and fields that decide without being sent."""

    order: tuple[Target, ...]
    line: tuple[Target, ...]
    decides: tuple[str, ...]

    def field_of(self, path: str) -> str:
        """The canonical field behind a path that the TMS names, or the path itself."""
        parts = path.split(".")
        if parts[0] == "line_items" and len(parts) > 2:
            inner = ".".join(parts[2:])
            return next((f"lines.{t.field}" for t in self.line if t.name == inner), path)
        return next((target.field for target in self.order if target.name == path), path)

    @property
    def order_unfit(self) -> str:
        """SQL for the first {field, reason} that keeps an order back, `torn` before all."""
        whens = ["WHEN torn IS NOT NULL THEN torn"]
        whens += [_refused("", field, REFUSED) for field in self.decides]
        whens += [when for target in self.order for when in target.unfit("", REFUSED)]
        return f"CASE {' '.join(whens)} END"

    @property
    def line_unfit(self) -> str:
        """The same of a line, whose fields are named lines[NUMBER].field."""
        place = "'lines[' || coalesce(CAST(line_no AS VARCHAR), '?') || '].' || "
        whens = [when for target in self.line for when in target.unfit(place, LINE_REFUSED)]
        return f"CASE {' '.join(whens)} END"


@cache
def read_targets(file: Path = FILE) -> Targets:
    """The targets of mapping.toml. Raises SinkMismatch that names the word at fault."""
    document = tomllib.loads(file.read_text("utf-8"))
    return Targets(
        tuple(_targets(document["order"], ("order",))),
        tuple(_targets(document["line"], ("line",))),
        tuple(document["decides"]["order"]),
    )


def _targets(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Target]:
    for name, entry in table.items():
        here = (*path, name)
        if "column" not in entry:
            yield from _targets(entry, here)
            continue
        unknown = set(entry) - WORDS
        if unknown or entry.get("form", "text") not in FORMS or "from" not in entry:
            raise SinkMismatch(
                f"{FILE.name}, {'.'.join(here)}: {dict(entry)!r} needs `column` and `from`, may"
                f" have form ({', '.join(FORMS)}), max and required, and no other word."
            )
        yield Target(
            here[1:],
            entry["column"],
            entry["from"],
            FORMS[entry.get("form", "text")],
            entry.get("max"),
            entry.get("required", False),
        )


def _refused(place: str, field: str, refused: Mapping[str, str]) -> str:
    prefix = next(word for word in refused if field.startswith(word))
    leaf = text(field.removeprefix(prefix))
    found = f"list_filter({refused[prefix]}, lambda p: p.field = {leaf})"
    reason = f"'can''t be read in the CRM: ' || {found}[1].reason"
    return _unfit(f"len({refused[prefix]}) > 0 AND len({found}) > 0", place, field, reason)


def _unfit(when: str, place: str, field: str, reason: str) -> str:
    return f"WHEN {when} THEN {{'field': {place}{text(field)}, 'reason': {reason}}}"


def quoted(name: str) -> str:
    """An SQL name."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """An SQL text."""
    return "'" + value.replace("'", "''") + "'"
