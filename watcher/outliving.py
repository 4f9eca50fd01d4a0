"""Outliving what a job could not do: it is said, and the job is tried again at its next time."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from watcher.models import WatcherError
from watcher.store import StoreError
from watcher.store.faults import SAID_AGAIN

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[object]]


class Outliving:
    """Runs jobs, and says what they could not do; `now` is the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._stuck: set[str] = set()
        self._said_at: datetime | None = None

    async def run(self, name: str, job: Job) -> None:
        """Run one job, whatever becomes of it."""
        try:
            await job()
        except StoreError as error:
            self._say_of_the_store(name, error)
        except WatcherError as error:
            log.error("%s: %s", name, error)
        except Exception:
            log.exception("%s failed in a way it should not; it is tried again", name)
        else:
            self._is_done(name)

    def _say_of_the_store(self, name: str, error: StoreError) -> None:
        self._stuck.add(name)
        now = self._now()
        if self._said_at is None or not timedelta() <= now - self._said_at < SAID_AGAIN:
            self._said_at = now
            log.error("%s: %s", name, error)

    def _is_done(self, name: str) -> None:
        """Where a job that the store had stopped is done, the store can be used again."""
        if name in self._stuck:
            self._stuck.clear()
            self._said_at = None
            log.info("%s: the store can be used again.", name)
