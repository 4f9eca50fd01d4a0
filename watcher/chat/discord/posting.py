"""Messages, threads, posts in forums and direct messages: each of them once."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from watcher.chat.discord import standing
from watcher.chat.discord import wire as errors
from watcher.chat.discord.bodies import Bodies, Body, nonce_of
from watcher.chat.discord.embeds import thread_name
from watcher.chat.discord.ledger import Ledger
from watcher.chat.discord.tagging import tag_for, tags_told
from watcher.chat.discord.wire import Refused, Wire
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.models import Card, Place, Ref

CLOCKS_DIFFER = timedelta(minutes=5)
LOOKED_THROUGH = "100"
"""How many messages of a channel are looked through for one that may have arrived."""
WEEK = 10_080
_MENTIONED = re.compile(r"<#(\d{1,20})>|(\d{1,20})")


@dataclass(frozen=True, slots=True)
class Channel:
    """What is known of a channel that is written to."""

    id: str
    kind: int = 0
    guild: str = ""

    @property
    def is_forum(self) -> bool:
        return self.kind in standing.FORUMS


class Posting:
    """Writes to Discord.

    `now` is the time, aware and in UTC; `me` the bot's own id; `seen` a channel as the gateway told of it.
    """

    def __init__(
        self,
        wire: Callable[[], Awaitable[Wire]],
        bodies: Bodies,
        ledger: Ledger,
        now: Callable[[], datetime],
        me: Callable[[], str],
        seen: Callable[[str], Channel | None],
    ) -> None:
        self._wire = wire
        self._bodies = bodies
        self._ledger = ledger
        self._now = now
        self._me = me
        self._seen = seen
        self._channels: dict[str, Channel] = {}
        self._windows: dict[str, str] = {}

    # -------------------------------------------------------------------------------------- sending

    async def send(self, place: Place, card: Card, key: str, *, naming: str = "") -> Ref:
        """Post a card; the same key posts once, however often it is tried and whatever got lost.

        `naming` is the id of a person whom it is about: shown by name, and not called.
        """
        wire = await self._wire()
        channel = await self._channel(wire, place)
        body = await self._bodies.message(card) | ({"content": f"<@{naming}>"} if naming else {})
        begun = await self._ledger.begin(key, self._now())
        try:
            ref = await self._found(wire, place, channel, body, begun, key) if begun else None
            ref = ref or await self._post(wire, place, channel, card, body, key)
        except ChatRefused:
            await self._ledger.end(key)
            raise
        except ChatUnavailable as error:
            if not error.uncertain and begun is None:
                await self._ledger.end(key)
            raise
        await self._ledger.end(key)
        return ref

    async def _post(
        self, wire: Wire, place: Place, channel: Channel, card: Card, body: Body, key: str
    ) -> Ref:
        if channel.is_forum:
            return await self._post_in_forum(wire, place, channel, card, body)
        body = body | {"nonce": nonce_of(key), "enforce_nonce": True}

        async def post() -> str:
            return await wire.made(
                "/channels/{channel_id}/messages", body, files=card.files, channel_id=channel.id
            )

        try:
            return Ref(place, await post())
        except Refused as error:
            if error.code != errors.ARCHIVED:
                raise
            await self._reopen(wire, channel.id, error)
            return Ref(place, await post())

    async def _post_in_forum(self, wire: Wire, place: Place, channel: Channel, card: Card, body: Body) -> Ref:
        post = {"name": thread_name(card.title), "auto_archive_duration": WEEK, "message": body}

        async def open_post(**more: Any) -> str:
            return await wire.made(
                "/channels/{channel_id}/threads", post | more, files=card.files, channel_id=channel.id
            )

        try:
            made = await open_post()
        except Refused as error:
            tag = await self._tag(wire, channel, card) if error.code == errors.TAG_WANTED else ""
            if not tag:
                raise
            made = await open_post(applied_tags=[tag])
        return Ref(Place(place.platform, channel.id, made), made)

    async def _tag(self, wire: Wire, forum: Channel, card: Card) -> str:
        """The tag for a post in a forum that wants one; empty where it has none that Watcher may set."""
        told = await wire.call("GET", "/channels/{channel_id}", channel_id=forum.id)
        return tag_for(card.title, tags_told(told if isinstance(told, dict) else {}))

    async def _channel(self, wire: Wire, place: Place) -> Channel:
        """The channel that a place is, and of what kind."""
        if place.person:
            return Channel(await self._window(wire, place.person))
        wanted = place.thread or channel_id(place.channel)
        known = self._seen(wanted) or self._channels.get(wanted)
        return known or await self._asked_for(wire, wanted)

    async def _asked_for(self, wire: Wire, channel: str) -> Channel:
        """A channel that the gateway has not told of. One that cannot be had is tried as plain text."""
        try:
            answer = await wire.call("GET", "/channels/{channel_id}", channel_id=channel)
        except ChatRefused:  # what is wrong with it will be said of the message itself
            return Channel(channel)
        found = answer if isinstance(answer, dict) else {}
        made = Channel(channel, int(found.get("type") or 0), str(found.get("guild_id") or ""))
        self._channels[channel] = made
        return made

    async def _window(self, wire: Wire, person: str) -> str:
        """The channel of direct messages to a person."""
        if person not in self._windows:
            body = {"recipient_id": person}
            self._windows[person] = await wire.made("/users/@me/channels", body)
        return self._windows[person]

    # ------------------------------------------------------------------------- what may have arrived

    async def _found(
        self, wire: Wire, place: Place, channel: Channel, body: Body, begun: datetime, key: str
    ) -> Ref | None:
        """The message that an earlier attempt has posted after all.

        Discord knows it by its nonce for some minutes only, and a post in a forum not at all. One that is
        known to be another's is passed over: two events may be told in one wording.
        """
        since = begun - CLOCKS_DIFFER
        try:
            if channel.is_forum:
                alike = await self._posts_like(wire, place, channel, body, since)
            else:
                messages = await self._messages_since(wire, channel.id, since)
                alike = [Ref(place, str(one["id"])) for one in messages if self._is_same(one, body, since)]
        except ChatRefused:  # it may not read there: then once too often is better than never
            return None
        for ref in alike:
            if not await self._ledger.is_anothers(ref, key):
                return ref
        return None

    async def _messages_since(self, wire: Wire, channel: str, since: datetime) -> list[Any]:
        """The messages of a channel since a time; where ids do not hold one, the newest."""
        path, limit = "/channels/{channel_id}/messages", {"limit": LOOKED_THROUGH}
        after = {"after": str(discord.utils.time_snowflake(since))}
        found = await wire.call("GET", path, query=limit | after, channel_id=channel)
        found = found or await wire.call("GET", path, query=limit, channel_id=channel)
        return found if isinstance(found, list) else []

    async def _posts_like(
        self, wire: Wire, place: Place, forum: Channel, body: Body, since: datetime
    ) -> list[Ref]:
        answer = await wire.call("GET", "/guilds/{guild_id}/threads/active", guild_id=forum.guild)
        threads = (answer.get("threads") or []) if isinstance(answer, dict) else []
        mine = [one for one in threads if str(one.get("parent_id")) == forum.id and self._owns(one)]
        ids = [str(one["id"]) for one in sorted(mine, key=lambda one: -int(one["id"]))]
        return [
            Ref(Place(place.platform, forum.id, id_), id_)
            for id_ in ids[: int(LOOKED_THROUGH)]
            if self._is_same(await self._first_message(wire, id_), body, since)
        ]

    def _owns(self, thread: Mapping[str, Any]) -> bool:
        return str(thread.get("owner_id")) == self._me()

    async def _first_message(self, wire: Wire, post: str) -> Any:
        try:
            return await wire.call("GET", "/channels/{channel_id}/messages/{m}", channel_id=post, m=post)
        except ChatRefused:
            return {}

    def _is_same(self, message: Any, body: Body, since: datetime) -> bool:
        """Whether a message is Watcher's, of that time or later, and says what a body says."""
        author = (message.get("author") or {}) if isinstance(message, Mapping) else {}
        if str(author.get("id")) != self._me() or message.get(
            "interaction_metadata"
        ):  # an answer to somebody
            return False
        at = _time(message.get("timestamp"))
        return (at is None or at >= since) and _texts(message) == _texts(body)

    # ------------------------------------------------------------------------------ edits and threads

    async def edit(self, ref: Ref, card: Card) -> None:
        """Put a card in the place of one that was sent; one that people deleted stays deleted."""
        wire = await self._wire()
        channel = await self._where(wire, ref)
        body = {"content": "", **await self._bodies.message(card)}  # whom it no longer calls is taken out
        try:
            await self._put(wire, channel, ref.message, body)
        except Refused as error:
            if error.code == errors.ARCHIVED:
                await self._reopen(wire, channel, error)
                await self._put(wire, channel, ref.message, body)
            elif error.code != errors.UNKNOWN_MESSAGE:
                raise

    async def _put(self, wire: Wire, channel: str, message: str, body: Body) -> None:
        path = "/channels/{channel_id}/messages/{message_id}"
        await wire.call("PATCH", path, body, channel_id=channel, message_id=message)

    async def _reopen(self, wire: Wire, thread: str, refused: Refused) -> None:
        """Open an archived thread again; raises what was refused where somebody locked it."""
        try:
            await wire.call("PATCH", "/channels/{channel_id}", {"archived": False}, channel_id=thread)
        except Refused:
            raise refused from None

    async def _where(self, wire: Wire, ref: Ref) -> str:
        """The channel in which a message stands."""
        return (await self._channel(wire, ref.place)).id

    async def open_thread(self, ref: Ref, name: str) -> Place:
        """The thread of a message, opened or found; where there can be none, the place itself.

        The events of a digest in a forum are posts of their own, beside that of the digest.
        """
        wire = await self._wire()
        if ref.place.person:
            return ref.place
        if ref.place.thread:
            parent = await self._channel(wire, Place(ref.place.platform, ref.place.channel))
            return Place(ref.place.platform, parent.id) if parent.is_forum else ref.place
        known = await self._channel(wire, ref.place)
        if known.kind not in standing.WITH_THREADS:  # threads have no threads, nor have voice channels
            return ref.place
        channel = known.id
        opened = Place(ref.place.platform, channel, ref.message)
        body = {"name": thread_name(name), "auto_archive_duration": WEEK}
        try:
            await wire.call(
                "POST",
                "/channels/{channel_id}/messages/{message_id}/threads",
                body,
                channel_id=channel,
                message_id=ref.message,
            )
        except Refused as error:
            if error.code == errors.THREAD_IS_OPEN:  # a message's thread has the message's own id
                return opened
            if error.code in errors.NO_THREADS_THERE:
                return ref.place
            raise
        return opened


def _texts(message: Mapping[str, Any]) -> list[list[str]]:
    """What the embeds of a message say; Discord takes spaces off their ends."""
    embeds = message.get("embeds") or []
    return [[" ".join(str(e.get(name) or "").split()) for name in ("title", "description")] for e in embeds]


def _time(told: Any) -> datetime | None:
    """When a message was posted, aware; None where that cannot be read."""
    try:
        at: datetime | None = discord.utils.parse_time(told)
    except (TypeError, ValueError):
        return None
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at


def channel_id(text: str) -> str:
    """A channel's id, however somebody wrote it: 123 or <#123>; raises ChatRefused."""
    match = _MENTIONED.fullmatch(text.strip())
    if match is None:
        raise ChatRefused(f"{text!r} is no channel of Discord's. Write it as #channel, or its number.")
    return match[1] or match[2]
