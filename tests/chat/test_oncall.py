"""Setting, reading, swapping and carrying rotas, as people type them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from tests.chat.desks import DESK, EDITOR, HERE, NOW, READER, Room, text_of, undo_of
from watcher.chat.commands.people import read_date, read_days
from watcher.chat.commands.words import Misspoken
from watcher.desk.oncall import Rota, who_is_on_call
from watcher.models import Attachment
from watcher.store import rotas

CY = replace(READER, person="cy")


async def rota_of(room: Room) -> Rota:
    async with room.store.reading() as db:
        return await rotas.get(db, DESK.id)


async def test_without_a_rota_who_says_where_alerts_go_and_how_to_set_one(room: Room) -> None:
    said = await room.say("/watch oncall who")
    assert "There is no rota." in said
    assert "/watch oncall set" in said


async def test_a_weekly_rota_around_the_clock_is_one_line(room: Room) -> None:
    said = await room.say("/watch oncall set ada,bo,cy Europe/Warsaw")
    assert "The rota is set" in said
    found = await rota_of(room)
    (shift,) = found.shifts
    assert (shift.since, shift.start, shift.time_zone) == (date(2026, 9, 14), time(9), "Europe/Warsaw")
    assert "ada is on call" in await room.say("/watch oncall who")
    assert "Nobody" not in said


async def test_handover_turns_and_weekday_can_be_said(room: Room) -> None:
    await room.say("/watch oncall set ada,bo daily 8:00")
    assert (await rota_of(room)).shifts[0].turns == "daily"
    await room.say("/watch oncall set ada,bo 18:30 --day friday")
    (shift,) = (await rota_of(room)).shifts
    assert (shift.since.weekday(), shift.start) == (4, time(18, 30))
    await room.say("/watch oncall set ada,bo daily 8pm")
    assert (await rota_of(room)).shifts[0].start == time(20)


async def test_a_time_or_a_city_is_taken_for_nobody(room: Room) -> None:
    for line in ("@ada daily 8:00 Warsaw", "ada,bo 8", "@ada Warsaw"):
        assert "is nobody's name. A time of day is written" in await room.say(f"/watch oncall set {line}")
    assert await rota_of(room) == rotas.NOBODY


async def test_hours_of_every_day_may_be_said_as_daily(room: Room) -> None:
    await room.say("/watch oncall shift ada,bo daily 22-6 daily")
    (shift,) = (await rota_of(room)).shifts
    assert (len(shift.days), shift.start, shift.end, shift.turns) == (7, time(22), time(6), "daily")


async def test_mentions_are_people_that_can_be_woken_and_bare_names_are_said_not_to_be(room: Room) -> None:
    there = replace(EDITOR, desk=replace(DESK, platform="fake"), place=replace(HERE, platform="fake"))
    said = await room.say("/watch oncall set <@!123>,<@U7|Bo>,Ann=<@44>,dee", there)
    people = {person.name: person.place.person for person in (await rota_of(room)).people}
    assert people == {"123": "123", "Bo": "U7", "Ann": "44", "dee": ""}
    assert "I cannot wake dee" in said


async def test_mentions_may_stand_side_by_side_as_platforms_write_them(room: Room) -> None:
    await room.commands.call(EDITOR, "watch oncall set", people="<@1> <@2|cy> and Dee Doe=<@3>")
    (shift,) = (await rota_of(room)).shifts
    assert shift.people == ("1", "cy", "Dee Doe")
    assert all(person.places for person in (await rota_of(room)).people)


@pytest.mark.parametrize("many", ["@everyone", "here", "<@&77>", "<!subteam^S7>"])
async def test_nobody_in_particular_is_never_on_call(room: Room, many: str) -> None:
    assert "is nobody in particular" in await room.say(f"/watch oncall set {many}")
    assert await rota_of(room) == rotas.NOBODY


async def test_who_has_no_duty_any_more_is_not_said_to_be_out_of_reach(room: Room) -> None:
    abroad = replace(EDITOR, place=replace(HERE, platform="fake"))
    assert "I cannot wake ada, bo" in await room.say("/watch oncall set ada,bo", abroad)
    said = await room.say("/watch oncall set <@1>,<@2>", abroad)
    assert "I cannot wake" not in said
    many = ",".join(f"p{number}" for number in range(30))
    assert "p7 and 22 more" in await room.say(f"/watch oncall set {many}", abroad)


async def test_hours_with_nobody_are_said_at_once_when_they_are_set(room: Room) -> None:
    said = await room.say("/watch oncall shift ada mon-fri 9:00-17:00")
    assert "Mind" in said
    assert "Nobody: 2026-09-14 17:00 UTC" in said
    assert "to the fallback then, or to the channel" in said


async def test_setting_is_for_those_who_manage_and_taking_is_for_everybody(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    assert "who manage it" in await room.say("/watch oncall set bo", CY)
    assert "You are on call until 20:00 UTC" in await room.say("/watch oncall take until 20:00", CY)
    found = who_is_on_call(await rota_of(room), NOW + timedelta(hours=1))
    assert found
    assert found.person == "cy"


async def test_a_duty_that_has_no_end_is_given_none(room: Room) -> None:
    assert "ada 2026-09-14 12:00 UTC and on" in await room.say("/watch oncall set ada")
    assert "ada is on call for the next weeks" in " ".join((await room.say("/watch oncall who")).split())
    await room.say("/watch oncall take until 20:00", CY)
    assert "ada 2026-09-14 20:00 UTC and on" in await room.say("/watch oncall who")
    assert " and on" not in await room.say("/watch oncall set ada,bo")


async def test_a_duty_that_is_taken_ends_by_the_clock_of_the_desk(room: Room) -> None:
    await room.say("/watch settings time-zone Europe/Warsaw")
    await room.say("/watch oncall set ada,bo")
    assert "You are on call until 08:00 CEST" in await room.say("/watch oncall take until 8:00", CY)


async def test_two_swap_their_next_duties_and_others_may_not_do_it_for_them(room: Room) -> None:
    await room.say("/watch oncall set ada,bo,cy")
    assert "those of others" in await room.say("/watch oncall swap ada bo", CY)
    said = await room.say("/watch oncall swap me bo", CY)
    assert "cy and bo swapped" in said
    found = who_is_on_call(await rota_of(room), NOW + timedelta(days=8))
    assert found
    assert found.person == "cy"


async def test_who_is_not_in_the_rota_is_said_with_who_is(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    assert "There is ada, bo" in await room.say("/watch oncall swap ada zed")


async def test_days_away_pass_the_turn_to_the_next(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    assert "Write 2026-12-24, tomorrow" in await room.say("/watch oncall away ada yesterday")
    await room.say("/watch oncall away ada 2026-09-15 2026-09-16")
    found = who_is_on_call(await rota_of(room), NOW + timedelta(days=1))
    assert found
    assert found.person == "bo"
    assert "ada is away 2026-09-15 – 2026-09-16" in await room.say("/watch oncall rota")


async def test_what_somebody_took_stays_theirs_when_they_are_away_and_is_named(room: Room) -> None:
    await room.say("/watch oncall set ada,bo daily 9:00")
    await room.say("/watch oncall swap ada bo")
    _, taken = (await rota_of(room)).overrides
    said = await room.say(f"/watch oncall away ada {taken.start:%Y-%m-%d}")
    assert "Still ada's in these days" in said
    assert said.count("ada and bo swapped") >= 1
    assert "/watch oncall swap ada" in said
    assert "Still" not in await room.say("/watch oncall away bo 2026-12-24")


async def test_a_fallback_is_named_with_the_rota(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    await room.say("/watch oncall fallback chief")
    assert "If nobody answers: chief." in await room.say("/watch oncall who")


async def test_a_fallback_is_taken_away_again(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    await room.say("/watch oncall fallback chief")
    assert "nobody more is woken" in await room.say("/watch oncall fallback off")
    assert (await rota_of(room)).fallback == ()


async def test_a_rota_goes_out_as_a_calendar_and_comes_back(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    card = await room.run("/watch oncall export")
    (file,) = card.files
    assert file.name == "oncall.ics"

    async def opened(name: str) -> Attachment:
        return file

    said = text_of(await room.run("/watch oncall import oncall.ics", replace(EDITOR, open_file=opened)))
    assert "duties imported" in said
    again = text_of(await room.run("/watch oncall import oncall.ics", replace(EDITOR, open_file=opened)))
    assert "0 duties imported" in again
    assert len((await rota_of(room)).overrides) > 10


async def test_a_file_that_is_no_calendar_is_said_to_be_none(room: Room) -> None:
    async def opened(name: str) -> Attachment:
        return Attachment(name, b"not a calendar")

    card = await room.run("/watch oncall import x.ics", replace(EDITOR, open_file=opened))
    assert "That is no iCalendar file" in text_of(card)


async def test_of_two_who_change_the_rota_at_once_one_is_asked_to_look_again(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    lines = ("/watch oncall take 12h", "/watch oncall fallback chief")
    answers = await asyncio.gather(*(room.say(line) for line in lines))
    found = await rota_of(room)
    lost = sum("Somebody changed the rota" in answer for answer in answers)
    assert lost + len(found.overrides) + len(found.fallback) == 2


async def test_a_rota_is_cleared_and_that_is_taken_back_by_a_press(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    await room.say("/watch oncall fallback chief")
    before = await rota_of(room)
    cleared = await room.run("/watch oncall clear")
    assert await rota_of(room) == rotas.NOBODY
    assert "There is no rota." in await room.say("/watch oncall clear")
    assert "The rota is what it was before" in await room.say(undo_of(cleared))
    assert await rota_of(room) == before
    assert "changed again since" in await room.say(undo_of(cleared)), "a second, late press does nothing"
    await room.say("/watch oncall undo")
    assert await rota_of(room) == rotas.NOBODY, "said again, it is made again"


async def test_a_change_of_the_rota_is_taken_back_by_whoever_made_it_or_manages(room: Room) -> None:
    assert "No change of the rota is known" in await room.say("/watch oncall undo")
    await room.say("/watch oncall set ada,bo")
    before = await rota_of(room)
    assert "others' are for those who manage" in await room.say("/watch oncall undo", CY)
    taken = await room.run("/watch oncall take 12h", CY)
    assert "The rota is what it was before" in await room.say(undo_of(taken), CY)
    assert await rota_of(room) == before
    swapped = await room.run("/watch oncall swap me bo")
    await room.say(undo_of(swapped))
    assert await rota_of(room) == before


async def test_who_swaps_with_themself_or_was_away_is_told_so(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    before = await rota_of(room)
    assert "That is ada twice: say with whom." in await room.say("/watch oncall swap me ada")
    assert "2026-09-13 is over already." in await room.say("/watch oncall away me 2026-09-13")
    assert await rota_of(room) == before
    assert "ada is away on 2026-12-24" in await room.say("/watch oncall away me 24.12.2026")


async def test_what_was_set_is_said_though_it_begins_later(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    said = await room.say("/watch oncall shift cy weekends 8:00-20:00")
    assert "cy: Sat, Sun 08:00–20:00 UTC" in said
    assert "/watch oncall holiday PL @dee,@eli" in await room.say("/watch oncall holiday PL")
    assert "--day monday" in await room.say("/watch oncall set ada,bo --day funday")


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("sat,sun", (5, 6)),
        ("fri-mon", (0, 4, 5, 6)),
        ("daily", (0, 1, 2, 3, 4, 5, 6)),
        ("Wednesday", (2,)),
    ],
)
def test_days_are_read_as_people_write_them(said: str, days: tuple[int, ...]) -> None:
    assert read_days(said) == days


def test_days_that_are_none_are_said_so() -> None:
    with pytest.raises(Misspoken, match="as days"):
        read_days("mond-fry")


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-12-24", (2026, 12, 24)),
        ("24.12.", (2026, 12, 24)),
        ("1.3.", (2027, 3, 1)),
        ("friday", (2026, 9, 18)),
    ],
)
def test_dates_are_read_as_people_write_them(said: str, day: tuple[int, int, int]) -> None:
    assert read_date(said, NOW.date()) == date(*day)


async def test_holidays_have_a_shift_of_their_own_that_the_rota_shows(room: Room) -> None:
    await room.say("/watch oncall set ada,bo")
    said = await room.say("/watch oncall holiday PL dee zone:Europe/Warsaw")
    assert "dee: on call on the holidays of PL" in said
    assert "Sun 01 Nov 2026 All Saints' Day" in said
    assert "dee: the holidays of PL, in turn" in await room.say("/watch oncall rota")
    assert "two letters" in await room.say("/watch oncall holiday XX dee")
    await room.say("/watch oncall holiday off")
    assert "holidays" not in await room.say("/watch oncall rota")
