"""Verify the certificates of a folder of nights, with Python 3.11 and nothing else.

    python3 verify_certificate.py var/runs [--key certificate.pub.pem] [--sha256 NEWEST]

Checked are each signature (Ed25519, RFC 8032), that each certificate names the one before it by its
SHA-256, that the numbers of each agree with one another, and the SHA-256 of every file of a night.
Trusted is the key given, or else that of the first certificate. Whoever noted the newest SHA-256
elsewhere gives it too: nothing else shows that the newest certificates were taken away. Exit status
0: all is well; 1: it is not.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
SEALED = ("changes", "current", "graves", "raw", "refused", "snapshot")
Point = tuple[int, int, int, int]


def point(data: bytes) -> Point:
    """RFC 8032, 5.1.3. Raises ValueError for what is no point."""
    y = int.from_bytes(data, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    if y >= P or x * x % P != square or (x == 0 and data[31] >> 7):
        raise ValueError("no point of the curve")
    x = x if x % 2 == data[31] >> 7 else P - x
    return x, y, 1, x * y % P


def added(p: Point, q: Point) -> Point:
    """RFC 8032, 5.1.4."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, p: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        total = added(total, p) if number & 1 else total
        p, number = added(p, p), number >> 1
    return total


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def fits(public: bytes, signature: bytes, message: bytes) -> bool:
    """RFC 8032, 5.1.7."""
    if len(public) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    try:
        a, r = point(public), point(signature[:32])
    except ValueError:
        return False
    left = times(s, BASE)
    right = added(r, times(int.from_bytes(digest, "little") % L, a))
    same = all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))
    return s < L and same


def canonical(value: Any) -> bytes:
    """RFC 8785, for what a certificate holds: no floats."""

    def ordered(part: Any) -> Any:
        if isinstance(part, dict):
            names = sorted(part, key=lambda name: name.encode("utf-16-be"))
            return {name: ordered(part[name]) for name in names}
        if isinstance(part, float):
            raise ValueError("a certificate holds no float")
        return [ordered(one) for one in part] if isinstance(part, list) else part

    return json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def signed_part(certificate: dict[str, Any]) -> bytes:
    return canonical({name: part for name, part in certificate.items() if name != "signature"})


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def disagreements(it: dict[str, Any]) -> Iterator[str]:
    """Numbers of a certificate that contradict one another, and what it says of itself."""
    yield from it["differences"]
    for name, table in it["tables"].items():
        source = table["source"]
        since = {"appeared": 1, "vanished": -1}
        rows = table["rows"] + sum(
            sign * source[what]["count"] for what, sign in since.items() if what in source
        )
        if table["digest"].split(":")[0] != str(table["rows"]):
            yield f"table {name}: its digest is not of {table['rows']} rows"
        if rows != source.get("rows", rows) and not it["differences"]:
            yield f"table {name}: {rows} rows, the source counts {source['rows']}"
    for name, entity in it["entities"].items():
        listed = sum(kind["count"] for kind in it["exceptions"].get(name, []))
        if listed != entity["refused"]:
            yield f"{name}: {entity['refused']} refused values, and {listed} exceptions"
    for sink, said in it["sinks"].items():
        for relation, holds in said["holds"].items():
            entity = it["entities"].get(relation.split(".")[0], {"snapshot": {}})
            sums = entity["snapshot"].get(relation)
            told = [holds.get("count"), str(holds.get("hash_sum"))]
            if sums and "hash_sum" in holds and told != [sums[0], str(sums[1])]:
                yield f"sink {sink}: {relation} is not what the snapshot is"


def files(folder: Path, it: dict[str, Any], newest: bool) -> Iterator[str]:
    """Files that are others than were certified. Those of older nights may be kept no longer."""
    sealed = (p for name in SEALED for p in (folder / name).rglob("*.parquet"))
    there = {p.relative_to(folder).as_posix() for p in sealed}
    for name in sorted(there - it["files"].keys()):
        yield f"{name} is not in the certificate"
    for name, digest in sorted(it["files"].items()):
        path = folder / name
        passing = name.startswith(("raw/", "changes/")) and not path.parent.exists()
        if path.is_file():
            if sha256(path.read_bytes()) != digest:
                yield f"{name} is not the file that was certified"
        elif newest and not passing:
            yield f"{name} is gone"


def verified(runs: Path, trusted: bytes | None, newest: str | None) -> Iterator[str]:
    """What is wrong, in words; oldest night first."""
    paths = sorted(runs.glob("*/certificate.json"))
    if not paths:
        yield f"{runs} holds no certificates"
    before: tuple[int, str] | None = None
    for path in paths:
        night = path.parent.name
        try:
            it = json.loads(path.read_text("utf-8"))
            message, public = signed_part(it), base64.b64decode(it["key"]["public"])
            trusted = public if trusted is None else trusted
            if not fits(public, base64.b64decode(it["signature"]), message):
                yield f"{night}: the signature does not fit"
            if public != trusted:
                yield f"{night}: signed by key {it['key']['id']}, which is not the trusted one"
            previous = it["previous"] and (it["previous"]["run"], it["previous"]["sha256"])
            if previous != before:
                yield f"{night}: the certificate before it is gone, or another"
            if it["run"] != int(night):
                yield f"{night}: the certificate is that of night {it['run']}"
            for what in [*disagreements(it), *files(path.parent, it, path == paths[-1])]:
                yield f"{night}: {what}"
            before = it["run"], sha256(message)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield f"{night}: the certificate is none ({error!r})"
            before = None
    if newest is not None and (before is None or before[1] != newest):
        yield f"the newest certificate is not {newest}"
    elif before is not None:
        newest = f"of night {before[0]}, SHA-256 {before[1]}"
        sys.stdout.write(f"{len(paths)} certificates; the newest is {newest}\n")


def key_of(pem: str) -> bytes:
    """The 32 bytes of an Ed25519 public key in PEM (RFC 8410)."""
    der = base64.b64decode("".join(pem.split("-----")[2].split()))
    if der[:12].hex() != "302a300506032b6570032100" or len(der) != 44:
        raise SystemExit("the key is no Ed25519 public key in PEM")
    return der[12:]


def main() -> int:
    reading = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    reading.add_argument("runs", type=Path, help="the folder of nights, var/runs")
    reading.add_argument("--key", type=Path, help="the PEM file of the trusted public key")
    reading.add_argument("--sha256", help="that of the newest certificate, as it was noted down")
    given = reading.parse_args()
    trusted = key_of(given.key.read_text()) if given.key else None
    wrong = list(verified(given.runs, trusted, given.sha256))
    sys.stdout.write("\n".join(wrong or ["all is well"]) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
