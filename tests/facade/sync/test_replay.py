"""A changed mapping applied to raw, with the CRM out of reach."""

from __future__ import annotations

import json

import pytest

from facade.snapshots.folder import NightFolder
from facade.sync.errors import NightStopped, NothingSealed
from tests.facade.sync.nights import changed
from tests.facade.sync.shop import CUSTOMERS, SWAPPED, VAT, Shop


def test_a_column_not_mapped_before_is_replayed_from_raw_without_a_read(shop: Shop) -> None:
    """N10: the database is out of reach."""
    shop.run()
    shop.map(VAT)
    told = shop.replay()
    assert told is not None
    assert (told["run"], told["certificate"]) == (2, "agrees")
    assert changed(told) == {"customer": (0, CUSTOMERS, 0)}
    assert shop.snapshot("customer", "id, custom_vat")[:2] == [("A00", "V0"), ("A01", "V1")]
    certificate = json.loads(NightFolder.of(shop.var, 2).certificate.read_text("utf-8"))
    assert certificate["kind"] == "replay"
    assert {table["read"] for table in certificate["tables"].values()} == {0}
    assert {table["source"]["uncounted"] for table in certificate["tables"].values()} == {
        "nothing was read: an earlier night's raw rows were translated anew"
    }
    shop.rename("A03", "Changed since")
    after = shop.run()
    assert changed(after) == {"customer": (0, 1, 0)}
    assert after["entities"]["customer"]["read"] == 1


@pytest.mark.long
def test_what_a_replay_gives_is_what_a_night_over_everything_gives(shop: Shop) -> None:
    """N10"""
    shop.run()
    shop.map(SWAPPED, ('description = { column = "TEXT" }', 'description = { column = "N" }'))
    shop.replay()
    state = [shop.snapshot(name, "*") for name in ("customer", "order", "order.lines")]
    told = shop.run(full=True)
    assert changed(told) == {}
    assert [shop.snapshot(name, "*") for name in ("customer", "order", "order.lines")] == state


@pytest.mark.long
def test_the_same_mapping_is_replayed_only_on_request(shop: Shop) -> None:
    shop.run()
    assert shop.replay() is None
    told = shop.replay(again=True)
    assert told is not None
    assert (told["run"], changed(told)) == (2, {})


def test_there_is_nothing_to_replay_before_the_first_night(shop: Shop) -> None:
    with pytest.raises(NothingSealed, match="run `facade sync` first"):
        shop.replay()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('column = "PHONE"', 'column = "FAX"'), "table ACCT was read without column FAX"),
        (('table = "ORD"', 'table = "ORDERS"'), "table ORDERS was not read"),
        (
            ('CORP = ["1", "2"]', 'CORP = ["1", "3"]'),
            "of table ACCT only rows with certain values of CORP were read",
        ),
        (('where = { CORP = ["1", "2"] }\n', ""), "only rows with certain values of CORP"),
    ],
)
def test_what_raw_does_not_hold_is_named_with_the_way_out(
    shop: Shop, change: tuple[str, str], said: str
) -> None:
    """N10"""
    shop.run()
    shop.map(change)
    with pytest.raises(NightStopped, match=said) as stopped:
        shop.replay()
    assert str(stopped.value).endswith("Run `facade sync`, which reads it from the CRM")
    assert shop.ledger.runs.unsealed() == ()
    assert [path.name for path in (shop.var / "runs").iterdir()] == ["000001"]


@pytest.mark.long
def test_a_narrower_condition_is_replayed_and_its_deletes_are_guarded(shop: Shop) -> None:
    """N5, N10"""
    shop.sql("UPDATE ACCT SET CORP = '2' WHERE ID >= 'A05'")
    shop.run()
    shop.map(('CORP = ["1", "2"]', 'CORP = ["1"]'))
    with pytest.raises(NightStopped, match="25 of 30 customer records would be deleted"):
        shop.replay()
    told = shop.replay(accepted=("deletes",))
    assert told is not None
    assert changed(told) == {"customer": (0, 0, 25)}
