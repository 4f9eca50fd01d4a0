"""Following: who wants to hear of each thing that is new in an event is told, and left in peace between.

Everything here reads and writes the store within the caller's transaction; nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.clock import quiet_until
from watcher.desk.compose import update_card
from watcher.desk.deliveries import FLASH
from watcher.desk.digest import item_of, updated
from watcher.desk.events import Follow, handle
from watcher.desk.triage import newsworthy
from watcher.mastheads import Mastheads
from watcher.models import Delivery, Group, Place, Topic
from watcher.store import Store, deliveries, desks, events, stories, subscriptions, topics
from watcher.store.faults import apart

LATER = timedelta(minutes=5)
"""When somebody who could not be told is tried again."""


class Following:
    """Tells followers what is new. `pause` is the least time between two messages about one event.

    `speaks_to` says whether what is told to a place has somebody to send it.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        pause: timedelta,
        mastheads: Mastheads,
        speaks_to: Callable[[Place], bool],
    ) -> None:
        self._store = store
        self._now = now
        self._pause = pause
        self._mastheads = mastheads
        self._speaks_to = speaks_to

    async def at_once(
        self, db: AsyncConnection, groups: Sequence[Group], held: frozenset[str], now: datetime
    ) -> None:
        """Tell who follows these events what is new in them, now or as soon as they may be told."""
        by_id = {group.id: group for group in groups}
        now_in = {**await events.absorbed(db, by_id), **{id_: id_ for id_ in by_id}}
        followers = await events.followers(db, now_in)
        if not followers:
            return
        watched = {topic.id: topic for topic in await topics.topics(db)}
        for wish in followers:
            group = by_id[now_in[wish.group_id]]
            async with apart(db, _what(wish)):
                await self._tell(db, wish, watched[group.topic_id], group, held, now)

    async def tick(self) -> int:
        """Tell what was held until now; returns how many wishes were seen to."""
        now = self._now()
        async with self._store.reading() as db:
            if not await events.held_follows(db, now):
                return 0
        async with self._store.writing() as db:
            due = await events.held_follows(db, now)
            for wish in due:
                # Who cannot be told is tried later again, and keeps nobody else from what is theirs.
                await events.save_follow(db, replace(wish, next_at=now + LATER))
                async with apart(db, _what(wish)):
                    await self._speak(db, replace(wish, next_at=None), now)
        return len(due)

    async def _speak(self, db: AsyncConnection, wish: Follow, now: datetime) -> None:
        """Tell somebody what was held for them, by what the event is now."""
        await events.save_follow(db, wish)
        group = await topics.group(db, await events.living(db, wish.group_id))
        watched = {topic.id: topic for topic in await topics.topics(db)}
        if group is not None:
            held = await stories.is_backlog(db, [story.id for story in group.stories])
            await self._tell(db, wish, watched[group.topic_id], group, frozenset(held), now)

    async def _tell(
        self,
        db: AsyncConnection,
        wish: Follow,
        topic: Topic,
        group: Group,
        held: frozenset[str],
        now: datetime,
    ) -> None:
        news = newsworthy(group, held)
        if news is None or topic.desk != wish.desk or not self._speaks_to(wish.place):
            return
        reader = (await desks.settings(db, wish.desk)).language
        since = wish.told_at or wish.at
        changed = await stories.revisions_of(db, wish.known, since)
        sources = await self._mastheads.known(db)
        item = updated(item_of(topic, news, reader, sources), frozenset(wish.known), changed)
        if not item.whats_new and not item.revised:
            return
        earliest = await self._earliest(db, wish, now)
        if earliest > now:
            await events.save_follow(db, replace(wish, next_at=earliest))
            return
        known = tuple(dict.fromkeys([*wish.known, *(story.id for story in group.stories)]))
        key = f"follow:{wish.place.platform}:{wish.place.person}:{wish.group_id}:{now.timestamp():.0f}"
        card = update_card(item)
        told = Delivery(key, wish.desk, wish.place, card, "flash", FLASH, made_at=now, due_at=now)
        await deliveries.add(db, [told])
        await events.save_follow(db, replace(wish, known=known, told_at=now, next_at=None))

    async def _earliest(self, db: AsyncConnection, wish: Follow, now: datetime) -> datetime:
        """When somebody may be told: not too soon after the last time, nor in their quiet hours."""
        rested = wish.told_at + self._pause if wish.told_at else now
        mine = [one for one in await subscriptions.subscriptions(db, wish.desk) if one.place == wish.place]
        quiet = [quiet_until(one.quiet, one.time_zone, max(now, rested)) for one in mine]
        return max([now, rested, *(end for end in quiet if end)])


def _what(wish: Follow) -> str:
    who = wish.place.person or wish.place.channel or wish.place.platform
    return f"telling {who}, who follows it, of event {handle(wish.group_id)}"
