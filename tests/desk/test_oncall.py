"""Rotas: turns, zones, clock changes, days away, overrides, swaps, and who is asked after whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from watcher.desk.holidays import HolidayError, public_holidays, renewed
from watcher.desk.oncall import (
    Away,
    HolidayShift,
    Override,
    Person,
    Rota,
    Shift,
    chain_of_call,
    gaps,
    next_duty,
    roster,
    step,
    swapped,
    who_is_on_call,
    without_past,
)
from watcher.models import Place

ZONES = ("Europe/Warsaw", "America/New_York", "Australia/Lord_Howe")
MONDAY = date(2026, 1, 5)
YEAR = (datetime(2026, 1, 5, 12, tzinfo=UTC), datetime(2027, 1, 5, 12, tzinfo=UTC))
MINUTE = timedelta(minutes=1)


def people(*names: str) -> tuple[Person, ...]:
    return tuple(Person(name, Place("fake", person=name)) for name in names)


def weekly(zone: str = "UTC", *names: str) -> Rota:
    named = names or ("ada", "bo", "cy")
    return Rota(people(*named), (Shift(named, MONDAY, time_zone=zone),))


def day_and_night(zone: str) -> Rota:
    """Three shifts a day that people take turns in, and other people at weekends."""
    days, nights = ("ada", "bo"), ("cy", "di", "ed")
    workdays = (0, 1, 2, 3, 4)
    return Rota(
        people(*days, *nights),
        (
            Shift(days, MONDAY, time(6), time(14), workdays, "weekly", zone),
            Shift(days[::-1], MONDAY, time(14), time(22), workdays, "weekly", zone),
            Shift(nights, MONDAY, time(22), time(6), workdays, "daily", zone),
            Shift(nights, MONDAY, time(6), time(6), (5, 6), "daily", zone),
        ),
    )


def at(zone: str, *moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type,misc]


# --------------------------------------------------------------------------- a simulated year


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("made", [weekly, day_and_night])
def test_in_a_year_no_minute_is_without_somebody(made: type, zone: str) -> None:
    """Both ends of every duty, each minute of the days of clock changes, and thousands at random."""
    rota: Rota = made(zone)
    duties = roster(rota, *YEAR)
    assert duties[0].start == YEAR[0]
    assert duties[-1].end == YEAR[1]
    assert all(before.end == after.start for before, after in pairwise(duties))
    assert all(duty.person for duty in duties)
    for minute in (*_minutes_of_clock_changes(zone), *_at_random(3000)):
        found = who_is_on_call(rota, minute)
        (planned,) = [duty for duty in duties if duty.start <= minute < duty.end]
        assert found is not None
        assert found.person == planned.person


def _minutes_of_clock_changes(zone: str) -> list[datetime]:
    """Each minute from two hours before to two hours after every change of the year."""
    hours = [YEAR[0] + timedelta(hours=n) for n in range(365 * 24)]
    local = ZoneInfo(zone)
    changes = [
        b for a, b in pairwise(hours) if a.astimezone(local).utcoffset() != b.astimezone(local).utcoffset()
    ]
    assert len(changes) == 2
    return [change + n * MINUTE for change in changes for n in range(-120, 120)]


def _at_random(count: int) -> list[datetime]:
    random = Random(7)
    minutes = int((YEAR[1] - YEAR[0]) / MINUTE)
    return [YEAR[0] + random.randrange(minutes) * MINUTE for _ in range(count)]


@pytest.mark.parametrize("zone", ZONES)
def test_turns_are_fair_over_a_year(zone: str) -> None:
    hours = dict.fromkeys(("ada", "bo", "cy"), 0.0)
    for duty in roster(weekly(zone), *YEAR):
        hours[duty.person] += (duty.end - duty.start) / timedelta(hours=1)
    assert max(hours.values()) - min(hours.values()) <= 7 * 24 + 1


def test_a_handover_is_at_the_same_time_of_the_wall_in_summer_and_winter() -> None:
    for duty in roster(weekly("Europe/Warsaw"), *YEAR)[1:]:
        local = duty.start.astimezone(ZoneInfo("Europe/Warsaw"))
        assert (local.weekday(), local.hour, local.minute) == (0, 9, 0)


def test_a_night_in_which_the_clock_goes_back_is_an_hour_longer() -> None:
    rota = Rota(people("ada"), (Shift(("ada",), MONDAY, time(22), time(6), time_zone="Europe/Warsaw"),))
    duties = {duty.start: duty for duty in roster(rota, *YEAR) if duty.person}
    night = duties[at("Europe/Warsaw", 2026, 10, 24, 22)]
    assert night.end - night.start == timedelta(hours=9)


# ----------------------------------------------------------------------------- turns and overrides


def test_people_take_turns_week_by_week() -> None:
    starts = [datetime(2026, 1, 5 + 7 * week, 9, tzinfo=UTC) for week in range(4)]
    found = [who_is_on_call(weekly(), start) for start in starts]
    assert [duty.person for duty in found if duty] == ["ada", "bo", "cy", "ada"]
    before = who_is_on_call(weekly(), starts[1] - MINUTE)
    assert before
    assert before.person == "ada"


def test_a_shift_that_passes_midnight_belongs_to_the_day_it_began() -> None:
    rota = Rota(people("ada"), (Shift(("ada",), MONDAY, time(22), time(6), (4,)),))
    saturday = datetime(2026, 1, 10, tzinfo=UTC)
    assert who_is_on_call(rota, saturday.replace(hour=5, minute=59))
    assert who_is_on_call(rota, saturday.replace(hour=6)) is None
    assert who_is_on_call(rota, saturday.replace(hour=23)) is None


def test_who_is_away_is_skipped_for_the_next_in_line() -> None:
    rota = replace(weekly(), away=(Away("bo", date(2026, 1, 12), date(2026, 1, 14)),))
    names = [duty.person for duty in roster(rota, *YEAR)[:5]]
    assert names == ["ada", "cy", "bo", "cy", "ada"]


def test_when_all_are_away_nobody_is_on_call_and_that_is_a_gap() -> None:
    rota = replace(weekly("UTC", "ada"), away=(Away("ada", date(2026, 3, 2), date(2026, 3, 3)),))
    (gap,) = gaps(rota, *YEAR)
    assert gap.start == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert gap.end == datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_an_override_wins_over_shifts_and_a_later_one_over_it() -> None:
    noon = datetime(2026, 1, 6, 12, tzinfo=UTC)
    first = Override("bo", noon, noon + timedelta(hours=8))
    second = Override("cy", noon + timedelta(hours=2), noon + timedelta(hours=3))
    rota = replace(weekly(), overrides=(first, second))
    found = roster(rota, noon - timedelta(hours=1), noon + timedelta(hours=9))
    assert [duty.person for duty in found] == ["ada", "bo", "cy", "bo", "ada"]


def holidays(*names: str, zone: str = "Europe/Warsaw") -> HolidayShift:
    days = (
        (date(2026, 1, 6), "Epiphany"),
        (date(2026, 3, 29), "A day of 23 hours"),
        (date(2026, 5, 1), "Labour Day"),
    )
    return HolidayShift(names, "PL", zone, days)


def test_on_holidays_other_people_take_turns_of_whole_days_of_their_own_zone() -> None:
    rota = replace(weekly(), people=people("ada", "bo", "cy", "di", "ed"), holidays=(holidays("di", "ed"),))
    found = [duty for duty in roster(rota, *YEAR) if duty.person in ("di", "ed")]
    assert [duty.person for duty in found] == ["di", "ed", "di"]
    assert [duty.why for duty in found] == ["Epiphany", "A day of 23 hours", "Labour Day"]
    assert found[0].start == datetime(2026, 1, 5, 23, tzinfo=UTC)
    assert found[1].end - found[1].start == timedelta(hours=23)
    assert gaps(rota, *YEAR) == ()


def test_an_override_wins_over_a_holiday_and_who_is_away_has_none() -> None:
    noon = datetime(2026, 1, 6, 12, tzinfo=UTC)
    rota = replace(weekly(), people=people("ada", "di", "ed"), holidays=(holidays("di", "ed"),))
    away = replace(rota, away=(Away("di", date(2026, 1, 6), date(2026, 1, 6)),))
    assert [who_is_on_call(one, noon).person for one in (rota, away)] == ["di", "ed"]  # type: ignore[union-attr]
    taken = replace(rota, overrides=(Override("ada", noon, noon + timedelta(hours=1)),))
    assert who_is_on_call(taken, noon).person == "ada"  # type: ignore[union-attr]


def test_public_holidays_are_known_by_country_and_by_part() -> None:
    poland = dict(public_holidays("pl", date(2026, 9, 1)))
    assert poland[date(2026, 11, 11)] == "National Independence Day"
    assert max(poland).year == 2028
    assert date(2026, 8, 15) in dict(public_holidays("DE-SL", date(2026, 9, 1)))
    for code, hint in (("XX", "two letters"), ("DE-ZZ", "DE-BY")):
        with pytest.raises(HolidayError, match=hint):
            public_holidays(code, date(2026, 9, 1))


def test_a_rotas_holidays_are_looked_up_for_the_years_to_come() -> None:
    rota = replace(weekly(), holidays=(holidays("di"), replace(holidays("ed"), country="XX")))
    found = renewed(rota, date(2027, 1, 3)).holidays
    assert max(found[0].days)[0].year == 2029
    assert found[1].days == holidays("ed").days


def test_two_people_swap_the_next_duty_of_each() -> None:
    now = datetime(2026, 1, 6, tzinfo=UTC)
    rota = weekly()
    changed = replace(rota, overrides=swapped(rota, "bo", "cy", now))
    names = [duty.person for duty in roster(changed, now, now + timedelta(days=40))]
    assert names == ["ada", "cy", "bo", "ada", "bo", "cy"]


def test_who_has_no_duty_to_come_has_none_to_swap() -> None:
    assert swapped(weekly(), "bo", "di", YEAR[0]) == ()
    assert next_duty(weekly(), "di", YEAR[0]) is None


def test_overrides_that_are_long_over_are_forgotten() -> None:
    old = Override("bo", YEAR[0], YEAR[0] + timedelta(hours=1))
    rota = replace(weekly(), overrides=(old,), away=(Away("cy", MONDAY, MONDAY),))
    assert without_past(rota, YEAR[1]).overrides == without_past(rota, YEAR[1]).away == ()
    assert without_past(rota, YEAR[0]) == rota


def test_somebody_is_found_by_name_or_by_their_id_on_the_platform() -> None:
    rota = Rota((Person("Ada", Place("fake", person="U77")),))
    assert rota.person("@ada") == rota.person("u77") == rota.people[0]
    assert rota.person("bo") is None


# -------------------------------------------------------------------------------------- escalation


def test_the_chain_is_who_is_on_call_then_whoever_is_next() -> None:
    now = datetime(2026, 1, 13, tzinfo=UTC)
    assert [person.name for person in chain_of_call(weekly(), now)] == ["bo", "cy", "ada"]


def test_steps_are_on_call_again_next_and_fallback() -> None:
    rota = replace(weekly(), fallback=("di",), people=people("ada", "bo", "cy", "di"))
    steps = [step(rota, number, datetime(2026, 1, 13, tzinfo=UTC)) for number in range(5)]
    assert [[person.name for person in one.people] for one in steps] == [
        ["bo"],
        ["bo"],
        ["cy"],
        ["ada"],
        ["di"],
    ]
    assert [one.last for one in steps] == [False, False, False, False, True]


def test_a_rota_of_one_has_only_them_and_the_fallback() -> None:
    rota = replace(weekly("UTC", "ada"), fallback=("ada",))
    assert [step(rota, number, YEAR[0]).last for number in range(3)] == [False, False, True]


def test_when_nobody_is_on_call_the_fallback_is_first_and_last() -> None:
    found = step(Rota(people("ada"), fallback=("ada",)), 0, YEAR[0])
    assert [person.name for person in found.people] == ["ada"]
    assert found.last
    assert "nobody is on call" in found.words


def test_a_change_of_shift_in_the_middle_of_an_escalation_is_heeded() -> None:
    before = datetime(2026, 1, 12, 8, 58, tzinfo=UTC)
    assert step(weekly(), 0, before).people[0].name == "ada"
    assert step(weekly(), 1, before + timedelta(minutes=5)).people[0].name == "bo"
