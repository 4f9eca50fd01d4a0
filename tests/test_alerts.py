"""Alerts, end to end: feeds over HTTP, every stage, escalation by the clock, presses, and a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from tests.chat.desks import text_of
from tests.fakes import FakeChat
from tests.newsrooms import Newsroom, event, opened
from tests.newsstand import Clock, Newsstand
from watcher.app import Bot
from watcher.chat.commands import Ask
from watcher.desk.breaking import Rule
from watcher.desk.oncall import Person, Rota, Shift
from watcher.models import Card, Desk, Feed, Place, Ref, Subscription, Topic
from watcher.store import alerts, desks, feeds, rotas, stories, subscriptions, topics

STRIKE = (
    "Harbour strike leaves forty container ships waiting off Rotterdam",
    "Forty container ships wait off Rotterdam as harbour strike goes on",
    "Rotterdam harbour strike keeps forty container ships waiting at sea",
    "Strike in Rotterdam harbour: forty container ships still wait off the coast",
)
TEAM = Desk("fake:9", "fake", "the foreign desk")
CHANNEL = Place("fake", "news")
ADA, BO, CHIEF = (Person(name, Place("fake", person=name)) for name in ("ada", "bo", "chief"))
WEEK = Shift(("ada", "bo"), date(2026, 8, 31))
ROTA = Rota((ADA, BO, CHIEF), (WEEK,), fallback=("chief",))
PAPERS = ("Morning Post", "Evening Star", "Harbour News", "Hill Echo")


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with (
        Newsstand(*PAPERS) as stand,
        opened(tmp_path, stand, Clock(), FakeChat(platform="console")) as room,
    ):
        await room.round()
        yield room


async def breaks(room: Newsroom, papers: int = 3, titles: tuple[str, ...] = STRIKE) -> None:
    """Some papers tell of an event within a quarter of an hour, and are polled."""
    for number in range(papers):
        at = room.clock.at + timedelta(minutes=5 * number)
        room.stand.papers[number].print(titles[number], at)
    await room.round(hours=1)


def alert_of(chat: FakeChat) -> Card:
    """The one alert that stands in a chat."""
    (found,) = [card for card in chat.messages.values() if card.tone == "alert" and card.buttons]
    return found


async def test_an_event_that_several_outlets_tell_at_once_is_alerted_once_with_its_evidence(
    newsroom: Newsroom,
) -> None:
    await breaks(newsroom)
    card = alert_of(newsroom.chat)
    said = text_of(card)
    assert "3 outlets, 3 origins" in said
    assert "2 independent confirmations" in said
    assert "within 10 min" in said
    assert [button.label for button in card.buttons][:2] == ["I have it", "Checking"]
    newsroom.stand.papers[3].print(STRIKE[3], newsroom.clock.at)
    await newsroom.round(hours=1)
    await newsroom.round(minutes=5)
    assert "4 outlets" in text_of(alert_of(newsroom.chat))


async def test_a_channel_that_is_told_of_events_at_once_is_not_told_of_one_that_alerts_twice(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(how="at once")
    await breaks(newsroom)
    alert_of(newsroom.chat)
    newsroom.stand.papers[3].print(STRIKE[3], newsroom.clock.at)
    newsroom.stand.papers[3].print(event(1), newsroom.clock.at)
    await newsroom.round(hours=1)
    alone = [card.title for ref, card in newsroom.chat.messages.items() if not ref.place.thread]
    assert alone[1:] == [event(1)]


async def test_what_was_told_on_the_day_before_has_its_day_beside_its_time(newsroom: Newsroom) -> None:
    newsroom.clock.forward(hours=12)
    newsroom.stand.papers[3].print(STRIKE[3], newsroom.clock.at)
    newsroom.clock.forward(hours=5, minutes=52)
    await breaks(newsroom)
    said = text_of(alert_of(newsroom.chat))
    assert "Hill Echo · 2026-09-05 18:00 UTC" in said
    assert "Morning Post · 23:52 UTC" in said, "which is just past"
    assert "Harbour News · 00:02 UTC" in said


async def test_an_event_that_one_outlet_tells_is_no_alert(newsroom: Newsroom) -> None:
    await breaks(newsroom, papers=1)
    assert newsroom.said == []


async def test_the_same_story_twice_in_one_outlet_is_no_confirmation(newsroom: Newsroom) -> None:
    for number, title in enumerate(STRIKE):
        newsroom.stand.papers[0].print(title, newsroom.clock.at + timedelta(minutes=number))
    await newsroom.round(hours=1)
    assert newsroom.said == []


async def test_what_was_in_the_feeds_before_they_were_added_never_alerts(tmp_path: Path) -> None:
    async with (
        Newsstand(*PAPERS) as stand,
        opened(tmp_path, stand, Clock(), FakeChat(platform="console")) as room,
    ):
        await breaks(room)
        assert room.said == []


async def test_an_event_of_days_ago_that_resurfaces_never_alerts(newsroom: Newsroom) -> None:
    for number in range(3):
        newsroom.stand.papers[number].print(STRIKE[number], newsroom.clock.at - timedelta(days=9))
    await newsroom.round(hours=1)
    assert newsroom.said == []


async def test_a_headline_mended_by_a_letter_alerts_nobody_again_and_says_nothing(newsroom: Newsroom) -> None:
    await breaks(newsroom)
    paper = newsroom.stand.papers[0]
    paper.items[0] = paper.items[0].replace("waiting off", "waiting of")
    await newsroom.round(hours=1)
    assert len(newsroom.said) == 1


async def test_a_headline_that_says_something_else_is_noted_in_the_alerts_thread(newsroom: Newsroom) -> None:
    await breaks(newsroom)
    paper = newsroom.stand.papers[0]
    paper.items[0] = paper.items[0].replace(
        "leaves forty container ships waiting off", "ends; forty container ships may enter"
    )
    await newsroom.round(hours=1)
    (_, noted) = newsroom.chat.messages.values()
    assert "→" in text_of(noted)
    assert "may enter" in text_of(noted)


async def test_a_notice_hours_later_that_a_story_is_gone_is_said_in_the_alerts_thread(
    newsroom: Newsroom,
) -> None:
    await breaks(newsroom)
    newsroom.clock.forward(hours=5)
    newsroom.stand.papers[0].print(f"KILL: {STRIKE[0]}", newsroom.clock.at)
    await newsroom.round(hours=1)
    assert newsroom.said.count("Taken back") == 1


async def test_a_story_that_is_taken_back_by_the_one_outlet_that_has_it_is_said_in_the_alerts_thread(
    newsroom: Newsroom,
) -> None:
    async with newsroom.house.store.writing() as db:
        await alerts.set_rule(db, 1, Rule("always"))
    await breaks(newsroom, papers=1)
    paper = newsroom.stand.papers[0]
    paper.items[0] = paper.items[0].replace("Harbour strike", "RETRACTED: Harbour strike")
    await newsroom.round(hours=7)
    assert "Withdrawn or corrected" in newsroom.text


async def test_a_later_story_posts_only_what_is_new_in_the_thread_with_its_source(newsroom: Newsroom) -> None:
    await breaks(newsroom)
    newsroom.stand.papers[3].print(
        STRIKE[3],
        newsroom.clock.at,
        summary="Dock union says 2,700 crane drivers joined and rejects mediation by the mayor.",
    )
    await newsroom.round(hours=1)
    (thread,) = newsroom.chat.threads
    (update,) = [card for card in newsroom.chat.in_thread(thread) if card.title == "What is new"]
    assert "2,700 crane drivers" in text_of(update)
    assert "Hill Echo" in text_of(update)
    assert update.tone == "plain", "one outlet's detail is for who reads the thread"


async def test_what_two_outlets_add_is_told_to_everybody_who_saw_the_alert(newsroom: Newsroom) -> None:
    await breaks(newsroom)
    for paper, summary in (
        (3, "Dock union says 2,700 crane drivers joined and rejects mediation by the mayor."),
        (2, "Two dockers were hurt when police cleared gate 17 before dawn, the harbour clinic says."),
    ):
        newsroom.stand.papers[paper].print(STRIKE[3], newsroom.clock.at, summary=summary)
    await newsroom.round(hours=1)
    (thread,) = newsroom.chat.threads
    (update,) = [card for card in newsroom.chat.in_thread(thread) if card.title == "What is new"]
    assert update.tone == "alert"


async def test_a_topic_whose_rule_is_never_does_not_alert(newsroom: Newsroom) -> None:
    await rule(newsroom, Rule("never"))
    await breaks(newsroom)
    assert newsroom.said == []


async def test_a_topic_whose_rule_is_always_alerts_for_one_outlet(newsroom: Newsroom) -> None:
    await rule(newsroom, Rule("always"))
    await breaks(newsroom, papers=1)
    assert "this topic's rule: always" in text_of(alert_of(newsroom.chat))


async def rule(room: Newsroom, wanted: Rule) -> None:
    async with room.house.store.writing() as db:
        await alerts.set_rule(db, 1, wanted)


async def test_alerts_beyond_the_cap_fold_into_one_message_that_grows(newsroom: Newsroom) -> None:
    await rule(newsroom, Rule("always"))
    for number in range(7):
        newsroom.stand.papers[number % 4].print(event(number), newsroom.clock.at)
    await newsroom.round(minutes=50)
    folded = [card for card in newsroom.chat.messages.values() if "more events broke" in card.title]
    assert [card.title for card in folded] == ["3 more events broke in The world"]
    assert len(newsroom.said) == 5


# ------------------------------------------------------------------------------------- on call


@asynccontextmanager
async def team(tmp_path: Path, stand: Newsstand, clock: Clock, chat: FakeChat) -> AsyncIterator[Newsroom]:
    """A newsroom whose desk is on a platform, with a rota; opened again it is the same after a restart."""
    terminal = FakeChat(platform="console")
    async with opened(tmp_path, stand, clock, terminal) as room:
        async with room.house.store.writing() as db:
            if await desks.ensure(db, TEAM):
                await topics.add(db, Topic(0, TEAM.id, "strike", "harbour strike", title="The strike"))
                await desks.set_setting(db, TEAM.id, "notices", "news")
                await rotas.put(db, TEAM.id, ROTA)
            await alerts.set_rule(db, 1, Rule("never"))
        room.bot = Bot(room.house, {"console": terminal, "fake": chat})
        room.chat = chat
        yield room


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with (
        Newsstand(*PAPERS) as stand,
        team(tmp_path, stand, Clock(), FakeChat()) as room,
    ):
        await room.round()
        yield room


def told(room: Newsroom, who: Person) -> list[str]:
    """The titles of what somebody was told in private."""
    return [card.title for ref, card in room.chat.messages.items() if ref.place == who.place]


def thread(room: Newsroom) -> list[Card]:
    """What was said in the threads of the desk's channel."""
    return [card for ref, card in room.chat.messages.items() if ref.place.thread]


