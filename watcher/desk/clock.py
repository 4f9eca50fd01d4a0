"""Windows, times of day and quiet hours, in the reader's own zone.

A time of day that a clock change skips (02:30 in spring) comes at the moment it would have been, an
hour later by the wall; one that happens twice comes once, the first time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import process

from watcher.models import Quiet, WatcherError

LONGEST = timedelta(days=92)

_UNITS = {
    "m": ("minute", timedelta(minutes=1)),
    "h": ("hour", timedelta(hours=1)),
    "d": ("day", timedelta(days=1)),
    "w": ("week", timedelta(weeks=1)),
}
_PART = re.compile(r"(\d{1,4})\s*(m|h|d|w)(?:in|ins|inutes?|rs?|ours?|ays?|eeks?)?(?![a-z])", re.IGNORECASE)
_SPAN = re.compile(rf"(?:the\s+)?(?:last\s+)?((?:{_PART.pattern}(?:\s*(?:,|and\b)?\s*))+)", re.IGNORECASE)
_SINCE = re.compile(r"since\s+(.+)|(\d{1,2}[:.h]\d{2})", re.IGNORECASE)
_TOMORROW = re.compile(r"tomorrow\s+(?:at\s+)?(.+)")
_NAMED = {"week": "7d", "day": "24h", "hour": "1h", "month": "30d"}
WINDOWS = ("1h", "6h", "12h", "24h", "3d", "7d", "today", "yesterday")


class ClockError(WatcherError):
    """A window, time or time zone that cannot be read."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, from `start` (left out) to `end` (taken in), and how people call it."""

    start: datetime
    end: datetime
    words: str


