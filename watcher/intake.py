"""The first half of the sentence, poll → parse → record: what feeds say comes into the store.

Polling goes on without rounds: each outlet has its own line (`watcher.feeds.lines`), what falls due
meanwhile is polled meanwhile, and whatever was read is written down at once, with the health of its feed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import random
from time import monotonic, perf_counter

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.compose import count
from watcher.feeds.lines import Lines
from watcher.feeds.poll import Poller
from watcher.feeds.schedule import after_poll
from watcher.feeds.workers import Parsers
from watcher.models import (
    Feed,
    Fetched,
    FetchFailed,
    Parsed,
    ParseFailed,
    Revision,
    Unchanged,
    WatcherError,
)
from watcher.store import Store, feeds, stories
from watcher.store.faults import SAID_AGAIN
from watcher.store.record import Recorded

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Feeds taken up at one look; the next look takes more."""
WRITTEN_AT_ONCE = 400
LONG_WAIT = 5.0
"""Seconds in line after which a feed is read anew: somebody may have removed or changed it."""
REST = timedelta(minutes=5)
"""How long a feed is left alone whose poll could not be written down."""

Outcome = Unchanged | FetchFailed | Parsed | ParseFailed
Tell = Callable[[AsyncConnection, Sequence[tuple[Outcome, Feed]]], Awaitable[Callable[[], None]]]


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


