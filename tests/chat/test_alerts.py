"""Rules, snoozes and the lists of alerts, as editors type them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.chat.desks import DESK, NOW, READER, Room, record, story, watch
from watcher.desk.alerts import Alert
from watcher.desk.breaking import Evidence, Level, Rule
from watcher.models import Card, Piece, Section
from watcher.store import alerts

CHAIN = "3 outlets, 1 origin (NYT), not independently confirmed"
EVIDENCE = Evidence(3, 3, 10, 0.01, 0.01, 1.0, False, CHAIN)


async def raised(
    room: Room,
    title: str = "Bridge collapses",
    desk: str = DESK.id,
    number: int = 1,
    level: Level = "urgent",
    at: datetime = NOW - timedelta(minutes=20),
) -> Alert:
    new = Alert(0, desk, 1, f"g{number}", level, Card(title), EVIDENCE, (), at, at, at, at)
    async with room.store.writing() as db:
        found = await alerts.add(db, new)
    assert found
    return found


async def test_alerts_are_listed_with_who_has_them_and_how_sure_they_are(room: Room) -> None:
    await raised(room)
    said = await room.say("/watch alerts")
    assert "1 alert in the last 7 days, 1 with nobody" in said
    assert "Bridge collapses — nobody has it" in said
    assert "1 origin (NYT), not independently confirmed" in said
    assert "[I have it] /watch alert ack 1" in said


async def test_what_only_develops_waits_for_nobody_in_the_list(room: Room) -> None:
    await raised(room, level="developing")
    said = await room.say("/watch alerts")
    assert "1 alert in the last 7 days" in said
    assert "nobody" not in said


async def test_when_nothing_broke_the_list_says_so(room: Room) -> None:
    assert await room.say("/watch alerts 24h") == "Nothing broke in the last 24 hours."


async def test_a_day_is_the_desks_own_and_yesterday_has_nothing_of_today(room: Room) -> None:
    await room.say("/watch settings time-zone Asia/Tokyo")  # where it is 21:00
    await raised(room)
    room.clock.at = NOW + timedelta(hours=3, minutes=30)
    assert "Nothing broke today." in await room.say("/watch alerts today")
    assert "1 alert yesterday" in await room.say("/watch alerts yesterday")
    await raised(room, "Bridge is rebuilt", number=2, at=room.clock.at)
    assert "Bridge is rebuilt" not in await room.say("/watch alerts yesterday")
    assert "1 alert: 0 breaking, 1 urgent" in await room.say("/watch alert report yesterday")


async def test_anybody_may_take_an_alert_and_is_named(room: Room) -> None:
    await raised(room)
    assert "wants a number, not 'bridge': the alert's number, as in /watch alerts." in await room.say(
        "/watch alert ack bridge", READER
    )
    assert "It is yours" in await room.say("/watch alert ack #1", READER)
    assert "bo has it" in await room.say("/watch alerts")


async def test_an_alert_of_another_desk_is_none_of_ours(room: Room) -> None:
    await raised(room, desk="elsewhere")
    for line in ("ack 1", "show 1", "not-news 1", "ack 99"):
        assert "There is no alert" in await room.say(f"/watch alert {line}")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("30m", "Quiet until 12:30 UTC."),
        ("for 2 hours", "Quiet until 14:00 UTC."),
        ("until 8:00", "Quiet until 08:00 UTC on Tue 15 Sep."),
        ("", "Quiet until the event changes."),
        ("until it changes", "Quiet until the event changes."),
        ("until 8.30", "Quiet until 08:30 UTC on Tue 15 Sep."),
        ("until 8pm", "Quiet until 20:00 UTC."),
        ("until 14", "Quiet until 14:00 UTC."),
        ("till 14", "Quiet until 14:00 UTC."),
        ("for an hour", "Quiet until 13:00 UTC."),
        ("half an hour", "Quiet until 12:30 UTC."),
        ("until tomorrow 8:00", "Quiet until 08:00 UTC on Tue 15 Sep."),
        ("tomorrow at 14", "Quiet until 14:00 UTC on Tue 15 Sep."),
        ("14", "as a time to come"),
        ("yesterday", "as a time to come"),
        ("since 8:00", "as a time to come"),
        ("whenever", "as a time to come"),
    ],
)
async def test_a_snooze_is_read_as_people_say_it(room: Room, said: str, answer: str) -> None:
    await raised(room)
    assert answer in await room.say(f"/watch alert snooze 1 {said}".strip())


async def test_times_in_answers_are_by_the_clock_of_the_desk(room: Room) -> None:
    await room.say("/watch settings time-zone Europe/Warsaw")
    await raised(room)
    assert "It asks again at 14:15 CEST" in await room.say("/watch alert checking 1")
    assert "ada is checking since 14:00 CEST." in await room.say("/watch alert ack 1", READER)
    assert "Quiet until 08:00 CEST on Tue 15 Sep." in await room.say("/watch alert snooze 1 until 8:00")
    await room.say("/watch alert not-news 1")
    assert "closed it at 14:00 CEST: not news." in await room.say("/watch alert ack 1", READER)


async def test_a_rule_is_set_shown_and_undone(room: Room) -> None:
    topic = await watch(room.store, "kim-putin", "kim putin")
    assert "when an event is unusual" in await room.say("/watch alert rule kim-putin")
    said = await room.say("/watch alert rule kim-putin 3 outlets in 20 min")
    assert "when 3 independent outlets have an event within 20 min" in said
    async with room.store.reading() as db:
        assert await alerts.rules(db, [topic.id]) == {topic.id: Rule("count", 3, 20)}
    await room.say("/watch alert rule kim-putin auto")
    async with room.store.reading() as db:
        assert await alerts.rules(db, [topic.id]) == {}


async def test_a_rule_is_for_those_who_manage_the_desk(room: Room) -> None:
    await watch(room.store, "kim-putin", "kim putin")
    assert "for those who manage it" in await room.say("/watch alert rule kim-putin never", READER)


async def test_a_slip_in_a_rule_or_a_topic_says_what_is_meant(room: Room) -> None:
    await watch(room.store, "kim-putin", "kim putin")
    assert "auto, always, never" in await room.say("/watch alert rule kim-putin sometimes")
    assert "/watch alert rule kim-putin" in await room.say("/watch alert rule kim-puttin")


async def test_escalating_without_a_rota_says_how_to_set_one(room: Room) -> None:
    await raised(room)
    assert "/watch oncall set" in await room.say("/watch alert escalate 1")


async def test_a_report_counts_what_was_false_and_what_was_taken(room: Room) -> None:
    for number in (1, 2, 3):
        await raised(room, number=number)
    await room.say("/watch alert ack 1")
    await room.say("/watch alert not-news 2")
    said = await room.say("/watch alert report")
    assert "3 alerts: 0 breaking, 3 urgent, 0 developing" in said
    assert "1 was taken, in the median 20 min after the alert" in said
    assert "1 not news, 0 missed" in said
    room.clock.at += timedelta(days=1)
    await room.say("/watch alert ack 3")
    assert "2 were taken" in await room.say("/watch alert report yesterday"), "whenever it was pressed"
    assert "were taken" not in (today := await room.say("/watch alert report today"))
    assert "None." in today


async def test_a_missed_story_that_we_never_had_says_what_to_do(room: Room) -> None:
    said = await room.say("/watch alert missed https://example.org/x")
    assert "no feed of example.org is polled" in said
    assert "/watch feed add example.org" in said


async def test_an_old_alert_is_shown_with_the_day_of_its_times(room: Room) -> None:
    at = NOW - timedelta(days=3)
    lines = (Section(((Piece("11:40 UTC", "time", at=at),),)),)
    old = Alert(0, DESK.id, 1, "g", "urgent", Card("Bridge", sections=lines), EVIDENCE, (), at, at, at, at)
    async with room.store.writing() as db:
        await alerts.add(db, replace(old, state="acknowledged", person="bo", name="bo"))
    said = await room.say("/watch alert show 1")
    assert said.count(f"{at:%Y-%m-%d %H:%M} UTC") == 2
    assert f"bo has it since {at:%H:%M} UTC on {at:%a} {at.day} {at:%b}." in await room.say(
        "/watch alert ack 1"
    )


async def test_one_word_or_words_of_several_stories_are_no_missed_story(room: Room) -> None:
    told = [story("Bridge falls at Tarnby", hours=1), story("Bridge at Tarnby is built again", hours=2)]
    await record(room.store, told)
    assert "too many stories" in await room.say("/watch alert missed bridge")
    assert "too many" not in await room.say("/watch alert missed zebra")
    said = await room.say("/watch alert missed bridge tarnby")
    assert "Which was it?" in said
    assert "Noted" in await room.say(f"/watch alert missed {told[1].id}")
    assert "1 missed" in await room.say("/watch alert report")


async def test_a_missed_story_may_be_called_by_words_of_its_headline(room: Room) -> None:
    await record(room.store, [story("Bridge falls at Tarnby", hours=1)])
    assert "Bridge falls at Tarnby" in await room.say("/watch alert missed bridge tarnby")
