"""The sentence itself: poll → parse → match → group → triage → compose, ending in stored deliveries.

Two steps, each of which may be cut short at any moment and goes on where it was: `poll` brings stories
into the store, `work` takes those that nobody has looked at yet through all the other stages, and writes
what it found, what is to be sent, and that it has looked, in one transaction.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from time import perf_counter

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.alerts import Alerts
from watcher.heeding import heed, lessons_of
from watcher.intake import Intake
from watcher.models import Story, Topic, WatcherError
from watcher.rounds import Rounds
from watcher.store import Store, events, feedback, own_names, stories, topics
from watcher.store.faults import apart
from watcher.stories.group import Grouper
from watcher.stories.language import settle_language
from watcher.stories.vectors import READ_ONCE, all_unpacked, packed, read_closely
from watcher.taster import CopyTaster, Tasted

log = logging.getLogger(__name__)

BATCH = 400
"""Stories taken through match and group at once: some seconds of work at the most."""
BACKFILL = timedelta(days=7)
"""How far back a new topic looks."""


class Unreadable(Exception):
    """Stories that could not be matched or grouped, by no fault that anybody could mend."""


class Pipeline:
    """Takes feeds to stored deliveries. `now` is the clock: the world's, or the demo's."""

    def __init__(
        self,
        store: Store,
        taster: CopyTaster,
        intake: Intake,
        rounds: Rounds,
        alerts: Alerts,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._taster = taster
        self._intake = intake
        self._rounds = rounds
        self._alerts = alerts
        self._now = now
        self._topics_version: int | None = None
        self._working = asyncio.Lock()
        self.tally = intake.tally

    async def poll(self) -> int:
        """Poll what is due, each feed once; returns how many there were. See `Intake.poll`."""
        return await self._intake.poll()

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
                worked += await self._take_all(batch)

    async def refresh(self) -> None:
        """Take changes of topics to heart at once, and look back for new ones."""
        async with self._working:
            await self._catch_up()

    @asynccontextmanager
    async def groups_of(self, topic_id: int) -> AsyncIterator[Grouper]:
        """The groups of a topic as they are in memory, for an editor; nothing else works on them then."""
        async with self._working:
            await self._catch_up()
            try:
                yield self._taster.grouper(topic_id)
            except BaseException:
                self._topics_version = None  # as in `_take`
                raise

    async def is_current(self, db: AsyncConnection) -> bool:
        """Whether the groups in memory are of the topics as they are."""
        return await topics.version(db) == self._topics_version

    async def _unread(self) -> list[Story]:
        """Stories to look at, in an order that does not depend on which feed answered first."""
        async with self._store.reading() as db:
            found = await stories.needing_match(db, BATCH)
        return sorted(found, key=lambda story: (story.seen, story.published, story.id))

    async def _take_all(self, batch: Sequence[Story]) -> int:
        """Take a batch, and where a story in it cannot be read, all but that; returns how many were taken."""
        taken, why = 0, None
        unreadable: list[Story] = []
        parts = [batch]
        while parts:
            part = parts.pop(0)
            await self._catch_up()
            try:
                taken += len(part) if await self._take(part) else 0
            except Unreadable as error:
                half = len(part) // 2
                parts[:0] = [part[:half], part[half:]] if half else []
                unreadable += [] if half else part
                why = error
        if why and not taken:
            raise why  # not the fault of a story: it is tried again
        if unreadable:
            await self._pass_over(unreadable, why)
        return taken

    async def _pass_over(self, unreadable: Sequence[Story], why: Exception | None) -> None:
        for story in unreadable:
            words = "%s cannot be matched and is passed over: %s"
            log.error(words, story.url, story.title, exc_info=why)
        async with self._store.writing() as db:
            await stories.mark_matched(db, unreadable)

    async def _read(self, batch: Sequence[Story]) -> tuple[list[Story], Tasted]:
        """A batch with its languages, and what it came to; raises Unreadable where a bug forbids that."""
        try:
            settled = await asyncio.to_thread(_settled, batch)
            return settled, await asyncio.to_thread(self._taster.taste, settled)
        except WatcherError:
            raise
        except Exception as error:
            raise Unreadable(f"{type(error).__name__}: {error}") from error

    async def _take(self, batch: Sequence[Story]) -> bool:
        """Take a batch through the stages; false where topics changed meanwhile, and nothing was kept."""
        started = perf_counter()
        kept = False
        try:
            settled, tasted = await self._read(batch)
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
            moved = await events.moves(db, tasted.placements)
            await topics.forget_matches(
                db, [story.id for story in batch]
            )  # a revised story met others before
            await _save(db, tasted)
            await events.carry(db, moved, self._now())
            await stories.mark_matched(db, batch)
            async with apart(db, "alerting"):
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
            unheeded = await feedback.unheeded(db)
            own = await own_names.by_desk(db)
        if self._topics_version is None:
            self._taster.retopic(())
        # Until all is taken up, the groups in memory are not what the store has.
        self._topics_version = None
        lessons = await lessons_of(self._store, self._taster)
        for topic in await asyncio.to_thread(self._taster.retopic, wanted, lessons, own):
            await self._take_up(topic)
        for topic in wanted:
            if topic.id in unheeded:
                await self._heed(topic, unheeded[topic.id])
        self._topics_version = version

    async def _heed(self, topic: Topic, spoken_of: frozenset[str]) -> None:
        """Let stories leave and join a topic as editors said, and messages say what is now true."""
        now = self._now()
        touched = await heed(self._store, self._taster, topic, spoken_of, now - BACKFILL, now)
        async with self._store.writing() as db:
            await self._rounds.keep_current(db, touched, now)

    async def _take_up(self, topic: Topic) -> None:
        """Put a topic's groups in memory: as stored, or found anew in the stories of the last days."""
        since = self._now() - BACKFILL
        async with self._store.reading() as db:
            known = await topics.placements(db, topic.id, since)
            fresh = await topics.is_fresh(db, topic.id)
            # All of a week's stories, at a start for each topic, would be half a minute in a big newsroom.
            recent = await stories.recent(db, since) if fresh else []
            by_id = {} if fresh else await stories.many(db, [placed.story_id for placed in known])
            # Of those in which a new topic is looked for: what other topics had read closely stays so.
            ids = [story.id for story in recent] if fresh else [placed.story_id for placed in known]
            vectors = await stories.vectors(db, ids, longer_than=READ_ONCE if fresh else 0)
            edits = await topics.edits(db, topic.id)
            said = await events.said(db, topic.id)
        grouper = self._taster.grouper(topic.id)
        grouper.lean_to(said)
        stored = read_closely(vectors) if fresh else all_unpacked(vectors)
        if not fresh:
            placed = [p for p in known if p.story_id in by_id and p.story_id in stored]
            await asyncio.to_thread(self._taster.restore, topic.id, by_id, stored, placed, edits)
            return
        grouper.restore({}, {}, (), edits)
        tasted = await asyncio.to_thread(self._taster.taste, recent, frozenset({topic.id}), stored)
        async with self._store.writing() as db:
            # One edited meanwhile stays fresh: the change of topics brings it here again.
            if await topics.mark_taken_up(db, topic):
                moved = await events.moves(db, tasted.placements)
                await topics.forget_places(db, topic.id)
                await _save(db, tasted)
                await events.carry(db, moved, self._now())


async def _save(db: AsyncConnection, tasted: Tasted) -> None:
    await topics.save_matches(db, tasted.matches)
    await topics.place(db, tasted.placements)
    await stories.save_vectors(db, {id_: packed(vector) for id_, vector in tasted.vectors.items()})


def _settled(batch: Sequence[Story]) -> list[Story]:
    """The stories with the languages they are really in: worked out once a story, not at every poll."""
    return [settle_language(story) for story in batch]
