"""What is old goes; what is still needed stays."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from tests.store.making import (
    CHANNEL,
    DAY,
    NOW,
    a_feed,
    a_topic,
    delivery,
    group_together,
    match,
    numbered,
    record,
    story,
)
from watcher.models import Feed, Shown
from watcher.store import Store, Tidied, deliveries, feeds, stories, subscriptions, topics
from watcher.store.retention import retain_some
from watcher.store.tables import metadata

OLD = NOW - 60 * DAY
LIMIT = NOW - 30 * DAY


async def a_busy_feed(store: Store, url: str = "https://example.org/feed") -> Feed:
    """A feed that changed a moment ago, and no longer carries what it carried then."""
    return await a_feed(store, url, last_changed_at=NOW)


async def left(store: Store) -> set[str]:
    async with store.reading() as db:
        return {one.title for one in await stories.recent(db, OLD)}


async def rows(store: Store, *names: str) -> dict[str, int]:
    async with store.reading() as db:
        return {
            name: await db.scalar(select(func.count()).select_from(metadata.tables[name])) or 0
            for name in names
        }


async def test_an_old_story_goes_with_all_that_hangs_on_it(store: Store) -> None:
    feed, topic = await a_busy_feed(store), await a_topic(store)
    old, new = story("a", "a", "Old", seen=OLD), story("b", "b", "New")
    hanging = ("stories", "story_keys", "sightings", "revisions", "matches", "placements", "vectors")
    for one, at in ((old, OLD), (new, NOW)):
        await record(store, [one], feed, at)
        await record(store, [replace(one, summary="Changed.")], feed, at)
        async with store.writing() as db:
            await topics.save_matches(db, [match(one, topic)])
            await group_together(db, topic, one.id, one)
            await stories.save_vectors(db, {one.id: b"v"})
    async with store.writing() as db:
        assert await stories.retain(db, LIMIT) == 1
        assert await stories.search(db, "old", 9) == []
        assert len(await topics.groups(db, [topic.id], OLD)) == 1
    assert await left(store) == {"New"}
    assert await rows(store, *hanging) == dict.fromkeys(hanging, 1) | {"story_keys": 2}


async def test_a_story_that_went_and_comes_again_is_new(store: Store) -> None:
    feed, old = await a_busy_feed(store), story("a", "a", seen=OLD)
    await record(store, [old], feed, OLD)
    async with store.writing() as db:
        await stories.retain(db, LIMIT)
    assert len((await record(store, [old], feed)).new) == 1


async def test_a_story_that_a_feed_still_carries_stays_or_it_would_come_again_as_news(store: Store) -> None:
    """Slow feeds list the same twenty entries for a year."""
    busy = await a_busy_feed(store)
    slow = await a_feed(store, "https://example.org/slow", last_changed_at=OLD)
    await record(store, [story("seen-lately", title="Seen lately", seen=OLD)], busy, OLD)
    await record(store, [story("seen-lately", title="Seen lately", seen=OLD)], busy, NOW)
    await record(store, [story("unchanged", title="Unchanged since", seen=OLD)], slow, OLD)
    await record(store, [story("gone", title="Gone", seen=OLD)], busy, OLD)
    async with store.writing() as db:
        assert await stories.retain(db, LIMIT) == 1
    assert await left(store) == {"Seen lately", "Unchanged since"}


async def test_stories_of_a_feed_that_is_gone_are_not_kept_for_its_sake(store: Store) -> None:
    for url, change in (("removed", None), ("retired", OLD)):
        feed = await a_feed(store, url, last_changed_at=OLD, retired_at=change)
        await record(store, [story(url, title=url, seen=OLD)], feed, OLD)
    async with store.writing() as db:
        await feeds.remove(db, "removed")
        assert await stories.retain(db, LIMIT) == 2


async def test_stories_of_a_group_that_is_still_to_be_told_stay_until_it_has_been(store: Store) -> None:
    feed, topic, body = await a_busy_feed(store), await a_topic(store), numbered(2, seen=OLD)
    await record(store, body, feed, OLD)
    async with store.writing() as db:
        await group_together(db, topic, "g", body[0])
        await group_together(db, topic, "h", body[1])
        await deliveries.add(db, [delivery("k", about="g"), delivery("l", about="h", state="sent")])
        assert await stories.retain(db, LIMIT) == 1
    assert await left(store) == {"Story number 0"}
    async with store.writing() as db:
        await deliveries.withdraw(db, CHANNEL, "k")
        assert await stories.retain(db, LIMIT) == 1


async def test_retention_goes_on_in_bites_until_all_is_gone(store: Store) -> None:
    feed = await a_busy_feed(store)
    await record(store, [*numbered(1100, seen=OLD), *numbered(3, start=5000)], feed, OLD)
    async with store.writing() as db:
        await db.exec_driver_sql("UPDATE sightings SET last_at = 0")
        assert await retain_some(db, LIMIT, 50) == 50
        assert await stories.retain(db, LIMIT) == 1050
        assert await stories.retain(db, LIMIT) == 0
    assert len(await left(store)) == 3


async def test_tidying_clears_stories_deliveries_and_what_late_writers_left(store: Store) -> None:
    feed, topic = await a_busy_feed(store), await a_topic(store)
    old, new = story("a", title="Old", seen=OLD), story("b", title="New")
    await record(store, [old], feed, OLD)
    await record(store, [new], feed)
    async with store.writing() as db:
        await group_together(db, topic, "g", new)
        await topics.save_matches(db, [match(story("ghost"), topic), match(new, replace(topic, id=99))])
        await stories.save_vectors(db, {"ghost": b"v", new.id: b"v"})
        await subscriptions.show(db, CHANNEL, [Shown("g", OLD), Shown("ended", OLD), Shown("fresh", NOW)])
        await deliveries.add(db, [delivery("k", state="sent", made_at=OLD)])
    assert await store.tidy(LIMIT) == Tidied(stories=1, deliveries=1)
    assert await rows(store, "matches", "vectors", "deliveries", "stories") == {
        "matches": 0,
        "vectors": 1,
        "deliveries": 0,
        "stories": 1,
    }
    async with store.reading() as db:
        assert set(await subscriptions.shown(db, CHANNEL)) == {"g", "fresh"}


async def test_compacting_gives_the_space_of_what_went_back_to_the_disk(store_in_file: Store) -> None:
    feed = await a_busy_feed(store_in_file)
    await record(store_in_file, numbered(3000, seen=OLD, summary="word " * 100), feed, OLD)
    before = store_in_file.size()
    await store_in_file.tidy(LIMIT)
    freed = await store_in_file.compact()
    assert store_in_file.size() < before / 4
    assert freed > before / 2
    assert await store_in_file.faults() == ()
