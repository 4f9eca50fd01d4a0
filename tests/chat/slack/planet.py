"""A newsroom on the fake Slack: a workspace with people and channels, and Watcher in it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.chat.desks import NOW, Room, match_of, record, room_on, story
from tests.fake_slack import FakeSlack
from tests.fake_slack.judging import shown
from tests.fake_slack.state import APP_TOKEN, BOT_TOKEN, SECRET, Json
from watcher.chat.slack import Patience, SlackChat
from watcher.config import SlackSettings
from watcher.deliver import Deliverer
from watcher.models import Desk, Placement, Story, Topic
from watcher.rounds import Rounds
from watcher.store import Store, desks, topics

PLANET = Desk("slack:T1", "slack", "The Daily Planet")
QUICK = Patience(answer=5.0, silence=60.0, pace=0.0, again=0.05, longest=0.2, ping=0.2, lost=0.8)
ADA, BO = "UADA", "UBO"
"""Ada is an admin of the workspace, Bo is not."""


@dataclass(slots=True)
class Planet:
    """All of it, and what a test may want to look at or move."""

    slack: FakeSlack
    store: Store
    room: Room
    chat: SlackChat
    deliverer: Deliverer

    async def say(self, line: str, by: str = ADA, channel: str = "CNEWS") -> str:
        """What Slack shows as the answer to a slash command."""
        return shown(await self.ask(line, by, channel))

    async def ask(self, line: str, by: str = ADA, channel: str = "CNEWS") -> Json:
        """The answer to a slash command, as Slack was given it."""
        return await (await self.slack.command(line, by, channel)).answer()

    async def watch(self, name: str, query: str, **more: object) -> Topic:
        """Give the desk a topic."""
        async with self.store.writing() as db:
            await desks.ensure(db, PLANET)
            return await topics.add(db, replace(Topic(0, PLANET.id, name, query), **more))

    async def catch(self, topic: Topic, *events: list[Story]) -> list[str]:
        """Have a topic catch stories, each list of them as one event; returns the events' ids."""
        groups = [f"{number:06x}000000" for number in range(1, len(events) + 1)]
        for found in events:
            await record(self.store, found)
        async with self.store.writing() as db:
            for group, found in zip(groups, events, strict=True):
                await topics.save_matches(db, [match_of(one, topic) for one in found])
                await topics.place(db, [Placement(one.id, topic.id, group, one.id, 1.0) for one in found])
        return groups

    async def compose(self) -> int:
        """Let every digest that is due be composed; returns how many were."""
        return await Rounds(self.store, self.room.clock, timedelta(seconds=45)).digests()

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.room.clock.at += timedelta(**by)

    def restarted(self, patience: Patience = QUICK, **settings: Any) -> SlackChat:
        """Watcher on Slack as it is after a restart: nothing is remembered but the store."""
        return chat_on(self.slack, self.store, self.room, patience, **settings)


def settings_of(slack: FakeSlack, **more: Any) -> SlackSettings:
    """Settings that lead to the fake."""
    return replace(
        SlackSettings(
            api_base=slack.api_base, bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET, port=0
        ),
        **more,
    )


def chat_on(
    slack: FakeSlack, store: Store, room: Room, patience: Patience = QUICK, **settings: Any
) -> SlackChat:
    return SlackChat(settings_of(slack, **settings), store, room.clock, patience=patience)


@asynccontextmanager
async def planet_at(path: Path, **settings: Any) -> AsyncIterator[Planet]:
    """A newsroom whose Watcher is there to be sent by, and does not listen yet."""
    await asyncio.to_thread(shutil.copy, await _empty_store(), path / "watcher.db")
    async with await Store.open(path / "watcher.db") as store:
        room = room_on(store)
        async with FakeSlack(room.clock, ack_seconds=3.0) as slack:
            furnish(slack)
            chat = chat_on(slack, store, room, **settings)
            yield Planet(slack, store, room, chat, deliverer_of(store, chat, room))
            await chat.close()


_folder = tempfile.TemporaryDirectory(prefix="watcher-tests-")


async def _empty_store() -> Path:
    """A store as it is when new, made once: migrations take a while."""
    path = Path(_folder.name) / "watcher.db"
    if not path.exists():
        async with await Store.open(path):
            pass
    return path


def deliverer_of(store: Store, chat: SlackChat, room: Room) -> Deliverer:
    return Deliverer(store, {"slack": chat}, room.clock, timedelta(hours=12))


def furnish(slack: FakeSlack) -> None:
    slack.here.person(ADA, is_admin=True)
    slack.here.person(BO)
    furnish_channels(slack)


def furnish_channels(slack: FakeSlack) -> None:
    slack.here.channel("CNEWS", name="news")
    slack.here.channel("COPEN", name="open", bot=False)
    slack.here.channel("CSECRET", name="secret", private=True, bot=False)
    slack.here.channel("COLD", name="old", archived=True)
    for person in (ADA, BO):
        slack.here.window(person)


@asynccontextmanager
async def listening(planet: Planet, chat: SlackChat | None = None) -> AsyncIterator[asyncio.Task[None]]:
    """Let Watcher listen, once it can be reached."""
    chat = chat or planet.chat
    task = asyncio.create_task(chat.listen(planet.room.commands))
    ready = asyncio.create_task(chat.ready.wait())
    try:
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED, timeout=10)
        if task.done():
            task.result()
        yield task
    finally:
        ready.cancel()
        task.cancel()
        await asyncio.gather(task, ready, return_exceptions=True)


async def eventually(true: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while True:
            found = true()
            if (found if isinstance(found, bool) else await found) is True:
                return
            await asyncio.sleep(0.01)


def summit(**more: Any) -> list[Story]:
    """An event that two outlets tell."""
    return [
        story("Kim and Putin to meet in Vladivostok", hours=3, outlet="lemonde.fr", **more),
        story("Kim arrives by train for talks with Putin", hours=2, outlet="bbc.co.uk", **more),
    ]


__all__ = ["ADA", "BO", "NOW", "PLANET", "QUICK", "Planet", "listening", "planet_at"]
