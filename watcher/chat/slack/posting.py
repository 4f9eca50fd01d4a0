"""Messages, threads and direct messages, each of them once and no faster than Slack likes."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from watcher.chat.keeping import Keeper
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.chat.slack.blocks import Message, messages_of, too_long
from watcher.chat.slack.ledger import Ledger
from watcher.chat.slack.wire import Refused, Unmended, Wire
from watcher.models import Card, Piece, Place, Ref, Section

log = logging.getLogger(__name__)

EVENT_TYPE = "watcher_message"
"""The type of the metadata that our messages carry, with their key in it."""
CLOCKS_APART = timedelta(minutes=10)
LOOK_THROUGH = 2_000
"""Messages among which one whose answer was lost is looked for."""
_A_LOOK = 200
_CANNOT_LOOK = frozenset({"missing_scope", "not_in_channel"})
_CUT_SHORT = Section(((Piece("… and more than fits in one message", "quiet"),),))


class Posting:
    """Posts cards. `pace` is the least time between two messages in one channel, in seconds."""

    def __init__(
        self, wire: Wire, ledger: Ledger, keeper: Keeper, now: Callable[[], datetime], pace: float
    ) -> None:
        self._wire = wire
        self._ledger = ledger
        self._keeper = keeper
        self._now = now
        self._pace = pace
        self._turns: dict[str, float] = {}
        self._windows: dict[str, str] = {}
        self._sending: dict[str, asyncio.Lock] = {}
        self._me = ""

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card without its replies, once; what does not fit follows in its thread."""
        channel = await self.channel_of(place)
        where = replace(place, channel=channel)
        first, *rest = messages_of(card, await self.kept(card))
        urgent = is_urgent(card)
        ref = await self._once(where, first, key, loud=_is_loud(place, card), urgent=urgent)
        under = replace(ref.place, thread=place.thread or ref.message)
        parts = [f"{key}#{number}" for number in range(2, len(rest) + 2)]
        for part, message in zip(parts, rest, strict=True):
            await self._once(under, message, part, urgent=urgent)
        for file in card.files:
            await self._wire.upload(file, ref.place.channel, under.thread)
        await self._ledger.end(key, *parts)
        return ref

    async def say(self, place: Place, message: Message, key: str) -> Ref:
        """Post one message as it is, once."""
        ref = await self._once(replace(place, channel=await self.channel_of(place)), message, key)
        await self._ledger.end(key)
        return ref

    async def edit(self, ref: Ref, card: Card) -> None:
        """Put a card in the place of a message that was sent; one that people deleted stays deleted."""
        made = messages_of(card, await self.kept(card))
        blocks = made[0].blocks
        if len(made) > 1:
            blocks = (*blocks[:-1], *messages_of(Card("…", sections=(_CUT_SHORT,)))[0].blocks[-1:])
        await self._wait_for_turn(ref.place.channel)
        try:
            await self._wire.call(
                "chat_update",
                channel=ref.place.channel,
                ts=ref.message,
                text=made[0].text,
                blocks=list(blocks),
                link_names=False,
                parse="none",
            )
        except Refused as error:
            if error.error != "message_not_found":
                raise

    async def kept(self, card: Card) -> Mapping[str, str]:
        """The words by which a card's lines are kept that are too long for a button."""
        return {line: await self._keeper.keep(line) for line in too_long(card)}

    # ------------------------------------------------------------------------------------- where

    async def channel_of(self, place: Place) -> str:
        """The channel of a place: its own, or the window of a person."""
        if place.channel:
            return bare_channel(place.channel)
        if not place.person:
            raise ChatRefused("There is no channel to write to. Say which with /watch subscribe, in it.")
        if place.person not in self._windows:
            opened = await self._wire.call("conversations_open", users=[place.person])
            self._windows[place.person] = str(opened["channel"]["id"])
        return self._windows[place.person]

    async def _wait_for_turn(self, channel: str) -> None:
        loop = asyncio.get_running_loop()
        at = max(loop.time(), self._turns.get(channel, 0.0))
        self._turns[channel] = at + self._pace
        if at > loop.time():
            await asyncio.sleep(at - loop.time())

    # -------------------------------------------------------------------------------------- once

    async def _once(
        self, place: Place, message: Message, key: str, *, loud: bool = False, urgent: bool = False
    ) -> Ref:
        """Post one message unless it was posted already."""
        lock = self._sending.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                arrived = self._ledger.arrived(key) or await self._arrived_before(place, key, urgent=urgent)
                return arrived or await self._post(place, message, key, loud=loud)
        finally:
            if not lock.locked():
                self._sending.pop(key, None)

    async def _arrived_before(self, place: Place, key: str, *, urgent: bool) -> Ref | None:
        """The message of a key that was begun before, if it is there.

        Where Slack does not let us look, what is urgent goes out again, since twice is better than not at
        all; all else waits until it does.
        """
        begun = await self._ledger.begin(key, self._now())
        if begun is None:
            return None
        try:
            found = await self._find(place, key, begun)
        except (Refused, Unmended) as error:
            if error.error not in _CANNOT_LOOK:
                raise
            if not urgent:
                raise Unmended(error.error, error.needed) from error
            log.warning("Whether Slack took %s cannot be seen, so it is sent again: %s", key, error)
            return None
        if found is not None:
            log.info("Slack had taken %s before: it is not sent again.", key)
            self._ledger.arrive(key, found)
        return found

    async def _post(self, place: Place, message: Message, key: str, *, loud: bool) -> Ref:
        await self._wait_for_turn(place.channel)
        try:
            answer = await self._joined("chat_postMessage", **_body(place, message, key, loud=loud))
        except (ChatUnavailable, ChatRefused) as error:
            if not getattr(error, "uncertain", False):
                await self._ledger.end(key)
            raise
        if not answer.get("ts"):
            raise ChatUnavailable("Slack's answer cannot be read.", uncertain=True)
        ref = Ref(replace(place, channel=str(answer.get("channel") or place.channel)), str(answer["ts"]))
        self._ledger.arrive(key, ref)
        return ref

    async def _joined(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call something that wants Watcher in a channel; it joins a public one by itself."""
        try:
            return await self._wire.call(method, **arguments)
        except Refused as error:
            if error.error != "not_in_channel":
                raise
            refused = error
        try:
            await self._wire.call("conversations_join", channel=arguments["channel"])
        except (ChatRefused, Unmended) as error:
            raise refused from error
        return await self._wire.call(method, **arguments)

    async def _find(self, place: Place, key: str, begun: datetime) -> Ref | None:
        """The message of a key among those since it was begun, by its metadata."""
        me = await self._my_id()
        cursor, seen = "", 0
        while seen < LOOK_THROUGH:
            page = await self._look(place, begun - CLOCKS_APART, cursor)
            for message in page.get("messages") or []:
                if key_of(message) == key and message.get("ts") and _is_of(message, me):
                    return Ref(place, str(message["ts"]))
            # Some apps are given 15 messages a page, however many they ask for.
            seen += max(len(page.get("messages") or []), 1)
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return None
        return None

    async def _my_id(self) -> str:
        if not self._me:
            self._me = str((await self._wire.call("auth_test")).get("user_id") or "")
        return self._me

    async def _look(self, place: Place, since: datetime, cursor: str) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "channel": place.channel,
            "oldest": f"{since.timestamp():.6f}",
            "limit": _A_LOOK,
            "include_all_metadata": True,
        }
        asked |= {"cursor": cursor} if cursor else {}
        if place.thread:
            return await self._joined("conversations_replies", ts=place.thread, **asked)
        return await self._joined("conversations_history", **asked)


def is_urgent(card: Card) -> bool:
    """Whether a card wakes people whatever they have set: an alert does."""
    return card.tone == "alert" or bool(card.pings)


def _is_loud(place: Place, card: Card) -> bool:
    """Whether what is said in a thread is for the whole channel: what is new of an alert, and nothing else.

    Who is asked by name to take an alert is woken by that.
    """
    return bool(place.thread) and card.tone == "alert" and not card.pings


def _body(place: Place, message: Message, key: str, *, loud: bool = False) -> dict[str, Any]:
    body: dict[str, Any] = {
        "channel": place.channel,
        "text": message.text,
        "blocks": list(message.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
    }
    body |= {"thread_ts": place.thread} if place.thread else {}
    return body | ({"reply_broadcast": True} if loud else {})


def _is_of(message: Mapping[str, Any], me: str) -> bool:
    """Whether a message is of a user; one of which Slack does not say whose it is may be anybody's."""
    return not me or (message.get("user") or me) == me


def key_of(message: Mapping[str, Any]) -> str:
    """The key in a message's metadata; empty where it is none of ours."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("key") or "")


def bare_channel(channel: str) -> str:
    """A channel as Slack takes it, from how somebody may have typed it: `<#C1|news>` is C1."""
    found = re.fullmatch(r"<#([A-Z0-9]+)(?:\|[^>]*)?>", channel.strip())
    return found[1] if found else channel.strip()
