"""Whether it is the feeds that cannot be reached, or this machine that reaches nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.feeds.addresses import outlet_of
from watcher.models import Fetched, FetchFailed, Parsed, ParseFailed, Unchanged

LATELY = timedelta(minutes=15)
"""The polls that count: a feed that fails is asked again within these."""
NEARLY_ALL = 0.9
FEW_FEEDS, FEW_OUTLETS = 5, 3
"""With fewer than these, one server that is down would be taken for the network."""

Outcome = Fetched | Unchanged | FetchFailed | Parsed | ParseFailed


@dataclass(frozen=True, slots=True)
class _Last:
    at: datetime
    outlet: str
    reached: bool


class Reach:
    """What the last poll of each feed says of this machine's own network."""

    def __init__(self) -> None:
        self._last: dict[int, _Last] = {}
        self._cut_off = False

    def note(self, outcome: Outcome) -> frozenset[int]:
        """Take note of a poll. Where it shows that the network is back after nearly nothing could be
        reached, gives the ids of the feeds that were missed meanwhile, else nothing."""
        feed = outcome.feed
        before = self._last.get(feed.id)
        now = self._last[feed.id] = _Last(outcome.at, outlet_of(feed.url), _reached(outcome))
        if not now.reached:
            self._cut_off = self._cut_off or self.is_cut_off(outcome.at)
        elif self._cut_off and before and not before.reached:
            self._cut_off = False
            return frozenset(id_ for id_, last in self._last.items() if not last.reached)
        return frozenset()

    def is_cut_off(self, now: datetime) -> bool:
        """Whether nearly nothing that was polled lately answered at all."""
        lately = [last for last in self._last.values() if now - last.at <= LATELY]
        lost = [last for last in lately if not last.reached]
        enough = len(lost) >= FEW_FEEDS and len({last.outlet for last in lost}) >= FEW_OUTLETS
        return enough and len(lost) >= NEARLY_ALL * len(lately)


def _reached(outcome: Outcome) -> bool:
    """Whether a server answered, be it with an error."""
    return not isinstance(outcome, FetchFailed) or outcome.status is not None or outcome.gone
