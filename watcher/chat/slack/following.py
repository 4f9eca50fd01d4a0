"""Reactions to what was posted: 👀 follows an event, ❌ says that it is not the topic's."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.chat.slack.blocks import messages_of
from watcher.chat.slack.posting import Posting, key_of
from watcher.chat.slack.wire import Wire
from watcher.models import Button, Card, Delivery, Piece, Place, Ref, Section
from watcher.store import Store, deliveries, notes, topics

log = logging.getLogger(__name__)

FOLLOW, NOT_THIS = "eyes", "x"
_NOTE = "slack following"
MOST = 500
"""Messages that are followed at once; those followed first are let go."""


class Following:
    """Who follows which message, and what they are told of it."""

    def __init__(self, store: Store, wire: Wire, posting: Posting) -> None:
        self._store = store
        self._wire = wire
        self._posting = posting

    async def reacted(self, event: Mapping[str, Any], *, added: bool) -> None:
        """Somebody put a reaction to a message, or took it away."""
        item: Mapping[str, Any] = event.get("item") or {}
        channel, ts, person = str(item.get("channel")), str(item.get("ts")), str(event.get("user"))
        reaction = str(event.get("reaction")).partition("::")[0]  # a skin tone follows
        if reaction not in (FOLLOW, NOT_THIS) or item.get("type") != "message":
            return
        if reaction == FOLLOW and not added:
            await self._follow(channel, ts, person, wanted=False)
            return
        told = await self._told(channel, ts)
        if told is None or not added:
            return
        if reaction == FOLLOW:
            await self._follow(channel, ts, person, wanted=True)
            await self._posting.send(
                Place("slack", person=person), _followed(told.card), f"follow:{channel}:{ts}:{person}"
            )
        else:
            await self._object(channel, ts, person, told)

    async def _told(self, channel: str, ts: str) -> Delivery | None:
        """The event that a message tells of; None where it is none of ours."""
        answer = await self._wire.call(
            "conversations_replies",
            channel=channel,
            ts=ts,
            oldest=ts,
            inclusive=True,
            limit=10,
            include_all_metadata=True,
        )
        listed: list[dict[str, Any]] = answer.get("messages") or []
        found = next((one for one in listed if one.get("ts") == ts), {})
        async with self._store.reading() as db:
            told = await deliveries.get(db, key_of(found)) if key_of(found) else None
        return told if told and told.about else None

    # ------------------------------------------------------------------------------------- 👀

    async def _follow(self, channel: str, ts: str, person: str, *, wanted: bool) -> None:
        name = f"{channel} {ts}"
        async with self._store.writing() as db:
            known: dict[str, list[str]] = await notes.get(db, _NOTE, {})
            others = [one for one in known.pop(name, []) if one != person]
            now = [*others, person] if wanted else others
            known |= {name: now} if now else {}
            await notes.put(db, _NOTE, dict(list(known.items())[-MOST:]))

    async def grown(self, ref: Ref, card: Card) -> None:
        """Tell those who follow a message that it has grown."""
        async with self._store.reading() as db:
            known: dict[str, list[str]] = await notes.get(db, _NOTE, {})
        shape = hashlib.blake2b(msgspec.json.encode(card), digest_size=6).hexdigest()
        for person in known.get(f"{ref.place.channel} {ref.message}", []):
            try:
                await self._posting.send(
                    Place("slack", person=person), _grown(card), f"grown:{ref.message}:{person}:{shape}"
                )
            except (ChatRefused, ChatUnavailable) as error:
                log.warning("%s cannot be told of what they follow: %s", person, error)

    # ------------------------------------------------------------------------------------- ❌

    async def _object(self, channel: str, ts: str, person: str, told: Delivery) -> None:
        """Say what can be done about an event that is not the topic's, to who said so."""
        (message,) = messages_of(await self._objected(told))[:1]
        thread = told.ref.place.thread if told.ref else ""
        more = {"thread_ts": thread} if thread else {}
        await self._wire.call(
            "chat_postEphemeral",
            channel=channel,
            user=person,
            text=message.text,
            blocks=list(message.blocks),
            **more,
        )

    async def _objected(self, told: Delivery) -> Card:
        async with self._store.reading() as db:
            group = await topics.group(db, told.about)
            known = {topic.id: topic for topic in await topics.topics(db, told.desk)}
        topic = known.get(group.topic_id) if group else None
        if group is None or topic is None:
            return Card("That topic is watched no more.")
        name = topic.title or topic.name
        line = (Piece("See by which words it was caught; a word put after a minus keeps such stories out."),)
        return Card(
            f"Not about {name}?",
            sections=(Section((line,)),),
            buttons=(
                Button("Why it was caught", f"/watch why {group.stories[0].id}", "primary"),
                Button("What the topic looks for", f"/watch topic show {topic.name}"),
            ),
        )


def _followed(card: Card) -> Card:
    line = (Piece("You follow this now. I write to you here when more comes; take your 👀 away to stop."),)
    return Card(card.title, card.url, (Section((line,)),))


def _grown(card: Card) -> Card:
    footer = card.footer or (Piece("There is more of what you follow.", "quiet"),)
    return Card(card.title, card.url, card.sections, footer, card.tone)
