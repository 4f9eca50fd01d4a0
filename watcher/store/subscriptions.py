"""Subscriptions, and what the places they go to have been shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.digest import ROUNDUP
from watcher.models import Place, Shown, Story, Subscription
from watcher.store import tables
from watcher.store.rows import bites, columns, insert, replacing, row

_SUBSCRIPTION = columns(tables.subscriptions, Subscription)
_sub, _shown = tables.subscriptions.c, tables.shown.c


async def subscriptions(db: AsyncConnection, desk: str | None = None) -> list[Subscription]:
    """The subscriptions of a desk, or of all that are awake, in the order in which they were made."""
    query = select(*_SUBSCRIPTION).order_by(_sub.id)
    return await _read(db, query.where(tables.is_awake(_sub.desk) if desk is None else _sub.desk == desk))


async def get(db: AsyncConnection, id_: int) -> Subscription | None:
    """A subscription by its id."""
    return next(iter(await _read(db, select(*_SUBSCRIPTION).where(_sub.id == id_))), None)


async def add(db: AsyncConnection, new: Subscription) -> Subscription:
    """Add a subscription, and return it with its id."""
    statement = insert(db, tables.subscriptions).values(row(new, without="id"))
    return replace(new, id=(await db.execute(statement.returning(_sub.id))).scalar_one())


async def save(db: AsyncConnection, changed: Subscription) -> None:
    """Save a subscription as it now is, by id; one that was removed meanwhile stays removed."""
    statement = update(tables.subscriptions).where(_sub.id == changed.id)
    await db.execute(statement.values(row(changed, without="id")))


async def remove(db: AsyncConnection, id_: int) -> Subscription | None:
    """Remove a subscription, and return it. None where there was none."""
    found = await get(db, id_)
    if found:
        await db.execute(delete(tables.subscriptions).where(_sub.id == id_))
    return found


async def due(db: AsyncConnection, now: datetime) -> list[Subscription]:
    """Those of desks that are awake whose next digest is due by now, the longest overdue first."""
    query = select(*_SUBSCRIPTION).where(_sub.next_at <= now, tables.is_awake(_sub.desk))
    return await _read(db, query.order_by(_sub.next_at, _sub.id))


async def next_due(db: AsyncConnection, desk: str = "") -> datetime | None:
    """When the next digest is due, of a desk or of any that is awake; None where none is."""
    wanted = _sub.desk == desk if desk else tables.is_awake(_sub.desk)
    found: datetime | None = await db.scalar(select(func.min(_sub.next_at)).where(wanted))
    return found


async def channels(db: AsyncConnection, desk: str, topic_id: int | None = None) -> list[Place]:
    """The channels, each once, in which a desk reads a topic, or anything where none is named."""
    name = await db.scalar(select(tables.topics.c.name).where(tables.topics.c.id == topic_id))
    heard = [one for one in await subscriptions(db, desk) if not one.place.person]
    return list(
        dict.fromkeys(one.place for one in heard if name is None or not one.topics or name in one.topics)
    )


async def _read(db: AsyncConnection, query: Select[Any]) -> list[Subscription]:
    return [Subscription(*found) for found in await db.execute(query)]


# --------------------------------------------------------------------------------------- shown


async def shown_of(db: AsyncConnection, places: Iterable[Place], story: Story) -> dict[Place, datetime]:
    """Which of some places have been shown a story, and when last, in whatever event it was then."""
    wanted = set(places)
    query = select(_shown.place, _shown.at, _shown.stories).where(_shown.at >= story.seen).order_by(_shown.at)
    return {
        place: at for place, at, stories in await db.execute(query) if story.id in stories and place in wanted
    }


async def shown(db: AsyncConnection, place: Place) -> dict[str, Shown]:
    """What a place has been shown, by group."""
    query = select(_shown.group_id, _shown.at, _shown.stories).where(_shown.place == place)
    return {found[0]: Shown(*found) for found in await db.execute(query)}


async def show(db: AsyncConnection, place: Place, new: Iterable[Shown]) -> None:
    """Remember that a place has been shown these groups, as they were."""
    statement = replacing(db, tables.shown, ["at", "stories"])
    for bite in bites(new):
        rows = [{"place": place, "group_id": s.group, "at": s.at, "stories": s.stories} for s in bite]
        await db.execute(statement, rows)


async def unshow(db: AsyncConnection, place: Place, groups: Iterable[str]) -> None:
    """Forget that a place has been shown these groups, since what would have shown them was taken back."""
    for bite in bites(groups):
        await db.execute(delete(tables.shown).where(_shown.place == place, _shown.group_id.in_(bite)))


async def unshow_at(
    db: AsyncConnection, place: Place, at: datetime | None, but: Iterable[str] | None = None
) -> None:
    """Forget all that a place was shown by one digest; with `but`, its events that are not among these."""
    gone = delete(tables.shown).where(_shown.place == place, _shown.at == at)
    if but is not None:
        gone = gone.where(_shown.group_id.not_in(list(but)), ~_shown.group_id.startswith(ROUNDUP))
    await db.execute(gone)
