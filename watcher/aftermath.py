"""What follows alerts when there is time: a picture in the thread of one that grew, and Monday's report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.calling import posts
from watcher.chat.commands.alerts import report_card
from watcher.desk.alerts import Alert
from watcher.desk.clock import Window, zone_of
from watcher.desk.compose import clean
from watcher.desk.deliveries import ALERT, notice
from watcher.desk.holidays import renewed
from watcher.desk.trend import BEFORE, Trend, trend_of
from watcher.models import Attachment, Card, Delivery, Desk, Place
from watcher.picture import picture_of
from watcher.store import Store, alerts, deliveries, desks, notes, rotas, topics
from watcher.store.coverage import coverage
from watcher.store.faults import StoreError

GROWN = 10
"""Stories that an alert has told of before a picture says more than they do."""
PICTURED = timedelta(hours=24)
"""How much of a topic the picture of one event shows, and how long after its alert one is made."""
NINE = time(9)
_WEEK = timedelta(days=7)


class Aftermath:
    """Looks every minute, and makes each picture and each report once."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._pictured: set[int] = set()

    async def look(self) -> None:
        """Make the pictures and the reports that are due."""
        await self._pictures(self._now())
        await self._reports(self._now())

    # ------------------------------------------------------------------------------------- pictures

    async def _pictures(self, now: datetime) -> None:
        for alert, parents in await self._grown(now):
            self._pictured.add(alert.id)  # what cannot be drawn now cannot be drawn in a minute either
            trend = await self._trend(alert, now)
            drawn = await picture_of(trend) if trend else None
            if drawn is None:
                continue
            card = Card("Coverage so far", files=(Attachment(f"alert-{alert.id}.png", drawn),))
            try:
                async with self._store.writing() as db:
                    await deliveries.add(db, [_under(parent, alert, card, now) for parent in parents])
            except StoreError:
                self._pictured.discard(alert.id)
                raise

    async def _grown(self, now: datetime) -> list[tuple[Alert, list[Delivery]]]:
        """The alerts that have enough to draw and no picture yet, with their messages that can show one."""
        found = []
        async with self._store.reading() as db:
            for alert in await alerts.alerts_since(db, now - PICTURED):
                if len(alert.known) < GROWN or alert.folded or alert.id in self._pictured:
                    continue
                parents = [one for one in await posts(db, alert) if one.place.platform != desks.CONSOLE]
                made = [await deliveries.get(db, _picture_key(parent)) for parent in parents]
                if not parents or any(made):
                    self._pictured.add(alert.id)
                else:
                    found.append((alert, parents))
        return found

    async def _trend(self, alert: Alert, now: datetime) -> Trend | None:
        window = Window(now - PICTURED, now, "the last 24 hours")
        async with self._store.reading() as db:
            zone = (await desks.settings(db, alert.desk)).time_zone
            topic = next((one for one in await topics.topics(db) if one.id == alert.topic_id), None)
            if topic is None:
                return None
            since = window.start - BEFORE
            caught = await coverage(db, topic.id, since, window.start, window.end, alert.group_id)
        name = clean(topic.title or topic.name)
        return trend_of(name, window, zone, caught, [(alert.id, alert.made_at)], alert.told.title)

    # -------------------------------------------------------------------------------------- reports

    async def _reports(self, now: datetime) -> None:
        async with self._store.reading() as db:
            due = [one for one in await self._places(db) if await _is_due(db, one[0], now)]
        for desk, places in due:
            await self._renew_holidays(desk, now)
            async with self._store.writing() as db:
                await self._report(db, desk, places, now)

    async def _renew_holidays(self, desk: Desk, now: datetime) -> None:
        """Let a rota know the holidays of the years to come, once a week."""
        async with self._store.reading() as db:
            before = await rotas.get(db, desk.id)
        rota = await asyncio.to_thread(renewed, before, now.date())
        async with self._store.writing() as db:
            if rota != before and await rotas.get(db, desk.id) == before:
                await rotas.put(db, desk.id, rota)

    async def _places(self, db: AsyncConnection) -> list[tuple[Desk, list[Place]]]:
        heard = await desks.notice_places(db)
        return [(d, [at for id_, at in heard if id_ == d.id]) for d in await desks.desks(db)]

    async def _report(self, db: AsyncConnection, desk: Desk, places: list[Place], now: datetime) -> None:
        settings = await desks.settings(db, desk.id)
        known = await notes.get(db, _note(desk))
        monday = _monday(now, settings.time_zone)
        week = monday.isoformat()
        await notes.put(db, _note(desk), week)
        # A desk that is new has had no week yet, and a clock that was set wrong has no say.
        if not settings.weekly_report or not known or known > week:
            return
        # From nine to nine by its own clocks, whenever it is made: each alert is in one report.
        start, end = (_nine(day, settings.time_zone) for day in (monday - _WEEK, monday))
        found = [alert for alert in await alerts.alerts(db, desk.id, start) if alert.made_at < end]
        done = [one for one in await alerts.logged(db, desk.id, start) if one.at < end]
        card = replace(report_card(found, done, "the last week"), private=False)
        made = [
            notice(f"report:{desk.id}:{week}@{at.platform}/{at.channel}", desk.id, at, card, now)
            for at in places
        ]
        await deliveries.add(db, made)


async def _is_due(db: AsyncConnection, desk: Desk, now: datetime) -> bool:
    """Whether another week has begun for a desk than the one that is noted: at nine on Monday."""
    monday = _monday(now, (await desks.settings(db, desk.id)).time_zone)
    return bool(await notes.get(db, _note(desk)) != monday.isoformat())


def _monday(now: datetime, zone: str) -> date:
    """The Monday, in a zone, at whose nine o'clock the present week of reports began."""
    local = now.astimezone(zone_of(zone))
    monday = local.date() - timedelta(days=local.weekday())
    return monday if _nine(monday, zone) <= now else monday - _WEEK


def _nine(day: date, zone: str) -> datetime:
    """Nine o'clock of a day in a zone."""
    return datetime.combine(day, NINE, zone_of(zone)).astimezone(UTC)


def _note(desk: Desk) -> str:
    return f"weekly report: {desk.id}"


def _picture_key(parent: Delivery) -> str:
    return f"{parent.key}:picture"


def _under(parent: Delivery, alert: Alert, card: Card, now: datetime) -> Delivery:
    key = _picture_key(parent)
    made = Delivery(key, parent.desk, parent.place, card, "alert", ALERT, made_at=now, due_at=now)
    return replace(made, parent=parent.key)
