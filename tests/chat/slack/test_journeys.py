"""Days in the life of a newsroom on Slack."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.chat.desks import match_of, record, story
from tests.chat.slack.planet import BO, PLANET, QUICK, Planet, deliverer_of, eventually, listening
from tests.fake_slack import Trouble
from tests.fake_slack.judging import buttons, shown
from tests.fake_slack.state import Json
from tests.store.making import waiting
from watcher.models import Placement, Story, Topic
from watcher.rounds import Rounds
from watcher.store import desks, topics

EVENTS = [
    [
        story("Kim arrives in Russia by armoured train", hours=5),
        story("Kim est arrivé en Russie", hours=4, language="fr", outlet="lefigaro.fr"),
    ],
    [story("Putin and Kim swap rifles", hours=3, outlet="bbc.co.uk")],
    [story("Kim Jong Un leaves for Pyongyang", hours=2, outlet="nhk.or.jp")],
]


async def a_topic(planet: Planet) -> Topic:
    """Somebody who may has a topic watched, and the channel told of it at eight and at six."""
    await planet.say("/watch topic add summit kim OR putin --title The-summit")
    await planet.say("/watch subscribe summit 8:00,18:00")
    async with planet.store.reading() as db:
        found = await topics.get(db, PLANET.id, "summit")
    assert found
    return found


def rounds(planet: Planet) -> Rounds:
    return Rounds(planet.store, planet.room.clock, timedelta(seconds=45))


async def evening(planet: Planet) -> None:
    """The evening's digests are composed."""
    planet.room.clock.at = planet.room.clock.at.replace(hour=18, minute=0)
    await rounds(planet).digests()


def digests(planet: Planet) -> list[str]:
    return [shown(message).split("\n")[0] for message in planet.slack.posts()]


def thread(planet: Planet, place: int = 0) -> list[Json]:
    return planet.slack.here.thread("CNEWS", planet.slack.posts()[place]["ts"])


async def caught_too(planet: Planet, topic: Topic, one: Story) -> list[Placement]:
    """Another story of the first event."""
    await record(planet.store, [one])
    placed = [Placement(one.id, topic.id, "000001000000", one.id, 0.9)]
    async with planet.store.writing() as db:
        await topics.save_matches(db, [match_of(one, topic)])
        await topics.place(db, placed)
    return placed


async def test_from_installing_to_the_first_digest(live: Planet) -> None:
    assert "What you can ask" in await live.say("/watch")
    topic = await a_topic(live)
    await live.catch(topic, *EVENTS)
    await evening(live)
    assert await live.deliverer.deliver() == 4
    (parent,) = live.slack.posts()
    assert "3 events, 4 stories, 4 outlets, 2 languages" in shown(parent)
    assert len(thread(live)) == 3
    assert any("lefigaro.fr" in shown(reply) for reply in thread(live))


async def test_a_day_of_digests_says_everything_once(live: Planet) -> None:
    topic = await a_topic(live)
    await live.catch(topic, *EVENTS[:2])
    await evening(live)
    await live.deliverer.deliver()
    live.move(hours=14)
    await rounds(live).digests()
    await live.deliverer.deliver()
    assert "Nothing new on The-summit in the last 14 hours" in digests(live)[1]
    late = story("Kim Jong Un leaves for Pyongyang", hours=-21, outlet="nhk.or.jp")
    await record(live.store, [late])
    async with live.store.writing() as db:
        await topics.save_matches(db, [match_of(late, topic)])
        await topics.place(db, [Placement(late.id, topic.id, "000009000000", late.id, 1.0)])
    await evening(live)
    await live.deliverer.deliver()
    assert len(thread(live, 0)) == 2
    (only,) = thread(live, 2)
    assert "leaves for Pyongyang" in shown(only)


async def test_a_restart_at_every_step_of_a_digest_posts_the_rest_and_nothing_twice(live: Planet) -> None:
    await live.catch(await a_topic(live), *EVENTS)
    await evening(live)
    for _ in range(4):
        # A message arrives, its answer does not, and Watcher is killed and started anew.
        live.slack.troubles.append(Trouble("chat.postMessage", "lost"))
        again = deliverer_of(live.store, live.restarted(), live.room)
        assert await again.deliver() in (0, 1)
        live.move(minutes=11)
    await deliverer_of(live.store, live.restarted(), live.room).deliver()
    assert len(live.slack.posts()) == 1
    assert len(thread(live)) == 3
    async with live.store.reading() as db:
        assert await waiting(db) == 0


async def test_an_event_that_grows_is_edited_where_it_stands(live: Planet) -> None:
    topic = await a_topic(live)
    await live.catch(topic, *EVENTS)
    await evening(live)
    await live.deliverer.deliver()
    before = [message["ts"] for message in thread(live)]
    more = story("Kim's train crosses the border", hours=-7, outlet="yna.co.kr")
    placed = await caught_too(live, topic, more)
    async with live.store.writing() as db:
        await rounds(live).at_once(db, placed, live.room.clock())
    live.move(minutes=1)
    await live.deliverer.deliver()
    assert [message["ts"] for message in thread(live)] == before
    assert ["3 outlets" in shown(message) for message in thread(live)].count(True) == 1


