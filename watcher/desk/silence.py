"""The dead man's switch: whether Watcher still hears anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from watcher.models import Feed


def silence(feeds: Iterable[Feed], now: datetime, limit: timedelta, started: datetime) -> str:
    """Why nothing is heard, as a sentence; empty where all is well.

    Either no feed was polled for so long although some were due (the poller stands still), or every one
    that was polled in that time failed (the network is gone). Nothing is said in the first `limit` after
    the start, while what piled up is caught up with.
    """
    polled = [feed for feed in feeds if feed.retired_at is None]
    if not polled or now - started < limit:
        return ""
    lately = [feed for feed in polled if feed.last_polled_at and now - feed.last_polled_at < limit]
    overdue = [feed for feed in polled if feed.next_poll_at is None or now - feed.next_poll_at > limit]
    if not lately and overdue:
        return f"{len(overdue)} feeds are due, and none was polled. Restart Watcher, and look at its log."
    if lately and all(feed.failures for feed in lately):
        reason = next((feed.last_error for feed in lately if feed.last_error), "")
        return f"Every feed that was polled failed. Is the network up? One of them said: {reason}"
    return ""
