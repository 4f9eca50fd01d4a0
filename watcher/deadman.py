"""Tells the desk when Watcher hears nothing or cannot speak, and tells a monitor elsewhere that it lives."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.config import AlertSettings
from watcher.desk.alert_cards import heard_again_card, silence_card, unreachable_card
from watcher.desk.deliveries import notice
from watcher.desk.silence import silence
from watcher.models import Card
from watcher.store import Store, alerts, deliveries, desks, feeds, notes

log = logging.getLogger(__name__)

_SILENT = "silent since"
_WAIT = httpx.Timeout(10.0)


class DeadMan:
    """Looks every minute; each trouble is told once, and its end once."""

    def __init__(self, store: Store, now: Callable[[], datetime], settings: AlertSettings) -> None:
        self._store = store
        self._now = now
        self._settings = settings
        self._started = now()

    async def look(self) -> None:
        """Tell of silence and of platforms that cannot be reached, and ping the monitor if one is set."""
        now = self._now()
        async with self._store.reading() as db:
            why = silence(await feeds.all_feeds(db), now, self._settings.silence, self._started)
            since = await notes.get(db, _SILENT)
            away = await alerts.unreachable(db, now - self._settings.silence)
        if bool(why) != bool(since) or away:
            async with self._store.writing() as db:
                await self._tell_silence(db, why, since, now)
                await self._tell_away(db, away, now)
        if self._settings.ping_url:
            await ping(self._settings.ping_url, well=not why and not away)

    async def _tell_silence(self, db: AsyncConnection, why: str, since: str | None, now: datetime) -> None:
        if why and not since:
            await notes.put(db, _SILENT, now.isoformat())
            minutes = round(self._settings.silence / timedelta(minutes=1))
            await self._tell(db, f"silent:{now.isoformat()}", silence_card(minutes, why), now)
        elif since and not why:
            await notes.put(db, _SILENT, "")
            await self._tell(db, f"heard:{since}", heard_again_card(), now)

    async def _tell_away(self, db: AsyncConnection, away: list[alerts.Away], now: datetime) -> None:
        for one in away:
            card = unreachable_card(one.platform, one.since, one.waiting)
            key = f"away:{one.platform}:{one.since.isoformat()}"
            await self._tell(db, key, card, now, but=one.platform)

    async def _tell(self, db: AsyncConnection, key: str, card: Card, now: datetime, but: str = "") -> None:
        """A notice to every desk, except those of a platform."""
        told = [
            notice(f"{desk}:{key}", desk, place, card, now)
            for desk, place in await desks.notice_places(db)
            if place.platform != but
        ]
        await deliveries.add(db, told)


async def ping(url: str, *, well: bool) -> None:
    """Ask for the monitor's address, with /fail after it when all is not well; a failure is only logged."""
    try:
        async with httpx.AsyncClient(timeout=_WAIT) as client:
            await client.get(url if well else f"{url.rstrip('/')}/fail")
    except httpx.HTTPError as error:
        log.warning("the monitor at ping_url cannot be reached: %s", error or type(error).__name__)
