"""Reactions to what was posted: 👀 follows an event, ❌ says that it is not the topic's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from watcher.chat.slack.posting import key_of
from watcher.chat.slack.wire import Wire
from watcher.models import Card, Delivery, Group
from watcher.store import Store, alerts, deliveries, notes, topics

FOLLOW, NOT_THIS = "eyes", "x"
_NOTE = "slack crossed"
MOST = 500
"""Crosses whose taking away undoes what they did; older ones are undone by the commands' own buttons."""
STORIES = 10
"""Stories of an event that a cross takes out of its topic; more than that is no slip of the matcher's."""

Run = Callable[[str], Awaitable[Card]]


class Following:
    """What a reaction asks for, as the lines that do it."""

    def __init__(self, store: Store, wire: Wire) -> None:
        self._store = store
        self._wire = wire

    async def told(self, event: Mapping[str, Any]) -> Delivery | None:
        """What the message said that a reaction is to; None where that is nothing to us."""
        item: Mapping[str, Any] = event.get("item") or {}
        if _reaction(event) not in (FOLLOW, NOT_THIS) or item.get("type") != "message":
            return None
        channel, ts = str(item.get("channel")), str(item.get("ts"))
        answer = await self._wire.call(
            "conversations_replies",
            channel=channel,
            ts=ts,
            oldest=ts,
            latest=ts,
            inclusive=True,
            limit=10,
            include_all_metadata=True,
        )
        listed: list[dict[str, Any]] = answer.get("messages") or []
        found = next((one for one in listed if one.get("ts") == ts), {})
        if not key_of(found):
            return None
        async with self._store.reading() as db:
            told = await deliveries.get(db, key_of(found))
        return told if told and told.about else None

    async def done(self, event: Mapping[str, Any], told: Delivery, run: Run, *, added: bool) -> Card | None:
        """Do what a reaction asks for, or undo it; returns what there is to say, if anything."""
        if _reaction(event) == FOLLOW:
            word = "follow" if added else "unfollow"
            group = await self._group(told)
            return await run(f"/watch event {word} {group.id if group else told.about}")
        name = f"{told.key} {event.get('user')}"
        return await (self._object(told, name, run) if added else self._take_back(name, run))

    async def _group(self, told: Delivery) -> Group | None:
        """The event that a message tells of; an alert tells of one, too."""
        kind, _, number = told.about.partition(":")
        async with self._store.reading() as db:
            if kind == "alert" and number.isdigit():
                alert = await alerts.get(db, int(number))
                return await topics.group(db, alert.group_id) if alert else None
            return await topics.group(db, told.about)

    async def _object(self, told: Delivery, name: str, run: Run) -> Card:
        """Say of an event's stories that they are not the topic's."""
        group = await self._group(told)
        async with self._store.reading() as db:
            known = {topic.id: topic for topic in await topics.topics(db, told.desk)}
        topic = known.get(group.topic_id) if group else None
        if group is None or topic is None:
            return Card("That topic is watched no more.")
        done: list[str] = []
        answer = Card("There is nothing left of that event.")
        for story in group.stories[:STORIES]:
            answer = await run(f"/watch topic not {topic.name} {story.id}")
            if answer.tone == "bad":
                break
            done.append(f"/watch topic unlearn {topic.name} {story.id}")
        await self._keep(name, done)
        return answer

    async def _take_back(self, name: str, run: Run) -> Card | None:
        async with self._store.reading() as db:
            known: dict[str, list[str]] = await notes.get(db, _NOTE, {})
        answer = None
        for line in known.get(name, []):
            answer = await run(line)
        await self._keep(name, [])
        return answer

    async def _keep(self, name: str, lines: list[str]) -> None:
        async with self._store.writing() as db:
            known: dict[str, list[str]] = await notes.get(db, _NOTE, {})
            known.pop(name, None)
            known |= {name: lines} if lines else {}
            await notes.put(db, _NOTE, dict(list(known.items())[-MOST:]))


def _reaction(event: Mapping[str, Any]) -> str:
    return str(event.get("reaction")).partition("::")[0]  # a skin tone follows
