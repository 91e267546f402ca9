"""Every CRM that we know, under the contract."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from fixtures.atlas import Atlas
from fixtures.suitecrm import SuiteCRM
from legacy_clients import CRMS, Access, open_crm
from tests.contracts.crm_contract import CrmContract, Writable, deadline
from tests.servers import MariaDB

FAULTS = {"lost": "reply_lost", "slow": "delay", "busy": "busy", "expired": "expire"}
COUNTED = {
    "user": "SELECT count(*) FROM USERS WHERE CO_CD = '01'",
    "customer": "SELECT count(*) FROM CUSTMAST WHERE CO_CD = '01'",
    "contact": "SELECT count(*) FROM CONTACT WHERE CO_CD = '01'",
    "location": "SELECT count(*) FROM LOCATN WHERE CO_CD = '01'",
    "product": "SELECT count(*) FROM PRODMAST WHERE CO_CD = '01'",
    "order": "SELECT count(*) FROM ORDHDR WHERE CO_CD = '01'",
    "shipment": "SELECT count(*) FROM ORDHDR WHERE CO_CD = '01' AND trim(SHP_STAT) <> ''",
    "opportunity": "SELECT count(*) FROM OPPTY WHERE CO_CD = '01'",
    "activity": "SELECT count(*) FROM ACTIV WHERE CO_CD = '01'",
}


class AtlasUnderTest:
    """Atlas, the demonstration CRM."""

    nobody = "C999999"
    guarded = True
    says_busy = True
    cancelled = ("order", "status", "cancelled")
    writable = Writable(
        entity="customer",
        good={
            "name": "Contract Ltd",
            "status": "active",
            "roles": ["bill_to", "shipper"],
            "email": "ask Bob, or bob@example.com",
            "credit_limit": Decimal("123456.78"),
            "custom.region_manager": "Zoë Ünal 🚚",
            "custom.first_order_on": dt.date(2024, 2, 29),
            "custom.tier": "gold",
        },
        shown={
            "name": "Contract Ltd",
            "status": "active",
            "roles": ["bill_to", "shipper"],
            "email": "ask Bob, or bob@example.com",
            "credit_limit": "123456.78",
            "deleted": False,
            "phone": None,
        },
        change={"phone": "+1 312 555 1234", "credit_limit": Decimal("0.01")},
        changed={
            "phone": "+1 312 555 1234",
            "phone_e164": "+13125551234",
            "credit_limit": "0.01",
        },
        cleared="email",
        broken={"name": "Owned Ltd", "owner_id": "NOPE"},
        rule="INVALID",
        too_long={"name": "x" * 61},
    )

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        access = Access(
            odbc=f"DRIVER={{SQLite3}};Database={atlas.database}",
            wsdl=str(atlas.wsdl_path),
            url=atlas.soap_url,
            user=atlas.user,
            password=atlas.password,
        )
        self.crm = open_crm("atlas", access)

    @classmethod
    @contextlib.contextmanager
    def start(cls, folder: Path) -> Iterator[AtlasUnderTest]:
        with Atlas.start(folder, scale=0.02) as atlas:
            running = cls(atlas)
            with contextlib.closing(running.crm):
                yield running

    def rows(self, entity: str) -> int:
        return int(self._ask(COUNTED[entity]))

    def calls(self) -> int:
        return sum(count for name, count in self.atlas.calls().items() if name != "Login")

    def fail(self, how: str, times: int = 1) -> None:
        seconds = {"seconds": 2.0} if how == "slow" else {}
        operation = "UpdateCustomer" if how == "slow" else "CreateCustomer"
        self.atlas.arm(operation, FAULTS[how], times=times, **seconds)

    def failed(self, how: str) -> int:
        operation = "UpdateCustomer" if how == "slow" else "CreateCustomer"
        return self.atlas.fired(operation, FAULTS[how])

    def heal(self) -> None:
        self.atlas.disarm()

    def meddle(self, id: str) -> None:
        with contextlib.closing(self.atlas.connect()) as db:
            db.execute(
                "UPDATE CUSTMAST SET WEB = 'meddled', VER = VER + 1 WHERE CUST_NO = ?",
                (id.ljust(10),),
            )

    def met(self, id: str) -> dict[str, Any]:
        return {"website": "meddled"}

    def cancellable(self) -> str:
        values = {"name": "Cancels Ltd", "status": "active", "credit_limit": Decimal(10_000)}
        customer = self.crm.create("customer", values, "contract", deadline())
        return str(self.atlas.act("add_order", cust_no=customer)["key"][0])

    def _ask(self, query: str) -> Any:
        with contextlib.closing(self.atlas.connect()) as db:
            return db.execute(query).fetchone()[0]


SUITECRM_FAULTS = {
    "lost": "reply_lost",
    "slow": "delay",
    "busy": "html503",
    "expired": "expire",
    "fault": "fault",
    "overtaken": "overtake",
}
SUITECRM_COUNTED = {
    "user": "users",
    "customer": "accounts",
    "contact": "contacts",
    "product": "aos_products",
    "order": "aos_quotes",
    "opportunity": "opportunities",
}


class SuiteCRMUnderTest:
    """SuiteCRM 7.14: no version guard, no rules for values, success whatever came of it."""

    nobody = "00000000-0000-0000-0000-000000000000"
    guarded = False
    says_busy = False
    cancelled = None
    writable = Writable(
        entity="customer",
        good={
            "name": "Zoë & Söhne 🚚 Ltd",
            "email": "office@contract.example",
            "website": "http://contract.example",
            "owner_id": "1",
            "custom.account_type": "Customer",
        },
        shown={
            "name": "Zoë & Söhne 🚚 Ltd",
            "email": "office@contract.example",
            "website": "http://contract.example",
            "owner_id": "1",
            "custom": {"account_type": "Customer", "industry": None},
            "deleted": False,
            "phone": None,
        },
        change={"name": "Renamed <b>Ltd</b>", "phone": "+1 312 555 1234"},
        changed={
            "name": "Renamed <b>Ltd</b>",
            "phone": "+1 312 555 1234",
            "phone_e164": "+13125551234",
        },
        cleared="website",
        broken=None,
        rule=None,
        too_long={"name": "x" * 151},
    )

    def __init__(self, suitecrm: SuiteCRM) -> None:
        self.suitecrm = suitecrm
        access = Access(
            odbc=suitecrm.odbc,
            wsdl=str(suitecrm.wsdl_path),
            url=suitecrm.soap_url,
            user=suitecrm.user,
            password=suitecrm.password,
        )
        self.crm = open_crm("suitecrm", access)

    @classmethod
    @contextlib.contextmanager
    def start(cls, folder: Path) -> Iterator[SuiteCRMUnderTest]:
        with MariaDB.start(folder) as server, SuiteCRM.start(server.odbc, 0.01) as suitecrm:
            running = cls(suitecrm)
            with contextlib.closing(running.crm):
                yield running

    def rows(self, entity: str) -> int:
        if entity in SUITECRM_COUNTED:
            return self._count(f"SELECT count(*) FROM {SUITECRM_COUNTED[entity]}")
        if entity == "activity":
            tables = ("calls", "meetings", "notes", "tasks")
            return sum(self._count(f"SELECT count(*) FROM {table}") for table in tables)
        assert entity == "location"
        filled = "SELECT count(*) FROM accounts WHERE {}_address_city <> ''"
        return sum(self._count(filled.format(kind)) for kind in ("billing", "shipping"))

    def calls(self) -> int:
        return sum(count for name, count in self.suitecrm.calls().items() if name != "login")

    def fail(self, how: str, times: int = 1) -> None:
        seconds = {"seconds": 2.0} if how == "slow" else {}
        self.suitecrm.arm("set_entry", SUITECRM_FAULTS[how], times=times, **seconds)

    def failed(self, how: str) -> int:
        return self.suitecrm.fired("set_entry", SUITECRM_FAULTS[how])

    def heal(self) -> None:
        self.suitecrm.disarm()

    def meddle(self, id: str) -> None:
        self.suitecrm.execute("UPDATE accounts SET website = 'meddled' WHERE id = ?", id)

    def met(self, id: str) -> dict[str, Any]:
        return {"website": "meddled"}

    def cancellable(self) -> str:
        raise NotImplementedError("nothing of SuiteCRM's is cancelled")

    def _count(self, query: str) -> int:
        return int(self.suitecrm.ask(query)[0])


class TestSuiteCRM(CrmContract, under_test=SuiteCRMUnderTest.start):
    """SuiteCRM, the real thing's stand-in."""


class TestAtlas(CrmContract, under_test=AtlasUnderTest.start):
    """Atlas, the demonstration CRM."""


def test_every_crm_in_the_registry_is_under_the_contract() -> None:
    names = [one.__name__.removeprefix("Test").lower() for one in CrmContract.__subclasses__()]
    assert sorted(names) == sorted(CRMS)
