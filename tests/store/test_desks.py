"""Desks, subscriptions, what places were shown, and how it all stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta, timezone

import pytest

from tests.store.making import (
    CHANNEL,
    HOUR,
    NOW,
    a_feed,
    a_topic,
    delivery,
    group_together,
    match,
    numbered,
    record,
)
from watcher.models import Desk, DeskSettings, Place, Quiet, Shown, Subscription
from watcher.store import Store, StoreError, deliveries, desks, feeds, status, subscriptions, topics
from watcher.store.status import Counts

LATER = NOW + HOUR


async def test_a_desk_is_new_once_and_has_its_newest_name(store: Store) -> None:
    async with store.writing() as db:
        assert await desks.ensure(db, Desk("d", "discord", "Old"))
        assert not await desks.ensure(db, Desk("d", "discord", "New"))
        assert not await desks.ensure(db, Desk("d", "discord", "New"))
        assert await desks.desks(db) == [Desk("d", "discord", "New")]


async def test_a_desk_has_the_defaults_but_for_what_it_set(store: Store) -> None:
    async with store.writing() as db:
        assert await desks.settings(db, "d") == DeskSettings()
        await desks.set_setting(db, "d", "time_zone", "Asia/Seoul")
        await desks.set_setting(db, "d", "time_zone", "Asia/Tokyo")
        await desks.set_setting(db, "d", "say_nothing_new", False)
        assert await desks.settings(db, "d") == DeskSettings(time_zone="Asia/Tokyo", say_nothing_new=False)
        assert await desks.settings(db, "another") == DeskSettings()


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("colour", "red", "There is no setting colour: there are time_zone,"),
        ("window", True, "window cannot be True"),
    ],
)
async def test_a_setting_that_cannot_be_is_refused(
    store: Store, key: str, value: str | bool, said: str
) -> None:
    async with store.writing() as db:
        with pytest.raises(StoreError, match=said):
            await desks.set_setting(db, "d", key, value)
        assert await desks.settings(db, "d") == DeskSettings()


async def test_notices_go_where_a_desk_wants_them_and_always_to_the_terminal(store: Store) -> None:
    async with store.writing() as db:
        for id_, platform in (("t", "console"), ("d", "discord"), ("s", "slack")):
            await desks.ensure(db, Desk(id_, platform))
        await desks.set_setting(db, "s", "notices", "C1")
        assert await desks.notice_places(db) == [("s", Place("slack", "C1")), ("t", Place("console"))]


FULL = Subscription(
    0,
    "desk",
    Place("discord", person="p"),
    ("a", "b"),
    "at once",
    (time(7, 30), time(19)),
    "Europe/Warsaw",
    Quiet(time(22), time(6, 15)),
    ("pl", "en"),
    False,
    NOW,
    LATER,
)


async def test_a_subscription_comes_back_as_it_went_in(store: Store) -> None:
    async with store.writing() as db:
        added = await subscriptions.add(db, FULL)
        plain = await subscriptions.add(db, Subscription(0, "another", CHANNEL))
        assert await subscriptions.get(db, added.id) == added == replace(FULL, id=added.id)
        assert await subscriptions.subscriptions(db) == [added, plain]
        assert await subscriptions.subscriptions(db, "another") == [plain]


async def test_a_subscription_that_was_removed_stays_removed(store: Store) -> None:
    async with store.writing() as db:
        added = await subscriptions.add(db, FULL)
        assert await subscriptions.remove(db, added.id) == added
        await subscriptions.save(db, added)
        assert await subscriptions.subscriptions(db) == []
        assert await subscriptions.remove(db, added.id) is None


async def test_due_subscriptions_are_those_with_a_time_that_has_come(store: Store) -> None:
    async with store.writing() as db:
        later, now, _ = [await subscriptions.add(db, replace(FULL, next_at=at)) for at in (LATER, NOW, None)]
        assert await subscriptions.due(db, NOW) == [now]
        assert await subscriptions.due(db, LATER) == [now, later]
        assert await subscriptions.next_due(db) == NOW
        await subscriptions.save(db, replace(now, next_at=None))
        assert await subscriptions.next_due(db) == LATER


async def test_a_time_in_another_zone_is_the_same_time(store: Store) -> None:
    seoul = timezone(timedelta(hours=9))
    async with store.writing() as db:
        added = await subscriptions.add(db, replace(FULL, next_at=NOW.astimezone(seoul)))
        assert await subscriptions.due(db, NOW) == [added]
        assert await subscriptions.due(db, NOW - timedelta(microseconds=1)) == []


async def test_a_place_remembers_what_it_was_shown_last_of_each_group(store: Store) -> None:
    thread = replace(CHANNEL, thread="t")
    async with store.writing() as db:
        await subscriptions.show(db, CHANNEL, [Shown("g", NOW, ("a",)), Shown("h", NOW)])
        await subscriptions.show(db, CHANNEL, [Shown("g", LATER, ("a", "b"))])
        await subscriptions.show(db, thread, [Shown("g", NOW)])
        assert await subscriptions.shown(db, CHANNEL) == {
            "g": Shown("g", LATER, ("a", "b")),
            "h": Shown("h", NOW),
        }
        await subscriptions.unshow(db, CHANNEL, ["g", "none"])
        assert list(await subscriptions.shown(db, CHANNEL)) == ["h"]
        assert list(await subscriptions.shown(db, thread)) == ["g"]


async def test_the_status_counts_what_there_is(store: Store) -> None:
    feed, topic, body = await a_feed(store), await a_topic(store), numbered(3)
    await record(store, body, feed)
    async with store.writing() as db:
        assert await status.counts(db) == Counts(feeds=1, stories=3, waiting=3, topics=1)
        await feeds.add(db, [replace(feed, id=0, url="b", ill_since=NOW)])
        await feeds.add(db, [replace(feed, id=0, url="c", retired_at=NOW)])
        await topics.save_matches(db, [match(one, topic) for one in body])
        await group_together(db, topic, "g", *body[:2])
        await group_together(db, topic, "", body[2])
        await subscriptions.add(db, FULL)
        await deliveries.add(db, [delivery("a"), delivery("b"), delivery("c", state="failed")])
        found = await status.counts(db)
    assert found == Counts(
        feeds=2, ill=1, retired=1, stories=3, waiting=3, topics=1, matched=3, groups=1, subscriptions=1,
        pending=2, failed=1,
    )  # fmt: skip


async def test_the_status_of_a_desk_counts_nothing_of_another(store: Store) -> None:
    feed, topic, body = await a_feed(store), await a_topic(store), numbered(3)
    await record(store, body, feed)
    async with store.writing() as db:
        await topics.save_matches(db, [match(one, topic) for one in body])
        await group_together(db, topic, "g", *body)
        await subscriptions.add(db, FULL)
        await deliveries.add(db, [delivery("a"), delivery("b", state="failed")])
        mine = await status.counts(db, topic.desk)
        assert (mine.topics, mine.matched, mine.groups) == (1, 3, 1)
        other = await status.counts(db, "elsewhere")
        assert other == Counts(feeds=1, stories=3, waiting=other.waiting)
        assert await subscriptions.next_due(db, "elsewhere") is None


async def test_a_sign_of_life_is_the_last_one(store: Store) -> None:
    async with store.writing() as db:
        assert await status.last_beat(db) is None
        await status.beat(db, NOW)
        await status.beat(db, LATER)
        assert await status.last_beat(db) == LATER
