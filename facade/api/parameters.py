"""How the parameters of a list are described: what its queries understand, and no more."""

from __future__ import annotations

from typing import Any

from facade.api.queries import LIMIT, MAX_LIMIT, Filter, Queries
from facade.api.records import words_of
from facade.api.word_lists import WordLists, camel
from schemas.fields import Code, Day, Exact, Flag, Instant, Key, Keys, Text, Whole, Words

# The JSON type and format of each kind of field.
KINDS: dict[type, tuple[str, str | None]] = {
    Text: ("string", None),
    Key: ("string", None),
    Code: ("string", None),
    Keys: ("array", None),
    Words: ("array", None),
    Whole: ("integer", "int64"),
    Exact: ("string", "decimal"),
    Flag: ("boolean", None),
    Day: ("string", "date"),
    Instant: ("string", "date-time"),
}

WORDED = {"<": "less than", "<=": "at most", ">": "greater than", ">=": "at least"}


def parameters_of(words: WordLists, queries: Queries) -> list[dict[str, Any]]:
    """Every parameter of a list."""
    made = {
        "limit": _query(
            "limit",
            "How many at most.",
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT},
        ),
        "cursor": _query(
            "cursor", "Where to go on: `next` of the page before.", {"type": "string"}
        ),
        **_sort(words, queries),
        "fields": fields_of(words, queries),
        "updated_since": _query(
            "updated_since",
            "Changed at that moment or later.",
            {"type": "string", "format": "date-time"},
        ),
        "deleted": _query(
            "deleted", "Also those that are deleted.", {"type": "boolean", "default": False}
        ),
    }
    spoken = [made[name] for name in queries.parameters if name in made]
    return spoken + [_filter(words, queries, one) for one in queries.filters.values()]


def _sort(words: WordLists, queries: Queries) -> dict[str, Any]:
    """The order of a list, where it can be asked for one."""
    entity = queries.mapping.entity
    sorts = [f"{sign}{name}" for name in queries.sorts for sign in ("", "-")]
    if not sorts:
        return {}
    name, meaning = f"{entity.schema.__name__}Sort", f"Orders that {entity.plural} come in."
    schema = words.reference(name, sorts, meaning)
    return {"sort": _query("sort", "By which field; - before it: descending.", schema)}


def fields_of(words: WordLists, queries: Queries) -> dict[str, Any]:
    """The parameter that leaves fields out."""
    entity = queries.mapping.entity
    name, meaning = f"{entity.schema.__name__}Field", f"Names of the fields of {entity.plural}."
    return _query(
        "fields",
        "Only these, comma-separated; `id` and `problems` always come.",
        {"type": "array", "items": words.reference(name, list(queries.fields), meaning)},
        explode=False,
        style="form",
    )


def _filter(words: WordLists, queries: Queries, made: Filter) -> dict[str, Any]:
    field = made.mapped.leaf.field
    kind, form = next(described for known, described in KINDS.items() if isinstance(field, known))
    schema: dict[str, Any] = {"type": kind} | ({"format": form} if form else {})
    meaning = field.metadata.get("description", "")
    listed = list(field.codes) if isinstance(field, Code) else words_of(made.mapped)
    if listed is not None:
        owner = queries.mapping.entity.schema.__name__
        schema = dict(words.reference(owner + camel(made.field), list(listed), meaning))
    meaning = meaning.rstrip(".")
    if made.op != "=":
        return _query(made.parameter, f"{meaning}: {WORDED[made.op]} this.", schema)
    if not made.several:
        return _query(made.parameter, f"{meaning}: this one.", schema)
    many = {"type": "array", "items": schema}
    return _query(made.parameter, f"{meaning}: any of these.", many, explode=True, style="form")


def _query(name: str, meaning: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": meaning, "schema": schema, **more}
