"""The traps of SuiteCRM: each is real in the stand-in, and we do not fall into it."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from fixtures.suitecrm import SuiteCRM
from fixtures.suitecrm.seed import record_id
from legacy_clients import LegacyCRM, open_crm
from legacy_clients.deadline import Deadline
from legacy_clients.errors import Denied, Missing, NotKept, Unanswered, Unfit
from legacy_clients.reading import Ask
from tests.fixtures.suitecrm_calls import Caller, element
from tests.legacy_clients.suitecrm.conftest import access_of

NOBODY = "00000000-0000-0000-0000-000000000000"
_numbers = iter(range(1_000_000))


@pytest.fixture(scope="module")
def caller(suitecrm: SuiteCRM) -> Caller:
    return Caller(suitecrm)


def deadline() -> Deadline:
    return Deadline.after(20)


def reference() -> str:
    return f"facade-{next(_numbers):024x}"


def create(crm: LegacyCRM, entity: str = "customer", **values: Any) -> str:
    return crm.create(entity, {"name": "Trap Ltd", **values}, reference(), deadline())


def update(crm: LegacyCRM, id: str, entity: str = "customer", **values: Any) -> None:
    crm.update(entity, id, values, {}, deadline())


def stored(suitecrm: SuiteCRM, id: str, column: str, table: str = "accounts") -> Any:
    return suitecrm.ask(f"SELECT CAST({column} AS CHAR) FROM {table} WHERE id = ?", id)[0]


def test_a_list_that_does_not_say_it_is_an_array_stores_a_blank_record(
    crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM
) -> None:
    """W6"""
    given = {"name": "Lost Ltd", "website": "http://lost.example"}
    answered = caller.set_entry("Accounts", given, attributes="")
    assert answered.status == 200
    assert stored(suitecrm, answered.id, "name") is None
    kept = caller.set_entry("Accounts", given)
    assert stored(suitecrm, kept.id, "name") == "Lost Ltd"

    id = create(crm, website="http://trap.example")
    assert stored(suitecrm, id, "name") == "Trap Ltd"
    assert stored(suitecrm, id, "website") == "http://trap.example"


def test_an_unknown_id_is_answered_as_success_and_nothing_is_stored(
    crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM
) -> None:
    """W6"""
    answered = caller.set_entry("Accounts", {"id": NOBODY, "name": "Nobody Ltd"})
    assert (answered.status, answered.id) == (200, NOBODY)
    with pytest.raises(LookupError):
        stored(suitecrm, NOBODY, "name")

    calls = suitecrm.calls().get("set_entry")
    with pytest.raises(Missing):
        update(crm, NOBODY, name="Nobody Ltd")
    assert suitecrm.calls().get("set_entry") == calls


def test_a_deleted_record_is_answered_as_success_and_nothing_is_stored(
    crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM
) -> None:
    """W6"""
    id = create(crm)
    caller.set_entry("Accounts", {"id": id, "deleted": "1"})
    assert stored(suitecrm, id, "deleted") == "1"
    answered = caller.set_entry("Accounts", {"id": id, "name": "Undead Ltd"})
    assert (answered.status, answered.id) == (200, id)
    assert stored(suitecrm, id, "name") == "Trap Ltd"

    with pytest.raises(NotKept) as lost:
        update(crm, id, name="Undead Ltd")
    assert lost.value.fields == ("name",)
    assert crm.get("customer", id).document["deleted"] is True


def test_text_that_is_too_long_is_cut(crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM) -> None:
    """W8"""
    answered = caller.set_entry("Accounts", {"name": "é" * 151, "phone_office": "1"})
    assert stored(suitecrm, answered.id, "name") == "é" * 150

    calls = suitecrm.calls()["set_entry"]
    with pytest.raises(Unfit, match="longer than 150"):
        create(crm, name="é" * 151)
    assert suitecrm.calls()["set_entry"] == calls
    id = create(crm, name="é" * 150)
    assert crm.get("customer", id).document["name"] == "é" * 150


@pytest.mark.parametrize(
    ("entity", "field", "table", "column"),
    [
        ("customer", "name", "accounts", "name"),
        ("customer", "phone", "accounts", "phone_office"),
        ("customer", "website", "accounts", "website"),
        ("customer", "custom.account_type", "accounts", "account_type"),
        ("customer", "custom.industry", "accounts", "industry"),
        ("contact", "given_name", "contacts", "first_name"),
        ("contact", "family_name", "contacts", "last_name"),
        ("contact", "title", "contacts", "title"),
        ("contact", "phone", "contacts", "phone_work"),
        ("contact", "mobile", "contacts", "phone_mobile"),
        ("opportunity", "name", "opportunities", "name"),
        ("opportunity", "stage", "opportunities", "sales_stage"),
        ("activity", "subject", "calls", "name"),
    ],
)
def test_the_lengths_of_the_mapping_are_those_of_the_tables(
    crm: LegacyCRM, suitecrm: SuiteCRM, entity: str, field: str, table: str, column: str
) -> None:
    """W8: for an activity that of the shortest of the four tables."""
    (length,) = suitecrm.ask(
        "SELECT character_maximum_length FROM information_schema.columns"
        " WHERE table_schema = database() AND table_name = ? AND column_name = ?",
        table,
        column,
    )
    assert crm.mapping.entities[entity].fields[field].max == length


def test_a_date_that_is_none_is_blanked(crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM) -> None:
    """F1, W8"""
    given = {"name": "Deal", "sales_stage": "Prospecting", "amount": "1000.25"}
    spelled = caller.set_entry("Opportunities", {**given, "date_closed": "31/12/2026"})
    assert stored(suitecrm, spelled.id, "date_closed", "opportunities") is None
    never = caller.set_entry("Opportunities", {**given, "date_closed": "2026-02-30"})
    assert stored(suitecrm, never.id, "date_closed", "opportunities") == "0000-00-00"

    id = create(
        crm,
        "opportunity",
        name="Deal",
        stage="Prospecting",
        amount=Decimal("1000.25"),
        close_on=dt.date(2026, 12, 31),
        customer_id=record_id("accounts", 3),
    )
    document = crm.get("opportunity", id).document
    assert (document["close_on"], document["amount"], document["probability"]) == (
        "2026-12-31",
        "1000.25",
        10,
    )
    assert document["customer_id"] == record_id("accounts", 3)
    assert stored(suitecrm, id, "date_closed", "opportunities") == "2026-12-31"


def test_values_are_escaped_over_soap_and_raw_in_the_database(
    crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM
) -> None:
    """F11"""
    id = create(crm, name='O\'Neil <b>"&"</b> & Söhne')
    assert stored(suitecrm, id, "name") == 'O\'Neil <b>"&"</b> & Söhne'
    told = caller.get_entry("Accounts", id)
    assert told.pairs["name"] == "O&#039;Neil &lt;b&gt;&quot;&&quot;&lt;/b&gt; & Söhne"
    assert "O&amp;#039;Neil" in told.body
    assert crm.get("customer", id).document["name"] == 'O\'Neil <b>"&"</b> & Söhne'


def test_an_entity_that_somebody_means_is_decoded(
    crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM
) -> None:
    """W6"""
    answered = caller.set_entry("Accounts", {"name": "Tom &amp; Jerry", "website": "x"})
    assert stored(suitecrm, answered.id, "name") == "Tom & Jerry"
    with pytest.raises(NotKept) as lost:
        create(crm, name="Tom &amp; Jerry")
    assert (lost.value.fields, lost.value.partly) == (("name",), True)


def test_an_update_decodes_entities_in_fields_that_nobody_sent(
    crm: LegacyCRM, suitecrm: SuiteCRM
) -> None:
    """Known, and beyond us: the service writes the whole row again."""
    id = create(crm)
    suitecrm.execute("UPDATE accounts SET description = 'a &lt; b' WHERE id = ?", id)
    update(crm, id, phone="1")
    assert stored(suitecrm, id, "description") == "a < b"


def test_an_e_mail_that_is_none_is_dropped(
    crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM
) -> None:
    """W6"""
    answered = caller.set_entry("Accounts", {"name": "Mail", "email1": "ask Bob"})
    assert caller.get_entry("Accounts", answered.id).pairs["email1"] == ""
    with pytest.raises(NotKept) as lost:
        create(crm, email="ask Bob")
    assert lost.value.fields == ("email",)
    id = create(crm, email="bob@trap.example")
    update(crm, id, email="zoe@trap.example")
    assert crm.get("customer", id).document["email"] == "zoe@trap.example"
    update(crm, id, email=None)
    assert crm.get("customer", id).document["email"] is None


def test_what_is_not_there_is_answered_as_a_record_with_a_warning(
    crm: LegacyCRM, caller: Caller
) -> None:
    told = caller.get_entry("Accounts", NOBODY)
    assert (told.status, told.id, told.pairs["deleted"]) == (200, NOBODY, "1")
    assert told.pairs["warning"].startswith("Access to this object is denied")
    with pytest.raises(Missing):
        crm.told("customer", NOBODY, deadline())


def test_a_record_is_told_over_soap_as_the_database_holds_it(crm: LegacyCRM) -> None:
    """F11"""
    values = {"name": 'O\'Neil <b>"&"</b>', "email": "bob@trap.example", "phone": "1"}
    id = create(crm, **values)
    told = crm.told("customer", id, deadline())
    assert told.problems == []
    assert {name: told.values[name] for name in values} == values
    assert not told.values["website"]


def test_a_session_that_expired_is_fault_11_with_http_500_and_renewed_once(
    crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM
) -> None:
    """L6"""
    gone = Caller(suitecrm)
    gone.session = "0" * 26
    answered = gone.get_entry("Accounts", NOBODY)
    assert (answered.status, answered.fault) == (500, ("11", "Invalid Session ID"))

    create(crm)
    logins, writes = suitecrm.calls()["login"], suitecrm.calls()["set_entry"]
    suitecrm.arm("set_entry", "expire")
    create(crm)
    assert suitecrm.fired("set_entry", "expire") == 1
    assert suitecrm.calls()["login"] == logins + 1
    assert suitecrm.calls()["set_entry"] == writes + 2


def test_a_login_refused_is_fault_10_and_not_hammered(caller: Caller, suitecrm: SuiteCRM) -> None:
    """L6, O1"""
    refused = Caller(suitecrm).login("wrong")
    assert (refused.status, refused.fault) == (500, ("10", "Invalid Login"))

    access = replace(access_of(suitecrm), password="wrong-13")
    logins = suitecrm.calls()["login"]
    with contextlib.closing(open_crm("suitecrm", access)) as crm:
        for _ in range(5):
            with pytest.raises(Denied) as denied:
                create(crm)
            assert "wrong-13" not in str(denied.value)
    assert suitecrm.calls()["login"] == logins + 1


def test_modules_that_are_unknown_or_closed_are_denied(
    crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM
) -> None:
    unknown = caller.get_entry("Unicorns", NOBODY)
    assert (unknown.status, unknown.fault) == (500, ("20", "Module Does Not Exist"))
    closed = caller.set_entry("Users", {"id": "1", "first_name": "Eve"})
    assert (closed.status, closed.fault) == (500, ("40", "Access Denied"))
    pairs = [{"name": "first_name", "value": "Eve"}]
    for module, code in (("Unicorns", "20"), ("Users", "40")):
        arguments = {"module_name": module, "name_value_list": pairs}
        with pytest.raises(Denied, match=code):
            crm.service.call("set_entry", arguments, deadline(), write=True)


def test_one_cookie_makes_two_logins_one_session(suitecrm: SuiteCRM) -> None:
    """L6: we keep no cookies, so that no session ends another's."""
    first = Caller(suitecrm)
    cookie = first.login().headers["Set-Cookie"].partition(";")[0]
    second = Caller(suitecrm, cookie)
    second.login()
    assert second.session == first.session
    second.call("logout")
    assert first.get_entry("Accounts", NOBODY).fault[0] == "11"

    suitecrm.cookies.clear()
    open_before = len(suitecrm.sessions)
    with (
        contextlib.closing(open_crm("suitecrm", access_of(suitecrm))) as one,
        contextlib.closing(open_crm("suitecrm", access_of(suitecrm))) as another,
    ):
        create(one)
        create(another)
        create(one)
    assert len(suitecrm.sessions) == open_before + 2
    assert suitecrm.cookies == []


