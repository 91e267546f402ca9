"""Services that are not believed: what they say is compared with the database (W6)."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fixtures.atlas import Atlas
from legacy_clients import LegacyCRM
from legacy_clients.deadline import Deadline
from legacy_clients.errors import Missing, NotKept, Unanswered
from legacy_clients.keeping import typed, unkept
from tests.changed_atlas import open_changed

Opened = Callable[..., LegacyCRM]
CREATE = 'call = "CreateCustomer"\n'
UPDATE = 'call = "UpdateCustomer"\n'
CANCEL = 'call = "CancelOrder"\n'
REREAD = [(CREATE, f"{CREATE}reread = true\n"), (UPDATE, f"{UPDATE}reread = true\n")]
MERGE = (UPDATE, f'{UPDATE}merge_from = "GetCustomer"\n')
GOOD: dict[str, Any] = {
    "name": "Zoë Ünal 🚚",
    "status": "active",
    "roles": ["bill_to", "shipper"],
    "phone": "555-1234 ask Bob",
    "email": "bob@example.com",
    "credit_limit": Decimal("123.45"),
    "custom.first_order_on": dt.date(2024, 2, 29),
    "custom.tier": "gold",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    with Atlas.start(tmp_path_factory.mktemp("atlas"), scale=0.02) as atlas:
        yield atlas


@pytest.fixture
def atlas(served: Atlas) -> Iterator[Atlas]:
    yield served
    served.disarm()
    with contextlib.closing(served.connect()) as db:
        db.execute("DROP TRIGGER IF EXISTS CUTS")


@pytest.fixture
def opened(served: Atlas, tmp_path: Path) -> Iterator[Opened]:
    with contextlib.ExitStack() as stack:

        def open_with(*changes: tuple[str, str]) -> LegacyCRM:
            made = open_changed(served, tmp_path / "changed", *changes)
            stack.callback(made.close)
            return made

        yield open_with


def deadline() -> Deadline:
    return Deadline.after(10)


def cuts(atlas: Atlas, event: str) -> None:
    """From now on the database cuts names after 5 characters, and tells nobody."""
    with contextlib.closing(atlas.connect()) as db:
        db.execute(
            f"CREATE TRIGGER CUTS AFTER {event} ON CUSTMAST BEGIN"
            " UPDATE CUSTMAST SET NAME = substr(NAME, 1, 5) WHERE CUST_NO = NEW.CUST_NO; END"
        )


def test_what_was_kept_is_believed(opened: Opened, atlas: Atlas) -> None:
    crm = opened(*REREAD)
    id = crm.create("customer", GOOD, "r", deadline())
    seen = crm.get("customer", id)
    changes = {"phone": None, "credit_limit": Decimal("1"), "name": "Other"}
    crm.update("customer", id, changes, seen.guards, deadline())
    assert crm.get("customer", id).document["credit_limit"] == "1.00"


def test_an_update_that_is_said_to_be_done_and_is_not_is_caught(
    opened: Opened, atlas: Atlas
) -> None:
    """W6"""
    crm = opened(*REREAD)
    id = crm.create("customer", GOOD, "r", deadline())
    seen = crm.get("customer", id)
    atlas.arm("UpdateCustomer", "hollow")
    with pytest.raises(NotKept) as not_kept:
        crm.update("customer", id, {"name": "New", "custom.tier": None}, seen.guards, deadline())
    assert atlas.fired("UpdateCustomer", "hollow") == 1
    assert not_kept.value.fields == ("name", "custom.tier")
    assert (not_kept.value.id, not_kept.value.partly) == (id, False)
    assert "New" not in str(not_kept.value)


def test_without_reread_the_same_update_is_believed(opened: Opened, atlas: Atlas) -> None:
    """The trap is real."""
    crm = opened()
    id = crm.create("customer", GOOD, "r", deadline())
    seen = crm.get("customer", id)
    atlas.arm("UpdateCustomer", "hollow")
    crm.update("customer", id, {"name": "New"}, seen.guards, deadline())
    assert atlas.fired("UpdateCustomer", "hollow") == 1
    assert crm.get("customer", id).document["name"] == "Zoë Ünal 🚚"


def test_a_create_that_stores_nothing_is_caught(opened: Opened, atlas: Atlas) -> None:
    """W6"""
    crm = opened(*REREAD)
    atlas.arm("CreateCustomer", "hollow")
    with pytest.raises(NotKept) as not_kept:
        crm.create("customer", GOOD, "r", deadline())
    assert atlas.fired("CreateCustomer", "hollow") == 1
    assert not_kept.value.fields == tuple(GOOD)
    assert not not_kept.value.partly


@pytest.mark.parametrize("event", ["INSERT", "UPDATE"])
def test_a_value_that_is_cut_without_a_word_is_caught(
    opened: Opened, atlas: Atlas, event: str
) -> None:
    """W6"""
    crm = opened(*REREAD)
    known = crm.create("customer", GOOD, "r", deadline())
    seen = crm.get("customer", known)
    changes = {"name": "Longer than five", "phone": "1"}
    writes = {
        "INSERT": lambda: crm.create("customer", GOOD, "r", deadline()),
        "UPDATE": lambda: crm.update("customer", known, changes, seen.guards, deadline()),
    }
    cuts(atlas, event)
    with pytest.raises(NotKept) as not_kept:
        writes[event]()
    assert not_kept.value.fields == ("name",)
    assert not_kept.value.partly


def test_a_record_that_is_not_there_is_not_written_to(opened: Opened, atlas: Atlas) -> None:
    """W6: some services call it done."""
    crm = opened(*REREAD)
    before = atlas.calls().get("UpdateCustomer", 0)
    with pytest.raises(Missing):
        crm.update("customer", "C999999", {"name": "Nobody"}, {"VER": "1"}, deadline())
    assert atlas.calls().get("UpdateCustomer", 0) == before


def test_a_cancel_that_is_said_to_be_done_and_is_not_is_caught(
    opened: Opened, atlas: Atlas
) -> None:
    """W6"""
    crm = opened((CANCEL, f"{CANCEL}reread = true\n"))
    with contextlib.closing(atlas.connect()) as db:
        (number,) = db.execute(
            "SELECT rtrim(ORD_NO) FROM ORDHDR WHERE STAT_CD = 'OP' AND CO_CD = '01'"
        ).fetchone()
    seen = crm.get("order", number)
    atlas.arm("CancelOrder", "hollow")
    with pytest.raises(NotKept, match="did not keep status"):
        crm.cancel("order", number, seen.guards, deadline())
    assert atlas.fired("CancelOrder", "hollow") == 1
    crm.cancel("order", number, seen.guards, deadline())


def test_a_delete_is_done_where_the_record_is_marked_or_gone(opened: Opened, atlas: Atlas) -> None:
    """W6"""
    call = 'call = "DeleteCustomer"\n'
    crm = opened((call, f"{call}reread = true\n"))
    id = crm.create("customer", GOOD, "r", deadline())
    seen = crm.get("customer", id)
    atlas.arm("DeleteCustomer", "hollow")
    with pytest.raises(NotKept, match="did not keep deleted"):
        crm.delete("customer", id, seen.guards, deadline())
    assert atlas.fired("DeleteCustomer", "hollow") == 1
    assert not crm.holds("customer", "delete", id, {})
    crm.delete("customer", id, seen.guards, deadline())
    assert crm.get("customer", id).document["deleted"] is True
    assert crm.holds("customer", "delete", id, {})
    assert crm.holds("customer", "delete", "C999999", {})


def test_where_the_database_cannot_be_read_again_nobody_knows(
    opened: Opened, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W3: the service was asked, so that it is not as if nothing was sent."""
    crm = opened(*REREAD)
    acts = crm.acts("customer")
    create = acts.create

    def then_a_table_goes(*given: Any) -> str:
        id = create(*given)
        with contextlib.closing(atlas.connect()) as db:
            db.execute("ALTER TABLE CUSTEML RENAME TO GONE")
        return id

    monkeypatch.setattr(acts, "create", then_a_table_goes)
    before = atlas.calls().get("CreateCustomer", 0)
    try:
        with pytest.raises(Unanswered):
            crm.create("customer", GOOD, "r", deadline())
    finally:
        with contextlib.closing(atlas.connect()) as db:
            db.execute("ALTER TABLE GONE RENAME TO CUSTEML")
    assert atlas.calls()["CreateCustomer"] == before + 1


