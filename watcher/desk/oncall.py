"""Who is on call: rotas of shifts, turns, days away and overrides, in each shift's own time zone.

A shift begins at a time of day on some weekdays and ends at another, perhaps the next day; its people
take turns by the day or by the week, counted from `since`. So a weekly rota that is handed over on Mondays
at nine is a shift of all weekdays, 9:00 to 9:00, with weekly turns since a Monday. Both ends of a shift
are moments of the wall clock, so no minute is lost or shared when the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from watcher.models import Place

Holiday = tuple[date, str]
"""A day and what it is called."""
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be on call. `place` is where they are told in private; `also` are other platforms."""

    name: str
    place: Place
    also: tuple[Place, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """Everywhere they can be told in private."""
        return tuple(place for place in (self.place, *self.also) if place.person)

    def answers_to(self, name: str) -> bool:
        """Whether this is their name, or their id on one of their platforms."""
        wanted = name.casefold().lstrip("@")
        return wanted in (self.name.casefold(), *(place.person.casefold() for place in self.places))


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours that people take turns in. `days` are the weekdays (0 is Monday) on which it begins."""

    people: tuple[str, ...]
    since: date
    start: time = time(9)
    end: time = time(9)
    days: tuple[int, ...] = EVERY_DAY
    turns: Literal["daily", "weekly"] = "weekly"
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class HolidayShift:
    """The public holidays of a country, each a whole day of a time zone; people take them in turn."""

    people: tuple[str, ...]
    country: str
    time_zone: str = "UTC"
    days: tuple[Holiday, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """A stretch of time somebody takes, whatever the shifts say."""

    person: str
    start: datetime
    end: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """Days, both included, on which a person has no turn; the next in line has it."""

    person: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on call when, for a desk. Later overrides and earlier shifts win; holidays stand between.

    `fallback` are those who are told when nobody on call answers, or nobody is on call.
    """

    people: tuple[Person, ...] = ()
    shifts: tuple[Shift, ...] = ()
    overrides: tuple[Override, ...] = ()
    away: tuple[Away, ...] = ()
    fallback: tuple[str, ...] = ()
    holidays: tuple[HolidayShift, ...] = ()

    def person(self, name: str) -> Person | None:
        """Somebody by name, or by their id on their platform."""
        return next((one for one in self.people if one.answers_to(name)), None)


@dataclass(frozen=True, slots=True)
class Duty:
    """A person's time on call, from `start` up to `end`; `person` is empty where nobody has it."""

    person: str
    start: datetime
    end: datetime
    why: str = ""


def who_is_on_call(rota: Rota, at: datetime) -> Duty | None:
    """Whose duty it is at a moment; None where it is nobody's.

    Its end is that of the shift or override, which one of higher standing may cut short; `roster` says.
    """
    for override in reversed(rota.overrides):
        if override.start <= at < override.end:
            return Duty(override.person, override.start, override.end, override.why or "override")
    for holiday in rota.holidays:
        duty = _holiday_duty(rota, holiday, at)
        if duty:
            return duty
    for shift in rota.shifts:
        duty = _duty(rota, shift, at)
        if duty:
            return duty
    return None


def _duty(rota: Rota, shift: Shift, at: datetime) -> Duty | None:
    zone = ZoneInfo(shift.time_zone)
    today = at.astimezone(zone).date()
    for day in (today, today - _DAY):
        if day.weekday() in shift.days:
            start, end = _hours(shift, day, zone)
            person = _whose_turn(rota, shift, day)
            if start <= at < end and person:
                return Duty(person, start, end, f"{shift.turns} turn")
    return None


def _holiday_duty(rota: Rota, shift: HolidayShift, at: datetime) -> Duty | None:
    zone = ZoneInfo(shift.time_zone)
    today = at.astimezone(zone).date()
    # Turns are counted within a year, so that those already told do not change as years are added.
    this_year = [one for one in shift.days if one[0].year == today.year]
    for turn, (day, name) in enumerate(this_year, today.year):
        if day == today:
            person = _next_there(rota, shift.people, turn, day)
            return Duty(person, *_whole_day(day, zone), name) if person else None
    return None


def _whole_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    return start, datetime.combine(day + _DAY, time(), zone).astimezone(UTC)


def _hours(shift: Shift, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a shift begins on a day, and when that ends, in UTC."""
    over = day + _DAY if shift.end <= shift.start else day
    start = datetime.combine(day, shift.start, zone).astimezone(UTC)
    return start, datetime.combine(over, shift.end, zone).astimezone(UTC)


def _whose_turn(rota: Rota, shift: Shift, day: date) -> str:
    """Who has a shift's turn on a day: whoever's it is, or the next who is not away."""
    days = (day - shift.since).days
    return _next_there(rota, shift.people, days // 7 if shift.turns == "weekly" else days, day)


def _next_there(rota: Rota, people: tuple[str, ...], turn: int, day: date) -> str:
    line = [people[(turn + step) % len(people)] for step in range(len(people))]
    return next((name for name in line if not _is_away(rota, name, day)), "")


def _is_away(rota: Rota, name: str, day: date) -> bool:
    return any(one.person == name and one.first <= day <= one.last for one in rota.away)


# ---------------------------------------------------------------------------------------- rosters


def roster(rota: Rota, start: datetime, end: datetime) -> tuple[Duty, ...]:
    """Who has it from `start` to `end`, without gaps: where nobody has it, `person` is empty."""
    duties: list[Duty] = []
    edges = sorted({start, end, *(edge for edge in _edges(rota, start, end) if start < edge < end)})
    for begins, ends in pairwise(edges):
        found = who_is_on_call(rota, begins)
        duty = Duty(found.person if found else "", begins, ends, found.why if found else "")
        if duties and duties[-1].person == duty.person:
            duties[-1] = replace(duties[-1], end=ends)
        else:
            duties.append(duty)
    return tuple(duties)


def _edges(rota: Rota, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every moment at which somebody else may come on call."""
    for override in rota.overrides:
        yield from (override.start, override.end)
    for holiday in rota.holidays:
        zone = ZoneInfo(holiday.time_zone)
        for day, _ in holiday.days:
            yield from _whole_day(day, zone)
    for shift in rota.shifts:
        zone = ZoneInfo(shift.time_zone)
        day = start.astimezone(zone).date() - _DAY
        while day <= end.astimezone(zone).date():
            if day.weekday() in shift.days:
                yield from _hours(shift, day, zone)
            day += _DAY


def gaps(rota: Rota, start: datetime, end: datetime) -> tuple[Duty, ...]:
    """The times from `start` to `end` in which nobody is on call."""
    return tuple(duty for duty in roster(rota, start, end) if not duty.person)


def next_duty(rota: Rota, name: str, after: datetime, within: timedelta = timedelta(days=92)) -> Duty | None:
    """The next whole time that a person has and that begins after a moment; None where there is none."""
    return next(
        (d for d in roster(rota, after, after + within) if d.person == name and d.start > after), None
    )


def swapped(rota: Rota, one: str, other: str, now: datetime) -> tuple[Override, ...]:
    """The overrides by which two people exchange the next duty of each; empty where one has none."""
    first, second = next_duty(rota, one, now), next_duty(rota, other, now)
    if first is None or second is None:
        return ()
    why = f"{one} and {other} swapped"
    return Override(other, first.start, first.end, why), Override(one, second.start, second.end, why)


def without_past(rota: Rota, now: datetime, keep: timedelta = timedelta(days=60)) -> Rota:
    """A rota without overrides and days away that are long over."""
    overrides = tuple(one for one in rota.overrides if one.end > now - keep)
    away = tuple(one for one in rota.away if one.last > (now - keep).date())
    return replace(rota, overrides=overrides, away=away)


# -------------------------------------------------------------------------------------- escalation


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an escalation: who is told now. `last` is the one after which nobody is left."""

    number: int
    people: tuple[Person, ...]
    words: str
    last: bool = False


def chain_of_call(rota: Rota, at: datetime) -> tuple[Person, ...]:
    """The people to be asked one after the other: who is on call, then whoever is so next, each once."""
    names = [duty.person for duty in roster(rota, at, at + timedelta(days=28)) if duty.person]
    now = who_is_on_call(rota, at)
    if now is None:
        return ()
    found = (rota.person(name) for name in dict.fromkeys([now.person, *names]))
    return tuple(person for person in found if person)


def step(rota: Rota, number: int, at: datetime) -> Step:
    """What an escalation does at its step of a number, from 0: on call, again, next …, fallback.

    Steps are taken by the rota as it is then, so that a change of shift in the middle is heeded.
    """
    chain = chain_of_call(rota, at)
    if not chain:
        return _fallback(rota, number, "nobody is on call")
    if number <= 1:
        return Step(number, chain[:1], "on call" if number == 0 else "asked again")
    if number - 1 < min(len(chain), 3):
        return Step(number, (chain[number - 1],), "next in line")
    return _fallback(rota, number, "nobody on call has answered")


def _fallback(rota: Rota, number: int, why: str) -> Step:
    people = tuple(person for name in rota.fallback if (person := rota.person(name)))
    return Step(number, people, why, last=True)