class Intake:
    """Takes feeds to stored stories. `now` is the clock: the world's, or the demo's.

    `tell` hears of each poll and its feed as it is then, within the transaction that writes them down, and
    gives what is to be called once that is kept; `jitter` spreads the polls of each feed by a number
    from 0 to 1.
    """

    def __init__(
        self,
        store: Store,
        poller: Poller,
        parsers: Parsers,
        now: Callable[[], datetime],
        tell: Tell,
        jitter: Callable[[Feed], float] = lambda feed: random(),
    ) -> None:
        self._store = store
        self._poller = poller
        self._parsers = parsers
        self._now = now
        self._tell = tell
        self._jitter = jitter
        self._outcomes: asyncio.Queue[Outcome | None] = asyncio.Queue(maxsize=2 * WRITTEN_AT_ONCE)
        self._in_hand: dict[int, float] = {}
        self._resting: dict[int, datetime] = {}
        self._odd: set[int] = set()
        self._said_at: datetime | None = None
        self.tally = Tally()
        self.fresh = asyncio.Event()
        self.on_feed: Callable[[Feed, Feed], None] = lambda before, after: None
        self.on_revision: Callable[[Revision], None] = lambda revision: None

    async def poll(self) -> int:
        """Poll the feeds that are due by now, each of them once; returns how many were, when all are done."""
        started = perf_counter()
        async with self._lines() as lines:
            due = await self._take_up(limit=None)
            lines.join(due)
        self.tally.poll_seconds += perf_counter() - started
        return len(due)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Poll for as long as this is open (and `poll` not at the same time).

        Gives a look at what has fallen due, to be taken again and again: it puts feeds in line and waits
        for none of them.
        """
        async with self._lines() as lines:
            yield partial(self._look, lines)

    async def _look(self, lines: Lines) -> None:
        lines.join(await self._take_up(AT_ONCE))

    @asynccontextmanager
    async def _lines(self) -> AsyncIterator[Lines]:
        """Lines of feeds, and somebody who writes down what comes of them until the last has been polled."""
        recorder = asyncio.create_task(self._record_all())
        try:
            async with Lines(self._poll_one, self._poller.settings.concurrency) as lines:
                yield lines
        finally:
            await self._outcomes.put(None)
            await recorder
            self._in_hand.clear()

    async def _take_up(self, limit: int | None) -> list[Feed]:
        """The feeds that are due and not in hand, which they are from now on until they are written down."""
        now = self._now()
        self._resting = {id_: until for id_, until in self._resting.items() if until > now}
        async with self._store.reading() as db:
            due = await feeds.due(db, now, limit, without=self._in_hand.keys() | self._resting.keys())
        self._in_hand.update((feed.id, monotonic()) for feed in due)
        return due

    async def _poll_one(self, feed: Feed) -> None:
        """Poll and parse one feed, and hand over what came of it. Outlives whatever it does."""
        at = self._now()
        outcome: Outcome
        try:
            if monotonic() - self._in_hand[feed.id] > LONG_WAIT:
                known = await self._still_due(feed, at)
                if known is None:
                    del self._in_hand[feed.id]
                    return
                feed = known
            result = await self._poller.poll(feed, at)
            outcome = await self._parse(result) if isinstance(result, Fetched) else result
        except Exception as error:
            log.exception("polling %s failed in a way it should not", feed.url)
            outcome = FetchFailed(feed, at, _unforeseen(error))
        await self._outcomes.put(outcome)

    async def _still_due(self, feed: Feed, at: datetime) -> Feed | None:
        async with self._store.reading() as db:
            known = await feeds.get(db, feed.id)
        if known is None or known.retired_at:
            return None
        return known if known.next_poll_at is None or known.next_poll_at <= at else None

    async def _parse(self, fetched: Fetched) -> Parsed | ParseFailed:
        started = perf_counter()
        feed = after_poll(fetched.feed, fetched, self._poller.settings)
        parsed = replace(await self._parsers.parse(fetched), feed=feed)
        self.tally.parse_seconds += perf_counter() - started
        return parsed

    # ---------------------------------------------------------------------------------- record

    async def _record_all(self) -> None:
        """Write what comes, as much at once as has come."""
        ended = False
        while not ended:
            batch = [await self._outcomes.get()]
            while not self._outcomes.empty() and len(batch) < WRITTEN_AT_ONCE:
                batch.append(self._outcomes.get_nowait())
            ended = None in batch
            await self._record([outcome for outcome in batch if outcome is not None])

    async def _record(self, batch: Sequence[Outcome]) -> None:
        """Write a batch. Where a bug forbids that, each on its own, so that one spoils no other's."""
        if not batch:
            return
        try:
            await self._write(batch)
        except WatcherError as error:
            self._say_unwritten(batch, error)
            self._let_rest(batch)
        except Exception:
            if len(batch) > 1:
                for outcome in batch:
                    await self._record([outcome])
                return
            log.exception("the poll of %s could not be written down", batch[0].feed.url)
            self._let_rest(batch)
        for outcome in batch:
            self._in_hand.pop(outcome.feed.id, None)

    def _say_unwritten(self, batch: Sequence[Outcome], error: WatcherError) -> None:
        """Put into the log what keeps polls from being written down, for as long as one word is enough."""
        now = self._now()
        if self._said_at is None or not timedelta() <= now - self._said_at < SAID_AGAIN:
            self._said_at = now
            log.error("%s could not be written down: %s", count(len(batch), "poll"), error)

    def _let_rest(self, batch: Sequence[Outcome]) -> None:
        """Ask these feeds again only later: else they would be at every look, since they stay due."""
        self._resting.update((outcome.feed.id, self._now() + REST) for outcome in batch)

    async def _write(self, batch: Sequence[Outcome]) -> None:
        started = perf_counter()
        async with self._store.writing() as db:
            found = [await self._write_stories(db, outcome) for outcome in batch]
            after = [self._after(outcome, of) for outcome, of in zip(batch, found, strict=True)]
            await feeds.save(db, after)
            kept = await self._tell(db, list(zip(batch, after, strict=True)))
        kept()
        self.tally.store_seconds += perf_counter() - started
        for outcome, of, feed in zip(batch, found, after, strict=True):
            self._count(outcome, of)
            self.on_feed(outcome.feed, feed)
        self.fresh.set()

    async def _write_stories(self, db: AsyncConnection, outcome: Outcome) -> Recorded:
        if not isinstance(outcome, Parsed):
            return Recorded()
        backlog = outcome.feed.first_polled_at is None
        return await stories.record(db, outcome.stories, outcome.feed, outcome.at, backlog=backlog)

    def _after(self, outcome: Outcome, found: Recorded) -> Feed:
        changed, jitter = bool(found.new or found.revised), self._jitter(outcome.feed)
        return after_poll(outcome.feed, outcome, self._poller.settings, changed=changed, jitter=jitter)

    def _count(self, outcome: Outcome, found: Recorded) -> None:
        self.tally.polled += 1
        self.tally.unchanged += isinstance(outcome, Unchanged)
        self.tally.failed += isinstance(outcome, FetchFailed | ParseFailed)
        self.tally.stories += len(found.new)
        self.tally.sighted += found.sighted
        self.tally.revised += len(found.revised)
        for revision in found.revised:
            self.on_revision(revision)
        if isinstance(outcome, Parsed):
            self._say_what_is_odd(outcome)

    def _say_what_is_odd(self, parsed: Parsed) -> None:
        """Put into the log what had to be mended or left out of a feed, once for as long as it is so."""
        if parsed.notes and parsed.feed.id not in self._odd:
            log.info("%s: %s", parsed.feed.url, " ".join(parsed.notes))
        (self._odd.add if parsed.notes else self._odd.discard)(parsed.feed.id)


def _unforeseen(error: Exception) -> str:
    return f"Polling failed in a way nobody foresaw ({type(error).__name__}); the log has more."
