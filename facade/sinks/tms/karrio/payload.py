"""An order as Karrio takes it: nested JSON made of a flat row and its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facade.sinks.tms.karrio.targets import MERGED, Target

SOURCE = "crm-facade"
"""Together with order_id it is the key of an order in the TMS."""
CONTENT = "crm_content"
"""In metadata: our hash of what can't be changed there, by which an order is known again."""
DELETED = "crm_deleted"

Json = dict[str, Any]


@dataclass(frozen=True)
class Document:
    """An order ready to be sent; `fixed` hashes what PUT leaves alone, `merged` what it merges."""

    id: str
    body: Json
    metadata: Json
    fixed: str
    merged: str

    @property
    def hash(self) -> str:
        return self.fixed + self.merged


def build(
    id: str,
    fixed: str,
    merged: str,
    values: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    order_targets: Iterable[Target],
    line_targets: Sequence[Target],
) -> Document:
    """The document of one order; `values` and `lines` are by the targets' names."""
    whole = nested(order_targets, values)
    metadata = {
        **{target.path[1]: None for target in order_targets if target.path[0] == MERGED},
        **whole.pop(MERGED, {}),
        CONTENT: fixed,
        DELETED: None,
    }
    body = {
        "source": SOURCE,
        **whole,
        "line_items": [nested(line_targets, line) for line in lines],
        MERGED: {name: value for name, value in metadata.items() if value is not None},
    }
    return Document(id, body, metadata, fixed, merged)


def nested(targets: Iterable[Target], values: Mapping[str, Any]) -> Json:
    """The values by path; nulls are left out."""
    document: Json = {}
    for target in targets:
        value = values[target.name]
        if value is None:
            continue
        part = document
        for name in target.path[:-1]:
            part = part.setdefault(name, {})
        part[target.path[-1]] = value
    return document
