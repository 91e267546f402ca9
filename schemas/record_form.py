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
    """The codec and the field's JSON form in one memoised step: texts in, JSON value out.

    Raises Unreadable, which is not memoised.
    """
    codec, field = mapped.codec, mapped.leaf.field

    @lru_cache(MEMO)
    def read(*texts: str | None) -> Any:
        value = codec.read(*texts)
        return None if value is None else field._serialize(value, None, None)

    return read


def refused(read: Callable[..., Any], texts: Sequence[str | None]) -> Any:
    """The JSON value, or the Refusal where it cannot be read."""
    try:
        return read(*texts)
    except Unreadable as unreadable:
        return Refusal(unreadable.reason)


def plain(text: str | None) -> Any:
    """Text as typed needs no memo."""
    if text is not None and text[:1] == MARK:
        raise Unreadable(UNDECODED)
    return text


def compile_record(
    fields: Mapping[str, FieldMapping],
    columns: Sequence[ColumnName] | None = None,
    leaves: Iterable[Leaf] = (),
) -> RecordForm:
    """Generate the functions that translate one flat row.

    `columns` says what the row holds, all needed ones or more; `leaves` are shown too, as null
    where no field is mapped. Nearly all rows can be read, and are by the first function; the
    second reads the others again, value by value, and tells their problems.
    """
    needed = dict.fromkeys(column for mapped in fields.values() for column in mapped.source.columns)
    columns = tuple(needed if columns is None else columns)
    position = {column: number for number, column in enumerate(columns)}
    scope: dict[str, Any] = {
        "MARK": MARK,
        "Refusal": Refusal,
        "Unreadable": Unreadable,
        "raw_text": raw_text,
        "refused": refused,
        "first_filled": first_filled,
        "joined": joined,
        "split_part": split_part,
    }
    unpack = [f"    c{position[column]} = row[{position[column]}]" for column in needed]
    shown = {leaf.path: "None" for leaf in leaves}
    shown |= {mapped.leaf.path: f"v{number}" for number, mapped in enumerate(fields.values())}
    document = _literal(_tree(shown), top=True)
    swift = ["def translate(row):", "    try:", *(f"    {line}" for line in unpack)]
    patient = ["def translate_again(row):", "    problems = []", *unpack]
    texts = []
    for number, (name, mapped) in enumerate(fields.items()):
        names = [f"c{position[column]}" for column in mapped.source.columns]
        given = ", ".join(mapped.source.python(names))
        typed = mapped.spelling == "text"
        scope[f"read{number}"] = plain if typed else reader(mapped)
        if typed and mapped.source.word == "column":
            texts.append(given)
            swift.append(f"        v{number} = {given}")
        else:
            swift.append(f"        v{number} = read{number}({given})")
        raws = [f"c{position[column]}" for column in mapped.shown]
        raw = f"raw_text(({', '.join(raws)},))" if raws else "None"
        patient += [
            f"    v{number} = refused(read{number}, ({given},))",
            f"    if v{number}.__class__ is Refusal:",
            f"        problems.append("
            f"{{'field': {name!r}, 'raw': {raw}, 'reason': v{number}.reason}})",
            f"        v{number} = None",
        ]
    if texts:
        # One look at all texts as typed: bytes that are none are marked.
        swift.append(f"        if MARK in ''.join(filter(None, ({', '.join(texts)},))):")
        swift.append("            return translate_again(row)")
    swift += ["    except Unreadable:", "        return translate_again(row)"]
    lines = [*swift, f"    return {document}, []", *patient, f"    return {document}, problems"]
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
