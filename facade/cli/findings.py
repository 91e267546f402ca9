"""A check's report for a person, at 100 columns, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from legacy_clients.checks import MISFIT, NOTE, WARNING, Remark, Report, Side
from legacy_clients.checks.compare import Comparison, Difference
from legacy_clients.checks.samples import Refused

WIDTH = 100
RAW = 40
HEADS = {
    MISFIT: "misfits, which users would meet",
    WARNING: "warnings",
    NOTE: "notes",
}
GRANTS = {
    True: "its account may only read",
    False: "its account may write",
    None: "it has no grants to look at",
}


def in_json(report: Report) -> dict[str, Any]:
    """One object; lists are lists, however many stand in them."""
    found = asdict(report)
    del found["seen"]
    return found


def lines_of(report: Report) -> Iterator[str]:
    """The lines of a report."""
    yield from _side("database", report.database, _database)
    yield from _side("services", report.services, _services)
    for weight, head in HEADS.items():
        yield from _remarks(head, [each for each in report.remarks if each.weight == weight])
    yield from _samples(report)
    yield from _unread(report.unread)
    yield from _drift(report)
    yield from _comparisons(report)
    yield ""
    yield verdict(report)


def verdict(report: Report) -> str:
    """The last line, in one sentence."""
    downs = (("database", report.database), ("services", report.services))
    parts = [f"the {name} could not be checked" for name, side in downs if side.down]
    parts += [
        counted(report.count(weight), word)
        for weight, word in ((MISFIT, "misfit"), (WARNING, "warning"))
        if report.count(weight)
    ]
    if report.refused:
        parts.append(f"{counted(report.refused, 'value')} in the samples cannot be read")
    differing = [found.entity for found in report.comparisons if not found.agrees]
    if differing:
        parts.append(f"services and database differ in {', '.join(differing)}")
    return f"{report.crm}: {'; '.join(parts) or 'all well'}"


def counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def wrapped(text: str, indent: int) -> Iterator[str]:
    space = " " * indent
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=space, subsequent_indent=space, break_on_hyphens=False
    )


def _side(name: str, side: Side, said: Callable[[Side], Iterable[str]]) -> Iterator[str]:
    if not side.needed:
        unset = side.told.get("unset")
        told = "no settings say where they are: nothing can be written" if unset else "not needed"
        yield f"{name:<10}{told}"
        return
    first = f"not to be checked: {side.down} ({side.error})" if side.down else "there"
    lines = textwrap.wrap("; ".join([first, *said(side)]), WIDTH - 10, break_on_hyphens=False)
    yield f"{name:<10}{lines[0]}"
    for line in lines[1:]:
        yield f"{'':<10}{line}"


def _database(side: Side) -> Iterator[str]:
    if "driver" in side.told:
        yield f"by the driver for {side.told['driver']}"
    if "clock_seconds_ahead" in side.told:
        apart = side.told["clock_seconds_ahead"]
        word = "ahead of" if apart > 0 else "behind"
        yield f"its clock is {abs(apart)} s {word} ours" if apart else "its clock agrees with ours"
    if "read_only" in side.told:
        yield GRANTS[side.told["read_only"]]
    if "driver_test" in side.told:
        test = side.told["driver_test"]
        lost = len(test["refused"]) + len(test["changed"])
        count = f"{test['tried'] - lost} of {test['tried']}" if lost else f"all {test['tried']}"
        refused = f" ({', '.join(test['refused'])} refused)" if test["refused"] else ""
        yield f"{count} test values come through its driver exactly{refused}"


def _services(side: Side) -> Iterator[str]:
    if "operations" in side.told:
        yield f"{counted(side.told['operations'], 'operation')} in the contract"
    if side.told.get("asked") and side.down is None:
        yield f"{side.told['asked']} answers"
    for name, why in side.told.get("uncallable", {}).items():
        yield f"{name} cannot be called ({why})"
    yield from side.told.get("notes", ())


def _remarks(head: str, remarks: list[Remark]) -> Iterator[str]:
    if not remarks:
        return
    yield ""
    yield f"{len(remarks)} {head if len(remarks) != 1 else _single(head)}"
    for place in dict.fromkeys(remark.place for remark in remarks):
        yield f"  {place}"
        for remark in (each for each in remarks if each.place == place):
            yield from wrapped(remark.text, 4)
            others = [name for name in remark.fields if name != place]
            if others:
                yield from wrapped(f"touches {', '.join(others)}", 6)


def _single(head: str) -> str:
    word, comma, rest = head.partition(",")
    return word.removesuffix("s") + comma + rest


def _samples(report: Report) -> Iterator[str]:
    by_entity = {found.entity: found for found in report.samples}
    if not by_entity:
        return
    yield ""
    yield "samples"
    width = max(map(len, report.entities))
    for name in report.entities:
        found = by_entity.get(name)
        if found is None:
            yield f"  {name:<{width}}  not read: see above"
            continue
        refused = sum(each.count for each in found.refused)
        said = f"{counted(refused, 'value')} refused" if refused else "all values can be read"
        yield f"  {name:<{width}}  {counted(found.read, 'record')}, {said}"
        for each in found.refused:
            yield from wrapped(_refused(each), width + 4)


def _refused(each: Refused) -> str:
    raws = ", ".join(map(raw, each.raws))
    more = ", …" if each.count > len(each.raws) else ""
    return f"{each.field}: {each.count} × {each.reason} ({raws}{more})"


def raw(text: str | None) -> str:
    """A raw text, cut for a line."""
    if text is None:
        return "nothing"
    return repr(text if len(text) <= RAW else f"{text[:RAW]}…")


def _unread(tables: dict[str, list[str]]) -> Iterator[str]:
    if not tables:
        return
    yield ""
    yield "columns that no field reads"
    for table, names in tables.items():
        yield from wrapped(f"{table}: {', '.join(names)}", 2)


def _drift(report: Report) -> Iterator[str]:
    yield ""
    looked = " and ".join(report.looked)
    if not looked:
        yield "Whether tables and contract have changed is not known."
    elif report.since is None:
        yield f"{looked.capitalize()}: looked at for the first time; changes show from now on."
    elif not report.drift:
        yield f"{looked.capitalize()}: as on {report.since}."
    else:
        yield f"changed since {report.since}"
        for remark in report.drift:
            yield from wrapped(f"{remark.place}: {remark.text}", 2)
            touched = ", ".join(remark.fields)
            yield from wrapped(f"touches {touched}" if touched else "touches no field", 4)


def _comparisons(report: Report) -> Iterator[str]:
    if not report.comparisons and not report.uncompared:
        return
    yield ""
    yield "services and database"
    for found in report.comparisons:
        yield from _comparison(found)
    for name, why in report.uncompared.items():
        yield from wrapped(f"{name}: not compared, {why}", 2)


def _comparison(found: Comparison) -> Iterator[str]:
    records, fields = counted(found.read, "record"), counted(len(found.fields), "field")
    if found.agrees:
        yield f"  {found.entity}: {records}, {fields}: both sides agree"
    else:
        yield f"  {found.entity}: {records}, {fields}"
    for difference in found.differences:
        yield from _difference(difference)
    if found.absent:
        shown = ", ".join(found.absent[:10])
        more = f" and {len(found.absent) - 10} more" if len(found.absent) > 10 else ""
        yield from wrapped(f"The services do not have {shown}{more}.", 4)
    for failure in found.failures:
        yield from wrapped(f"The services cannot tell {failure.id}: {failure.reason}", 4)
    if found.moving:
        yield f"    {counted(found.moving, 'record')} went on changing, and was passed over"
    if found.ended:
        yield from wrapped(f"It ended early: {found.ended}", 4)


def _difference(difference: Difference) -> Iterator[str]:
    yield f"    {difference.field}: {counted(difference.count, 'record')}"
    for each in difference.examples:
        yield from wrapped(
            f"{each.id}: the service tells {raw(each.service)}, the database {raw(each.database)}",
            6,
        )
