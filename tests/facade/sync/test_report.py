"""The report of a night, over certificates made by hand."""

from __future__ import annotations

import copy
import re
from html.parser import HTMLParser
from typing import Any

from facade.sync.report import page

HOSTILE = "<script>alert('x')</script>&\"'"
VOID = {"meta", "br", "rect", "line", "i"}


def certificate(run: int, **parts: Any) -> dict[str, Any]:
    """A night of one table, one entity and one sink."""
    return {
        "format": "crm-facade certificate 1",
        "run": run,
        "number": run,
        "kind": "night",
        "sealed_at": "2026-11-23T01:02:03.450000+00:00",
        "certified_at": "2026-11-23T01:02:09.450000+00:00",
        "mapping": "ab" * 32,
        "key": {"id": "0123456789abcdef", "public": ""},
        "previous": {"run": run - 1, "sha256": "cd" * 32} if run > 1 else None,
        "tables": {
            "CUSTMAST": {
                "rows": 1_234_567,
                "read": 4_321,
                "source": {
                    "rows": 1_234_569,
                    "at": "2026-11-23T01:02:04+00:00",
                    "appeared": {"count": 7, "keys": [f"C{n}" for n in range(7)]},
                },
            }
        },
        "entities": {
            "customer": {
                "snapshot": {"customer": [1_200_000, "1"]},
                "refused": 12,
                "set_apart": 0,
                "changes": {"inserted": 3, "updated": 2_000, "deleted": 40},
            }
        },
        "exceptions": {
            "customer": [
                {
                    "relation": "customer",
                    "field": "email",
                    "reason": "no address",
                    "count": 12,
                    "ids": [f"C{n:03}" for n in range(12)],
                }
            ]
        },
        "new_refusals": 5,
        "sinks": {
            "warehouse": {
                "sent": {"customer": {"insert": 3, "update": 2_000, "delete": 0}},
                "parked": {"count": 1, "ids": ["customer C9"]},
                "holds": {"customer": {"count": 1_200_000, "hash_sum": "1"}},
            }
        },
        "load": {
            "database": {
                "statements": 321,
                "rows": 1_300_000,
                "milliseconds": 4_200,
                "connections": 5,
                "at_once": 2,
            },
            "services": {
                "statements": 0,
                "rows": 0,
                "milliseconds": 0,
                "connections": 0,
                "at_once": 0,
            },
        },
        "steps": [
            {"step": "extract", "milliseconds": 8_400},
            {"step": "certify", "milliseconds": 125_000},
        ],
        "files": {"night.json": "00"},
        "differences": [],
    } | parts


class Balance(HTMLParser):
    """Whether every element is closed in its turn, and the text of all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data + " "


def read(html: str) -> Balance:
    balance = Balance()
    balance.feed(html)
    balance.close()
    assert (balance.wrong, balance.open) == ([], [])
    return balance


def test_it_tells_the_figures_of_a_night() -> None:
    text = read(page([certificate(1), certificate(2)])).text
    for figure in (
        "Night 2",
        "certificate: agrees",
        "5 new refused",
        "sealed 2026-11-23 01:02:03 UTC",
        "1,200,000",
        "of 1,234,567 rows",
        "4,321 rows read in full",
        "2,043",
        "2 min 13 s",
        "8.40 s",
        "7 appeared (C0, C1, C2, C3, C4, 2 more)",
        "C000, C001, C002, C003, C004, 7 more",
        "3 customer insert, 2,000 customer update",
        "customer C9",
        "night 1, " + "cd" * 32,
        "0123456789abcdef",
    ):
        assert figure in text


def test_it_says_first_what_disagrees() -> None:
    text = read(page([certificate(1, differences=["table A: 1 rows read", HOSTILE])])).text
    assert text.index("2 differences") < text.index("table A: 1 rows read")
    assert text.index(HOSTILE) < text.index("Records held")
    assert "agrees" not in text


def test_it_has_no_script_and_asks_for_nothing_from_elsewhere() -> None:
    html = page([certificate(1), certificate(2)])
    balance = read(html)
    assert balance.names.isdisjoint({"script", "link", "img", "iframe", "object", "form", "a"})
    assert re.findall(r"https?:|url\(|@import|src=|href=|\bon\w+=", html) == []
    assert len(html) < 30_000


def test_no_text_of_a_certificate_becomes_markup() -> None:
    def spoiled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: spoiled(part) for key, part in value.items()}
        if isinstance(value, list):
            return [spoiled(part) for part in value]
        return HOSTILE if isinstance(value, str) else value

    it = spoiled(certificate(2, differences=["x"]))
    entity = it["entities"].pop("customer")
    it["entities"][HOSTILE] = entity | {"snapshot": {HOSTILE: [1, "1"]}}
    for part in ("tables", "sinks", "load", "exceptions"):
        it[part] = {HOSTILE: copy.deepcopy(next(iter(it[part].values())))}
    html = page([it])
    assert "<script" not in html
    read(html)


def test_a_night_of_nothing_has_a_page_too() -> None:
    nothing = certificate(
        1, tables={}, entities={}, exceptions={}, sinks={}, load={}, steps=[], files={}
    )
    text = read(page([nothing])).text
    assert "Values that could not be read None." in " ".join(text.split())
