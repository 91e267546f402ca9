"""Faults: what a service says when it says no, and which error of ours each one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from legacy_clients.errors import BusinessFault, LegacyError, Refused, Unintelligible

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
LONGEST = 2000  # characters of a service's words that are passed on

# Local names, in lower case, under which services put the parts of their own errors into the
# detail.
CODES = ("code", "errorcode", "faultcode", "exceptioncode", "statuscode")
WORDS = ("message", "errormessage", "faultstring", "exceptionmessage", "description")
FIELDS = ("field", "fieldname", "fields")

# Where code, words and detail stand: SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4. In 1.1 they
# have no namespace; servers that declare a default one give them that by accident.
PARTS: dict[str, tuple[str, str, str]] = {
    SOAP11: ("{*}faultcode", "{*}faultstring", "{*}detail"),
    SOAP12: (
        f"{{{SOAP12}}}Code/{{*}}Value",
        f"{{{SOAP12}}}Reason/{{*}}Text",
        f"{{{SOAP12}}}Detail",
    ),
}
# Families that blame the request; the others (Server, Receiver) blame the service, and do not say
# whether it ran.
OURS = frozenset({"Client", "Sender"})


@dataclass(frozen=True)
class Fault:
    """A fault as it came: code without its prefix, words, and the leaves of its detail by local
    name.
    """

    code: str
    string: str
    detail: Mapping[str, str]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that a table may list, the most telling first: the detail's own, then the
        fault's.
        """
        inner = first(self.detail, CODES)
        return (inner, self.code) if inner else (self.code,)

    @property
    def words(self) -> str:
        return (first(self.detail, WORDS) or self.string)[:LONGEST]

    @property
    def field(self) -> str | None:
        return first(self.detail, FIELDS)


Verdict = Callable[[Fault], LegacyError]
Faults = Verdict | Mapping[str, type[LegacyError]]


def read_fault(node: Any) -> Fault:
    """The fault in a `Fault` element of either version of SOAP."""
    code, words, detail = (node.find(path) for path in PARTS[etree.QName(node).namespace])
    leaves = [] if detail is None else [each for each in detail.iter() if len(each) == 0]
    return Fault(
        stripped(code).rpartition(":")[2],
        stripped(words),
        {etree.QName(leaf).localname: stripped(leaf) for leaf in leaves},
    )


def verdict_of(faults: Faults) -> Verdict:
    """What tells the error of a fault: the function given, or a table from code to class.

    By table, a code in it gives its class; a code of the service's own that is not in it is a
    BusinessFault; a bare Client or Sender fault too. A bare Server or Receiver fault is
    Unintelligible: nobody said whether the call ran.
    """
    if callable(faults):
        return faults
    table = dict(faults)

    def verdict(fault: Fault) -> LegacyError:
        for code in fault.codes:
            if code in table:
                return error_of(table[code], code, fault)
        if len(fault.codes) > 1 or fault.code in OURS:
            return error_of(BusinessFault, fault.codes[0], fault)
        return Unintelligible("the service failed with a fault that its table does not list")

    return verdict


def error_of(kind: type[LegacyError], code: str, fault: Fault) -> LegacyError:
    """An error of the given class. Only what a service said in refusing carries its words."""
    if issubclass(kind, BusinessFault):
        return kind(code, fault.words, fault.field)
    if issubclass(kind, Refused):
        return kind(f"{code}: {fault.words}")
    return kind(f"the service answered {code}")


def first(detail: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    by_name = {name.lower(): text for name, text in detail.items()}
    return next((by_name[name] for name in names if by_name.get(name)), None)


def stripped(node: Any) -> str:
    return "" if node is None else (node.text or "").strip()
