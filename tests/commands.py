"""Commands of `facade` by their words, as the command line finds them."""

from __future__ import annotations

import click

from facade.cli import cli


def command_of(words: list[str]) -> click.Command:
    """The command that these words lead to; what is no command of a group is an option or an
    argument. AssertionError where a word leads nowhere.
    """
    current: click.Command = cli
    for word in words:
        if word.startswith("--"):
            known = {name for option in current.params for name in option.opts}
            assert word in known, f"{word} is no option of {current.name}"
        elif isinstance(current, click.Group):
            found = current.get_command(click.Context(current), word)
            assert found is not None, f"there is no {word} in {current.name}"
            current = found
    return current
