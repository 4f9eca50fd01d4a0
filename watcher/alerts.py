"""Alerts: what breaks is told at once, is followed as it grows, and calls people until somebody has it.

Everything here reads and writes the store within a transaction; nothing is sent from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.calling import call, places_of, raise_alert, reply, wear
from watcher.config import AlertSettings
from watcher.desk.alert_cards import dated, folded_card, gone_card, raised_card, told_card, update_card
from watcher.desk.alerts import Alert, tells_of
from watcher.desk.breaking import AUTO, Level, Rule, Verdict, decide, higher, is_fresh
from watcher.desk.deliveries import ALERT, edit_delivery
from watcher.desk.digest import materially_grown
from watcher.desk.novelty import novelties
from watcher.desk.pace import Pace
from watcher.desk.withdrawn import says_otherwise, takes_back
from watcher.joining import REMEMBERED, made_one, whole_event
from watcher.mastheads import Mastheads
from watcher.models import Card, Delivery, Group, Place, Placement, Revision, Topic
from watcher.splinters import event_of, going_on
from watcher.store import Store, alerts, deliveries, desks, rotas, stories, topics
from watcher.store.alerts import Done
from watcher.store.faults import apart

PACE_DAYS = timedelta(days=14)
PACE_LAG = timedelta(hours=1)
"""What is told just now is no part of the pace it is held against."""
PACE_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a batch's events are judged by, read once for all of them."""

    now: datetime
    topics: Mapping[int, Topic]
    rules: Mapping[int, Rule]
    touched: frozenset[str]
    held: frozenset[str]


class _Recent:
    """The alerts that events may be about, found by the stories of a group and not by looking through all."""

    def __init__(self, found: Iterable[Alert]) -> None:
        self.alerts: dict[int, Alert] = {}
        self._by_mark: defaultdict[str, set[int]] = defaultdict(set)
        self.put(found)

    def put(self, found: Iterable[Alert]) -> None:
        for alert in found:
            self.alerts[alert.id] = alert
            for mark in (alert.group_id, *alert.known):
                self._by_mark[mark].add(alert.id)

    def take(self, found: Iterable[Alert]) -> None:
        for alert in found:
            self.alerts.pop(alert.id, None)

    def about(self, group: Group) -> list[Alert]:
        """The alerts about a group's event, the oldest first."""
        marks = {group.id, *(story.id for story in group.stories), *group.tellings.values()}
        near = {id_ for mark in marks for id_ in self._by_mark.get(mark, ())}
        return [
            self.alerts[id_]
            for id_ in sorted(near)
            if id_ in self.alerts and tells_of(self.alerts[id_], group)
        ]


