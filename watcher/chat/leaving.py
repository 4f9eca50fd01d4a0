"""Desks whose server or workspace removed Watcher: they sleep, wake again, and are forgotten in time."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.clock import next_time
from watcher.store import Store, alerts, deliveries, desks, subscriptions
from watcher.store.forgetting import forget

log = logging.getLogger(__name__)


async def sleep(store: Store, desk: str, now: datetime) -> None:
    """Make nothing for a desk any more, send nothing that waits, and forget nothing."""
    async with store.writing() as db:
        if not await desks.sleep(db, desk, now):
            return
        await deliveries.withdraw_all(db, desk)
        await alerts.hush(db, desk)
    log.info("%s sleeps: Watcher was removed there.", desk)


async def wake(db: AsyncConnection, desk: str, now: datetime) -> None:
    """Let a desk go on as from now; what happened while it slept is no news there."""
    if not await desks.wake(db, desk):
        return
    for one in await subscriptions.subscriptions(db, desk):
        following = next_time(one.times, one.time_zone, now) if one.how == "digest" else None
        await subscriptions.save(db, replace(one, last_at=now, next_at=following))


async def forget_old(store: Store, before: datetime) -> list[str]:
    """Forget the desks that have slept since before then; returns which."""
    async with store.reading() as db:
        old = [desk for desk, since in (await desks.asleep(db)).items() if since < before]
    for desk in old:
        async with store.writing() as db:
            await forget(db, desk)
        log.info("%s slept too long: what was kept of it is forgotten.", desk)
    return old


async def only(store: Store, platform: str, there: Iterable[str], now: datetime) -> None:
    """Let every desk of a platform sleep that is not among these."""
    stay = set(there)
    async with store.reading() as db:
        known = [desk.id for desk in await desks.desks(db) if desk.platform == platform]
    for desk in known:
        if desk not in stay:
            await sleep(store, desk, now)
