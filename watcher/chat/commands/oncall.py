"""`/watch oncall …`: who is on call, the rota, and how it is set."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from watcher.chat.commands import cards
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.people import (
    DAY_GROUPS,
    called,
    joined,
    last_weekday,
    read_days,
    read_hours,
    read_people,
    read_weekday,
)
from watcher.chat.commands.registry import Arg, command
from watcher.chat.commands.rota import (
    away_words,
    coming,
    desk_zone,
    duty_line,
    fallback_section,
    gap_section,
    is_open,
    rota_of,
    saved,
    unheard_section,
)
from watcher.chat.commands.subscriptions import TIME_SHAPE, ZONE_SHAPE
from watcher.chat.commands.words import Misspoken
from watcher.desk.clock import parse_time, zone_of
from watcher.desk.holidays import public_holidays
from watcher.desk.oncall import (
    HolidayShift,
    Shift,
    who_is_on_call,
)
from watcher.models import Card, Line
from watcher.store import rotas

_LONGEST_LIST = 20
_SET = ("/watch oncall set @ada,@bo,@cy", "/watch oncall set @ada,@bo daily 8:00 Europe/Warsaw")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Turns = Literal["weekly", "daily"]
_People = Annotated[tuple[str, ...], Arg("who: mentions, with commas between them")]
_Zone = Annotated[str, Arg("whose time of day: Europe/Warsaw", source="zone", shape=ZONE_SHAPE)]


@command("watch oncall who", examples=("/watch oncall who",))
async def who(newsroom: Newsroom, ask: Ask) -> Card:
    """Who is on call now, until when, and who comes next."""
    rota, now = await rota_of(newsroom, ask), newsroom.now()
    if rota == rotas.NOBODY:
        return cards.card(
            "There is no rota.",
            cards.section("Alerts go to the channel that has the notices, and wake nobody."),
            cards.commands_list(_SET, "Set one"),
        )
    duties = coming(rota, now)
    following = [cards.section(*(duty_line(duty, now) for duty in duties[1:4]), heading="Then")]
    found = who_is_on_call(rota, now)
    title = f"{found.person} is on call" if found else "Nobody is on call"
    end = ("for the next weeks",) if is_open(duties[0], now) else ("until ", cards.when(duties[0].end))
    until = cards.line(*end, cards.quiet(f" · {duties[0].why}" if duties[0].why else ""))
    return cards.card(title, cards.section(until), *following, fallback_section(rota))


@command("watch oncall rota", examples=("/watch oncall rota",))
async def rota_list(newsroom: Newsroom, ask: Ask) -> Card:
    """Who is on call in the next two weeks, and when nobody is."""
    rota, now = await rota_of(newsroom, ask), newsroom.now()
    if rota == rotas.NOBODY:
        raise Misspoken("There is no rota yet.", _SET)
    duties = coming(rota, now)
    away = [away_words(one) for one in rota.away if one.last >= now.date()]
    more = f"and {len(duties) - _LONGEST_LIST} more" if len(duties) > _LONGEST_LIST else ""
    return cards.card(
        "On call",
        cards.section(*(duty_line(duty, now) for duty in duties[:_LONGEST_LIST]), more),
        cards.section(*(_shift_line(shift) for shift in rota.shifts), heading="Shifts", bullets=True),
        cards.section(
            *(f"{', '.join(one.people)}: the holidays of {one.country}, in turn" for one in rota.holidays),
            *away,
            bullets=True,
        ),
        fallback_section(rota),
        gap_section(rota, now),
        await unheard_section(newsroom, ask),
    )


def _shift_line(shift: Shift) -> Line:
    """Who has which hours of a rota."""
    days = "every day" if len(shift.days) == 7 else ", ".join(_DAYS[day][:3] for day in shift.days)
    hours = (
        f"{shift.start:%H:%M}–{shift.end:%H:%M}" if shift.start != shift.end else f"from {shift.start:%H:%M}"
    )
    turns = f", {shift.turns} turns" if len(shift.people) > 1 else ""
    return cards.line(f"{', '.join(shift.people)}: {days} {hours} {shift.time_zone}{turns}")


# ---------------------------------------------------------------------------------------- setting


@command("watch oncall set", manager=True, examples=_SET)
async def set_(
    newsroom: Newsroom,
    ask: Ask,
    people: _People,
    turns: Annotated[Turns, Arg("whether turns are of a week or a day")] = "weekly",
    handover: Annotated[str, Arg("when one hands over: 9:00", shape=TIME_SHAPE)] = "9:00",
    zone: _Zone = "",
    day: Annotated[str, Arg("on which day of the week: monday", named=True)] = "monday",
) -> Card:
    """Set a rota in which people take turns around the clock; it replaces the shifts there were."""
    rota = await rota_of(newsroom, ask)
    named = await called(read_people(people, rota, ask), ask)
    place = zone_of(zone or await desk_zone(newsroom, ask)).key
    local = newsroom.now().astimezone(ZoneInfo(place))
    since = last_weekday(read_weekday(day), local) if turns == "weekly" else local.date()
    at = parse_time(handover)
    shift = Shift(tuple(p.name for p in named), since, at, at, turns=turns, time_zone=place)
    changed = replace(rota, people=joined(rota, named), shifts=(shift,))
    return await saved(newsroom, ask, rota, changed, "The rota is set", (_shift_line(shift),))


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
    days: Annotated[str, Arg("on which days it begins: mon-fri, sat,sun, daily", shape="|".join(DAY_GROUPS))],
    hours: Annotated[str, Arg("from when to when: 9:00-17:00, 22-6")],
    turns: Annotated[Turns, Arg("whether turns are of a week or a day")] = "weekly",
    zone: _Zone = "",
) -> Card:
    """Add hours of a rota; where shifts overlap the last one added has it."""
    rota = await rota_of(newsroom, ask)
    named = await called(read_people(people, rota, ask), ask)
    place = zone_of(zone or await desk_zone(newsroom, ask)).key
    since = last_weekday(0, newsroom.now().astimezone(ZoneInfo(place)))
    start, end = read_hours(hours)
    made = Shift(tuple(p.name for p in named), since, start, end, read_days(days), turns, place)
    changed = replace(rota, people=joined(rota, named), shifts=(made, *rota.shifts))
    return await saved(newsroom, ask, rota, changed, "The shift is added", (_shift_line(made),))


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
    rota = await rota_of(newsroom, ask)
    if country.casefold() in ("off", "none"):
        return await saved(newsroom, ask, rota, replace(rota, holidays=()), "Holidays are as any other day")
    if not people:
        raise Misspoken("Say who has the holidays.", (f"/watch oncall holiday {country} @dee,@eli",))
    named = await called(read_people(people, rota, ask), ask)
    place = zone_of(zone or await desk_zone(newsroom, ask)).key
    today = newsroom.now().astimezone(ZoneInfo(place)).date()
    days = await asyncio.to_thread(public_holidays, country, today)
    made = HolidayShift(tuple(p.name for p in named), country.strip().upper(), place, days)
    others = tuple(one for one in rota.holidays if one.country != made.country)
    changed = replace(rota, people=joined(rota, named), holidays=(*others, made))
    coming = [one for one in days if one[0] >= today][:3]
    lines = [cards.line(cards.strong(f"{day:%a %d %b %Y}"), cards.quiet(f" {name}")) for day, name in coming]
    title = f"{', '.join(made.people)}: on call on the holidays of {made.country}"
    return await saved(newsroom, ask, rota, changed, title, lines)


@command(
    "watch oncall fallback",
    manager=True,
    examples=("/watch oncall fallback @chief,@deputy", "/watch oncall fallback off"),
)
async def fallback(newsroom: Newsroom, ask: Ask, people: _People) -> Card:
    """Who is told when nobody on call answers, or nobody is on call."""
    rota = await rota_of(newsroom, ask)
    if [word.casefold() for word in people] in (["off"], ["none"], ["nobody"]):
        title = "If nobody answers, the channel is asked, and nobody more is woken"
        return await saved(newsroom, ask, rota, replace(rota, fallback=()), title)
    named = await called(read_people(people, rota, ask), ask)
    changed = replace(rota, people=joined(rota, named), fallback=tuple(p.name for p in named))
    return await saved(newsroom, ask, rota, changed, f"If nobody answers: {', '.join(changed.fallback)}")


@command("watch oncall clear", manager=True, examples=("/watch oncall clear",))
async def clear(newsroom: Newsroom, ask: Ask) -> Card:
    """Have no rota any more: alerts go to the channel and wake nobody."""
    rota = await rota_of(newsroom, ask)
    if rota == rotas.NOBODY:
        raise Misspoken("There is no rota.", _SET)
    return await saved(newsroom, ask, rota, rotas.NOBODY, "There is no rota any more")


@command("watch oncall undo", examples=("/watch oncall undo",))
async def undo(
    newsroom: Newsroom,
    ask: Ask,
    number: Annotated[int, Arg("which change; the last one if left out")] = 0,
) -> Card:
    """Take back the last change of the rota, whatever it was; said again, it is made again."""
    async with newsroom.store.reading() as db:
        rota, last = await rotas.get(db, ask.desk.id), await rotas.last_change(db, ask.desk.id)
    if last is None:
        raise Misspoken("No change of the rota is known that could be taken back.", ("/watch oncall rota",))
    if number not in (0, last.number):
        raise Misspoken(
            "The rota was changed again since, so only its last change can be taken back.",
            ("/watch oncall rota", "/watch oncall undo"),
        )
    if not ask.may_manage and (not ask.person or last.changed_by != ask.person):
        raise Misspoken("You can take back a change of yours; others' are for those who manage this desk.")
    return await saved(newsroom, ask, rota, last.before, "The rota is what it was before")
