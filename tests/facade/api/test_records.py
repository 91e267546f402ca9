"""Schemas of what is given out and of what is taken, read off a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from facade.api.inputs import Inputs, flatten, without_nulls
from facade.api.records import RecordSchemas
from schemas.grammar import load_mapping
from schemas.mapping import CrmMapping, EntityMapping

SMALL = """
[customer.from]
table = "CUST"
key = ["NO"]
[customer.fields]
name = { column = "NAME", max = 5, required = true, element = "C.Name" }
status = { column = "ST", codes = { A = "active", I = "inactive" }, element = "C.Status" }
phone = { column = "TEL" }
credit_limit = { column = "LIM", as = "cents", readonly = true, element = "C.Limit" }
[customer.create]
call = "New"
key = ["No"]
[order.from]
table = "ORD"
key = ["NO"]
[order.fields]
temperature.min = { column = "T", element = "O.Min" }
[order.lines.from]
table = "LIN"
parent = { NO = "NO" }
[order.lines.fields]
line_no = { column = "NO2", element = "No", required = true }
quantity.value = { column = "Q", element = "Q" }
[order.lines]
element = "O.Lines.Line"
[order.update]
call = "Change"
key = ["No"]
"""


@pytest.fixture
def small(tmp_path: Path) -> Mapping[str, EntityMapping]:
    file = tmp_path / "mapping.toml"
    file.write_text(SMALL)
    return load_mapping(file).entities


@pytest.fixture(scope="module")
def atlas(mapping_folder: Path) -> CrmMapping:
    return load_mapping(mapping_folder / "mapping.toml")


def test_a_record_has_the_mapped_fields_and_no_others(small: Any) -> None:
    schema = RecordSchemas(small["customer"]).record
    assert list(schema().fields) == [
        "id",
        "problems",
        "name",
        "status",
        "phone",
        "phone_e164",
        "credit_limit",
    ]
    order = RecordSchemas(small["order"]).record()
    assert list(order.fields) == ["id", "problems", "temperature", "lines"]
    assert list(order.fields["temperature"].schema.fields) == ["min"]
    assert list(order.fields["lines"].inner.schema.fields) == ["line_no", "quantity"]


def test_what_is_read_is_promised_by_type_alone(atlas: CrmMapping) -> None:
    for mapping in atlas.entities.values():
        schema = RecordSchemas(mapping).record()
        for name, field in schema.fields.items():
            assert field.validators == []
            assert field.allow_none or name == "id" or field.__class__.__name__ == "List"


def test_a_new_record_takes_what_the_mapping_can_write(small: Any) -> None:
    create = Inputs(small["customer"]).create
    assert create is not None
    assert create.names == ("name", "status")
    schema = create.schema()
    assert schema.validate({"name": "Acme"}) == {}
    assert schema.validate({}) == {"name": ["Missing data for required field."]}
    assert schema.validate({"name": None}) == {"name": ["Field may not be null."]}
    known = "Unknown, or not to be written. Known here: name, status."
    assert schema.validate({"name": "A", "phone": "1", "credit_limit": "1"}) == {
        "phone": [known],
        "credit_limit": [known],
    }


def test_an_act_that_the_mapping_lacks_takes_nothing(small: Any) -> None:
    assert Inputs(small["customer"]).update is None
    assert Inputs(small["order"]).create is None


def test_a_text_longer_than_its_column_is_refused(small: Any) -> None:
    """W8"""
    create = Inputs(small["customer"]).create
    assert create is not None
    assert create.schema().validate({"name": "123456"}) == {
        "name": ["Longer than maximum length 5."]
    }


def test_a_word_for_which_the_crm_has_no_code_is_refused(small: Any) -> None:
    """W8"""
    create = Inputs(small["customer"]).create
    assert create is not None
    flaws = create.schema().validate({"name": "A", "status": "prospect"})
    assert flaws == {"status": ["The CRM cannot hold it: no spelling reads back as this value."]}
    assert create.schema().fields["status"].metadata["enum"] == ["active", "inactive"]


def test_a_body_becomes_values_by_dotted_name(small: Any) -> None:
    update = Inputs(small["order"]).update
    assert update is not None
    checked = update.schema().load(
        {
            "temperature": {"min": "-3.5"},
            "lines": [{"line_no": 1, "quantity": {"value": "2"}}, {"line_no": 2, "quantity": None}],
        }
    )
    values = flatten(checked, update)
    assert {name: str(value) for name, value in values.items() if name != "lines"} == {
        "temperature.min": "-3.5"
    }
    assert values["lines"] == [{"line_no": 1, "quantity.value": 2}, {"line_no": 2}]


def test_a_group_that_is_null_clears_what_is_in_it(small: Any) -> None:
    update = Inputs(small["order"]).update
    assert update is not None
    assert flatten(update.schema().load({"temperature": None}), update) == {"temperature.min": None}
    assert flatten(update.schema().load({"lines": []}), update) == {"lines": []}
    assert without_nulls({"a": None, "b": 1, "c": []}) == {"b": 1, "c": []}


def test_create_and_change_share_the_parts_that_are_alike(atlas: CrmMapping) -> None:
    inputs = Inputs(atlas.entities["order"])
    assert inputs.create is not None
    assert inputs.update is not None
    created, changed = (one.schema().fields for one in (inputs.create, inputs.update))
    assert type(created["lines"].inner.schema) is type(changed["lines"].inner.schema)
    assert (created["customer_id"].required, changed["customer_id"].required) == (True, False)
    assert changed["customer_id"].allow_none is False
