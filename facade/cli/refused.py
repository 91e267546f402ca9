"""`facade refused`: values that could not be read, and records that a sink has not taken: listed,
shown, asked for again, and accepted.
"""

from __future__ import annotations

import datetime as dt
import getpass
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import click

from facade.cli.crm import crm_of, settings_here
from facade.cli.findings import counted
from facade.cli.parts import ledger_of, sinks_of
from facade.cli.refusals import (
    counts_json,
    counts_lines,
    parked_json,
    parked_lines,
    record_json,
    record_lines,
    values_json,
    values_lines,
)
from facade.config import Settings
from facade.ledger import Ledger
from facade.ledger.deliveries import ParkedRecord
from facade.ledger.refusals import Choice
from facade.ledger.runs import Run
from facade.sinks.sink import Remembering
from facade.sync.errors import NothingSealed
from facade.sync.refusals import Refused
from legacy_clients.crm import LegacyCRM

GROUPS = 200
"""Most counts that are told; values are told up to --limit."""
MOST = 10_000
SHOWN = 20


@dataclass(frozen=True)
class Desk:
    """What the subcommands work with."""

    settings: Settings
    crm: LegacyCRM
    ledger: Ledger
    run: Run
    refused: Refused

    def parked(self, only: str | None = None) -> list[ParkedRecord]:
        """Records that the sinks of the settings, or only one, have not taken."""
        names = self.settings.sinks if only is None else [self.settings.sink(only).name]
        return [record for name in names for record in self.ledger.deliveries.parked(name)]


@contextmanager
def opened() -> Iterator[Desk]:
    """The newest night's refusals; the CRM is not asked. Raises NothingSealed."""
    settings = settings_here()
    crm = crm_of(settings)
    try:
        with ledger_of(settings) as ledger:
            run = ledger.runs.last_sealed()
            if run is None:
                raise NothingSealed("no night has been sealed yet: run `facade sync` first")
            with Refused.of(settings.var, ledger, run.number) as found:
                yield Desk(settings, crm, ledger, run, found)
    finally:
        crm.close()


@click.group()
def refused() -> None:
    """Values that could not be read, and records that a sink has not taken."""


