"""The sentence itself: poll → parse → match → group → triage → compose, ending in stored deliveries.

Two steps, each of which may be cut short at any moment and goes on where it was: `poll` brings stories
into the store, `work` takes those that nobody has looked at yet through all the other stages, and writes
what it found, what is to be sent, and that it has looked, in one transaction.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import random
from time import perf_counter

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.alerts import Alerts
from watcher.desk.compose import feed_ill_card, feed_retired_card, feed_well_card
from watcher.desk.deliveries import notice
from watcher.feeds.poll import Poller
from watcher.feeds.schedule import after_poll
from watcher.feeds.workers import Parsers
from watcher.models import Feed, Fetched, FetchFailed, Parsed, ParseFailed, Revision, Story, Topic, Unchanged
from watcher.rounds import Rounds
from watcher.store import Store, deliveries, desks, feeds, stories, topics
from watcher.stories.language import settle_language
from watcher.taster import CopyTaster, Tasted

log = logging.getLogger(__name__)

BATCH = 400
"""Stories taken through match and group at once: some seconds of work at the most."""
BACKFILL = timedelta(days=7)
"""How far back a new topic looks."""

Outcome = Unchanged | FetchFailed | Parsed | ParseFailed


@dataclass(slots=True)
class Tally:
    """What has been done since the start, and the seconds each stage took."""

    polled: int = 0
    failed: int = 0
    unchanged: int = 0
    stories: int = 0
    revised: int = 0
    sighted: int = 0
    matched: int = 0
    poll_seconds: float = 0.0
    parse_seconds: float = 0.0
    store_seconds: float = 0.0
    taste_seconds: float = 0.0
    compose_seconds: float = 0.0


class Pipeline:
    """Takes feeds to stored deliveries. `now` is the clock: the world's, or the demo's."""

    def __init__(
        self,
        store: Store,
        taster: CopyTaster,
        poller: Poller,
        parsers: Parsers,
        rounds: Rounds,
        alerts: Alerts,
        now: Callable[[], datetime],
        jitter: Callable[[Feed], float] = lambda feed: random(),
    ) -> None:
        self._store = store
        self._taster = taster
        self._poller = poller
        self._parsers = parsers
        self._rounds = rounds
        self._alerts = alerts
        self._now = now
        self._jitter = jitter
        self._topics_version: int | None = None
        self._working = asyncio.Lock()
        self.tally = Tally()
        self.fresh = asyncio.Event()
        self.on_feed: Callable[[Feed, Feed], None] = lambda before, after: None
        self.on_revision: Callable[[Revision], None] = lambda revision: None

    # ------------------------------------------------------------------------------ poll, parse

    async def poll(self, limit: int = 500) -> int:
        """Poll the feeds that are due, soonest first; returns how many were."""
        async with self._store.reading() as db:
            due = await feeds.due(db, self._now(), limit)
        if not due:
            return 0
        outcomes: asyncio.Queue[Outcome | None] = asyncio.Queue(maxsize=2 * BATCH)
        recorder = asyncio.create_task(self._record_all(outcomes))
        started = perf_counter()

        async def take(result: Fetched | Unchanged | FetchFailed) -> None:
            await outcomes.put(await self._parse(result) if isinstance(result, Fetched) else result)

        try:
            await self._poller.poll_all(due, self._now(), take)
        finally:
            self.tally.poll_seconds += perf_counter() - started
            await outcomes.put(None)
            await recorder
        return len(due)

    async def _parse(self, fetched: Fetched) -> Parsed | ParseFailed:
        started = perf_counter()
        feed = after_poll(fetched.feed, fetched, self._poller.settings)
        parsed = replace(await self._parsers.parse(fetched), feed=feed)
        self.tally.parse_seconds += perf_counter() - started
        return parsed

    async def _record_all(self, outcomes: asyncio.Queue[Outcome | None]) -> None:
        """Write what comes, as much at once as has come."""
        ended = False
        while not ended:
            batch = [await outcomes.get()]
            while not outcomes.empty() and len(batch) < BATCH:
                batch.append(outcomes.get_nowait())
            ended = None in batch
            await self._record([outcome for outcome in batch if outcome is not None])

    async def _record(self, batch: Sequence[Outcome]) -> None:
        if not batch:
            return
        started = perf_counter()
        async with self._store.writing() as db:
            changes = [(outcome.feed, await self._record_one(db, outcome)) for outcome in batch]
            await feeds.save(db, [after for _, after in changes])
            await self._tell_of_health(db, changes)
        self.tally.store_seconds += perf_counter() - started
        for before, after in changes:
            self.on_feed(before, after)
        self.fresh.set()

    async def _record_one(self, db: AsyncConnection, outcome: Outcome) -> Feed:
        """Write one outcome's stories; returns the feed's next state."""
        self.tally.polled += 1
        changed = False
        if isinstance(outcome, Parsed):
            backlog = outcome.feed.first_polled_at is None
            found = await stories.record(db, outcome.stories, outcome.feed, outcome.at, backlog=backlog)
            self.tally.stories += len(found.new)
            self.tally.sighted += found.sighted
            self.tally.revised += len(found.revised)
            changed = bool(found.new or found.revised)
            for revision in found.revised:
                self.on_revision(revision)
        elif isinstance(outcome, Unchanged):
            self.tally.unchanged += 1
        else:
            self.tally.failed += 1
        jitter = self._jitter(outcome.feed)
        return after_poll(outcome.feed, outcome, self._poller.settings, changed=changed, jitter=jitter)

    async def _tell_of_health(self, db: AsyncConnection, changes: Iterable[tuple[Feed, Feed]]) -> None:
        """Tell every desk that hears notices of a feed that fell ill, got well or is gone: once each."""
        cards = []
        for before, after in changes:
            if after.retired_at and not before.retired_at:
                cards.append((f"gone:{after.id}", feed_retired_card(after)))
            elif after.told and not before.told:
                cards.append((f"ill:{after.id}:{after.ill_since:%s}", feed_ill_card(after)))
            elif before.told and not after.told:
                cards.append((f"well:{after.id}:{self._now():%s}", feed_well_card(after)))
        if cards:
            places = [each for each in await desks.notice_places(db) if self._rounds.speaks_to(each[1])]
            for desk, place in places:
                told = [notice(f"{desk}:{key}", desk, place, card, self._now()) for key, card in cards]
                await deliveries.add(db, told)

    # --------------------------------------------------------------- match, group, triage, compose

    async def work(self) -> int:
        """Take every story that nobody has looked at through the stages; returns how many there were."""
        async with self._working:
            worked = 0
            while True:
                await self._catch_up()
                batch = await self._unread()
                if not batch:
                    return worked
                if await self._take(batch):
                    worked += len(batch)

    async def refresh(self) -> None:
        """Take changes of topics to heart at once, and look back for new ones."""
        async with self._working:
            await self._catch_up()

    async def _unread(self) -> list[Story]:
        """Stories to look at, in an order that does not depend on which feed answered first."""
        async with self._store.reading() as db:
            found = await stories.needing_match(db, BATCH)
        return sorted(found, key=lambda story: (story.seen, story.published, story.id))

    async def _take(self, batch: Sequence[Story]) -> bool:
        """Take a batch through the stages; false where topics changed meanwhile, and nothing was kept."""
        started = perf_counter()
        kept = False
        try:
            settled = await asyncio.to_thread(_settled, batch)
            tasted = await asyncio.to_thread(self._taster.taste, settled)
            self.tally.taste_seconds += perf_counter() - started
            kept = await self._write(settled, tasted)
        finally:
            if not kept:
                # The groups in memory now hold what the store does not: read them again next time.
                self._topics_version = None
        if kept:
            self.tally.matched += len({match.story_id for match in tasted.matches})
        return kept

    async def _write(self, batch: Sequence[Story], tasted: Tasted) -> bool:
        """Keep what a batch came to, and what is to be said of it; false where it was read for old topics."""
        started = perf_counter()
        async with self._store.writing() as db:
            if await topics.version(db) != self._topics_version:
                return False
            await topics.forget_matches(
                db, [story.id for story in batch]
            )  # a revised story met others before
            await _save(db, tasted)
            await stories.mark_matched(db, batch)
            await self._alerts.at_once(db, tasted.placements, self._now())
            await self._rounds.at_once(db, tasted.placements, self._now())
        self.tally.compose_seconds += perf_counter() - started
        return True

    async def _catch_up(self) -> None:
        """Take up topics that are new or have changed, and at the start all of them."""
        async with self._store.reading() as db:
            version = await topics.version(db)
            if version == self._topics_version:
                return
            wanted = await topics.topics(db)
        if self._topics_version is None:
            self._taster.retopic(())
        for topic in await asyncio.to_thread(self._taster.retopic, wanted):
            await self._take_up(topic)
        self._topics_version = version

    async def _take_up(self, topic: Topic) -> None:
        """Put a topic's groups in memory: as stored, or found anew in the stories of the last days."""
        since = self._now() - BACKFILL
        async with self._store.reading() as db:
            known = await topics.placements(db, topic.id, since)
            fresh = await topics.is_fresh(db, topic.id)
            recent = await stories.recent(db, since)
            vectors = await stories.vectors(db, [placed.story_id for placed in known])
            edits = await topics.edits(db, topic.id)
        if not fresh:
            by_id = {story.id: story for story in recent}
            restored = {
                id_: np.frombuffer(raw, np.float16).astype(np.float32) for id_, raw in vectors.items()
            }
            placed = [p for p in known if p.story_id in by_id and p.story_id in restored]
            grouper = self._taster.grouper(topic.id)
            await asyncio.to_thread(grouper.restore, by_id, restored, placed, edits)
            return
        tasted = await asyncio.to_thread(self._taster.taste, recent, frozenset({topic.id}))
        async with self._store.writing() as db:
            # One edited meanwhile stays fresh: the change of topics brings it here again.
            if await topics.mark_taken_up(db, topic):
                await _save(db, tasted)


async def _save(db: AsyncConnection, tasted: Tasted) -> None:
    await topics.save_matches(db, tasted.matches)
    await topics.place(db, tasted.placements)
    packed = {id_: vector.astype(np.float16).tobytes() for id_, vector in tasted.vectors.items()}
    await stories.save_vectors(db, packed)


def _settled(batch: Sequence[Story]) -> list[Story]:
    """The stories with the languages they are really in: worked out once a story, not at every poll."""
    return [settle_language(story) for story in batch]
