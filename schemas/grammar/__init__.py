"""The grammar of a mapping file: TOML in, `schemas.mapping` out, checked against the hub.

The grammar is closed: an unknown word is an error that names file, entity, field and the known
words, and so is a known word where it would say nothing. Nothing here reads a database or a WSDL.
"""

from __future__ import annotations

from schemas.grammar.file import load_mapping
from schemas.grammar.place import MappingError
from schemas.grammar.values import CUSTOM_TYPES

__all__ = ["CUSTOM_TYPES", "MappingError", "load_mapping"]
