"""What all tables of a mapping file stand on: the rules of its CRM, and the files beside it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.codecs.codec import Rules
from schemas.grammar.crm import Judgement
from schemas.grammar.place import Place


def parsed(place: Place, text: str) -> dict[str, Any]:
    """A TOML document. Raises MappingError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise place.fail(f"is no TOML: {error}") from None


@dataclass
class Files:
    """The files beside a mapping. `read` is what those say that it names, for its digest: TOML
    documents and SQL texts.
    """

    folder: Path
    read: list[Any] = field(default_factory=list)

    def document(self, place: Place, name: str, there: Place) -> dict[str, Any]:
        """The TOML document of a file, which is at `there`, kept for the digest. Raises
        MappingError.
        """
        path = self.folder / name
        if not path.is_file():
            raise place.fail(f"there is no file {name!r} beside the mapping")
        document = parsed(there, path.read_text("utf-8"))
        self.read.append(document)
        return document

    def sql(self, place: Place, name: Any) -> str:
        """The one SELECT of an SQL file, without comments. Raises MappingError."""
        path = self.folder / place.typed(name, "query", str)
        if not path.is_file():
            raise place.fail(f"there is no SQL file {name!r} beside the mapping")
        # Drivers look for parameters in comments too, and stumble over an apostrophe there.
        lines = path.read_text("utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
        text = text.strip().rstrip(";")
        self.read.append(text)
        return text


@dataclass(frozen=True)
class Ground:
    """`zoned` where the file says of what zone local times are; `judgement` holds for all acts."""

    rules: Rules
    zoned: bool
    files: Files
    judgement: Judgement