async def say(room: Newsroom, who: Person, line: str) -> str:
    ask = Ask(TEAM, CHANNEL, person=who.place.person, may_manage=True)
    return text_of(await room.house.commands.run(ask, line))


async def test_a_rota_that_cannot_be_read_keeps_no_other_desk_from_its_alerts_and_calls(
    desk: Newsroom,
) -> None:
    lost = replace(ROTA, shifts=(replace(WEEK, time_zone="Atlantis/City"),))
    async with desk.house.store.writing() as db:
        await topics.add(db, Topic(0, "console", "lost", "harbour strike"))
        await rotas.put(db, "console", lost)
    async with desk.house.store.writing() as db:
        first = (await topics.topics(db, TEAM.id))[0]
        await topics.remove(db, TEAM.id, first.name, desk.clock.at)
        await topics.add(db, replace(first, name="later"))
    await breaks(desk)
    calls = len(told(desk, ADA))
    assert calls
    await waits(desk, 6)
    assert len(told(desk, ADA)) + len(told(desk, BO)) > calls


async def waits(room: Newsroom, minutes: float) -> None:
    """Let time pass as the clock does, not the feeds: escalate and deliver."""
    room.clock.forward(minutes=minutes)
    await room.house.alerts.tick()
    await room.bot.deliverer.deliver()


