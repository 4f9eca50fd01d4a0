"""Whether a feed has fallen silent, by its own rhythm: one speaks every minute, another once a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from watcher.models import Feed

SILENT = timedelta(days=14)
"""A feed that has had nothing new for this long is silent, whatever its rhythm."""
EMPTY = timedelta(days=1)
"""So is one that has had no story at all for this long."""
_FEWEST = 10
"""Times at which a feed had news, from which its rhythm can be told."""
_LONGER = 2
"""A silence has to be so many times its longest pause, in which nights and weekends are."""


def is_silent(feed: Feed, now: datetime) -> bool:
    """Whether a feed that answers has had nothing new for two weeks, or has never had anything for a day."""
    if feed.last_changed_at is None:
        return feed.first_polled_at is not None and now - feed.first_polled_at > EMPTY
    return now - feed.last_changed_at > SILENT


def may_have_fallen_silent(feed: Feed) -> bool:
    """Whether a feed has had nothing new for a day at least, when it was polled last."""
    return bool(feed.last_changed_at and feed.last_polled_at) and _silence(feed) > EMPTY


def usual_pause(feed: Feed, told_at: Sequence[datetime]) -> timedelta | None:
    """The longest pause of a feed that has fallen silent for far longer than that; None where it has not.

    `told_at` is when it had something new, each time, in the weeks before.
    """
    if len(told_at) < _FEWEST:
        return None
    longest = max(later - earlier for earlier, later in pairwise(sorted(told_at)))
    return longest if _silence(feed) > max(EMPTY, _LONGER * longest) else None


def _silence(feed: Feed) -> timedelta:
    """From the last news to the last poll, since nobody looked after that."""
    if feed.last_changed_at is None or feed.last_polled_at is None:
        return timedelta()
    return feed.last_polled_at - feed.last_changed_at
