"""Stores a WSDL and all that it imports as a bundle: once, by a person, never while calls are made.

Over the network only the host of the WSDL itself is asked, without redirects, within caps and one
deadline.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from legacy_clients.deadline import Deadline
from legacy_clients.errors import Misconfigured
from legacy_clients.soap.bundle import (
    INDEX,
    REMOTE,
    Bundle,
    Files,
    Import,
    Index,
    Pinned,
    beside,
    collect,
    hash_of,
    read_index,
)
from legacy_clients.soap.contract import Contract
from legacy_clients.soap.outline import differences, outlined
from legacy_clients.soap.parser import strict_parser
from legacy_clients.soap.transport import Answer, Transport
from legacy_clients.soap.wsdl import contract_of

SECONDS = 60.0  # for all documents of one contract
MOST_FILES = 500
MOST_BYTES = 64 * 1024 * 1024
PORTS = {"http": 80, "https": 443}
WAY_OUT = (
    "save the WSDL and this document into one folder and give the file (an import is then matched "
    "by its namespace)"
)
ODD = re.compile(r"[^A-Za-z0-9._-]+")


class Stored(NamedTuple):
    """What storing did: the contract, what differs from the bundle that was there before (files,
    then what the contract says), and what was tolerated.
    """

    contract: Contract
    files: int
    changed: list[str]
    notes: list[str]


class Beside:
    """A WSDL as a file, with what lies in its folder. An import by URL is the one file there of the
    same target namespace.
    """

    def __init__(self, wsdl: Path) -> None:
        """Raises Misconfigured when the file is not there."""
        if not wsdl.is_file():
            raise Misconfigured(f"there is no WSDL {wsdl}")
        self._folder = wsdl.parent.resolve()
        self.start = wsdl.name
        self.notes: list[str] = []

    def find(self, base: str, wanted: Import) -> str:
        location = beside(base, wanted.target or "")
        if urlsplit(location).scheme not in REMOTE:
            return location
        twins = [name for name in self._of_namespace(wanted.namespace) if name != base]
        if len(twins) == 1:
            self.notes.append(f"{location} is taken from {twins[0]}, by its namespace")
            return twins[0]
        if twins:
            raise Misconfigured(
                f"the WSDL imports {location}, and several files beside it have its namespace "
                f"{wanted.namespace}: {', '.join(twins)}. Leave one"
            )
        raise Misconfigured(
            f"the WSDL imports {location}, which is not fetched, since the WSDL is a file: save "
            "that document beside it (it is matched by its namespace)"
        )

    def read(self, location: str) -> bytes:
        path = (self._folder / location).resolve()
        if urlsplit(location).scheme or not path.is_relative_to(self._folder):
            raise Misconfigured(f"the WSDL imports {location}, which lies outside its folder")
        if not path.is_file():
            raise Misconfigured(f"the WSDL imports {location}, which is not there")
        return path.read_bytes()

    def _of_namespace(self, namespace: str | None) -> list[str]:
        return [
            path.name
            for path in sorted(self._folder.iterdir())
            if path.suffix in (".xsd", ".wsdl", ".xml")
            and path.is_file()
            and target_namespace(path.read_bytes()) == namespace
        ]


class OneHost:
    """Documents by URL, from one host."""

    def __init__(self, url: str, fetch: Callable[[str], Answer]) -> None:
        """`fetch` gets a path on that host."""
        self.start = url
        self._fetch = fetch
        self._host = host_of(url)
        self.notes: list[str] = []

    def find(self, base: str, wanted: Import) -> str:
        location = urljoin(base, wanted.target or "")
        if host_of(location) != self._host:
            raise Misconfigured(
                f"the WSDL imports {location}, which is not on its own host: nothing is fetched "
                f"from a second one; {WAY_OUT}"
            )
        return location

    def read(self, location: str) -> bytes:
        parts = urlsplit(location)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        answer = self._fetch(target)
        if 300 <= answer.status < 400:
            raise Misconfigured(
                f"{location} answered {answer.status}, a redirect, which is not followed: give the "
                "address that it leads to"
            )
        if answer.status != 200:
            raise Misconfigured(f"{location} answered {answer.status}")
        return answer.body


class Recorded:
    """Other files, with every document kept as it was read, and all names that led to it."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.start = files.start
        self.contents: dict[str, bytes] = {}
        self.aliases: dict[str, str] = {}

    def find(self, base: str, wanted: Import) -> str:
        location = self._files.find(base, wanted)
        alias = beside(base, wanted.target or "")
        if alias != location:
            self.aliases[alias] = location
        return location

    def read(self, location: str) -> bytes:
        if location not in self.contents:
            if len(self.contents) == MOST_FILES:
                raise Misconfigured(f"the WSDL imports more than {MOST_FILES} documents")
            self.contents[location] = self._files.read(location)
            if sum(map(len, self.contents.values())) > MOST_BYTES:
                raise Misconfigured(f"the WSDL and its imports hold more than {MOST_BYTES} bytes")
        return self.contents[location]


