"""A topic's coverage over time: how much was told by the hour or the day, and how much is usual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.desk.clock import Window

BEFORE = timedelta(days=14)
"""How far before a window it is looked for what is usual."""
HOURLY = timedelta(days=3)
"""Longer windows than this are counted by the day."""
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_SAMPLES = 3
"""Days that must have been seen before anything is called usual."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a topic caught: stories and new events by the hour of their publication (in UTC), stories by
    language, and those of one event by the hour. `since` is when the first one of all was published."""

    stories: Mapping[datetime, int]
    events: Mapping[datetime, int]
    languages: Mapping[str, int]
    since: datetime | None = None
    own: Mapping[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """An hour or a day: its stories, how many of them are of the event in question, and its new events.

    `low` and `high` are what is usual then: eight of ten such hours or days were within them.
    """

    at: datetime
    stories: int
    events: int
    own: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """Coverage over a window, column by column. `alerts` are numbers and times of what broke in it."""

    title: str
    window: Window
    zone: str
    columns: tuple[Column, ...]
    languages: tuple[tuple[str, int], ...] = ()
    alerts: tuple[tuple[int, datetime], ...] = ()
    event: str = ""

    @property
    def hourly(self) -> bool:
        return is_hourly(self.window)

    @property
    def stories(self) -> int:
        return sum(column.stories for column in self.columns)

    @property
    def events(self) -> int:
        return sum(column.events for column in self.columns)


def is_hourly(window: Window) -> bool:
    """Whether a window is counted by the hour."""
    return window.end - window.start <= HOURLY


def trend_of(
    title: str,
    window: Window,
    zone: str,
    found: Coverage,
    alerts: Sequence[tuple[int, datetime]] = (),
    event: str = "",
) -> Trend:
    """Put what was caught, in the window and in the days before it, into columns of the reader's own day."""
    edges = _edges(window, ZoneInfo(zone))
    told, usual = _by_edge(found.stories, edges), _usual(found, window, edges, ZoneInfo(zone))
    events, own = _by_edge(found.events, edges), _by_edge(found.own or {}, edges)
    columns = tuple(
        Column(at, told[at], events[at], own[at], *usual.get(at, (None, None))) for at in edges[:-1]
    )
    ranked = sorted(found.languages.items(), key=lambda one: (-one[1], one[0]))
    return Trend(title, window, zone, columns, tuple(ranked), tuple(alerts), event)


def _edges(window: Window, zone: ZoneInfo) -> list[datetime]:
    """Where columns begin, and the end of the last: hours, or days of a zone."""
    if is_hourly(window):
        at = window.start.replace(minute=0, second=0, microsecond=0)
        edges = [at]
        while edges[-1] < window.end:
            edges.append(edges[-1] + _HOUR)
        return edges
    day = window.start.astimezone(zone).date()
    edges = [_midnight(day, zone)]
    while edges[-1] < window.end:
        day += _DAY
        edges.append(_midnight(day, zone))
    return edges


def _midnight(day: object, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)  # type: ignore[arg-type]


def _by_edge(counts: Mapping[datetime, int], edges: Sequence[datetime]) -> Counter[datetime]:
    """Hourly counts put together by column."""
    found: Counter[datetime] = Counter()
    place = 0
    for at in sorted(counts):
        while place + 1 < len(edges) and edges[place + 1] <= at:
            place += 1
        if edges[place] <= at < edges[-1]:
            found[edges[place]] += counts[at]
    return found


def _usual(
    found: Coverage, window: Window, edges: Sequence[datetime], zone: ZoneInfo
) -> dict[datetime, tuple[float, float]]:
    """What eight of ten such hours, or days, had in the time before the window; empty for a young topic."""
    first = max(found.since, window.start - BEFORE) if found.since else window.start
    first = (first + _HOUR).replace(minute=0, second=0, microsecond=0)
    if window.start - first < _SAMPLES * _DAY:
        return {}
    if is_hourly(window):
        return {at: _middle(_same_hours(found.stories, at, first, window.start)) for at in edges[:-1]}
    before = _edges(Window(first, window.start, ""), zone)[1:]
    counts = _by_edge(found.stories, before)
    band = _middle([counts[at] for at in before[:-1]])
    return dict.fromkeys(edges[:-1], band)


def _same_hours(counts: Mapping[datetime, int], at: datetime, first: datetime, end: datetime) -> list[int]:
    """The counts of the same hour of earlier days, and of the hours beside it."""
    samples = []
    day = at - _DAY
    while day >= first:
        samples += [counts.get(near, 0) for near in (day - _HOUR, day, day + _HOUR) if first <= near < end]
        day -= _DAY
    return samples


def _middle(samples: Sequence[int]) -> tuple[float, float]:
    """The bounds within which the middle eight of ten are."""
    ordered = sorted(samples) or [0]
    last = len(ordered) - 1
    return float(ordered[round(last * 0.1)]), float(ordered[round(last * 0.9)])


_BARS = "▁▂▃▄▅▆▇█"


def spark(counts: Sequence[int], most: int) -> str:
    """Counts as a line of small bars; a dot where there was nothing."""
    return "".join(_BARS[min(7, (8 * n - 1) // most)] if n and most else "·" for n in counts)
