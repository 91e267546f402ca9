"""`[mirror]` in a mapping: further tables as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.grammar import MappingError
from schemas.grammar.file import load_mapping
from schemas.mapping import CrmMapping

CUSTOMER = """
[customer.from]
table = "CUST"
key = ["NO"]

[customer.fields]
name = { column = "NAME" }
"""


def mapping_of(folder: Path, tables: str) -> CrmMapping:
    file = folder / "mapping.toml"
    file.write_text(f"{CUSTOMER}\n[mirror]\ntables = {tables}\n", "utf-8")
    return load_mapping(file)


def test_a_mirrored_table_has_its_columns_as_text_behind_its_key(tmp_path: Path) -> None:
    mapping = mapping_of(
        tmp_path,
        '[{ table = "dbo.Ctry Codes", key = ["CC"], columns = ["NAME", "ID", "Created_At", "run"],'
        ' stamp = "TS" }]',
    )
    assert list(mapping.entities) == ["customer", "mirror_dbo_ctry_codes"]
    mirrored = mapping.entities["mirror_dbo_ctry_codes"]
    assert mirrored.entity.mirror
    layout = mirrored.layout
    assert (layout.table, layout.key) == ("mirror_dbo_ctry_codes", ("id",))
    assert layout.description == "Table dbo.Ctry Codes of the CRM, as it is."
    assert [(column.name, column.duck, column.description) for column in layout.columns[1:-1]] == [
        ("cc", "VARCHAR", "Column CC, as text."),
        ("name", "VARCHAR", "Column NAME, as text."),
        ("id_text", "VARCHAR", "Column ID, as text."),
        ("created_at_text", "VARCHAR", "Column Created_At, as text."),
        ("run_text", "VARCHAR", "Column run, as text."),
    ]
    assert mapping.tables["dbo.Ctry Codes"].stamp == "TS"


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ('"CTRY"', "'tables' must be a list, not 'CTRY'"),
        ('["CTRY"]', "'table' must be a table, not 'CTRY'"),
        ('[{ key = ["A"], columns = ["B"] }]', "'table' is missing: the table of the CRM"),
        ('[{ table = "T", columns = ["B"] }]', "'key' is missing: the columns that tell its rows"),
        ('[{ table = "T", key = ["A"] }]', "'columns' must be a list of texts"),
        ('[{ table = "T", key = ["A"], columns = ["B", "B"] }]', "'columns' has one of them twice"),
        (
            '[{ table = "T", key = ["A"], columns = ["X Y", "X-Y"] }]',
            "columns X Y and X-Y would both be called x_y",
        ),
        ('[{ table = "T", key = ["A"], columns = ["9"] }]', "'9' gives no name"),
        (
            '[{ table = "T", key = ["A"], columns = ["B"], as = "date" }]',
            "unknown word 'as'; known here: table, key, columns, stamp",
        ),
        (
            '[{ table = "T", key = ["A"], columns = ["B"] }, { table = "t", key = ["A"],'
            ' columns = ["B"] }]',
            r"mirror.tables\[1\]: t is mirrored already, as mirror_t",
        ),
    ],
)
def test_a_mirror_that_is_written_wrongly_says_where(
    tmp_path: Path, tables: str, message: str
) -> None:
    with pytest.raises(MappingError, match=message):
        mapping_of(tmp_path, tables)
