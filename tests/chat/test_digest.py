"""`/digest`, on demand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.chat.desks import NOW, Room, catch, record, story, text_of, watch
from watcher.models import Feed
from watcher.store import feeds

ARRIVAL = [
    story("Kim arrives in Russia by armoured train", hours=5),
    story("Kim est arrivé en Russie", hours=4, language="fr", outlet="lefigaro.fr"),
]
RIFLES = [story("Putin and Kim swap rifles", hours=40, outlet="bbc.co.uk")]


async def furnished(room: Room) -> None:
    topic = await watch(room.store, "kim-putin", "kim putin")
    chile = await watch(room.store, "chile", "chile")
    await record(room.store, [*ARRIVAL, *RIFLES])
    await catch(room.store, topic, ARRIVAL, RIFLES)
    await catch(room.store, chile)


async def test_a_digest_has_the_events_of_its_window_each_with_a_reply(room: Room) -> None:
    await furnished(room)
    card = await room.run("/digest kim-putin 24h")
    assert [reply.title for reply in card.replies] == ["Kim arrives in Russia by armoured train"]
    assert "lefigaro.fr" in text_of(card.replies[0])
    both = await room.run("/digest kim-putin 3d")
    assert len(both.replies) == 2


async def test_with_nothing_said_it_is_every_topic_over_the_desks_window(room: Room) -> None:
    await furnished(room)
    assert len((await room.run("/digest")).replies) == 1
    await room.run("/watch settings window 3d")
    assert len((await room.run("/digest")).replies) == 2


async def test_asking_twice_shows_the_same_twice(room: Room) -> None:
    await furnished(room)
    assert await room.run("/digest 3d") == await room.run("/digest 3d")


async def test_what_was_in_a_feed_before_we_came_is_shown_to_who_asks(room: Room) -> None:
    topic = await watch(room.store, "kim", "kim")
    await record(room.store, ARRIVAL, backlog=True)
    await catch(room.store, topic, ARRIVAL)
    assert len((await room.run("/digest kim")).replies) == 1


async def test_nothing_new_is_one_line_and_what_to_ask_instead(room: Room) -> None:
    await furnished(room)
    card = await room.run("/digest chile")
    assert card.title == "Nothing new on chile in the last 24 hours."
    assert card.private
    assert "/digest 7d" in text_of(card)


async def test_what_was_not_read_is_not_taken_for_nothing_new(room: Room) -> None:
    await watch(room.store, "chile", "chile")
    soon, early = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
    new = Feed(0, "")
    well = replace(new, first_polled_at=early, next_poll_at=soon)
    late, ill = replace(well, next_poll_at=early), replace(well, failures=3, ill_since=early)
    failed = replace(well, failures=1, ill_since=NOW)

    async def say(*known: Feed) -> tuple[str, str]:
        async with room.store.writing() as db:
            for feed in await feeds.all_feeds(db):
                await feeds.remove(db, feed.url)
            await feeds.add(db, [replace(feed, url=f"https://{n}.example/") for n, feed in enumerate(known)])
        card = await room.run("/digest")
        return card.title.split(" chile")[0], text_of(card).splitlines()[1]

    nothing, more = "Nothing was heard of", "so this is not all there is. /watch feed health"
    assert await say() == (nothing, "No feed is polled, so nothing can be heard. /watch feed add lemonde.fr")
    assert await say(new, new) == (nothing, f"No feed has been read yet, {more}")
    assert await say(late, ill) == (nothing, f"No feed has been read lately, {more}")
    assert await say(failed, ill) == (nothing, f"No feed can be read at present, {more}")
    assert await say(late, new, well) == ("Nothing new on", f"2 of 3 feeds are yet to be read, {more}")
    assert await say(late, well) == ("Nothing new on", f"1 of 2 feeds is yet to be read, {more}")
    mixed = f"2 of 3 feeds are yet to be read, or cannot be at present, {more}"
    assert await say(late, ill, well) == ("Nothing new on", mixed)
    assert more not in (await say(failed, well, well))[1]


async def test_a_mistyped_topic_or_window_is_answered_with_the_nearest(room: Room) -> None:
    await furnished(room)
    assert "/digest kim-putin 24h" in await room.say("/digest kim-puttin 24h")
    assert "/digest yesterday" in await room.say("/digest yesterdy")
    assert (await room.run("/digest kim-putin 400d")).tone == "bad"
    assert "/digest kim-putin 24h" in await room.say("/digest kim-putin 3x"), "of the same topic"
    assert "today" not in await room.say("/digest todya 24h"), "which would be two windows"
    assert (await room.say("/digest kim in the news")).splitlines()[1:] == [
        "/digest kim-putin",
        "/digest chile",
    ]
    assert "Did you mean kim-putin?" in (said := await room.say("/digest Putin kim"))
    assert said.splitlines()[1:] == ["/digest kim-putin"], "a line that can be sent as it is"
    assert "as a stretch of time" in await room.say("/digest -3h")
    assert "between 1m and 92d long" in await room.say("/digest 9999d")


async def test_a_window_may_stand_first_or_be_quoted(room: Room) -> None:
    await furnished(room)
    assert (await room.run("/digest today kim-putin")).replies
    assert "since 00:00" in await room.say("/digest chile since 00:00")
    assert await room.run('/digest "since 00:00"') == await room.run("/digest since 00:00")
    assert (await room.run("/digest today chile")).title == "Nothing new on chile today."


async def test_a_desk_without_topics_is_told_how_to_begin(room: Room) -> None:
    said = await room.say("/digest")
    assert said.startswith("No topic is watched yet")
    assert "/watch topic add" in said
