"""Who is told of what, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from tests.chat.desks import EDITOR, HERE, READER, Room, text_of, undo_of, watch
from watcher.models import Place, Quiet, Subscription
from watcher.store import subscriptions


@pytest.fixture(autouse=True)
async def _topics(room: Room) -> None:
    await watch(room.store, "kim-putin", "kim putin")
    await watch(room.store, "chile", "chile")


async def known(room: Room) -> list[Subscription]:
    async with room.store.reading() as db:
        return await subscriptions.subscriptions(db)


async def the_one(room: Room) -> Subscription:
    (found,) = await known(room)
    return found


async def test_a_subscription_says_what_comes_when_and_where(room: Room) -> None:
    said = await room.say("/watch subscribe kim-putin 8:00,18:00 Europe/Warsaw")
    assert "kim-putin: digest at 08:00 and 18:00 (Europe/Warsaw) · here" in said
    one = await the_one(room)
    assert (one.topics, one.times, one.place) == (("kim-putin",), (time(8), time(18)), HERE)
    assert one.next_at == datetime(2026, 9, 14, 16, 0, tzinfo=UTC)


async def test_with_nothing_said_it_is_every_topic_by_the_desks_own_clock(room: Room) -> None:
    await room.run("/watch settings time-zone Asia/Tokyo")
    await room.run("/watch subscribe")
    one = await the_one(room)
    assert (one.topics, one.how, one.time_zone) == ((), "digest", "Asia/Tokyo")


async def test_at_once_has_no_time(room: Room) -> None:
    await room.run("/watch subscribe kim-putin at once --languages EN,fr")
    one = await the_one(room)
    assert (one.how, one.next_at, one.languages) == ("at once", None, ("en", "fr"))


async def test_subscribing_again_changes_what_there_is_and_undo_brings_it_back(room: Room) -> None:
    await room.run("/watch subscribe kim-putin 8:00")
    card = await room.run("/watch subscribe kim-putin 9:00 22:00-07:00")
    assert card.title == "Changed that subscription"
    assert (await the_one(room)).times == (time(9),)
    await room.run(undo_of(card))
    one = await the_one(room)
    assert (one.times, one.quiet) == ((time(8),), None)


@pytest.mark.parametrize("line", ["/watch subscribe kim-putin 8:00", "/watch subscribe kim-putin at once"])
async def test_subscribing_again_to_the_same_changes_nothing_and_says_so(room: Room, line: str) -> None:
    await room.run(line)
    before = await the_one(room)
    card = await room.run(line)
    assert (card.title, card.buttons) == ("That is subscribed to already", ())
    assert await the_one(room) == before


async def test_what_is_not_said_again_stays_as_it_was(room: Room) -> None:
    await room.run("/watch subscribe kim-putin 8:00 22:00-07:00 --languages en,fr")
    await room.run("/watch subscribe kim-putin 9:00")
    one = await the_one(room)
    assert (one.times, one.quiet, one.languages) == ((time(9),), Quiet(time(22), time(7)), ("en", "fr"))
    await room.run("/watch subscribe kim-putin 9:00 --quiet off --languages all")
    one = await the_one(room)
    assert (one.quiet, one.languages) == (None, ())


async def test_undo_ends_a_new_one(room: Room) -> None:
    await room.run(undo_of(await room.run("/watch subscribe kim-putin")))
    assert await known(room) == []


async def test_anyone_may_have_it_for_themselves_but_a_channel_is_its_managers(room: Room) -> None:
    refused = await room.run("/watch subscribe kim-putin 7:00 --languages en", READER)
    assert refused.tone == "bad"
    assert "/watch subscribe kim-putin 7:00 --languages en --to me" in text_of(refused)
    assert "/watch quiet 22-7 --to me" in await room.say("/watch quiet 22-7", READER)
    await room.run("/watch subscribe kim-putin --to me", READER)
    assert (await the_one(room)).place == Place("console", person="bo")


async def test_words_that_a_platforms_box_gives_as_one_are_told_apart(room: Room) -> None:
    said = {"topics": "kim-putin and chile", "times": "8:00 18:00", "languages": "en french"}
    card = await room.commands.call(EDITOR, "watch subscribe", **said)
    assert card.title == "Subscribed"
    assert ((one := await the_one(room)).topics, one.languages) == (("kim-putin", "chile"), ("en", "fr"))


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("kim-putin me", "/watch subscribe kim-putin --to me"),
        ("kim-putin every day at 8", "/watch subscribe kim-putin 8:00,18:00"),
        ("kim-putin now", "/watch subscribe kim-putin at once"),
    ],
)
async def test_when_and_to_whom_are_no_topics(room: Room, line: str, meant: str) -> None:
    said = await room.say(f"/watch subscribe {line}")
    assert meant in said
    assert "There is no topic" not in said


async def test_from_within_a_thread_the_channel_subscribes(room: Room) -> None:
    await room.run("/watch subscribe chile", replace(EDITOR, place=replace(HERE, thread="t9")))
    assert (await the_one(room)).place == HERE


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/watch subscribe kim-puttin", "Did you mean kim-putin?"),
        ("/watch subscribe chile --times 25:00", "time of day"),
        ("/watch subscribe chile --zone Warsaw/Europe", "no time zone"),
        ("/watch subscribe chile --quiet 22:00", "quiet hours"),
    ],
)
async def test_what_cannot_be_is_refused_in_a_sentence(room: Room, line: str, said: str) -> None:
    card = await room.run(line)
    assert card.tone == "bad"
    assert said in card.title
    assert await known(room) == []


async def test_unsubscribing_by_number_by_topic_and_when_there_is_but_one(room: Room) -> None:
    for line in ("/watch unsubscribe {}", "/watch unsubscribe kim-putin", "/watch unsubscribe"):
        await room.run("/watch subscribe kim-putin")
        number = (await the_one(room)).id
        card = await room.run(line.format(number))
        assert card.title == "Ended 1 subscription"
        assert await known(room) == []
    await room.run(undo_of(card))
    assert (await the_one(room)).topics == ("kim-putin",)


async def test_unsubscribing_from_one_of_several_asks_which(room: Room) -> None:
    await room.run("/watch subscribe kim-putin")
    await room.run("/watch subscribe chile")
    asked = await room.run("/watch unsubscribe")
    assert "Which of the 2?" in asked.title
    assert "kim-putin: digest at" in text_of(asked), "a number alone says nothing to anybody"
    assert len(await known(room)) == 2
    assert (await room.run(asked.buttons[1].command)).title == "Ended 1 subscription"
    assert (await the_one(room)).topics == ("kim-putin",)


async def test_all_that_is_ended_at_once_can_be_brought_back_one_by_one(room: Room) -> None:
    for line in ("kim-putin", "chile", "all", "kim-putin at once", "chile at once"):
        await room.run(f"/watch subscribe {line}")
    ended = await room.run("/watch unsubscribe all")
    assert await known(room) == []
    assert len({button.label for button in ended.buttons}) == 5
    for button in ended.buttons:
        await room.run(button.command)
    assert len(await known(room)) == 5


async def test_nobody_ends_what_is_anothers(room: Room) -> None:
    await room.run("/watch subscribe kim-putin")
    number = (await the_one(room)).id
    assert (await room.run(f"/watch unsubscribe {number}", READER)).tone == "bad"
    await room.run("/watch subscribe chile --to me", READER)
    assert (await room.run(f"/watch unsubscribe {number + 1} --to me", EDITOR)).tone == "bad"
    assert len(await known(room)) == 2


async def test_the_list_shows_the_channels_and_ones_own_but_not_other_peoples(room: Room) -> None:
    await room.run("/watch subscribe kim-putin")
    await room.run("/watch subscribe chile --to me", READER)
    assert "chile" not in await room.say("/watch subscriptions")
    assert "chile" in await room.say("/watch subscriptions", READER)


async def test_quiet_hours_are_kept_for_all_of_a_place_and_end_with_off(room: Room) -> None:
    await room.run("/watch subscribe kim-putin at once")
    assert "No quiet hours" in await room.say("/watch quiet")
    assert "Alerts come at any hour" in await room.say("/watch quiet 22:00-07:00")
    assert (await the_one(room)).quiet == Quiet(time(22), time(7))
    assert "Quiet hours" in await room.say("/watch quiet")
    await room.run("/watch quiet off")
    assert (await the_one(room)).quiet is None


async def test_quiet_hours_are_taken_back_by_a_press(room: Room) -> None:
    await room.run("/watch subscribe chile --to me")
    first = await room.run("/watch quiet 22:00-07:00 --to me")
    second = await room.run("/watch quiet 23-6 --to me")
    await room.run(undo_of(second))
    assert (await the_one(room)).quiet == Quiet(time(22), time(7))
    await room.run(undo_of(first))
    assert (await the_one(room)).quiet is None


async def test_quiet_hours_of_subscriptions_in_two_zones_name_both(room: Room) -> None:
    await room.run("/watch subscribe kim-putin 8:00")
    await room.run("/watch settings time-zone Europe/Warsaw")
    await room.run("/watch subscribe chile 9:00")
    said = await room.say("/watch quiet 22:00-07:00")
    assert "By the clock of UTC and of Europe/Warsaw, as each subscription has it." in said


async def test_quiet_without_a_subscription_is_answered_and_not_lost(room: Room) -> None:
    assert "no subscription yet" in await room.say("/watch quiet 22:00-07:00")


async def test_another_place_is_called_by_the_name_that_its_platform_gives_it(room: Room) -> None:
    await room.run("/watch subscribe chile", replace(EDITOR, place=Place("console", "C0123")))
    assert "in C0123" in await room.say("/watch subscriptions")

    async def named(place: Place) -> str:
        return "#wire" if place.channel == "C0123" else ""

    room.commands.newsroom.namers["console"] = named
    assert "in #wire" in await room.say("/watch subscriptions")
    await room.run("/watch subscribe chile", replace(EDITOR, place=Place("console", "C0999")))
    assert "in a channel that I cannot see (C0999)" in await room.say("/watch subscriptions")
