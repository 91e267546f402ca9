"""SuiteCRM 7 and SugarCRM CE 6.5, over SOAP v4_1 and MariaDB: mapping.toml says it all, but for
what `get_entry` wants beside a key, and the HTML in which it tells its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from legacy_clients.acting import EntityActs
from legacy_clients.arguments import Arguments
from legacy_clients.crm import LegacyCRM
from legacy_clients.deadline import Deadline
from legacy_clients.telling import Told
from schemas.mapping import Operation

# The service escapes these four, and no ampersand: a text that holds an entity itself cannot be
# told from one that was escaped.
ESCAPES = {"&quot;": '"', "&lt;": "<", "&gt;": ">", "&#039;": "'"}

# All fields, no links, and no entry among what the user looked at. The service takes arguments by
# their places: none may be left out.
UNASKED: Mapping[str, Arguments] = {
    "get_entry": {"select_fields": [], "link_name_to_fields_array": [], "track_view": False}
}


class Acts(EntityActs):
    """Acts whose calls have all their arguments."""

    def arguments(self, operation: Operation, values: Mapping[str, Any]) -> Arguments:
        return {**UNASKED.get(operation.call, {}), **super().arguments(operation, values)}


class CRM(LegacyCRM):
    """SuiteCRM as usual; what it tells over SOAP as the database holds it."""

    def _acts(self, entity: str) -> EntityActs:
        return Acts(self.service, self.mapped(entity))

    def told(self, entity: str, id: str, deadline: Deadline) -> Told:
        told = super().told(entity, id, deadline)
        return replace(told, values={name: unescaped(value) for name, value in told.values.items()})


def unescaped(value: Any) -> Any:
    """A text without the service's escapes; anything else as it is."""
    if isinstance(value, str):
        for escape, letter in ESCAPES.items():
            value = value.replace(escape, letter)
    return value
