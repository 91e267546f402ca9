"""Atlases whose mapping, tables or contract say something else."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.atlas import Atlas
from legacy_clients import LegacyCRM, open_crm
from legacy_clients.checks import Remark
from tests.changed_atlas import access_of, open_changed

Change = tuple[str, str]


class Bent:
    """Opens CRMs that differ from Atlas; all are closed at the end."""

    def __init__(self, atlas: Atlas, folder: Path, stack: ExitStack) -> None:
        self.atlas, self.folder, self._stack = atlas, folder, stack

    def mapping(self, *changes: Change) -> LegacyCRM:
        """Its mapping says something else."""
        folder = self.folder / f"crm{len(list(self.folder.iterdir()))}"
        return self._stack.enter_context(closing(open_changed(self.atlas, folder, *changes)))

    def database(self, *statements: str, on: LegacyCRM | None = None) -> LegacyCRM:
        """Its tables are others, in a copy of the database."""
        file = self.folder / f"db{len(list(self.folder.iterdir()))}.sqlite"
        shutil.copy(self.atlas.database, file)
        with closing(sqlite3.connect(file)) as db:
            for statement in statements:
                db.execute(statement)
            db.commit()
        access = replace(access_of(self.atlas), odbc=f"DRIVER={{SQLite3}};Database={file}")
        name = "atlas" if on is None else str(on.mapping.file.parent)
        return self._stack.enter_context(closing(open_crm(name, access)))

    def contract(self, *changes: Change, file: str = "entities.xsd") -> LegacyCRM:
        """Its services have another contract; each change is made once."""
        folder = self.folder / f"wsdl{len(list(self.folder.iterdir()))}"
        shutil.copytree(self.atlas.wsdl_path.parent, folder)
        text = (folder / file).read_text("utf-8")
        for before, after in changes:
            assert before in text, before
            text = text.replace(before, after, 1)
        (folder / file).write_text(text, "utf-8")
        access = replace(access_of(self.atlas), wsdl=str(folder / self.atlas.wsdl_path.name))
        return self._stack.enter_context(closing(open_crm("atlas", access)))


@pytest.fixture
def bent(read_only_atlas: Atlas, tmp_path: Path) -> Iterator[Bent]:
    with ExitStack() as stack:
        yield Bent(read_only_atlas, tmp_path, stack)


Texts = Callable[[list[Remark]], list[tuple[str, str, str]]]


def told(remarks: list[Remark]) -> list[tuple[str, str, str]]:
    """Weight, place and text of each."""
    return [(remark.weight, remark.place, remark.text) for remark in remarks]
