"""Telling the desks how their feeds are: what changes is kept at once, and told gathered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.bulletin import Change, bulletin_card, change_of, settled, tell_at
from watcher.desk.deliveries import notice
from watcher.feeds.reach import Outcome, Reach
from watcher.models import Feed, Place
from watcher.store import Store, deliveries, desks, feeds, notes

_UNTOLD, _TOLD_AT = "feeds to tell of", "feeds told of at"
_MISSED = "feeds out of reach"


class Bulletin:
    """Hears of every poll, and tells the desks that hear notices of what fell ill, got well or is gone.

    What is to be told stands in the store, so a restart neither loses nor repeats it.
    """

    def __init__(self, store: Store, now: Callable[[], datetime], speaks_to: Callable[[Place], bool]) -> None:
        self._store = store
        self._now = now
        self._speaks_to = speaks_to
        self._reach = Reach()
        self._missed: frozenset[int] | None = None

    async def hear(self, db: AsyncConnection, polls: Sequence[tuple[Outcome, Feed]]) -> Callable[[], None]:
        """Take note of polls and of the feeds as they are after them, within the caller's transaction.

        What they say of this machine's network is known once the function that this gives is called: when the
        transaction is kept. Of one that is undone nothing may be remembered that the store does not have.
        """
        changes = [change_of(outcome.feed, after, outcome.at) for outcome, after in polls]
        if news := [change for change in changes if change]:
            await _keep(db, settled([*await _untold(db), *news]))
        await self._recall(db)
        reach = self._reach.copy()
        missed = frozenset[int]().union(*(reach.note(outcome) for outcome, _ in polls))
        if missed:
            await feeds.poll_soon(db, missed, self._now())
        if self._missed != reach.missed:
            await notes.put(db, _MISSED, sorted(reach.missed))
        return partial(self._know, reach)

    def _know(self, reach: Reach) -> None:
        self._reach, self._missed = reach, reach.missed

    def is_cut_off(self) -> bool:
        """Whether this machine reaches nearly no feed."""
        return self._reach.is_cut_off(self._now())

    async def ask_again(self) -> None:
        """While this machine reaches nearly nothing, have one feed polled each minute to see when it does."""
        async with self._store.reading() as db:
            await self._recall(db)
            if self._reach.missed:
                self._reach.forget_all_but({feed.id for feed in await feeds.all_feeds(db)})
        if (missed := self._reach.ask(self._now())) is not None:
            async with self._store.writing() as db:
                await feeds.poll_soon(db, [missed], self._now())

    async def _recall(self, db: AsyncConnection) -> None:
        """Know of what was out of reach before a restart."""
        if self._missed is None:
            self._missed = frozenset(await notes.get(db, _MISSED, []))
            self._reach.recall(self._missed, self._now())

    async def tell(self, *, at_once: bool = False) -> int:
        """Tell what has been gathered for long enough, or all of it; returns how many changes that were."""
        now = self._now()
        async with self._store.reading() as db:
            if not await self._is_time(db, now, at_once):
                return 0
        async with self._store.writing() as db:
            changes = await _untold(db)
            known = {feed.id: feed for feed in await feeds.all_feeds(db, retired=True)}
            card = bulletin_card(changes, known, cut_off=self.is_cut_off())
            if card:
                key = f"feeds:{int(now.timestamp())}"
                places = [each for each in await desks.notice_places(db) if self._speaks_to(each[1])]
                told = [notice(f"{desk}:{key}", desk, place, card, now) for desk, place in places]
                await deliveries.add(db, told)
                await notes.put(db, _TOLD_AT, now.astimezone(UTC).isoformat())
            await _keep(db, ())
        return len(changes)

    async def _is_time(self, db: AsyncConnection, now: datetime, at_once: bool) -> bool:
        changes = await _untold(db)
        if not changes or at_once:
            return bool(changes)
        last = await notes.get(db, _TOLD_AT)
        return now >= tell_at(changes, last and datetime.fromisoformat(last))


async def _untold(db: AsyncConnection) -> list[Change]:
    return msgspec.convert(await notes.get(db, _UNTOLD, []), list[Change])


async def _keep(db: AsyncConnection, changes: Sequence[Change]) -> None:
    await notes.put(db, _UNTOLD, msgspec.to_builtins(list(changes)))