def store(
    source: str,
    folder: Path,
    *,
    force: bool = False,
    transport: Callable[[str], Transport] = Transport,
) -> Stored:
    """Store the WSDL at `source`, a URL or a local file, with all that it imports, in `folder`.

    Written to a temporary folder and renamed. A bundle that is there and differs is replaced only
    with `force`. Raises Misconfigured: what cannot be read or is no contract, an import elsewhere,
    a folder that holds something else, a bundle that differs; NotSent or Unanswered when the host
    fails.
    """
    refuse_strangers(folder)
    if urlsplit(source).scheme in REMOTE:
        with transport(source) as posts:
            deadline = Deadline.after(SECONDS)
            return stored(
                OneHost(source, lambda target: posts.fetch(target, deadline)), folder, force=force
            )
    return stored(Beside(Path(source)), folder, force=force)


def stored(files: Beside | OneHost, folder: Path, *, force: bool) -> Stored:
    recorded = Recorded(files)
    documents = collect(recorded)
    contract = contract_of(documents, Path(urlsplit(files.start).path).name or files.start)
    index, contents = indexed(recorded)
    changed = changes(folder, index, contract)
    if changed and not force:
        raise Misconfigured(
            f"the contract in {folder} would change: {'; '.join(changed[:20])}"
            f"{f'; and {len(changed) - 20} more' if len(changed) > 20 else ''}. "
            "It stays as it is; replace it with --force"
        )
    write(folder, index, contents)
    notes = dict.fromkeys([*documents.notes, *files.notes])
    return Stored(contract, len(contents), changed, list(notes))


def indexed(recorded: Recorded) -> tuple[Index, dict[str, bytes]]:
    """The index of a bundle and its files by name."""
    files: dict[str, Pinned] = {}
    contents: dict[str, bytes] = {}
    for location, content in recorded.contents.items():
        name = file_name(location, contents)
        contents[name] = content
        files[location] = Pinned(name, hash_of(content))
    for alias, location in recorded.aliases.items():
        files[alias] = files[location]
    return Index(recorded.start, files), contents


def changes(folder: Path, index: Index, contract: Contract) -> list[str]:
    """How a bundle that is there differs: file by file, then what its contract says."""
    if not (folder / INDEX).is_file():
        return []
    known = read_index(folder)
    found = []
    for location in sorted(known.files.keys() | index.files.keys()):
        was, now = known.files.get(location), index.files.get(location)
        if was is None:
            found.append(f"{location} is new")
        elif now is None:
            found.append(f"{location} is gone")
        elif was.sha256 != now.sha256:
            found.append(f"{location} has changed")
    if not found and known.start == index.start and intact(folder, known):
        return []
    try:
        before = contract_of(collect(Bundle(folder)), folder.name, ready=False)
    except Misconfigured as error:
        return [*found, f"the bundle could not be read ({error})"]
    return [*found, *differences(outlined(before), outlined(contract))] or [
        "its files have new names"
    ]


def intact(folder: Path, index: Index) -> bool:
    return all(
        (folder / each.file).is_file() and hash_of((folder / each.file).read_bytes()) == each.sha256
        for each in index.files.values()
    )


def write(folder: Path, index: Index, contents: dict[str, bytes]) -> None:
    """Write a bundle beside its place and put it there by a rename. The old one is kept, beside
    too, until the new one stands.
    """
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    fresh, old = aside / "new", aside / "old"
    try:
        fresh.mkdir()
        for name, content in {**contents, INDEX: index.written().encode("utf-8")}.items():
            with (fresh / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def refuse_strangers(folder: Path) -> None:
    """Raises Misconfigured for a folder that holds more than a bundle: it would be lost."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise Misconfigured(f"{folder} is no folder")
    names = {path.name for path in folder.iterdir()}
    own = {each.file for each in read_index(folder).files.values()} if INDEX in names else set()
    strangers = sorted(names - own - {INDEX})
    if strangers:
        raise Misconfigured(
            f"{folder} holds files that are no part of a bundle ({', '.join(strangers[:5])}): give "
            "a folder of its own"
        )


def file_name(location: str, taken: dict[str, Any]) -> str:
    """A name for the file of a location, of letters that every file system has, not yet taken."""
    parts = urlsplit(location)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    wanted = ODD.sub("_", f"{last}_{parts.query}" if parts.query else last).strip("._") or "wsdl"
    plain = Path(wanted[-100:])
    held = {name.lower() for name in taken} | {INDEX}
    numbered = (f"{plain.stem}-{number}{plain.suffix}" for number in range(2, MOST_FILES + 2))
    names = itertools.chain([plain.name], numbered)
    return next(name for name in names if name.lower() not in held)


def host_of(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of a URL (RFC 6454). Raises Misconfigured for none."""
    parts = urlsplit(url)
    try:
        return parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)
    except ValueError:
        raise Misconfigured(f"{url} is no address") from None


def target_namespace(content: bytes) -> str | None:
    try:
        root = etree.fromstring(content.lstrip(), strict_parser())
    except etree.XMLSyntaxError:
        return None
    return root.get("targetNamespace")
