"""README tells the truth: every command, setting and file that it names exists, every snippet is
read by our own code.
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from facade.cli import cli
from facade.config import SETTINGS, read_settings
from facade.sinks import KINDS
from schemas.codecs import CODECS
from schemas.codecs.person import Companion
from schemas.grammar import CUSTOM_TYPES, load_mapping
from tests.commands import command_of

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PROSE = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
WORDS = re.findall(r"`([^`\n]+)`", PROSE)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands(program: str) -> list[str]:
    """Every call of a program in code, without its comment."""
    lines = [line.split("#")[0] for block in blocks("sh") for line in block.splitlines()]
    return [text.strip() for text in (*lines, *WORDS) if text.split()[:1] == [program]]


@pytest.mark.parametrize("command", commands("make"))
def test_every_make_target_exists(command: str) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE)
    assert [word for word in command.split()[1:] if word not in targets] == []


@pytest.mark.parametrize("command", commands("facade"))
def test_every_command_and_option_exists(command: str) -> None:
    assert command_of(shlex.split(command)[1:]) is not cli


def test_the_commands_are_there_to_be_checked() -> None:
    assert len(commands("make")) >= 3
    assert len(commands("facade")) >= 8


def test_every_setting_is_told_with_its_key() -> None:
    told = dict(re.findall(r"^\| `(FACADE_\w+)` \| (`[\w.]+`)?", README, flags=re.MULTILINE))
    assert told == {
        setting.variable: f"`{setting.key}`" if setting.key else "" for setting in SETTINGS.values()
    }
    named = set(re.findall(r"FACADE_[A-Z_]+[A-Z]", README)) - {"FACADE_SOAP"}
    assert named == {setting.variable for setting in SETTINGS.values()}


@pytest.mark.parametrize(
    "path", [word for word in WORDS if "/" in word and re.fullmatch(r"[\w./-]+", word)]
)
def test_every_file_exists(path: str) -> None:
    if path.startswith(("var/", "/")):
        pytest.skip(f"{path} is made when the program runs")
    assert (ROOT / path).exists()


def test_the_answer_is_json_and_the_statuses_are_those_of_the_commands() -> None:
    for block in blocks("json"):
        json.loads(block)
    help_text = " ".join((command_of(["sync"]).help or "").split())
    for number, words in (
        (0, "all well"),
        (2, "a setting or mapping is wrong"),
        (3, "new refused values"),
        (4, "another job is at work"),
        (5, "a guard stopped the night"),
        (6, "the CRM failed"),
        (7, "a sink failed"),
        (8, "the ledger failed"),
        (9, "the certificate disagrees"),
        (130, "stopped by Ctrl-C"),
    ):
        assert f"{number} {words}" in help_text
        assert f"{number} {words}" in " ".join(README.split())


def test_the_mapping_is_read_by_the_grammar(tmp_path: Path) -> None:
    (snippet,) = [block for block in blocks("toml") if "[customer.from]" in block]
    (tmp_path / "mapping.toml").write_text(snippet, "utf-8")
    mapping = load_mapping(tmp_path / "mapping.toml")
    assert mapping.entities["customer"].shape.stamp == "MODIFIED"


def test_the_sinks_are_read_as_settings(tmp_path: Path) -> None:
    (snippet,) = [block for block in blocks("toml") if "[sinks.tms]" in block]
    (tmp_path / "facade.toml").write_text(snippet, "utf-8")
    settings = read_settings({"TMS_TOKEN": "secret"}, tmp_path)
    assert {settings.sink(name).kind for name in settings.sinks} == set(KINDS)
    assert settings.sink("tms").scope["order"]["status"] == ["open", "confirmed"]
    assert tomllib.loads(snippet)["sinks"]["tms"]["on_delete"] == "cancel"


def test_every_codec_and_every_type_of_a_custom_field_is_named() -> None:
    of_the_mapping = {"constant", "among", "listed"}
    written = {
        name
        for name, codec in CODECS.items()
        if not issubclass(codec, Companion) and name not in of_the_mapping
    }
    rows = re.findall(r"^\| (`.*) \| .* \|$", README, flags=re.MULTILINE)
    told = {word for row in rows for word in re.findall(r"`(\w+)`", row.split(" | ")[0])}
    assert written - told == set()
    assert set(CUSTOM_TYPES) - set(WORDS) == set()


def test_the_whole_settings_file_is_read(tmp_path: Path) -> None:
    (snippet,) = [block for block in blocks("toml") if "[sinks.warehouse]" in block]
    (tmp_path / "facade.toml").write_text(snippet, "utf-8")
    (tmp_path / "our-crm").mkdir()
    settings = read_settings({}, tmp_path)
    assert settings.crm == str(tmp_path / "our-crm")
    assert settings.odbc == "DRIVER={SQLite3};Database=/srv/crm/crm.sqlite"
    assert settings.sink("warehouse").kind == "warehouse"
