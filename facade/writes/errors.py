"""What a write can come to besides done and refused, branched by what the caller should do.

WriteError
├── Stale            the record is another than the caller saw; nothing was changed: read it again
└── OutcomeUnknown   it was sent and no usable answer came: ask for the operation, do not repeat it
"""

from __future__ import annotations


class WriteError(Exception):
    """A write that did not simply end."""


class Stale(WriteError):
    """The record changed since the caller read it."""


class OutcomeUnknown(WriteError):
    """No usable answer came. `operation` is the id under which the journal keeps the write."""

    def __init__(self, operation: str) -> None:
        super().__init__(f"nobody knows yet what became of operation {operation}")
        self.operation = operation
