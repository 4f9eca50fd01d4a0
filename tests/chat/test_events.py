"""`/watch event`: finding one, and what its buttons do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.chat.desks import DESK, EDITOR, NOW, READER, Room, record, story, text_of, undo_of, watch
from watcher.desk.events import Move, buttons_of
from watcher.models import Desk, Place, Placement, Shown
from watcher.store import events, subscriptions, topics

ARRIVAL = [
    story("Kim arrives in Russia by armoured train", hours=5),
    story("Kim est arrivé en Russie", hours=4, language="fr", outlet="lefigaro.fr"),
]
RIFLES = [story("Putin and Kim swap rifles", hours=3, outlet="bbc.co.uk")]
TALKS = [story("Chile holds talks on lithium", hours=2, outlet="emol.com")]


@pytest.fixture(autouse=True)
async def _events(room: Room) -> None:
    topic = await watch(room.store, "kim-putin", "kim putin")
    chile = await watch(room.store, "chile", "chile")
    await record(room.store, [*ARRIVAL, *RIFLES, *TALKS])
    async with room.store.writing() as db:
        for id_, watched, found in (
            ("a1b2c3d4e5f6", topic, ARRIVAL),
            ("a1b2ffffffff", topic, RIFLES),
            ("0123456789ab", chile, TALKS),
        ):
            await topics.place(db, [Placement(one.id, watched.id, id_, one.id, 1.0) for one in found])


@pytest.mark.parametrize(
    "said",
    [
        "a1b2c3d4e5f6",
        "a1b2c3",
        "#A1B2C3",
        "a1b2c3 Kim arrives in Russia",
        ARRIVAL[1].url,
        ARRIVAL[0].id,
        "armoured",
    ],
)
async def test_an_event_is_found_by_its_handle_a_link_or_words(room: Room, said: str) -> None:
    card = await room.run(f"/watch event show {said}")
    assert card.title == ARRIVAL[0].title
    assert "lefigaro.fr" in text_of(card)
    assert card.private


async def test_a_handle_that_two_events_share_is_asked_about(room: Room) -> None:
    said = await room.say("/watch event show a1b2")
    assert "/watch event show a1b2c3d4e5f6" in said
    assert "/watch event show a1b2ffffffff" in said


async def test_what_is_no_event_is_answered_with_what_to_do(room: Room) -> None:
    assert "No event of this desk has 'volcano'" in await room.say("/watch event show volcano")
    assert "never came to us" in await room.say("/watch event show https://nobody.example/x")
    await record(room.store, [story("Ferry runs aground off Naxos")])
    assert "is in no event of this desk" in await room.say("/watch event show ferry")
    await watch(room.store, "volcanoes", "volcano OR eruption")
    said = await room.say("/watch event mute Volcanoes")
    assert "volcanoes is a topic" in said
    assert "/watch alert rule volcanoes never" in said


async def test_another_desk_finds_none_of_it(room: Room) -> None:
    stranger = replace(EDITOR, desk=Desk("d2", "console", "Sports desk"))
    assert (await room.run("/watch event show a1b2c3", stranger)).tone == "bad"
    assert (await room.run("/watch event mute a1b2c3", stranger)).tone == "bad"


async def test_every_button_of_an_event_fits_a_button_and_is_a_command(room: Room) -> None:
    async with room.store.reading() as db:
        known = await topics.topics(db, DESK.id)
        group = await topics.group(db, "a1b2c3d4e5f6")
    assert group
    buttons = buttons_of(replace(known[0], name="x" * 40), group)
    assert len(buttons) == 5
    assert all(len(f"run:{one.command}") <= 100 for one in buttons)
    card = await room.run("/watch event show a1b2c3")
    for one in card.buttons:
        assert (await room.run(one.command)).tone != "bad", one.command


async def test_who_follows_is_told_in_a_window_of_their_own_and_can_see_what_they_follow(room: Room) -> None:
    ask = replace(READER, desk=replace(DESK, platform="fake"), place=Place("fake", "general"))
    card = await room.run("/watch event follow a1b2c3", ask)
    async with room.store.reading() as db:
        (wish,) = await events.followed(db, Place("fake", person="bo"))
    assert wish.group_id == "a1b2c3d4e5f6"
    assert set(wish.known) == {one.id for one in ARRIVAL}
    assert "Kim arrives" in await room.say("/watch event following", ask)
    assert "You follow no event" in await room.say("/watch event following", EDITOR)
    assert any(one.label == "Unfollow" for one in (await room.run("/watch event show a1b2c3", ask)).buttons)
    await room.run(undo_of(card), ask)
    assert "You follow no event" in await room.say("/watch event following", ask)


async def test_a_mute_says_until_when_by_whom_and_is_for_this_place_alone(room: Room) -> None:
    named = replace(READER, name="Bo")
    card = await room.run("/watch event mute a1b2c3 for 3d", named)
    assert "by Bo" in text_of(card)
    assert "2026-09-17 12:00" in text_of(card)
    assert "Muted here by Bo until" in await room.say("/watch event show a1b2c3")
    elsewhere = replace(EDITOR, place=Place("console", "sports"))
    assert len((await room.run("/digest kim-putin", elsewhere)).replies) == 2
    assert len((await room.run("/digest kim-putin")).replies) == 1
    room.clock.at = NOW + timedelta(days=3)
    assert "Muted" not in await room.say("/watch event show a1b2c3")


async def test_a_mute_may_last_until_a_time_of_day_by_the_desks_clock(room: Room) -> None:
    await room.say("/watch settings time-zone Asia/Tokyo")
    assert "2026-09-14 23:00" in text_of(await room.run("/watch event mute a1b2c3 until 8:00"))


async def test_what_stands_after_a_handle_is_how_long_or_its_headline(room: Room) -> None:
    for said in ("forever", "0h", "400d"):
        assert "as a time to come" in await room.say(f"/watch event mute a1b2c3 {said}")
    assert "Muted here" not in await room.say("/watch event following")
    assert "Until 2026-09-14 13:30 UTC" in await room.say("/watch event mute a1b2c3 1h30m")
    (offered, *_) = await room.commands.suggest(EDITOR, ("watch", "event", "mute"), "event", "a1b2c3")
    assert "Until 2026-09-15 12:00 UTC" in await room.say(f"/watch event mute {offered}")


@pytest.mark.parametrize("said", ["event a1b2c3", "(a1b2c3)", "a1b2c3,", "#a1b2c3", "with a1b2c3"])
async def test_a_handle_is_known_as_messages_show_it_and_people_copy_it(room: Room, said: str) -> None:
    assert "a1b2c3" in await room.say(f"/watch event show {said}")
    assert "No event" not in await room.say(f"/watch event show {said}")


async def test_a_time_that_is_none_is_said_and_mutes_nothing(room: Room) -> None:
    for when in ("ever", "yesterday"):
        assert f"cannot read '{when}'" in await room.say(f"/watch event mute a1b2c3 for {when}")
    assert "Muted" not in await room.say("/watch event show a1b2c3")


async def test_events_of_two_topics_cannot_be_merged(room: Room) -> None:
    card = await room.run("/watch event merge a1b2c3 0123")
    assert card.tone == "bad"
    assert "only events of one topic" in card.title


async def test_handles_are_completed_with_their_headlines(room: Room) -> None:
    offered = await room.commands.suggest(EDITOR, ("watch", "event", "show"), "event", "rifles")
    assert offered == ["a1b2ff Putin and Kim swap rifles"]


async def test_what_was_shown_of_a_story_goes_with_it_to_another_event_and_back(room: Room) -> None:
    place = Place("console", "foreign")
    one, other = (story.id for story in ARRIVAL)
    async with room.store.writing() as db:
        topic = (await topics.topics(db, DESK.id))[0].id
        await subscriptions.show(db, place, [Shown("a1b2c3d4e5f6", NOW, (one, other))])
        split = [Placement(other, topic, "eeeeeeeeeeee", other, 1.0)]
        moved = await events.moves(db, split)
        assert moved == [Move(other, "a1b2c3d4e5f6", "eeeeeeeeeeee")]
        await topics.place(db, split)
        await events.carry(db, moved, NOW)
        assert (await subscriptions.shown(db, place))["eeeeeeeeeeee"].stories == (other,)
        assert await events.living(db, "a1b2c3") == "a1b2c3"

        away = [Placement(one, topic, "eeeeeeeeeeee", one, 1.0)]
        moved = await events.moves(db, away)
        await topics.place(db, away)
        await events.carry(db, moved, NOW)
        assert await events.living(db, "a1b2c3") == "eeeeeeeeeeee"
        assert await events.absorbed(db, ["eeeeeeeeeeee"]) == {"a1b2c3d4e5f6": "eeeeeeeeeeee"}
        assert set((await subscriptions.shown(db, place))["eeeeeeeeeeee"].stories) == {one, other}


async def test_a_mute_holds_for_what_a_muted_event_becomes_unless_it_was_the_smaller_part(room: Room) -> None:
    await room.run("/watch event mute a1b2ff")
    async with room.store.writing() as db:
        topic = (await topics.topics(db, DESK.id))[0].id
        joins = [Placement(RIFLES[0].id, topic, "a1b2c3d4e5f6", RIFLES[0].id, 1.0)]
        moved = await events.moves(db, joins)
        await topics.place(db, joins)
        await events.carry(db, moved, NOW)
        assert "a1b2c3d4e5f6" not in await events.muted(db, Place("console", "foreign"), NOW)
