"""The files of a contract: a WSDL and all that it imports, from one folder or a pinned bundle, and
the documents of SOAP and XML themselves from a catalogue. Nothing is fetched here.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from legacy_clients.errors import Misconfigured
from legacy_clients.soap.names import XSD
from legacy_clients.soap.parser import strict_parser

INDEX = "bundle.json"
WSDL = "http://schemas.xmlsoap.org/wsdl/"
SCHEMA = f"{{{XSD}}}schema"
DEFINITIONS = f"{{{WSDL}}}definitions"
IMPORTS = (f"{{{WSDL}}}import", f"{{{XSD}}}import", f"{{{XSD}}}include", f"{{{XSD}}}redefine")
SHARED_SPACE = (f"{{{XSD}}}include", f"{{{XSD}}}redefine")
REMOTE = ("http", "https")

# What nearly every rpc/encoded service imports by URL, from the package xmlschema, by namespace.
CATALOGUE = {
    "http://schemas.xmlsoap.org/soap/encoding/": "WSDL/soap-encoding.xsd",
    "http://schemas.xmlsoap.org/soap/envelope/": "WSDL/soap-envelope.xsd",
    "http://schemas.xmlsoap.org/wsdl/": "WSDL/wsdl.xsd",
    "http://schemas.xmlsoap.org/wsdl/soap/": "WSDL/wsdl-soap.xsd",
    "http://www.w3.org/XML/1998/namespace": "XML/xml.xsd",
    "http://www.w3.org/1999/xlink": "XLINK/xlink.xsd",
}
CATALOGUED = "catalogue:"


class Import(NamedTuple):
    """One import: the location as written (None where only the namespace is named) and the
    namespace.
    """

    target: str | None
    namespace: str | None


class Files(Protocol):
    """Where the documents of a contract come from."""

    start: str
    """The location of the WSDL."""

    def find(self, base: str, wanted: Import) -> str:
        """The location that an import in the document at `base` leads to. Raises Misconfigured."""

    def read(self, location: str) -> bytes:
        """The document at a location. Raises Misconfigured."""


class Folder:
    """A WSDL as a file, with what it imports from its own folder, and nothing outside it."""

    def __init__(self, wsdl: Path) -> None:
        self.start = str(wsdl)
        self._folder = wsdl.parent.resolve()

    def find(self, base: str, wanted: Import) -> str:
        target = wanted.target or ""
        if urlsplit(target).scheme or Path(target).is_absolute():
            return target
        return str((Path(base).parent / unquote(target)).resolve())

    def read(self, location: str) -> bytes:
        parts = urlsplit(location)
        if parts.scheme not in ("", "file"):
            raise Misconfigured(
                f"the WSDL imports {location}, which is not fetched: store it beside the WSDL, or "
                "make a bundle with `facade wsdl fetch`"
            )
        path = Path(unquote(parts.path) if parts.scheme else location).resolve()
        if not path.is_relative_to(self._folder):
            raise Misconfigured(f"the WSDL imports {location}, which lies outside its folder")
        if not path.is_file():
            raise Misconfigured(f"the WSDL or a file that it imports is not there: {location}")
        return path.read_bytes()


class Pinned(NamedTuple):
    """A file of a bundle and the SHA-256 that it had when it was stored."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Index:
    """What bundle.json says: the location of the WSDL, and each location's file."""

    start: str
    files: Mapping[str, Pinned]

    def written(self) -> str:
        """As JSON. The order is kept: the first location of a file is the one it came from."""
        files = {place: pinned._asdict() for place, pinned in self.files.items()}
        return json.dumps({"start": self.start, "files": files}, indent=1) + "\n"


class Bundle:
    """A folder with bundle.json: each document by the location it came from, with its hash."""

    def __init__(self, folder: Path) -> None:
        """Raises Misconfigured for an index that is none."""
        self._folder = folder
        self.index = read_index(folder)
        self.start = self.index.start
        self._origins: dict[str, str] = {}
        for location, pinned in self.index.files.items():
            self._origins.setdefault(pinned.file, location)

    def find(self, base: str, wanted: Import) -> str:
        """Where the document came from that stands for the location: one file under two locations
        is one document.
        """
        location = beside(base, wanted.target or "")
        pinned = self.index.files.get(location)
        return location if pinned is None else self._origins[pinned.file]

    def read(self, location: str) -> bytes:
        pinned = self.index.files.get(location)
        if pinned is None:
            raise Misconfigured(
                f"the bundle {self._folder.name} does not have {location}: "
                "make it again with `facade wsdl fetch`"
            )
        path = self._folder / pinned.file
        if not path.is_file():
            raise Misconfigured(f"the bundle {self._folder.name} lacks its file {pinned.file}")
        content = path.read_bytes()
        if hash_of(content) != pinned.sha256:
            raise Misconfigured(
                f"{pinned.file} of the bundle {self._folder.name} was changed since it was stored: "
                "make the bundle again with `facade wsdl fetch --force`"
            )
        return content


@dataclass
class Documents:
    """Every document of a contract: WSDLs, and schemas (each an element of its own) with their
    target namespaces; the locations they came from; what was tolerated.
    """

    definitions: list[Any]
    schemas: dict[Any, str | None]
    locations: list[str]
    notes: list[str]


def files_of(path: Path) -> Files:
    """A bundle in its folder, or a WSDL with the files beside it. Raises Misconfigured."""
    if path.is_dir():
        return Bundle(path)
    return Folder(path)


