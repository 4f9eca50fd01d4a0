"""The documents say what is: every command, setting, dependency and file they name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from tests.commands_page import PAGE, page
from tests.warm import names_in
from watcher.chat.commands.help import EVERY
from watcher.cli import cli
from watcher.topics.compiler import THRESHOLDS
from watcher.topics.forms import TRUST
from watcher.topics.query import parse_query

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_the_page_of_commands_is_that_of_the_commands() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_command_of_the_command_line_is_explained() -> None:
    told = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    for name in get_command(cli).commands:  # type: ignore[attr-defined]
        assert f"`bot.py {name}" in told, name


def test_help_on_the_command_line_has_the_arguments_of_the_chats_own_commands() -> None:
    usages = {command.line: command.usage for command in EVERY.commands}
    for room in ("feed", "topic"):
        for name, command in get_command(cli).commands[f"{room}s"].commands.items():  # type: ignore[attr-defined]
            if name not in ("import", "export"):
                shown = command.params[0].help.replace("\\[", "[")
                assert f"/watch {room} {name} {shown}".strip() == usages[f"/watch {room} {name}"]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"].values()
    wanted = [*project["project"]["dependencies"], *(each for group in groups for each in group)]
    reasons = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    for dependency in wanted:
        name = re.split(r"[\[<>=~!]", dependency)[0]
        assert f"**{name}**" in reasons, f"{name} has no reason in docs/decisions.md"


def test_every_room_has_its_layer() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = " ".join(project["tool"]["importlinter"]["contracts"][0]["layers"])
    for room in (ROOT / "watcher").glob("*.py"):
        if room.stem != "__init__":
            assert re.search(rf"\bwatcher\.{room.stem}\b", layers), f"{room.stem} stands in no layer"


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_that_a_page_links_to_is_there(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text) + re.findall(r'src="([^"]+)"', text):
        if "://" not in target:
            assert (file.parent / target).exists(), target


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_word_of_make_that_a_page_names_is_one(file: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in re.findall(
        r"`(make [a-z -]+)`|^    (make [a-z -]+)$", file.read_text(encoding="utf-8"), re.MULTILINE
    ):
        for word in (line[0] or line[1]).split()[1:]:
            assert word in targets, word


def test_queries_are_read_as_the_page_of_topics_says() -> None:
    told = (ROOT / "docs" / "topics.md").read_text("utf-8")
    rows = re.findall(r"^\| `(.+)` \| (.+) \|$", told.split("## What meets")[0], re.MULTILINE)
    names = names_in(ROOT / "config" / "names.toml")
    assert len(rows) > 10
    assert [(typed, parse_query(typed, names).reading()) for typed, _ in rows] == rows
    for word, score in THRESHOLDS.items():
        assert f"| {word} | {score:g} |" in told
    assert {f"{worth:g}" for worth in TRUST.values()} <= set(re.findall(r"\d(?:\.\d+)?", told))
