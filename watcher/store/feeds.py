"""Feeds: addresses that are polled, and how they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, bindparam, case, delete, func, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import Feed
from watcher.store import notes
from watcher.store.rows import bites, columns, insert, row
from watcher.store.tables import EPOCH, Moment, feeds, sightings, stories

_FEED = columns(feeds, Feed)
_EVER_ADDED = "feeds were added"


async def all_feeds(db: AsyncConnection, *, retired: bool = False) -> list[Feed]:
    """Every feed in the order in which they were added; with `retired`, those that are gone as well."""
    query = select(*_FEED).order_by(feeds.c.id)
    if not retired:
        query = query.where(feeds.c.retired_at.is_(None))
    return [Feed(*found) for found in await db.execute(query)]


async def names(db: AsyncConnection) -> tuple[tuple[str, str, str], ...]:
    """What feeds are called, as address, outlet and title, in the order in which they were added."""
    query = select(feeds.c.url, feeds.c.outlet, feeds.c.title).where(feeds.c.retired_at.is_(None))
    return tuple((url, outlet, title) for url, outlet, title in await db.execute(query.order_by(feeds.c.id)))


async def get(db: AsyncConnection, url_or_id: str | int) -> Feed | None:
    """A feed by its address or its number, retired or not."""
    known = feeds.c.id if isinstance(url_or_id, int) else feeds.c.url
    found = (await db.execute(select(*_FEED).where(known == url_or_id))).first()
    return Feed(*found) if found else None


async def add(db: AsyncConnection, new: Iterable[Feed]) -> list[Feed]:
    """Add feeds, and return those that were added, with their ids; known addresses are left as they are."""
    by_url = {feed.url: feed for feed in reversed(list(new))}
    known = await _ids(db, by_url)
    wanted = [feed for url, feed in reversed(by_url.items()) if url not in known]
    for bite in bites(wanted):
        statement = insert(db, feeds).on_conflict_do_nothing()
        await db.execute(statement, [row(feed, without="id") for feed in bite])
    ids = await _ids(db, [feed.url for feed in wanted])
    if wanted:
        await notes.put(db, _EVER_ADDED, True)
    return [replace(feed, id=ids[feed.url]) for feed in wanted]


async def ever_added(db: AsyncConnection) -> bool:
    """Whether there has ever been a feed, even if all of them were removed since."""
    if await notes.get(db, _EVER_ADDED):
        return True
    known = await db.scalar(select(func.count()).select_from(feeds))
    if known:  # of before this was noted
        await notes.put(db, _EVER_ADDED, True)
    return bool(known)


async def save(db: AsyncConnection, changed: Sequence[Feed]) -> None:
    """Save feeds as they now are, by id; one that was removed meanwhile stays removed.

    A feed whose new address is that of another one is retired, under its old address: the other is
    polled already, and the same stories need not come twice.
    """
    owners = await _ids(db, [feed.url for feed in changed])
    settled = []
    for feed in changed:
        twin = owners.setdefault(feed.url, feed.id) != feed.id
        settled.append(await _retired(db, feed) if twin else feed)
    statement = update(feeds).where(feeds.c.id == bindparam("this"))
    for bite in bites(settled):
        await db.execute(statement, [{**row(feed, without="id"), "this": feed.id} for feed in bite])


async def _retired(db: AsyncConnection, feed: Feed) -> Feed:
    known = await get(db, feed.id)
    return replace(
        feed,
        url=known.url if known else feed.url,
        last_error=f"It has moved to {feed.url}, which is polled already.",
        retired_at=feed.last_polled_at or EPOCH,
    )


async def take_up(db: AsyncConnection, new: Sequence[Feed]) -> list[Feed]:
    """Add feeds, as `add` does, and poll again those that were retired; returns both.

    What was retired is polled as if it were new: what it told of meanwhile is not posted.
    """
    tags = {feed.url: feed.tags for feed in new}
    gone = [feed for feed in await all_feeds(db, retired=True) if feed.retired_at and feed.url in tags]
    again = [_afresh(feed, tags[feed.url]) for feed in gone]
    await save(db, again)
    return [*again, *await add(db, new)]


def _afresh(gone: Feed, tags: Sequence[str]) -> Feed:
    """A feed as it is before its first poll, by its old number."""
    feed = Feed(gone.id, gone.url, gone.title, gone.outlet, gone.language)
    return replace(feed, tags=tuple(dict.fromkeys((*gone.tags, *tags))))


async def dated_long_ago(db: AsyncConnection, since: datetime, stale: timedelta, fewest: int = 3) -> set[int]:
    """The ids of feeds whose every new story since some time was `stale` or older by its own date.

    Such stories are kept and never posted; a feed that has no other ones may have a wrong clock.
    """
    age = type_coerce(stories.c.seen, BigInteger) - type_coerce(stories.c.published, BigInteger)
    old = func.sum(case((age > stale // timedelta(microseconds=1), 1), else_=0))
    query = (
        select(sightings.c.feed_id)
        .join(stories, stories.c.id == sightings.c.story_id)
        .where(stories.c.seen > since, stories.c.backlog.is_(False))
        .group_by(sightings.c.feed_id)
        .having(func.count() >= fewest, func.count() == old)
    )
    return set(await db.scalars(query))


async def told_at(db: AsyncConnection, ids: Collection[int], since: datetime) -> dict[int, list[datetime]]:
    """When each of some feeds had something new, since some time; what stood in it at first is not new."""
    found: dict[int, list[datetime]] = {}
    feed = sightings.c.feed_id + 0  # lest SQLite look each story up once a feed
    for bite in bites(ids):
        query = (
            select(sightings.c.feed_id, sightings.c.first_at)
            .join(stories, stories.c.id == sightings.c.story_id)
            .where(stories.c.seen > since, stories.c.backlog.is_(False), feed.in_(bite))
            .distinct()
        )
        for id_, at in await db.execute(query):
            found.setdefault(id_, []).append(at)
    return found


async def remove(db: AsyncConnection, url: str) -> Feed | None:
    """Forget a feed, and return it; its stories stay. None where there was none."""
    feed = await get(db, url)
    if feed:
        await db.execute(delete(feeds).where(feeds.c.id == feed.id))
    return feed


async def due(
    db: AsyncConnection, now: datetime, limit: int | None = None, *, without: Collection[int] = ()
) -> list[Feed]:
    """Feeds that are to be polled by now, the longest overdue first; never polled ones before all.

    Left out are those whose ids are in `without`.
    """
    query = (
        select(*_FEED)
        .where(feeds.c.retired_at.is_(None), feeds.c.next_poll_at <= now)
        .order_by(feeds.c.next_poll_at, feeds.c.id)
    )
    if without:
        query = query.where(feeds.c.id.not_in(without))
    return [Feed(*found) for found in await db.execute(query.limit(limit))]


async def poll_soon(db: AsyncConnection, ids: Iterable[int], now: datetime) -> None:
    """Have these feeds polled now, but for those that are gone."""
    for bite in bites(ids):
        wanted = update(feeds).where(feeds.c.id.in_(bite), feeds.c.retired_at.is_(None))
        await db.execute(wanted.values(next_poll_at=now))


async def next_due(db: AsyncConnection) -> datetime | None:
    """When the next poll is due; long past where a feed was never polled, None where there is no feed."""
    soonest = func.min(type_coerce(feeds.c.next_poll_at, Moment))
    found: datetime | None = await db.scalar(
        select(type_coerce(soonest, Moment)).where(feeds.c.retired_at.is_(None))
    )
    return found


async def _ids(db: AsyncConnection, urls: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for bite in bites(urls):
        query = select(feeds.c.url, feeds.c.id).where(feeds.c.url.in_(bite))
        found.update((url, id_) for url, id_ in await db.execute(query))
    return found
