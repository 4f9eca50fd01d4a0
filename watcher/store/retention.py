"""What is old and no longer needed goes, a little at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, and_, delete, exists, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.store import removed, tables
from watcher.store.record import SIGHTED_EVERY

BITE = 500
"""Stories deleted in one transaction: some 30 ms, so that writers are not kept waiting."""

_SLACK = 2 * SIGHTED_EVERY // timedelta(microseconds=1)

_OF_A_STORY = (
    tables.story_keys,
    tables.sightings,
    tables.revisions,
    tables.matches,
    tables.placements,
    tables.vectors,
)


async def retain(db: AsyncConnection, before: datetime) -> int:
    """Delete the stories first seen before then, with all that hangs on them; returns how many went.

    Kept are those that stand in a group of which a pending delivery tells, and those that a feed still
    carries: forgotten, they would come again as news. `Store.tidy` does the same and lets other writers
    in between.
    """
    gone = 0
    while bite := await retain_some(db, before):
        gone += bite
    return gone


async def retain_some(db: AsyncConnection, before: datetime, limit: int = BITE) -> int:
    """Do as `retain` for at most `limit` stories; returns how many went, 0 where none is left to go."""
    story = tables.stories.c
    old = (
        select(story.id, story.n)
        .where(story.seen < before, ~_still_carried(before), ~_to_be_told())
        .order_by(story.seen)
        .limit(limit)
    )
    going = (await db.execute(old)).all()
    ids, numbers = [id_ for id_, _ in going], [n for _, n in going]
    for table in _OF_A_STORY:
        await db.execute(delete(table).where(table.c.story_id.in_(ids)))
    # By number, and so in order, which is how the index of words likes to be told.
    await db.execute(delete(tables.stories).where(story.n.in_(numbers)))
    return len(going)


def _still_carried(before: datetime) -> ColumnElement[bool]:
    """Whether a feed has shown the story lately, or has not changed since it last did."""
    seen, feed = tables.sightings.c, tables.feeds.c
    last, changed = (type_coerce(at, BigInteger) for at in (seen.last_at, feed.last_changed_at))
    unchanged = and_(feed.retired_at.is_(None), last >= changed - _SLACK)
    return (
        exists()
        .where(seen.story_id == tables.stories.c.id, or_(seen.last_at >= before, unchanged))
        .where(feed.id == seen.feed_id)
    )


def _to_be_told() -> ColumnElement[bool]:
    placed, sending = tables.placements.c, tables.deliveries.c
    return (
        exists()
        .where(placed.story_id == tables.stories.c.id)
        .where(
            sending.about == placed.group_id,
            tables.is_told(tables.deliveries),
            tables.is_pending(tables.deliveries),
        )
    )


async def sweep(db: AsyncConnection, before: datetime) -> None:
    """Clear away what late writers left of stories and topics that are gone, and old showings of groups."""
    for table in _OF_A_STORY:
        gone = ~exists().where(tables.stories.c.id == table.c.story_id)
        await db.execute(delete(table).where(gone))
    asleep = [one.id for one in await removed.removed(db)]
    for table in (tables.matches, tables.placements):
        gone = ~exists().where(tables.topics.c.id == table.c.topic_id)
        await db.execute(delete(table).where(gone, table.c.topic_id.not_in(asleep)))
    shown, placed = tables.shown.c, tables.placements.c
    ended = ~exists().where(placed.group_id == shown.group_id)
    await db.execute(delete(tables.shown).where(shown.at < before, ended))