def test_an_update_that_blanks_what_is_left_out_is_given_all_again(
    opened: Opened, atlas: Atlas
) -> None:
    """W6: read, merged on raw elements, written."""
    codes = '{ G = "gold", S = "silver", B = "bronze" }'
    crm = opened(MERGE, (codes, '{ S = "silver", B = "bronze" }'))
    good = {name: value for name, value in GOOD.items() if name != "custom.tier"}
    id = crm.create("customer", good, "r", deadline())
    with contextlib.closing(atlas.connect()) as db:
        # What the mapping does not write, and what it cannot read.
        db.execute("UPDATE CUSTMAST SET PAY_TRM = 'N30 ' WHERE rtrim(CUST_NO) = ?", (id,))
        db.execute("UPDATE CUSTXTR SET TIER_CD = 'G' WHERE rtrim(CUST_NO) = ?", (id,))
    seen = crm.get("customer", id)
    atlas.arm("UpdateCustomer", "blank")
    changes = {"phone": "1", "email": None}
    crm.update("customer", id, changes, seen.guards, deadline())
    assert atlas.fired("UpdateCustomer", "blank") == 1
    after = crm.get("customer", id).document
    touched = {"phone", "phone_e164", "email", "email_address", "updated_at"}
    assert {name: after[name] for name in after if name not in touched} == {
        name: value for name, value in seen.document.items() if name not in touched
    }
    assert (after["phone"], after["email"]) == ("1", None)
    with contextlib.closing(atlas.connect()) as db:
        tier = db.execute("SELECT TIER_CD FROM CUSTXTR WHERE rtrim(CUST_NO) = ?", (id,)).fetchone()
    assert seen.document["problems"][0]["field"] == "custom.tier"
    assert tier[0] == "G"


