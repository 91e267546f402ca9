"""The exceptions of a night by id: values that could not be read, and records set apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from facade.snapshots.folder import NightFolder

IDS = 100
"""So many ids of each kind are listed; all are in the night's refused values, bound by SHA-256."""


def exceptions(night: NightFolder, relations: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """By entity, and by relation, field and reason: how many, and their first ids. No raw values:
    those may be of persons.
    """
    return {entity: _of(night, names) for entity, names in relations.items()}


def _of(night: NightFolder, relations: Iterable[str]) -> list[dict[str, Any]]:
    # Here, so that commands which certify nothing start without them.
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    found = []
    for relation in relations:
        path = night.refused(relation)
        if not path.is_file():
            continue
        rows = pq.read_table(path, columns=["id", "field", "reason"])
        kinds = rows.group_by(["field", "reason"]).aggregate([("id", "count")])
        for kind in kinds.sort_by([("field", "ascending"), ("reason", "ascending")]).to_pylist():
            same = pc.and_(
                pc.equal(rows["field"], kind["field"]), pc.equal(rows["reason"], kind["reason"])
            )
            ids = rows.filter(same)["id"].drop_null()
            found.append(
                {
                    "relation": relation,
                    "field": kind["field"],
                    "reason": kind["reason"],
                    "count": pc.sum(same).as_py(),
                    "ids": sorted(ids.to_pylist())[:IDS],
                }
            )
    return found
