"""Some records of an entity, from all over its keys and the newest, and what of them cannot be
read.

Places between the lowest key and the highest are guessed, so that each costs the database one look
into its index, whatever the size of the table.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile

from legacy_clients.checks.remark import MISFIT, Remark
from legacy_clients.errors import Misconfigured, Unintelligible
from legacy_clients.reading import Ask, Found, Reader
from schemas.mapping import EntityMapping
from schemas.record_form import Document

Place = tuple[str | None, ...]
RUN = 10
"""Records that are read from one place on."""
RAWS = 3
PAGE = 100
CERTAIN = 5
"""So many values, all of them refused, are no accident."""
LETTERS = {
    re.compile(r"[0-9]*"): "0123456789",
    re.compile(r"[0-9a-f]*"): "0123456789abcdef",
    re.compile(r"[0-9A-F]*"): "0123456789ABCDEF",
    re.compile(r".*"): "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
}
"""In which letters keys count, by those that they have; others keep their places."""
DIGITS = 8
WHOLE = re.compile(r"-?[0-9]+")
_POSITION = re.compile(r"\[[^\]]*\]")


@dataclass
class Refused:
    """Values of one field that could not be read for one reason; `raws` are some of them."""

    field: str
    reason: str
    count: int = 0
    raws: list[str | None] = dataclasses.field(default_factory=list)


@dataclass
class Sample:
    """How many records were read, and what of them was refused. `filled` counts the values that are
    there by field, and `first` is the id of one record.
    """

    entity: str
    read: int
    refused: list[Refused]
    filled: dict[str, int] = dataclasses.field(default_factory=dict)
    first: str | None = None


def sample(reader: Reader, mapping: EntityMapping, count: int, seconds: float) -> Sample:
    """About `count` records of an entity, read by the mapping. Raises the errors of the reader."""
    records = list(spread(reader, mapping, count, seconds))
    refused: dict[tuple[str, str], Refused] = {}
    filled: Counter[str] = Counter()
    for record in records:
        problems = record.document["problems"]
        for problem in problems:
            name = _POSITION.sub("", problem["field"])
            known = refused.setdefault((name, problem["reason"]), Refused(name, problem["reason"]))
            known.count += 1
            if len(known.raws) < RAWS and problem["raw"] not in known.raws:
                known.raws.append(problem["raw"])
        filled.update(_filled(mapping, record.document))
    listed = sorted(refused.values(), key=lambda each: (-each.count, each.field))
    first = records[0].id if records else None
    return Sample(mapping.entity.name, len(records), listed, dict(filled), first)


def remarks_of(found: Sample) -> Iterator[Remark]:
    """The fields of which no value at all can be read: their codec is not the right one."""
    by_field: dict[str, list[Refused]] = defaultdict(list)
    for each in found.refused:
        by_field[each.field].append(each)
    for name, group in by_field.items():
        count = sum(each.count for each in group)
        if count >= CERTAIN and not found.filled.get(name):
            shown = f"{found.entity}.{name}"
            reasons = "; ".join(f"{each.count} × {each.reason}" for each in group)
            text = f"None of its {count} values in the sample can be read: {reasons}."
            yield Remark(MISFIT, shown, text, (shown,))


def spread(reader: Reader, mapping: EntityMapping, count: int, seconds: float) -> Iterator[Found]:
    """About `count` records, each once: a tenth of them the newest, the others in short runs from
    all over the keys; of a list the first. Raises the errors of the reader.
    """
    if mapping.listing is not None:
        yield from _first(reader, count, seconds)
        return
    newest = max(1, count // 10)
    seen: set[str] = set()
    for page in _pages(reader, mapping, count - newest, newest, seconds):
        for found in page:
            if found.id not in seen:
                seen.add(found.id)
                yield found


def _first(reader: Reader, count: int, seconds: float) -> Iterator[Found]:
    """The first records of a list, at most so many."""
    ask, left = Ask(limit=min(count, PAGE)), count
    for _ in range(count):
        page = reader.find(ask, seconds)
        yield from page.records[:left]
        left -= len(page.records)
        if left <= 0 or page.next is None:
            return
        ask = dataclasses.replace(ask, after=page.next)


def _pages(
    reader: Reader, mapping: EntityMapping, count: int, newest: int, seconds: float
) -> Iterator[list[Found]]:
    run = min(RUN, max(1, count // 5))
    first = reader.find(Ask(limit=run), seconds)
    yield first.records
    if first.next is not None:
        low = reader.find(Ask(limit=1), seconds).next
        high = reader.find(Ask(descending=True, limit=1), seconds).next
        for place in places(low, high, max(1, count // run)):
            try:
                yield reader.find(Ask(after=place, limit=run), seconds).records
            except (Misconfigured, Unintelligible):
                break  # keys of a type that a guess is not of
    mapped = mapping.fields.get("updated_at")
    if mapped is not None and mapped.column is not None and mapped.codec.keeps_order:
        yield reader.find(Ask(sort="updated_at", descending=True, limit=newest), seconds).records
    else:
        yield reader.find(Ask(descending=True, limit=newest), seconds).records


def places(low: Place | None, high: Place | None, count: int) -> Iterator[Place]:
    """Places between two keys, evenly apart in the first part in which they differ."""
    if low is None or high is None:
        return
    number = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=True))))
    if number == len(low):
        return
    first, last = low[number], high[number]
    if first is None or last is None:
        return
    for step in range(1, count):
        yield (*low[:number], between(first, last, Fraction(step, count)), *low[number + 1 :])


def between(low: str, high: str, share: Fraction) -> str:
    """A text about a share of the way from one to another, of the same form."""
    uneven = len(low) != len(high) or low.startswith("-")
    if uneven and WHOLE.fullmatch(low) and WHOLE.fullmatch(high):
        return str(int(low) + int((int(high) - int(low)) * share))
    shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=False))))
    ends = [re.sub(r"[^0-9A-Za-z]", "", text[shared:])[:DIGITS] for text in (low, high)]
    letters = next(each for form, each in LETTERS.items() if form.fullmatch("".join(ends)))
    length = min(map(len, ends))
    one, other = (_number(text[:length], letters) for text in ends)
    told = iter(_spelled(one + int((other - one) * share), length, letters))
    return low[:shared] + "".join(
        next(told, letter) if letter.isalnum() else letter for letter in low[shared:]
    )


def _number(text: str, letters: str) -> int:
    number = 0
    for letter in text:
        number = number * len(letters) + max(letters.find(letter), 0)
    return number


def _spelled(number: int, length: int, letters: str) -> str:
    text = ""
    for _ in range(length):
        number, digit = divmod(number, len(letters))
        text = letters[digit] + text
    return text


def _filled(mapping: EntityMapping, document: Document) -> Iterator[str]:
    """The names of the values that are there."""
    for name, mapped in mapping.fields.items():
        if _value(document, mapped.leaf.path) not in (None, [], ""):
            yield name
    for name, child in mapping.children.items():
        for item in document[name]:
            for leaf in child.leaves:
                if _value(item, leaf.path) not in (None, [], ""):
                    yield f"{name}.{leaf.name}"


def _value(document: Document | None, path: tuple[str, ...]) -> object:
    for word in path:
        if document is None:
            return None
        document = document.get(word)
    return document
