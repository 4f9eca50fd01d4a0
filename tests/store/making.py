"""Values for the tests of the store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import Card, Delivery, Feed, Match, Place, Placement, Reason, Story, Topic
from watcher.store import Store, feeds, stories, topics
from watcher.store.stories import Recorded
from watcher.store.tables import deliveries as deliveries_table

NOW = datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CHANNEL = Place("console", "newsroom")


def story(guid: str = "", link: str = "", title: str = "A bridge opens", **more: Any) -> Story:
    """A story as `feeds.parse` makes it of an entry with this guid and link."""
    url = f"https://example.org/{link}" if link else ""
    keys = ((f"guid:example.org|{guid}",) if guid else ()) + ((f"link:{url}",) if url else ())
    keys = keys or (f"text:example.org|{title}",)
    id_ = blake2b(keys[0].encode(errors="replace"), digest_size=8).hexdigest()
    return replace(Story(id_, title, url, "example.org", NOW, NOW, keys=keys), **more)


def numbered(count: int, start: int = 0, **more: Any) -> list[Story]:
    """So many stories, each with a guid, a link and a title of its own."""
    return [story(f"g{n}", f"l{n}", f"Story number {n}", **more) for n in range(start, start + count)]


async def a_feed(store: Store, url: str = "https://example.org/feed", **more: Any) -> Feed:
    async with store.writing() as db:
        await feeds.add(db, [Feed(0, url, **more)])
        found = await feeds.get(db, url)
    assert found
    return found


async def record(
    store: Store, found: list[Story], feed: Feed, at: datetime = NOW, *, backlog: bool = False
) -> Recorded:
    async with store.writing() as db:
        return await stories.record(db, found, feed, at, backlog=backlog)


async def a_topic(store: Store, name: str = "bridges", desk: str = "desk") -> Topic:
    async with store.writing() as db:
        return await topics.add(db, Topic(0, desk, name, "bridge*", created_at=NOW))


def match(story: Story, topic: Topic, score: float = 80.0) -> Match:
    reason = Reason("bridge*", "exact", "bridge", "title", 2, 8, name="", alias="")
    return Match(story.id, topic.id, score, (reason, replace(reason, field="summary")))


async def group_together(db: AsyncConnection, topic: Topic, group: str, *members: Story) -> None:
    await topics.place(db, [Placement(one.id, topic.id, group, members[0].id, 0.9) for one in members])


def delivery(key: str, **more: Any) -> Delivery:
    made = Delivery(key, "desk", CHANNEL, Card(f"The card of {key}"), "digest", made_at=NOW)
    return replace(made, **more)


def damage(path: Path, name: str) -> None:
    """Overwrite the first page of a table or index, as a dying disk might."""
    with closing(sqlite3.connect(path)) as db:
        size = db.execute("PRAGMA page_size").fetchone()[0]
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


async def waiting(db: AsyncConnection) -> int:
    """How many deliveries wait to be sent."""
    query = select(func.count()).select_from(deliveries_table).where(deliveries_table.c.state == "pending")
    return int(await db.scalar(query) or 0)
