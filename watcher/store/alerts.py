"""Alerts: open, acknowledged, checking, snoozed or closed, by whom and when; and the pace of topics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Select, case, delete, func, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.alerts import Alert
from watcher.desk.breaking import AUTO, Rule
from watcher.desk.deliveries import ALERT
from watcher.desk.pace import USUAL, Pace
from watcher.models import Delivery, Place
from watcher.store import alert_tables, tables
from watcher.store.rows import bites, columns, insert, names, replacing, row

_ALERT = columns(alert_tables.alerts, Alert)
_alert, _log = alert_tables.alerts.c, alert_tables.alert_log.c
_DAY = timedelta(days=1)
_HOUR = 3_600_000_000
"""An hour in the microseconds in which times are kept."""
_TITLES = 20


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done about an alert: raised, called, ack, not-news …, when and by whom.

    `missed` is said of a story (its id is the note) for which there should have been one, so of alert 0.
    """

    alert_id: int
    at: datetime
    what: str
    person: str = ""
    note: str = ""
    desk: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """A platform that cannot be reached, since when, how many messages wait for it, and which alerts."""

    platform: str
    since: datetime
    waiting: int
    alerts: tuple[str, ...] = ()


async def add(db: AsyncConnection, new: Alert) -> Alert | None:
    """Keep an alert and return it with its id; None where that event of the topic has one."""
    statement = insert(db, alert_tables.alerts).values(row(new, without="id"))
    once = statement.on_conflict_do_nothing(index_elements=[_alert.topic_id, _alert.group_id])
    id_ = (await db.execute(once.returning(_alert.id))).scalar()
    return None if id_ is None else replace(new, id=id_)


async def save(db: AsyncConnection, changed: Alert) -> None:
    """Save an alert as it now is, by id."""
    statement = update(alert_tables.alerts).where(_alert.id == changed.id)
    await db.execute(statement.values(row(changed, without="id")))


async def get(db: AsyncConnection, id_: int) -> Alert | None:
    """An alert by its id."""
    return next(iter(await _read(db, select(*_ALERT).where(_alert.id == id_))), None)


async def alerts(
    db: AsyncConnection, desk: str, since: datetime, *, states: Sequence[str] = ()
) -> list[Alert]:
    """A desk's alerts made since then, the newest first; with `states`, those that are in one of them."""
    query = select(*_ALERT).where(_alert.desk == desk, _alert.made_at >= since)
    if states:
        query = query.where(_alert.state.in_(list(states)))
    return await _read(db, query.order_by(_alert.made_at.desc(), _alert.id.desc()))


async def of_topics(db: AsyncConnection, topic_ids: Iterable[int], since: datetime) -> list[Alert]:
    """The alerts of some topics made since then, the oldest first."""
    found: list[Alert] = []
    for bite in bites(sorted(set(topic_ids))):
        query = select(*_ALERT).where(_alert.topic_id.in_(bite), _alert.made_at >= since)
        found += await _read(db, query.order_by(_alert.id))
    return found


async def about(db: AsyncConnection, groups: Iterable[str]) -> list[Alert]:
    """The alerts that tell of some groups."""
    return await _read(db, select(*_ALERT).where(_alert.group_id.in_(list(groups))))


async def alerts_since(db: AsyncConnection, since: datetime) -> list[Alert]:
    """The alerts of every desk made since then, the oldest first."""
    return await _read(db, select(*_ALERT).where(_alert.made_at >= since).order_by(_alert.id))


async def due(db: AsyncConnection, now: datetime, latest: datetime) -> list[Alert]:
    """The alerts that speak again by now, and open ones set to a time after `latest`: the clock was moved."""
    astray = (_alert.state == "open") & (_alert.next_at > latest)
    query = select(*_ALERT).where(_alert.next_at.is_not(None), (_alert.next_at <= now) | astray)
    return await _read(db, query.order_by(_alert.next_at, _alert.id))


async def hush(db: AsyncConnection, desk: str) -> None:
    """Let no alert of a desk speak again by the clock."""
    await db.execute(update(alert_tables.alerts).where(_alert.desk == desk).values(next_at=None))


async def _read(db: AsyncConnection, query: Select[Any]) -> list[Alert]:
    return [Alert(*found) for found in await db.execute(query)]


async def withdraw(db: AsyncConnection, about: str, place: Place | None = None) -> None:
    """Take back the calls to people (at one place, or anywhere) that have not been sent yet."""
    of = tables.deliveries.c
    calls = (tables.is_pending(tables.deliveries), of.about == about, of.key.like("alert:%:call:%"))
    here = [of.place == place] if place else []
    await db.execute(delete(tables.deliveries).where(*calls, *here))


async def hasten(db: AsyncConnection, refused: Delivery, now: datetime) -> None:
    """Let an alert call the next at once, where no message of a call could be given and no channel has it.

    One call may have several: to two people, or to one on two platforms.
    """
    alert, call = refused.about, ":".join(refused.key.split(":")[:5])  # alert:12:call:<time>:<step>
    if any(not one.place.person or one.key.startswith(f"{call}:") for one in await messages(db, alert)):
        return
    mine = (_alert.id == int(alert.removeprefix("alert:")), _alert.state == "open", _alert.next_at > now)
    await db.execute(update(alert_tables.alerts).where(*mine).values(next_at=now))