def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name such as Europe/Warsaw; raises ClockError with the nearest names."""
    wanted = name.strip()
    if wanted.upper() in ("UTC", "GMT", "Z"):
        return ZoneInfo("UTC")
    known = available_timezones()
    by_word = {zone.casefold(): zone for zone in known}
    found = by_word.get(wanted.casefold().replace(" ", "_"))
    if found is not None:
        return ZoneInfo(found)
    likely = process.extract(wanted, known, limit=3, processor=lambda zone: zone.split("/")[-1].casefold())
    raise ClockError(
        f"There is no time zone {wanted!r}. Perhaps {' or '.join(hit[0] for hit in likely)}? "
        "Time zones are written as Europe/Warsaw."
    )


def clock_time(at: datetime, zone: str) -> str:
    """A time of day by the clocks of a zone, for a sentence: 08:00 CEST."""
    return f"{at.astimezone(zone_of(zone)):%H:%M %Z}"


def clock_moment(at: datetime, zone: str, now: datetime) -> str:
    """A time of day for a sentence, with its day where that is not today: 08:00 CEST on Tue 1 Sep."""
    local = at.astimezone(zone_of(zone))
    today = now.astimezone(zone_of(zone)).date() == local.date()
    return clock_time(at, zone) + ("" if today else f" on {local:%a} {local.day} {local:%b}")


def parse_window(text: str, now: datetime, zone: str = "UTC") -> Window:
    """Read `24h`, `3 days`, `1d12h`, `today`, `yesterday`, `week` or `since 8`; raises ClockError."""
    wanted = text.strip().casefold()
    wanted = _NAMED.get(wanted, wanted)
    midnight = datetime.combine(now.astimezone(zone_of(zone)).date(), time(), zone_of(zone))
    if wanted == "today":
        return Window(midnight.astimezone(UTC), now, "today")
    if wanted == "yesterday":
        before = datetime.combine(midnight.date() - timedelta(days=1), time(), zone_of(zone))
        return Window(before.astimezone(UTC), midnight.astimezone(UTC), "yesterday")
    if match := _SPAN.fullmatch(wanted):
        return _span([(int(number), unit.lower()) for number, unit in _PART.findall(match[1])], now)
    if match := _SINCE.fullmatch(wanted):
        return _since(parse_time(match[1] or match[2]), now, zone)
    raise ClockError(
        f"I cannot read {text.strip()!r} as a stretch of time. "
        "Say 24h, 3d, 1d12h, 90m, 2w, today, yesterday or since 8:00."
    )


def parse_until(text: str, now: datetime, zone: str = "UTC") -> datetime:
    """Read `30m`, `for 2 hours`, `8:00` or `until 8` as a time to come; raises ClockError."""
    said = re.sub(r"^(?:till|til|'til)\s", "until ", text.strip().casefold())
    until = said.startswith("until ")
    said = said.removeprefix("until ").removeprefix("for ").strip()
    said = re.sub(r"^an?\s+", "", said)
    said = {"half an hour": "30m", "half hour": "30m"}.get(said, _NAMED.get(said, said))
    if match := _TOMORROW.fullmatch(said):
        midnight = _moment(now.astimezone(zone_of(zone)), 1, time())
        return next_time((parse_time(match[1]),), zone, midnight - timedelta(microseconds=1))
    if match := _SPAN.fullmatch(said):
        window = _span([(int(number), unit.lower()) for number, unit in _PART.findall(match[1])], now)
        return now + (now - window.start)
    if said.isdigit() and not until:  # of minutes, of hours, or o'clock
        raise ClockError(f"I cannot read {text.strip()!r} as a time to come. Say 30m, 2h or 8:00.")
    return next_time((parse_time(said),), zone, now)


def _span(parts: Sequence[tuple[int, str]], now: datetime) -> Window:
    """The window of some numbers of units: 1d 12h."""
    length = sum((number * _UNITS[unit][1] for number, unit in parts), timedelta())
    if not timedelta() < length <= LONGEST:
        said = "".join(f"{number}{unit}" for number, unit in parts)
        raise ClockError(f"A window is between 1m and {LONGEST.days}d long; {said} is not.")
    named = [f"{number} {_UNITS[unit][0]}{'s' if number != 1 else ''}" for number, unit in parts]
    words = (
        named[0].removeprefix("1 ") if len(named) == 1 else " and ".join([", ".join(named[:-1]), named[-1]])
    )
    return Window(now - length, now, f"the last {words}")


def _since(at: time, now: datetime, zone: str) -> Window:
    start = _moment(now.astimezone(zone_of(zone)), 0, at)
    if start >= now:
        start = _moment(now.astimezone(zone_of(zone)), -1, at)
    return Window(start, now, f"since {at:%H:%M}")


def parse_time(text: str) -> time:
    """Read a time of day: 8, 8:00, 08.30, 6pm; raises ClockError."""
    match = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", text.strip().casefold())
    if match:
        hour, minute = int(match[1]), int(match[2] or 0)
        if match[3] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if match[3] == "pm" else 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise ClockError(f"I cannot read {text.strip()!r} as a time of day. Write it as 8:00 or 18:30.")


def parse_times(text: str) -> tuple[time, ...]:
    """Read times of day separated by commas or spaces, sorted and each once; raises ClockError."""
    return tuple(sorted({parse_time(part) for part in re.split(r"[,;\s]+", text.strip()) if part}))


def parse_quiet(text: str) -> Quiet | None:
    """Read quiet hours such as 22:00-07:00; `off` and `none` are no quiet hours; raises ClockError."""
    if text.strip().casefold() in ("off", "none", "no", "never", ""):
        return None
    parts = re.split(r"\s*(?:-|–|to|until)\s*|\s+(?=\d)", text.strip())
    if len(parts) != 2:
        raise ClockError(f"I cannot read {text.strip()!r} as quiet hours. Write 22:00-07:00, or off.")
    start, end = parse_time(parts[0]), parse_time(parts[1])
    if start == end:
        raise ClockError("Quiet hours that end when they start are none. Write 22:00-07:00, or off.")
    return Quiet(start, end)


def _moment(local: datetime, days: int, at: time) -> datetime:
    """A time of day, some days from a local datetime's own day, as a moment in UTC."""
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, at, local.tzinfo).astimezone(UTC)


def next_time(times: Iterable[time], zone: str, after: datetime) -> datetime:
    """The first moment after `after` at which it is one of `times` in `zone`. `times` is not empty."""
    local = after.astimezone(zone_of(zone))
    moments = (_moment(local, days, at) for days in (-1, 0, 1, 2) for at in times)
    return min(moment for moment in moments if moment > after)


def quiet_until(quiet: Quiet | None, zone: str, now: datetime) -> datetime | None:
    """When the quiet hours that now reign will end; None where it is not quiet."""
    if quiet is None:
        return None
    local = now.astimezone(zone_of(zone))
    for days in (-1, 0):
        start = _moment(local, days, quiet.start)
        end = _moment(local, days + (quiet.end <= quiet.start), quiet.end)
        if start <= now < end:
            return end
    return None
