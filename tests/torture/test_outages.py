"""N5: whatever is wrong with the source, nothing is taken for deleted that is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from facade.sync.errors import NightStopped
from legacy_clients.errors import LegacyError
from tests.sampled import without
from tests.servers import MariaDB, PostgreSQL
from tests.torture.outages.outage import Outage
from tests.torture.outages.place import ENTITIES, Place
from tests.torture.outages.shapes import OUTAGES

QUICK = {
    "ord_line halved",
    "link cut 6000 bytes into table 0",
}


class Places:
    """A place for all tests of a server, as long as none of them leaves it broken."""

    def __init__(self, server: MariaDB | PostgreSQL, folder: Path) -> None:
        self._server, self._folder, self._count = server, folder, 0
        self._place: Place | None = None

    def take(self) -> Place:
        if self._place is None:
            if self._count:  # a test failed, and may have left the server dead
                self._server.restart()
            self._count += 1
            self._place = Place(self._server, self._folder / f"place{self._count}")
            self._place.build()
        taken, self._place = self._place, None
        return taken

    def give(self, place: Place) -> None:
        self._place = place


@pytest.fixture(
    scope="module",
    params=without([MariaDB], [PostgreSQL, MariaDB]),
    ids=["postgresql", "mariadb"],
)
def places(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Places]:
    with request.param.start(tmp_path_factory.mktemp("outages")) as server:
        yield Places(server, tmp_path_factory.mktemp("places"))


@pytest.mark.parametrize(
    "outage",
    without([outage for outage in OUTAGES if outage.name not in QUICK], OUTAGES),
    ids=lambda outage: outage.name,
)
def test_an_outage_deletes_nothing_and_the_night_after_it_finds_every_real_delete(
    places: Places, outage: Outage, full: bool, figure: Callable[..., None]
) -> None:
    """N5"""
    place = places.take()
    with outage.broken(place) as options:
        sealed, known = place.sealed(), place.known()
        for _ in range(2 if full and "progress" not in options else 1):
            # Neither does it pass when it is tried again.
            with pytest.raises((NightStopped, LegacyError)) as stopped:
                place.night(**options)
            assert re.search(outage.told, str(stopped.value)), str(stopped.value)
        assert (place.sealed(), place.known()) == (sealed, known)
        assert place.doubts() == []
    gone = place.live()
    told = place.night()
    assert deleted(told) == {entity: len(gone[table]) for entity, table in ENTITIES.items()}
    assert place.known() == place.held()
    assert place.doubts() == []
    figure(
        false_deletes=0,
        real_deletes=sum(map(len, gone.values())),
        said=f"{type(stopped.value).__name__}: {stopped.value}",
    )
    places.give(place)


@pytest.mark.long
def test_a_server_that_dies_when_all_is_read_costs_no_night(places: Places) -> None:
    """N5: what was read is sealed and delivered, and the certificate says that nobody recounted."""
    place = places.take()
    gone, held = place.live(), place.held()
    died: list[int] = []

    def tell(what: str, done: int, total: int) -> None:
        if what == "extract" and done == total:
            died.append(place.server.pid)
            place.server.kill9()

    told = place.night(progress=tell)
    assert len(died) == 1
    assert deleted(told) == {entity: len(gone[table]) for entity, table in ENTITIES.items()}
    assert "no connection to the database" in str(told["certificate"])
    assert place.known() == held
    assert place.doubts() == []
    place.server.restart()
    told = place.night()
    assert deleted(told) == dict.fromkeys(ENTITIES, 0)
    assert told["certificate"] == "agrees"
    places.give(place)


def deleted(told: Mapping[str, Any]) -> dict[str, int]:
    return {entity: told["entities"][entity]["deleted"] for entity in ENTITIES}
