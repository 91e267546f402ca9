"""What a contract says, as lines by operation and element, and how two contracts differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from legacy_clients.soap.contract import Contract, Message, Operation
from legacy_clients.soap.element import Element, Kind
from legacy_clients.soap.xsd import Schemas

NOT_SHOWN = ("enumeration", "whiteSpace")


def outlined(contract: Contract) -> dict[str, str]:
    """Each operation and each element that one reaches, with what is said of it.

    An element of a named type stands once, below its type ("Customer.Name"); others stand below
    the operation.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    for name, why in contract.uncallable.items():
        found[name] = f"cannot be called: {why}"
    for name, each in contract.operations.items():
        found[name] = " ".join(operation_words(each))
        for message in (each.input, each.output):
            if message is not None:
                elements = (message.element, *message.headers.values())
                for element in elements:
                    place = f"{name}.{element.name}" if element.name else name
                    found.update(below(element, place, seen, contract.schemas))
    return found


def operation_words(operation: Operation) -> Iterator[str]:
    yield f"{operation.style}/{operation.use}, SOAP {operation.soap},"
    yield f"sends {message_words(operation.input)},"
    if operation.output is None:
        yield "answers nothing,"
    else:
        yield f"answers {message_words(operation.output)},"
    yield "; ".join(f"{name}: {text}" for name, text in sorted(operation.headers.items()))


def message_words(message: Message) -> str:
    headers = f" with {', '.join(sorted(message.headers))}" if message.headers else ""
    return (message.qname or "a body of its parts") + headers


def below(
    element: Element, path: str, seen: set[str], schemas: Schemas
) -> Iterator[tuple[str, str]]:
    """The elements and attributes inside an element and the subtypes that may take its place, by
    their path. Types are walked once.
    """
    waiting = [(element, path)]
    while waiting:
        whole, place = waiting.pop()
        if whole.type_name is not None and whole.items is None:
            if whole.type_name in seen:
                continue
            seen.add(whole.type_name)
            place = short(whole.type_name)
            waiting.extend(
                (whole.as_type(each), short(each)) for each in schemas.subtypes(whole.type_name)
            )
        if whole.children and whole.items is None:
            # What a sequence holds has an order, and it matters.
            yield f"{place}", f"holds {', '.join(whole.children)}"
        for attribute in whole.declared_attributes.values():
            often = "demanded" if attribute.demanded else "may be absent"
            yield f"{place}@{attribute.name}", f"{kind_words(attribute.kind)}, {often}"
        for child in whole.children.values():
            yield f"{place}.{child.name}", element_words(child)
            if child.children or child.declared_attributes:
                waiting.append((child, f"{place}.{child.name}"))


def element_words(element: Element) -> str:
    """Type, facets, nil and how often an element may stand, in words."""
    kind = kind_words(element.content or element.kind)
    if element.items is not None:
        rank = "," * (element.dimensions - 1)
        kind = f"array [{rank}] of {type_words(element.items)}"
    elif element.type_name is not None:
        name = short(element.type_name)
        kind = kind if name == kind.partition(" ")[0] else f"{name} ({kind})"
    nil = ", may be nil" if element.nillable else ""
    return f"{kind}{nil}, {often(element)}"


def type_words(element: Element) -> str:
    return short(element.type_name) if element.type_name else element.kind.name


def often(element: Element) -> str:
    """How often an element may stand, in words."""
    if element.least == 0 and element.most == 1:
        return "may be absent"
    if element.least == 1 and element.most == 1:
        return "once"
    return f"{element.least} to {'any number' if element.most is None else element.most}"


def kind_words(kind: Kind) -> str:
    """A type and its facets, in words."""
    facets = [f"{name} {text}" for name, text in kind.facets.items() if name not in NOT_SHOWN]
    if kind.words:
        facets.append(f"one of {', '.join(sorted(kind.words))}")
    if kind.item is not None:
        facets.append(f"of {kind_words(kind.item)}")
    if kind.members:
        facets.append(f"of {' or '.join(map(kind_words, kind.members))}")
    return kind.name + (f" ({'; '.join(facets)})" if facets else "")


def short(type_name: str) -> str:
    return str(etree.QName(type_name).localname)


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """What a new outline says otherwise than an old one, one sentence each, by name."""
    found = []
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            found.append(f"{name} is gone (it was {old[name]})")
        elif name not in old:
            found.append(f"{name} is new ({new[name]})")
        elif old[name] != new[name]:
            found.append(f"{name} was {old[name]} and is {new[name]}")
    return found