class Alerts:
    """Decides, tells, follows and calls. `now` is the clock of the tick.

    `edit_pause` is the least time between two edits of a message.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        settings: AlertSettings,
        mastheads: Mastheads,
        edit_pause: timedelta,
    ) -> None:
        self._store = store
        self._now = now
        self._settings = settings
        self._mastheads = mastheads
        self._edit_pause = edit_pause
        self._paces: dict[int, tuple[datetime, Pace]] = {}

    # -------------------------------------------------------------------------- as stories come in

    async def at_once(self, db: AsyncConnection, placements: Iterable[Placement], now: datetime) -> None:
        """Raise an alert for each event that breaks, and follow those that did."""
        placed = [one for one in placements if one.group]
        rules = await alerts.rules(db, {one.topic_id for one in placed})
        heard = sorted({one.group for one in placed if rules.get(one.topic_id, AUTO).kind != "never"})
        if not heard:
            return
        asleep = await desks.asleep(db)
        known = {topic.id: topic for topic in await topics.topics(db) if topic.desk not in asleep}
        groups = [one for one in await topics.groups_by_id(db, heard) if one.topic_id in known]
        held = frozenset(await stories.is_backlog(db, [s.id for group in groups for s in group.stories]))
        scene = _Scene(now, known, rules, frozenset(one.story_id for one in placed), held)
        recent = _Recent(await alerts.of_topics(db, {group.topic_id for group in groups}, now - REMEMBERED))
        for group in groups:
            async with apart(db, f"deciding whether event {group.id} is an alert"):
                await self._see(db, group, recent, scene)

    async def _see(self, db: AsyncConnection, group: Group, recent: _Recent, scene: _Scene) -> None:
        mine = recent.about(group)
        if not mine:
            verdict = await self._decide(db, group, scene.held, scene)
            if verdict.level is not None:
                near = await going_on(db, recent.alerts.values(), group.topic_id, scene.now)
                part_of = await event_of(db, group, near)
                mine = [part_of] if part_of else []
                if verdict.wants_quiet and not all(one.is_false for one in near):
                    verdict = await self._decide(db, group, scene.held, scene, busy=True)
        if not mine:
            raised = await self._raise(db, group, verdict, recent, scene)
            recent.put([raised] if raised else [])
            return
        before = await made_one(db, mine, scene.now)
        whole, held = await whole_event(db, before, group), scene.held
        if whole is not group:
            held |= await stories.is_backlog(db, [story.id for story in whole.stories])
        verdict = await self._decide(db, whole, held, scene)
        recent.take(mine)
        recent.put([await self._follow(db, before, whole, verdict, scene, recent)])

    async def _decide(
        self, db: AsyncConnection, group: Group, held: frozenset[str], scene: _Scene, *, busy: bool = False
    ) -> Verdict:
        return decide(
            group,
            await self._pace(db, group.topic_id, scene.now),
            scene.now,
            await self._mastheads.known(db),
            rule=scene.rules.get(group.topic_id, AUTO),
            trusted=self._settings.trusted,
            held=held,
            busy=busy,
        )

    async def _pace(self, db: AsyncConnection, topic_id: int, now: datetime) -> Pace:
        at, pace = self._paces.get(topic_id, (None, None))
        if at is None or pace is None or not timedelta() <= now - at < PACE_KEPT:
            pace = await alerts.pace(db, topic_id, now - PACE_DAYS, now - PACE_LAG)
            self._paces[topic_id] = (now, pace)
        return pace

    async def _raise(
        self, db: AsyncConnection, group: Group, verdict: Verdict, recent: _Recent, scene: _Scene
    ) -> Alert | None:
        topic, news = scene.topics[group.topic_id], verdict.news
        if news is None or verdict.evidence is None or verdict.level is None:
            return None
        if await self._only_mended(db, group, scene):
            return None
        alert = Alert(
            id=0,
            desk=topic.desk,
            topic_id=topic.id,
            group_id=group.id,
            level=verdict.level,
            told=await _told(db, topic, verdict, scene.now),
            evidence=verdict.evidence,
            known=tuple(story.id for story in group.stories),
            published=news.first.published,
            seen=min(story.seen for story in news.stories),
            made_at=scene.now,
            at=scene.now,
            folded=self._too_many(recent, topic.id, verdict.level, scene.now),
        )
        added = await alerts.add(db, alert)
        if added is None:
            return None
        if added.folded:
            await alerts.log(db, Done(added.id, scene.now, "folded", desk=added.desk))
            await self._tell_folded(db, topic, [*recent.alerts.values(), added], scene.now)
            return added
        return await raise_alert(db, added, scene.now, self._settings.again)

    async def _only_mended(self, db: AsyncConnection, group: Group, scene: _Scene) -> bool:
        """Whether all that happened to an event is that outlets touched what they had: a typo, a time."""
        for story in group.stories:
            if story.id in scene.touched:
                changes = await stories.revisions(db, story.seen, story.id)
                if not changes or any(says_otherwise(one) for one in changes):
                    return False
        return True

    def _too_many(self, recent: _Recent, topic_id: int, level: Level, now: datetime) -> bool:
        """Whether a topic had its alerts of this hour; what weighs less holds back nothing."""
        told = [a for a in _last_hour(recent.alerts.values(), topic_id, now) if not a.folded]
        return sum(not higher(level, a.level) for a in told) >= self._settings.an_hour

    async def _tell_folded(
        self, db: AsyncConnection, topic: Topic, recent: Sequence[Alert], now: datetime, *, but: int = 0
    ) -> None:
        """Tell of the alerts beyond the cap in one message an hour, edited as they become more or weigh more.

        `but` is one of them that is told by itself from now on.
        """
        folded = [a for a in recent if a.topic_id == topic.id and a.folded and a.id != but]
        opened = sorted((a.id for a in _last_hour(recent, topic.id, now)), reverse=True)
        for place in await places_of(db, topic.desk, topic.id):
            keys = (_key_of_folded(topic, id_, place) for id_ in opened)
            before = await _latest(db, keys, now - timedelta(hours=1))
            since = before.made_at if before and before.made_at else now
            left = sorted((a for a in folded if a.made_at >= since), key=lambda a: a.id)
            if not left:
                continue
            card = folded_card(topic, left, self._settings.an_hour)
            key = before.key if before else _key_of_folded(topic, left[0].id, place)
            made = Delivery(key, topic.desk, place, card, "alert", ALERT, made_at=since, due_at=now)
            if before is not None and before.state == "sent":
                made = edit_delivery(before, card, now + self._edit_pause, now)
            await deliveries.put(db, made)

    async def _unfold(
        self, db: AsyncConnection, alert: Alert, recent: _Recent, scene: _Scene, *, risen: bool
    ) -> Alert:
        """Tell a folded alert that has risen by itself, if it may now be; else among the folded."""
        if not risen:
            return alert
        topic, others = scene.topics[alert.topic_id], [*recent.alerts.values(), alert]
        if self._too_many(recent, topic.id, alert.level, scene.now):
            await self._tell_folded(db, topic, others, scene.now)
            return alert
        await self._tell_folded(db, topic, others, scene.now, but=alert.id)
        told = replace(alert, folded=False, made_at=scene.now, at=scene.now)
        await alerts.save(db, told)
        return await raise_alert(db, told, scene.now, self._settings.again)

    # ---------------------------------------------------------------------------- as an event grows

    async def _follow(
        self,
        db: AsyncConnection,
        alert: Alert,
        group: Group,
        verdict: Verdict,
        scene: _Scene,
        recent: _Recent,
    ) -> Alert:
        """Bring an alert up to date: its message, what is new in its thread, and its level."""
        if alert.state == "closed" or verdict.news is None or verdict.evidence is None:
            return alert
        known = frozenset(alert.known)
        risen = verdict.level is not None and higher(verdict.level, alert.level)
        changed = await self._changed(db, alert, group, verdict, scene, risen=risen)
        if changed != alert:
            await alerts.save(db, changed)
        if alert.folded:
            return await self._unfold(db, changed, recent, scene, risen=risen)
        await self._tell_news(db, changed, verdict, known, scene)
        if risen:
            await reply(db, changed, f"level:{changed.level}", raised_card(changed, alert.level), scene.now)
        if is_fresh(verdict.news, scene.now) and _wakes(alert, verdict, known, risen=risen):
            rota = await rotas.get(db, alert.desk)
            woken = replace(changed, state="open", why="", at=scene.now, step=0)
            changed = await call(db, woken, rota, scene.now, self._settings.again)
            await alerts.log(db, Done(alert.id, scene.now, "woken", note=changed.level, desk=alert.desk))
        if changed.told != alert.told or changed.state != alert.state:
            pause = timedelta() if risen else self._edit_pause
            await wear(db, changed, scene.now, scene.now + pause)
        return changed

    async def _changed(
        self, db: AsyncConnection, alert: Alert, group: Group, verdict: Verdict, scene: _Scene, *, risen: bool
    ) -> Alert:
        """The alert with what is known by now; its evidence stays what it was raised for, unless it rose."""
        if verdict.evidence is None:
            return alert
        chain, confirmations = verdict.evidence.chain, verdict.evidence.confirmations
        evidence = replace(alert.evidence, chain=chain, confirmations=confirmations)
        level = verdict.level if risen and verdict.level else alert.level
        shown = replace(verdict, level=level, evidence=verdict.evidence if risen else evidence)
        return replace(
            alert,
            group_id=group.id,
            level=level,
            evidence=shown.evidence or evidence,
            told=await _told(db, scene.topics[alert.topic_id], shown, scene.now),
            known=tuple(dict.fromkeys([*alert.known, *(story.id for story in group.stories)])),
        )

    async def _tell_news(
        self, db: AsyncConnection, alert: Alert, verdict: Verdict, known: frozenset[str], scene: _Scene
    ) -> None:
        """Say in the thread what is new; more outlets that say nothing new only change the message."""
        if verdict.news is None or verdict.evidence is None:
            return
        gone = tuple(one for one in verdict.news.stories if one.id not in known and takes_back(one))
        taken = {story.id for story in gone}
        fresh = tuple(one for one in novelties(verdict.news, known) if one.story.id not in taken)
        revised = await self._revisions(db, alert, known & scene.touched)
        if gone:
            await reply(db, alert, f"gone:{gone[-1].id}", gone_card(gone, verdict.evidence.chain), scene.now)
        if fresh:
            card = update_card(fresh, (), verdict.evidence.chain, material=_is_material(verdict.news, known))
            await reply(db, alert, f"new:{fresh[-1].story.id}", card, scene.now)
        by_id = {story.id: story for story in verdict.news.stories}
        for one in (one for one in revised if one.story_id in by_id):
            card = update_card((), ((by_id[one.story_id], one),), verdict.evidence.chain)
            await reply(db, alert, f"revised:{one.story_id}:{one.at.timestamp():.0f}", card, scene.now)

    async def _revisions(self, db: AsyncConnection, alert: Alert, ids: frozenset[str]) -> list[Revision]:
        """The headlines changed, after the alert, of stories that it told of."""
        found = [one for id_ in sorted(ids) for one in await stories.revisions(db, alert.made_at, id_)]
        return [one for one in found if says_otherwise(one)]

    # ---------------------------------------------------------------------------------- by the clock

    async def tick(self) -> int:
        """Take the escalations that are due, and end the snoozes that are over; returns how many."""
        now = self._now()
        latest = now + 2 * self._settings.again
        async with self._store.reading() as db:
            waiting = await alerts.due(db, now, latest)
        if not waiting:
            return 0
        async with self._store.writing() as db:
            for alert in await alerts.due(db, now, latest):
                async with apart(db, f"calling for alert {alert.id}"):
                    await self._speak_again(db, alert, now)
        return len(waiting)

    async def _speak_again(self, db: AsyncConnection, alert: Alert, now: datetime) -> None:
        rota = await rotas.get(db, alert.desk)
        if alert.state == "open":
            await call(db, alert, rota, now, self._settings.again)
            return
        opened = replace(alert, state="open", why="", at=now, step=0, next_at=None)
        await alerts.log(db, Done(alert.id, now, "woken", note=f"was {alert.state}", desk=alert.desk))
        opened = await call(db, opened, rota, now, self._settings.again)
        await wear(db, opened, now)


async def _told(db: AsyncConnection, topic: Topic, verdict: Verdict, now: datetime) -> Card:
    """The event as its desk reads it: in its language, with the day beside what is not of its today."""
    settings = await desks.settings(db, topic.desk)
    return dated(told_card(topic, verdict, settings.language), now, settings.time_zone)


def _last_hour(recent: Iterable[Alert], topic_id: int, now: datetime) -> list[Alert]:
    return [a for a in recent if a.topic_id == topic_id and now - a.made_at < timedelta(hours=1)]


def _key_of_folded(topic: Topic, first: int, place: Place) -> str:
    """The key of the message to a place that tells of folded alerts, by the first of them."""
    return f"alerts:{topic.id}:{first}@{place.platform}/{place.channel}"


async def _latest(db: AsyncConnection, keys: Iterable[str], since: datetime) -> Delivery | None:
    """The first of some deliveries, by key, that there is and that was made since then."""
    for key in keys:
        found = await deliveries.get(db, key)
        if found and found.made_at and found.made_at > since:
            return found
    return None


def _wakes(alert: Alert, verdict: Verdict, known: frozenset[str], *, risen: bool) -> bool:
    """Whether a change is so material that people are called (again): never where somebody has it."""
    if alert.state == "open":
        return risen and alert.level == "developing"
    if alert.state != "snoozed" or alert.next_at is not None or verdict.news is None:
        return False
    by_now = verdict.evidence.confirmations if verdict.evidence else 0
    confirmed = by_now > alert.evidence.confirmations == 0
    return risen or confirmed or _is_material(verdict.news, known)


def _is_material(news: Group, known: frozenset[str]) -> bool:
    """Whether what is new of an event is more than one outlet's detail."""
    saying = {one.story.outlet for one in novelties(news, known, most=8)}
    return len(saying) >= 2 or materially_grown(news, known)
