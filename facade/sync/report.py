"""The report of a night: a page of HTML beside its certificate, and made of certificates alone.

It has no script and asks for nothing from elsewhere. Of values that could not be read it shows
counts and ids, never the values: those may be of persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from facade.ledger import Ledger
from facade.ledger.runs import Run
from facade.snapshots.folder import NightFolder
from facade.sync.certificate.canonical import sha256_of
from facade.sync.certificate.chain import latest
from facade.sync.charts import bars, columns, stacked

REPORT = "report.html"
NIGHTS = 14
IDS = 5
KINDS = ("inserted", "updated", "deleted")
Certificate = Mapping[str, Any]


def publish(ledger: Ledger, var: Path, run: Run) -> None:
    """Write the report of a night that has its certificate."""
    recent = latest(ledger, var, run.number, NIGHTS)
    path = NightFolder.of(var, run.number).path / REPORT
    fresh = path.with_name(f"{REPORT}.new")
    fresh.write_text(page(recent), "utf-8")
    fresh.replace(path)


def page(recent: Sequence[Certificate]) -> str:
    """The page of the last of these certificates; the others are the nights before it."""
    certificate = recent[-1]
    parts = [
        _head(certificate),
        _figures(certificate),
        _changes(certificate),
        _durations(certificate),
        _last_nights(recent),
        _source(certificate),
        _sinks(certificate),
        _exceptions(certificate),
        _signature(certificate),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>Night {certificate['run']}</title><style>{_style()}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("report.css").read_text("utf-8")


def _head(it: Certificate) -> str:
    wrong = it["differences"]
    verdict = ("bad", f"{_many(len(wrong), 'difference')}") if wrong else ("good", "agrees")
    told = "".join(f"<li>{escape(what)}</li>" for what in wrong)
    listed = f'<ul class="bad">{told}</ul>' if wrong else ""
    new = it["new_refusals"]
    fresh = f'<span class="verdict some">{new:,} new refused</span>' if new else ""
    return (
        f"<header><h1>{escape(_title(it))}</h1>"
        f'<span class="verdict {verdict[0]}">certificate: {verdict[1]}</span>{fresh}'
        f'<span class="soft">sealed {escape(_moment(it["sealed_at"]))}</span></header>{listed}'
    )


def _figures(it: Certificate) -> str:
    rows = sum(table["rows"] for table in it["tables"].values())
    read = sum(table["read"] for table in it["tables"].values())
    records = sum(entity["snapshot"][name][0] for name, entity in it["entities"].items())
    changed = sum(sum(entity["changes"].values()) for entity in it["entities"].values())
    refused = sum(entity["refused"] for entity in it["entities"].values())
    asked = sum(part["statements"] for part in it["load"].values())
    busy = sum(part["milliseconds"] for part in it["load"].values())
    new = it["new_refusals"]
    cards = [
        ("Records held", f"{records:,}", f"of {rows:,} rows"),
        ("Records changed", f"{changed:,}", f"{read:,} rows read in full"),
        ("Values not readable", f"{refused:,}", f"{new:,} of them new"),
        ("Taken", _duration(_taken(it)), "from lease to certificate"),
        ("Asked of the CRM", f"{asked:,}", f"statements, {_duration(busy)} of its time"),
    ]
    told = "".join(
        f"<div><dt>{name}</dt><dd>{value}<small>{note}</small></dd></div>"
        for name, value, note in cards
    )
    return f'<dl class="figures">{told}</dl>'


def _changes(it: Certificate) -> str:
    most = max([sum(entity["changes"].values()) for entity in it["entities"].values()], default=0)
    rows = []
    for name, entity in it["entities"].items():
        acts = entity["changes"]
        bar = stacked([(kind, acts[kind]) for kind in KINDS], most)
        counts = "".join(_number(acts[kind]) for kind in KINDS)
        held = _number(entity["snapshot"][name][0])
        rows.append(
            f"<tr><td>{escape(name)}</td>{held}{counts}{_number(entity['refused'])}"
            f"<td>{bar}</td></tr>"
        )
    legend = "".join(f'<i class="{kind}"></i>{kind}' for kind in KINDS)
    head = ("entity", *(f"#{word}" for word in ("records", *KINDS, "refused")), "")
    return (
        "<section><h2>What changed</h2>"
        f'<p class="legend">{legend}</p>{_table(head, rows)}</section>'
    )


def _durations(it: Certificate) -> str:
    rows = [
        (step["step"], step["milliseconds"], _duration(step["milliseconds"]))
        for step in it["steps"]
    ]
    if not rows:
        return ""
    return f"<section><h2>Where the time went</h2>{bars(rows, 'Duration by step')}</section>"


def _last_nights(recent: Sequence[Certificate]) -> str:
    if len(recent) < 2:
        return ""
    read, taken = [], []
    for it in recent:
        name = f"night {it['run']}"
        rows = sum(table["read"] for table in it["tables"].values())
        total = _taken(it)
        read.append((name, rows, f"{rows:,}"))
        taken.append((name, total, _duration(total)))
    plots = (("Rows read in full", read), ("Duration", taken))
    figures = "".join(
        f"<figure><figcaption>{title}</figcaption>{columns(rows, f'{title} by night')}</figure>"
        for title, rows in plots
    )
    return f'<section><h2>The last nights</h2><div class="plots">{figures}</div></section>'


def _source(it: Certificate) -> str:
    rows = []
    for name, table in it["tables"].items():
        source = table["source"]
        counted = _number(source["rows"]) if "rows" in source else '<td class="n zero">–</td>'
        rows.append(
            f"<tr><td>{escape(name)}</td>{_number(table['read'])}{_number(table['rows'])}{counted}"
            f"<td>{escape(_clock(source.get('at')))}</td>"
            f'<td class="ids">{escape(_explained(table))}</td></tr>'
        )
    load = [
        f"<tr><td>{escape(name)}</td>{_number(part['statements'])}{_number(part['rows'])}"
        f'<td class="n">{_duration(part["milliseconds"])}</td>{_number(part["connections"])}'
        f"{_number(part['at_once'])}{_number(part.get('bytes', 0))}"
        f'<td class="n">{_duration(part.get("waited_milliseconds", 0))}</td></tr>'
        for name, part in it["load"].items()
        if part["statements"]
    ]
    asked = (
        *("asked of its", "#statements", "#rows", "#its time", "#connections made", "#at once"),
        *("#bytes", "#spared by waiting"),
    )
    head = ("table", "#read in full", "#rows", "#counted again", "at", "since the reading")
    return (
        "<section><h2>What the source says</h2>"
        '<p class="note">After the reading the source was asked how many rows it has. Rows that'
        " came or went in between are named; any other difference would be a loss.</p>"
        f"{_table(head, rows)}{_table(asked, load) if load else ''}</section>"
    )


def _explained(table: Mapping[str, Any]) -> str:
    source = table["source"]
    told = [
        f"{source[what]['count']:,} {what} ({_some(source[what]['keys'], source[what]['count'])})"
        for what in ("appeared", "vanished", "lost", "doubled")
        if what in source
    ]
    told += [source[what] for what in ("uncounted", "failed", "unexplained") if what in source]
    if "believed" in table:
        told.append(f"changes as the source tells them; all was read {_moment(table['swept_at'])}")
    return "; ".join(told)


def _sinks(it: Certificate) -> str:
    if not it["sinks"]:
        return ""
    rows = []
    for name, said in it["sinks"].items():
        sent = [
            f"{count:,} {entity} {act}"
            for entity, acts in said["sent"].items()
            for act, count in acts.items()
            if count
        ]
        held = sum(holds["count"] for holds in said["holds"].values())
        parked = said["parked"]
        rows.append(
            f"<tr><td>{escape(name)}</td><td>{escape(', '.join(sent) or 'nothing to deliver')}</td>"
            f"{_number(held)}{_number(parked['count'])}"
            f'<td class="ids">{escape(_some(parked["ids"], parked["count"]))}</td></tr>'
        )
    head = ("sink", "was sent", "#holds", "#parked", "")
    return f"<section><h2>Delivered</h2>{_table(head, rows)}</section>"


def _exceptions(it: Certificate) -> str:
    kinds = [kind for listed in it["exceptions"].values() for kind in listed]
    kinds.sort(key=lambda kind: (-kind["count"], kind["relation"], kind["field"] or ""))
    rows = [
        f"<tr><td>{escape(kind['relation'])}</td><td>{escape(kind['field'] or '')}</td>"
        f"<td>{escape(kind['reason'] or '')}</td>{_number(kind['count'])}"
        f'<td class="ids">{escape(_some(kind["ids"], kind["count"]))}</td></tr>'
        for kind in kinds
    ]
    if not rows:
        return "<section><h2>Values that could not be read</h2><p>None.</p></section>"
    head = ("entity", "field", "reason", "#count", "records")
    return (
        "<section><h2>Values that could not be read</h2>"
        '<p class="note">Each is null with a problem, and its raw text is kept in the night'
        f"'s folder.</p>{_table(head, rows)}</section>"
    )


def _signature(it: Certificate) -> str:
    previous = it["previous"]
    before = (
        f"night {previous['run']}, {previous['sha256']}" if previous else "none: it is the first"
    )
    rows = [
        ("SHA-256", sha256_of(it)),
        ("follows on", before),
        ("signed by key", it["key"]["id"]),
        ("mapping", it["mapping"] or ""),
        ("sealed files", f"{len(it['files'])}"),
        ("written", _moment(it["certified_at"])),
    ]
    told = [
        f"<tr><th>{name}</th><td><code>{escape(value)}</code></td></tr>" for name, value in rows
    ]
    return (
        f"<section><h2>Certificate no. {it['number']}</h2>"
        '<p class="note"><code>facade verify</code> recomputes it, and so do two verifiers that'
        " need nothing of ours. Noted down elsewhere, the SHA-256 shows that nothing was taken"
        f" away behind it.</p>{_table((), told)}</section>"
    )


def _table(head: Iterable[str], rows: Iterable[str]) -> str:
    """A table; a heading that begins with # is of numbers."""
    named = "".join(
        f'<th class="n">{word[1:]}</th>' if word.startswith("#") else f"<th>{word}</th>"
        for word in head
    )
    top = f"<thead><tr>{named}</tr></thead>" if named else ""
    return f'<div class="wide"><table>{top}<tbody>{"".join(rows)}</tbody></table></div>'


def _number(value: int) -> str:
    return f'<td class="n{"" if value else " zero"}">{value:,}</td>'


def _some(ids: Sequence[str], total: int) -> str:
    shown = list(ids[:IDS])
    more = [f"{total - len(shown):,} more"] if shown and total > len(shown) else []
    return ", ".join(shown + more)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _taken(it: Certificate) -> int:
    return sum(int(step["milliseconds"]) for step in it["steps"])


def _duration(milliseconds: int) -> str:
    seconds = milliseconds / 1000
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60):02d} s"


def _title(it: Certificate) -> str:
    return f"Night {it['run']}" if it["kind"] == "night" else f"Run {it['run']}: {it['kind']}"


def _moment(text: str | None) -> str:
    """2026-11-23T13:09:57.84+00:00 → 2026-11-23 13:09:57 UTC; ours are all of that zone."""
    return "" if text is None else f"{text[:10]} {text[11:19]} UTC"


def _clock(text: str | None) -> str:
    return "" if text is None else text[11:19]
