"""Acts on the legacy CRM by its SOAP service: the arguments of a call, made of canonical values by
the mapping.

The type of each element in the WSDL decides its form: a text takes what the codec writes, a typed
element the typed value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    BusinessFault,
    Busy,
    Conflict,
    Denied,
    LegacyError,
    Misconfigured,
    Missing,
    Unfit,
    Unintelligible,
)
from legacy_clients.soap.reply import Reply
from legacy_clients.soap.service import Service
from schemas.mapping import ChildMapping, ChildRows, EntityMapping, FieldMapping, Operation

Arguments = dict[str, Any]
# What a guard's raw text becomes for its element.
TYPED: dict[str, Callable[[str], Any]] = {
    "int": int,
    "integer": int,
    "long": int,
    "short": int,
    "nonNegativeInteger": int,
    "positiveInteger": int,
    "decimal": Decimal,
}
# What a verdict of the mapping becomes; a code without one is a rule of the business.
VERDICT_ERRORS: dict[str, type[LegacyError]] = {
    "missing": Missing,
    "conflict": Conflict,
    "denied": Denied,
    "busy": Busy,
    "unknown": Unintelligible,
}
TEXTS = frozenset({"string", "normalizedString", "token", "NMTOKEN", "anySimpleType"})


def place(arguments: Arguments, path: str, value: Any) -> None:
    """Put a value at a dotted element path."""
    *branches, last = path.split(".")
    for branch in branches:
        arguments = arguments.setdefault(branch, {})
    arguments[last] = value


class EntityActs:
    """Creates, updates, cancels records of one entity, and tells statuses."""

    def __init__(self, service: Service, mapping: EntityMapping) -> None:
        self._service, self.mapping = service, mapping

    def operation(self, verb: str) -> Operation:
        """The mapped operation. Misconfigured where the mapping has none."""
        operation = self.mapping.operations.get(verb)
        if operation is None:
            raise Misconfigured(
                f"the mapping has no [{self.mapping.entity.name}.{verb}]: the CRM cannot do it"
            )
        return operation

    def create(self, record: Mapping[str, Any], reference: str, deadline: Deadline) -> str:
        """Create a record of typed canonical values; its id.

        `reference` is ours, for finding it if no reply comes.
        """
        operation = self.operation("create")
        arguments = self.arguments(operation, record)
        if operation.reference is not None:
            place(arguments, operation.reference, reference)
        reply = self._call(operation, arguments, deadline)
        parts = [reply.text(path) for path in operation.key]
        if not parts or any(part is None for part in parts):
            raise Misconfigured(
                f"{operation.call} answered without {', '.join(operation.key) or 'a key'}"
            )
        id = self.mapping.fields["id"].codec.read(*parts)
        return str(id)

    def change(
        self,
        verb: str,
        id: str,
        values: Mapping[str, Any],
        guards: Mapping[str, str | None],
        deadline: Deadline,
    ) -> None:
        """Update or cancel a record, or tell its status; `guards` are raw columns that the service
        compares.
        """
        operation = self.operation(verb)
        arguments = self.arguments(operation, values)
        for path, part in zip(
            operation.key, self.mapping.fields["id"].codec.write(id), strict=True
        ):
            place(arguments, path, self._typed(operation, path, str(part).rstrip(" ")))
        for path, column in operation.guard.items():
            place(arguments, path, self._typed(operation, path, guards.get(column)))
        self._call(operation, arguments, deadline)

    def _call(self, operation: Operation, arguments: Arguments, deadline: Deadline) -> Reply:
        """One call. Raises what the mapping says of an answer that is not its `ok`."""
        reply = self._service.call(operation.call, arguments, deadline, write=True)
        for path, wanted in operation.ok.items():
            told = reply.text(path)
            if told == wanted:
                continue
            if told is None:
                raise Unintelligible(f"{operation.call} answered without {path}")
            verdict = operation.fail.get(told)
            if verdict is None:
                raise BusinessFault(told, f"the CRM answered {told}")
            raise VERDICT_ERRORS[verdict](f"{operation.call} answered {told}")
        return reply

    def writable(self, verb: str) -> dict[str, FieldMapping]:
        """The canonical values that an operation takes, by dotted name."""
        operation = self.mapping.operations.get(verb)
        if operation is None:
            return {}
        put = set(operation.put.values())
        return {
            name: mapped
            for name, mapped in self.mapping.fields.items()
            if not mapped.readonly and (name in put or (not operation.put and mapped.elements))
        }

    def writable_children(self, verb: str) -> dict[str, ChildMapping]:
        if verb not in self.mapping.operations:
            return {}
        return {
            name: child
            for name, child in self.mapping.children.items()
            if any(mapped.elements for rows in child.sources for mapped in rows.fields.values())
        }

    def arguments(self, operation: Operation, values: Mapping[str, Any]) -> Arguments:
        """Elements of a call. `values` are typed, by dotted name; children are lists of such."""
        arguments: Arguments = {}
        for path, constant in operation.const.items():
            place(arguments, path, self._typed(operation, path, constant))
        elements = {name: (path,) for path, name in operation.put.items()}
        for name, value in values.items():
            if name in self.mapping.children:
                self._put_children(operation, arguments, self.mapping.children[name], value)
                continue
            mapped = self.mapping.fields[name]
            self._put(operation, arguments, elements.get(name, mapped.elements), mapped, value)
        return arguments

    def _put(
        self,
        operation: Operation,
        arguments: Arguments,
        elements: tuple[str, ...],
        mapped: FieldMapping,
        value: Any,
        within: str = "",
        shown: str = "",
    ) -> None:
        for number, path in enumerate(elements):
            formed = self._formed(
                operation, within + path, mapped, value, number, shown or mapped.name
            )
            place(arguments, path, formed)

    def _formed(
        self,
        operation: Operation,
        path: str,
        mapped: FieldMapping,
        value: Any,
        number: int,
        shown: str,
    ) -> Any:
        if value is None:
            return None
        kind = self._service.contract.element_type(operation.call, path)
        if kind.name not in TEXTS:
            return value
        try:
            written = mapped.codec.write(value)[number]
        except ValueError as error:
            raise Unfit(shown, str(error)) from None
        # A blank-padded column's padding is the database's affair.
        text = (
            written.rstrip(" ")
            if mapped.spelling != "text" and isinstance(written, str)
            else written
        )
        if mapped.max is not None and len(text) > mapped.max:
            raise Unfit(shown, f"longer than {mapped.max} characters")
        return text

    def _put_children(
        self,
        operation: Operation,
        arguments: Arguments,
        mapping: ChildMapping,
        children: Iterable[Mapping[str, Any]],
    ) -> None:
        groups = [rows for rows in mapping.sources if rows.shape is None]
        table = next(
            (rows for rows in mapping.sources if rows.shape is not None and rows.element), None
        )
        if table is not None:
            place(arguments, table.element or "", [])
        for number, child in enumerate(children, 1):
            shown = f"{mapping.child.name}.{number}"
            group = next((rows for rows in groups if _fits(rows, child)), None)
            if group is not None:
                groups.remove(group)
                self._put_child(operation, arguments, group, child, shown)
            elif table is not None and table.element:
                row: Arguments = {}
                self._put_child(operation, row, table, child, shown, f"{table.element}.")
                _branch(arguments, table.element).append(row)
            else:
                raise Unfit(shown, f"the CRM has no place for it among {mapping.child.name}")

    def _put_child(
        self,
        operation: Operation,
        arguments: Arguments,
        rows: ChildRows,
        child: Mapping[str, Any],
        shown: str,
        within: str = "",
    ) -> None:
        for name, value in child.items():
            mapped = rows.fields.get(name)
            if mapped is not None and mapped.source.word == "value":
                continue
            if mapped is None or not mapped.elements:
                if value is None:
                    continue
                raise Unfit(f"{shown}.{name}", "the CRM has no place for it")
            self._put(
                operation, arguments, mapped.elements, mapped, value, within, f"{shown}.{name}"
            )

    def _typed(self, operation: Operation, path: str, text: Any) -> Any:
        if text is None or not isinstance(text, str):
            return text
        kind = self._service.contract.element_type(operation.call, path)
        return TYPED.get(kind.name, str)(text)


def _branch(arguments: Arguments, path: str) -> list[Arguments]:
    found: Any = arguments
    for word in path.split("."):
        found = found[word]
    rows: list[Arguments] = found
    return rows


def _fits(rows: ChildRows, child: Mapping[str, Any]) -> bool:
    """A group of columns is the place for a child that says nothing else than the group's own
    constants.
    """
    constants = {
        name: mapped for name, mapped in rows.fields.items() if mapped.source.word == "value"
    }
    return all(
        child.get(name) in (None, mapped.codec.read(mapped.source.constant))
        for name, mapped in constants.items()
    ) and any(child.get(name) is not None for name in constants)
