"""Stories: what was seen where and when, how it changed, and what is still to be looked at.

Stories that come from here carry no `keys`: those are for recording, and an id says all by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import Revision, Story
from watcher.store import tables
from watcher.store.record import Recorded, digest, record
from watcher.store.retention import retain
from watcher.store.rows import bites, columns, read, replacing
from watcher.store.words import meets

__all__ = [
    "Recorded",
    "Sighting",
    "get",
    "is_backlog",
    "many",
    "mark_matched",
    "needing_match",
    "recent",
    "record",
    "retain",
    "revisions",
    "revisions_of",
    "save_vectors",
    "search",
    "sightings",
    "unmatched",
    "vectors",
]

STORY = columns(tables.stories, Story)
_REVISION = columns(tables.revisions, Revision)
_story = tables.stories.c


@dataclass(frozen=True, slots=True)
class Sighting:
    """A feed in which a story was seen. `url` is the feed's address, empty where the feed was removed."""

    feed_id: int
    url: str
    first_at: datetime
    last_at: datetime


async def get(db: AsyncConnection, name: str) -> Story | None:
    """A story by its id, by a key of it, or by its canonical link."""
    marks = [digest(name), digest(f"link:{name}")]
    by_key = select(tables.story_keys.c.story_id).where(tables.story_keys.c.digest.in_(marks))
    query = select(*STORY).where(or_(_story.id == name, _story.id.in_(by_key))).limit(1)
    found = (await db.execute(query)).first()
    return Story(*found) if found else None


async def many(db: AsyncConnection, ids: Iterable[str]) -> dict[str, Story]:
    """Stories by id; those that are not there are left out."""
    found: dict[str, Story] = {}
    for bite in bites(ids):
        found.update((story.id, story) for story in await _stories(db, _select().where(_story.id.in_(bite))))
    return found


async def recent(db: AsyncConnection, since: datetime, until: datetime | None = None) -> list[Story]:
    """Stories first seen from `since` to `until`, both included, in the order in which they were seen."""
    query = _select().where(_story.seen >= since).order_by(_story.seen, _story.n)
    return await read(db, query if until is None else query.where(_story.seen <= until), Story)


async def needing_match(db: AsyncConnection, limit: int) -> list[Story]:
    """New and revised stories that nobody has looked at yet, in the order in which they were recorded."""
    unmatched = _select().where(_story.matched.is_(False))
    return await _stories(db, unmatched.order_by(_story.n).limit(limit))


async def unmatched(db: AsyncConnection) -> frozenset[str]:
    """The ids of the stories that nobody has looked at yet."""
    found = await db.execute(select(_story.id).where(_story.matched.is_(False)))
    return frozenset(id_ for (id_,) in found)


async def mark_matched(db: AsyncConnection, looked_at: Iterable[Story]) -> None:
    """Say that these have been looked at, whether they met a topic or not, and what language each is in.

    One whose outlet has changed its words meanwhile was not: it is still to be looked at.
    """
    same = and_(
        _story.id == bindparam("this"),
        _story.title == bindparam("its_title"),
        _story.summary == bindparam("its_summary"),
    )
    statement = update(tables.stories).where(same).values(matched=True, language=bindparam("found"))
    for bite in bites(looked_at):
        rows = [
            {"this": s.id, "its_title": s.title, "its_summary": s.summary, "found": s.language} for s in bite
        ]
        await db.execute(statement, rows)


async def last_published(db: AsyncConnection, ids: Iterable[str]) -> datetime | None:
    """When the newest of these stories was published."""
    newest: list[datetime] = []
    for bite in bites(ids):
        query = select(tables.stories.c.published).where(tables.stories.c.id.in_(bite))
        newest += await db.scalars(query.order_by(tables.stories.c.published.desc()).limit(1))
    return max(newest, default=None)


async def is_backlog(db: AsyncConnection, ids: Iterable[str]) -> set[str]:
    """Which of these stories were in their feed before we first polled it: kept, never posted."""
    found: set[str] = set()
    for bite in bites(ids):
        query = select(_story.id).where(_story.id.in_(bite), _story.backlog.is_(True))
        found.update((await db.execute(query)).scalars())
    return found


async def sightings(db: AsyncConnection, story_id: str) -> list[Sighting]:
    """The feeds in which a story was seen, the first first."""
    seen, feeds = tables.sightings, tables.feeds
    query = (
        select(seen.c.feed_id, func.coalesce(feeds.c.url, ""), seen.c.first_at, seen.c.last_at)
        .select_from(seen.outerjoin(feeds, feeds.c.id == seen.c.feed_id))
        .where(seen.c.story_id == story_id)
        .order_by(seen.c.first_at, seen.c.feed_id)
    )
    return [Sighting(*found) for found in await db.execute(query)]


async def revisions(db: AsyncConnection, since: datetime, story_id: str = "") -> list[Revision]:
    """What outlets changed since then, the oldest first; with `story_id`, in that story."""
    table = tables.revisions
    query = select(*_REVISION).where(table.c.at >= since).order_by(table.c.at, table.c.n)
    if story_id:
        query = query.where(table.c.story_id == story_id)
    return [Revision(*found) for found in await db.execute(query)]


async def revisions_of(db: AsyncConnection, ids: Iterable[str], since: datetime) -> list[Revision]:
    """What outlets changed in these stories since then, the oldest first."""
    found: list[Revision] = []
    table = tables.revisions
    for bite in bites(sorted(set(ids))):
        query = select(*_REVISION).where(table.c.story_id.in_(bite), table.c.at >= since)
        found += [Revision(*values) for values in await db.execute(query)]
    return sorted(found, key=lambda one: (one.at, one.story_id))


# ------------------------------------------------------------------------------------- vectors


async def save_vectors(db: AsyncConnection, new: Mapping[str, bytes]) -> None:
    """Keep sentence vectors by the ids of their stories."""
    statement = replacing(db, tables.vectors, ["vector"])
    for bite in bites(new.items()):
        await db.execute(statement, [{"story_id": id_, "vector": vector} for id_, vector in bite])


async def vectors(db: AsyncConnection, ids: Iterable[str], longer_than: int = 0) -> dict[str, bytes]:
    """The sentence vectors of these stories, where there are any of more bytes than that."""
    found: dict[str, bytes] = {}
    table = tables.vectors
    for bite in bites(ids):
        query = select(table.c.story_id, table.c.vector).where(table.c.story_id.in_(bite))
        if longer_than:
            query = query.where(func.length(table.c.vector) > longer_than)
        found.update((id_, vector) for id_, vector in await db.execute(query))
    return found


async def search(db: AsyncConnection, asked: str, limit: int) -> list[Story]:
    """Stories that have all these words, or words that begin so, in title or summary; newest first."""
    wanted = meets(db, asked)
    if not wanted:
        return []
    return await _stories(db, _select().where(*wanted).order_by(_story.n.desc()).limit(limit))


# --------------------------------------------------------------------------------------- rows


def _select() -> Select[Any]:
    return select(*STORY)


async def _stories(db: AsyncConnection, query: Select[Any]) -> list[Story]:
    return [Story(*found) for found in await db.execute(query)]