async def test_slack_asks_for_patience_in_the_middle_of_a_digest(live: Planet) -> None:
    await live.catch(await a_topic(live), *EVENTS)
    await evening(live)
    live.slack.troubles += [
        Trouble("chat.postMessage", "slow", times=2),
        Trouble("chat.postMessage", "429", seconds=30),
    ]
    assert await live.deliverer.deliver() == 2
    live.move(seconds=29)
    assert await live.deliverer.deliver() == 0
    live.move(seconds=2)
    assert await live.deliverer.deliver() == 2
    titles = [shown(message).split("\n")[0] for message in thread(live)]
    assert len(set(titles)) == 3


async def test_a_digest_comes_to_a_person_and_keeps_their_quiet_hours_across_a_clock_change(
    live: Planet,
) -> None:
    live.room.clock.at = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)  # the night after, Berlin's clocks go back
    await live.say("/watch topic add summit kim OR putin")
    await live.say(
        "/watch subscribe summit 2:30,7:30 Europe/Berlin --quiet 23:00-7:00 --to me", by=BO, channel="COPEN"
    )
    arrived = []
    while live.room.clock.at < datetime(2026, 10, 25, 12, 0, tzinfo=UTC):
        await rounds(live).digests()
        before = len(live.slack.posts("DUBO"))
        await live.deliverer.deliver()
        arrived += [live.room.clock.at] * (len(live.slack.posts("DUBO")) - before)
        live.move(minutes=30)
    assert [f"{at:%H:%M}" for at in arrived] == ["06:00", "06:30"], "7:00 and 7:30 of the new winter time"


async def test_who_may_not_manage_reads_and_subscribes_for_themself_only(live: Planet) -> None:
    await live.catch(await a_topic(live), *EVENTS)
    for line in (
        "/watch topic remove summit",
        "/watch topic add x y",
        "/watch feed add lemonde.fr",
        "/watch settings language fr",
        "/watch subscribe summit",
    ):
        assert "for those who manage" in await live.say(line, by=BO), line
    assert "Subscribed" in await live.say("/watch subscribe summit --to me", by=BO)
    assert "3 events" in await live.say("/digest summit 24h", by=BO)


@pytest.mark.parametrize("label", ["See its events", "Undo", "Show everyone"])
async def test_every_button_works_after_a_restart(planet: Planet, label: str) -> None:
    async with listening(planet):
        await record(planet.store, EVENTS[1])
        answer = await planet.ask("/watch topic add summit kim OR putin")
    async with listening(planet, planet.restarted()):
        done = await planet.slack.press(buttons(answer)[label])
        if label == "Show everyone":
            await eventually(lambda: len(planet.slack.posts()) == 1)
        else:
            assert "summit" in shown(await done.answer())


async def test_every_button_of_a_digest_works_after_a_restart_and_a_double_press_is_one(
    planet: Planet,
) -> None:
    async with listening(planet):
        await planet.catch(await a_topic(planet), *EVENTS)
        await evening(planet)
        await planet.deliverer.deliver()
    pressed = 0
    async with listening(planet, planet.restarted(replace(QUICK, double=60.0))):
        for message in thread(planet):
            for label, button in buttons(message).items():
                first = await planet.slack.press(button, by=BO)
                again = await planet.slack.press(button, by=BO)
                assert "✗ *There is no" not in shown(await first.answer()), label
                await planet.say("/watch status", by=BO)
                assert again.answers == [], f"{label} was pressed once"
                pressed += 1
    assert pressed >= 3


async def test_a_button_pressed_again_before_its_answer_is_there_was_pressed_once(planet: Planet) -> None:
    planet.chat = planet.restarted(replace(QUICK, double=0.0))
    async with listening(planet):
        undo = buttons(await planet.ask("/watch topic add summit kim OR putin"))["Undo"]
        async with planet.store.writing():  # so that nothing can be undone yet
            first = await planet.slack.press(undo)
            again = await planet.slack.press(undo)
        assert "summit" in shown(await first.answer())
        await planet.say("/watch status")
        assert again.answers == []


async def test_a_lost_permission_is_told_to_the_channel_that_was_chosen_for_it(live: Planet) -> None:
    await live.catch(await a_topic(live), *EVENTS)
    live.slack.here.channel("CLOBBY", name="lobby")
    await live.say("/watch settings notices here", channel="CLOBBY")
    live.slack.troubles.append(Trouble("chat.postMessage", "error", error="restricted_action"))
    await evening(live)
    await live.deliverer.deliver()
    (told,) = live.slack.posts("CLOBBY")
    assert "posting permissions" in shown(told)


async def test_a_deleted_channel_is_told_of_in_another_one(live: Planet) -> None:
    await live.catch(await a_topic(live), *EVENTS)
    live.slack.here.channel("CLOBBY", name="lobby")
    await live.say("/watch settings notices here", channel="CLOBBY")
    del live.slack.here.channels["CNEWS"]
    await evening(live)
    await live.deliverer.deliver()
    (told,) = live.slack.posts("CLOBBY")
    assert "deleted" in shown(told)
    assert "/watch subscribe" in shown(told)


async def test_a_workspace_that_removed_watcher_gets_nothing_and_asks_nothing(live: Planet) -> None:
    await live.catch(await a_topic(live), *EVENTS)
    await live.slack.event({"type": "app_uninstalled"})

    async def sleeps() -> bool:
        async with live.store.reading() as db:
            return PLANET.id in await desks.asleep(db)

    await eventually(sleeps)
    asked = len(live.slack.calls)
    await evening(live)
    assert await live.deliverer.deliver() == 0
    assert len(live.slack.calls) == asked