def test_an_order_that_cannot_be_is_ignored(crm: LegacyCRM, caller: Caller) -> None:
    """A3: pages are read from the database, in the order asked for."""

    def listed(order: str) -> list[str]:
        answered = caller.call(
            "get_entry_list",
            element("module_name", "Accounts"),
            "<query/>",
            element("order_by", order),
            "<offset>0</offset>",
            '<select_fields enc:arrayType="xsd:string[1]"><item>name</item></select_fields>',
            "<link_name_to_fields_array/>",
            "<max_results>200</max_results>",
        )
        return [text for text in answered.texts("value") if text.startswith("Company")]

    backwards = sorted(listed(""), reverse=True)
    assert len(backwards) > 50
    assert listed("name desc, id asc") == backwards
    assert listed("accounts.name desc") == listed("unicorn asc") == listed("")
    assert listed("") != backwards
    found = crm.find("customer", Ask(sort="name", limit=200)).records
    names = [one.document["name"] for one in found]
    ours = [name for name in names if (name or "").startswith("Company")]
    assert ours == sorted(ours)


def test_arguments_go_by_their_places(caller: Caller, suitecrm: SuiteCRM) -> None:
    """An argument left out moves the others: the number asked for became the list of links."""
    answered = caller.call(
        "get_entry_list",
        element("module_name", "Accounts"),
        "<query/>",
        "<order_by/>",
        "<offset>0</offset>",
        '<select_fields enc:arrayType="xsd:string[1]"><item>name</item></select_fields>',
        "<max_results>5</max_results>",
    )
    assert answered.texts("result_count") == ["20"]


