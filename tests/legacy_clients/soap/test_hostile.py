"""A server that answers wrongly in hundreds of ways: each ends in a typed error, in time, in little
memory, without a request elsewhere and without a byte of the reply in error or log.

Calls are made by another process, each in a fork of its own (victim.py), so that the peak of
resident memory is that of one call.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.hostile import MARKER, REPLIES, WSDLS, Canary, Hostile
from tests.legacy_clients.soap.victim import Outcome, Victim
from tests.sampled import each

SLACK = 0.2 if os.environ.get("TORTURE") == "1" else 0.5
"""How late a typed error may be; `make test` runs several processes at a time."""
MEGABYTES = 64
SECONDS = 10.0  # for all but those that wait for it to pass
SHORT = 0.5
CALLS = {"document": ("Find", {"Id": "1"}), "rpc": ("find", {"id": "1"})}
ROWS = {"document": "Lines.Line", "rpc": "return.lines.item"}

CUT_OFF = {
    *(name for name in REPLIES if name.startswith(("closed ", "reset "))),
    "206",
    "HTTP/0.9",
    "HTTP/2",
    "NUL after the envelope",
    "UTF-16 without a mark",
    "a header folded",
    "a header without a colon",
    "a page that is no XML",
    "chunk longer than told",
    "chunk of huge size",
    "chunk without a size",
    "chunk's size no number",
    "gzip cut",
    "gzip empty",
    "gzip without its sum",
    "length and chunks",
    "length too long",
    "length too short",
    "text after the envelope",
}
TIMED_OUT = {
    *(name for name in REPLIES if name.startswith(("silence", "drip "))),
    "length too long, and open",
}
UNREACHABLE = {name for name, reply in REPLIES.items() if reply.secure}
DENIED = {"401", "401 without a page", "403", "407"}
# Faults that blame the caller: an answer, whose words are passed on where they are fit to be.
BUSINESS = {
    "fault of .NET",
    "fault of PHP",
    "fault with HTML",
    "fault with SQL",
    "fault with SQL in its detail",
    "fault with a stack",
    "fault with a stack in its detail",
    "fault with secrets",
    "fault with the request",
}
# What can be read all the same, and is, with the reason why it may be.
READ = {
    "UTF-16 declared UTF-8": "the mark goes before the declaration (XML 1.0 appendix F)",
    "UTF-32": "it is declared, and what it says is exact",
    "a cookie": "it is not kept",
    "a number of 9 MB": "a decimal has no end in XSD; a codec judges it",
    "a type of 1 MB": "parameters of a type that nobody knows say nothing",
    "addresses in the header": "they need not be understood, and are not followed",
    "an element beside the body": "SOAP 1.1 section 4 lets elements follow the body",
    "an envelope of SOAP 1.2": "what stands in it is the answer all the same",
    "array in two dimensions": "its four items are there",
    "closed in the last chunk": "every byte of the body came",
    "encoded: no part": "an encoded value that is absent is null (SOAP 1.1 section 5.6)",
    "hints in headers": "they are not followed",
    "location with 200": "it is not followed",
    "packing said twice": "it was packed once",
    "schema locations": "they are hints, and not followed",
    "schema model": "an instruction is not followed",
    "stylesheet": "an instruction is not followed",
    "two answers": "the second is not read, and the connection closed",
}
EXPECTED = {
    **dict.fromkeys(REPLIES, "Unintelligible"),
    **dict.fromkeys(CUT_OFF, "CutOff"),
    **dict.fromkeys(TIMED_OUT, "TimedOut"),
    **dict.fromkeys(UNREACHABLE, "Unreachable"),
    **dict.fromkeys(DENIED, "Denied"),
    **dict.fromkeys(BUSINESS, "BusinessFault"),
    **dict.fromkeys(READ, ""),
}
WAITING = {name for name in UNREACHABLE if "silence" in name or "drip" in name or "end" in name}
SENT_NOTHING = {"silence", "closed at once", "reset at once"} | {
    f"TLS: {what}" for what in ("silence", "closed", "reset")
}
# Right replies that are too large for one piece alone.
STREAMED_WHOLE = {
    "15 MB of rows",
    "15 MB of short rows",
    "array of 200,000",
    "blanks after the envelope",
}
STREAMABLE = [
    name
    for name in REPLIES
    if name not in TIMED_OUT and not REPLIES[name].secure and EXPECTED[name] != "Denied"
]


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with Canary.start() as listening:
        yield listening


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    with Victim(WSDLS) as waiting:
        yield waiting


@pytest.fixture(scope="module")
def server(canary: Canary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """Its replies name the canary, and a file that holds the marker."""
    file: Path = tmp_path_factory.mktemp("secret") / "secret"
    file.write_text(MARKER)
    with Hostile.start("silence", canary=canary.url, file=file.as_uri()) as hostile:
        yield hostile


@pytest.fixture(scope="module")
def table() -> Iterator[list[str]]:
    """Lines of what was measured, printed at the end (`-s` shows them)."""
    lines: list[str] = []
    yield lines
    sys.stderr.write("\n" + "\n".join(lines) + "\n")


def seconds_for(name: str) -> float:
    return SHORT if name in TIMED_OUT or name in WAITING else SECONDS


def played(hostile: Hostile) -> bool:
    """Whether the reply was given to its end, or until the caller left; it may notice that late."""
    deadline = time.monotonic() + 5
    while hostile.played == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    return hostile.played == 1


def line(name: str, ended: Outcome, hostile: Hostile) -> str:
    return (
        f"{name:<45} {ended.error or '-':<15} {ended.seconds * 1000:7.0f} ms "
        f"{ended.megabytes:6.1f} MB {hostile.sent:>9} bytes"
    )


def test_there_are_many_replies_and_each_has_its_end() -> None:
    assert len(REPLIES) >= 60
    assert EXPECTED.keys() == REPLIES.keys()


@pytest.mark.parametrize("name", each(3, REPLIES))
def test_a_hostile_reply_ends_in_a_typed_error_in_time_in_little_memory_and_in_silence(
    name: str, server: Hostile, canary: Canary, victim: Victim, table: list[str]
) -> None:
    """L1, L2, L3, L5, O1"""
    style, seconds = REPLIES[name].style, seconds_for(name)
    asked = canary.asked
    server.arm(name)
    ended = victim.call(server.url, style, *CALLS[style], seconds)
    assert played(server)
    table.append(line(name, ended, server))

    assert ended.error == EXPECTED[name], ended.text
    assert ended.seconds < seconds + SLACK
    assert ended.megabytes < MEGABYTES
    assert canary.asked == asked
    assert len(server.requests) == 1
    assert server.sent > 0 or name in SENT_NOTHING
    assert MARKER not in ended.text + ended.trace + ended.log
    assert "127.0.0.1" not in ended.text + ended.log


@pytest.mark.parametrize("name", each(13, STREAMABLE))
def test_a_hostile_reply_read_record_by_record_costs_no_more(
    name: str, server: Hostile, canary: Canary, victim: Victim
) -> None:
    """L1, L2, L3, O1. What it gives before an error is right, so rows may come."""
    style = REPLIES[name].style
    asked = canary.asked
    server.arm(name)
    ended = victim.call(server.url, style, *CALLS[style], SECONDS, ROWS[style])
    assert played(server)

    assert ended.error in {"Unintelligible", "CutOff", "TimedOut", "BusinessFault", ""}
    assert (ended.error == "") <= (name in READ or name in STREAMED_WHOLE), ended.error
    assert ended.seconds < SECONDS + SLACK
    assert ended.megabytes < MEGABYTES
    assert canary.asked == asked
    assert MARKER not in ended.text + ended.trace + ended.log