async def test_the_person_on_call_and_nobody_else_is_pinged_in_the_channel_and_in_private(
    desk: Newsroom,
) -> None:
    await breaks(desk)
    main = next(card for ref, card in desk.chat.messages.items() if ref.place == CHANNEL)
    assert main.pings == ("ada",)
    assert len(told(desk, ADA)) == 1
    assert told(desk, BO) == told(desk, CHIEF) == []


async def test_nobody_answers_again_then_the_next_then_the_fallback_then_no_more(desk: Newsroom) -> None:
    await breaks(desk)
    await waits(desk, 4)
    assert thread(desk) == []
    for _ in range(6):
        await waits(desk, 5)
    assert [card.pings for card in thread(desk)] == [("ada",), ("bo",), ("chief",)]
    assert [len(told(desk, who)) for who in (ADA, BO, CHIEF)] == [2, 1, 1]


async def test_it_stops_the_moment_somebody_has_it_and_the_messages_say_who(desk: Newsroom) -> None:
    await breaks(desk)
    assert "It is yours" in await say(desk, ADA, "/watch alert ack 1")
    for _ in range(6):
        await waits(desk, 5)
    assert thread(desk) == []
    for card in desk.chat.messages.values():
        assert "ada has it" in text_of(card)
        assert "I have it" not in [button.label for button in card.buttons]