def test_a_lost_create_is_found_by_the_id_that_we_gave_it(
    crm: LegacyCRM, suitecrm: SuiteCRM
) -> None:
    """W3"""
    mine, began = reference(), dt.datetime.now(dt.UTC)
    suitecrm.arm("set_entry", "reply_lost")
    with pytest.raises(Unanswered):
        crm.create("customer", {"name": "Lost Ltd"}, mine, deadline())
    assert suitecrm.fired("set_entry", "reply_lost") == 1
    assert crm.created("customer", mine, {"name": "Lost Ltd"}, began) == mine
    assert crm.get("customer", mine).document["name"] == "Lost Ltd"
    assert crm.created("customer", reference(), {"name": "Lost Ltd"}, began) is None


def test_a_create_that_runs_twice_stores_one_record(
    crm: LegacyCRM, caller: Caller, suitecrm: SuiteCRM
) -> None:
    """W1"""
    mine = reference()
    crm.create("customer", {"name": "Once Ltd"}, mine, deadline())
    twice = {"id": mine, "new_with_id": "1", "name": "Twice Ltd"}
    answered = caller.set_entry("Accounts", twice)
    assert (answered.status, answered.fault[0]) == (500, "-1")
    with pytest.raises(Unanswered):
        crm.create("customer", {"name": "Twice Ltd"}, mine, deadline())
    assert stored(suitecrm, mine, "name") == "Once Ltd"
    assert suitecrm.ask("SELECT count(*) FROM accounts WHERE id = ?", mine)[0] == 1


