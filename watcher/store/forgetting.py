"""A desk forgotten: whatever any table keeps of it goes at once."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.store import alert_tables, event_tables, removed, tables, topic_tables, topics
from watcher.store.rows import bites

ROOMS = (tables, alert_tables, event_tables, topic_tables)
"""Where tables are defined; each adds its own to the metadata."""


async def forget(db: AsyncConnection, desk: str) -> int:
    """Forget a desk with all that is its own; returns how many rows went.

    Feeds and stories stay: they belong to the installation. A table has rows of a desk where it has a
    column `desk` or `topic_id`, so that a new table is forgotten, too.
    """
    mine = await topics.topics(db, desk)
    asleep = [one.id for one in await removed.removed(db) if one.desk == desk]
    gone = 0
    for bite in bites([*(topic.id for topic in mine), *asleep]):
        groups = select(tables.placements.c.group_id).where(tables.placements.c.topic_id.in_(bite))
        gone += await _delete(db, tables.shown, tables.shown.c.group_id.in_(groups))
        for table in tables.metadata.sorted_tables:
            if "topic_id" in table.c:
                gone += await _delete(db, table, table.c.topic_id.in_(bite))
    await removed.strike(db, asleep)
    await topics.touch(db)
    for table in tables.metadata.sorted_tables:
        if "desk" in table.c:
            gone += await _delete(db, table, table.c.desk == desk)
    await _delete(db, tables.desks, tables.desks.c.id == desk)
    return gone


async def _delete(db: AsyncConnection, table: Table, which: ColumnElement[bool]) -> int:
    return (await db.execute(delete(table).where(which))).rowcount
