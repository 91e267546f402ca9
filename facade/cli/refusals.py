"""Refused values and parked records for a person, at 100 columns, and as JSON."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from facade.cli.findings import counted, raw, wrapped
from facade.config import SinkSettings
from facade.ledger.deliveries import ParkedRecord
from facade.ledger.refusals import Accepted, Choice, Retry
from facade.sync.refusals import Count, Refusal
from schemas.codecs.code import UNLISTED
from schemas.codecs.codec import UNDECODED
from schemas.codecs.zone import REPEATED, SKIPPED
from schemas.mapping import CrmMapping, FieldMapping
from schemas.sql_form import DOUBLED_KEY, DOUBLED_ROW, UNREADABLE_KEY

KEYLESS = "(key unreadable)"
NO_RECORD = "nothing: the row is no record, and reaches no sink"
MEANINGS = {
    "warehouse": "null, with an entry in the column problems",
    "karrio": "left out where it is not needed there; an order that needs it is parked",
}
OTHERWISE = "null, with a problem"
# What in the mapping may be meant: by the reason, else by the codec.
MAPPED_OTHERWISE = {
    UNLISTED: "list the code under its `codes`",
    UNDECODED: "declare the code page that the column is written in",
    REPEATED: 'say which hour is meant: `repeated = "earlier"` or "later" under [crm]',
    SKIPPED: 'say which hour is meant: `skipped = "earlier"` or "later" under [crm]',
    DOUBLED_KEY: "name the columns that tell rows apart in its `key`",
    UNREADABLE_KEY: "name a `key` that is always filled",
}
SENTINEL = "another codec (`as`), or `sentinels` under [crm] if the text means that there is none"
CODECS_OTHERWISE = {"date8": SENTINEL, "date": SENTINEL, "stamp": SENTINEL, "stamp14": SENTINEL}
CODEC = "another codec (`as`)"


def counts_json(counts: Iterable[Count], mapping: CrmMapping) -> list[dict[str, Any]]:
    """By entity, field and reason, with who mends it."""
    return [
        {
            "entity": each.relation,
            "field": each.field,
            "reason": each.reason,
            "values": each.values,
            "new": each.new,
            "accepted": each.accepted,
            "owner": owner_of(mapping, each.relation, each.field),
        }
        for each in counts
    ]


def counts_lines(
    run: int, totals: tuple[int, int, int], counts: Sequence[Count], mapping: CrmMapping
) -> Iterator[str]:
    """Counts by entity, field and reason."""
    yield f"night {run}: {_totals(*totals)}"
    for relation, grouped in groupby(counts, key=lambda each: each.relation):
        group = list(grouped)
        yield f"  {relation}: {sum(each.values for each in group):,}"
        for each in group:
            example = f" ({raw(each.example)})" if each.example is not None else ""
            owner = owner_of(mapping, relation, each.field)
            words = [
                f"{each.field}: {each.values:,} × {each.reason}{example}",
                *_of_them(each.new, each.accepted, each.values),
                *([f"owner {owner}"] if owner else []),
            ]
            yield from wrapped(", ".join(words), 4)
    left = totals[0] - sum(each.values for each in counts)
    if left:
        yield f"  {left:,} more: narrow them by --entity, --field or --reason"


def _totals(values: int, new: int, accepted: int) -> str:
    words = [counted(values, "refused value"), *_of_them(new, accepted, values)]
    return ", ".join(words) if values else "no refused values"


def _of_them(new: int, accepted: int, values: int) -> Iterator[str]:
    for number, word in ((new, "new"), (accepted, "accepted")):
        if number:
            yield word if number == values else f"{number:,} {word}"


def values_json(
    totals: tuple[int, int, int], values: Iterable[Refusal], skip: int
) -> dict[str, Any]:
    listed = [asdict(value) for value in values]
    left = max(0, totals[0] - skip - len(listed))
    return {
        "refused": totals[0],
        "new": totals[1],
        "accepted": totals[2],
        "values": listed,
        "values_left": left,
    }


def values_lines(
    totals: tuple[int, int, int], values: Sequence[Refusal], skip: int
) -> Iterator[str]:
    """The values one by one."""
    if not totals[0]:
        return
    yield ""
    yield _part("values", len(values), totals[0], skip)
    for each in values:
        state = ", new" if each.new else ", accepted" if each.accepted else ""
        where = f"{each.relation} {_id(each.id)}  {each.field} {raw(each.raw)}"
        yield from wrapped(f"{where}: {each.reason}, since night {each.since}{state}", 2)


def _part(what: str, shown: int, total: int, skip: int) -> str:
    if shown == total:
        return what
    end = skip + shown
    more = f"; --skip {end} for the next" if end < total else ""
    first = f"{skip + 1:,} to {end:,}" if shown else "none"
    return f"{what}: {first} of {total:,}{more}"


def parked_json(parked: Sequence[ParkedRecord], limit: int, skip: int) -> dict[str, Any]:
    """Records that sinks have not taken: how many by sink, entity, field and reason, and which."""
    counts = _parked_counts(parked).most_common(limit)
    return {
        "records": len(parked),
        "counts": [
            {"sink": sink, "entity": entity, "field": field, "reason": reason, "records": number}
            for (sink, entity, field, reason), number in counts
        ],
        "values": [asdict(record) for record in parked[skip : skip + limit]],
        "values_left": max(0, len(parked) - skip - limit),
    }


def parked_lines(
    parked: Sequence[ParkedRecord], limit: int, skip: int, alone: bool
) -> Iterator[str]:
    """The same; nothing where nothing is parked, unless that was asked for `alone`."""
    if not parked:
        if alone:
            yield "no record is parked there"
        return
    if not alone:
        yield ""
    yield f"{counted(len(parked), 'record')} not taken by sinks"
    counts = _parked_counts(parked)
    for (sink, entity, field, reason), number in counts.most_common(limit):
        place = f"{entity} {field}" if field else entity
        yield from wrapped(f"sink {sink}, {place}: {number:,} × {plain(reason)}", 2)
    if len(counts) > limit:
        yield f"  for {len(counts) - limit:,} more reasons"
    yield ""
    listed = parked[skip : skip + limit]
    yield _part("parked", len(listed), len(parked), skip)
    for record in listed:
        field = f" {record.field}:" if record.field else ""
        what = f"{record.entity} {plain(record.id)} at {record.sink}:{field} {plain(record.reason)}"
        yield from wrapped(f"{what}; last tried in night {record.run}", 2)


def _parked_counts(
    parked: Iterable[ParkedRecord],
) -> Counter[tuple[str, str, str | None, str]]:
    return Counter((each.sink, each.entity, each.field, each.reason) for each in parked)


def record_json(
    choice: Choice,
    values: Sequence[Refusal],
    parked: Sequence[ParkedRecord],
    accepted: Sequence[Accepted],
    retries: Sequence[Retry],
    sinks: Mapping[str, SinkSettings],
    mapping: CrmMapping,
) -> dict[str, Any]:
    """One record: its refused values, what each sink makes of it, and the ways out."""
    by = {(each.relation, each.id, each.field, each.raw): each for each in accepted}
    told = []
    for value in values:
        mapped = mapped_as(mapping, value.relation, value.field, value.source)
        known = by.get((value.relation, value.id, value.field, value.raw))
        told.append(
            asdict(value)
            | {
                "codec": mapped.spelling if mapped else None,
                "owner": owner_of(mapping, value.relation, value.field),
                "accepted": _said(known.by, known.at) if value.accepted and known else None,
                "mapping": _mapped_otherwise(value, mapped),
            }
        )
    return {
        "entity": choice.entity,
        "id": choice.record,
        "values": told,
        "sinks": {name: _meaning(sink, choice, values, parked) for name, sink in sinks.items()},
        "read_again": _said(retries[0].by, retries[0].at) if retries else None,
        "ways_out": list(_ways_out(choice, values, parked, mapping)),
    }


def _said(by: str, at: Any) -> dict[str, str]:
    return {"by": by, "at": at.isoformat()}


def _meaning(
    sink: SinkSettings,
    choice: Choice,
    values: Sequence[Refusal],
    parked: Sequence[ParkedRecord],
) -> dict[str, Any]:
    for record in parked:
        if record.sink == sink.name:
            place = {"reason": record.reason, "field": record.field, "run": record.run}
            return {"state": "parked"} | place
    entity = (choice.entity or "").partition(".")[0]
    if sink.entities is not None and entity not in sink.entities:
        return {"state": f"it is not sent {entity} records"}
    if any(_is_no_record(value) for value in values):
        return {"state": NO_RECORD}
    return {"state": MEANINGS.get(sink.kind, OTHERWISE)}


def _is_no_record(value: Refusal) -> bool:
    return value.reason in (DOUBLED_KEY, UNREADABLE_KEY)


def _mapped_otherwise(value: Refusal, mapped: FieldMapping | None) -> str:
    if value.reason.startswith(DOUBLED_ROW):
        return "join so that one row is found, or none"
    usual = CODECS_OTHERWISE.get(mapped.spelling, CODEC) if mapped else CODEC
    return MAPPED_OTHERWISE.get(value.reason, usual)


def _ways_out(
    choice: Choice,
    values: Sequence[Refusal],
    parked: Sequence[ParkedRecord],
    mapping: CrmMapping,
) -> Iterator[str]:
    words = f"{choice.entity} {shlex.quote(choice.record or '')}"
    if values:
        columns = ", ".join(dict.fromkeys(value.source for value in values))
        yield (
            f"mend {columns} in the CRM: the next night reads what changed."
            f" Where nothing tells it so: facade refused retry {words}"
        )
        yield f"or change the mapping, as said with each value: {mapping.file}"
    if any(not value.accepted for value in values):
        yield f"or leave it so, and no longer call it new: facade refused accept {words}"
    if parked:
        yield (
            "a parked record is offered again when it changes."
            f" Where it was mended in the target: facade refused retry {words}"
        )


def record_lines(told: Mapping[str, Any]) -> Iterator[str]:
    """What `record_json` tells, for a person. Raw texts are whole, what cannot be shown escaped."""
    yield f"{told['entity']} {_id(told['id'])}, night {told['run']}"
    for value in told["values"]:
        yield ""
        row = "" if value["id"] == told["id"] else f" of {value['relation']} {plain(value['id'])}"
        shown = "nothing" if value["raw"] is None else repr(value["raw"])
        yield f"  {value['field']}{row}: {shown}"
        codec = f" as {value['codec']}" if value["codec"] else ""
        yield from wrapped(f"{value['reason']}; read from {value['source']}{codec}", 4)
        yield from wrapped("; ".join(_history(value)), 4)
        yield from wrapped(f"mapping: {value['mapping']}", 4)
    if told["sinks"]:
        yield ""
        yield "  what it means"
    for name, sink in told["sinks"].items():
        yield from wrapped(f"sink {name}: {_state(sink)}", 4)
    if told["read_again"]:
        yield ""
        yield f"  it is read again in the next night, as {told['read_again']['by']} asked"
    yield ""
    for way in told["ways_out"]:
        yield from wrapped(way, 2)


def _history(value: Mapping[str, Any]) -> Iterator[str]:
    yield f"refused since night {value['since']}" + (", which is new" if value["new"] else "")
    if value["accepted"]:
        yield f"accepted by {value['accepted']['by']} on {value['accepted']['at'][:10]}"
    if value["owner"]:
        yield f"owner {value['owner']}"


def _state(sink: Mapping[str, Any]) -> str:
    if sink["state"] != "parked":
        return str(sink["state"])
    field = f"{sink['field']}: " if sink["field"] else ""
    return f"parked in night {sink['run']}: {field}{plain(sink['reason'])}"


def mapped_as(
    mapping: CrmMapping, relation: str, field: str, source: str | None = None
) -> FieldMapping | None:
    """How a field of a relation is read now; children may be read from several places."""
    name, _, child = relation.partition(".")
    entity = mapping.entities.get(name)
    if entity is None:
        return None
    if not child:
        return entity.fields.get(field)
    found = None
    for rows in entity.children[child].sources if child in entity.children else ():
        mapped = rows.fields.get(field)
        if mapped is not None:
            shape = rows.shape or entity.shape
            found = mapped
            if source == ",".join(shape.native(column) for column in mapped.shown):
                return mapped
    return found


def owner_of(mapping: CrmMapping, relation: str, field: str) -> str | None:
    """Who mends a value, if the mapping says: the field's owner, else the entity's."""
    mapped = mapped_as(mapping, relation, field)
    entity = mapping.entities.get(relation.partition(".")[0])
    return (mapped.owner if mapped else None) or (entity.owner if entity else None)


def plain(text: str) -> str:
    """Foreign text for a terminal: what cannot be seen is escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _id(id: str | None) -> str:
    return plain(id) if id else KEYLESS
