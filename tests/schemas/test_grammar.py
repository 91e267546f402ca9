"""The grammar of a mapping file: every word works, and whatever is wrong is named with its place
and the way out.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from legacy_clients import CRMS
from legacy_clients.acting import VERDICT_ERRORS
from schemas.grammar import MappingError, load_mapping
from schemas.mapping import (
    VERDICTS,
    CrmMapping,
    Deleted,
    EntityMapping,
    Filter,
    Join,
    LookUp,
    Pivot,
    TableRead,
)
from schemas.source import ColumnName

FROM = """
[customer.from]
table = "accounts"
key = ["id"]
"""
WHOLE = (
    """
[crm]
zone = "America/Chicago"
repeated = "earlier"
skipped = "later"
page = "cp1252"
calling_code = "1"
country = "US"
sentinels = { date = ["0000-00-00", "1899-12-30"], stamp = ["99991231235959"] }

[crm.faults]
NOT_FOUND = "missing"

[crm.ok]
"header:Result.Code" = "0"

[crm.fail]
GONE = "missing"

[crm.sign_in]
call = "Login"
user = "User"
password = "Password"
token = "Token"
header = "Session"
expired = ["EXPIRED"]
busy = ["BUSY"]

[customer.from]
table = "accounts"
key = ["site", "no"]
widths = [3, 6]
stamp = "date_modified"
grain = 60
where = { entity = "1", kind = ["A", "B"], parted = { null = true } }
deleted = { column = "deleted", is = ["1", "Y"] }
skip = ["logo"]

[customer.from.join.c]
table = "accounts_cstm"
on = { id_c = "no" }
take = "0..1"
where = { lang = "en" }

[customer.from.join.e]
table = "email_addresses"
on = { id = "c.email_id" }

[customer.from.pivot.x]
table = "attrs"
on = { obj_id = "no" }
where = { obj = "CUST" }
name = "attr"
value = "val"

[customer.fields]
name = { column = "name", max = 150, required = true, element = "Customer.Name" }
status = { column = "stat_cd", codes = { A = "active", O = "active", X = "inactive" }, """
    """write = { active = "A" } }
roles = { column = "roles", codes = { B = "bill_to", S = "shipper" }, separator = "," }
credit_limit = { column = "cr_lmt", as = "cents" }
created_at = { columns = ["crt_dt", "crt_tm"], as = "date8_time6", zone = "Europe/Berlin" }
email = { column = "e.email_address", on_bad = "null" }
currency = { value = "USD" }
legal_name = { concat = ["addr1", "addr2"], with = "\\n", readonly = true }
owner_id = { first = ["owner", "c.owner_c"] }
website = { split = "links", with = ";", part = 2 }
payment_terms = { column = "pay", codes = { table = "codes", key = "code", value = "meaning", """
    """where = { list = "PAY" } } }
tax_id = { column = "tax_cd", lookup = { table = "taxes", key = "cd", value = "no", """
    """where = { land = "US" } } }

[customer.custom]
region_manager = { column = "c.regmgr_c", type = "text", description = "Who manages." }
dock = { column = "x.DOCK" }
score = { column = "x.SCORE", type = "integer" }
rate = { column = "x.RATE", type = "decimal" }
vip = { column = "x.VIP", type = "flag", as = "yn" }
since = { column = "x.SINCE", type = "date" }
seen_at = { column = "x.SEEN", type = "instant" }

[customer.get]
call = "GetCustomer"
key = ["Site", "No"]
record = "Result.Customer"
missing = "Result.list[warning]"
escaped = true
invalid = "record"
rows = "Result.Customer"
tolerate = ["Result.Customer.Since"]

[customer.create]
call = "CreateCustomer"
key = ["Site", "No"]
look_up = { column = "REF", table = "REFS", key = ["KEYVAL"], with = "/", where = { ENT = "C" } }
const = { "Customer.Source" = "FACADE", "Customer.Force" = true, "Customer.Kind" = 3 }
reference = "ClientRef"

[customer.update]
call = "UpdateCustomer"
key = ["Site", "No"]
put = { "Name" = "name", "State" = "status" }
guard = { "Version" = "b.version" }
into = "Customer"
merge_from = "GetCustomer"
reread = true
ok = { "Result.Code" = "OK" }
fail = { NOT_FOUND = "missing", DUPLICATE = "conflict" }
words = "Result.Text"

[customer.delete]
call = "SetEntry"
into = "Customer.list[]"
key = ["site", "no"]
const = { "Customer.list[deleted]" = "1" }

[order.from]
query = "orders.sql"
key = ["ORD_NO"]

[order.fields]
number = { column = "ORD_NO" }

[order.cancel]
call = "CancelOrder"
key = ["OrdNo"]
makes = { number = "X" }

[order.lines]
element = "Order.Lines.Line"

[order.lines.from]
table = "ORDLIN"
parent = { ORD_NO = "ORD_NO" }
where = { VOID = "N" }
skip = ["SCAN"]

[order.lines.from.join.p]
table = "PRODMAST"
on = { SKU = "SKU" }

[order.lines.fields]
line_no = { column = "LIN_NO", element = "LineNo" }
description = { column = "p.NAME" }
quantity.value = { column = "QTY" }
quantity.unit = { column = "UOM", codes = { table = "units", key = "cd", value = "name" } }

[[order.stops.columns]]
seq = { value = "1" }
kind = { value = "pickup" }
location_id = { columns = ["SITE", "LOC"], widths = [3, 6], element = ["Order.Site", "Order.Loc"] }

[[order.stops.columns]]
seq = { value = "2" }
kind = { column = "KIND", lookup = { table = "kinds", key = "cd", value = "word" }, """
    """codes = { D = "delivery" } }
