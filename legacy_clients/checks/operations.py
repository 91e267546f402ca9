"""Does the mapping fit the contract of the services: operations and elements that are not there, of
another type or too short, and what a service demands that no field gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from legacy_clients.checks.nearest import instead
from legacy_clients.checks.paths import ANSWERS, SENDS, Path, paths_of
from legacy_clients.checks.remark import MISFIT, WARNING, Remark
from legacy_clients.errors import Misconfigured
from legacy_clients.soap.contract import Contract, descend
from legacy_clients.soap.element import Element
from legacy_clients.soap.lexical import read
from legacy_clients.telling import is_typed
from schemas.codecs.code import CodesCodec
from schemas.codecs.codec import Unreadable
from schemas.elements import HEADER, parse_path
from schemas.fields import Exact, Flag, Instant, Key, Text, Whole
from schemas.listing import Listing
from schemas.mapping import EntityMapping, FieldMapping, Operation

COMPLEX = "complex"
TEXTS = frozenset(
    {"string", "normalizedString", "token", "anySimpleType", "anyURI", "anyType", "language"}
)
Given = Callable[[Operation], Mapping[str, Any]]
"""From an operation to the arguments that it has before any value of a record."""


def misfits_of_operations(
    mapping: EntityMapping, contract: Contract, given: Given = lambda operation: {}
) -> list[Remark]:
    """What does not fit between the operations of an entity and the contract."""
    found: list[Remark] = []
    for operation in mapping.operations.values():
        place = f"[{mapping.entity.name}.{operation.verb}]"
        paths = list(paths_of(mapping, operation))
        try:
            contract.operation(operation.call)
        except Misconfigured as error:
            text = _no_operation(contract, operation.call) or f"{error}."
            found.append(Remark(MISFIT, place, text, (mapping.entity.name,)))
            continue
        sound = [path for path in paths if not _lacks(contract, operation, path, place, found)]
        for path in sound:
            if path.mapped is not None and path.side == SENDS:
                found += _of_type(contract, operation, path, path.mapped)
        found += _demanded(mapping, contract, operation, sound, given(operation), place)
    return list(dict.fromkeys(found))


def misfits_of_list(listing: Listing, contract: Contract, fields: tuple[str, ...]) -> list[Remark]:
    """What does not fit between a list that the mapping declares and the contract."""
    place = f"[list {listing.name}]"
    found = []
    parts = (listing.page, listing.pick, listing.changes, listing.deletes)
    calls = [listing.call, *(getattr(part, "call", None) for part in parts)]
    for call in dict.fromkeys(filter(None, calls)):
        try:
            contract.operation(call)
        except Misconfigured as error:
            found.append(Remark(MISFIT, place, f"{error}.", fields))
    if found:
        return found
    for path in listing.columns.values():
        try:
            contract.answered(listing.call, f"{listing.rows}.{path}")
        except Misconfigured as error:
            found.append(Remark(MISFIT, place, f"{error}.", fields))
    return found


def element_at(contract: Contract, operation: Operation, path: Path) -> Element:
    """The element of a path. Raises Misconfigured."""
    if path.in_header:
        return _in_header(contract, operation, path)
    if path.side == SENDS:
        return contract.element(operation.call, path.path)
    return contract.answered(operation.call, path.path)


def _in_header(contract: Contract, operation: Operation, path: Path) -> Element:
    known = contract.operation(operation.call)
    message = known.input if path.side == SENDS else known.output
    block, _, rest = path.path.removeprefix(HEADER).partition(".")
    headers = {} if message is None else message.headers
    if block not in headers:
        shown = ", ".join(headers) or "none"
        raise Misconfigured(f"{operation.call} has no header {block}; declared are {shown}")
    return descend(headers[block], rest, f"the header {block}") if rest else headers[block]


def _lacks(
    contract: Contract, operation: Operation, path: Path, place: str, found: list[Remark]
) -> bool:
    try:
        element_at(contract, operation, path)
    except Misconfigured as error:
        # What is told beside the answer need not be declared: a block of the header, a sign.
        undeclared = path.side == ANSWERS and (path.in_header or path.role == "missing")
        weight = WARNING if undeclared else MISFIT
        text = _no_element(contract, operation, path) or f"{error}."
        where = path.fields[0] if path.role == "field" else f"{place} {path.role}"
        found.append(Remark(weight, where, text, path.fields))
        return True
    return False


def _no_operation(contract: Contract, call: str) -> str | None:
    """What is there instead of an operation; None where there is one that cannot be called."""
    if call in contract.uncallable:
        return None
    return f"The contract has no operation {call}; {instead(call, sorted(contract.operations))}"


def _no_element(contract: Contract, operation: Operation, path: Path) -> str | None:
    """What is there instead of the first word of a path that is not there."""
    side = contract.input if path.side == SENDS else contract.output
    element = None if path.in_header else side(operation.call)
    if element is None:
        return None
    whose = operation.call if path.side == SENDS else f"The answer to {operation.call}"
    within = ""
    for word in parse_path(path.path).words:
        if word not in element.children:
            lacking = f"{whose} has no element {within}{word}"
            return f"{lacking}; {instead(word, list(element.children))}"
        element, within = element.children[word], f"{within}{word}."
    return None


def _of_type(
    contract: Contract, operation: Operation, path: Path, mapped: FieldMapping
) -> Iterator[Remark]:
    element = contract.element(operation.call, path.path)
    kind = element.content or element.kind
    (place,) = path.fields
    where = f"The element {path.path}"
    if kind.name == COMPLEX:
        text = f"{where} holds elements ({', '.join(element.children)}), no value."
        yield Remark(MISFIT, place, text, path.fields)
        return
    if isinstance(mapped.codec, CodesCodec) and not is_typed(mapped, kind.name):
        yield from _of_codes(where, element, mapped, mapped.codec, path, place)
    elif not _fits(mapped, kind.name):
        field = type(mapped.leaf.field).__name__.lower()
        weight = WARNING if isinstance(mapped.leaf.field, Text) else MISFIT
        text = f"{where} is of type {kind.name}, and the field holds any {field}."
        yield Remark(weight, place, text, path.fields)
    longest = kind.facets.get("maxLength") or kind.facets.get("length")
    if longest is not None and mapped.max is not None and mapped.max > int(longest):
        text = (
            f"{where} takes {longest} characters, and max = {mapped.max} is told to those who"
            " write."
        )
        yield Remark(WARNING, place, text, path.fields)


def _fits(mapped: FieldMapping, kind: str) -> bool:
    """Whether an element of a simple type takes what is written of a field."""
    if kind in TEXTS or is_typed(mapped, kind):
        return True
    # Keys and texts that a codec spells may be numbers; each value is judged before it is sent.
    return not isinstance(mapped.leaf.field, Exact | Whole | Flag | Instant | Text) and (
        isinstance(mapped.leaf.field, Key)
    )


def _of_codes(
    where: str, element: Element, mapped: FieldMapping, codec: CodesCodec, path: Path, place: str
) -> Iterator[Remark]:
    """Codes that the element does not take."""
    kind = element.content or element.kind
    lost = []
    for word, code in codec.spellings.items():
        try:
            read(code.rstrip(" "), kind)
        except Unreadable as unreadable:
            lost.append(f"{code.rstrip(' ')!r} for {word} ({unreadable.reason})")
    if lost:
        yield Remark(MISFIT, place, f"{where} does not take {', '.join(lost)}.", path.fields)


def _demanded(
    mapping: EntityMapping,
    contract: Contract,
    operation: Operation,
    paths: Iterable[Path],
    given: Mapping[str, Any],
    place: str,
) -> Iterator[Remark]:
    """Elements without which the service refuses the call, and that are not sure to be sent."""
    sent = {".".join(parse_path(path.path).words): path for path in paths if path.side == SENDS}
    for lacking in _lacking(contract.input(operation.call), set(sent) | set(_dotted(given))):
        text = f"{operation.call} demands {lacking}, and nothing in the mapping gives it."
        yield Remark(MISFIT, place, text, (mapping.entity.name,))
    for dotted, path in sent.items():
        element = contract.element(operation.call, dotted)
        if path.mapped is None or not element.least or parse_path(path.path).pair:
            continue
        (field,) = path.fields
        if operation.verb == "create" and not path.mapped.required:
            text = (
                f"{operation.call} demands {dotted}, and nobody has to give {field}: say"
                " required = true."
            )
            yield Remark(WARNING, place, text, path.fields)
        elif operation.verb == "update" and operation.merge_from is None:
            text = (
                f"{operation.call} demands {dotted}: a change that leaves {field} out is refused."
                " See merge_from."
            )
            yield Remark(MISFIT, place, text, path.fields)


def _lacking(element: Element, sent: set[str], within: str = "") -> Iterator[str]:
    """The paths of demanded elements that nothing is put into, inside of what is sent."""
    if element.items is not None:
        return
    for name, child in element.children.items():
        path = f"{within}{name}"
        if path in sent:
            continue
        if any(each.startswith(f"{path}.") for each in sent):
            yield from _lacking(child, sent, f"{path}.")
        elif child.least:
            yield path


def _dotted(given: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for name, value in given.items():
        if isinstance(value, Mapping):
            yield from _dotted(value, f"{within}{name}.")
        else:
            yield f"{within}{name}"
