"""When a feed is polled next, and what a poll leaves behind in it: pure decisions about its health."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher import __version__
from watcher.feeds.addresses import outlet_of
from watcher.models import Feed, Fetched, FetchFailed, Parsed, ParseFailed, Story, Unchanged

Outcome = Fetched | Unchanged | FetchFailed | Parsed | ParseFailed

MOVE_HOLDS = timedelta(days=7)
LONGEST_PATIENCE = timedelta(days=1)
FAILURES_BEFORE_TOLD = 3
TOLD_AT_ONCE = timedelta(hours=6)
"""A server that wants to be left alone for so long is told of at once: its third refusal is days away."""

# A change halves the interval, no change stretches it by a quarter: it settles where about one poll in
# four brings something, so a story is met after a seventh of the time between two stories of the feed.
_SOONER = 0.5
_LATER = 1.25
# A newsroom sleeps: a feed that spoke within a day is asked each hour, to be heard when morning comes.
_A_DAY = timedelta(days=1)
_WITHIN_A_DAY = timedelta(hours=1)
_STORIES_FOR_PACE = 10
_KEPT_HEADER = 512


@dataclass(frozen=True, slots=True)
class PollSettings:
    """How feeds are polled. Seconds and bytes as named; `max_ratio` is decompressed to compressed size."""

    concurrency: int = 64
    total_seconds: float = 30.0
    read_seconds: float = 15.0
    connect_seconds: float = 10.0
    host_pause_seconds: float = 1.0
    max_bytes: int = 15 * 1024 * 1024
    max_ratio: int = 100
    max_redirects: int = 8
    floor: timedelta = timedelta(minutes=5)
    ceiling: timedelta = timedelta(hours=6)
    user_agent: str = f"Watcher/{__version__} (newsroom feed reader)"


def after_poll(
    feed: Feed, result: Outcome, settings: PollSettings, *, changed: bool = False, jitter: float = 0.5
) -> Feed:
    """The feed as it stands after one step of its poll; `jitter` is a random number from 0 to 1.

    A body goes through two steps, Fetched and then Parsed (`changed` where it had new stories or
    headlines) or ParseFailed, each given the feed that the step before gave. Save only the last together
    with the stories: were the ETag kept and the stories lost, the next poll would be told that nothing
    is new. `told` turns true when an illness has lasted long enough to speak of, and false again with
    recovery: where it differs before and after, the desk wants to hear.
    """
    match result:
        case Fetched():
            return _after_fetched(feed, result, settings)
        case Unchanged():
            return _after_unchanged(feed, result, settings, jitter)
        case Parsed():
            return _after_parsed(feed, result, settings, changed, jitter)
        case ParseFailed():
            return _after_parse_failed(feed, result, settings, jitter)
        case FetchFailed():
            return _after_failure(feed, result, settings, jitter)


def _after_fetched(feed: Feed, result: Fetched, settings: PollSettings) -> Feed:
    moved = _after_move(feed, result.moved_to, result.at)
    wish = min(max(max_age(result.headers), settings.floor), settings.ceiling)
    return replace(
        moved,
        etag=_kept_header(result.headers.get("etag", "")),
        last_modified=_kept_header(result.headers.get("last-modified", "")),
        body_hash=result.body_hash,
        last_polled_at=result.at,
        next_poll_at=result.at + wish,
    )


def _after_unchanged(feed: Feed, result: Unchanged, settings: PollSettings, jitter: float) -> Feed:
    interval = _longer(feed, result.at, settings)
    headers = result.headers
    return replace(
        _well(_after_move(feed, result.moved_to, result.at)),
        etag=_kept_header(headers.get("etag", "")) or feed.etag,
        last_modified=_kept_header(headers.get("last-modified", "")) or feed.last_modified,
        interval=interval,
        last_polled_at=result.at,
        next_poll_at=_next(result.at, interval, max_age(headers), settings, jitter),
    )


def _after_parsed(feed: Feed, result: Parsed, settings: PollSettings, changed: bool, jitter: float) -> Feed:
    interval, last_changed = _pace(feed, result, settings, changed)
    asked = feed.next_poll_at - result.at if feed.next_poll_at and feed.last_polled_at == result.at else None
    wish = max(asked or timedelta(0), result.ttl or timedelta(0))
    return replace(
        _well(feed),
        title=feed.title or result.title,
        outlet=_outlet(feed, result.stories) if feed.first_polled_at is None else feed.outlet,
        language=feed.language or result.language,
        interval=interval,
        first_polled_at=feed.first_polled_at or result.at,
        last_polled_at=result.at,
        last_changed_at=last_changed,
        next_poll_at=_next(result.at, interval, wish, settings, jitter),
    )


def _after_parse_failed(feed: Feed, result: ParseFailed, settings: PollSettings, jitter: float) -> Feed:
    # The next poll must fetch again, and a redirect that leads to no feed is not one to learn.
    forgotten = replace(feed, etag="", last_modified="", body_hash="", moved_to="", moved_since=None)
    return _ill(forgotten, result.at, result.reason, None, settings, jitter)


def _after_failure(feed: Feed, result: FetchFailed, settings: PollSettings, jitter: float) -> Feed:
    ill = _ill(feed, result.at, result.reason, result.retry_after, settings, jitter)
    if result.gone:
        return replace(ill, retired_at=result.at, next_poll_at=None, told=True)
    return ill


def _well(feed: Feed) -> Feed:
    return replace(feed, failures=0, last_error="", ill_since=None, told=False)


def _ill(
    feed: Feed,
    at: datetime,
    reason: str,
    retry_after: timedelta | None,
    settings: PollSettings,
    jitter: float,
) -> Feed:
    failures = feed.failures + 1
    backoff = min(settings.floor * 2 ** min(failures - 1, 16), settings.ceiling)
    patience = min(retry_after or timedelta(0), LONGEST_PATIENCE)
    return replace(
        feed,
        failures=failures,
        last_error=reason,
        ill_since=feed.ill_since or at,
        told=feed.told or failures >= FAILURES_BEFORE_TOLD or patience >= TOLD_AT_ONCE,
        last_polled_at=at,
        next_poll_at=at + max(backoff * _spread(jitter), patience * (1 + 0.1 * jitter)),
    )


def _after_move(feed: Feed, moved_to: str, at: datetime) -> Feed:
    """Learn a permanent redirect once it has led to the same address for a week."""
    if not moved_to or moved_to == feed.url:
        return replace(feed, moved_to="", moved_since=None)
    if moved_to != feed.moved_to or feed.moved_since is None:
        return replace(feed, moved_to=moved_to, moved_since=at)
    if at - feed.moved_since < MOVE_HOLDS:
        return feed
    return replace(feed, url=moved_to, moved_to="", moved_since=None)


def _pace(
    feed: Feed, result: Parsed, settings: PollSettings, changed: bool
) -> tuple[timedelta, datetime | None]:
    if feed.first_polled_at is None:
        return _first_interval(feed, result, settings), _newest(result) or feed.last_changed_at
    if changed:
        return _bounded(feed.interval * _SOONER, settings), result.at
    return _longer(feed, result.at, settings), feed.last_changed_at


def _first_interval(feed: Feed, result: Parsed, settings: PollSettings) -> timedelta:
    """A quarter of the usual time between the feed's newest stories, where they have times."""
    times = sorted(story.published for story in result.stories if story.published < result.at)
    newest = times[-_STORIES_FOR_PACE:]
    if len(newest) < 2:
        return _bounded(feed.interval, settings)
    return _bounded((result.at - newest[0]) / len(newest) / 4, settings)


