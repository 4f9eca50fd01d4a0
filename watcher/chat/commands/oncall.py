"""`/watch oncall …`: who is on call, the rota, and how it is set, swapped, taken and carried elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from watcher.chat.commands import cards
from watcher.chat.commands.alerts import read_until
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.people import (
    called,
    joined,
    last_weekday,
    of_rota,
    read_date,
    read_days,
    read_hours,
    read_people,
)
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.subscriptions import ZONE_SHAPE
from watcher.chat.commands.words import Misspoken
from watcher.desk.calendars import read_calendar, write_calendar
from watcher.desk.clock import clock_time, parse_time, zone_of
from watcher.desk.compose import count
from watcher.desk.holidays import public_holidays
from watcher.desk.oncall import (
    Away,
    Duty,
    HolidayShift,
    Override,
    Person,
    Rota,
    Shift,
    gaps,
    next_duty,
    roster,
    swapped,
    who_is_on_call,
    without_past,
)
from watcher.models import Attachment, Button, Card, Line, Section
from watcher.store import desks, rotas, subscriptions

_AHEAD = timedelta(days=14)
_QUARTER = timedelta(days=92)
_LONGEST_LIST = 20
_SET = ("/watch oncall set @ada,@bo,@cy", "/watch oncall set @ada,@bo daily 8:00 Europe/Warsaw")
_ROTA = ("/watch oncall rota",)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Turns = Literal["weekly", "daily"]
_People = Annotated[tuple[str, ...], Arg("who: mentions, with commas between them")]
_Zone = Annotated[str, Arg("whose time of day: Europe/Warsaw", source="zone", shape=ZONE_SHAPE)]


@command("watch oncall who", examples=("/watch oncall who",))
async def who(newsroom: Newsroom, ask: Ask) -> Card:
    """Who is on call now, until when, and who comes next."""
    rota, now = await _rota(newsroom, ask), newsroom.now()
    if rota == rotas.NOBODY:
        return cards.card(
            "There is no rota.",
            cards.section("Alerts go to the channel that has the notices, and wake nobody."),
            cards.commands_list(_SET, "Set one"),
        )
    duties = roster(rota, now, now + _AHEAD)
    following = [cards.section(*(_duty_line(duty) for duty in duties[1:4]), heading="Then")]
    found = who_is_on_call(rota, now)
    title = f"{found.person} is on call" if found else "Nobody is on call"
    until = cards.line("until ", cards.when(duties[0].end), cards.quiet(f" · {duties[0].why}"))
    return cards.card(title, cards.section(until), *following, _fallback_section(rota))


def _fallback_section(rota: Rota) -> Section:
    names = ", ".join(rota.fallback) or "everybody in the channel"
    return cards.section(f"If nobody answers: {names}.")


@command("watch oncall rota", examples=("/watch oncall rota",))
async def rota_list(newsroom: Newsroom, ask: Ask) -> Card:
    """Who is on call in the next two weeks, and when nobody is."""
    rota, now = await _rota(newsroom, ask), newsroom.now()
    if rota == rotas.NOBODY:
        raise Misspoken("There is no rota yet.", _SET)
    duties = roster(rota, now, now + _AHEAD)
    away = [f"{one.person} is away {one.first} – {one.last}" for one in rota.away if one.last >= now.date()]
    more = f"and {len(duties) - _LONGEST_LIST} more" if len(duties) > _LONGEST_LIST else ""
    return cards.card(
        "On call",
        cards.section(*(_duty_line(duty) for duty in duties[:_LONGEST_LIST]), more),
        cards.section(*(_shift_words(rota, shift) for shift in rota.shifts), heading="Shifts", bullets=True),
        cards.section(
            *(f"{', '.join(one.people)}: the holidays of {one.country}, in turn" for one in rota.holidays),
            *away,
            bullets=True,
        ),
        _fallback_section(rota),
        _gap_section(rota, now),
        await _unheard_section(newsroom, ask),
    )


def _duty_line(duty: Duty) -> Line:
    name = cards.strong(duty.person) if duty.person else cards.quiet("nobody")
    why = cards.quiet(f" · {duty.why}" if duty.why and "turn" not in duty.why else "")
    return cards.line(name, " ", cards.when(duty.start), cards.quiet(" – "), cards.when(duty.end), why)


def _shift_words(rota: Rota, shift: Shift) -> str:
    days = "every day" if len(shift.days) == 7 else ", ".join(_DAYS[day][:3] for day in shift.days)
    hours = (
        f"{shift.start:%H:%M}–{shift.end:%H:%M}" if shift.start != shift.end else f"from {shift.start:%H:%M}"
    )
    turns = f", {shift.turns} turns" if len(shift.people) > 1 else ""
    return f"{', '.join(shift.people)}: {days} {hours} {shift.time_zone}{turns}"


def _gap_section(rota: Rota, now: datetime) -> Section:
    """What is said at once when a rota is set that leaves somebody out in the rain."""
    empty = gaps(rota, now, now + _AHEAD)
    mute = [p.name for p in rota.people if not p.places and p.place.platform != desks.CONSOLE]
    lines: list[Line | str] = [
        cards.line("Nobody: ", cards.when(gap.start), cards.quiet(" – "), cards.when(gap.end))
        for gap in empty[:5]
    ]
    if len(empty) > 5:
        lines.append(f"and {len(empty) - 5} more such times")
    if empty:
        lines.append("Alerts go to the fallback then, or to the channel.")
    idle = _never_on_call(rota, now)
    if idle:
        lines.append(f"Other shifts leave nothing to {', '.join(idle)} in the next three months.")
    if mute:
        lines.append(f"I cannot wake {', '.join(mute)}: mention them (@name) so that I know who they are.")
    return cards.section(*lines, heading="Mind" if lines else "")


async def _unheard_section(newsroom: Newsroom, ask: Ask) -> Section:
    """Says that alerts have no channel: somebody who takes no private messages would hear of nothing."""
    async with newsroom.store.reading() as db:
        heard = [place for desk, place in await desks.notice_places(db) if desk == ask.desk.id]
        heard = heard or await subscriptions.channels(db, ask.desk.id)
    if heard:
        return cards.section()
    said = "Alerts have no channel here, so they reach people in private only. In the channel to have them: "
    return cards.section(cards.line(said, cards.code("/watch settings notices here")))


def _never_on_call(rota: Rota, now: datetime) -> list[str]:
    """Those who stand in a shift and have no duty to come: other shifts have all their hours."""
    named = dict.fromkeys(name for shift in rota.shifts for name in shift.people)
    have = {duty.person for duty in roster(rota, now, now + _QUARTER)}
    return [name for name in named if name not in have]


# ---------------------------------------------------------------------------------------- setting


@command("watch oncall set", manager=True, examples=_SET)
async def set_(
    newsroom: Newsroom,
    ask: Ask,
    people: _People,
    turns: Annotated[Turns, Arg("whether turns are of a week or a day")] = "weekly",
    handover: Annotated[str, Arg("when one hands over: 9:00", shape=r"\d{1,2}[:.h]\d{2}")] = "9:00",
    zone: _Zone = "",
    day: Annotated[str, Arg("on which day of the week: monday", named=True)] = "monday",
) -> Card:
    """Set a rota in which people take turns around the clock; it replaces the shifts there were."""
    rota = await _rota(newsroom, ask)
    named = await called(read_people(people, rota, ask), ask)
    place = zone_of(zone or await _zone(newsroom, ask)).key
    local = newsroom.now().astimezone(ZoneInfo(place))
    since = last_weekday(read_days(day)[0], local) if turns == "weekly" else local.date()
    at = parse_time(handover)
    shift = Shift(tuple(p.name for p in named), since, at, at, turns=turns, time_zone=place)
    changed = replace(rota, people=joined(rota, named), shifts=(shift,))
    return await _save(newsroom, ask, rota, changed, "The rota is set")


@command(
    "watch oncall shift",
    manager=True,
    examples=(
        "/watch oncall shift @ada,@bo mon-fri 9:00-17:00",
        "/watch oncall shift @cy weekends 8:00-8:00",
    ),
)
async def shift(
    newsroom: Newsroom,
    ask: Ask,
    people: _People,
    days: Annotated[str, Arg("on which days it begins: mon-fri, sat,sun, daily")],
    hours: Annotated[str, Arg("from when to when: 9:00-17:00, 22-6")],
    turns: Annotated[Turns, Arg("whether turns are of a week or a day")] = "weekly",
    zone: _Zone = "",
) -> Card:
    """Add hours of a rota; where shifts overlap the last one added has it."""
    rota = await _rota(newsroom, ask)
    named = await called(read_people(people, rota, ask), ask)
    place = zone_of(zone or await _zone(newsroom, ask)).key
    since = last_weekday(0, newsroom.now().astimezone(ZoneInfo(place)))
    start, end = read_hours(hours)
    made = Shift(tuple(p.name for p in named), since, start, end, read_days(days), turns, place)
    changed = replace(rota, people=joined(rota, named), shifts=(made, *rota.shifts))
    return await _save(newsroom, ask, rota, changed, "The shift is added")


@command(
    "watch oncall holiday",
    manager=True,
    examples=(
        "/watch oncall holiday PL @dee,@eli",
        "/watch oncall holiday DE-BY @dee",
        "/watch oncall holiday off",
    ),
)
async def holiday(
    newsroom: Newsroom,
    ask: Ask,
    country: Annotated[str, Arg("whose public holidays: PL, DE-BY; off for none")],
    people: Annotated[tuple[str, ...], Arg("who takes them in turn")] = (),
    zone: _Zone = "",
) -> Card:
    """Have somebody else on call on public holidays."""
    rota = await _rota(newsroom, ask)
    if country.casefold() in ("off", "none"):
        return await _save(newsroom, ask, rota, replace(rota, holidays=()), "Holidays are as any other day")
    named = await called(read_people(people, rota, ask), ask)
    place = zone_of(zone or await _zone(newsroom, ask)).key
    today = newsroom.now().astimezone(ZoneInfo(place)).date()
    days = await asyncio.to_thread(public_holidays, country, today)
    made = HolidayShift(tuple(p.name for p in named), country.strip().upper(), place, days)
    others = tuple(one for one in rota.holidays if one.country != made.country)
    changed = replace(rota, people=joined(rota, named), holidays=(*others, made))
    coming = [one for one in days if one[0] >= today][:3]
    lines = [cards.line(cards.strong(f"{day:%a %d %b %Y}"), cards.quiet(f" {name}")) for day, name in coming]
    title = f"{', '.join(made.people)}: on call on the holidays of {made.country}"
    return await _save(newsroom, ask, rota, changed, title, lines)


@command("watch oncall fallback", manager=True, examples=("/watch oncall fallback @chief,@deputy",))
async def fallback(newsroom: Newsroom, ask: Ask, people: _People) -> Card:
    """Who is told when nobody on call answers, or nobody is on call."""
    rota = await _rota(newsroom, ask)
    named = await called(read_people(people, rota, ask), ask)
    changed = replace(rota, people=joined(rota, named), fallback=tuple(p.name for p in named))
    return await _save(newsroom, ask, rota, changed, f"If nobody answers: {', '.join(changed.fallback)}")


@command("watch oncall clear", manager=True, examples=("/watch oncall clear",))
async def clear(newsroom: Newsroom, ask: Ask) -> Card:
    """Have no rota any more: alerts go to the channel and wake nobody."""
    async with newsroom.store.writing() as db:
        await rotas.put(db, ask.desk.id, rotas.NOBODY)
    return cards.card("There is no rota any more", tone="good")


# ------------------------------------------------------------------------------- taking, swapping


@command("watch oncall take", examples=("/watch oncall take until 8:00", "/watch oncall take 12h"))
async def take(
    newsroom: Newsroom, ask: Ask, until: Annotated[str, Rest("until when: 12h, until 8:00")] = "12h"
) -> Card:
    """Be on call yourself from now until some time."""
    rota, now = await _rota(newsroom, ask), newsroom.now()
    (me,) = read_people(("me",), rota, ask)
    zone = await _zone(newsroom, ask)
    end = read_until(until, now, zone)
    if end is None:
        raise Misspoken("Say until when you take it.", ("/watch oncall take until 8:00",))
    taken = Override(me.name, now, end, f"{me.name} took it")
    changed = replace(rota, people=joined(rota, (me,)), overrides=(*rota.overrides, taken))
    return await _save(newsroom, ask, rota, changed, f"You are on call until {clock_time(end, zone)}")


@command("watch oncall swap", examples=("/watch oncall swap me @bo",))
async def swap(
    newsroom: Newsroom,
    ask: Ask,
    one: Annotated[str, Arg("who, or me")],
    other: Annotated[str, Arg("with whom")],
) -> Card:
    """Exchange the next duties of two people."""
    rota, now = await _rota(newsroom, ask), newsroom.now()
    first, second = of_rota(one, rota, ask), of_rota(other, rota, ask)
    if not ask.may_manage and _me(rota, ask) not in (first, second):
        raise Misspoken("You can swap your own duty; those of others are for those who manage this desk.")
    made = swapped(rota, first.name, second.name, now)
    if not made:
        idle = next(p.name for p in (first, second) if next_duty(rota, p.name, now) is None)
        raise Misspoken(f"{idle} has no duty in the next three months, so there is nothing to swap.")
    changed = replace(rota, overrides=(*rota.overrides, *made))
    lines = [_duty_line(Duty(o.person, o.start, o.end)) for o in made]
    return await _save(newsroom, ask, rota, changed, f"{first.name} and {second.name} swapped", lines)


@command("watch oncall away", examples=("/watch oncall away me 2026-12-24 2027-01-02",))
async def away(
    newsroom: Newsroom,
    ask: Ask,
    person: Annotated[str, Arg("who, or me")],
    first: Annotated[str, Arg("the first day: 2026-12-24")],
    last: Annotated[str, Arg("the last day, the same if left out")] = "",
) -> Card:
    """Days on which somebody has no turn; the next in line has it."""
    rota = await _rota(newsroom, ask)
    found = of_rota(person, rota, ask)
    if not ask.may_manage and _me(rota, ask) != found:
        raise Misspoken("You can be away yourself; the days of others are for those who manage this desk.")
    days = _stretch_of_days(first, last, newsroom.now().date())
    changed = replace(rota, away=(*rota.away, Away(found.name, *days)))
    return await _save(newsroom, ask, rota, changed, f"{found.name} is away {days[0]} – {days[1]}")


def _stretch_of_days(first: str, last: str, today: date) -> tuple[date, date]:
    begins = read_date(first, today)
    ends = read_date(last, today) if last else begins
    if ends < begins:
        raise Misspoken(f"{ends} is before {begins}: say the first day first.")
    return begins, ends


# -------------------------------------------------------------------------------------- calendars


@command("watch oncall export", examples=("/watch oncall export",))
async def export(newsroom: Newsroom, ask: Ask) -> Card:
    """The rota of the next three months as an iCalendar file."""
    rota, now = await _rota(newsroom, ask), newsroom.now()
    written = write_calendar(rota, now, now + _QUARTER, f"On call: {ask.desk.name or ask.desk.id}")
    made = cards.card("The rota as a calendar", cards.section("Open it with any calendar."), tone="good")
    return replace(made, files=(Attachment("oncall.ics", written),))


@command("watch oncall import", manager=True, examples=("/watch oncall import oncall.ics",))
async def import_(
    newsroom: Newsroom,
    ask: Ask,
    file: Annotated[Attachment, Arg("an iCalendar file whose events name people")],
) -> Card:
    """Take the events of a calendar as overrides, each for the person whom its title names."""
    rota = await _rota(newsroom, ask)
    # A large calendar takes seconds to read, in which the bot must hear other things.
    zone = await _zone(newsroom, ask)
    found = await asyncio.to_thread(read_calendar, file.content, rota, zone, newsroom.now())
    new = tuple(one for one in found.overrides if one.end > newsroom.now() and one not in rota.overrides)
    lines = (
        [cards.line(f"Nobody of the rota is named by: {', '.join(found.unknown[:8])}")]
        if found.unknown
        else []
    )
    if found.left_out:
        lines.append(cards.line(f"Left out: {'; '.join(found.left_out[:8])}"))
    changed = replace(rota, overrides=(*rota.overrides, *new))
    idle = len(found.overrides) - len(new)
    if idle:
        lines.append(cards.line(f"{count(idle, 'duty', 'duties')} of it are over, or were here before."))
    return await _save(newsroom, ask, rota, changed, f"{count(len(new), 'duty', 'duties')} imported", lines)


# --------------------------------------------------------------------------------- what they share


async def _rota(newsroom: Newsroom, ask: Ask) -> Rota:
    async with newsroom.store.reading() as db:
        return await rotas.get(db, ask.desk.id)


def _me(rota: Rota, ask: Ask) -> Person | None:
    return rota.person(ask.person) if ask.person else None


async def _zone(newsroom: Newsroom, ask: Ask) -> str:
    async with newsroom.store.reading() as db:
        return (await desks.settings(db, ask.desk.id)).time_zone


async def _save(
    newsroom: Newsroom, ask: Ask, before: Rota, rota: Rota, title: str, lines: Sequence[Line] = ()
) -> Card:
    """Keep a changed rota, and say at once when nobody will be there.

    Raises Misspoken where somebody changed it since it was `before`.
    """
    now = newsroom.now()
    async with newsroom.store.writing() as db:
        if await rotas.get(db, ask.desk.id) != before:
            raise Misspoken("Somebody changed the rota at this moment. Look at it, and say it again.", _ROTA)
        await rotas.put(db, ask.desk.id, without_past(rota, now))
    duties = [_duty_line(duty) for duty in roster(rota, now, now + _AHEAD)[:3]]
    return cards.card(
        title,
        cards.section(*lines),
        cards.section(*duties, heading="On call"),
        _gap_section(rota, now),
        await _unheard_section(newsroom, ask),
        tone="good",
        buttons=(Button("The rota", "/watch oncall rota"),),
    )
