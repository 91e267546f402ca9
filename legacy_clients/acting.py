"""Acts on the legacy CRM by its SOAP service: the arguments of a call, made of canonical values by
the mapping, and what its answer means.

The type of each element in the WSDL decides its form: a text takes what the codec writes, a typed
element the typed value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from legacy_clients.arguments import (
    Arguments,
    at,
    merged,
    place,
    taken_over,
    taken_pairs,
    unescape,
    written_out,
)
from legacy_clients.deadline import Deadline
from legacy_clients.errors import (
    BusinessFault,
    Busy,
    Conflict,
    Denied,
    LegacyError,
    Misconfigured,
    Missing,
    NotSent,
    Unanswered,
    Unfit,
    Unintelligible,
)
from legacy_clients.soap.element import Element, Kind
from legacy_clients.soap.reply import Belief, Reply
from legacy_clients.telling import Told, is_typed, problem, read_told
from schemas.codecs.codec import Unreadable
from schemas.elements import HEADER, PAIRS, completed, parse_path
from schemas.mapping import ChildMapping, ChildRows, EntityMapping, FieldMapping, Operation

if TYPE_CHECKING:  # the client of a service takes 0.15 s to load
    from legacy_clients.soap.service import Service

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


class EntityActs:
    """Creates, updates, cancels and deletes records of one entity, tells statuses, and asks."""

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
        """Update, cancel or delete a record, or tell its status; `guards` are raw columns that the
        service compares.

        Where the mapping says so, the service is asked first, and told all again that it told: what
        such an update leaves out is lost.
        """
        operation = self.operation(verb)
        arguments = self.arguments(operation, values)
        if operation.merge_from is not None:
            try:
                told = self._told_again(operation, id, deadline)
            except Unanswered as error:
                raise NotSent("the record could not be read before it is written") from error
            arguments = merged(told, arguments)
        self._put_key(operation, arguments, id)
        for path, column in operation.guard.items():
            place(arguments, path, self._typed(operation, path, guards.get(column)))
        self._call(operation, arguments, deadline)

    def get(self, id: str, deadline: Deadline) -> Told:
        """The record as the service tells it. Raises Missing."""
        operation = self.operation("get")
        reply = self._asked(operation, id, deadline)
        told = Told(id, {}, [], reply)
        for name, mapped in self.mapping.fields.items():
            paths = [operation.told(path) for path in mapped.elements]
            if not paths:
                continue
            texts = [reply.text(path) for path in paths]
            kind = self._answered(operation, paths[0])
            try:
                told.values[name] = read_told(mapped, texts, kind)
            except Unreadable as unreadable:
                told.values[name] = None
                told.problems.append(problem(name, texts, unreadable.reason))
        return told

    def answer(self, id: str, deadline: Deadline) -> Reply:
        """The whole answer of a get, for what is read by other elements than fields are written
        by. Raises as `get`.
        """
        return self._asked(self.operation("get"), id, deadline)

    def _asked(self, operation: Operation, id: str, deadline: Deadline) -> Reply:
        """The answer of a get. Raises Missing, and Unintelligible for a record that departs from
        its contract.
        """
        name = self.mapping.entity.name
        arguments = self.arguments(operation, {})
        try:
            self._put_key(operation, arguments, id)
        except ValueError:
            raise Missing(f"no {name} has the id {id!r}") from None
        try:
            reply = self._call(operation, arguments, deadline, write=False)
        except Unfit as unfit:
            if unfit.path not in operation.key:
                raise
            raise Missing(f"no {name} has the id {id!r}") from None
        if operation.missing is not None and reply.has(operation.missing):
            raise Missing(f"no {name} has the id {id!r}")
        if operation.escaped:
            unescape(reply.node)
        if operation.rows is not None:
            refused = next((row.finding for row in reply.all(operation.rows) if row.finding), None)
            if refused is not None:
                raise Unintelligible(f"{operation.call} answered a record that is not as declared")
        return reply

    def _told_again(self, operation: Operation, id: str, deadline: Deadline) -> Arguments:
        """All that a get tells, as arguments of an update: raw, also what we do not map."""
        get = self.operation("get")
        reply = self._asked(get, id, deadline)
        into, record = operation.into.removesuffix(PAIRS), get.record.removesuffix(PAIRS)
        contract = self._service.contract
        element = contract.element(operation.call, into) if into else contract.input(operation.call)
        nodes = reply.nodes(record) if record else [reply.node]
        if len(nodes) != 1 or nodes[0] is None:
            raise Unintelligible(f"{get.call} answered without {record or 'a record'}")
        taken = (
            taken_pairs(nodes[0]) if get.record.endswith(PAIRS) else taken_over(nodes[0], element)
        )
        if not into:
            found: Arguments = taken
            return found
        again: Arguments = {}
        place(again, into, taken)
        return again

    def _put_key(self, operation: Operation, arguments: Arguments, id: str) -> None:
        parts = self.mapping.fields["id"].codec.write(id)
        for path, part in zip(operation.key, parts, strict=True):
            place(arguments, path, self._typed(operation, path, str(part).rstrip(" ")))

    def _call(
        self, operation: Operation, arguments: Arguments, deadline: Deadline, *, write: bool = True
    ) -> Reply:
        """One call. Raises what the mapping says of an answer that is not its `ok`."""
        spelled = written_out(arguments, self._service.contract.input(operation.call))
        belief = Belief(operation.rows, operation.tolerate)
        reply = self._service.call(operation.call, spelled, deadline, write=write, belief=belief)
        for path, wanted in operation.ok.items():
            told = _text(reply, path)
            if told == wanted:
                continue
            if told is None:
                raise Unintelligible(f"{operation.call} answered without {path}")
            raise self._verdict(operation, told, reply)
        return reply

    def _verdict(self, operation: Operation, told: str, reply: Reply) -> LegacyError:
        verdict = operation.fail.get(told)
        if verdict is not None:
            return VERDICT_ERRORS[verdict](f"{operation.call} answered {told}")
        words = _text(reply, operation.words) if operation.words is not None else None
        return BusinessFault(told, words or f"the CRM answered {told}")

    def arguments(self, operation: Operation, values: Mapping[str, Any]) -> Arguments:
        """Elements of a call. `values` are typed, by dotted name; children are lists of such."""
        arguments: Arguments = {}
        for path, constant in operation.const.items():
            place(arguments, path, self._typed(operation, path, constant))
        put = {name: (path,) for path, name in operation.put.items()}
        for name, value in values.items():
            if name in self.mapping.children:
                self._put_children(operation, arguments, self.mapping.children[name], value)
                continue
            mapped = self.mapping.fields[name]
            elements = put.get(name) or tuple(map(operation.element, mapped.elements))
            self._put(operation, arguments, elements, mapped, value)
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
            # A pair cannot say nil; an empty one is what is left.
            return "" if mapped.cleared is None and parse_path(path).pair else mapped.cleared
        if is_typed(mapped, self._service.contract.element_type(operation.call, path).name):
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
        # A list of pairs holds no lists: children beside one are written in full.
        into = "" if operation.into.endswith(PAIRS) else operation.into
        listed = completed(into, table.element) if table is not None and table.element else ""
        if listed:
            place(arguments, listed, [])
        for number, child in enumerate(children, 1):
            shown = f"{mapping.child.name}.{number}"
            group = next((rows for rows in groups if _fits(rows, child)), None)
            if group is not None:
                groups.remove(group)
                self._put_child(operation, arguments, group, child, shown)
            elif table is not None and listed:
                row: Arguments = {}
                self._put_child(operation, row, table, child, shown, f"{listed}.")
                at(arguments, listed).append(row)
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
            elements = mapped.elements if within else tuple(map(operation.element, mapped.elements))
            self._put(operation, arguments, elements, mapped, value, within, f"{shown}.{name}")

    def _typed(self, operation: Operation, path: str, text: Any) -> Any:
        if text is None or not isinstance(text, str):
            return text
        kind = self._service.contract.element_type(operation.call, path)
        return TYPED.get(kind.name, str)(text)

    def _answered(self, operation: Operation, path: str) -> Kind:
        """The type of an element in the answer."""
        found: Element = self._service.contract.answered(operation.call, path)
        return found.content or found.kind


def _text(reply: Reply, path: str) -> str | None:
    """The text at a path of the answer, or of its header."""
    if path.startswith(HEADER):
        return reply.header.text(path.removeprefix(HEADER))
    return reply.text(path)


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
