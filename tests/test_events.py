"""Events, from end to end: followed, muted, merged, split and taken back, with a restart in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

from tests.chat.desks import text_of, undo_of
from tests.fakes import FakeChat
from tests.newsrooms import DESK, PLACE, Newsroom, event, opened
from tests.newsstand import Clock, Newsstand
from watcher.chat.commands import Ask
from watcher.models import Card, Group, Place, Quiet
from watcher.store import events, subscriptions, topics

ADA = Ask(DESK, PLACE, person="ada", name="Ada")
STRIKE = "Harbour strike leaves forty container ships waiting off Rotterdam"
TALKS = "Talks on a road tunnel under the harbour of Oslo break down"


async def run(room: Newsroom, line: str, ask: Ask = ADA) -> Card:
    card = await room.house.commands.run(ask, line)
    assert card.tone != "bad", text_of(card)
    return card


async def groups(room: Newsroom) -> list[Group]:
    async with room.house.store.reading() as db:
        return await topics.groups(db, [1], room.clock.at - timedelta(days=2))


async def the_event_of(room: Newsroom, title: str) -> Group:
    (found,) = [one for one in await groups(room) if title in {story.title for story in one.stories}]
    return found


def news(chat: FakeChat) -> list[str]:
    """The messages that tell of events, alerts left out."""
    return [text_of(card) for card in chat.messages.values() if card.tone == "news"]


def wears(room: Newsroom, title: str) -> str:
    """What the first message of that title says by now."""
    return text_of(next(card for card in room.chat.messages.values() if card.title == title))


# ------------------------------------------------------------------------------------------ following


async def test_who_follows_an_event_is_told_what_is_new_with_its_source_and_of_nothing_else(
    newsroom: Newsroom,
) -> None:
    await newsroom.round()
    newsroom.stand.papers[0].print(STRIKE, newsroom.clock.at)
    await newsroom.round(hours=1)
    told = await run(newsroom, "/watch event follow harbour strike rotterdam")
    newsroom.stand.papers[1].print(STRIKE, newsroom.clock.at)
    await newsroom.round(hours=1)
    assert newsroom.said == []
    newsroom.stand.papers[2].print(
        "Rotterdam harbour strike: container ships waiting, 12 cranes damaged", newsroom.clock.at
    )
    await newsroom.round(hours=1)
    (message,) = newsroom.chat.messages.values()
    assert "12 cranes damaged — Harbour News" in text_of(message)
    await run(newsroom, undo_of(told))
    newsroom.stand.papers[3].print(
        "Harbour strike in Rotterdam: container ships waiting, minister flies in with 300 soldiers",
        newsroom.clock.at,
    )
    await newsroom.round(hours=1)
    assert len(newsroom.said) == 1


async def test_a_follower_is_left_in_peace_between_two_messages_and_in_quiet_hours_across_a_restart(
    tmp_path: Path,
) -> None:
    clock, chat = Clock(), FakeChat()
    more = (
        "Harbour strike leaves container ships waiting off Rotterdam: 7 arrested",
        "Harbour strike leaves container ships waiting off Rotterdam, prices rise 19 percent",
        "Harbour strike leaves container ships waiting off Rotterdam; 2500 join march",
    )
    async with Newsstand("Morning Post", "Evening Star", "Harbour News", "Hill Echo") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.round()
            stand.papers[0].print(STRIKE, clock.at)
            await room.round(hours=1)
            await run(room, "/watch event follow rotterdam")
            stand.papers[1].print(more[0], clock.at)
            await room.round(hours=1)
            assert len(news(chat)) == 1
            stand.papers[2].print(more[1], clock.at)
            await room.house.pipeline.poll()
            clock.forward(minutes=1)
            await room.house.rounds.digests()
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.subscribe(how="at once", topics=("none",), quiet=Quiet(time(9), time(12)))
            stand.papers[3].print(more[2], clock.at)
            await room.round(hours=1.5)  # 9:31, in the quiet hours
            assert len(news(chat)) == 1
            await room.round(hours=3)
            assert len(news(chat)) == 2
            last = news(chat)[-1]
            assert "19 percent" in last
            assert "2500" in last
            assert "7 arrested" not in last


async def test_a_follower_who_cannot_be_told_keeps_no_other_from_what_was_held(newsroom: Newsroom) -> None:
    bo = Place("console", person="bo")
    for place in (PLACE, bo):
        await newsroom.subscribe(how="at once", topics=("none",), quiet=Quiet(time(7), time(12)), place=place)
    await newsroom.round()
    newsroom.stand.papers[0].print(STRIKE, newsroom.clock.at)
    await newsroom.round(hours=1)
    for ask in (ADA, replace(ADA, place=bo, person="bo")):
        await run(newsroom, "/watch event follow rotterdam", ask)
    newsroom.stand.papers[1].print(STRIKE + ", 7 arrested", newsroom.clock.at)
    await newsroom.round(hours=1)
    assert newsroom.said == [], "it is held until noon"
    async with newsroom.house.store.writing() as db:
        first = (await subscriptions.subscriptions(db))[0]
        await subscriptions.save(db, replace(first, time_zone="Atlantis/City"))
    await newsroom.round(hours=6)
    assert newsroom.places == [bo]
    status = await newsroom.house.commands.run(ADA, "/watch status")
    assert "Telling console, who follows it, of event" in text_of(status)


# --------------------------------------------------------------------------------------------- muting


async def test_a_muted_event_is_left_out_and_counted_until_its_time_is_over(newsroom: Newsroom) -> None:
    await newsroom.subscribe(times=(time(8), time(20)), next_at=newsroom.clock.at + timedelta(hours=2))
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    newsroom.stand.papers[1].print(event(1), newsroom.clock.at)
    await newsroom.round(hours=1)
    card = await run(newsroom, "/watch event mute container ships for 3h")
    assert "by Ada" in card.title
    await newsroom.round(hours=1)
    assert newsroom.said == ["The world: the last 24 hours", event(1)]
    assert "1 event muted here is left out" in wears(newsroom, "The world: the last 24 hours")
    assert len((await run(newsroom, "/digest")).replies) == 1
    await newsroom.round(hours=12)
    assert newsroom.said[3:] == [event(0)]


async def test_a_mute_is_undone_by_a_press(newsroom: Newsroom) -> None:
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    muted = await run(newsroom, "/watch event mute container ships")
    newsroom.stand.papers[1].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    await newsroom.round(minutes=5)
    assert newsroom.chat.edits == []
    await run(newsroom, undo_of(muted))
    newsroom.stand.papers[2].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    await newsroom.round(minutes=5)
    assert "3 outlets" in wears(newsroom, event(0))


# ------------------------------------------------------------------------------------ merging, splitting


async def test_an_editors_merge_edits_what_was_posted_posts_nothing_and_is_undone(tmp_path: Path) -> None:
    clock, chat = Clock(), FakeChat()
    async with Newsstand("Morning Post", "Evening Star") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.subscribe(how="at once")
            await room.round()
            stand.papers[0].print(STRIKE, clock.at)
            stand.papers[1].print(TALKS, clock.at)
            await room.round(hours=1)
            assert sorted(room.said) == sorted([STRIKE, TALKS])
            one, other = await the_event_of(room, STRIKE), await the_event_of(room, TALKS)
            offered = await run(room, f"/watch event merge {one.id}")
            (button,) = offered.buttons
            assert button.command == f"/watch event merge {one.id} {other.id}"
        async with opened(tmp_path, stand, clock, chat) as room:
            merged = await run(room, button.command)
            await room.round(minutes=5)
            (kept,) = await groups(room)
            full, pointing = sorted(map(text_of, chat.messages.values()), key=len, reverse=True)
            assert "2 outlets" in full
            assert "It is one event with" in pointing
            gone = ({one.id, other.id} - {kept.id}).pop()
            assert (await run(room, f"/watch event show {gone}")).title in (STRIKE, TALKS)
            assert "Ada" in text_of(await run(room, "/watch event edits world"))
        async with opened(tmp_path, stand, clock, chat) as room:
            await run(room, undo_of(merged))
            await room.round(minutes=5)
            assert {found.id for found in await groups(room)} == {one.id, other.id}
            assert sorted(room.said) == sorted([STRIKE, TALKS])
            assert not any("It is one event with" in text_of(card) for card in chat.messages.values())
            assert "taken back by Ada" in text_of(await run(room, "/watch event edits world"))


async def test_a_story_split_off_stays_so_and_is_not_told_again(tmp_path: Path) -> None:
    clock, chat = Clock(), FakeChat()
    async with Newsstand("Morning Post", "Evening Star", "Hill Echo") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.subscribe(times=(time(8), time(10)), next_at=clock.at + timedelta(hours=2))
            await room.round()
            stand.papers[0].print(STRIKE, clock.at)
            stand.papers[1].print(STRIKE + " port", clock.at)
            await room.round(hours=2)
            whole = await the_event_of(room, STRIKE)
            assert len(whole.stories) == 2
            wrong = next(story for story in whole.stories if story.title != STRIKE)
            split = await run(room, f"/watch event split {wrong.url}")
        async with opened(tmp_path, stand, clock, chat) as room:
            assert len(await groups(room)) == 2
            await room.round(hours=2)
            assert room.said[2:] == ["Nothing new on The world in the last 2 hours."]
            stand.papers[2].print(STRIKE + " port", clock.at)
            await room.round(hours=1)
            assert len(await groups(room)) == 2
            await run(room, undo_of(split))
            (found,) = await groups(room)
            assert len(found.stories) == 3
            assert found.id == whole.id


async def test_a_word_is_taken_back_once_and_whoever_is_second_is_told(newsroom: Newsroom) -> None:
    await newsroom.round()
    newsroom.stand.papers[0].print(STRIKE, newsroom.clock.at)
    newsroom.stand.papers[1].print(TALKS, newsroom.clock.at)
    await newsroom.round(hours=1)
    one, other = await the_event_of(newsroom, STRIKE), await the_event_of(newsroom, TALKS)
    merged = await run(newsroom, f"/watch event merge {one.id} {other.id}")
    again = await newsroom.house.commands.run(ADA, f"/watch event merge {one.id} {other.id}")
    assert "one event already" in again.title
    await run(newsroom, undo_of(merged))
    second = await newsroom.house.commands.run(ADA, undo_of(merged))
    assert "Ada took that back" in second.title


# --------------------------------------------------------------------------------------- what is new


async def test_an_event_told_at_once_has_what_is_new_in_its_thread_and_more_outlets_in_an_edit(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(how="at once", pings=("&77",))
    await newsroom.round()
    newsroom.stand.papers[0].print(STRIKE, newsroom.clock.at)
    await newsroom.round(hours=1)
    newsroom.stand.papers[1].print(STRIKE, newsroom.clock.at)
    await newsroom.round(hours=1)
    await newsroom.round(minutes=5)
    assert newsroom.said == [STRIKE]
    assert [card.pings for card in newsroom.chat.messages.values()] == [("&77",)], "an edit calls nobody off"
    assert "1 more story from 1 outlet, nothing new in it" in wears(newsroom, STRIKE)
    newsroom.stand.papers[2].print(
        "Harbour strike off Rotterdam: police arrest 17 dockers as container ships wait", newsroom.clock.at
    )
    newsroom.stand.papers[3].print(
        "Rotterdam harbour strike spreads, 300 container ships now waiting, says port authority",
        newsroom.clock.at,
    )
    await newsroom.round(hours=1)
    (thread,) = newsroom.chat.threads
    (update,) = [card for card in newsroom.chat.in_thread(thread) if card.tone == "news"]
    assert "What is new" in text_of(update)
    assert "arrest" in text_of(update)
    assert "forty" not in "\n".join(text_of(update).split("\n")[1:])


async def test_a_headline_changed_after_it_was_posted_is_noted_with_before_and_after(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    paper = newsroom.stand.papers[0]
    paper.print(STRIKE, newsroom.clock.at, guid="one", link="https://morningpost.example/one")
    await newsroom.round(hours=1)
    paper.items.clear()
    changed = "Harbour strike leaves fifty container ships waiting off Rotterdam, not forty: port corrects"
    paper.print(changed, newsroom.clock.at, guid="one", link="https://morningpost.example/one")
    await newsroom.round(hours=2)
    await newsroom.round(minutes=5)
    assert newsroom.said == [changed]
    assert f"Morning Post changed its headline: {STRIKE} → {changed}" in wears(newsroom, changed)


async def test_what_was_shown_of_stories_counts_where_grouping_moves_them(newsroom: Newsroom) -> None:
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    newsroom.stand.papers[0].print(STRIKE, newsroom.clock.at)
    newsroom.stand.papers[1].print(STRIKE + " port", newsroom.clock.at)
    await newsroom.round(hours=1)
    whole = await the_event_of(newsroom, STRIKE)
    asked = await run(newsroom, f"/watch event split {STRIKE}")
    offered = {button.command for button in asked.buttons}
    assert offered == {f"/watch event split {story.id}" for story in whole.stories}, "both have these words"
    moved = await run(newsroom, f"/watch event split {whole.stories[1].id}")
    assert moved.tone == "good"
    for story in whole.stories:
        found = await the_event_of(newsroom, story.title)
        async with newsroom.house.store.reading() as db:
            assert await events.living(db, found.id[:6]) in (found.id, found.id[:6])
    newsroom.stand.papers[2].print(STRIKE + " port", newsroom.clock.at)
    await newsroom.round(hours=1)
    assert len(newsroom.said) == 1