def test_a_contact_keeps_the_account_that_somebody_clears(
    crm: LegacyCRM, suitecrm: SuiteCRM
) -> None:
    """W6: another account replaces it, a blank one does not."""
    first, second = record_id("accounts", 6), record_id("accounts", 7)
    values = {"family_name": "Doe", "customer_id": first}
    id = crm.create("contact", values, reference(), deadline())
    assert crm.get("contact", id).document["customers"] == [{"customer_id": first}]
    update(crm, id, "contact", customer_id=second)
    assert crm.get("contact", id).document["customers"] == [{"customer_id": second}]
    with pytest.raises(NotKept) as lost:
        update(crm, id, "contact", customer_id=None)
    assert lost.value.fields == ("customer_id",)


@pytest.mark.parametrize(
    ("kind", "table"),
    [("call", "calls"), ("meeting", "meetings"), ("note", "notes"), ("task", "tasks")],
)
def test_an_activity_is_stored_in_the_module_of_its_kind(
    crm: LegacyCRM, suitecrm: SuiteCRM, kind: str, table: str
) -> None:
    account = record_id("accounts", 3)
    values = {"kind": kind, "subject": "Delay", "customer_id": account, "body": "Why?"}
    id = crm.create("activity", values, reference(), deadline())
    assert stored(suitecrm, id, "parent_type", table) == "Accounts"
    document = crm.get("activity", id).document
    assert {name: document[name] for name in values} == values


def test_a_field_that_a_module_lacks_is_passed_over(crm: LegacyCRM) -> None:
    """W6"""
    values = {"kind": "note", "subject": "Late", "due_at": dt.datetime(2026, 5, 1, tzinfo=dt.UTC)}
    with pytest.raises(NotKept) as lost:
        crm.create("activity", values, reference(), deadline())
    assert lost.value.fields == ("due_at",)