def read_index(folder: Path) -> Index:
    """Raises Misconfigured for a folder without an index, or with one that does not hold."""
    path = folder / INDEX
    if not path.is_file():
        raise Misconfigured(
            f"{folder} has no {INDEX}: give the WSDL itself, or make a bundle with "
            "`facade wsdl fetch`"
        )
    try:
        told = json.loads(path.read_text("utf-8"))
        files = {
            str(place): Pinned(str(each["file"]), str(each["sha256"]))
            for place, each in told["files"].items()
        }
        start = str(told["start"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Misconfigured(
            f"{path} is no index of a bundle: make it with `facade wsdl fetch`"
        ) from None
    for pinned in files.values():
        if posixpath.basename(pinned.file) != pinned.file or pinned.file in ("", ".", "..", INDEX):
            raise Misconfigured(f"{path} names {pinned.file}, which is no file of its folder")
    return Index(start, files)


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def beside(base: str, target: str) -> str:
    """Where an import points: as written, or relative to the URL or path that holds it (RFC 3986
    section 5).
    """
    if urlsplit(target).scheme:
        return target
    if urlsplit(base).scheme:
        return urljoin(base, target)
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(target)))


def catalogued(base: str, wanted: Import) -> str | None:
    """The document of the catalogue that an import means: by its namespace, where it names no file
    of the service.
    """
    remote = wanted.target is None or urlsplit(wanted.target).scheme in REMOTE
    if (remote or base.startswith(CATALOGUED)) and wanted.namespace in CATALOGUE:
        return CATALOGUED + CATALOGUE[wanted.namespace]
    return None


def from_catalogue(location: str) -> bytes:
    path = resources.files("xmlschema") / "schemas" / location.removeprefix(CATALOGUED)
    return path.read_bytes()


def collect(files: Files) -> Documents:
    """Every document that the WSDL holds or reaches. Raises Misconfigured: what `files` raises, no
    XML, a DTD, another document than a WSDL or schema.
    """
    found = Documents([], {}, [], [])
    seen: set[tuple[str, str | None]] = set()
    nameless: set[str] = set()
    waiting: list[tuple[str, str | None]] = [(files.start, None)]
    while waiting:
        location, lent = waiting.pop(0)
        if (location, lent) in seen:
            continue
        seen.add((location, lent))
        for root in separated(parsed(files, location, found)):
            space = root.get("targetNamespace") or lent
            if root.tag == SCHEMA:
                found.schemas[adopted(root, space)] = space
            else:
                found.definitions.append(root)
            for node in root.iter(*IMPORTS):
                wanted = wanted_by(node)
                if wanted.target is None:
                    nameless.add(wanted.namespace or "")
                    continue
                target = catalogued(location, wanted) or files.find(location, wanted)
                waiting.append((target, space if node.tag in SHARED_SPACE else None))
        if not waiting:
            waiting = missing_of_catalogue(found, nameless)
    return found


def missing_of_catalogue(found: Documents, named: set[str]) -> list[tuple[str, str | None]]:
    """What the catalogue has of the namespaces that are imported without a location."""
    held = set(found.schemas.values())
    return [(CATALOGUED + CATALOGUE[each], None) for each in named - held if each in CATALOGUE]


def wanted_by(node: Any) -> Import:
    target = node.get("schemaLocation") or node.get("location")
    return Import(target.strip() if target else None, node.get("namespace"))


def parsed(files: Files, location: str, found: Documents) -> Any:
    """The root of a document without a DTD."""
    if location.startswith(CATALOGUED):
        return etree.fromstring(from_catalogue(location), strict_parser())
    content = files.read(location)
    found.locations.append(location)
    if content[:1].isspace() and content.lstrip().startswith(b"<?xml"):
        # XML 1.0 section 2.8 has the declaration at the very start; services print blank lines.
        found.notes.append(f"{location} has a blank line before its XML declaration")
        content = content.lstrip()
    try:
        root = etree.fromstring(content, strict_parser())
    except etree.XMLSyntaxError as error:
        raise Misconfigured(f"{location} is no XML: {error.msg}") from None
    if root.getroottree().docinfo.doctype:
        raise Misconfigured(f"{location} has a DTD, which is not read")
    if root.tag not in (SCHEMA, DEFINITIONS):
        raise Misconfigured(f"{location} is neither a WSDL nor an XML schema")
    return root


def separated(root: Any) -> list[Any]:
    """A schema as it is; a WSDL followed by each of the schemas inside it, with the prefixes in
    scope there.
    """
    if root.tag == SCHEMA:
        return [root]
    schemas = list(root.iter(SCHEMA))
    alone = [etree.fromstring(etree.tostring(each, with_tail=False)) for each in schemas]
    for each in schemas:
        each.getparent().remove(each)
    return [root, *alone]


def adopted(root: Any, space: str | None) -> Any:
    """A schema that takes its includer's namespace, with its own names in it (XSD 1.0 part 1, 4.2.1
    clause 2.3); any other as it is.
    """
    if not space or root.get("targetNamespace"):
        return root
    names = {None: space, **{prefix: uri for prefix, uri in root.nsmap.items() if prefix}}
    whole = etree.Element(root.tag, dict(root.attrib), nsmap=names)
    whole.extend(list(root))
    whole.set("targetNamespace", space)
    return etree.fromstring(etree.tostring(whole))