def _newest(result: Parsed) -> datetime | None:
    return max((story.published for story in result.stories), default=None)


def _longer(feed: Feed, at: datetime, settings: PollSettings) -> timedelta:
    interval = feed.interval * _LATER
    if feed.last_changed_at is not None and at - feed.last_changed_at < _A_DAY:
        interval = min(interval, _WITHIN_A_DAY)
    return _bounded(interval, settings)


def _bounded(interval: timedelta, settings: PollSettings) -> timedelta:
    return min(max(interval, settings.floor), settings.ceiling)


def _next(
    at: datetime, interval: timedelta, wish: timedelta, settings: PollSettings, jitter: float
) -> datetime:
    patience = min(wish, settings.ceiling) * (1 + 0.1 * jitter)
    return at + max(interval * _spread(jitter), patience)


def _spread(jitter: float) -> float:
    return 0.9 + 0.2 * jitter


def _outlet(feed: Feed, stories: Sequence[Story]) -> str:
    """The outlet most of the stories are of; the feed's own where they are of many (an aggregator)."""
    outlets = Counter(story.outlet for story in stories).most_common(1)
    if outlets and outlets[0][1] * 2 > len(stories):
        return outlets[0][0]
    return outlet_of(feed.url)


def _kept_header(value: str) -> str:
    """A validator that can be sent back as it came; none where it is absurd."""
    return value if len(value) <= _KEPT_HEADER and value.isascii() and value.isprintable() else ""


def max_age(headers: Mapping[str, str]) -> timedelta:
    """How long an answer stays fresh by Cache-Control, less the Age it had already; zero if unsaid."""
    control = headers.get("cache-control", "").lower()
    said = re.search(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", control)
    if said is None or "no-cache" in control or "no-store" in control:
        return timedelta(0)
    age = re.match(r"\s*(\d{1,9})\s*$", headers.get("age", ""))
    return timedelta(seconds=max(0, int(said[1]) - (int(age[1]) if age else 0)))
