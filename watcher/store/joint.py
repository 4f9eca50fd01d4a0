"""Desks that become one, and that come apart again: what is theirs moves with them, and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from sqlalchemy import Table, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.joint import PLATFORM, places_of
from watcher.models import Desk, DeskSettings
from watcher.store import desks, subscriptions, tables, topic_tables, topics
from watcher.store.alert_tables import rotas

OF_A_PLACE = ("notices", "managers")
"""Settings that belong to a place, and not to the desk that is in it."""
_BY_KEY: tuple[tuple[Table, str], ...] = ((tables.settings, "key"), (topic_tables.own_names, "id"))


async def join(db: AsyncConnection, wanted: Mapping[str, Desk]) -> None:
    """Let desks be one as `wanted` says (the joint desk of each place's), and all others be apart."""
    known = {desk.id: desk for desk in await desks.desks(db)}
    for old in [desk for desk in known.values() if desk.platform == PLATFORM]:
        if old not in wanted.values() and old.id not in {one.id for one in wanted.values()}:
            await _move(db, old.id, places_of(old.id)[0])
            await db.execute(delete(tables.desks).where(tables.desks.c.id == old.id))
    for place, joint in wanted.items():
        if place not in known:
            continue
        if joint.id not in known:
            await desks.ensure(db, Desk(joint.id, PLATFORM, known[place].name))
            known[joint.id] = joint
        await _move(db, place, joint.id)


async def _move(db: AsyncConnection, old: str, new: str) -> None:
    """Move all that is of one desk to another one."""
    await _move_topics(db, old, new)
    await _move_rota(db, old, new)
    for table, key in _BY_KEY:
        await _move_by_key(db, table, key, old, new)
    done = {"desks", "topics", "rotas", *(table.name for table, _ in _BY_KEY)}
    for other in tables.metadata.sorted_tables:
        if "desk" in other.c and other.name not in done:
            await db.execute(update(other).where(other.c.desk == old).values(desk=new))


async def _move_topics(db: AsyncConnection, old: str, new: str) -> None:
    """Topics keep their names; one whose name is taken there gets a number after it."""
    taken = {topic.name for topic in await topics.topics(db, new)}
    renamed: dict[str, str] = {}
    of = tables.topics.c
    for topic in await topics.topics(db, old):
        name, number = topic.name, 2
        while name in taken:
            name, number = f"{topic.name}-{number}", number + 1
        taken.add(name)
        renamed |= {topic.name: name} if name != topic.name else {}
        await db.execute(update(tables.topics).where(of.id == topic.id).values(desk=new, name=name))
    for one in await subscriptions.subscriptions(db, old):
        listed = tuple(renamed.get(name, name) for name in one.topics)
        if listed != one.topics:
            mine = tables.subscriptions.c.id == one.id
            await db.execute(update(tables.subscriptions).where(mine).values(topics=listed))


async def _move_rota(db: AsyncConnection, old: str, new: str) -> None:
    """The rota that the new desk has stays; where it has none, the old one's is its."""
    if await db.scalar(select(exists().where(rotas.c.desk == new))):
        return
    await db.execute(update(rotas).where(rotas.c.desk == old).values(desk=new))


async def _move_by_key(db: AsyncConnection, table: Table, key: str, old: str, new: str) -> None:
    """Rows that are one a desk and key: what the new desk has stays, and so does what is of a place."""
    there = (await db.execute(select(table.c[key]).where(table.c.desk == new))).scalars().all()
    stay = [*there, *(OF_A_PLACE if table is tables.settings else ())]
    moved = (table.c.desk == old, table.c[key].not_in(stay))
    await db.execute(update(table).where(*moved).values(desk=new))


async def settings_of(db: AsyncConnection, desk: str, place: str) -> DeskSettings:
    """What a desk has set, with what belongs to the place that somebody asks from."""
    found = await desks.settings(db, desk)
    if place == desk:
        return found
    own = await desks.settings(db, place)
    kept = {one.name: getattr(found, one.name) for one in fields(DeskSettings)}
    return DeskSettings(**(kept | {name: getattr(own, name) for name in OF_A_PLACE}))