async def test_of_two_who_press_the_first_has_it_and_the_second_is_told_who(desk: Newsroom) -> None:
    await breaks(desk)
    await say(desk, BO, "/watch alert ack 1")
    assert "bo has it since" in await say(desk, ADA, "/watch alert ack 1")
    assert "You have it already" in await say(desk, BO, "/watch alert ack 1")
    async with desk.house.store.reading() as db:
        found = await alerts.get(db, 1)
    assert found
    assert found.person == "bo"


async def test_who_is_checking_and_forgets_is_asked_again(desk: Newsroom) -> None:
    await breaks(desk)
    await say(desk, ADA, "/watch alert checking 1")
    await waits(desk, 14)
    assert thread(desk) == []
    await waits(desk, 2)
    assert [card.pings for card in thread(desk)] == [("ada",)]


async def test_a_snooze_ends_at_its_time(desk: Newsroom) -> None:
    await breaks(desk)
    await say(desk, ADA, "/watch alert snooze 1 30m")
    await waits(desk, 29)
    assert thread(desk) == []
    await waits(desk, 2)
    assert [card.pings for card in thread(desk)] == [("ada",)]
    assert "Nobody has it now." in text_of(thread(desk)[0]), "for half an hour Ada had it"
    await waits(desk, 5)
    assert "Nobody has had it for 5 minutes." in text_of(thread(desk)[-1])


async def test_a_snooze_until_it_changes_ends_when_more_outlets_have_materially_more(desk: Newsroom) -> None:
    await breaks(desk, papers=3)
    await say(desk, ADA, "/watch alert snooze 1")
    await waits(desk, 120)
    assert thread(desk) == []
    desk.stand.papers[0].print(
        "Police move in as harbour strike keeps forty container ships waiting off Rotterdam",
        desk.clock.at,
        summary="Mayor sends officers with water cannon to reopen blocked gates; eleven pickets arrested.",
    )
    desk.stand.papers[3].print(
        STRIKE[3],
        desk.clock.at,
        summary="Two tugs collided while towing a tanker away, spilling diesel near a bird reserve.",
    )
    await desk.round(hours=1)
    assert ("ada",) in [card.pings for card in thread(desk)]


async def test_not_news_silences_the_event_for_good(desk: Newsroom) -> None:
    await breaks(desk)
    await say(desk, BO, "/watch alert not-news 1")
    desk.stand.papers[3].print(STRIKE[3], desk.clock.at, summary="Ninety thousand tons of grain rot.")
    await desk.round(hours=1)
    assert thread(desk) == []
    assert "bo closed it" in await say(desk, ADA, "/watch alert ack 1")


async def test_not_news_is_taken_back_by_a_press_and_asks_for_somebody_again(desk: Newsroom) -> None:
    await breaks(desk)
    closed = await say(desk, BO, "/watch alert not-news 1")
    assert "[Undo] /watch alert reopen 1" in closed
    await waits(desk, 6)
    main = next(card for ref, card in desk.chat.messages.items() if ref.place == CHANNEL)
    assert [button.command for button in main.buttons] == ["/watch alert reopen 1"]
    assert "whoever is on call is asked in a minute" in await say(desk, CHIEF, "/watch alert reopen 1")
    assert "It is not closed. Nobody has it yet." in await say(desk, BO, "/watch alert reopen 1")
    await waits(desk, 0)
    assert [card.title for card in thread(desk)] == ["chief says that it is news after all; bo had closed it"]
    main = next(card for ref, card in desk.chat.messages.items() if ref.place == CHANNEL)
    assert "Nobody has it yet, reopened by chief" in text_of(main)
    await waits(desk, 1)
    assert [card.pings for card in thread(desk)[1:]] == [("ada",)]


