"""The registry of codecs."""

from __future__ import annotations

import pytest

from schemas import ENTITIES
from schemas.codecs import CODECS, default_codec, make_codec
from schemas.codecs.codec import Rules
from schemas.fields import Code, Day, Exact, Text


def test_every_leaf_of_the_hub_has_a_codec_by_default() -> None:
    fields = [leaf.field for entity in ENTITIES.values() for leaf in entity.leaves.values()]
    assert len(fields) > 100
    for field in fields:
        assert isinstance(field, CODECS[default_codec(field)].kinds)


@pytest.mark.parametrize(
    ("field", "name"),
    [(Text(), "text"), (Day(), "date"), (Exact(), "decimal"), (Code(()), "codes")],
)
def test_the_codec_by_default_follows_the_kind_of_field(field: object, name: str) -> None:
    assert default_codec(field) == name


@pytest.mark.parametrize(
    ("name", "options", "columns", "message"),
    [
        ("datum", {}, 1, "'datum' is no codec; known are .*date8"),
        ("date", {}, 1, "codec 'date' reads no Text; these do: .*text"),
        ("char", {"widht": 3}, 1, "codec 'char' has no option widht; known: width"),
        ("text", {"width": 3}, 1, "codec 'text' has no option width; known: none"),
        ("region_code", {}, 1, "codec 'region_code' reads 2 columns, not 1"),
    ],
)
def test_wrong_declarations_name_what_is_known(
    name: str, options: dict[str, object], columns: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make_codec(name, Text(), options, Rules(), columns)
