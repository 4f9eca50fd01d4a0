"""Feedback, end to end: what people say of a topic's stories changes the topic from that moment on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from tests.chat.desks import text_of
from tests.fakes import FakeChat
from tests.newsstand import Clock, Newsstand
from tests.test_pipeline import DESK, PLACE, Newsroom, event, opened
from watcher.chat.commands import Ask
from watcher.models import Card, Story
from watcher.store import stories, subscriptions, topics

REPORTER = Ask(DESK, PLACE, person="u7", name="Ada")


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    papers = ("Morning Post", "Evening Star", "Harbour News", "Hill Echo")
    async with Newsstand(*papers) as stand, opened(tmp_path, stand, Clock(), FakeChat()) as room:
        await room.round()
        yield room


async def run(newsroom: Newsroom, line: str) -> Card:
    return await newsroom.house.commands.run(REPORTER, line)


async def say(newsroom: Newsroom, line: str) -> str:
    return text_of(await run(newsroom, line))


async def printed(newsroom: Newsroom, *headlines: str) -> list[Story]:
    """Have each headline appear in another paper, and be looked at."""
    for number, headline in enumerate(headlines):
        newsroom.stand.papers[number % 4].print(headline, newsroom.clock.at)
    await newsroom.round(hours=6)
    async with newsroom.house.store.reading() as db:
        recent = await stories.recent(db, newsroom.clock.at - timedelta(days=30))
    by_title = {story.title: story for story in recent}
    return [by_title[headline] for headline in headlines]


async def caught(newsroom: Newsroom) -> set[str]:
    """The headlines that the topic has."""
    async with newsroom.house.store.reading() as db:
        found = await topics.matches(db, [1], newsroom.clock.at - timedelta(days=30))
        kept = await stories.many(db, [match.story_id for match in found])
    return {story.title for story in kept.values()}


async def test_a_story_that_is_not_the_topic_leaves_it_with_its_copies_and_is_in_no_digest(
    newsroom: Newsroom,
) -> None:
    copy = event(0) + " port"
    story, *_ = await printed(newsroom, event(0), copy, event(1))
    assert await caught(newsroom) == {event(0), copy, event(1)}
    said = await say(newsroom, f"/watch topic not world {story.id}")
    assert "world leaves it out from now on" in said
    assert "1 story also left world" in said
    assert await caught(newsroom) == {event(1)}
    shown = await say(newsroom, "/watch topic show world")
    assert "It catches 1 story of the last 7 days; strict (75) would have caught 1" in shown
    assert copy not in shown
    await newsroom.subscribe(times=(time(20),), next_at=newsroom.clock.at)
    await newsroom.round(minutes=5)
    assert event(0) not in newsroom.said
    assert event(1) in newsroom.said
    why = await say(newsroom, f"/watch why {story.id}")
    assert "where 57 are enough; but by what editors said: “not this topic” was said of it by Ada." in why
    later = event(0) + " quay"
    await printed(newsroom, later)
    assert later not in await caught(newsroom)


async def test_a_topic_counts_what_it_will_catch_until_its_stories_are_looked_through_anew(
    newsroom: Newsroom,
) -> None:
    story, _ = await printed(newsroom, event(0), event(1))
    await say(newsroom, f"/watch topic not world {story.id}")
    async with newsroom.house.store.writing() as db:  # as `topic edit` does, before anybody looks back
        (world,) = await topics.topics(db)
        await topics.edit(db, replace(world, query="*"))
    for line in ("/watch topic show world", "/watch topic test world"):
        assert "it would have caught 1 story" in await say(newsroom, line)


async def test_a_story_that_is_the_topic_too_joins_it_at_once_with_its_copies(newsroom: Newsroom) -> None:
    other = "Cathedral bells of Utrecht ring again after long repairs"
    story, _ = await printed(newsroom, other, event(1))
    said = await say(newsroom, f"/watch topic also world {story.url}")
    assert "world takes it from now on" in said
    assert await caught(newsroom) == {other, event(1)}
    assert "It catches 2 stories" in await say(newsroom, "/watch topic show world")
    narrower = "/watch topic edit world harbour OR vaccine --sensitivity strict"
    changed = await newsroom.house.commands.run(replace(REPORTER, may_manage=True), narrower)
    assert other in text_of(changed)
    why = await say(newsroom, f"/watch why {story.id}")
    assert "“this too” was said of it by Ada" in why
    later = other + " today"
    await printed(newsroom, later)
    assert later in await caught(newsroom)


async def test_what_was_said_is_shown_with_who_and_when_and_each_word_can_be_taken_back(
    newsroom: Newsroom,
) -> None:
    story, other = await printed(newsroom, event(0), event(1))
    await run(newsroom, f"/watch topic not world {story.id}")
    await run(newsroom, "/watch topic not world ballet company cancels")
    shown = await run(newsroom, "/watch topic show world")
    said = text_of(shown)
    assert "What it has been taught: 2 stories" in said
    assert f"“{event(0)}” — not this topic (Ada)" in said
    undo = [button.command for button in shown.buttons if button.label.startswith("Undo")]
    assert undo == [f"/watch topic unlearn world {other.id}", f"/watch topic unlearn world {story.id}"]
    assert await caught(newsroom) == set()
    back = await run(newsroom, undo[1])
    assert await caught(newsroom) == {event(0)}
    again = next(button.command for button in back.buttons if button.label == "Undo")
    await run(newsroom, again)
    assert await caught(newsroom) == set()


async def test_feedback_outlives_a_restart_and_the_story_it_was_about(tmp_path: Path) -> None:
    clock, chat = Clock(), FakeChat()
    async with Newsstand("Morning Post", "Evening Star", "Harbour News", "Hill Echo") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.round()
            (story,) = await printed(room, event(0))
            await run(room, f"/watch topic not world {story.id}")
        async with opened(tmp_path, stand, clock, chat) as room:
            stand.papers[0].items.clear()
            later = event(0) + " now"
            await printed(room, later)
            assert await caught(room) == set()
            async with room.house.store.writing() as db:
                await stories.retain(db, clock.at + timedelta(days=60))
            assert event(0) in await say(room, "/watch topic show world")
            await run(room, "/watch topic unlearn world forty container ships")
            assert "has been taught" not in await say(room, "/watch topic show world")


async def test_several_words_against_stories_of_a_kind_lower_others_of_that_kind(newsroom: Newsroom) -> None:
    kind = [
        "Chess biopic starring Hollywood heartthrob begins filming in Vienna",
        "Glacier biopic wins jury prize at winter film festival",
        "Orchid thief biopic loses its director after quarrel",
        "Tunnel engineers biopic announced by streaming studio",
    ]
    *first, last = await printed(newsroom, *kind)
    for story in first:
        await run(newsroom, f"/watch topic not world {story.id}")
    shown = await say(newsroom, "/watch topic show world")
    assert "Learned: a story with “biopic” is worth 9 points less (3 that were taken out have it)." in shown
    assert last.title in await caught(newsroom)
    why = await say(newsroom, f"/watch why {last.id}")
    assert "has “biopic”, as 3 stories that editors took out" in why


async def test_who_gives_no_topic_or_no_story_that_is_there_is_told_what_to_do(newsroom: Newsroom) -> None:
    await printed(newsroom, event(0))
    assert "Did you mean world?" in await say(newsroom, "/watch topic not wrld container")
    assert "never came to us" in await say(newsroom, "/watch topic not world https://x.example/nothing")


async def test_words_of_several_stories_do_not_say_which_is_not_the_topic(newsroom: Newsroom) -> None:
    other = "Two cranes fall onto forty container lorries in Antwerp"
    story, _ = await printed(newsroom, event(0), other)
    held = await caught(newsroom)
    for words, answer in (("container", "too many stories"), ("forty container", "Which was it?")):
        assert answer in await say(newsroom, f"/watch topic not world {words}")
        assert await caught(newsroom) == held
    asked = await run(newsroom, "/watch topic also world forty container")
    assert {b.command for b in asked.buttons} >= {f"/watch topic also world {story.id}"}
    assert "— Morning Post · 2" in text_of(asked)
    assert "Nothing was said of that story" in await say(newsroom, "/watch topic unlearn world container")
    assert "still needs" in await say(newsroom, "/watch topic not world")


async def test_words_of_one_text_that_several_outlets_have_say_which(newsroom: Newsroom) -> None:
    await printed(newsroom, event(0), event(0) + " port")
    said = await say(newsroom, "/watch topic not world forty container")
    assert "world leaves it out from now on" in said
    assert await caught(newsroom) == set()


async def test_two_told_events_that_an_editors_word_makes_one_count_as_told_and_go_by_either_id(
    newsroom: Newsroom,
) -> None:
    async def events() -> list[str]:
        async with newsroom.house.store.reading() as db:
            found = await topics.groups(db, [1], newsroom.clock.at - timedelta(days=30))
        return [group.id for group in found]

    await newsroom.subscribe(times=(time(20),), next_at=newsroom.clock.at)
    first, second = await printed(newsroom, event(4), event(7))
    await newsroom.round(hours=1)
    before = await events()
    assert len(before) == 2
    both = f"{event(4)}, {event(7)}".replace("chess ", "").replace("Comet ", "")
    (story,) = await printed(newsroom, both)
    assert both not in await caught(newsroom)
    await run(newsroom, f"/watch topic also world {story.id}")
    (one,) = await events()
    async with newsroom.house.store.reading() as db:
        shown = await subscriptions.shown(db, PLACE)
    assert {first.id, second.id} <= set(shown[one].stories)
    for old in before:
        assert f"event {one[:6]}" in await say(newsroom, f"/watch event show {old}")
