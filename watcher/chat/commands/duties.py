"""`/watch oncall take`, `swap`, `away`, `export`, `import`: what people do with the duties of a rota."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated

from watcher.chat.commands import cards
from watcher.chat.commands.alerts import read_until
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.people import joined, of_rota, read_date, read_people
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.rota import QUARTER, away_words, desk_zone, duty_line, rota_of, saved
from watcher.chat.commands.words import Misspoken
from watcher.desk.calendars import read_calendar, write_calendar
from watcher.desk.clock import clock_time, zone_of
from watcher.desk.compose import count
from watcher.desk.oncall import Away, Duty, Override, Person, Rota, next_duty, roster, swapped
from watcher.models import Attachment, Card, Line

# ------------------------------------------------------------------------------- taking, swapping


@command("watch oncall take", examples=("/watch oncall take until 8:00", "/watch oncall take 12h"))
async def take(
    newsroom: Newsroom, ask: Ask, until: Annotated[str, Rest("until when: 12h, until 8:00")] = "12h"
) -> Card:
    """Be on call yourself from now until some time."""
    rota, now = await rota_of(newsroom, ask), newsroom.now()
    (me,) = read_people(("me",), rota, ask)
    zone = await desk_zone(newsroom, ask)
    end = read_until(until, now, zone, "/watch oncall take until 8:00")
    if end is None:
        raise Misspoken("Say until when you take it.", ("/watch oncall take until 8:00",))
    taken = Override(me.name, now, end, f"{me.name} took it")
    changed = replace(rota, people=joined(rota, (me,)), overrides=(*rota.overrides, taken))
    return await saved(newsroom, ask, rota, changed, f"You are on call until {clock_time(end, zone)}")


@command("watch oncall swap", examples=("/watch oncall swap me @bo",))
async def swap(
    newsroom: Newsroom,
    ask: Ask,
    one: Annotated[str, Arg("who, or me")],
    other: Annotated[str, Arg("with whom")],
) -> Card:
    """Exchange the next duties of two people."""
    rota, now = await rota_of(newsroom, ask), newsroom.now()
    first, second = of_rota(one, rota, ask), of_rota(other, rota, ask)
    if not ask.may_manage and _me(rota, ask) not in (first, second):
        raise Misspoken("You can swap your own duty; those of others are for those who manage this desk.")
    if first == second:
        raise Misspoken(f"That is {first.name} twice: say with whom.", ("/watch oncall swap me @bo",))
    made = swapped(rota, first.name, second.name, now)
    if not made:
        idle = next(p.name for p in (first, second) if next_duty(rota, p.name, now) is None)
        raise Misspoken(f"{idle} has no duty in the next three months, so there is nothing to swap.")
    changed = replace(rota, overrides=(*rota.overrides, *made))
    lines = [duty_line(Duty(o.person, o.start, o.end), now) for o in made]
    return await saved(newsroom, ask, rota, changed, f"{first.name} and {second.name} swapped", lines)


@command("watch oncall away", examples=("/watch oncall away me 2026-12-24 2027-01-02",))
async def away(
    newsroom: Newsroom,
    ask: Ask,
    person: Annotated[str, Arg("who, or me")],
    first: Annotated[str, Arg("the first day: 2026-12-24")],
    last: Annotated[str, Arg("the last day, the same if left out")] = "",
) -> Card:
    """Days on which somebody has no turn; the next in line has it."""
    rota = await rota_of(newsroom, ask)
    found = of_rota(person, rota, ask)
    if not ask.may_manage and _me(rota, ask) != found:
        raise Misspoken("You can be away yourself; the days of others are for those who manage this desk.")
    here = zone_of(await desk_zone(newsroom, ask))
    days = _stretch_of_days(first, last, newsroom.now().astimezone(here).date())
    gone = Away(found.name, *days)
    changed = replace(rota, away=(*rota.away, gone))
    left = _still_theirs(changed, found.name, days, here, newsroom.now())
    return await saved(newsroom, ask, rota, changed, away_words(gone), left)


def _still_theirs(
    rota: Rota, name: str, days: tuple[date, date], zone: tzinfo, now: datetime
) -> tuple[Line, ...]:
    """What somebody who is away has all the same: a turn of the day before, and what was taken or swapped."""
    begins = datetime.combine(days[0], time(), zone).astimezone(UTC)
    ends = datetime.combine(days[1] + timedelta(days=1), time(), zone).astimezone(UTC)
    duties = roster(rota, max(begins, now), ends) if ends > now else ()
    duties = tuple(duty for duty in duties if duty.person == name)
    if not duties:
        return ()
    hand_on = cards.code(f"/watch oncall swap {name} @whoever")
    what = cards.line(f"Still {name}'s in these days, until somebody takes it over (", hand_on, "):")
    return (what, *(duty_line(duty, now) for duty in duties[:5]))


def _stretch_of_days(first: str, last: str, today: date) -> tuple[date, date]:
    begins = read_date(first, today)
    ends = read_date(last, today) if last else begins
    if ends < begins:
        raise Misspoken(f"{ends} is before {begins}: say the first day first.")
    if ends < today:
        raise Misspoken(f"{ends} is over already.", ("/watch oncall away me 2026-12-24 2027-01-02",))
    return begins, ends


# -------------------------------------------------------------------------------------- calendars


@command("watch oncall export", examples=("/watch oncall export",))
async def export(newsroom: Newsroom, ask: Ask) -> Card:
    """The rota of the next three months as an iCalendar file."""
    rota, now = await rota_of(newsroom, ask), newsroom.now()
    written = write_calendar(rota, now, now + QUARTER, f"On call: {ask.desk.name or ask.desk.id}")
    made = cards.card("The rota as a calendar", cards.section("Open it with any calendar."), tone="good")
    return replace(made, files=(Attachment("oncall.ics", written),))


@command("watch oncall import", manager=True, examples=("/watch oncall import oncall.ics",))
async def import_(
    newsroom: Newsroom,
    ask: Ask,
    file: Annotated[Attachment, Arg("an iCalendar file whose events name people")],
) -> Card:
    """Take the events of a calendar as overrides, each for the person whom its title names."""
    rota = await rota_of(newsroom, ask)
    # A large calendar takes seconds to read, in which the bot must hear other things.
    zone = await desk_zone(newsroom, ask)
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
    return await saved(newsroom, ask, rota, changed, f"{count(len(new), 'duty', 'duties')} imported", lines)


def _me(rota: Rota, ask: Ask) -> Person | None:
    return rota.person(ask.person) if ask.person else None
