"""Every CRM that we know, under the contract."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from fixtures.atlas import Atlas
from legacy_clients import CRMS, Access, open_crm
from tests.contracts.crm_contract import CrmContract, Writable, deadline

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
    cancelled = ("status", "cancelled")
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

    def cancellable(self) -> tuple[str, str]:
        values = {"name": "Cancels Ltd", "status": "active", "credit_limit": Decimal(10_000)}
        customer = self.crm.create("customer", values, "contract", deadline())
        return "order", self.atlas.act("add_order", cust_no=customer)["key"][0]

    def _ask(self, query: str) -> Any:
        with contextlib.closing(self.atlas.connect()) as db:
            return db.execute(query).fetchone()[0]


class TestAtlas(CrmContract, under_test=AtlasUnderTest.start):
    """Atlas, the demonstration CRM."""


def test_every_crm_in_the_registry_is_under_the_contract() -> None:
    names = [one.__name__.removeprefix("Test").lower() for one in CrmContract.__subclasses__()]
    assert sorted(names) == sorted(CRMS)
