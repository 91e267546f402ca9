"""What somebody reads while loads are under way: the state after one night, or after another."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from facade.sinks.sink import SinkUnreachable
from tests.facade.sinks.warehouse.nights import Nights, Target, customer, line, order

ROOT = Path(__file__).parents[4]
NIGHTS = 6

# Reads table after table, again and again; a DuckDB file that is being loaded cannot be opened.
READER = """
import json, sys, time
from contextlib import closing
from adbc_driver_manager import dbapi
from facade.sinks.warehouse.dialects import dialect_of
url, ends = sys.argv[1], time.monotonic() + 60
dialect = dialect_of(url)
print("ready", flush=True)
run = 0
while run < int(sys.argv[2]) and time.monotonic() < ends:
    try:
        with closing(dialect.connect(url, writing=False)) as connection:
            ((run,),) = connection.rows("SELECT max(run) FROM facade_load")
            ((names, customers),) = connection.rows(
                "SELECT string_agg(DISTINCT c.name, ' '), count(*) FROM customers c"
            )
            time.sleep(0.01)
            ((lines, pairs),) = connection.rows(
                "SELECT count(*), count(DISTINCT o.status || l.quantity) FROM orders o"
                " JOIN order_lines l ON l.order_id = o.id"
            )
            ((versions,),) = connection.rows("SELECT count(*) FROM customers_history")
    except dbapi.Error as error:
        if "lock" not in str(error):
            raise
        time.sleep(0.002)
        continue
    print(json.dumps([run, names, customers, lines, pairs, versions]), flush=True)
    time.sleep(0.005)
"""


def night(nights: Nights, number: int) -> tuple[dict[str, object], ...]:
    """Twenty customers renamed each night, and an order with one more line."""
    renamed = [customer(f"C{n}", f"night{number}") for n in range(20)]
    lines = [line("O1", n, str(number)) for n in range(number)]
    return (*renamed, order("O1", f"s{number}"), *lines)


def deliver(target: Target, nights: Nights, number: int) -> None:
    delivery = nights.seal(*night(nights, number))
    for _ in range(200):
        try:
            target.deliver(delivery)
            return
        except SinkUnreachable:  # the reader has the DuckDB file open
            time.sleep(0.01)
    raise AssertionError("the file was never free")


@pytest.mark.long
def test_a_reader_of_several_tables_sees_one_night_at_a_time(
    nights: Nights, target: Target
) -> None:
    """D1"""
    deliver(target, nights, 1)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, target.url, str(NIGHTS)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        for number in range(2, NIGHTS + 1):
            deliver(target, nights, number)
        seen = [json.loads(found) for found in reader.stdout]
        assert reader.wait(60) == 0
    possible = {
        number: [number, f"night{number}", 20, number, 1, 20 * number]
        for number in range(1, NIGHTS + 1)
    }
    assert [found for found in seen if found != possible[found[0]]] == []
    assert seen[-1] == possible[NIGHTS]
    assert len({found[0] for found in seen}) >= 2
