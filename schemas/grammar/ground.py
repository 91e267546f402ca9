"""What all tables of a mapping file stand on: the rules of its CRM, and the files beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.codecs.codec import Rules
from schemas.grammar.crm import Judgement
from schemas.grammar.place import Place


@dataclass
class Files:
    """The files beside a mapping. `read` are the texts of those that it names, for its digest."""

    folder: Path
    read: list[str] = field(default_factory=list)

    def text(self, place: Place, name: str) -> str:
        """The text of a file, kept for the digest. Raises MappingError."""
        path = self.folder / name
        if not path.is_file():
            raise place.fail(f"there is no file {name!r} beside the mapping")
        text = path.read_text("utf-8")
        self.read.append(text)
        return text

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
