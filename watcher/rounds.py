"""The rounds: who is due what. Digests at their times, events at once, and messages that grow.

Everything here reads and writes the store within the caller's transaction; nothing is sent from here.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.calling import is_told_by_alert
from watcher.chat.commands.bereft import tell_bereft
from watcher.desk.clock import Window, next_time, quiet_until
from watcher.desk.compose import LISTED, event_card, flash_card, merged_card
from watcher.desk.deliveries import (
    MORE,
    digest_deliveries,
    edit_delivery,
    flash_deliveries,
    flash_key,
    is_update,
    update_delivery,
    window_start,
)
from watcher.desk.digest import REACH, Digest, Item, compile_digest, shown_after, updated
from watcher.desk.sources import Sources
from watcher.desk.unheard import unheard
from watcher.following import Following
from watcher.mastheads import Mastheads
from watcher.models import Card, Delivery, Group, Place, Placement, Revision, Subscription, Topic
from watcher.store import Store, deliveries, desks, events, feeds, stories, subscriptions, topics
from watcher.store.faults import apart

FLOOD = 5
"""More events than this at once come as one digest instead of a message each."""
FRESH = timedelta(hours=3)
"""An event whose newest story is older than this when we first see it did not happen just now."""
EDITED_FOR = timedelta(hours=24)
"""How long the message of an event is kept up to date."""
FIRST_WINDOW = timedelta(hours=24)
LATER = timedelta(minutes=5)
"""When a digest that could not be composed is tried again."""


class Rounds:
    """Makes deliveries of what is due. `edit_pause` is the least time between two edits of a message."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        edit_pause: timedelta,
        mastheads: Mastheads | None = None,
        follow_pause: timedelta = timedelta(minutes=10),
    ) -> None:
        self._store = store
        self._now = now
        self._edit_pause = edit_pause
        self._mastheads = mastheads or Mastheads(now)
        self._following = Following(store, now, follow_pause, self._mastheads, self.speaks_to)
        self.platforms: frozenset[str] | None = None
        """The platforms that are spoken to; None before that is known: all of them."""
        self.sending: defaultdict[Place, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Held while something is on its way to a place: what is halfway there cannot be taken back."""

    # -------------------------------------------------------------------------- digests, by the clock

    async def digests(self) -> int:
        """Compose what is due: digests, and what was held for followers; returns how many were seen to."""
        async with self._store.reading() as db:
            due = [to for to in await subscriptions.due(db, self._now()) if self.speaks_to(to.place)]
        composed = 0
        for subscription in due:
            if self.sending[subscription.place].locked():
                continue  # its turn comes again in a moment
            async with self.sending[subscription.place], self._store.writing() as db:
                # One that fails comes later again, and keeps nobody else from theirs.
                later = replace(subscription, next_at=self._now() + LATER)
                await subscriptions.save(db, later)
                async with apart(db, f"the digest of subscription #{subscription.id}"):
                    await self._digest(db, subscription, self._now())
            composed += 1
        return composed + await self._following.tick()

    def speaks_to(self, place: Place) -> bool:
        """Whether what is composed for a place has somebody to send it: else it would only pile up."""
        return self.platforms is None or place.platform in self.platforms

    async def _digest(self, db: AsyncConnection, to: Subscription, now: datetime) -> None:
        quiet = quiet_until(to.quiet, to.time_zone, now)
        if quiet is not None:
            await subscriptions.save(db, replace(to, next_at=quiet))
            return
        following = next_time(to.times, to.time_zone, now) if to.how == "digest" else None
        heard = replace(to, last_at=now, next_at=following)
        if not await _topics_of(db, to):
            await tell_bereft(db, to.desk, now)
            await subscriptions.save(db, heard)
            return
        digest = await self._compile(db, to, now)
        if digest.items or digest.roundups or (to.say_nothing_new and to.how == "digest"):
            await deliveries.add(db, digest_deliveries(digest, to, now))
            told = replace(digest, items=digest.items[:LISTED])
            await subscriptions.show(db, to.place, shown_after(told, now))
        await subscriptions.save(db, heard)

    async def _compile(self, db: AsyncConnection, to: Subscription, now: datetime) -> Digest:
        start = await self._withdraw(db, to) or _unheard_since(to, now)
        reach = REACH if to.last_at and to.how == "digest" else timedelta()
        wanted = await _topics_of(db, to)
        groups = await topics.groups(db, [topic.id for topic in wanted], start - reach, now)
        settings = await desks.settings(db, to.desk)
        digest = compile_digest(
            wanted,
            groups,
            Window(start, now, since_words(now - start)),
            shown=await subscriptions.shown(db, to.place),
            held=await _held(db, groups),
            roundups=await topics.roundups(db, [topic.id for topic in wanted], start - reach, now),
            reach=reach,
            languages=to.languages,
            reader=settings.language,
            sources=await self._mastheads.known(db),
            muted=await events.muted(db, to.place, now),
        )
        return replace(digest, unheard=unheard(await feeds.all_feeds(db), now))

    async def _withdraw(self, db: AsyncConnection, to: Subscription) -> datetime | None:
        """Take back what this place was to get and has not: it will be part of the digest that is made now.

        Returns the earliest start of the windows taken back.
        """
        unsent = await deliveries.withdraw(db, to.place, f"digest:{to.id}:")
        unsent += await deliveries.withdraw(db, to.place, f"flash:{to.id}:")
        await subscriptions.unshow(db, to.place, [d.about for d in unsent if d.about])
        for one in unsent:
            if one.kind == "digest":  # with all that it listed and had no reply for
                await subscriptions.unshow_at(db, to.place, one.made_at)
            elif one.about == MORE:
                sent = await deliveries.told_with(db, one.parent)
                await subscriptions.unshow_at(db, to.place, one.made_at, but=sent)
        starts = [window_start(d.key) for d in unsent if d.key.startswith("digest:")]
        made = [d.made_at for d in unsent if d.made_at]
        if starts:
            return datetime.fromtimestamp(min(starts), UTC)
        return min(made) - timedelta(hours=1) if made else None

    # ------------------------------------------------------------------------------ events, at once

    async def at_once(self, db: AsyncConnection, placements: Iterable[Placement], now: datetime) -> None:
        """Tell those who asked to be told at once, and edit the messages of events that grew."""
        touched = sorted({placed.group for placed in placements if placed.group})
        if not touched:
            return
        groups = await topics.groups_by_id(db, touched)
        held = await _held(db, groups)
        for to in await subscriptions.subscriptions(db):
            if to.how == "at once" and self.speaks_to(to.place):
                async with apart(db, f"telling subscription #{to.id} at once"):
                    await self._flash(db, to, groups, held, now)
        async with apart(db, "telling those who follow events"):
            await self._following.at_once(db, groups, held, now)
        async with apart(db, "bringing messages up to date"):
            await self._edit(db, groups, held, now)

    async def _flash(
        self,
        db: AsyncConnection,
        to: Subscription,
        groups: Sequence[Group],
        held: frozenset[str],
        now: datetime,
    ) -> None:
        wanted = await _topics_of(db, to)
        settings = await desks.settings(db, to.desk)
        digest = compile_digest(
            wanted,
            groups,
            Window(now - FIRST_WINDOW, now, "just now"),
            shown=await subscriptions.shown(db, to.place),
            held=held,
            languages=to.languages,
            reader=settings.language,
            sources=await self._mastheads.known(db),
            muted=await events.muted(db, to.place, now),
        )
        quiet = quiet_until(to.quiet, to.time_zone, now)
        if not digest.items:
            return
        if quiet is not None or await self._piled_up(db, to, digest, now):
            await subscriptions.save(db, _held_back(to, digest, quiet or now, now))
            return
        for item in digest.items:
            await self._flash_one(db, to, item, now)
        await subscriptions.show(db, to.place, shown_after(digest, now))

    async def _flash_one(self, db: AsyncConnection, to: Subscription, item: Item, now: datetime) -> None:
        """A message about an event; about one that has its own, what is new goes into its thread.

        Where nothing is new but that more outlets tell it, its message is edited, and that is all. An event
        of which an alert tells the place is followed there by that alert.
        """
        ids = [item.group.id, *await events.absorbed(db, [item.group.id])]
        earlier = [await deliveries.get(db, flash_key(to.id, id_)) for id_ in ids]
        before = next((one for one in earlier if one is not None and one.state != "failed"), None)
        if before is None and await is_told_by_alert(db, to.place, ids):
            return
        if item.news != "grown" or before is None:
            await deliveries.add(db, flash_deliveries([item], to, now))
        elif item.whats_new:
            await deliveries.add(db, [update_delivery(before, item, now)])

    async def _piled_up(self, db: AsyncConnection, to: Subscription, digest: Digest, now: datetime) -> bool:
        """Whether this would be a flood: then one digest says it all."""
        unsent = await deliveries.pending(db, to.place, f"flash:{to.id}:")
        old = [item for item in digest.items if now - max(s.published for s in item.group.stories) > FRESH]
        return len(digest.items) + len(unsent) > FLOOD or len(old) > 1

    async def keep_current(self, db: AsyncConnection, group_ids: Iterable[str], now: datetime) -> None:
        """Edit the messages that tell of these groups to what the groups now are; nothing new is told."""
        groups = await topics.groups_by_id(db, group_ids)
        await self._edit(db, groups, await _held(db, groups), now)

    async def _edit(
        self, db: AsyncConnection, groups: Sequence[Group], held: frozenset[str], now: datetime
    ) -> None:
        by_id = {group.id: group for group in groups}
        now_in = {**await events.absorbed(db, by_id), **{id_: id_ for id_ in by_id}}
        sources = await self._mastheads.known(db)
        known = {topic.id: topic for topic in await topics.topics(db)}
        sent = await deliveries.about(db, list(now_in), now - EDITED_FOR)
        homes = _homes(sent, now_in)
        muted = {place: await events.muted(db, place, now) for place in {one.place for one in sent}}
        told = [story.id for group in groups for story in group.stories] if sent else []
        revised = await stories.revisions_of(db, told, now - EDITED_FOR)
        for one in sent:
            group = by_id[now_in[one.about]]
            if is_update(one) or group.id in muted[one.place]:
                continue
            reader = (await desks.settings(db, one.desk)).language
            item = _grown(known[group.topic_id], group, held, reader, sources)
            if item is not None:
                moved = homes[one.place, group.id] != one.about
                card = merged_card(one.card, item) if moved else _face(one, item, revised)
                await self._edit_one(db, one, card, now)

    async def _edit_one(self, db: AsyncConnection, sent: Delivery, card: Card, now: datetime) -> None:
        """Bring a message up to date, no sooner than the pause after its last edit."""
        card = replace(card, pings=sent.card.pings)
        before = await deliveries.get(db, f"edit:{sent.key}")
        if card == (before.card if before else sent.card):
            return
        last = before.due_at if before and before.due_at else sent.made_at or now
        due = last if before and before.state == "pending" else max(now, last + self._edit_pause)
        await deliveries.put(db, edit_delivery(sent, card, due, now))


def _homes(sent: Sequence[Delivery], now_in: Mapping[str, str]) -> dict[tuple[Place, str], str]:
    """By place and event, the event whose messages there tell of it: itself, or the first that is now it."""
    homes: dict[tuple[Place, str], str] = {}
    for one in sent:
        event = now_in[one.about]
        if one.about == event:
            homes[one.place, event] = event
        else:
            homes.setdefault((one.place, event), one.about)
    return homes


def _face(sent: Delivery, item: Item, revised: Sequence[Revision]) -> Card:
    """The message of an event as it is by now, with what has come to it since it was sent."""
    if sent.made_at is not None:
        at = sent.made_at
        known = frozenset(story.id for story in item.group.stories if story.seen <= at)
        item = updated(item, known, [one for one in revised if one.at >= at])
    return flash_card(item) if sent.kind == "flash" else event_card(item)


def _grown(topic: Topic, group: Group, held: frozenset[str], reader: str, sources: Sources) -> Item | None:
    window = Window(group.first.published - FIRST_WINDOW, group.last_seen, "now")
    digest = compile_digest([topic], [group], window, held=held, reader=reader, asked=True, sources=sources)
    return digest.items[0] if digest.items else None


def _unheard_since(to: Subscription, now: datetime) -> datetime:
    """From when on a place is to be told what it has not heard."""
    a_day_ago = now - FIRST_WINDOW
    if to.how == "at once":  # all else was told when it came; it may be weeks since anything was held
        return min(to.last_at or a_day_ago, a_day_ago)
    return to.last_at or a_day_ago


def _held_back(to: Subscription, digest: Digest, due: datetime, now: datetime) -> Subscription:
    """A subscription that is to hear of these events later: by a digest of what it has not heard since."""
    unheard = min(story.seen for item in digest.items for story in item.fresh) - timedelta(minutes=1)
    since = max(unheard, now - FIRST_WINDOW)
    if to.next_at and to.last_at:  # something is held already
        since = min(since, to.last_at)
    return replace(to, last_at=since, next_at=min(to.next_at or due, due))


async def _topics_of(db: AsyncConnection, to: Subscription) -> list[Topic]:
    return [t for t in await topics.topics(db, to.desk) if not to.topics or t.name in to.topics]


async def _held(db: AsyncConnection, groups: Iterable[Group]) -> frozenset[str]:
    """The stories of some groups that were in their feeds before those were first polled."""
    ids = [story.id for group in groups for story in group.stories]
    return frozenset(await stories.is_backlog(db, ids))


def since_words(span: timedelta) -> str:
    """A stretch of time up to now in words: `the last 10 hours`."""
    hours = round(span.total_seconds() / 3600)
    if hours < 1:
        minutes = max(1, round(span.total_seconds() / 60))
        return f"the last {minutes} minutes" if minutes > 1 else "the last minute"
    if hours > 48:
        return f"the last {round(hours / 24)} days"
    return f"the last {hours} hours" if hours > 1 else "the last hour"