async def test_escalating_by_hand_calls_the_next_at_once(desk: Newsroom) -> None:
    await breaks(desk)
    assert "bo is called now." in await say(desk, CHIEF, "/watch alert escalate 1")
    await waits(desk, 0)
    assert [card.pings for card in thread(desk)] == [("bo",)]
    await waits(desk, 5)
    assert [card.pings for card in thread(desk)] == [("bo",), ("chief",)]
    assert "Nobody else is in line: chief is called again." in await say(
        desk, ADA, "/watch alert escalate 1 --anyway"
    )


async def test_whoever_escalates_is_not_asked_again_but_the_next_and_a_second_press_is_no_second_step(
    desk: Newsroom,
) -> None:
    await breaks(desk)
    await say(desk, ADA, "/watch alert escalate 1")
    await waits(desk, 0)
    assert "ada escalated it" in (said := await say(desk, CHIEF, "/watch alert escalate 1"))
    assert "/watch alert escalate 1 --anyway" in said
    await waits(desk, 0)
    assert [card.pings for card in thread(desk)] == [("bo",)]
    await say(desk, CHIEF, "/watch alert escalate 1 --anyway")
    await waits(desk, 0)
    assert [card.pings for card in thread(desk)] == [("bo",), ("chief",)]


async def test_what_somebody_has_is_closed_by_another_only_all_the_same_and_they_are_told(
    desk: Newsroom,
) -> None:
    await breaks(desk)
    await say(desk, ADA, "/watch alert ack 1")
    for line in ("ack 1", "not-news 1", "escalate 1"):
        said = await say(desk, BO, f"/watch alert {line}")
        assert "ada has it since" in said
        assert f"/watch alert {line} --anyway" in said
    assert "Closed as not news" in await say(desk, BO, "/watch alert not-news 1 --anyway")
    await waits(desk, 0)
    (told_ada,) = thread(desk)
    assert told_ada.title == "bo closed it as not news; ada had it"
    assert told_ada.pings == ("ada",)


async def test_what_somebody_has_is_taken_over_with_a_second_press_and_they_are_told(desk: Newsroom) -> None:
    await breaks(desk)
    await say(desk, ADA, "/watch alert checking 1")
    assert "ada is checking since" in await say(desk, BO, "/watch alert ack 1")
    assert "ada is told that you took it over" in await say(desk, BO, "/watch alert ack 1 --anyway")
    await waits(desk, 0)
    (told_ada,) = thread(desk)
    assert told_ada.title == "bo took it over; ada had it"
    assert told_ada.pings == ("ada",)
    shown = await say(desk, CHIEF, "/watch alert show 1")
    assert f"bo has it since {desk.clock.at:%H:%M} UTC, taken over from ada" in shown
    assert "You have it already" in await say(desk, BO, "/watch alert ack 1 --anyway")
    await waits(desk, 60)
    assert len(thread(desk)) == 1, "nobody is called any more"
    assert "bo has it since" in await say(desk, ADA, "/watch alert ack 1")


async def test_one_person_on_two_platforms_is_one_person(desk: Newsroom) -> None:
    both = replace(ADA, also=(Place("slack", person="UADA"),))
    async with desk.house.store.writing() as db:
        await rotas.put(db, TEAM.id, replace(ROTA, people=(both, BO, CHIEF)))
    await breaks(desk)
    await say(desk, ADA, "/watch alert ack 1")
    there = Person("ada", Place("slack", person="UADA"))
    assert "You have it already" in await say(desk, there, "/watch alert ack 1")
    assert "You are checking" in await say(desk, there, "/watch alert checking 1")


async def test_a_restart_in_the_middle_goes_on_with_the_next_step(tmp_path: Path) -> None:
    clock, chat = Clock(), FakeChat()
    async with Newsstand(*PAPERS) as stand:
        async with team(tmp_path, stand, clock, chat) as room:
            await room.round()
            await breaks(room)
            await waits(room, 5)
        async with team(tmp_path, stand, clock, chat) as room:
            await waits(room, 5)
            assert [card.pings for card in thread(room)] == [("ada",), ("bo",)]
            await say(room, CHIEF, "/watch alert ack 1")
            await waits(room, 30)
            assert len(thread(room)) == 2


async def test_a_clock_that_jumps_ahead_takes_one_step_and_not_all_of_them(desk: Newsroom) -> None:
    await breaks(desk)
    await waits(desk, 600)
    assert [card.pings for card in thread(desk)] == [("ada",)]