async def messages(db: AsyncConnection, about: str) -> list[Delivery]:
    """The messages of an alert that wear its state, sent or not, in the order of adding."""
    of = tables.deliveries.c
    query = (
        select(*columns(tables.deliveries, Delivery))
        .where(of.about == about, tables.is_told(tables.deliveries), of.edits == "", of.state != "failed")
        .order_by(of.id)
    )
    return [Delivery(*found) for found in await db.execute(query)]


async def unreachable(db: AsyncConnection, before: datetime, urgent_before: datetime) -> list[Away]:
    """The platforms for which something tried in vain has waited since before then.

    Where an alert waits, it is enough that it has waited since before `urgent_before`.
    """
    of = tables.deliveries.c
    tried, alert = of.attempts > 0, of.urgency == ALERT
    oldest = [type_coerce(func.min(case((which, of.made_at))), tables.Moment) for which in (tried, alert)]
    query = (
        select(of.platform, *oldest, func.count())
        .where(tables.is_pending(tables.deliveries))
        .group_by(of.platform)
        .order_by(of.platform)
    )
    found = []
    for platform, since, alert_since, waiting in await db.execute(query):
        if since and (since < before or (alert_since and alert_since < urgent_before)):
            found.append(Away(platform, since, waiting, await _unheard(db, platform)))
    return found


async def _unheard(db: AsyncConnection, platform: str) -> tuple[str, ...]:
    """The titles of the alerts that wait for a platform."""
    of = tables.deliveries.c
    waiting = (tables.is_pending(tables.deliveries), of.platform == platform, of.urgency == ALERT)
    query = select(of.card).where(*waiting, of.parent == "", of.edits == "").order_by(of.id).limit(_TITLES)
    return tuple(dict.fromkeys([card.title for card in (await db.execute(query)).scalars()]))


# ----------------------------------------------------------------------------------------- log


async def log(db: AsyncConnection, done: Done) -> None:
    """Keep what was done about an alert."""
    await db.execute(insert(db, alert_tables.alert_log), [row(done)])


async def logged(db: AsyncConnection, desk: str, since: datetime) -> list[Done]:
    """What a desk's people and Watcher did about alerts since then, in order."""
    wanted = [alert_tables.alert_log.c[name] for name in names(Done)]
    query = select(*wanted).where(_log.desk == desk, _log.at >= since).order_by(_log.n)
    return [Done(*values) for values in await db.execute(query)]


async def retain(db: AsyncConnection, before: datetime) -> int:
    """Delete the alerts made before then, with all that was done about them; returns how many went."""
    await db.execute(delete(alert_tables.alert_log).where(_log.at < before))
    return (await db.execute(delete(alert_tables.alerts).where(_alert.made_at < before))).rowcount


# --------------------------------------------------------------------------------- rules, pace


async def rules(db: AsyncConnection, topic_ids: Iterable[int]) -> dict[int, Rule]:
    """The rules of topics that have one of their own."""
    table = alert_tables.alert_rules
    found: dict[int, Rule] = {}
    for bite in bites(sorted(set(topic_ids))):
        query = select(table.c.topic_id, table.c.rule).where(table.c.topic_id.in_(bite))
        found.update((topic, rule) for topic, rule in await db.execute(query))
    return found


async def set_rule(db: AsyncConnection, topic_id: int, rule: Rule) -> None:
    """Give a topic its own rule; `auto` is none."""
    table = alert_tables.alert_rules
    if rule == AUTO:
        await db.execute(delete(table).where(table.c.topic_id == topic_id))
    else:
        await db.execute(replacing(db, table, ["rule"]), [{"topic_id": topic_id, "rule": rule}])


async def pace(db: AsyncConnection, topic_id: int, since: datetime, until: datetime) -> Pace:
    """What a topic has been like between two times: each outlet's first telling of each event counts.

    Of an event only the first `USUAL` do, or a topic in which much breaks would find that usual.
    """
    story, placed = tables.stories.c, tables.placements.c
    published = type_coerce(func.min(story.published), BigInteger)
    first = (
        select(placed.group_id, published.label("at"))
        .select_from(tables.stories.join(tables.placements, placed.story_id == story.id))
        .where(placed.topic_id == topic_id, placed.group_id != "", story.backlog.is_(False))
        .where(story.seen >= since, story.seen < until)
        .group_by(placed.group_id, story.outlet)
        .subquery()
    )
    rank = func.row_number().over(partition_by=first.c.group_id, order_by=first.c.at)
    usual = select(first.c.at, rank.label("rank")).subquery()
    hour = (usual.c.at // _HOUR) % 24
    counts = select(hour, func.count()).where(usual.c.rank <= USUAL).group_by(hour)
    told = {at: float(n) for at, n in await db.execute(counts)}
    query = select(func.count(first.c.group_id.distinct()), type_coerce(func.min(first.c.at), tables.Moment))
    events, oldest = (await db.execute(query)).one()
    days = (until - max(oldest, since)) / _DAY if oldest else 0.0
    return Pace(told, float(events), max(0.0, days))