"""
)


def load(folder: Path, text: str) -> CrmMapping:
    (folder / "mapping.toml").write_text(text, "utf-8")
    return load_mapping(folder / "mapping.toml")


def customer(folder: Path, text: str) -> EntityMapping:
    return load(folder, FROM + text).entities["customer"]


@pytest.fixture
def whole(tmp_path: Path) -> CrmMapping:
    (tmp_path / "orders.sql").write_text("-- don't\nSELECT * FROM ORDHDR;\n")
    return load(tmp_path, WHOLE)


def test_the_words_of_a_crm_become_its_rules(whole: CrmMapping) -> None:
    rules = whole.rules
    assert (rules.zone, rules.repeated, rules.skipped) == ("America/Chicago", "earlier", "later")
    assert (rules.page, rules.calling_code, rules.country) == ("cp1252", "1", "US")
    assert rules.sentinels == {"date": ("0000-00-00", "1899-12-30"), "stamp": ("99991231235959",)}
    assert whole.faults == {"NOT_FOUND": "missing"}
    assert whole.sign_in == {
        "call": "Login",
        "user": "User",
        "password": "Password",
        "token": "Token",
        "header": "Session",
        "expired": ["EXPIRED"],
        "busy": ["BUSY"],
    }


def test_the_words_of_a_shape_say_which_rows_make_a_record(whole: CrmMapping) -> None:
    shape = whole.entities["customer"].shape
    assert (shape.table, shape.query) == ("accounts", None)
    assert (shape.key, shape.widths) == (("site", "no"), (3, 6))
    assert (shape.stamp, shape.grain) == ("date_modified", 60)
    assert shape.where == (
        Filter("entity", ("1",)),
        Filter("kind", ("A", "B")),
        Filter("parted", ()),
    )
    assert shape.deleted == Deleted("deleted", ("1", "Y"))
    assert shape.skip == ("logo",)
    assert shape.joins[:2] == (
        Join("c", "accounts_cstm", (("id_c", ColumnName("b", "no")),), (Filter("lang", ("en",)),)),
        Join("e", "email_addresses", (("id", ColumnName("c", "email_id")),)),
    )
    assert shape.pivots == (
        Pivot(
            "x",
            "attrs",
            (("obj_id", ColumnName("b", "no")),),
            "attr",
            "val",
            (Filter("obj", ("CUST",)),),
        ),
    )


def test_what_is_looked_up_is_a_join_of_its_own(whole: CrmMapping) -> None:
    shape = whole.entities["customer"].shape
    assert shape.joins[2:] == (
        Join(
            "codes_payment_terms",
            "codes",
            (("code", ColumnName("b", "pay")),),
            (Filter("list", ("PAY",)),),
        ),
        Join(
            "codes_tax_id",
            "taxes",
            (("cd", ColumnName("b", "tax_cd")),),
            (Filter("land", ("US",)),),
        ),
    )
    tax = whole.entities["customer"].fields["tax_id"]
    assert [str(column) for column in tax.source.columns] == ["tax_cd", "codes_tax_id.no"]
    assert [str(column) for column in tax.shown] == ["tax_cd"]


@pytest.mark.parametrize(
    ("field", "columns", "spelling"),
    [
        ("id", ["site", "no"], "key"),
        ("name", ["name"], "text"),
        ("status", ["stat_cd"], "codes"),
        ("roles", ["roles"], "codes_list"),
        ("credit_limit", ["cr_lmt"], "cents"),
        ("created_at", ["crt_dt", "crt_tm"], "date8_time6"),
        ("deleted", ["deleted"], "among"),
        ("email", ["e.email_address"], "text"),
        ("email_address", ["e.email_address"], "email_address"),
        ("legal_name", ["addr1", "addr2"], "text"),
        ("owner_id", ["owner", "c.owner_c"], "key"),
        ("website", ["links"], "text"),
        ("payment_terms", ["pay", "codes_payment_terms.meaning"], "listed"),
        ("tax_id", ["tax_cd", "codes_tax_id.no"], "lookup"),
        ("custom.region_manager", ["c.regmgr_c"], "text"),
        ("custom.dock", ["x.DOCK"], "text"),
        ("custom.score", ["x.SCORE"], "integer"),
        ("custom.rate", ["x.RATE"], "decimal"),
        ("custom.vip", ["x.VIP"], "yn"),
        ("custom.since", ["x.SINCE"], "date"),
        ("custom.seen_at", ["x.SEEN"], "stamp"),
    ],
)
def test_a_field_has_its_columns_and_its_codec(
    whole: CrmMapping, field: str, columns: list[str], spelling: str
) -> None:
    mapped = whole.entities["customer"].fields[field]
    assert [str(column) for column in mapped.source.columns] == columns
    assert mapped.spelling == spelling


def test_the_flags_of_a_field_are_kept(whole: CrmMapping) -> None:
    fields = whole.entities["customer"].fields
    assert (fields["name"].required, fields["name"].max) == (True, 150)
    assert fields["name"].elements == ("Customer.Name",)
    assert (fields["status"].required, fields["status"].max) == (False, None)
    assert fields["status"].codec.write("active") == ("A",)
    assert fields["roles"].codec.read("B,S") == ["bill_to", "shipper"]
    assert fields["legal_name"].readonly
    assert fields["website"].source.separator == ";"
    assert fields["website"].source.part == 2
    assert fields["custom.region_manager"].leaf.field.metadata == {"description": "Who manages."}
    assert fields["custom.dock"].leaf.field.metadata == {"description": "Dock."}


def test_an_entity_and_a_field_say_who_mends_them(tmp_path: Path) -> None:
    text = (
        "[customer]\nowner = 'sales desk'\n" + FROM + "[customer.fields]\nname = { column = 'n' }\n"
        "credit_limit = { column = 'c', as = 'cents', owner = 'accounting' }"
    )
    customer = load(tmp_path, text).entities["customer"]
    assert customer.owner == "sales desk"
    assert (customer.fields["name"].owner, customer.fields["credit_limit"].owner) == (
        None,
        "accounting",
    )


def test_the_words_of_an_operation_are_kept(whole: CrmMapping) -> None:
    operations = whole.entities["customer"].operations
    assert operations["create"].reference == "ClientRef"
    assert operations["create"].key == ("Site", "No")
    assert operations["create"].const == {
        "Customer.Source": "FACADE",
        "Customer.Force": True,
        "Customer.Kind": 3,
    }
    update = operations["update"]
    assert update.call == "UpdateCustomer"
    assert update.put == {"Customer.Name": "name", "Customer.State": "status"}
    assert update.key == ("Customer.Site", "Customer.No")
    assert (update.merge_from, update.reread) == ("GetCustomer", True)
    assert update.words == "Result.Text"
    assert whole.entities["order"].operations["cancel"].makes == {"number": "X"}


def test_what_holds_for_all_answers_holds_in_each_operation(whole: CrmMapping) -> None:
    operations = whole.entities["customer"].operations
    assert operations["create"].ok == {"header:Result.Code": "0"}
    assert operations["create"].fail == {"GONE": "missing"}
    assert operations["update"].ok == {"header:Result.Code": "0", "Result.Code": "OK"}
    assert operations["update"].fail == {
        "GONE": "missing",
        "NOT_FOUND": "missing",
        "DUPLICATE": "conflict",
    }


def test_paths_of_fields_stand_behind_their_prefix(whole: CrmMapping) -> None:
    operations = whole.entities["customer"].operations
    assert operations["update"].element("Address.Zip") == "Customer.Address.Zip"
    assert operations["create"].element("Customer.Name") == "Customer.Name"
    assert operations["delete"].element("phone.office") == "Customer.list[phone.office]"
    assert operations["delete"].key == ("Customer.list[site]", "Customer.list[no]")
    assert operations["get"].told("Name") == "Result.Customer.Name"
    assert operations["get"].key == ("Site", "No")


def test_the_words_for_what_an_answer_may_cost_are_kept(whole: CrmMapping) -> None:
    get = whole.entities["customer"].operations["get"]
    assert (get.rows, get.tolerate) == ("Result.Customer", ("Result.Customer.Since",))
    assert (get.missing, get.escaped) == ("Result.list[warning]", True)


def test_the_words_of_a_look_up_are_kept(whole: CrmMapping) -> None:
    assert whole.entities["customer"].operations["create"].look_up == LookUp(
        column="REF",
        table="REFS",
        key=("KEYVAL",),
        separator="/",
        where=(Filter("ENT", ("C",)),),
    )


def test_an_operation_takes_what_it_puts_or_what_has_an_element(whole: CrmMapping) -> None:
    customer = whole.entities["customer"]
    assert list(customer.writable("update")) == ["name", "status"]
    assert list(customer.writable("create")) == ["name"]
    assert customer.writable("cancel") == {}
    order = whole.entities["order"]
    assert list(order.writable_children("cancel")) == ["stops", "lines"]
    assert order.writable_children("create") == {}


def test_a_guard_is_named_as_the_row_names_it(whole: CrmMapping) -> None:
    assert whole.entities["customer"].operations["update"].guard == {"Customer.Version": "version"}


def test_an_sql_file_is_read_without_its_comments_and_named_by_its_stem(whole: CrmMapping) -> None:
    shape = whole.entities["order"].shape
    assert (shape.table, shape.query) == ("orders", "SELECT * FROM ORDHDR")


def test_children_stand_in_a_table_of_their_own(whole: CrmMapping) -> None:
    (rows,) = whole.entities["order"].children["lines"].sources
    assert rows.shape is not None
    assert rows.shape.parent == (("ORD_NO", "ORD_NO"),)
    assert rows.shape.key == ("ORD_NO", "LIN_NO")
    assert rows.shape.where == (Filter("VOID", ("N",)),)
    assert rows.shape.skip == ("SCAN",)
    assert [join.alias for join in rows.shape.joins] == ["p", "codes_quantity_unit"]
    assert rows.element == "Order.Lines.Line"


def test_children_stand_in_groups_of_their_parents_columns(whole: CrmMapping) -> None:
    order = whole.entities["order"]
    first, second = order.children["stops"].sources
    assert first.shape is None
    assert first.fields["location_id"].elements == ("Order.Site", "Order.Loc")
    assert first.fields["kind"].source.constant == "pickup"
    assert [str(column) for column in second.fields["kind"].source.columns] == [
        "KIND",
        "codes_stops_2_kind.word",
    ]
    assert [join.alias for join in order.shape.joins] == ["codes_stops_2_kind"]


def test_every_mapped_table_is_read_once(whole: CrmMapping) -> None:
    assert list(whole.tables) == [
        "accounts",
        "accounts_cstm",
        "email_addresses",
        "codes",
        "taxes",
        "attrs",
        "orders",
        "kinds",
        "ORDLIN",
        "PRODMAST",
        "units",
    ]
    assert whole.tables["attrs"].key == ("obj_id", "attr")


def test_a_table_that_two_need_is_read_with_all_that_either_needs(tmp_path: Path) -> None:
    text = """
    [customer.from]
    table = "party"
    key = ["id"]
    where = { kind = "C", co = "01" }
    skip = ["logo", "scan"]
    [contact.from]
    table = "party"
    key = ["id"]
    stamp = "changed"
    where = { kind = "P", co = "01" }
    skip = ["scan"]
    """
    assert load(tmp_path, text).tables == {
        "party": TableRead(
            "party", None, ("id",), "changed", 1, (Filter("co", ("01",)),), ("scan",), "UTC"
        )
    }


def test_the_digest_follows_the_file_and_its_sql_files(tmp_path: Path) -> None:
    sql = tmp_path / "customers.sql"
    text = '[customer.from]\nquery = "customers.sql"\nkey = ["id"]\n'
    sql.write_text("SELECT id FROM a")
    first = load(tmp_path, text).digest
    assert load(tmp_path, text).digest == first
    assert load(tmp_path, text + "skip = ['logo']\n").digest != first
    assert load(tmp_path, text.replace('["id"]', '["id2"]')).digest != first
    sql.write_text("SELECT id FROM b")
    assert load(tmp_path, text).digest != first


def test_a_comment_changes_no_digest(tmp_path: Path) -> None:
    """N10: it holds nothing back from the sinks."""
    sql = tmp_path / "customers.sql"
    text = '[customer.from]\nquery = "customers.sql"\nkey = ["id"]\n'
    sql.write_text("SELECT id FROM a")
    first = load(tmp_path, text).digest
    assert load(tmp_path, text + "\n# who mends it: accounting\n").digest == first
    assert load(tmp_path, text.replace('["id"]', "[ 'id' ]  # its key")).digest == first
    sql.write_text("-- all of them\nSELECT id FROM a\n")
    assert load(tmp_path, text).digest == first


def test_atlas_is_mapped_whole() -> None:
    mapping = load_mapping(CRMS["atlas"] / "mapping.toml")
    assert list(mapping.entities) == [
        "user",
        "customer",
        "contact",
        "location",
        "product",
        "order",
        "shipment",
        "opportunity",
        "activity",
    ]


def test_every_verdict_has_its_error() -> None:
    assert tuple(VERDICT_ERRORS) == VERDICTS


# What is wrong, and what the error says besides the file: the place, and the way out.
BROKEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "an unknown entity": (
        "[custmer]",
        ("the file:", "unknown word 'custmer'", "user, customer, contact"),
    ),
    "no entity": ("[crm]\nzone = 'UTC'", ("the file:", "maps no entity", "user, customer")),
    "an entity that is no table": ("customer = 5", ("'customer' must be a table, not 5",)),
    "a crm that is no table": ("crm = 5", ("'crm' must be a table, not 5",)),
    "an unknown word of the crm": (
        FROM + "[crm]\ntimezone = 'UTC'",
        ("crm:", "unknown word 'timezone'", "zone, repeated, skipped, page"),
    ),
    "a zone that is none": (
        FROM + "[crm]\nzone = 'America/Chigaco'",
        ("crm:", "America/Chigaco", "IANA"),
    ),
    "a zone that is no text": (FROM + "[crm]\nzone = 6", ("crm:", "'zone' must be a text, not 6")),
    "a page that is none": (
        FROM + "[crm]\npage = 'cp12520'",
        ("crm:", "page 'cp12520' is no code page that Python knows; such as cp1252"),
    ),
    "a rule for repeated hours that is none": (
        FROM + "[crm]\nrepeated = 'first'",
        ("crm:", "'repeated' must be earlier, later or refuse, not 'first'"),
    ),
    "sentinels of no kind": (
        FROM + "[crm]\nsentinels = { dates = ['0'] }",
        ("crm.sentinels:", "unknown word 'dates'; known here: date, stamp"),
    ),
    "sentinels that are no texts": (
        FROM + "[crm]\nsentinels = { date = [0] }",
        ("crm.sentinels:", "'date' must be a list of texts"),
    ),
    "sentinels that are no table": (
        FROM + "[crm]\nsentinels = ['0']",
        ("crm:", "'sentinels' must be a table, not ['0']"),
    ),
    "a country that is none": (FROM + "[crm]\ncountry = 'Atlantis'", ("crm:", "ISO 3166-1")),
    "a calling code that is none": (FROM + "[crm]\ncalling_code = '+1'", ("crm:", "digits")),
    "a fault that means nothing": (
        FROM + "[crm.faults]\nX = 'gone'",
        ("crm.faults:", "'X' means unknown 'gone'; known: missing, conflict, denied, busy"),
    ),
    "a sign-in that is no table": (
        FROM + "[crm]\nsign_in = 'Login'",
        ("crm:", "'sign_in' must be a table, not 'Login'"),
    ),
    "a sign-in with codes that are no texts": (
        FROM + "[crm.sign_in]\nexpired = [11]",
        ("crm.sign_in:", "'expired' must be a list of texts"),
    ),
    "a sign-in with a word of a strange form": (
        FROM + "[crm.sign_in]\nlasts = 1.5",
        ("crm.sign_in:", "'lasts' must be a text, a number, a list or a table, not 1.5"),
    ),
    "an unknown word of an entity": (
        FROM + "[customer.field]",
        ("customer:", "unknown word 'field'; known here: from, fields, custom, get, create"),
    ),
    "an owner that is no text": (
        "[customer]\nowner = 7\n" + FROM,
        ("customer:", "'owner' must be a text, not 7"),
    ),
    "an owner of a field that is no text": (
        FROM + "[customer.fields]\nname = { column = 'n', owner = ['a'] }",
        ("customer.fields.name:", "'owner' must be a text, not ['a']"),
    ),
    "no from": ("[customer.fields]\nname = { column = 'n' }", ("customer:", "'from' is missing")),
    "neither table nor query": (
        "[customer.from]\nkey = ['id']",
        ("customer.from:", "needs either 'table' or 'query'"),
    ),
    "both table and query": (
        "[customer.from]\ntable = 'a'\nquery = 'a.sql'\nkey = ['id']",
        ("customer.from:", "needs either 'table' or 'query'"),
    ),
    "an SQL file that is not there": (
        "[customer.from]\nquery = 'none.sql'\nkey = ['id']",
        ("customer.from:", "there is no SQL file 'none.sql' beside the mapping"),
    ),
    "a table that is no text": (
        "[customer.from]\ntable = 5\nkey = ['id']",
        ("customer.from:", "'table' must be a text, not 5"),
    ),
    "no key": ("[customer.from]\ntable = 'a'", ("customer.from:", "'key' is missing")),
    "a key that is no list": (
        "[customer.from]\ntable = 'a'\nkey = 'id'",
        ("customer.from:", "'key' must be a list of texts", "not 'id'"),
    ),
    "widths that do not fit the key": (FROM + "widths = [3, 6]", ("customer.from:", "widths")),
    "an unknown word of from": (
        FROM + "filter = { a = '1' }",
        ("customer.from:", "unknown word 'filter'; known here: table, query, key, widths, stamp"),
    ),
    "a grain that is no number": (
        FROM + "grain = true",
        ("customer.from:", "'grain' must be a whole number, not True"),
    ),
    "a condition on a number": (
        FROM + "where = { entity = 1 }",
        ("customer.from.where:", "'entity' must be a text, a list of texts or { null = true }"),
    ),
    "a condition that is an expression": (
        FROM + "where = { entity = { gt = '1' } }",
        ("customer.from.where:", "'entity'", "not {'gt': '1'}"),
    ),
    "conditions that are no table": (FROM + "where = 'a = 1'", ("'where' must be a table",)),
    "a soft delete without spellings": (
        FROM + "deleted = { column = 'd' }",
        ("customer.from.deleted:", "'is' is missing"),
    ),
    "a soft delete with another word": (
        FROM + "deleted = { column = 'd', values = ['1'] }",
        ("customer.from.deleted:", "unknown word 'values'; known here: column, is"),
    ),
    "a skipped column that is needed": (
        FROM + "skip = ['id']",
        ("customer.from:", "column 'id' is needed, but 'skip' leaves it out"),
    ),
    "a skipped column that a field reads": (
        FROM + "skip = ['nm']\n[customer.fields]\nname = { column = 'nm' }",
        ("customer.fields.name:", "column 'nm' is needed, but 'skip' leaves it out"),
    ),
    "a join that is no table": (FROM + "join = ['a']", ("customer.from:", "'join' must be")),
    "a join without on": (
        FROM + "join.c = { table = 'c' }",
        ("customer.from.join.c:", "'on' is missing"),
    ),
    "a join on nothing": (
        FROM + "join.c = { table = 'c', on = {} }",
        ("customer.from.join.c:", "'on' is empty"),
    ),
    "a join that takes many": (
        FROM + "join.c = { table = 'c', on = { i = 'id' }, take = '0..n' }",
        ("customer.from.join.c:", "'take' can only be \"0..1\", not '0..n'"),
    ),
    "a join on an alias that comes later": (
        FROM + "join.c = { table = 'c', on = { i = 'd.x' } }\n"
        "join.d = { table = 'd', on = { i = 'id' } }",
        ("customer.from.c.on:", "column 'd.x' uses alias 'd'; known so far: b"),
    ),
    "a join on a pivot": (
        FROM + "pivot.x = { table = 'x', on = { i = 'id' }, name = 'n', value = 'v' }\n"
        "join.c = { table = 'c', on = { i = 'x.A' } }",
        ("customer.from.c.on:", "uses alias 'x'"),
    ),
    "a join by the own table's alias": (
        FROM + "join.b = { table = 'c', on = { i = 'id' } }",
        ("customer.from:", "alias 'b' is given twice"),
    ),
    "an alias that is given twice": (
        FROM + "join.c = { table = 'c', on = { i = 'id' } }\n"
        "pivot.c = { table = 'x', on = { i = 'id' }, name = 'n', value = 'v' }",
        ("customer.from:", "alias 'c' is given twice"),
    ),
    "a pivot without its value": (
        FROM + "pivot.x = { table = 'x', on = { i = 'id' }, name = 'n' }",
        ("customer.from.pivot.x:", "'value' is missing"),
    ),
    "a table with two stamps": (
        FROM + "stamp = 'a'\n[contact.from]\ntable = 'accounts'\nkey = ['id']\nstamp = 'b'",
        ("the file:", "table 'accounts' has two stamps, a and b"),
    ),
    "an unknown field": (
        FROM + "[customer.fields]\nnam = { column = 'n' }",
        ("customer.fields:", "unknown field 'nam'; known fields:", "legal_name"),
    ),
    "a field that is no table": (
        FROM + "[customer.fields]\nname = 'n'",
        ("customer.fields.name:", "'name' must be a table, not 'n'"),
    ),
    "an id of its own": (
        FROM + "[customer.fields]\nid = { column = 'id' }",
        ("customer.fields.id:", "'id' is made of the key declared in 'from'"),
    ),
    "an unknown word of a field": (
        FROM + "[customer.fields]\nname = { column = 'n', format = 'x' }",
        ("customer.fields.name:", "unknown word 'format'; known here: column, columns, value"),
    ),
    "no source": (
        FROM + "[customer.fields]\nname = { max = 5 }",
        ("customer.fields.name:", "needs exactly one of column, columns, value", "has none"),
    ),
    "two sources": (
        FROM + "[customer.fields]\nname = { column = 'n', value = 'x' }",
        ("customer.fields.name:", "it has column and value"),
    ),
    "a column that is no text": (
        FROM + "[customer.fields]\nname = { column = 5 }",
        ("customer.fields.name:", "'column' must be a text, not 5"),
    ),
    "an unknown codec": (
        FROM + "[customer.fields]\nname = { column = 'n', as = 'date9' }",
        ("customer.fields.name:", "unknown codec 'date9'", "date8"),
    ),
    "a codec for another kind": (
        FROM + "[customer.fields]\nname = { column = 'n', as = 'date8' }",
        ("customer.fields.name:", "codec 'date8' cannot make this kind of field", "text, char"),
    ),
    "a codec with too few columns": (
        FROM + "[customer.fields]\ncreated_at = { column = 'n', as = 'date8_time6' }",
        ("customer.fields.created_at:", "codec 'date8_time6' reads 2 column(s), not 1"),
    ),
    "a codec with too many columns": (
        FROM + "[customer.fields]\nname = { columns = ['a', 'b'] }",
        ("customer.fields.name:", "codec 'text' reads 1 column(s), not 2"),
    ),
    "a codec without what it needs": (
        FROM + "[customer.fields]\ndeleted = { column = 'n', as = 'among' }",
        ("customer.fields.deleted:", "codec 'among' needs 'values'"),
    ),
    "an option of a codec that is wrong": (
        FROM + "[customer.fields]\nowner_id = { column = 'n', width = 0 }",
        ("customer.fields.owner_id:", "width"),
    ),
    "a zone of a column that is none": (
        FROM + "[customer.fields]\nupdated_at = { column = 'n', zone = 'Mars/Base' }",
        ("customer.fields.updated_at:", "Mars/Base"),
    ),
    "an alias that is not declared": (
        FROM + "[customer.fields]\nname = { column = 'z.n' }",
        ("customer.fields.name:", "column 'z.n' uses alias 'z'; known: b"),
    ),
    "codes that a codec does not take": (
        FROM + "[customer.fields]\nname = { column = 'n', as = 'text', codes = { A = 'a' } }",
        ("customer.fields.name:", "codec 'text' has no use for 'codes'"),
    ),
    "codes that are no table": (
        FROM + "[customer.fields]\nstatus = { column = 's', codes = ['A'] }",
        ("customer.fields.status:", "codes"),
    ),
    "a code for no word": (
        FROM + "[customer.fields]\nstatus = { column = 's', codes = { A = 'alive' } }",
        ("customer.fields.status:", "'A' means 'alive'; known are prospect, active, on_hold"),
    ),
    "two codes for one word": (
        FROM + "[customer.fields]\nstatus = { column = 's', codes = {A = 'active', B = 'active'}}",
        ("customer.fields.status:", "'A', 'B' all mean 'active'", "`write`"),
    ),
    "a code to write that is not read": (
        FROM + "[customer.fields]\n"
        "status = { column = 's', codes = { A = 'active' }, write = { active = 'B' } }",
        ("customer.fields.status:", "'active' is written 'B', which is not read as it"),
    ),
    "a table of codes without its key": (
        FROM + "[customer.fields]\ntax_id = { column = 's', codes = { table = 't', value = 'v' } }",
        ("customer.fields.tax_id.codes:", "'key' is missing"),
    ),
    "a table of codes with another word": (
        FROM + "[customer.fields]\n"
        "tax_id = { column = 's', codes = { table = 't', key = 'k', value = 'v', on = 'x' } }",
        ("customer.fields.tax_id.codes:", "unknown word 'on'; known here: table, key, value"),
    ),
    "a table of codes for two columns": (
        FROM + "[customer.fields]\n"
        "tax_id = { first = ['s', 't'], codes = { table = 't', key = 'k', value = 'v' } }",
        ("customer.fields.tax_id:", "'codes' looks up one 'column'"),
    ),
    "a lookup without its table": (
        FROM + "[customer.fields]\ntax_id = { column = 's', lookup = { key = 'k', value = 'v' } }",
        ("customer.fields.tax_id.lookup:", "'table' is missing"),
    ),
    "a lookup of a constant": (
        FROM + "[customer.fields]\n"
        "tax_id = { value = 's', lookup = { table = 't', key = 'k', value = 'v' } }",
        ("customer.fields.tax_id:", "'lookup' looks up one 'column'"),
    ),
    "a lookup and a table of codes": (
        FROM + "[customer.fields]\ntax_id = { column = 's', "
        "codes = { table = 't', key = 'k', value = 'v' }, "
        "lookup = { table = 't', key = 'k', value = 'v' } }",
        ("customer.fields.tax_id:", "do the same; give one"),
    ),
    "a separator without pieces": (
        FROM + "[customer.fields]\nname = { column = 'n', with = ',' }",
        ("customer.fields.name:", "unknown word 'with'"),
    ),
    "a part of what is joined": (
        FROM + "[customer.fields]\nname = { concat = ['n'], part = 1 }",
        ("customer.fields.name:", "unknown word 'part'"),
    ),
    "a split without a separator": (
        FROM + "[customer.fields]\nname = { split = 'n', part = 1 }",
        ("customer.fields.name:", "'split' needs 'with', the separator, and 'part'"),
    ),
    "a split that counts from 0": (
        FROM + "[customer.fields]\nname = { split = 'n', with = ',', part = 0 }",
        ("customer.fields.name:", "counted from 1"),
    ),
    "a constant that is no word of the field": (
        FROM + "[customer.fields]\nstatus = { value = 'alive' }",
        ("customer.fields.status:", "'value' is 'alive'", "prospect, active"),
    ),
    "a constant that is no number": (
        FROM + "[customer.fields]\ncredit_limit = { value = 'much' }",
        ("customer.fields.credit_limit:", "'value' is 'much'"),
    ),
    "a constant that is too fine": (
        FROM + "[customer.fields]\ncredit_limit = { value = '1.234' }",
        ("customer.fields.credit_limit:", "'value' is '1.234'", "2 digits after the point"),
    ),
    "a constant codec on a column": (
        FROM + "[customer.fields]\nname = { column = 'n', as = 'constant' }",
        ("customer.fields.name:", "codec 'constant' goes with 'value' only"),
    ),
    "a flag that is no flag": (
        FROM + "[customer.fields]\nname = { column = 'n', required = 'yes' }",
        ("customer.fields.name:", "'required' must be true or false, not 'yes'"),
    ),
    "a length that is no number": (
        FROM + "[customer.fields]\nname = { column = 'n', max = '60' }",
        ("customer.fields.name:", "'max' must be a whole number, not '60'"),
    ),
    "an unknown on_bad": (
        FROM + "[customer.fields]\nname = { column = 'n', on_bad = 'drop' }",
        ("customer.fields.name:", "'on_bad' must be one of null, not 'drop'"),
    ),
    "an on_bad that nothing carries out": (
        FROM + "[customer.custom]\ntax = { column = 'n', on_bad = 'park' }",
        ("customer.custom.tax:", "'on_bad' cannot be 'park' yet", "its own mapping"),
    ),
    "an element of a constant": (
        FROM + "[customer.fields]\nname = { value = 'n', element = 'Name' }",
        ("customer.fields.name:", "'element' says nothing here: a constant is not written"),
    ),
    "an element of what is looked up": (
        FROM + "[customer.fields]\ntax_id = { column = 's', element = 'T', "
        "lookup = { table = 't', key = 'k', value = 'v' } }",
        ("customer.fields.tax_id:", "what was looked up is not written back"),
    ),
    "an element of what is never written": (
        FROM + "[customer.fields]\nnumber = { column = 'n', element = 'Number' }",
        ("customer.fields.number:", "callers never write this field"),
    ),
    "elements that do not fit the columns": (
        FROM + "[customer.fields]\nname = { column = 'n', element = ['A', 'B'] }",
        ("customer.fields.name:", "'element' names 2 element(s) for 1 column(s)"),
    ),
    "a custom field of an unknown type": (
        FROM + "[customer.custom]\nx = { column = 'x', type = 'money' }",
        ("customer.custom.x:", "unknown type 'money'; known ones: text, integer, decimal, flag"),
    ),
    "a custom field with an odd name": (
        FROM + "[customer.custom]\n'x.y' = { column = 'x' }",
        ("customer.custom:", "'x.y' is no name of a field"),
    ),
    "a description that is no text": (
        FROM + "[customer.custom]\nx = { column = 'x', description = 5 }",
        ("customer.custom.x:", "'description' must be a text"),
    ),
    "an operation that nothing does": (
        FROM + "[customer.list]\ncall = 'X'",
        ("customer:", "unknown word 'list' (records are listed from the database); known here:"),
    ),
    "an operation without a call": (
        FROM + "[customer.update]\nkey = ['Id']",
        ("customer.update:", "'call' is missing: the SOAP operation"),
    ),
    "an unknown word of an operation": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nretry = 3",
        ("customer.update:", "unknown word 'retry'; known here: call, put, const, key, guard"),
    ),
    "a merge from what is not read": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nmerge_from = 'Y'",
        ("customer.update:", "'merge_from' names 'Y', which no [customer.get] calls: say there"),
    ),
    "a merge from what another get reads": (
        FROM + "[customer.get]\ncall = 'Z'\nkey = ['Id']\n"
        "[customer.update]\ncall = 'X'\nkey = ['Id']\nmerge_from = 'Y'",
        ("customer.update:", "'merge_from' names 'Y', which no [customer.get] calls"),
    ),
    "a merge of elements into pairs": (
        FROM + "[customer.get]\ncall = 'Y'\nkey = ['Id']\nrecord = 'Customer'\n"
        "[customer.update]\ncall = 'X'\nkey = ['Id']\ninto = 'list[]'\nmerge_from = 'Y'",
        ("customer.update:", "they are 'Customer' and 'list[]': give both, alike"),
    ),
    "a merge in a create": (
        FROM + "[customer.create]\ncall = 'X'\nkey = ['Id']\nmerge_from = 'Y'",
        ("customer.create:", "'merge_from' says nothing here; only in update"),
    ),
    "a path that is none": (
        FROM + "[customer.create]\ncall = 'X'\nkey = ['Id']\ninto = 'list['",
        ("customer.create:", "'into': 'list[' is no path of elements", "may end with []"),
    ),
    "an element that is no path": (
        FROM + "[customer.fields]\nname = { column = 'n', element = 'A..B' }",
        ("customer.fields.name:", "'element': 'A..B' is no path of elements", "end with [NAME]"),
    ),
    "a pair in the middle of a path": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['list[id].value']",
        ("customer.update:", "'key': 'list[id].value' is no path of elements"),
    ),
    "a prefix of what is not sent": (
        FROM + "[customer.get]\ncall = 'X'\nkey = ['Id']\ninto = 'Customer'",
        ("customer.get:", "'into' says nothing here; only in create and update"),
    ),
    "a prefix of what is not read": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nrecord = 'Customer'",
        ("customer.update:", "'record' says nothing here; only in get"),
    ),
    "a missing record of an update": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nmissing = 'Warning'",
        ("customer.update:", "'missing' says nothing here; only in get"),
    ),
    "values that go with a cancel": (
        FROM + "[customer.cancel]\ncall = 'X'\nkey = ['Id']\nput = { N = 'id' }",
        ("customer.cancel:", "'put' says nothing here; only in create and update and status"),
    ),
    "a departure that costs neither": (
        FROM + "[customer.get]\ncall = 'X'\nkey = ['Id']\ninvalid = 'value'",
        ("customer.get:", "'invalid' must be one of reply, record, not 'value'"),
    ),
    "a refused record without its rows": (
        FROM + "[customer.get]\ncall = 'X'\nkey = ['Id']\ninvalid = 'record'",
        ("customer.get:", "'invalid' = \"record\" and 'rows'", "go together"),
    ),
    "rows of a refused reply": (
        FROM + "[customer.get]\ncall = 'X'\nkey = ['Id']\nrows = 'List.Item'",
        ("customer.get:", "'invalid' = \"record\" and 'rows'", "go together"),
    ),
    "tolerance of no paths": (
        FROM + "[customer.get]\ncall = 'X'\nkey = ['Id']\ntolerate = 'Date'",
        ("customer.get:", "'tolerate' must be a list of texts"),
    ),
    "a look-up both ways": (
        FROM + "[customer.create]\ncall = 'X'\nkey = ['Id']\n"
        "look_up = { column = 'ref', fields = ['name'] }",
        ("customer.create.look_up:", "needs either 'column', which holds our reference, or"),
    ),
    "a look-up of an update": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nlook_up = { column = 'ref' }",
        ("customer.update:", "'look_up' says nothing here; only in create"),
    ),
    "a look-up by a reference that nobody sends": (
        FROM + "[customer.create]\ncall = 'X'\nkey = ['Id']\nlook_up = { column = 'ref' }",
        ("customer.create:", "'look_up' by 'column' says nothing without 'reference'"),
    ),
    "a look-up by an unknown alias": (
        FROM + "[customer.create]\ncall = 'X'\nkey = ['Id']\nreference = 'R'\n"
        "look_up = { column = 'z.ref' }",
        ("customer.create.look_up:", "uses alias 'z'; known: b"),
    ),
    "a look-up in a table with half a key": (
        "[order.from]\ntable = 'o'\nkey = ['site', 'no']\n"
        "[order.create]\ncall = 'X'\nkey = ['S', 'N']\nreference = 'R'\n"
        "look_up = { column = 'ref', table = 'refs', key = ['keyval'] }",
        ("order.create.look_up:", "'key' names 1 column(s)", "site, no", "has 'with'"),
    ),
    "a look-up by an unknown field": (
        FROM + "[customer.create]\ncall = 'X'\nkey = ['Id']\nlook_up = { fields = ['nam'] }",
        ("customer.create.look_up:", "unknown field 'nam'; mapped: id"),
    ),
    "a look-up by a field that databases do not compare": (
        FROM + "[customer.fields]\nname = { concat = ['a', 'c'] }\n"
        "[customer.create]\ncall = 'X'\nkey = ['Id']\nlook_up = { fields = ['name'] }",
        ("customer.create.look_up:", "'name' cannot be looked for in the database"),
    ),
    "a natural key without a time": (
        FROM + "[customer.fields]\nname = { column = 'n' }\n"
        "[customer.create]\ncall = 'X'\nkey = ['Id']\nlook_up = { fields = ['name'] }",
        ("customer.create.look_up:", "a natural key finds older records too: map 'created_at'"),
    ),
    "an unknown word of a look-up": (
        FROM + "[customer.create]\ncall = 'X'\nkey = ['Id']\nlook_up = { columns = ['ref'] }",
        ("customer.create.look_up:", "unknown word 'columns'; known here: column, fields, table"),
    ),
    "a cancel that makes what is not mapped": (
        FROM + "[customer.cancel]\ncall = 'X'\nkey = ['Id']\nmakes = { status = 'inactive' }",
        ("customer.cancel.makes:", "unknown field 'status'; mapped: id"),
    ),
    "a cancel that makes no word of the field": (
        FROM + "[customer.fields]\nstatus = { column = 's', codes = { I = 'inactive' } }\n"
        "[customer.cancel]\ncall = 'X'\nkey = ['Id']\nmakes = { status = 'gone' }",
        ("customer.cancel.makes:", "'status' cannot become 'gone': Must be one of"),
    ),
    "a text to clear what is not written": (
        FROM + "[customer.fields]\nname = { column = 'n', cleared = '-' }",
        ("customer.fields.name:", "'cleared' says nothing without 'element'"),
    ),
    "words of a refusal that is not told": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nwords = 'Message'",
        ("customer.update:", "'words' says nothing without 'ok'"),
    ),
    "an answer of the crm that is no path": (
        FROM + "[crm.ok]\n'header:A..B' = 'OK'",
        ("crm:", "'ok': 'A..B' is no path of elements"),
    ),
    "a failure of the crm without its place": (
        FROM + "[crm.fail]\nE1 = 'busy'",
        ("crm:", "'fail' says nothing without 'ok'"),
    ),
    "a choice among nothing": (
        "[order]\nchoose = {}",
        ("order.choose:", "is empty: it names a file for each choice"),
    ),
    "a choice beside a table": (
        "[order]\nchoose = { quotes = 'q.toml' }\n[order.from]\ntable = 'o'\nkey = ['no']",
        ("order:", "unknown word 'from'; known here: choose"),
    ),
    "a choice of a file that is not there": (
        "[order]\nchoose = { quotes = 'q.toml' }",
        ("order.choose:", "there is no file 'q.toml' beside the mapping"),
    ),
    "steps that nothing takes": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nthen = [{ call = 'Y' }]",
        ("customer.update:", "unknown word 'then' (a write is one call)"),
    ),
    "a write that is not read again": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nreread = false",
        ("customer.update:", "'reread' can only be true"),
    ),
    "an operation without its key": (
        FROM + "[customer.update]\ncall = 'X'",
        ("customer.update:", "'key' names 0 element(s) for the 1 column(s)", "id"),
    ),
    "a reference in an update": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nreference = 'R'",
        ("customer.update:", "'reference' says nothing here; only in create"),
    ),
    "a guard in a create": (
        FROM + "[customer.create]\ncall = 'X'\nkey = ['Id']\nguard = { V = 'v' }",
        ("customer.create:", "'guard' says nothing here; only in update and cancel and delete"),
    ),
    "a guard by an unknown alias": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nguard = { V = 'z.v' }",
        ("customer.update.guard:", "uses alias 'z'; known: b"),
    ),
    "an unknown field that is put": (
        FROM + "[customer.fields]\nname = { column = 'n' }\n"
        "[customer.update]\ncall = 'X'\nkey = ['Id']\nput = { N = 'nam' }",
        ("customer.update.put:", "'N' takes unknown field 'nam'; mapped: id, name"),
    ),
    "a readonly field that is put": (
        FROM + "[customer.fields]\nname = { column = 'n', readonly = true }\n"
        "[customer.update]\ncall = 'X'\nkey = ['Id']\nput = { N = 'name' }",
        ("customer.update.put:", "'N' takes 'name', which is never written"),
    ),
    "a field that callers never write that is put": (
        FROM + "[customer.fields]\nnumber = { column = 'n' }\n"
        "[customer.update]\ncall = 'X'\nkey = ['Id']\nput = { N = 'number' }",
        ("customer.update.put:", "'N' takes 'number', which is never written"),
    ),
    "a field of several columns that is put": (
        FROM + "[customer.fields]\nowner_id = { columns = ['a', 'c'] }\n"
        "[customer.update]\ncall = 'X'\nkey = ['Id']\nput = { N = 'owner_id' }",
        ("customer.update.put:", "'owner_id', which has several columns"),
    ),
    "a constant element that is a table": (
        FROM + "[customer.create]\ncall = 'X'\nkey = ['Id']\nconst = { A = { B = 'c' } }",
        ("customer.create.const:", "'A' must be a text, a whole number or true or false"),
    ),
    "fail without ok": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nfail = { D = 'conflict' }",
        ("customer.update:", "'fail' says nothing without 'ok'"),
    ),
    "a failure that means nothing": (
        FROM + "[customer.update]\ncall = 'X'\nkey = ['Id']\nok = { R = 'OK' }\nfail = { D = 'x' }",
        ("customer.update.fail:", "'D' means unknown 'x'; known: missing, conflict"),
    ),
    "children without a place": (
        "[order.from]\ntable = 'o'\nkey = ['no']\n[order.lines]",
        ("order.lines:", "needs 'from' (a table of its own) or [[columns]]"),
    ),
    "children with another word": (
        "[order.from]\ntable = 'o'\nkey = ['no']\n[order.lines]\ntable = 'l'",
        ("order.lines:", "unknown word 'table'; known here: from, fields, columns, element"),
    ),
    "fields of children without a table": (
        "[order.from]\ntable = 'o'\nkey = ['no']\n"
        "[order.lines]\nfields = { line_no = { column = 'l' } }",
        ("order.lines:", "'fields' says nothing without 'from'"),
    ),
    "an element of children without a table": (
        "[order.from]\ntable = 'o'\nkey = ['no']\n"
        "[order.lines]\nelement = 'L'\n[[order.lines.columns]]\nline_no = { column = 'l' }",
        ("order.lines:", "'element' says nothing without 'from'"),
    ),
    "children without a parent": (
        "[order.from]\ntable = 'o'\nkey = ['no']\n[order.lines.from]\ntable = 'l'",
        ("order.lines.from:", "'parent' is missing"),
    ),
    "children with half a parent": (
        "[order.from]\ntable = 'o'\nkey = ['site', 'no']\n"
        "[order.lines.from]\ntable = 'l'\nparent = { no = 'no' }",
        ("order.lines.from:", "'parent' must pair all of the parent's key: site, no"),
    ),
    "children without their key": (
        "[order.from]\ntable = 'o'\nkey = ['no']\n"
        "[order.lines.from]\ntable = 'l'\nparent = { no = 'no' }\n"
        "[order.lines.fields]\ndescription = { column = 'd' }",
        ("order.lines.fields:", "'line_no' is missing: it tells the lines of one order apart"),
    ),
    "an unknown field of children": (
        "[order.from]\ntable = 'o'\nkey = ['no']\n"
        "[order.lines.from]\ntable = 'l'\nparent = { no = 'no' }\n"
        "[order.lines.fields]\nline = { column = 'd' }",
        ("order.lines.fields:", "unknown field 'line'; known fields: line_no, product_id"),
    ),
    "an alias of children that is not declared": (
        "[order.from]\ntable = 'o'\nkey = ['no']\n"
        "[order.lines.from]\ntable = 'l'\nparent = { no = 'no' }\n"
        "[order.lines.fields]\nline_no = { column = 'p.d' }",
        ("order.lines.fields.line_no:", "uses alias 'p'; known: b"),
    ),
    "an alias of a group that is not declared": (
        "[order.from]\ntable = 'o'\nkey = ['no']\n"
        "[[order.lines.columns]]\nline_no = { column = 'p.d' }",
        ("order.lines.columns[1].fields.line_no:", "uses alias 'p'; known: b"),
    ),
    "a stamp of children": (
        "[order.from]\ntable = 'o'\nkey = ['no']\n"
        "[order.lines.from]\ntable = 'l'\nparent = { no = 'no' }\nstamp = 's'",
        ("order.lines.from:", "unknown word 'stamp'; known here: table, query, parent, where"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_wrong_is_named_with_its_place_and_the_way_out(
    tmp_path: Path, text: str, told: tuple[str, ...]
) -> None:
    tomllib.loads(text)
    with pytest.raises(MappingError) as caught:
        load(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path.name}/mapping.toml: ")
    assert [part for part in told if part not in message] == [], message


def test_a_file_and_a_table_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "accounts.sql").write_text("SELECT id FROM x")
    text = FROM + "[contact.from]\nquery = 'accounts.sql'\nkey = ['id']"
    with pytest.raises(MappingError, match="'accounts' names two things"):
        load(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"mapping\.toml: the file: there is no such file"):
        load_mapping(tmp_path / "mapping.toml")


@pytest.mark.parametrize("content", [b"[customer\n", b"\xff\xfe[customer]", b"a = 1\na = 2\n"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mapping.toml").write_bytes(content)
    with pytest.raises(MappingError, match=r"mapping\.toml: the file: is no TOML"):
        load_mapping(tmp_path / "mapping.toml")


QUOTES = '[order.from]\ntable = "quotes"\nkey = ["id"]\n'
INVOICES = '[order.from]\ntable = "invoices"\nkey = ["id"]\n'
CHOOSE = '[order]\nchoose = { quotes = "q.toml", invoices = "i.toml" }\n'


def chosen(folder: Path, choices: dict[str, str] | None = None) -> CrmMapping:
    (folder / "q.toml").write_text(QUOTES)
    (folder / "i.toml").write_text(INVOICES)
    (folder / "mapping.toml").write_text(FROM + CHOOSE)
    return load_mapping(folder / "mapping.toml", choices)


def test_an_entity_comes_from_the_file_that_was_chosen(tmp_path: Path) -> None:
    assert chosen(tmp_path).entities["order"].shape.table == "quotes"
    assert chosen(tmp_path, {"order": "quotes"}).entities["order"].shape.table == "quotes"
    assert chosen(tmp_path, {"order": "invoices"}).entities["order"].shape.table == "invoices"


def test_the_digest_follows_the_choice_and_its_file(tmp_path: Path) -> None:
    first = chosen(tmp_path).digest
    assert chosen(tmp_path, {"order": "quotes"}).digest == first
    assert chosen(tmp_path, {"order": "invoices"}).digest != first
    (tmp_path / "q.toml").write_text(QUOTES + "# of a second\n")
    assert load_mapping(tmp_path / "mapping.toml").digest == first
    (tmp_path / "q.toml").write_text(QUOTES + "grain = 2\n")
    assert load_mapping(tmp_path / "mapping.toml").digest != first


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"order": "notes"}, "order.choose: unknown choice 'notes'; known: quotes, invoices"),
        ({"customer": "x"}, "the file: nothing is to be chosen for 'customer'; it is for: order"),
    ],
)
def test_an_unknown_choice_is_told_with_the_known_ones(
    tmp_path: Path, choices: dict[str, str], told: str
) -> None:
    with pytest.raises(MappingError, match=re.escape(told)):
        chosen(tmp_path, choices)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (FROM, "q.toml: the file: unknown word 'customer'; known here: order"),
        ("", "q.toml: the file: has no [order], for which it was chosen"),
        ("[order", "q.toml: the file: is no TOML"),
        ("[order]", "q.toml: order: 'from' is missing"),
    ],
)
def test_what_is_wrong_in_a_chosen_file_is_named_there(
    tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "q.toml").write_text(content)
    (tmp_path / "mapping.toml").write_text('[order]\nchoose = { quotes = "q.toml" }')
    with pytest.raises(MappingError, match=re.escape(f"{tmp_path.name}/{told}")):
        load_mapping(tmp_path / "mapping.toml")


WRONG: tuple[Any, ...] = ("'x'", "5", "true", "['x']", "{ x = 5 }", "[]", "''")


def complaint(folder: Path, text: str) -> str | None:
    """What the grammar has against a text; no other exception may come."""
    try:
        load(folder, text)
    except MappingError as error:
        return str(error)
    return None


@pytest.mark.parametrize("line", [line for line in WHOLE.splitlines() if " = " in line])
def test_no_word_takes_every_kind_of_value(tmp_path: Path, line: str) -> None:
    (tmp_path / "orders.sql").write_text("SELECT * FROM ORDHDR")
    word = line.partition(" = ")[0]
    changed = (WHOLE.replace(f"\n{line}\n", f"\n{word} = {wrong}\n", 1) for wrong in WRONG)
    complaints = [told for told in (complaint(tmp_path, text) for text in changed) if told]
    assert len(complaints) >= 3
    assert {told.partition(": ")[0] for told in complaints} == {f"{tmp_path.name}/mapping.toml"}


def test_a_local_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    """F6: what zone a time is of is said, never taken for granted."""
    snippet = '[user.from]\ntable = "U"\nkey = ["ID"]\n[user.fields]\n'
    snippet += 'updated_at = { column = "UPD", as = "stamp14" }\n'
    file = tmp_path / "mapping.toml"
    file.write_text(snippet, "utf-8")
    with pytest.raises(MappingError, match=r"user\.fields\.updated_at: .*needs its zone"):
        load_mapping(file)
    file.write_text(f'[crm]\nzone = "UTC"\n{snippet}', "utf-8")
    assert load_mapping(file).rules.zone == "UTC"
