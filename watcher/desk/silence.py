"""The dead man's switch: whether Watcher still hears anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from watcher.feeds.addresses import outlet_of
from watcher.models import Feed


def silence(feeds: Iterable[Feed], now: datetime, limit: timedelta, started: datetime) -> str:
    """Why nothing has been heard for as long as `limit`, as a sentence; empty where all is well.

    Either no feed was polled for so long although some were due (the poller stands still), or all that
    were polled since one could last be read failed (the network is gone). Feeds that were ill before
    then say nothing of the network, nor does one outlet, while those of others are well and not due.
    Nothing is said in the first `limit` after the start, while what piled up is caught up with.
    """
    polled = [feed for feed in feeds if feed.retired_at is None]
    if not polled or now - started < limit:
        return ""
    return _stands_still(polled, now, limit) or _all_failed(polled, now, limit)


def is_over(feeds: Iterable[Feed], since: datetime) -> bool:
    """Whether a silence has ended: a feed could be read. That none was polled since is no end."""
    return any(feed.last_polled_at and feed.last_polled_at > since for feed in _well(feeds))


def _well(feeds: Iterable[Feed]) -> list[Feed]:
    return [feed for feed in feeds if feed.retired_at is None and not feed.failures]


def _stands_still(polled: Sequence[Feed], now: datetime, limit: timedelta) -> str:
    lately = [feed for feed in polled if feed.last_polled_at and now - feed.last_polled_at < limit]
    overdue = [feed for feed in polled if feed.next_poll_at is None or now - feed.next_poll_at > limit]
    if lately or not overdue:
        return ""
    many = len(overdue) > 1
    due = f"{len(overdue)} feeds are due, and none" if many else "One feed is due, and it"
    return f"{due} was {'' if many else 'not '}polled. Restart Watcher, and look at its log."


def _all_failed(polled: Sequence[Feed], now: datetime, limit: timedelta) -> str:
    well = _well(polled)
    heard = max((feed.last_polled_at for feed in well if feed.last_polled_at), default=None)
    failed = [feed for feed in polled if feed.ill_since and (heard is None or feed.ill_since > heard)]
    if not failed or min(feed.ill_since for feed in failed if feed.ill_since) > now - limit:
        return ""
    if well and len({outlet_of(feed.url) for feed in failed}) == 1:
        return ""
    reason = next((feed.last_error for feed in failed if feed.last_error), "")
    said = f" One of them said: {reason}" if reason else ""
    return f"Every feed that was polled failed. Is the network up?{said}"
