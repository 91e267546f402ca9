"""Parts that are alike, such as quantities and weights, as one schema of the document."""

from __future__ import annotations

from typing import Any

from facade.api.word_lists import named

PREFIX = "#/components/schemas/"


class SharedParts:
    """Gives each schema its name, and remembers which parts may share one."""

    def __init__(self) -> None:
        self._shared: dict[str, str] = {}

    def named(self, schema: Any) -> str:
        """The name of a schema, its class or an instance, until all of them are known."""
        name = named(schema)
        shared = getattr(schema.Meta, "shared", None)
        if shared is not None:
            self._shared[name] = shared
        return name

    def share(self, spec: Any) -> None:
        """Give parts of one content their common name; one that is alone keeps its own."""
        schemas = spec.components.schemas
        renamed: dict[str, str] = {}
        for shared in dict.fromkeys(self._shared.values()):
            parts = [name for name, known in self._shared.items() if known == shared]
            alike = [name for name in parts if schemas[name] == schemas[parts[0]]]
            if len(alike) > 1 and shared not in schemas:
                schemas[shared] = schemas[parts[0]]
                renamed |= dict.fromkeys(alike, shared)
        for name in renamed:
            del schemas[name]
        for told in (*schemas.values(), *spec._paths.values()):
            _refer(told, renamed)


def _refer(told: Any, renamed: dict[str, str]) -> None:
    """Turn the references in a piece of the document to the new names."""
    if isinstance(told, dict):
        old = str(told.get("$ref", "")).removeprefix(PREFIX)
        if old in renamed:
            told["$ref"] = PREFIX + renamed[old]
    if isinstance(told, dict | list):
        for inner in told.values() if isinstance(told, dict) else told:
            _refer(inner, renamed)
