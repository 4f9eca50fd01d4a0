"""Whether it is the feeds that cannot be reached, or this machine that reaches nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from watcher.feeds.addresses import outlet_of
from watcher.models import Fetched, FetchFailed, Parsed, ParseFailed, Unchanged

LATELY = timedelta(minutes=15)
"""The polls that count: a feed that fails is asked again within these."""
NEARLY_ALL = 0.9
FEW_FEEDS, FEW_OUTLETS = 5, 3
"""With fewer than these, one server that is down would be taken for the network."""

ASKED_EVERY = timedelta(minutes=1)
"""How often one of the missed feeds is asked whether the network is back. Left to themselves all would ask
more and more seldom, and after a night without a network none for hours."""

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
        self._asked_at: datetime | None = None

    @property
    def missed(self) -> frozenset[int]:
        """The ids of the feeds that could not be reached, while nearly nothing can."""
        if not self._cut_off:
            return frozenset()
        return frozenset(id_ for id_, last in self._last.items() if not last.reached)

    def copy(self) -> Self:
        """The same, to be changed apart."""
        other = type(self)()
        other._last, other._cut_off, other._asked_at = dict(self._last), self._cut_off, self._asked_at
        return other

    def recall(self, missed: Collection[int], at: datetime) -> None:
        """Go on where a stop cut in: these were missed, and nearly nothing could be reached."""
        for id_ in missed:
            self._last.setdefault(id_, _Last(at, "", False))
        self._cut_off = self._cut_off or bool(missed)

    def forget_all_but(self, polled: Collection[int]) -> None:
        """Go by these feeds alone: others were removed, or are gone for good."""
        self._last = {id_: last for id_, last in self._last.items() if id_ in polled}
        self._cut_off = bool(self.missed)

    def note(self, outcome: Outcome) -> frozenset[int]:
        """Take note of a poll. Where it shows that the network is back after nearly nothing could be
        reached, gives the ids of the feeds that were missed meanwhile, else nothing."""
        feed = outcome.feed
        before = self._last.get(feed.id)
        now = self._last[feed.id] = _Last(outcome.at, outlet_of(feed.url), _reached(outcome))
        if not now.reached:
            self._cut_off = self._cut_off or self._nearly_all_lost(outcome.at)
        elif (before and not before.reached) or not self._nearly_all_lost(outcome.at):
            missed, self._cut_off = self.missed, False
            return missed
        return frozenset()

    def ask(self, now: datetime) -> int | None:
        """One of the missed feeds, in turn, that is to be polled now to see whether the network is back."""
        missed = self.missed
        if not missed or (self._asked_at and timedelta() <= now - self._asked_at < ASKED_EVERY):
            return None
        self._asked_at = now
        id_ = min(missed, key=lambda id_: self._last[id_].at)
        self._last[id_] = replace(self._last[id_], at=now)
        return id_

    def is_cut_off(self, now: datetime) -> bool:
        """Whether nearly nothing can be reached: so it was lately, and no poll has shown otherwise since."""
        return self._cut_off or self._nearly_all_lost(now)

    def _nearly_all_lost(self, now: datetime) -> bool:
        lately = [last for last in self._last.values() if now - last.at <= LATELY]
        lost = [last for last in lately if not last.reached]
        enough = len(lost) >= FEW_FEEDS and len({last.outlet for last in lost}) >= FEW_OUTLETS
        return enough and len(lost) >= NEARLY_ALL * len(lately)


def _reached(outcome: Outcome) -> bool:
    """Whether a server answered, be it with an error."""
    return not isinstance(outcome, FetchFailed) or outcome.status is not None or outcome.gone
