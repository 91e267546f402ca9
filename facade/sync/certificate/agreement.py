"""What a certificate must agree with itself in: what was read, counted again, held and sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def differences(certificate: Mapping[str, Any]) -> list[str]:
    """What does not agree within a certificate, in words."""
    return [*_of_tables(certificate), *_of_sinks(certificate)]


def _of_tables(certificate: Mapping[str, Any]) -> Iterator[str]:
    for name, table in certificate["tables"].items():
        source = table["source"]
        if "failed" in source:
            yield f"table {name}: the source could not be counted: {source['failed']}"
            continue
        if "rows" not in source:
            continue
        for what, words in LOSSES.items():
            if what in source:
                yield f"table {name}: {source[what]['count']} rows {words}{_shown(source[what])}"
        if table["rows"] + changed_since(source) != source["rows"]:
            why = f" ({source['unexplained']})" if "unexplained" in source else ""
            counted = f"the source counts {source['rows']}{why}"
            yield f"table {name}: {table['rows']} rows read, {counted}"


LOSSES = {
    "lost": "are in the source and were not read",
    "doubled": "were read more often than they are in the source",
    "unlisted": "are counted by the source, and its driver does not bring them",
}
"""What no change since the reading explains, by its word in a certificate."""


def changed_since(source: Mapping[str, Any]) -> int:
    """How many rows a source has more than were read, for what a recount explains."""
    signs = {"appeared": 1, "lost": 1, "vanished": -1, "doubled": -1}
    return sum(sign * source[what]["count"] for what, sign in signs.items() if what in source)


def _shown(found: Mapping[str, Any]) -> str:
    keys = found.get("keys", [])[:3]
    more = ", …" if found["count"] > len(keys) else ""
    return f": {', '.join(keys)}{more}" if keys else ""


def _of_sinks(certificate: Mapping[str, Any]) -> Iterator[str]:
    for sink, said in certificate["sinks"].items():
        for relation, holds in said["holds"].items():
            entity = relation.partition(".")[0]
            sums = certificate["entities"].get(entity, {}).get("snapshot", {}).get(relation)
            # A sink that holds only what is in its scope tells no hash sum: it is no mirror.
            if sums is None or "hash_sum" not in holds:
                continue
            if [holds["count"], str(holds["hash_sum"])] != [sums[0], str(sums[1])]:
                yield (
                    f"sink {sink}: {relation} holds {holds['count']} records,"
                    f" the snapshot {sums[0]}, or they differ"
                )
