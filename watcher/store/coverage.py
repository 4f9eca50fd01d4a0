"""How much topics caught over time, counted in the store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.trend import Coverage
from watcher.store import tables
from watcher.store.tables import Moment

_HOUR = 3_600_000_000
"""An hour in the microseconds in which times are kept."""
_story, _placed = tables.stories.c, tables.placements.c


async def coverage(
    db: AsyncConnection, topic_id: int, since: datetime, start: datetime, end: datetime, event: str = ""
) -> Coverage:
    """What a topic caught from `since` to `end`, by the hour; languages from `start`.

    Roundups count as stories. With `event` the stories of that group are counted for themselves as well.
    """
    joined = tables.stories.join(tables.placements, _placed.story_id == _story.id)
    published = type_coerce(_story.published, BigInteger)
    hour = type_coerce(published - published % _HOUR, Moment)
    caught = (_placed.topic_id == topic_id, _story.published >= since, _story.published < end)
    by_hour = select(hour, func.count()).select_from(joined).group_by(hour)
    began = (
        select(func.min(_story.published).label("at"))
        .select_from(joined)
        .where(*caught, _placed.group_id != "")
        .group_by(_placed.group_id)
        .subquery()
    )
    began_at = type_coerce(began.c.at, BigInteger)
    first_hour = type_coerce(began_at - began_at % _HOUR, Moment)
    events = select(first_hour, func.count()).group_by(first_hour)
    spoken = (
        select(_story.language, func.count())
        .select_from(joined)
        .where(*caught, _story.published >= start, _story.language != "")
        .group_by(_story.language)
    )
    oldest = select(type_coerce(func.min(_story.seen), Moment)).select_from(joined)
    own = by_hour.where(*caught, _placed.group_id == event)
    return Coverage(
        await _counts(db, by_hour.where(*caught)),
        await _counts(db, events),
        await _counts(db, spoken),
        await db.scalar(oldest.where(_placed.topic_id == topic_id)),
        await _counts(db, own) if event else None,
    )


async def _counts(db: AsyncConnection, query: Select[*tuple[Any, ...]]) -> dict[Any, int]:
    return {found[0]: found[1] for found in await db.execute(query)}
