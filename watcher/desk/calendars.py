"""Rotas as iCalendar: out, so that people see their duty in their own calendar, and in, from theirs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event

from watcher.desk.oncall import Override, Rota, roster
from watcher.desk.repeats import UnreadableRule, is_repeated, repeated
from watcher.models import WatcherError

MOST_REPEATED = 300
"""Events that repeat which one calendar may have: each is counted through, for up to half a second."""


class CalendarError(WatcherError):
    """A file that is no calendar."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a calendar holds for a rota.

    `unknown` are titles that name nobody; `left_out` are events that are no shifts, each with why.
    """

    overrides: tuple[Override, ...]
    unknown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def write_calendar(rota: Rota, start: datetime, end: datetime, title: str) -> bytes:
    """A rota's duties from `start` to `end` as an iCalendar file, the same bytes for the same rota."""
    calendar = Calendar()
    calendar.add("prodid", "-//Watcher//On call//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for duty in roster(rota, start, end):
        if not duty.person:
            continue
        event = Event()
        mark = blake2b(f"{duty.person}|{duty.start.isoformat()}".encode(), digest_size=10).hexdigest()
        event.add("uid", f"{mark}@watcher")
        event.add("summary", f"{duty.person} is on call")
        event.add("dtstart", duty.start)
        event.add("dtend", duty.end)
        event.add("dtstamp", start)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def read_calendar(content: bytes, rota: Rota, zone: str, now: datetime) -> Imported:
    """The events of a calendar as overrides, for those whose title, or only guest, is somebody of the rota.

    Whole days are those of `zone`, floating times too. What repeats is there each time that is still to come
    at `now`, for a year. Raises CalendarError.
    """
    try:
        calendar = Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError) as error:
        raise CalendarError("That is no iCalendar file. Export it as .ics.") from error
    overrides: list[Override] = []
    unknown: list[str] = []
    left_out: list[str] = []
    events = calendar.walk("VEVENT")
    if sum(map(is_repeated, events)) > MOST_REPEATED:
        raise CalendarError(
            f"More than {MOST_REPEATED} events of it repeat: export the on-call calendar alone."
        )
    moved = _moved(events, ZoneInfo(zone))
    for event in events:
        if str(event.get("status", "")).upper() == "CANCELLED":
            continue
        title = str(event.get("summary", "")).strip()
        called = title or "an event without a title"
        try:
            spans = _spans(event, ZoneInfo(zone), now, frozenset(moved[str(event.get("uid", ""))]))
        except UnreadableRule as error:
            left_out.append(f"{called} ({error})")
            continue
        if name := _named(title, rota) or _invited(event, rota):
            overrides += [Override(name, *span, "from a calendar") for span in spans]
        else:
            unknown.append(called)
    overrides.sort(key=lambda one: (one.start, one.end))
    return Imported(tuple(overrides), tuple(dict.fromkeys(unknown)), tuple(dict.fromkeys(left_out)))


def _named(title: str, rota: Rota) -> str:
    """Whom a title names: `Ada is on call`, `On call: Ada`, `Ada`; the longest name that stands in it."""
    found = [
        one.name for one in rota.people if re.search(rf"(?<!\w){re.escape(one.name)}(?!\w)", title, re.I)
    ]
    return max(found, key=len, default="")


def _invited(event: Component, rota: Rota) -> str:
    """The one person of a rota whom an event invites, where its title names nobody: "Night shift"."""
    invited = event.get("attendee", [])
    called = [
        f"{one.params.get('CN', '')} {one}" for one in (invited if isinstance(invited, list) else [invited])
    ]
    names = {name for one in called if (name := _named(one, rota))}
    return names.pop() if len(names) == 1 else ""


def _moved(events: Iterable[Component], zone: ZoneInfo) -> defaultdict[str, set[datetime]]:
    """By the id of an event that repeats, the times of it that stand in the calendar on their own."""
    found: defaultdict[str, set[datetime]] = defaultdict(set)
    for event in events:
        if "recurrence-id" in event:
            found[str(event.get("uid", ""))].add(_moment(event.decoded("recurrence-id"), zone))
    return found


def _spans(
    event: Component, zone: ZoneInfo, now: datetime, moved: frozenset[datetime]
) -> list[tuple[datetime, datetime]]:
    """When an event is, each time; raises UnreadableRule where nobody can say."""
    first = _span(event, zone)
    if first is None:
        raise UnreadableRule("it has no time, or one that cannot be read")
    if "recurrence-id" in event or not is_repeated(event):
        return [first]
    try:
        return repeated(event, first, zone, now, moved)
    except UnreadableRule:
        raise
    except ValueError as error:
        raise UnreadableRule("a date or a rule in it cannot be read") from error


def _span(event: Component, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    try:
        start = event.decoded("dtstart")
        end = event.decoded("dtend") if "dtend" in event else start + _length(event, start)
    except (KeyError, ValueError, TypeError):
        return None
    span = _moment(start, zone), _moment(end, zone)
    return span if span[0] < span[1] else None


def _length(event: Component, start: date) -> timedelta:
    if "duration" in event:
        length: timedelta = event.decoded("duration")
        return length
    return timedelta() if isinstance(start, datetime) else timedelta(days=1)


def _moment(at: date, zone: ZoneInfo) -> datetime:
    whole = at if isinstance(at, datetime) else datetime.combine(at, time())
    return (whole if whole.tzinfo else whole.replace(tzinfo=zone)).astimezone(UTC)
