"""An Atlas whose mapping says something else: Atlas's own, with other lines in place of some."""

from __future__ import annotations

from pathlib import Path

from fixtures.atlas import Atlas
from legacy_clients import CRMS, Access, LegacyCRM, open_crm


def access_of(served: Atlas) -> Access:
    return Access(
        odbc=f"DRIVER={{SQLite3}};Database={served.database}",
        wsdl=str(served.wsdl_path),
        url=served.soap_url,
        user=served.user,
        password=served.password,
    )


def open_changed(served: Atlas, folder: Path, *changes: tuple[str, str]) -> LegacyCRM:
    """The CRM of a new folder; each change is a text that stands in the mapping once, and another.

    Whoever opens it closes it.
    """
    text = (CRMS["atlas"] / "mapping.toml").read_text("utf-8")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    folder.mkdir()
    (folder / "mapping.toml").write_text(text, "utf-8")
    shipments = (CRMS["atlas"] / "shipments.sql").read_text("utf-8")
    (folder / "shipments.sql").write_text(shipments, "utf-8")
    return open_crm(str(folder), access_of(served))
