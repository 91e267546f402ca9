"""Last step: the certificate of a night, signed and chained to the last.

It says, by table, what was read and what the source counts; by entity, what the snapshot holds and
what was set apart; by sink, what it was sent and holds; the load put on the source; the SHA-256 of
the night's files; and what disagrees.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facade.ledger import Ledger
from facade.ledger.runs import Run
from facade.snapshots.folder import NightFolder, write_json
from facade.sync.certificate.agreement import differences
from facade.sync.certificate.chain import Link, newest_before
from facade.sync.certificate.document import Source, recomputable, signed
from facade.sync.certificate.exceptions import exceptions
from facade.sync.certificate.files import digests
from facade.sync.certificate.keys import open_signer
from facade.sync.certificate.recount import recount
from facade.sync.certificate.verifying import verify, verify_sinks
from legacy_clients.load import Load


def certify(
    ledger: Ledger,
    var: Path,
    run: Run,
    source: Source,
    *,
    load: Mapping[str, Load] | None = None,
    before: Mapping[str, Load] | None = None,
    limits: Mapping[str, Any] | None = None,
    seconds: Mapping[str, float] | None = None,
    key: Path | None = None,
) -> dict[str, Any]:
    """Write the certificate of a sealed night.

    `source` is the recount; `load` what was put on the source so far, and `before` what of it
    before this night; `limits` are what it was to be spared; `seconds` are by step; `key` is the
    file of another key than our own. What disagrees is in `differences`. Raises SettingError for a
    key that cannot be used.
    """
    signer = open_signer(var, key)
    previous = newest_before(ledger, var, run.number)
    night = NightFolder.of(var, run.number)
    held = _persisting(source, previous)
    document = recomputable(ledger, var, run, held, previous)
    document |= {
        "number": 1 + _number(previous),
        "certified_at": dt.datetime.now(dt.UTC).isoformat(),
        "load": load_json(load or {}, before or {}),
        "limits": dict(limits or {}),
        "steps": [
            {"step": step, "milliseconds": round(1000 * taken)}
            for step, taken in (seconds or {}).items()
        ],
        "exceptions": exceptions(
            night, {name: entity["snapshot"] for name, entity in document["entities"].items()}
        ),
        "files": _digests(var, night, previous),
    }
    certificate = signed(document, signer)
    write_json(night.certificate, certificate)
    return certificate


def _persisting(source: Source, previous: Link | None) -> Source:
    """A row that came since the last night's reading, as was told then, and is missed tonight too,
    is lost.
    """
    before = ((previous and previous.certificate) or {}).get("tables", {})
    found: dict[str, Mapping[str, Any]] = {}
    for name, told in source.items():
        came = told.get("appeared", {}).get("keys", [])
        known = before.get(name, {}).get("source", {}).get("appeared", {}).get("keys", [])
        again = sorted(set(came) & set(known))
        found[name] = _lost(told, again) if again else told
    return found


def _lost(told: Mapping[str, Any], keys: list[str]) -> dict[str, Any]:
    lost = told.get("lost", {"count": 0, "keys": []})
    rest = [key for key in told["appeared"]["keys"] if key not in keys]
    changed = dict(told) | {
        "appeared": {"count": told["appeared"]["count"] - len(keys), "keys": rest},
        "lost": {"count": lost["count"] + len(keys), "keys": sorted([*lost["keys"], *keys])},
    }
    return {word: part for word, part in changed.items() if word != "appeared" or part["count"]}


def _number(previous: Link | None) -> int:
    return int(((previous and previous.certificate) or {}).get("number", 0))


def load_json(load: Mapping[str, Load], before: Mapping[str, Load]) -> dict[str, dict[str, int]]:
    """What was put on each part of the source after `before`, as JSON without fractions."""
    return {name: _load(part.since(before.get(name, Load()))) for name, part in load.items()}


def _load(load: Load) -> dict[str, int]:
    return {
        "statements": load.statements,
        "rows": load.rows,
        "milliseconds": round(1000 * load.seconds),
        "connections": load.connections,
        "at_once": load.at_once,
        "bytes": load.bytes,
        "waited_milliseconds": round(1000 * load.waited),
    }


def _digests(var: Path, night: NightFolder, previous: Link | None) -> dict[str, str]:
    if previous is None or previous.certificate is None:
        return digests(night)
    known = previous.certificate.get("files", {})
    return digests(night, NightFolder.of(var, previous.run), known)


__all__ = ["certify", "differences", "recount", "verify", "verify_sinks"]
