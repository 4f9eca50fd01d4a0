"""A topic that is removed: what Undo brings back, and what those who listened to it are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path

import pytest

from tests.chat.desks import text_of
from tests.fakes import FakeChat
from tests.newsrooms import DESK, PLACE, Newsroom, event, opened
from tests.newsstand import Clock, Newsstand
from watcher.chat.commands import Ask
from watcher.models import Card, Place
from watcher.store import topics

WIRE = Place("console", channel="wire")
EDITOR = Ask(DESK, PLACE, person="u7", name="Ada", may_manage=True)


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    papers = ("Morning Post", "Evening Star")
    async with Newsstand(*papers) as stand, opened(tmp_path, stand, Clock(), FakeChat()) as room:
        await room.round()
        yield room


async def run(newsroom: Newsroom, line: str) -> Card:
    return await newsroom.house.commands.run(EDITOR, line)


async def press_undo(newsroom: Newsroom, card: Card) -> Card:
    return await run(newsroom, next(one.command for one in card.buttons if one.label == "Undo"))


async def test_undoing_a_removal_tells_nothing_again_and_keeps_what_was_taught(newsroom: Newsroom) -> None:
    await newsroom.subscribe(times=(time(8), time(18)), next_at=newsroom.clock.at + timedelta(hours=2))
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    newsroom.stand.papers[1].print(event(1), newsroom.clock.at)
    await newsroom.round(hours=2)
    told = len(newsroom.said)
    await run(newsroom, "/watch topic not world ballet company cancels")
    removed = await run(newsroom, "/watch topic remove world")
    async with newsroom.house.store.reading() as db:
        assert await topics.topics(db) == []
    assert "never came to us" not in text_of(await run(newsroom, "/watch why forty container ships"))
    newsroom.stand.papers[0].print(event(2), newsroom.clock.at)
    newsroom.clock.forward(hours=1)
    await newsroom.house.pipeline.poll()
    await newsroom.house.pipeline.work()
    await press_undo(newsroom, removed)
    await newsroom.round(hours=9)
    assert newsroom.said[told:] == ["The world: the last 10 hours", event(2)]
    assert f"“{event(1)}” — not this topic (Ada)" in text_of(await run(newsroom, "/watch topic show world"))


async def test_a_topic_added_after_a_night_or_that_watches_something_else_begins_anew(
    newsroom: Newsroom,
) -> None:
    newsroom.stand.papers[1].print(event(1), newsroom.clock.at)
    await newsroom.round(hours=2)
    await run(newsroom, "/watch topic not world ballet company cancels")
    removed = await run(newsroom, "/watch topic remove world")
    await run(newsroom, "/watch topic add world ballet")
    assert "has been taught" not in text_of(await run(newsroom, "/watch topic show world"))
    newsroom.clock.forward(hours=25)
    async with newsroom.house.store.writing() as db:
        await topics.bury(db, newsroom.clock.at - topics.SLEEP)
    await run(newsroom, "/watch topic remove world")
    await press_undo(newsroom, removed)
    assert "has been taught" not in text_of(await run(newsroom, "/watch topic show world"))


async def test_who_has_no_topic_left_is_told_once_with_what_to_do_and_hears_nothing_after(
    newsroom: Newsroom,
) -> None:
    await run(newsroom, '/watch topic add ships "container ships"')
    await newsroom.subscribe(
        topics=("world", "ships"), place=WIRE, times=(time(8), time(18)), next_at=newsroom.clock.at
    )
    await run(newsroom, "/watch topic remove ships")
    await newsroom.round(hours=1)
    assert newsroom.said == ["Nothing new on The world in the last 24 hours."]
    removed = await run(newsroom, "/watch topic remove world")
    assert "#1 has no topic left" in text_of(removed)
    await newsroom.round(minutes=1)
    assert newsroom.said[1:] == ["Subscription #1 has no topic left"]
    assert "world and ships are watched no more." in newsroom.text
    assert "To end it: /watch unsubscribe 1" in newsroom.text
    assert "/watch subscribe all" in newsroom.text
    assert newsroom.places[1] == WIRE
    await newsroom.round(hours=24)
    await newsroom.round(hours=24)
    assert len(newsroom.said) == 2
    await press_undo(newsroom, removed)
    await newsroom.round(hours=12)
    assert newsroom.said[2].startswith("Nothing new on The world")
    await run(newsroom, "/watch topic remove world")
    await newsroom.round(minutes=1)
    assert newsroom.said[3:] == ["Subscription #1 has no topic left"]


async def test_one_that_had_no_topic_left_before_anybody_was_told_is_told_at_its_next_digest(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(topics=("gone",), times=(time(8), time(18)), next_at=newsroom.clock.at)
    for _ in range(3):
        await newsroom.round(hours=12)
    assert newsroom.said == ["Subscription #1 has no topic left"]
