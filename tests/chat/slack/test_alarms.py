"""An alert on Slack: who is woken, who has it, and what happens when nobody answers."""

from __future__ import annotations

import asyncio

import pytest

from tests.chat.alarms import Alarm
from tests.chat.slack.planet import ADA, BO, PLANET, Planet, deliverer_of, listening
from tests.fake_slack import Trouble
from tests.fake_slack.judging import buttons, shown
from tests.fake_slack.state import Json


def alarm_of(planet: Planet) -> Alarm:
    def deliverer() -> object:
        return planet.deliverer

    return Alarm(planet.store, planet.room.clock, PLANET.id, deliverer)  # type: ignore[arg-type]


def window(planet: Planet, person: str) -> list[Json]:
    return planet.slack.posts(planet.slack.here.window(person).id)


def thread(planet: Planet) -> list[str]:
    """What was said under the alert, as a notification has it."""
    return [one["text"] for one in planet.slack.here.thread("CNEWS", planet.slack.posts()[0]["ts"])]


@pytest.fixture
async def alarm(live: Planet) -> Alarm:
    await live.say("/watch settings notices here")
    await live.say(f"/watch oncall set Ada=<@{ADA}>,Bo=<@{BO}>")
    return alarm_of(live)


async def test_who_is_on_call_is_mentioned_and_told_in_private_and_nobody_else(
    live: Planet, alarm: Alarm
) -> None:
    await alarm.rings("post", "star")
    (post,) = live.slack.posts()
    assert f"<@{ADA}>" in post["text"]
    assert f"<@{BO}>" not in str(post)
    assert len(window(live, ADA)) == 1
    assert window(live, BO) == []


async def test_of_two_who_press_at_once_one_has_it_and_the_other_may_take_it_over(
    live: Planet, alarm: Alarm
) -> None:
    await alarm.rings("post", "star")
    mine = buttons(live.slack.posts()[0])["I have it"]
    pressed = await asyncio.gather(*(live.slack.press(mine, by) for by in (ADA, BO)))
    said = [shown(await one.answer()) for one in pressed]
    assert sum("It is yours" in one for one in said) == 1
    assert sum("has it since" in one for one in said) == 1
    await alarm.waits(1)
    assert " has it" in shown(live.slack.posts()[0])
    await alarm.waits(30)
    assert thread(live) == []
    first, second = (ADA, BO) if "It is yours" in said[0] else (BO, ADA)
    over = buttons(pressed[second == BO].answers[0])["Take it over"]
    assert "you took it over" in shown(await (await live.slack.press(over, second)).answer())
    await alarm.waits(1)
    assert "taken over from" in shown(live.slack.posts()[0])
    assert [f"<@{first}>" in one for one in thread(live)] == [True], "who had it is told"


async def test_nobody_answers_so_the_next_is_called_even_across_a_restart(
    planet: Planet,
) -> None:
    async with listening(planet):
        await planet.say("/watch settings notices here")
        await planet.say(f"/watch oncall set Ada=<@{ADA}>,Bo=<@{BO}>")
        await alarm_of(planet).rings("post", "star")
    planet.chat = planet.restarted()
    planet.deliverer = deliverer_of(planet.store, planet.chat, planet.room)
    async with listening(planet):
        alarm = alarm_of(planet)
        for _ in range(2):
            await alarm.waits(5)
        assert [f"<@{who}>" in said for who, said in zip((ADA, BO), thread(planet), strict=True)] == [
            True,
            True,
        ]
        (private,) = window(planet, BO)
        mine, window_of_bo = buttons(private)["I have it"], planet.slack.here.window(BO).id
        await (await planet.slack.press(mine, BO, window_of_bo)).answer()
        await alarm.waits(1)
        assert "Bo has it" in shown(planet.slack.posts()[0])
        await alarm.waits(60)
        assert len(thread(planet)) == 2


async def test_somebody_who_left_does_not_stop_the_escalation(live: Planet, alarm: Alarm) -> None:
    live.slack.here.channels.pop(live.slack.here.window(ADA).id)
    live.slack.troubles.append(Trouble("conversations.open", "error", times=9, error="user_disabled"))
    await alarm.rings("post", "star")
    live.slack.troubles.clear()
    for _ in range(2):
        await alarm.waits(5)
    assert len(window(live, BO)) == 1
