"""Telling somebody who can mend it, where nobody has chosen a channel for such notices."""

from __future__ import annotations

import logging

import discord

from watcher.chat.discord import standing
from watcher.chat.discord.desks import PLATFORM, desk_of
from watcher.chat.discord.posting import Posting
from watcher.chat.discord.session import Session
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.desk.joint import places_of
from watcher.models import Card, Desk, Line, Piece, Place, Section
from watcher.store import Store, desks, subscriptions

log = logging.getLogger(__name__)


def welcome() -> Card:
    """What a new server reads first."""
    steps = (
        ("/watch topic add name:kim-putin query:kim jong un putin", "watch something"),
        ("/watch subscribe topics:kim-putin times:8:00,18:00", "have digests brought to a channel"),
        ("/digest", "see what happened"),
    )
    lines = tuple((Piece(line, "code"), Piece(f" — {what}", "quiet")) for line, what in steps)
    return Card("Watcher is here", sections=(Section(lines, "To begin with", bullets=True),), tone="good")


class Telling:
    """Finds out what is missing, and tells it once in the server it is about."""

    def __init__(self, store: Store, session: Session, posting: Posting) -> None:
        self._store = store
        self._session = session
        self._posting = posting
        self._told: set[tuple[Place, int, int]] = set()

    def what_is_missing(self, place: Place) -> str:
        """Which permissions are missing in a place, and what to do; empty where that is not known."""
        channel = self._channel(place)
        if channel is None:
            return ""
        allowed = standing.allowed(channel)
        missing = standing.missing_in(allowed, channel.type.value) if allowed is not None else ()
        return standing.lacking(missing, f"#{channel.name}") if missing else ""

    def _channel(self, place: Place) -> discord.abc.GuildChannel | None:
        client = self._session.current
        if client is None or not place.channel.isdigit():
            return None
        found = client.get_channel(int(place.channel))
        return found if isinstance(found, discord.abc.GuildChannel) else None

    def open_channel(self, guild: discord.Guild) -> str | None:
        """A channel of a server in which Watcher may post: the one for such things, else the first."""
        usual = [guild.public_updates_channel, guild.system_channel]
        for channel in [*usual, *guild.text_channels]:
            allowed = standing.allowed(channel) if channel else None
            if channel and allowed is not None and standing.may_write(allowed):
                return str(channel.id)
        return None

    async def tell(self, place: Place, code: int, sentence: str, desk: Desk | None = None) -> None:
        """Say once what was refused, unless the desk hears of it in a channel that it chose."""
        guild = self._guild(place, desk) or self._guild(place, await self._desk_that_writes_to(place))
        if guild is None or (place, code, guild.id) in self._told:
            return
        self._told.add((place, code, guild.id))
        async with self._store.reading() as db:
            notices = (await desks.settings(db, desk_of(guild.id).id)).notices
        if notices and not (place.channel and place.channel in notices):
            return
        card = _refusal(place, sentence)
        key = f"told:{guild.id}:{place.channel or place.person}:{code}"
        for where in self._listeners(guild):
            try:
                await self._posting.send(where, card, key, naming=place.person)
            except ChatRefused:
                continue
            except ChatUnavailable:
                self._told.discard((place, code, guild.id))
            return

    def mended(self, place: Place) -> None:
        """Something has arrived in a place: what is refused there from now on is told anew."""
        if self._told:
            self._told = {told for told in self._told if told[0] != place}

    def _guild(self, place: Place, desk: Desk | None) -> discord.Guild | None:
        client = self._session.current
        if client is None:
            return None
        if desk is not None:
            guild = _here(desk.id).partition(":")[2]
            return client.get_guild(int(guild)) if guild else None
        channel = self._channel(place)
        return channel.guild if channel else None

    async def _desk_that_writes_to(self, place: Place) -> Desk | None:
        """Whose subscription goes to a channel that may be gone by now."""
        async with self._store.reading() as db:
            for one in await subscriptions.subscriptions(db):
                if _here(one.desk) and place.channel and place.channel in one.place.channel:
                    return await desks.get(db, one.desk)
        return None

    def _listeners(self, guild: discord.Guild) -> list[Place]:
        """Where somebody hears of it who can mend it: a channel that is open, else the owner."""
        channel = self.open_channel(guild)
        owner = [Place(PLATFORM, person=str(guild.owner_id))] if guild.owner_id else []
        return [*([Place(PLATFORM, channel)] if channel else []), *owner]


def _here(desk: str) -> str:
    """The server's own desk among those that a desk is; empty where it is on Discord nowhere."""
    return next((one for one in places_of(desk) if one.startswith(f"{PLATFORM}:")), "")


def _refusal(place: Place, sentence: str) -> Card:
    lines: list[Line] = [(Piece(sentence),)]
    if place.person:
        title = "I cannot write to somebody"
        how = "Once they allow direct messages from this server: "
        lines.append((Piece(how), Piece("/watch subscribe to:me", "code")))
    else:
        title = "I cannot post where I am to"
    return Card(title, sections=(Section(tuple(lines)),), tone="bad")
