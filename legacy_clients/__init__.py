"""Source spokes: records out of, and acts on, a legacy CRM.

A CRM is a name in `CRMS` or a folder anywhere: a `mapping.toml`, SQL files, and a class only if it
behaves unusually (an `__init__.py` that defines `CRM`, a subclass of LegacyCRM).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from legacy_clients.crm import Access, LegacyCRM
from legacy_clients.errors import Misconfigured
from schemas.grammar import load_mapping

HERE = Path(__file__).parent
CRMS: dict[str, Path] = {"atlas": HERE / "atlas", "suitecrm": HERE / "suitecrm"}


def crm_folder(crm: str) -> Path:
    """The folder of a CRM given by name or by path. Misconfigured where there is neither."""
    folder = CRMS.get(crm, Path(crm))
    if not (folder / "mapping.toml").is_file():
        known = ", ".join(CRMS)
        raise Misconfigured(
            f"{crm!r} is neither a CRM we know ({known}) nor a folder with a mapping.toml"
        )
    return folder


def open_crm(crm: str, access: Access, choices: Mapping[str, str] | None = None) -> LegacyCRM:
    """The CRM of a name or folder; `choices` as for `load_mapping`.

    Raises Misconfigured, or MappingError where its mapping or a choice is wrong.
    """
    folder = crm_folder(crm)
    mapping = load_mapping(folder / "mapping.toml", choices)
    return _crm_class(folder)(folder.name, mapping, access)


def _crm_class(folder: Path) -> Any:
    """The folder's own class if it has one, else the usual one."""
    file = folder / "__init__.py"
    if not file.is_file():
        return LegacyCRM
    spec = importlib.util.spec_from_file_location(f"legacy_crm_{folder.name}", file)
    if spec is None or spec.loader is None:
        raise Misconfigured(f"{file.name} in the CRM's folder cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, "CRM", LegacyCRM)
