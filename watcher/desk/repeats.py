"""Events of a calendar that repeat: every time of theirs that is still to come, for a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, tzinfo
from itertools import chain, takewhile
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Component

AHEAD = timedelta(days=366)
"""How far ahead an event is repeated: a rota is asked no further, and some repeat for ever."""
MOST = 400
"""How often one event is repeated at the most."""
_OLDEST = timedelta(days=40 * 366)
"""Events that began longer ago than this are not counted through to now."""
_CYCLE = 400
"""Years after which the calendar repeats, days of the week and all."""
_OFTEN = (["DAILY"], ["WEEKLY"], ["MONTHLY"], ["YEARLY"])
"""Nobody's duty is by the hour; by the second a rule would be counted through for ever."""

Span = tuple[datetime, datetime]


class UnreadableRule(ValueError):
    """A rule of repetition that is no duty's, or that nobody can read; it says why, in words for people."""


def is_repeated(event: Component) -> bool:
    """Whether an event says that it repeats."""
    return event.get("rrule") is not None or event.get("rdate") is not None


def repeated(
    event: Component, first: Span, zone: tzinfo, now: datetime, moved: frozenset[datetime]
) -> list[Span]:
    """The times of an event that are not over at `now` and begin within a year, in order.

    `first` is its first time. An event at nine is at nine by its own clocks, summer and winter. `moved`
    are beginnings that another event of the calendar says something else of. Raises UnreadableRule.
    """
    said = event.decoded("dtstart")
    own = said.tzinfo if isinstance(said, datetime) and said.tzinfo else zone
    begins, ends = (_by_clock(at, own) for at in first)
    length = ends - begins
    since, until = _by_clock(now, own) - length, _by_clock(now + AHEAD, own)
    if _by_clock(now, own) - begins > _OLDEST:
        raise UnreadableRule("it began more than forty years ago")
    gone = {_by_clock(at, own) for at in moved} | set(_dates(event, "exdate", own))
    days = {at.date() for at in _whole_days(event)}
    found = {begins, *_dates(event, "rdate", own)}
    for rule in _listed(event, "rrule"):
        found.update(_by_rule(rule, begins, since, until, own))
    kept = sorted(at for at in found if since < at <= until and at not in gone and at.date() not in days)
    return [(_moment(at, own), _moment(at + length, own)) for at in kept[:MOST]]


def _by_rule(rule: Any, begins: datetime, since: datetime, until: datetime, own: tzinfo) -> list[datetime]:
    try:
        if [str(one).upper() for one in rule.get("FREQ", [])] not in _OFTEN:
            raise UnreadableRule("it repeats more often than daily")
        # dateutil wants the end in the zone of the start, and calendars write it in any.
        last = min([until, *(_plain(at, own) for at in _many(rule.get("UNTIL", [])))])
        unending = type(rule)({name: value for name, value in rule.items() if name != "UNTIL"})
        times = _counted(unending.to_ical().decode(), begins)
        first = next(times, None)
    except UnreadableRule:
        raise
    except (ValueError, TypeError, AttributeError) as error:  # what icalendar and dateutil say of nonsense
        raise UnreadableRule("the rule by which it repeats cannot be read") from error
    if first is None:
        raise UnreadableRule("the rule by which it repeats names a day that there never is")
    return [at for at in takewhile(lambda at: at <= last, chain([first], times)) if at > since]


def _counted(rule: str, begins: datetime) -> Iterator[datetime]:
    """The times of a rule, in order.

    dateutil looks for a 30th of February until its years end, which takes seconds. So it counts in the last
    of its centuries that are like ours, and has only these to look through.
    """
    room = MAXYEAR - _OLDEST.days // 365 - 5 - begins.year
    later = max(0, room // _CYCLE * _CYCLE)
    for at in rrulestr(rule, dtstart=begins.replace(year=begins.year + later)):
        yield at.replace(year=at.year - later)


def _listed(event: Component, name: str) -> list[Any]:
    return _many(event.get(name, []))


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _dates(event: Component, name: str, own: tzinfo) -> Iterator[datetime]:
    """The dates of a property, of which a calendar may have one, several, or several lists."""
    for listed in _listed(event, name):
        for one in listed.dts:
            at = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            yield _plain(at, own, time())


def _whole_days(event: Component) -> Iterator[datetime]:
    """Days that are left out as such, whatever the hour of the event is."""
    for listed in _listed(event, "exdate"):
        yield from (
            datetime.combine(one.dt, time()) for one in listed.dts if not isinstance(one.dt, datetime)
        )


def _plain(at: date, own: tzinfo, hour: time = time.max) -> datetime:
    if not isinstance(at, datetime):
        return datetime.combine(at, hour)
    return _by_clock(at, own) if at.tzinfo else at


def _by_clock(at: datetime, own: tzinfo) -> datetime:
    return at.astimezone(own).replace(tzinfo=None)


def _moment(at: datetime, own: tzinfo) -> datetime:
    return at.replace(tzinfo=own).astimezone(UTC)
