"""Which alert tells of an event, as groups are put together and taken apart; two that are one become one.

Everything here reads and writes the store within the caller's transaction; nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.calling import key_of, wear
from watcher.desk.alerts import Alert, joined
from watcher.models import Group, Placement
from watcher.store import alerts, topics
from watcher.store.alerts import Done

REMEMBERED = timedelta(days=4)
"""How long an event that alerted is known as one: as long as stories look for their event."""


async def made_one(db: AsyncConnection, found: Sequence[Alert], now: datetime) -> Alert:
    """Of alerts about one event, the one that goes on; the others are closed, and say which that is."""
    kept = found[0]
    for other in found[1:]:
        kept, over = joined(kept, other, now)
        await alerts.save(db, over)
        await alerts.save(db, kept)
        await alerts.withdraw(db, key_of(over))
        await alerts.log(db, Done(over.id, now, "joined", note=str(kept.id), desk=over.desk))
        await wear(db, over, now)
        await wear(db, kept, now)
    return kept


async def whole_event(db: AsyncConnection, alert: Alert, group: Group) -> Group:
    """The event of an alert: a group, with what else of that event still stands as a group of its own."""
    own = await topics.group(db, alert.group_id) if alert.group_id != group.id else None
    if own is None:
        return group
    stories = {story.id: story for story in (*own.stories, *group.stories)}
    ordered = sorted(stories.values(), key=lambda story: (story.seen, story.published, story.id))
    return Group(own.id, own.topic_id, tuple(ordered), {**own.tellings, **group.tellings})


async def regrouped(db: AsyncConnection, topic_id: int, moved: Iterable[Placement], now: datetime) -> None:
    """Let a topic's alerts follow an editor who put events together or took one apart.

    Merged events that both alerted have one alert from now on; stories that were split off are no longer
    what the alert was about, and may alert for themselves.
    """
    moves = {one.story_id: one.group for one in moved if one.topic_id == topic_id}
    for alert in await alerts.of_topics(db, [topic_id], now - REMEMBERED):
        mine = [id_ for id_ in alert.known if id_ in moves and moves[id_] != alert.group_id]
        if not mine:
            continue
        if await topics.group(db, alert.group_id):
            known = tuple(id_ for id_ in alert.known if id_ not in mine)
            await alerts.save(db, replace(alert, known=known))
        else:
            await _moved_into(db, alert, moves[mine[0]], now)


async def _moved_into(db: AsyncConnection, alert: Alert, group_id: str, now: datetime) -> None:
    """An alert whose event became part of another."""
    of_topic = await alerts.of_topics(db, [alert.topic_id], now - REMEMBERED)
    there = [one for one in of_topic if one.group_id == group_id and one.id != alert.id]
    kept = await made_one(db, [alert, *there], now)
    await alerts.save(db, replace(kept, group_id=group_id))
