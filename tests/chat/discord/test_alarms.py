"""An alert on Discord: who is woken, who has it, and what happens when nobody answers."""

from __future__ import annotations

import asyncio

import pytest

from tests.chat.alarms import Alarm
from tests.chat.discord.scenes import Scene, texts
from tests.fake_discord import Person
from tests.fake_discord.world import Message


def alarm_of(scene: Scene) -> Alarm:
    return Alarm(scene.store, scene.clock, scene.desk, scene.deliverer)


async def on_call(scene: Scene, *people: Person) -> None:
    """Somebody who may sets the channel and the rota."""
    await scene.ada.command(scene.news, "watch settings", name="notices", value="here")
    said = ",".join(f"<@{one.id}>" for one in people)
    await scene.ada.command(scene.news, "oncall set", people=said)


def window(scene: Scene, person: Person) -> list[Message]:
    return scene.fake.world.window(person.id).shown


def calls(scene: Scene) -> list[str]:
    """Whom messages in the channel and its threads mention, in order."""
    channels = [scene.news, *(one for one in scene.guild.channels if one.parent)]
    return [message["content"] for channel in channels for message in channel.shown if message["content"]]


@pytest.fixture
async def alarm(there: Scene) -> Alarm:
    await on_call(there, there.ada, there.bo)
    return alarm_of(there)


async def test_who_is_on_call_is_mentioned_and_told_in_private_and_nobody_else(
    there: Scene, alarm: Alarm
) -> None:
    await alarm.rings("post", "star")
    (post,) = there.news.shown
    assert f"<@{there.ada.id}>" in post["content"]
    assert "Bridge falls, says star" in post["content"], "a locked phone shows nothing of embeds"
    assert len(window(there, there.ada)) == 1
    assert window(there, there.bo) == []


async def test_of_two_who_press_at_once_one_has_it_and_the_other_may_take_it_over(
    there: Scene, alarm: Alarm
) -> None:
    await alarm.rings("post", "star")
    (post,) = there.news.shown
    answers = await asyncio.gather(*(one.press(post, "I have it") for one in (there.ada, there.bo)))
    assert sum("It is yours" in answer.text for answer in answers) == 1
    assert sum("has it since" in answer.text for answer in answers) == 1
    await alarm.waits(1)
    assert " has it**" in texts(there.news)[0]
    await alarm.waits(30)
    assert len(calls(there)) <= 1, "nobody is called any more"
    first, second = sorted(
        zip(answers, (there.ada, there.bo), strict=True), key=lambda it: "has it" in it[0].text
    )
    assert "you took it over" in (await second[1].press(second[0], "Take it over")).text
    await alarm.waits(1)
    assert "taken over from" in texts(there.news)[0]
    assert f"<@{first[1].id}>" in calls(there)[-1], "who had it is told"


async def test_nobody_answers_so_the_next_is_called_even_across_a_restart(there: Scene, alarm: Alarm) -> None:
    await alarm.rings("post", "star")
    await alarm.waits(5)
    await there.restart()
    await alarm.waits(5)
    assert len(window(there, there.bo)) == 1
    (private,) = window(there, there.bo)
    await there.bo.press(private, "I have it", there.fake.world.window(there.bo.id))
    await alarm.waits(1)
    assert "**bo has it**" in texts(there.news)[0]
    before = len(calls(there))
    await alarm.waits(60)
    assert len(calls(there)) == before


async def test_somebody_who_left_or_refuses_messages_does_not_stop_the_escalation(
    there: Scene, alarm: Alarm
) -> None:
    there.fake.world.closed_windows.add(there.ada.id)
    await alarm.rings("post", "star")
    for _ in range(2):
        await alarm.waits(5)
    assert len(window(there, there.bo)) == 1
