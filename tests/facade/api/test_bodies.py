"""Bodies in and out."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facade.api.bodies import of_page, of_record, parse
from facade.api.errors import Malformed
from facade.api.records import RecordSchemas

ENTITIES = (
    "user",
    "customer",
    "contact",
    "location",
    "product",
    "order",
    "shipment",
    "opportunity",
    "activity",
)


@pytest.mark.parametrize("entity", ENTITIES)
def test_what_is_written_directly_is_what_the_schema_dumps(api: Any, entity: str) -> None:
    crm, _ = api.app.extensions["facade"]
    mapping = crm.mapping.entities[entity]
    schema = RecordSchemas(mapping).record()
    deleted = "&deleted=true" if mapping.shape.deleted else ""
    records = api.everything(mapping.entity.plural, deleted)
    assert len(records) >= 1
    for record in records:
        assert schema.dump(schema.load(record)) == record
        assert list(schema.fields) == list(record) or set(schema.fields) == set(record)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "Not JSON"),
        (b"{", "Not JSON"),
        (b"[]", "The body must be a JSON object."),
        (b"null", "The body must be a JSON object."),
        (b'{"a": NaN}', "Not JSON"),
        (b'{"a": Infinity}', "Not JSON"),
        (b'{"a": 1e400}', "Not JSON"),
        (b'{"a": "\\ud800"}', "Not JSON"),
        (b'{"a": "\xff"}', "Not JSON"),
        (b'{"a": 1, "a": 2}', "The name 'a' stands twice in one object."),
        (b'{"a": {"b": 1, "b": 1}}', "The name 'b' stands twice in one object."),
        (b"[" * 10_000, "Not JSON"),
        (b'{"a":' * 10_000, "Not JSON"),
        (b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "Not JSON"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "Not JSON"),
        (b'{"a": [' + b"1," * 400_000 + b"1]}", "more than 20000 values"),
        (b"{" + b",".join(b'"k%d":1' % n for n in range(70_000)) + b"}", "more than 20000"),
    ],
)
def test_what_is_no_sound_json_object_is_refused_quickly(body: bytes, told: str) -> None:
    """A6"""
    began = time.thread_time()
    with pytest.raises(Malformed, match=told):
        parse(body)
    assert time.thread_time() - began < 0.1


@given(st.dictionaries(st.text(), st.text() | st.integers(-(2**53), 2**53) | st.none()))
def test_a_sound_object_comes_as_it_was_sent(document: dict[str, Any]) -> None:
    import orjson

    assert parse(orjson.dumps(document)) == document


def test_a_record_may_be_written_in_part() -> None:
    record = {"id": "1", "name": "a", "status": None, "problems": []}
    assert of_record(record, None) == b'{"id":"1","name":"a","status":null,"problems":[]}'
    assert of_record(record, ("id", "problems")) == b'{"id":"1","problems":[]}'
    assert of_page([record], ("id", "problems"), "x") == (
        b'{"items":[{"id":"1","problems":[]}],"next":"x"}'
    )
