"""Who is who among outlets by now: by the table that people keep, and by the feeds that are polled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.bylines import with_feeds
from watcher.desk.sources import NO_SOURCES, Sources
from watcher.store import feeds

KEPT = timedelta(minutes=5)
"""How long names are good for: a feed is named once, at its first poll, whose stories are never told."""


class Mastheads:
    """The outlets that are known: those of `table`, and those whose feeds are polled. `now` is the clock."""

    def __init__(self, now: Callable[[], datetime], table: Sources = NO_SOURCES) -> None:
        self._now = now
        self._table = table
        self._known = table
        self._read: tuple[tuple[str, str, str], ...] = ()
        self._at: datetime | None = None

    async def known(self, db: AsyncConnection) -> Sources:
        """Who is who by now."""
        now = self._now()
        if self._at is None or not timedelta() <= now - self._at < KEPT:
            self._at = now
            names = await feeds.names(db)
            if names != self._read:
                self._read = names
                self._known = await asyncio.to_thread(with_feeds, self._table, names)
        return self._known
