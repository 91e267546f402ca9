"""Faults: what a service says when it says no, and which error of ours each one is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from legacy_clients.errors import BusinessFault, LegacyError, Refused, Unintelligible
from legacy_clients.soap.technical import technical

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LONGEST = 2000  # characters of a service's words that are passed on
CODED = re.compile(r"[\w .:/#+-]{0,100}")
UNFIT = "the service gave technical details and no reason"

# Local names, in lower case, under which services put the parts of their own errors into the
# detail.
CODES = ("code", "errorcode", "faultcode", "exceptioncode", "statuscode")
WORDS = ("message", "errormessage", "faultstring", "exceptionmessage", "description")
FIELDS = ("field", "fieldname", "fields")

# Where the parts of a fault stand: SOAP 1.1 section 4.4, then SOAP 1.2 part 1 section 5.4. In 1.1
# they have no namespace, in 1.2 that of the envelope; servers give them others by accident, and
# either shape in the envelope of the other version, so the first that is there is taken.
CODE = ("{*}faultcode", "{*}Code/{*}Value")
SUBCODE = ("{*}Code/{*}Subcode/{*}Value",)
STRING = ("{*}faultstring", "{*}Reason/{*}Text")
DETAIL = ("{*}detail", "{*}Detail")
# A fault whose namespace was forgotten is one still.
FAULTS = frozenset({f"{{{SOAP11}}}Fault", f"{{{SOAP12}}}Fault", "Fault"})
PAIRED = {"key", "name"}  # beside "value"
# Families that blame the request; the others (Server, Receiver) blame the service, and do not say
# whether it ran.
OURS = frozenset({"Client", "Sender"})


@dataclass(frozen=True)
class Fault:
    """A fault as it came: code without its prefix, words, the leaves of its detail by local name
    (the first where a name repeats), and the innermost subcode of SOAP 1.2.
    """

    code: str
    string: str
    detail: Mapping[str, str]
    subcode: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that a table may list, the most telling first: the detail's own, the subcode,
        then the fault's.
        """
        told = (first(self.detail, CODES), self.subcode)
        known = dict.fromkeys(code for code in told if code and is_code(code))
        return (*known, self.code if is_code(self.code) else "")

    @property
    def family(self) -> str:
        """The code before its first dot: "Client.Authentication" is a Client (SOAP 1.1, 4.4.1)."""
        return self.code.partition(".")[0]

    @property
    def words(self) -> str:
        """What the service said, for people; UNFIT where it was not meant for them."""
        said = (first(self.detail, WORDS) or self.string)[:LONGEST]
        return UNFIT if technical(said) else said

    @property
    def field(self) -> str | None:
        field = first(self.detail, FIELDS)
        return None if field is None or len(field) > LONGEST or technical(field) else field


class FaultReceived(Exception):
    """A fault where rows were expected. It never leaves the package: the service makes it an
    error of the tree, or renews the session.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__("the service answered with a fault")
        self.fault = fault


Verdict = Callable[[Fault], LegacyError]
Faults = Verdict | Mapping[str, type[LegacyError]]


def is_fault(node: Any) -> bool:
    """Whether what stands in a body is a fault, of either version of SOAP or of none."""
    return node.tag in FAULTS


def read_fault(node: Any) -> Fault:
    """The fault in a `Fault` element."""
    code, subcode, words = (told(node, paths) for paths in (CODE, SUBCODE, STRING))
    leaves: dict[str, str] = {}
    detail = found(node, DETAIL)
    for name, text in () if detail is None else leaves_of(detail):
        leaves.setdefault(name, text)
    return Fault(bare(code), words, leaves, bare(subcode))


def found(node: Any, paths: tuple[str, ...]) -> Any | None:
    """What stands at the first of `paths` that is there; below a subcode, the innermost one."""
    for path in paths:
        part = node.find(path)
        if part is not None:
            deeper = part.find("../{*}Subcode/{*}Value") if paths is SUBCODE else None
            return part if deeper is None else deeper
    return None


def told(node: Any, paths: tuple[str, ...]) -> str:
    part = found(node, paths)
    return "" if part is None else (part.text or "").strip()


def is_code(text: str) -> bool:
    """Whether it can be a code, and no sentence, statement or secret in its place."""
    return CODED.fullmatch(text) is not None


def bare(code: str) -> str:
    return code.rpartition(":")[2].strip()


def leaves_of(detail: Any) -> Iterator[tuple[str, str]]:
    """Local names and texts of the pairs in a detail (PHP tells a dictionary so), of its leaves,
    then of its attributes: services put code and words into any of them.
    """
    for node in detail.iter(etree.Element):
        parts = {etree.QName(part).localname: (part.text or "").strip() for part in node}
        for name in PAIRED & parts.keys() if len(parts) == len(node) == 2 else ():
            if "value" in parts and parts[name]:
                yield parts[name], parts["value"]
    for node in detail.iter(etree.Element):
        if len(node) == 0:
            yield etree.QName(node).localname, (node.text or "").strip()
    for node in detail.iter(etree.Element):
        for key, text in node.items():
            name = etree.QName(key)
            if name.namespace not in (XSI, SOAP11, SOAP12):
                yield name.localname, text.strip()


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
        if first(fault.detail, CODES) or fault.family in OURS:
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
    by_name: dict[str, str] = {}
    for name, text in detail.items():
        by_name.setdefault(name.lower(), text)
    return next((by_name[name] for name in names if by_name.get(name)), None)