def test_without_a_merge_the_same_update_blanks(opened: Opened, atlas: Atlas) -> None:
    """The trap is real."""
    crm = opened()
    id = crm.create("customer", GOOD, "r", deadline())
    seen = crm.get("customer", id)
    atlas.arm("UpdateCustomer", "blank")
    crm.update("customer", id, {"name": "Kept"}, seen.guards, deadline())
    assert atlas.fired("UpdateCustomer", "blank") == 1
    after = crm.get("customer", id).document
    assert (after["name"], after["phone"], after["email"]) == ("Kept", None, None)


def test_values_are_compared_as_documents_show_them(opened: Opened, served: Atlas) -> None:
    """Money by its value, texts by their letters, nothing and empty text alike."""
    mapping = opened().mapping.entities["customer"]
    document = {
        "name": "A",
        "legal_name": "",
        "credit_limit": "12.50",
        "roles": ["bill_to"],
        "parent_id": "C000001",
        "status": None,
        "custom": {"first_order_on": "2024-02-29", "tier": None},
    }
    sent = {
        "name": "A",
        "legal_name": None,
        "credit_limit": Decimal("12.5"),
        "roles": ["bill_to"],
        "parent_id": "C000001",
        "custom.first_order_on": dt.date(2024, 2, 29),
    }
    assert unkept(mapping, document, sent) == ()
    others = {
        "name": "a",
        "legal_name": "B",
        "credit_limit": Decimal("12.49"),
        "roles": [],
        "parent_id": None,
        "custom.first_order_on": dt.date(2024, 2, 28),
        "status": "active",
        "custom.tier": "gold",
    }
    assert unkept(mapping, document, others) == tuple(others)


def test_children_are_compared_one_by_one_in_any_order(opened: Opened, served: Atlas) -> None:
    mapping = opened().mapping.entities["order"]
    line = {"line_no": 1, "product_id": "P1", "quantity": {"value": "2.500000", "unit": "CT"}}
    other = {**line, "line_no": 2, "product_id": "P2"}
    document = {"lines": [line, other]}
    sent = [
        {"product_id": "P2", "quantity.value": Decimal("2.50")},
        {"product_id": "P1", "quantity.unit": "CT"},
    ]
    assert unkept(mapping, document, {"lines": sent}) == ()
    assert unkept(mapping, document, {"lines": sent[:1]}) == ("lines",)
    assert unkept(mapping, document, {"lines": [sent[0], sent[0]]}) == ("lines",)
    assert unkept(mapping, {"lines": []}, {"lines": None}) == ()


def test_a_body_of_json_has_its_types_again(opened: Opened, served: Atlas) -> None:
    mapping = opened().mapping.entities["order"]
    body = {
        "declared_value": "12.50",
        "ordered_on": "2024-02-29",
        "notes": None,
        "lines": [{"line_no": 1, "quantity.value": "2.5"}],
        "stops": [{"kind": "pickup", "date": "2024-03-01"}],
    }
    assert typed(mapping, body) == {
        "declared_value": Decimal("12.50"),
        "ordered_on": dt.date(2024, 2, 29),
        "notes": None,
        "lines": [{"line_no": 1, "quantity.value": Decimal("2.5")}],
        "stops": [{"kind": "pickup", "date": dt.date(2024, 3, 1)}],
    }
