"""What a night makes of what it read: what came, changed, went, and when it stops instead."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pytest

from facade.sync.errors import NightStopped
from legacy_clients.errors import CutOff, LegacyError
from legacy_clients.odbc.messages import Query
from tests.facade.sync.nights import Nights, changed
from tests.sampled import each

OLD = "20250601120000"


@pytest.mark.long
def test_a_changed_line_without_a_stamp_changes_its_order(nights: Nights) -> None:
    """N4: the changes hold the order and all of its lines."""
    order = nights.ask("SELECT ORD_NO FROM ORDLIN GROUP BY 1 HAVING count(*) = 3 ORDER BY 1")
    nights.sql("UPDATE ORDLIN SET QTY = '77' WHERE ORD_NO = ? AND LIN_NO = 2", order)
    told = nights.run()
    assert changed(told) == {"order": (0, 1, 0)}
    assert told["entities"]["order"]["read"] == 0
    assert nights.changes("order") == [("update", order.rstrip())]
    lines = nights.changes("order.lines", "order_id, line_no, quantity_value = 77")
    assert lines == [
        (order.rstrip(), 1, False),
        (order.rstrip(), 2, True),
        (order.rstrip(), 3, False),
    ]
    quantity = nights.snapshot(
        "order.lines", "quantity_value", f"order_id = '{order.rstrip()}' AND line_no = 2"
    )
    assert quantity == [(Decimal(77),)]


@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        ("DELETE FROM ORDLIN WHERE ORD_NO = ? AND LIN_NO = 3", [1, 2]),
        ("INSERT INTO ORDLIN (ORD_NO, LIN_NO, QTY) VALUES (?, 4, '1')", [1, 2, 3, 4]),
    ],
)
@pytest.mark.long
def test_a_line_that_comes_or_goes_changes_its_order(
    nights: Nights, statement: str, lines: list[int]
) -> None:
    """N4"""
    order = nights.ask("SELECT ORD_NO FROM ORDLIN GROUP BY 1 HAVING count(*) = 3 ORDER BY 1")
    nights.sql(statement, order)
    assert changed(nights.run()) == {"order": (0, 1, 0)}
    assert nights.changes("order.lines", "line_no") == [(number,) for number in lines]


@pytest.mark.parametrize(
    ("key", "statement", "column", "value"),
    [
        pytest.param(
            "CUSTEML",
            "UPDATE CUSTEML SET EMAIL = 'new@x.example' WHERE CUST_NO = ?",
            "email",
            "new@x.example",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "CUSTXTR",
            "UPDATE CUSTXTR SET REGMGR = 'Ida' WHERE CUST_NO = ?",
            "custom_region_manager",
            "Ida",
            marks=pytest.mark.long,
        ),
        (
            "ATTRIB WHERE ATTR = 'DOCKHRS'",
            "UPDATE ATTRIB SET VAL = '09-10' WHERE ATTR = 'DOCKHRS' AND OBJ_ID = ?",
            "custom_dock_hours",
            "09-10",
        ),
        ("CUSTEML", "DELETE FROM CUSTEML WHERE CUST_NO = ?", "email", None),
    ],
)
def test_a_changed_joined_row_changes_its_customer(
    nights: Nights, key: str, statement: str, column: str, value: str | None
) -> None:
    """N4: e-mail, custom fields and attributes lie in tables of their own, without stamps."""
    name = "OBJ_ID" if key.startswith("ATTRIB") else "CUST_NO"
    customer = nights.ask(
        f"SELECT CUST_NO FROM CUSTMAST WHERE CO_CD = '01' AND CUST_NO IN (SELECT {name} FROM {key})"
    )
    nights.sql(statement, customer)
    assert changed(nights.run()) == {"customer": (0, 1, 0)}
    assert nights.changes("customer", f"op, id, {column}") == [("update", customer.rstrip(), value)]


@pytest.mark.long
def test_a_hard_and_a_soft_delete_are_found_the_same_night_and_told_apart(nights: Nights) -> None:
    """N5"""
    activity, contact = nights.key("ACTIV", "ACT_NO"), nights.key("CONTACT", "CONT_ID")
    nights.sql("DELETE FROM ACTIV WHERE ACT_NO = ?", activity)
    nights.sql("UPDATE CONTACT SET DEL_FL = 'Y', UPD_STMP = ? WHERE CONT_ID = ?", OLD, contact)
    told = nights.run()
    assert changed(told) == {"activity": (0, 0, 1), "contact": (0, 0, 1)}
    assert nights.changes("activity") == [("delete", activity.rstrip())]
    assert nights.changes("contact", "op, id, deleted") == [("update", contact.rstrip(), True)]
    assert nights.snapshot("activity", "id", f"id = '{activity.rstrip()}'") == []
    assert nights.snapshot("contact", "deleted", f"id = '{contact.rstrip()}'") == [(True,)]


@pytest.mark.long
def test_a_deleted_order_takes_its_lines_and_stops_with_it(nights: Nights) -> None:
    """N5"""
    order = nights.key("ORDHDR", "ORD_NO", "CO_CD = '01' AND trim(SHP_STAT) = ''")
    nights.sql("DELETE FROM ORDHDR WHERE ORD_NO = ?", order)
    assert changed(nights.run()) == {"order": (0, 0, 1)}
    for relation in ("order.lines", "order.stops"):
        assert nights.snapshot(relation, "*", f"order_id = '{order.rstrip()}'") == []
    assert nights.verified() == []


def test_a_key_used_again_is_a_delete_and_an_insert_of_the_next_generation(nights: Nights) -> None:
    """N2"""
    key = nights.key("ACTIV", "ACT_NO")
    nights.sql("DELETE FROM ACTIV WHERE ACT_NO = ?", key)
    nights.sql(
        "INSERT INTO ACTIV (ACT_NO, CO_CD, KIND_CD, SUBJ, DEL_FL, VER, CRT_STMP, UPD_STMP)"
        " VALUES (?, '01', 'N', 'Another', 'N', 1, ?, ?)",
        key,
        OLD,
        OLD,
    )
    assert changed(nights.run()) == {"activity": (1, 0, 1)}
    assert nights.changes("activity", "op, id, generation, subject = 'Another'") == [
        ("delete", key.rstrip(), 1, False),
        ("insert", key.rstrip(), 2, True),
    ]


@pytest.mark.parametrize(("created", "generation"), [("as before", 1), (OLD, 2)])
def test_a_key_that_comes_back_nights_later_is_the_same_record_only_if_created_then(
    nights: Nights, created: str, generation: int
) -> None:
    """N2: a row restored after a delete is what it was; a key used again is not."""
    key = nights.key("ACTIV", "ACT_NO")
    if created == "as before":
        created = nights.ask("SELECT CRT_STMP FROM ACTIV WHERE ACT_NO = ?", key)
    nights.sql("DELETE FROM ACTIV WHERE ACT_NO = ?", key)
    nights.run()
    nights.run()
    nights.sql(
        "INSERT INTO ACTIV (ACT_NO, CO_CD, KIND_CD, SUBJ, DEL_FL, VER, CRT_STMP, UPD_STMP)"
        " VALUES (?, '01', 'N', 'Back', 'N', 1, ?, ?)",
        key,
        created,
        OLD,
    )
    assert changed(nights.run()) == {"activity": (1, 0, 0)}
    assert nights.changes("activity", "op, generation") == [("insert", generation)]


EMPTIED = ("CUSTMAST", "ACTIV", "ORDLIN", "ORDSTP", "CUSTEML", "USERS", "CODES")


@pytest.mark.parametrize("table", each(4, EMPTIED))
def test_an_emptied_table_stops_the_night_and_the_last_state_stands(
    nights: Nights, table: str
) -> None:
    """N5: also where it is small, or only joined."""
    before, sealed = nights.state(), nights.newest
    assert nights.sql(f"DELETE FROM {table}") > 0
    with pytest.raises(NightStopped, match="--accept deletes"):
        nights.run()
    assert nights.newest == sealed
    assert nights.state() == before
    assert [path.name for path in (nights.var / "runs").iterdir()] == [f"{sealed.number:06d}"]


@pytest.mark.parametrize("table", each(3, ["ORDLIN", "ORDHDR", "CONTACT"]))
def test_half_of_a_table_gone_stops_the_night(nights: Nights, table: str) -> None:
    """N5"""
    sealed = nights.newest
    nights.sql(f"DELETE FROM {table} WHERE rowid % 2 = 0")
    with pytest.raises(NightStopped, match="would be deleted"):
        nights.run()
    assert nights.newest == sealed


@pytest.mark.long
def test_many_rows_marked_deleted_stop_the_night(nights: Nights) -> None:
    """N5"""
    nights.sql(f"UPDATE CONTACT SET DEL_FL = 'Y', UPD_STMP = {OLD} WHERE rowid % 2 = 0")
    with pytest.raises(NightStopped, match="contact records would be deleted"):
        nights.run()


def test_many_changed_records_stop_the_night(nights: Nights) -> None:
    """N5"""
    nights.sql(f"UPDATE CUSTMAST SET NAME = 'X', UPD_STMP = {OLD}")
    with pytest.raises(NightStopped, match="--accept updates"):
        nights.run()
    told = nights.run(accepted=["updates"])
    assert told["entities"]["customer"]["updated"] == len(nights.snapshot("customer", "id"))


def test_what_is_accepted_passes(nights: Nights) -> None:
    """N5"""
    activities = len(nights.snapshot("activity", "id"))
    nights.sql("DELETE FROM ACTIV")
    assert changed(nights.run(accepted=["deletes"])) == {"activity": (0, 0, activities)}
    assert nights.snapshot("activity", "id") == []
    assert nights.verified() == []
    assert changed(nights.run()) == {}


@pytest.mark.long
def test_a_table_that_cannot_be_read_seals_nothing(nights: Nights) -> None:
    """N5"""
    before, sealed = nights.state(), nights.newest
    nights.sql("ALTER TABLE ORDLIN RENAME TO ELSEWHERE")
    with pytest.raises(LegacyError):
        nights.run()
    assert (nights.newest, nights.state()) == (sealed, before)
    nights.sql("ALTER TABLE ELSEWHERE RENAME TO ORDLIN")
    assert changed(nights.run()) == {}
    assert nights.ledger.runs.unsealed() == ()


@pytest.mark.parametrize("full", each(2, [False, True]))
@pytest.mark.long
def test_a_read_that_fails_in_the_middle_seals_nothing(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    """N5: half of a table came, and the rest did not; told is what the database's link told."""
    before, sealed = nights.state(), nights.newest
    port, cut = nights.crm.port, []
    stream = port.stream

    def cutting(query: Query, batch_rows: int = 50_000) -> pa.RecordBatchReader:
        arriving = stream(query, 10)
        if "CONTACT" not in query.sql:
            return arriving

        def batches() -> Iterator[pa.RecordBatch]:
            yield arriving.read_next_batch()
            cut.append(query)
            arriving.close()
            raise CutOff("the connection to the database broke")

        return pa.RecordBatchReader.from_batches(arriving.schema, batches())

    with monkeypatch.context() as patch:
        patch.setattr(port, "stream", cutting)
        with pytest.raises(CutOff, match="the connection to the database broke"):
            nights.run(full=full)
    assert len(cut) == 1
    assert (nights.newest, nights.state()) == (sealed, before)
    assert nights.ledger.runs.unsealed() == ()
    assert changed(nights.run()) == {}
