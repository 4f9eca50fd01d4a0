"""Watcher on our own Discord: the real discord.py, the real store and commands, real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from inspect import isawaitable
from pathlib import Path

from tests.chat.desks import Room, record, room_on, story
from tests.fake_discord import FakeDiscord, Person
from tests.fake_discord.people import text_of
from tests.fake_discord.world import Channel, Guild, Message
from tests.fakes import StillClock
from watcher.chat.discord import DiscordChat, Patience
from watcher.config import DiscordSettings
from watcher.deliver import Deliverer
from watcher.models import Desk, Match, Place, Placement, Reason, Ref
from watcher.store import Store, desks, topics

HASTE = Patience(answer=0.7, again=0.05, longest=0.2, guilds=0.15)
"""So that no test waits long for what never comes."""


@dataclass
class Scene:
    """A server with a channel, somebody who manages it, somebody who does not, and Watcher."""

    fake: FakeDiscord
    store: Store
    room: Room
    clock: StillClock
    guild: Guild
    news: Channel
    ada: Person
    bo: Person
    chat: DiscordChat
    listening: asyncio.Task[None] | None = None

    @property
    def place(self) -> Place:
        return Place("discord", self.news.id)

    @property
    def desk(self) -> str:
        return f"discord:{self.guild.id}"

    def settings(self) -> DiscordSettings:
        return DiscordSettings(self.fake.api_base, self.fake.gateway_url, self.fake.token)

    async def listen(self) -> None:
        """Let Watcher come to Discord, and wait until it is there."""
        self.listening = asyncio.create_task(self.chat.listen(self.room.commands))
        await until(lambda: self.is_ready or (self.listening and self.listening.done()))
        assert not self.listening.done(), self.listening.exception()

    @property
    def is_ready(self) -> bool:
        client = self.chat._session.current
        return client is not None and client.is_ready()

    async def leave(self) -> None:
        """Stop Watcher, as a restart does."""
        await self.chat.close()
        if self.listening:
            self.listening.cancel()
            with suppress(asyncio.CancelledError):
                await self.listening
        self.listening = None

    async def restart(self) -> None:
        """Stop Watcher and start it again: nothing is left but the store."""
        await self.leave()
        self.chat = DiscordChat(self.settings(), self.store, self.clock, patience=HASTE)
        await self.listen()

    def deliverer(self) -> Deliverer:
        return Deliverer(self.store, {"discord": self.chat}, self.clock, timedelta(hours=12))

    def later(self, **span: float) -> None:
        self.clock.at += timedelta(**span)


@asynccontextmanager
async def scene_at(folder: Path) -> AsyncIterator[Scene]:
    """A scene; at its end, nothing that was sent may have been against Discord's rules."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(await Store.open(folder / "watcher.db"))
        room = room_on(store)
        clock = room.clock
        fake = await stack.enter_async_context(FakeDiscord(clock))
        guild = fake.world.guild("Foreign desk")
        news = guild.channel("news")
        async with store.writing() as db:  # as if it had been installed some time ago
            await desks.ensure(db, Desk(f"discord:{guild.id}", "discord", guild.name))
        settings = DiscordSettings(fake.api_base, fake.gateway_url, fake.token)
        chat = DiscordChat(settings, store, clock, patience=HASTE)
        ada, bo = fake.person("ada", manager=True), fake.person("bo")
        scene = Scene(fake, store, room, clock, guild, news, ada, bo, chat)
        try:
            yield scene
        finally:
            await scene.leave()
        assert fake.faults == []


def texts(channel: Channel) -> list[str]:
    """What is read in a channel, a message a text."""
    return [text_of(message) for message in channel.shown]


async def until(true: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something is so; it may have to be awaited."""
    async with asyncio.timeout(seconds):
        while not (await found if isawaitable(found := true()) else found):  # noqa: ASYNC110 - it is elsewhere
            await asyncio.sleep(0.01)


__all__ = [
    "HASTE",
    "Match",
    "Message",
    "Placement",
    "Reason",
    "Ref",
    "Scene",
    "record",
    "scene_at",
    "story",
    "texts",
    "topics",
    "until",
]
