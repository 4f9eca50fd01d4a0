"""No query that runs at each poll, match or digest reads through a whole table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.store.making import CHANNEL, NOW, a_feed, delivery, match, numbered
from watcher.models import Placement, Shown, Topic
from watcher.store import Store, deliveries, feeds, stories, subscriptions, topics
from watcher.store.retention import retain_some
from watcher.store.tables import metadata


@pytest.fixture
def address(path: Path) -> str:
    """A file: what is asked of are the plans of SQLite, which has no statistics to go by."""
    return str(path)


Query = Callable[[AsyncConnection], Awaitable[Any]]
IDS = ["a", "b"]
TOPIC = Topic(1, "desk", "t", "q")
GROWING = {table.name for table in metadata.sorted_tables} - {"topics", "desks", "settings", "notes", "edits"}

QUERIES: dict[str, Query] = {
    "feeds.due": lambda db: feeds.due(db, NOW, 9),
    "feeds.next_due": feeds.next_due,
    "feeds.get": lambda db: feeds.get(db, "u"),
    "stories.get": lambda db: stories.get(db, "x"),
    "stories.many": lambda db: stories.many(db, IDS),
    "stories.recent": lambda db: stories.recent(db, NOW, NOW),
    "stories.needing_match": lambda db: stories.needing_match(db, 9),
    "stories.mark_matched": lambda db: stories.mark_matched(db, numbered(2)),
    "stories.is_backlog": lambda db: stories.is_backlog(db, IDS),
    "stories.sightings": lambda db: stories.sightings(db, "a"),
    "stories.revisions": lambda db: stories.revisions(db, NOW),
    "stories.revisions of one": lambda db: stories.revisions(db, NOW, "a"),
    "stories.vectors": lambda db: stories.vectors(db, IDS),
    "stories.search": lambda db: stories.search(db, "bridge", 9),
    "topics.save_matches": lambda db: topics.save_matches(db, [match(numbered(1)[0], TOPIC)]),
    "topics.forget_matches": lambda db: topics.forget_matches(db, IDS),
    "topics.matches": lambda db: topics.matches(db, [1, 2], NOW),
    "topics.matches_of": lambda db: topics.matches_of(db, "a"),
    "topics.place": lambda db: topics.place(db, [Placement("a", 1, "g", "a", 1.0)]),
    "topics.placements": lambda db: topics.placements(db, 1, NOW),
    "topics.placements_of": lambda db: topics.placements_of(db, "a"),
    "topics.groups": lambda db: topics.groups(db, [1, 2], NOW, NOW),
    "topics.groups_by_id": lambda db: topics.groups_by_id(db, IDS),
    "subscriptions.shown": lambda db: subscriptions.shown(db, CHANNEL),
    "subscriptions.show": lambda db: subscriptions.show(db, CHANNEL, [Shown("g", NOW)]),
    "subscriptions.unshow": lambda db: subscriptions.unshow(db, CHANNEL, IDS),
    "deliveries.add": lambda db: deliveries.add(db, [delivery("k")]),
    "deliveries.get": lambda db: deliveries.get(db, "k"),
    "deliveries.due": lambda db: deliveries.due(db, NOW, 9, platforms=["console"]),
    "deliveries.save": lambda db: deliveries.save(db, delivery("k", state="failed")),
    "deliveries.pending": lambda db: deliveries.pending(db, CHANNEL, "digest:"),
    "deliveries.about": lambda db: deliveries.about(db, IDS, NOW),
    "deliveries.retain": lambda db: deliveries.retain(db, NOW),
    "retention.retain_some": lambda db: retain_some(db, NOW),
}


async def plans(store: Store, query: Query) -> list[str]:
    """What SQLite would do for each statement of a query, in its own words."""
    seen: list[tuple[str, Any]] = []
    async with store.writing() as db:
        connection = db.sync_connection

        def note(_1: object, _2: object, statement: str, parameters: Any, _3: object, many: bool) -> None:
            seen.append((statement, parameters[0] if many else parameters))

        event.listen(connection, "before_cursor_execute", note)
        await query(db)
        event.remove(connection, "before_cursor_execute", note)
        found = [await db.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given) for sql, given in seen]
        return [str(line.detail) for lines in found for line in lines]


def reads_through(line: str) -> bool:
    """Whether a step of a plan reads a growing table from end to end, and not by a (partial) index."""
    if not line.startswith("SCAN ") or ("USING" in line and "INDEX" in line and "autoindex" not in line):
        return False
    return line.split()[1] in GROWING


@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_finds_its_rows_by_an_index(store: Store, name: str) -> None:
    assert [line for line in await plans(store, QUERIES[name]) if reads_through(line)] == []


async def test_recording_finds_what_is_known_by_an_index(store: Store) -> None:
    feed = await a_feed(store)
    found = await plans(store, lambda db: stories.record(db, numbered(3), feed, NOW))
    again = await plans(store, lambda db: stories.record(db, numbered(4), feed, NOW))
    assert [line for line in (*found, *again) if reads_through(line)] == []
    # Nor are all stories of the last days looked at, where most of a poll is unknown.
    unknown = await plans(store, lambda db: stories.record(db, numbered(3, start=9), feed, NOW))
    assert [line for line in unknown if "stories_seen" in line] == []


async def test_this_test_can_tell_when_a_table_is_read_through(store: Store) -> None:
    found = await plans(store, lambda db: db.exec_driver_sql("SELECT title FROM stories"))
    assert [line for line in found if reads_through(line)] == ["SCAN stories"]
