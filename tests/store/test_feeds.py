"""Feeds in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.store.making import HOUR, NOW, a_feed
from watcher.models import Feed
from watcher.store import Store, feeds
from watcher.store.tables import EPOCH

FULL = Feed(
    0,
    "https://example.org/full",
    title="Voll",
    outlet="example.org",
    language="de",
    tags=("news", "世界"),
    etag='W/"1"',
    last_modified="yesterday",
    body_hash="abc",
    interval=timedelta(minutes=7, microseconds=1),
    next_poll_at=NOW,
    first_polled_at=NOW,
    last_polled_at=NOW,
    last_changed_at=NOW,
    failures=3,
    last_error="It is ill.",
    ill_since=NOW,
    told=True,
    moved_to="https://example.org/moved",
    moved_since=NOW,
)


async def test_a_feed_comes_back_as_it_went_in(store: Store) -> None:
    async with store.writing() as db:
        (added,) = await feeds.add(db, [FULL])
    async with store.reading() as db:
        assert await feeds.get(db, added.id) == added == replace(FULL, id=added.id)


async def test_known_addresses_are_left_as_they_are(store: Store) -> None:
    async with store.writing() as db:
        await feeds.add(db, [FULL])
        added = await feeds.add(
            db, [replace(FULL, title="Other"), Feed(0, "https://b"), Feed(0, "https://b", title="Twice")]
        )
        known = await feeds.all_feeds(db)
    assert [(feed.url, feed.title) for feed in added] == [("https://b", "")]
    assert [feed.title for feed in known] == ["Voll", ""]


async def test_ten_thousand_feeds_are_added_at_once(store: Store) -> None:
    async with store.writing() as db:
        added = await feeds.add(db, [Feed(0, f"https://example.org/{n}") for n in range(10_000)])
        assert len({feed.id for feed in added}) == 10_000
        assert await feeds.add(db, [replace(feed, id=0) for feed in added]) == []


async def test_what_was_saved_is_what_is_read(store: Store) -> None:
    feed = await a_feed(store)
    async with store.writing() as db:
        await feeds.save(db, [replace(FULL, id=feed.id)])
        assert await feeds.get(db, FULL.url) == replace(FULL, id=feed.id)
        assert await feeds.get(db, feed.url) is None


async def test_a_feed_that_was_removed_while_it_was_polled_stays_removed(store: Store) -> None:
    feed = await a_feed(store)
    async with store.writing() as db:
        assert await feeds.remove(db, feed.url) == feed
        await feeds.save(db, [feed])
        assert await feeds.all_feeds(db) == []
        assert await feeds.remove(db, feed.url) is None


async def test_a_removed_feeds_number_is_never_given_again(store: Store) -> None:
    """Sightings of it are kept, and must not become those of another."""
    feed = await a_feed(store)
    async with store.writing() as db:
        await feeds.remove(db, feed.url)
    assert (await a_feed(store, "https://b")).id > feed.id


async def test_a_feed_that_moved_to_where_another_is_polled_is_retired(store: Store) -> None:
    old, new = await a_feed(store, "https://a"), await a_feed(store, "https://b")
    async with store.writing() as db:
        await feeds.save(db, [replace(old, url="https://b", last_polled_at=NOW), replace(new, title="B")])
        gone = await feeds.get(db, old.id)
        assert await feeds.all_feeds(db) == [replace(new, title="B")]
    assert gone is not None
    assert (gone.url, gone.retired_at) == ("https://a", NOW)
    assert gone.last_error == "It has moved to https://b, which is polled already."


async def test_two_feeds_that_move_to_one_address_at_once_are_one_feed(store: Store) -> None:
    first, second = await a_feed(store, "https://a"), await a_feed(store, "https://b")
    async with store.writing() as db:
        await feeds.save(db, [replace(feed, url="https://c") for feed in (first, second)])
        assert [feed.url for feed in await feeds.all_feeds(db)] == ["https://c"]


async def test_due_feeds_come_soonest_first_and_new_ones_before_all(store: Store) -> None:
    times = {"late": NOW - HOUR, "later": NOW - 2 * HOUR, "now": NOW, "never": None, "soon": NOW + HOUR}
    async with store.writing() as db:
        await feeds.add(db, [Feed(0, name, next_poll_at=at) for name, at in times.items()])
        await feeds.add(db, [Feed(0, "retired", next_poll_at=NOW - HOUR, retired_at=NOW)])
    async with store.reading() as db:
        assert [feed.url for feed in await feeds.due(db, NOW, 9)] == ["never", "later", "late", "now"]
        assert [feed.url for feed in await feeds.due(db, NOW, 2)] == ["never", "later"]


async def test_the_next_poll_is_that_of_the_soonest_feed(store: Store) -> None:
    async with store.writing() as db:
        assert await feeds.next_due(db) is None
        await feeds.add(db, [Feed(0, "retired", next_poll_at=NOW - HOUR, retired_at=NOW)])
        assert await feeds.next_due(db) is None
        await feeds.add(db, [Feed(0, "a", next_poll_at=NOW + HOUR), Feed(0, "b", next_poll_at=NOW)])
        assert await feeds.next_due(db) == NOW
        await feeds.add(db, [Feed(0, "new")])
        assert await feeds.next_due(db) == EPOCH


async def test_retired_feeds_are_told_of_only_when_asked_for(store: Store) -> None:
    async with store.writing() as db:
        await feeds.add(db, [Feed(0, "a"), Feed(0, "gone", retired_at=NOW)])
        assert [feed.url for feed in await feeds.all_feeds(db)] == ["a"]
        assert [feed.url for feed in await feeds.all_feeds(db, retired=True)] == ["a", "gone"]
