"""Plots as inline SVG: no script, colours from the page's style, figures as text beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

ROW = 26
LABELS = 150
FIGURES = 90
WIDTH = 640
COLUMNS_HEIGHT = 120


def bars(rows: Sequence[tuple[str, float, str]], title: str) -> str:
    """Horizontal bars, each with its name on the left and its figure in words behind it."""
    most = max([value for _, value, _ in rows], default=0) or 1
    room = WIDTH - LABELS - FIGURES
    parts = []
    for number, (name, value, words) in enumerate(rows):
        y, length = number * ROW, max(1.0, room * value / most)
        middle = y + ROW / 2 + 4
        parts.append(
            f'<text class="label" x="{LABELS - 10}" y="{middle}" text-anchor="end">'
            f"{escape(name)}</text>"
            f'<rect class="one" x="{LABELS}" y="{y + 5}" width="{length:.1f}" height="{ROW - 10}"'
            f' rx="3"><title>{escape(name)}: {escape(words)}</title></rect>'
            f'<text class="figure" x="{LABELS + length + 8:.1f}" y="{middle}">'
            f"{escape(words)}</text>"
        )
    return _svg(title, WIDTH, len(rows) * ROW, parts)


def stacked(parts: Iterable[tuple[str, int]], most: int) -> str:
    """One thin bar of several colours, for a cell of a table; `parts` are class and value."""
    drawn, x, room = [], 0.0, 160
    for kind, value in parts:
        if value:
            length = max(2.0, room * value / (most or 1))
            drawn.append(
                f'<rect class="{kind}" x="{x:.1f}" y="2" width="{length:.1f}" height="10" rx="2"/>'
            )
            x += length + 2
    return _svg("", room + 8, 14, drawn, "stacked")


def columns(rows: Sequence[tuple[str, float, str]], title: str) -> str:
    """Columns side by side, the last one in full colour with its figure above it."""
    most = max([value for _, value, _ in rows], default=0) or 1
    width, top, bottom = 360, 22, 20
    # Room is left behind the last column for the words above and below it.
    step = min(40.0, (width - 60) / max(len(rows), 1))
    parts = [
        f'<line class="axis" x1="0" x2="{width}" y1="{top + COLUMNS_HEIGHT}"'
        f' y2="{top + COLUMNS_HEIGHT}"/>'
    ]
    for number, (name, value, words) in enumerate(rows):
        height = max(1.0, COLUMNS_HEIGHT * value / most) if value else 0
        x, y = number * step, top + COLUMNS_HEIGHT - height
        newest = number == len(rows) - 1
        parts.append(
            f'<rect class="{"one" if newest else "before"}" x="{x + 2:.1f}" y="{y:.1f}"'
            f' width="{step - 4:.1f}" height="{height:.1f}" rx="3">'
            f"<title>{escape(name)}: {escape(words)}</title></rect>"
        )
        if number == 0 or (newest and number > 1):
            parts.append(
                f'<text class="label" x="{x + 2:.1f}" y="{top + COLUMNS_HEIGHT + 15}">'
                f"{escape(name)}</text>"
            )
        if newest:
            parts.append(
                f'<text class="figure" x="{x + 2:.1f}" y="{y - 6:.1f}">{escape(words)}</text>'
            )
    return _svg(title, width, top + COLUMNS_HEIGHT + bottom, parts)


def _svg(title: str, width: int, height: int, parts: Iterable[str], kind: str = "plot") -> str:
    named = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    return (
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f" {named}>{''.join(parts)}</svg>"
    )
