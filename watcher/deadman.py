"""Tells the desk when Watcher hears nothing or cannot speak, and tells a monitor elsewhere that it lives."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.config import AlertSettings
from watcher.desk.alert_cards import heard_again_card, reached_again_card, silence_card, unreachable_card
from watcher.desk.deliveries import notice
from watcher.desk.silence import is_over, silence
from watcher.models import Card
from watcher.store import Store, alerts, deliveries, desks, feeds, notes

log = logging.getLogger(__name__)

_SILENT = "silent since"
_AWAY = "platforms away"
ALERT_WAITS = timedelta(minutes=2)
"""How long an alert may wait for a platform before the others are told."""
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
            known = await feeds.all_feeds(db)
            why = silence(known, now, self._settings.silence, self._started)
            since: str = await notes.get(db, _SILENT) or ""
            away = await alerts.unreachable(db, now - self._settings.silence, now - ALERT_WAITS)
            told_of: dict[str, str] = await notes.get(db, _AWAY, {})
        over = bool(since) and (not known or is_over(known, datetime.fromisoformat(since)))
        silent = not over and bool(why or since)
        if silent != bool(since) or {one.platform for one in away} != told_of.keys():
            async with self._store.writing() as db:
                if silent and not since:
                    await self._tell_silence(db, why, now)
                elif over:
                    await self._tell_end(db, since, now, heard=bool(known))
                await self._tell_away(db, away, now)
        if self._settings.ping_url:
            await ping(self._settings.ping_url, well=not silent and not away)

    async def _tell_silence(self, db: AsyncConnection, why: str, now: datetime) -> None:
        await notes.put(db, _SILENT, now.isoformat())
        minutes = round(self._settings.silence / timedelta(minutes=1))
        await self._tell(db, f"silent:{now.isoformat()}", silence_card(minutes, why), now)

    async def _tell_end(self, db: AsyncConnection, since: str, now: datetime, *, heard: bool) -> None:
        """End a silence; where all feeds were removed nothing is heard again."""
        await notes.put(db, _SILENT, "")
        if heard:
            await self._tell(db, f"heard:{since}", heard_again_card(), now)

    async def _tell_away(self, db: AsyncConnection, away: list[alerts.Away], now: datetime) -> None:
        """Tell the other platforms of each that went away and of each that is back, once."""
        told_of: dict[str, str] = await notes.get(db, _AWAY, {})
        by_name = {one.platform: one for one in away}
        for platform in sorted(by_name.keys() - told_of.keys()):
            one = by_name[platform]
            card = unreachable_card(platform, one.since, one.waiting, one.alerts)
            await self._tell(db, f"away:{platform}:{now.isoformat()}", card, now, but=platform)
        for platform in sorted(told_of.keys() - by_name.keys()):
            key = f"back:{platform}:{told_of[platform]}"
            await self._tell(db, key, reached_again_card(platform), now, but=platform)
        still = {platform: told_of.get(platform, now.isoformat()) for platform in sorted(by_name)}
        await notes.put(db, _AWAY, still)

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