async def test_a_clock_that_jumps_back_does_not_stop_the_escalation(desk: Newsroom) -> None:
    await breaks(desk)
    await waits(desk, -300)
    await waits(desk, 5)
    assert len(thread(desk)) >= 1


class ClosedTo(FakeChat):
    """A platform on which somebody takes no private messages, or has left."""

    def __init__(self, who: Person) -> None:
        super().__init__()
        self.who = who

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        self.refuses = place == self.who.place
        return await super().send(place, card, key)


def alert_of_channel(room: Newsroom) -> Card:
    """The alert as it stands in the desk's channels."""
    (found,) = [c for ref, c in room.chat.messages.items() if not ref.place.person and not ref.place.thread]
    return found


async def test_a_message_that_somebody_who_left_cannot_get_does_not_stop_the_escalation(
    desk: Newsroom,
) -> None:
    desk.chat = ClosedTo(ADA)
    desk.bot = Bot(desk.house, {"fake": desk.chat})
    await breaks(desk)
    await waits(desk, 5)
    await waits(desk, 5)
    assert told(desk, ADA) == []
    assert len(told(desk, BO)) == 1


async def test_a_rota_in_which_nobody_is_on_call_falls_back_at_once(desk: Newsroom) -> None:
    async with desk.house.store.writing() as db:
        await rotas.put(db, TEAM.id, replace(ROTA, shifts=()))
    await breaks(desk)
    assert len(told(desk, CHIEF)) == 1


async def test_who_escalates_where_nobody_can_be_woken_is_told_so(desk: Newsroom) -> None:
    async with desk.house.store.writing() as db:
        await rotas.put(db, TEAM.id, replace(ROTA, shifts=(), fallback=()))
    await breaks(desk)
    assert "Nobody is on call, and no fallback is set" in (
        said := await say(desk, BO, "/watch alert escalate 1")
    )
    assert "called" not in said
    unknown = tuple(Person(name, Place("fake")) for name in ("dee", "eve"))
    async with desk.house.store.writing() as db:
        await rotas.put(db, TEAM.id, Rota(unknown, (replace(WEEK, people=("dee", "eve")),)))
    assert "would be next, but I cannot wake them" in await say(desk, BO, "/watch alert escalate 1 --anyway")


async def test_without_a_rota_the_channel_is_told_and_nobody_is_called(desk: Newsroom) -> None:
    async with desk.house.store.writing() as db:
        await rotas.put(db, TEAM.id, Rota())
    await breaks(desk)
    await waits(desk, 30)
    (only,) = desk.chat.messages.values()
    assert only.pings == ()


async def test_a_desk_without_a_place_for_notices_is_told_by_calling_and_by_command(desk: Newsroom) -> None:
    async with desk.house.store.writing() as db:
        await desks.set_setting(db, TEAM.id, "notices", "")
    await breaks(desk)
    assert len(told(desk, ADA)) == 1
    assert STRIKE[0].split()[0] in await say(desk, BO, "/watch alerts")


async def test_without_a_place_for_notices_an_alert_goes_where_the_topic_is_read(desk: Newsroom) -> None:
    async with desk.house.store.writing() as db:
        await desks.set_setting(db, TEAM.id, "notices", "")
        for channel, heard in (("digests", ("strike",)), ("elsewhere", ("other",))):
            await subscriptions.add(db, Subscription(0, TEAM.id, Place("fake", channel), heard))
    await breaks(desk)
    assert {ref.place.channel for ref in desk.chat.messages if not ref.place.person} == {"digests"}
    assert alert_of_channel(desk).pings == ("ada",)


async def test_who_takes_no_private_messages_where_no_channel_has_the_alert_costs_no_time(
    desk: Newsroom,
) -> None:
    closed = ClosedTo(ADA)
    desk.chat, desk.bot = closed, Bot(desk.house, {"fake": closed})
    async with desk.house.store.writing() as db:
        await desks.set_setting(db, TEAM.id, "notices", "")
    await breaks(desk)
    for _ in range(3):
        await waits(desk, 0.2)
    assert told(desk, ADA) == []
    assert len(told(desk, BO)) == 1


