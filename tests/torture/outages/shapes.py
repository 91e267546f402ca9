"""Every outage that is tried."""

from __future__ import annotations

from tests.torture.outages.outage import AWAY, BACKWARDS, DELETES, UPDATES, Outage, both
from tests.torture.outages.place import COLUMNS
from tests.torture.outages.rows import (
    SPOILT,
    as_at_first,
    elsewhere,
    restored,
    rewritten,
    spoilt,
    tables_only,
)
from tests.torture.outages.servers import (
    absent,
    denied_midway,
    down,
    down_before,
    driver_killed,
    held_fast,
    locked_out,
    severed,
    silenced,
)
from tests.torture.outages.tables import (
    denied,
    dropped,
    filtered,
    narrower,
    renamed,
    retyped,
    wider,
)

OUTAGES: tuple[Outage, ...] = (
    *(spoilt(table, how) for table in COLUMNS for how in SPOILT),
    *(
        make(table)
        for make in (renamed, dropped, denied, filtered, narrower, wider)
        for table in COLUMNS
    ),
    *(retyped(table, "modified") for table in ("acct", "ord")),
    *(retyped(table, "id") for table in ("acct", "item")),
    *(rewritten(table) for table in ("acct", "item", "ord")),
    restored(4, BACKWARDS),
    restored(6, f"{UPDATES}|{BACKWARDS}"),
    elsewhere("an empty copy of the database", DELETES, tables_only),
    elsewhere("an older copy of the database", f"{DELETES}|{UPDATES}|{BACKWARDS}", as_at_first),
    elsewhere("another database", AWAY.format(table="acct"), lambda place, other: None),
    absent(),
    locked_out(),
    *(denied_midway(at) for at in (0, 2, 4)),
    down_before(),
    *(down(at) for at in range(len(COLUMNS))),
    *(severed(at, size) for at in (0, 2, 4) for size in (900, 6_000)),
    silenced(0, 900),
    silenced(4, 6_000),
    driver_killed(0, 6_000),
    driver_killed(4, 6_000),
    held_fast("acct"),
    held_fast("item"),
    both(spoilt("acct", "halved"), spoilt("ord_line", "emptied")),
    both(spoilt("acct_mail", "emptied"), spoilt("item", "halved")),
    both(denied("item"), spoilt("ord", "truncated")),
    both(filtered("ord_line"), rewritten("item")),
)
