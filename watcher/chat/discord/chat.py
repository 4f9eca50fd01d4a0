"""The port to Discord."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import discord

from watcher.chat.commands import Commands
from watcher.chat.commands.help import EVERY
from watcher.chat.discord import standing
from watcher.chat.discord import wire as errors
from watcher.chat.discord.answering import Answering
from watcher.chat.discord.bodies import Bodies
from watcher.chat.discord.desks import PLATFORM, Furnish, Servers
from watcher.chat.discord.ledger import Ledger
from watcher.chat.discord.posting import Channel, Posting
from watcher.chat.discord.registering import Registering
from watcher.chat.discord.session import Patience, Session
from watcher.chat.discord.speaking import in_discords_words
from watcher.chat.discord.telling import Telling, welcome
from watcher.chat.discord.wire import Refused, Wire
from watcher.chat.keeping import Keeper
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.config import DiscordSettings
from watcher.desk.compose import count
from watcher.models import Card, Place, Ref
from watcher.store import Store

log = logging.getLogger(__name__)

BROKEN = "The connection to Discord broke, and is not made again yet."
Hear = Callable[..., Coroutine[Any, Any, None]]


class DiscordChat:
    """Discord as a chat platform.

    `furnish` gives the desk of a new server what it starts with; `keep` is how long one is remembered
    that has removed Watcher.
    Messages can be sent without listening. What Discord refuses is told to somebody who can mend it.
    """

    platform = PLATFORM

    def __init__(
        self,
        settings: DiscordSettings,
        store: Store,
        now: Callable[[], datetime],
        *,
        furnish: Furnish | None = None,
        keep: timedelta = timedelta(days=90),
        patience: Patience = Patience(),  # noqa: B008 - a frozen value
    ) -> None:
        self._store = store
        self._patience = patience
        self._registering = Registering(store, patience, settings.api_base)
        self._session = Session(settings, patience, self._attach)
        self._bodies = Bodies(Keeper(store, PLATFORM))
        self._servers = Servers(store, now, furnish, keep)
        self._posting = Posting(self._wire, self._bodies, Ledger(store), now, self._me, self._seen)
        self._telling = Telling(store, self._session, self._posting)
        self._answering: Answering | None = None
        self._at_work: set[asyncio.Task[Any]] = set()

    # ------------------------------------------------------------------------------------ listening

    async def listen(self, commands: Commands) -> None:
        """Take commands until closed; raises ChatRefused for what only people can mend, as a bad token."""
        commands.newsroom.namers[PLATFORM] = self.place_name
        commands.newsroom.troubles[PLATFORM] = self.notes
        self._answering = Answering(commands, self._bodies, self._servers, Keeper(self._store, PLATFORM))

        async def prepare(client: discord.Client) -> None:
            await self._registering.register(client, commands)

        await self._session.stay(prepare)

    def notes(self, desk: str = "") -> tuple[str, ...]:
        """What keeps Watcher from Discord at this moment: the same for all desks."""
        return (self._session.trouble,) if self._session.trouble else ()

    def _attach(self, client: discord.Client) -> None:
        """Hear of what happens at Discord."""

        async def on_disconnect() -> None:
            self._session.trouble = self._session.trouble or BROKEN

        async def on_resumed() -> None:
            self._session.trouble = ""

        async def on_ready() -> None:
            self._session.trouble = ""
            for guild in client.guilds:
                await self._know(guild)
            await self._servers.only(await self._there(client))
            await self._servers.forget_old()
            log.info("Connected to Discord as %s, in %s.", client.user, count(len(client.guilds), "server"))

        async def on_guild_available(guild: discord.Guild) -> None:
            await self._know(guild)

        async def on_guild_update(before: discord.Guild, after: discord.Guild) -> None:
            await self._know(after)

        async def on_guild_join(guild: discord.Guild) -> None:
            await self._know(guild)

        async def on_guild_remove(guild: discord.Guild) -> None:
            await self._servers.sleep(guild.id)

        async def on_interaction(interaction: discord.Interaction) -> None:
            if self._answering:
                await self._answering.take(interaction)

        guilds = (on_guild_available, on_guild_update, on_guild_join, on_guild_remove)
        hears: tuple[Hear, ...] = (on_ready, on_resumed, on_disconnect, *guilds, on_interaction)
        for hear in hears:
            client.event(self._finishing(hear))

    def _finishing(self, hear: Hear) -> Hear:
        """What is heard, remembered while it is at work, so that a stop lets it finish."""

        @wraps(hear)
        async def at_work(*of: Any) -> None:
            task = asyncio.current_task()
            assert task
            self._at_work.add(task)
            try:
                await hear(*of)
            finally:
                self._at_work.discard(task)

        return at_work

    async def _there(self, client: discord.Client) -> set[int]:
        """The servers that Watcher is in: those a session begins with, and those that it can still see."""
        there = {guild.id for guild in client.guilds}
        wire = Wire(client.http, self._patience.answer)
        for missing in await self._servers.awake() - there:
            try:
                await wire.call("GET", "/guilds/{guild_id}", guild_id=str(missing))
            except ChatRefused:
                continue
            except ChatUnavailable:
                pass  # whoever cannot be asked is taken to be there
            there.add(missing)
        return there

    async def _know(self, guild: discord.Guild) -> None:
        """Know a server, and greet it where it is a new one."""
        if guild.unavailable:  # nothing is known of it yet; it is told of again once it is there
            return
        await standing.introduced(guild)
        if not await self._servers.know(guild.id, guild.name or ""):
            return
        channel = self._telling.open_channel(guild)
        if channel is None:
            return
        try:
            await self._posting.send(Place(PLATFORM, channel), welcome(), f"welcome:{guild.id}")
        except (ChatUnavailable, ChatRefused) as error:
            log.info("The server %s could not be greeted: %s", guild.name, error)

    async def place_name(self, place: Place) -> str:
        """What people call a channel or thread: `#news`; empty where Discord has not told of it."""
        client = self._session.current
        found = client.get_channel(int(place.channel)) if client and place.channel.isdigit() else None
        return f"#{found.name}" if isinstance(found, discord.abc.GuildChannel | discord.Thread) else ""

    # -------------------------------------------------------------------------------------- sending

    def of(self, desk: str) -> DiscordChat:
        """The platform as a desk has it: the same for all."""
        return self

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card without its replies; the same key posts once."""
        try:
            ref = await self._posting.send(place, in_discords_words(EVERY, card), key)
        except Refused as error:
            raise await self._explained(place, error) from error
        self._telling.mended(place)
        return ref

    async def edit(self, ref: Ref, card: Card) -> None:
        """Put a card in the place of one that was sent."""
        try:
            await self._posting.edit(ref, in_discords_words(EVERY, card))
        except Refused as error:
            raise await self._explained(ref.place, error) from error

    async def open_thread(self, ref: Ref, name: str) -> Place:
        """Open the thread of a message, or find it where it is open already."""
        try:
            return await self._posting.open_thread(ref, name)
        except Refused as error:
            raise await self._explained(ref.place, error) from error

    async def _explained(self, place: Place, error: Refused) -> ChatRefused:
        """What was refused, with what is missing there; told to somebody who can mend it."""
        sentence = str(error)
        if error.code in (errors.MISSING_ACCESS, errors.MISSING_PERMISSIONS, errors.EMPTY_MESSAGE):
            sentence = self._telling.what_is_missing(place) or sentence
        if error.code in errors.UNREACHABLE and place.person:
            whose = await self._servers.refuses_messages(place.person)
            if whose:
                sentence = (
                    "They take no direct messages from Watcher, so that what was to come to them has ended."
                )
            for desk in whose:
                await self._telling.tell(place, error.code, sentence, desk)
        else:
            await self._telling.tell(place, error.code, sentence)
        return ChatRefused(sentence)

    # -------------------------------------------------------------------------------------- the rest

    async def _wire(self) -> Wire:
        """Discord's REST interface, logged in; a bad token lets wait what is to be sent."""
        try:
            client = await self._session.client()
        except ChatRefused as error:
            raise ChatUnavailable(str(error), until_mended=True) from error
        return Wire(client.http, self._patience.answer)

    def _me(self) -> str:
        client = self._session.current
        return str(client.user.id) if client and client.user else ""

    def _seen(self, channel: str) -> Channel | None:
        """A channel as the gateway told of it."""
        client = self._session.current
        found = client.get_channel(int(channel)) if client else None
        if not isinstance(found, discord.abc.GuildChannel | discord.Thread):
            return None
        return Channel(channel, found.type.value, str(found.guild.id))

    async def close(self) -> None:
        """Finish the answers that are being given, and let go of connections; what was sent stays sent."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=self._patience.answer)
        self._registering.stop()
        await self._session.close()
