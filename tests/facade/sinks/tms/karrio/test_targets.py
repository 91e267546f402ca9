"""The mapping file is checked, and agrees with Karrio's contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from facade.sinks.sink import SinkMismatch
from facade.sinks.tms.karrio.targets import read_targets


def test_a_path_of_the_tms_leads_back_to_the_canonical_field() -> None:
    targets = read_targets()
    assert targets.field_of("shipping_to.city") == "stops.delivery.city"
    assert targets.field_of("line_items.0.title") == "lines.description"
    assert targets.field_of("options.currency") == "options.currency"


@pytest.mark.parametrize(
    "entry", ['{ column = "a", from = "a", form = "roman" }', '{ column = "a" }']
)
def test_an_unknown_word_names_its_place(tmp_path: Path, entry: str) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(f"[decides]\norder = []\n[line]\n[order.shipping_to]\ncity = {entry}\n")
    with pytest.raises(SinkMismatch, match=r"order\.shipping_to\.city"):
        read_targets(file)