async def test_who_is_told_on_another_platform_has_their_time_to_answer(desk: Newsroom) -> None:
    both = replace(ADA, also=(Place("slack", person="UADA"),))
    closed, other = ClosedTo(ADA), FakeChat(platform="slack")
    desk.chat, desk.bot = closed, Bot(desk.house, {"fake": closed, "slack": other})
    async with desk.house.store.writing() as db:
        await desks.set_setting(db, TEAM.id, "notices", "")
        await rotas.put(db, TEAM.id, replace(ROTA, people=(both, BO, CHIEF)))
    await breaks(desk)
    for _ in range(3):
        await waits(desk, 0.2)
    assert [ref.place.person for ref in other.messages] == ["UADA"]
    assert told(desk, BO) == []


async def test_quiet_hours_hold_digests_and_no_alert(desk: Newsroom) -> None:
    await breaks(desk)
    assert desk.clock.at.time() < time(8)
    assert len(told(desk, ADA)) == 1


async def test_while_a_platform_is_away_another_desk_hears_of_it_once(desk: Newsroom) -> None:
    desk.chat.away = True
    await breaks(desk)
    terminal = FakeChat(platform="console")
    desk.bot = Bot(desk.house, {"console": terminal, "fake": desk.chat})
    for _ in range(3):
        await desk.round(minutes=20)
        await desk.house.deadman.look()
    await desk.bot.deliverer.deliver()
    assert [card.title for card in terminal.messages.values()] == ["Fake cannot be reached"]
    desk.chat.away = False
    desk.clock.forward(minutes=20)
    await desk.bot.deliverer.deliver()
    assert len(told(desk, ADA)) == 1


async def test_when_every_feed_fails_the_desk_is_told_once_and_of_the_end_once(newsroom: Newsroom) -> None:
    for paper in newsroom.stand.papers:
        paper.status = 500
    for _ in range(20):  # longer than the pauses between two polls of an ill feed grow
        await newsroom.round(minutes=20)
        await newsroom.house.deadman.look()
    await newsroom.bot.deliverer.deliver()
    assert newsroom.said.count("Watcher has heard nothing for 30 minutes") == 1
    assert "Watcher hears the feeds again" not in newsroom.said
    for paper in newsroom.stand.papers:
        paper.status = 200
    await newsroom.round(hours=7)
    await newsroom.house.deadman.look()
    await newsroom.bot.deliverer.deliver()
    assert newsroom.said[-1] == "Watcher hears the feeds again"


async def test_a_silence_ends_without_a_word_where_all_feeds_are_removed(newsroom: Newsroom) -> None:
    store, look = newsroom.house.store, newsroom.house.deadman.look
    silent = newsroom.clock.forward(hours=2)
    await look()
    async with store.writing() as db:
        for feed in await feeds.all_feeds(db):
            await feeds.remove(db, feed.url)
    await look()
    async with store.writing() as db:
        await feeds.add(db, [Feed(0, "https://new.example/", next_poll_at=silent)])
    newsroom.clock.forward(hours=2)
    await look()
    await newsroom.bot.deliverer.deliver()
    assert newsroom.said == ["Watcher has heard nothing for 30 minutes"] * 2


async def test_two_who_press_at_the_same_moment_are_told_apart(desk: Newsroom) -> None:
    import asyncio

    await breaks(desk)
    answers = await asyncio.gather(*(say(desk, who, "/watch alert ack 1") for who in (ADA, BO, CHIEF)))
    assert sum("It is yours" in answer for answer in answers) == 1
    assert sum("has it since" in answer for answer in answers) == 2


async def test_the_alert_is_counted_with_its_times_in_the_report(desk: Newsroom) -> None:
    await breaks(desk)
    desk.clock.forward(minutes=4)
    await say(desk, ADA, "/watch alert ack 1")
    async with desk.house.store.reading() as db:
        found = await stories.search(db, "harbour strike", 1)
    await say(desk, BO, f"/watch alert missed {found[0].id}")
    said = await say(desk, ADA, "/watch alert report")
    assert "1 was taken, in the median 4 min after the alert" in said
    assert "0 not news, 1 missed" in said


async def test_nothing_new_is_said_when_outlets_mend_a_letter(desk: Newsroom) -> None:
    await breaks(desk)
    await say(desk, ADA, "/watch alert ack 1")
    before = len(desk.chat.messages)
    for paper in desk.stand.papers[:3]:
        paper.items[0] = paper.items[0].replace("forty", "fourty")
    await desk.round(hours=1)
    assert len(desk.chat.messages) == before
