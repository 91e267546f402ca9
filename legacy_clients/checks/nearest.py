"""What somebody may have meant by a name that is not there."""

from __future__ import annotations

from difflib import get_close_matches

SHOWN = 12


def instead(word: str, known: list[str]) -> str:
    """What is nearest to a word among those that are known; some of them, where nothing is."""
    by_capitals = {each.lower(): each for each in reversed(known)}
    near = [by_capitals[each] for each in get_close_matches(word.lower(), by_capitals, n=2)]
    near = near or [each for each in known if word.lower() in each.lower()][:2]
    if near:
        return f"is it {' or '.join(near)}?"
    more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    return f"it has {', '.join(known[:SHOWN]) or 'none'}{more}."
