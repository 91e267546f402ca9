"""Where in a mapping file something stands, and what is said of it when it is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.elements import PAIRS, PATH, PREFIX

# Words of the design that nothing carries out yet: said so, and not passed over.
NOT_YET = {
    "list": "records are listed from the database",
    "then": "a write is one call",
}


class MappingError(ValueError):
    """A mapping file that does not say what we can do.

    The text names file, entity, field and the way out.
    """


@dataclass(frozen=True)
class Place:
    """Where in a mapping file something stands, for errors."""

    file: str
    path: tuple[str, ...] = ()

    def at(self, *words: str) -> Place:
        return Place(self.file, (*self.path, *words))

    def fail(self, message: str) -> MappingError:
        return MappingError(f"{self.file}: {'.'.join(self.path) or 'the file'}: {message}")

    def known(self, table: Mapping[str, Any], words: Iterable[str]) -> None:
        """Every key of `table` is one of `words`."""
        known = tuple(words)
        for key in table:
            if key not in known:
                why = f" ({NOT_YET[key]})" if key in NOT_YET else ""
                raise self.fail(f"unknown word {key!r}{why}; known here: {', '.join(known)}")

    def demand(self, table: Mapping[str, Any], word: str, kind: type, what: str) -> Any:
        if word not in table:
            raise self.fail(f"{word!r} is missing: {what}")
        return self.typed(table[word], word, kind)

    def typed(self, value: Any, word: str, kind: type) -> Any:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            names = {
                str: "a text",
                list: "a list",
                dict: "a table",
                bool: "true or false",
                int: "a whole number",
            }
            raise self.fail(f"{word!r} must be {names[kind]}, not {value!r}")
        return value

    def table(self, table: Mapping[str, Any], word: str) -> dict[str, Any]:
        """The table under `word`, empty where there is none."""
        found: dict[str, Any] = self.typed(table.get(word, {}), word, dict)
        return found

    def text_table(self, table: Mapping[str, Any], word: str) -> dict[str, str]:
        """The table under `word`, of texts only."""
        found = self.table(table, word)
        return {key: self.at(word).typed(value, key, str) for key, value in found.items()}

    def texts(self, value: Any, word: str) -> tuple[str, ...]:
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(item, str) for item in value)
        ):
            raise self.fail(f'{word!r} must be a list of texts, such as ["A", "B"], not {value!r}')
        return tuple(value)

    def path_of(self, word: str, path: str, form: re.Pattern[str] = PATH) -> str:
        """A path of elements, as it is; `form` is PATH or PREFIX."""
        if not form.fullmatch(path):
            ending = PAIRS if form is PREFIX else "[NAME]"
            raise self.fail(
                f"{word!r}: {path!r} is no path of elements, which is names with dots between,"
                f" and may end with {ending}"
            )
        return path