def _narrowed(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which values are meant."""
    for option in (
        click.option("--new", "only_new", is_flag=True, help="Only those that are new."),
        click.option("--reason", help='Only this reason, such as "code is not listed".'),
        click.option("--field", help="Only this field, such as credit_limit."),
        click.option("--entity", help="Only this entity, such as order (or order.lines)."),
    ):
        command = option(command)
    return command


_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@refused.command("list")
@_narrowed
@click.option("--sink", help="Only records that this sink has not taken.")
@click.option(
    "--limit",
    type=click.IntRange(1, MOST),
    default=SHOWN,
    show_default=True,
    help="Tell so many values and records one by one.",
)
@click.option("--skip", type=click.IntRange(0), default=0, help="Pass over so many of them.")
@_as_json
def list_refused(
    entity: str | None,
    field: str | None,
    reason: str | None,
    only_new: bool,
    sink: str | None,
    limit: int,
    skip: int,
    as_json: bool,
) -> None:
    """What the newest night refused, and what the sinks parked: counts first.

    New is what the night before did not refuse, and nobody has accepted.
    """
    with opened() as desk:
        choice = Choice(entity, None, field, reason)
        parked = desk.parked(sink)
        _demand_known(desk, choice, parked)
        waiting = [] if only_new else [record for record in parked if _fits(record, choice)]
        told: dict[str, Any] = {"run": desk.run.number}
        lines: list[str] = []
        if sink is None:
            totals = desk.refused.totals(choice, only_new)
            counts = desk.refused.counts(choice, only_new, GROUPS)
            values = list(desk.refused.values(choice, only_new, limit, skip))
            told |= values_json(totals, values, skip)
            told["counts"] = counts_json(counts, desk.crm.mapping)
            lines += counts_lines(desk.run.number, totals, counts, desk.crm.mapping)
            lines += values_lines(totals, values, skip)
        told["parked"] = parked_json(waiting, limit, skip)
        lines += parked_lines(waiting, limit, skip, alone=sink is not None)
    if as_json:
        click.echo(json.dumps(told, indent=1))
    else:
        click.echo("\n".join(lines))


@refused.command()
@click.argument("entity")
@click.argument("id")
@_as_json
def show(entity: str, id: str, as_json: bool) -> None:
    """One record: its refused values as they stand in the CRM, what they mean, and ways out.

    ID is "" for the rows whose key itself cannot be read.
    """
    with opened() as desk:
        choice = Choice(entity, id)
        parked = [record for record in desk.parked() if (record.entity, record.id) == (entity, id)]
        _demand_record(desk, choice, parked)
        found = record_json(
            choice,
            list(desk.refused.values(choice, False, MOST)),
            parked,
            desk.ledger.refusals.accepted(choice, MOST),
            [
                each
                for each in desk.ledger.refusals.retries()
                if (each.entity, each.id) == (entity.partition(".")[0], id)
            ],
            dict(desk.settings.sinks),
            desk.crm.mapping,
        )
        found["run"] = desk.run.number
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(record_lines(found)))


@refused.command()
@click.argument("record", nargs=-1, metavar="[ENTITY ID]")
@_narrowed
@click.option("--all", "everything", is_flag=True, help="Whatever is refused now.")
@click.option("--undo", is_flag=True, help="Accept it no longer.")
@click.option("--by", help="Who accepts; left out, the user of this machine.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_as_json
def accept(
    record: tuple[str, ...],
    entity: str | None,
    field: str | None,
    reason: str | None,
    only_new: bool,
    everything: bool,
    undo: bool,
    by: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Know of refused values: they are new no more, and no night ends with status 3 for them.

    Accepted is a raw text in a field of a record, under whatever mapping: another text there counts
    again. They stay refused, and listed.
    """
    choice = _chosen(record, entity, field, reason, everything or only_new)
    if undo and only_new:
        raise click.UsageError("what is new was not accepted: --undo goes without --new")
    with opened() as desk:
        kept = desk.ledger.refusals
        if undo:
            known = kept.count(choice)
            _ask(f"Accept {counted(known, 'value')} no longer?", yes or not known)
            told = {"withdrawn": kept.withdraw(choice)}
            said = f"accepted no longer: {counted(told['withdrawn'], 'value')}"
        else:
            _demand_known(desk, choice, [])
            if choice.record is not None:
                _demand_record(desk, choice, [])
            values, _, before = desk.refused.totals(choice, only_new)
            if values > before and not yes:
                for line in counts_lines(
                    desk.run.number,
                    desk.refused.totals(choice, only_new),
                    desk.refused.counts(choice, only_new, SHOWN),
                    desk.crm.mapping,
                ):
                    click.echo(line, err=True)
            _ask(f"Accept {counted(values - before, 'value')}?", yes or values == before)
            named, now = by or _user(), dt.datetime.now(dt.UTC)
            done = kept.accept(desk.refused.acceptable(choice, only_new, named, now))
            told = {"accepted": done, "accepted_before": before}
            said = f"accepted: {counted(done, 'value')}"
            said += f"; {before:,} before" if before else ""
    click.echo(json.dumps(told) if as_json else said)


@refused.command()
@click.argument("record", nargs=-1, metavar="[ENTITY ID]")
@_narrowed
@click.option("--all", "everything", is_flag=True, help="Whatever is refused or parked now.")
@click.option("--sink", help="Only records that this sink has not taken.")
@click.option("--by", help="Who asks; left out, the user of this machine.")
@_as_json
def retry(
    record: tuple[str, ...],
    entity: str | None,
    field: str | None,
    reason: str | None,
    only_new: bool,
    everything: bool,
    sink: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Have records read and translated again in the next night, and offered again to the sinks.

    For what was mended behind the CRM's back: a stamp that did not move, a code page, the TMS's own
    settings. What changes as changes do is tried again by itself.
    """
    choice = _chosen(record, entity, field, reason, everything or only_new or sink is not None)
    with opened() as desk:
        parked = desk.parked(sink)
        _demand_known(desk, choice, parked)
        waiting = [] if only_new else [each for each in parked if _fits(each, choice)]
        if choice.record is not None:
            _demand_record(desk, choice, waiting)
        records: Iterator[tuple[str, str]] = iter(())
        if sink is None:
            records = desk.refused.records(choice, only_new)
        now = dt.datetime.now(dt.UTC)
        count = desk.ledger.refusals.ask_again(records, by or _user(), now)
        offered = _offer_again(desk, waiting)
    if as_json:
        click.echo(json.dumps({"read_again": count, "offered_again": offered}))
        return
    click.echo(f"{counted(count, 'record')} to be read again in the next night")
    for name, count in offered.items():
        click.echo(f"{counted(count, 'record')} to be offered to sink {name} again then")


def _offer_again(desk: Desk, parked: list[ParkedRecord]) -> dict[str, int]:
    """Have sinks forget that they did not take these; how many by sink. Raises SinkError."""
    layouts = {
        name: layout
        for entity in desk.crm.mapping.entities.values()
        for name, layout in entity.layouts.items()
    }
    counted = Counter(record.sink for record in parked)
    for name in counted:
        sink = sinks_of(desk.settings, desk.ledger, layouts, name)[name]
        # Any other offers again what it has not taken without being told.
        if isinstance(sink, Remembering):
            for entity in {record.entity for record in parked if record.sink == name}:
                ids = [
                    record.id for record in parked if (record.sink, record.entity) == (name, entity)
                ]
                sink.offer_again(entity, ids)
    return dict(counted)


def _chosen(
    record: tuple[str, ...],
    entity: str | None,
    field: str | None,
    reason: str | None,
    widely: bool,
) -> Choice:
    """Which values are meant. UsageError where nothing says so, or twice."""
    if len(record) not in (0, 2):
        raise click.UsageError(
            f"a record is named by two words, ENTITY and ID: not by {' '.join(record)!r}."
            " For all records of an entity say --entity"
        )
    if record and entity is not None:
        raise click.UsageError("the entity is named twice: give ENTITY ID, or --entity")
    choice = Choice(entity, None, field, reason)
    if record:
        choice = replace(choice, entity=record[0], record=record[1])
    if choice == Choice() and not widely:
        raise click.UsageError(
            "say which: ENTITY ID, --entity, --field, --reason, --new, or --all for everything"
        )
    return choice


def _demand_known(desk: Desk, choice: Choice, parked: list[ParkedRecord]) -> None:
    """Raise BadParameter where an entity, field or reason is none, with those that there are."""
    mapping = desk.crm.mapping
    relations = [name for each in mapping.entities.values() for name in each.layouts]
    stand = {record.entity for record in parked} | set(desk.refused.known("entity", Choice()))
    if choice.entity is not None and choice.entity not in (*relations, *stand):
        known = ", ".join(relations)
        raise click.BadParameter(f"there is no entity {choice.entity!r}; known: {known}")
    if choice.record is not None:
        return
    within = Choice(choice.entity)
    where = f" of {choice.entity}" if choice.entity else ""
    _demand_one("field", choice.field, where, desk, within, {each.field for each in parked})
    within = replace(within, field=choice.field)
    _demand_one("reason", choice.reason, where, desk, within, {each.reason for each in parked})


def _demand_one(
    word: str, given: str | None, where: str, desk: Desk, within: Choice, parked: set[Any]
) -> None:
    if given is None or given in parked:
        return
    known = desk.refused.known(word, within)
    if given not in known:
        listed = "; ".join(known) or "nothing is refused there"
        raise click.BadParameter(f"no refused value{where} has the {word} {given!r}: {listed}")


def _demand_record(desk: Desk, choice: Choice, parked: list[ParkedRecord]) -> None:
    _demand_known(desk, Choice(choice.entity), parked)
    if parked or desk.refused.totals(choice)[0]:
        return
    whole = Choice(choice.entity, choice.record)
    if choice != whole and desk.refused.totals(whole)[0]:
        fields = ", ".join(desk.refused.known("field", whole))
        raise click.BadParameter(f"no such value of {_named(choice)} is refused; its are: {fields}")
    raise click.BadParameter(
        f"{_named(choice)} has no refused values in night {desk.run.number}, and no sink has"
        f" parked it. `facade refused list --entity {choice.entity}` tells those that have"
    )


def _named(choice: Choice) -> str:
    return f"{choice.entity} {choice.record or '(without a readable key)'}"


def _fits(record: ParkedRecord, choice: Choice) -> bool:
    given: Mapping[str, str | None] = {
        "entity": choice.entity,
        "id": choice.record,
        "field": choice.field,
        "reason": choice.reason,
    }
    return all(value is None or getattr(record, name) == value for name, value in given.items())


def _ask(question: str, answered: bool) -> None:
    """Ask unless that is needless. Abort where the answer is no."""
    if not answered:
        click.confirm(question, abort=True, err=True)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise click.UsageError("this machine does not tell who you are: say --by NAME") from error
