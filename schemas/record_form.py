"""The record form of a translation: one flat row of texts in, one JSON-shaped document out, by a
generated function.

Values are read by memoised codecs, since dates, codes and stamps repeat; a value that cannot be
read becomes null and a problem. The SQL form (`schemas.sql_form`) does the same to millions of
rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from schemas.codecs.codec import MARK, UNDECODED, Unreadable
from schemas.entity import Leaf
from schemas.mapping import FieldMapping
from schemas.source import ColumnName, first_filled, joined, split_part

MEMO = 4096
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value could not be read."""

    reason: str


@dataclass(frozen=True)
class RecordForm:
    """`translate` takes the texts of `columns`, in order, and gives a document and its problems."""

    columns: tuple[ColumnName, ...]
    translate: Callable[[Sequence[str | None]], tuple[Document, list[Document]]]


def raw_text(texts: Sequence[str | None]) -> str | None:
    """The raw of a refused value: its text, or a JSON list where it has several columns."""
    shown = [
        None if text is None else text.replace(MARK, "hex:", 1) if text[:1] == MARK else text
        for text in texts
    ]
    return (
        shown[0]
        if len(shown) == 1
        else json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    )


def reader(mapped: FieldMapping) -> Callable[..., Any]:
    """The codec and the field's JSON form in one memoised step: texts in, JSON value or Refusal
    out.
    """
    codec, field = mapped.codec, mapped.leaf.field

    @lru_cache(MEMO)
    def read(*texts: str | None) -> Any:
        try:
            value = codec.read(*texts)
        except Unreadable as unreadable:
            return Refusal(unreadable.reason)
        return None if value is None else field._serialize(value, None, None)

    return read


def plain(text: str | None) -> Any:
    """Text as typed needs no memo."""
    return Refusal(UNDECODED) if text is not None and text[:1] == MARK else text


def compile_record(
    fields: Mapping[str, FieldMapping],
    columns: Sequence[ColumnName] | None = None,
    leaves: Iterable[Leaf] = (),
) -> RecordForm:
    """Generate the function that translates one flat row.

    `columns` says what the row holds, all needed ones or more; `leaves` are shown too, as null
    where no field is mapped.
    """
    needed = dict.fromkeys(column for mapped in fields.values() for column in mapped.source.columns)
    columns = tuple(needed if columns is None else columns)
    position = {column: number for number, column in enumerate(columns)}
    scope: dict[str, Any] = {
        "Refusal": Refusal,
        "raw_text": raw_text,
        "first_filled": first_filled,
        "joined": joined,
        "split_part": split_part,
    }
    lines = ["def translate(row):", "    problems = []"]
    lines += [f"    c{position[column]} = row[{position[column]}]" for column in needed]
    for number, (name, mapped) in enumerate(fields.items()):
        names = [f"c{position[column]}" for column in mapped.source.columns]
        given = mapped.source.python(names)
        scope[f"read{number}"] = plain if mapped.spelling == "text" else reader(mapped)
        lines.append(f"    v{number} = read{number}({', '.join(given)})")
        lines.append(f"    if v{number}.__class__ is Refusal:")
        raws = [f"c{position[column]}" for column in mapped.shown]
        raw = f"raw_text(({', '.join(raws)},))" if raws else "None"
        problem = f"{{'field': {name!r}, 'raw': {raw}, 'reason': v{number}.reason}}"
        lines.append(f"        problems.append({problem})")
        lines.append(f"        v{number} = None")
    shown = {leaf.path: "None" for leaf in leaves}
    shown |= {mapped.leaf.path: f"v{number}" for number, mapped in enumerate(fields.values())}
    tree = _tree(shown)
    lines.append(f"    return {_literal(tree, top=True)}, problems")
    # Our own text: names and constants stand in it as Python literals.
    exec(compile("\n".join(lines), "<translation>", "exec"), scope)
    return RecordForm(columns, scope["translate"])


def _tree(paths: Mapping[tuple[str, ...], str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, variable in paths.items():
        branch = tree
        for word in path[:-1]:
            branch = branch.setdefault(word, {})
        branch[path[-1]] = variable
    return tree


def _variables(tree: Mapping[str, Any]) -> Iterable[str]:
    for branch in tree.values():
        if isinstance(branch, dict):
            yield from _variables(branch)
        else:
            yield branch


def _literal(tree: Mapping[str, Any], top: bool = False) -> str:
    """A dict display; a group whose values are all null is null itself."""
    items = ", ".join(
        f"{word!r}: {_literal(branch) if isinstance(branch, dict) else branch}"
        for word, branch in tree.items()
    )
    if top:
        return f"{{{items}}}"
    empty = " and ".join(f"{variable} is None" for variable in _variables(tree))
    return f"(None if {empty} else {{{items}}})"
