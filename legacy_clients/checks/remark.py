"""What a check has to say, by how much it matters."""

from __future__ import annotations

from dataclasses import dataclass

MISFIT, WARNING, NOTE = "misfit", "warning", "note"
"""A misfit fails users; a warning may cost values or speed; a note is good to know."""


@dataclass(frozen=True)
class Remark:
    """One sentence about a `place` ("customer.name", "[order.create]", a table).

    `fields` are the REST fields that it touches, such as "order.lines.quantity.value"; an entity
    alone stands for all of its records.
    """

    weight: str
    place: str
    text: str
    fields: tuple[str, ...] = ()
