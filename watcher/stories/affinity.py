"""Affinity: how likely a story tells the same event as others at hand, and as whole groups of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from watcher.stories.likeness import log_odds, to_likeness
from watcher.stories.measures import Clipping, measure
from watcher.stories.morgue import Morgue

Floats = NDArray[np.float64]

FRESH = timedelta(hours=24)
FADING = 0.5
"""Beyond FRESH, each day between two stories takes so much off the logarithm of their odds."""
WHOLE = 40
"""Of a group that is larger, so many stories stand for all: the first few and the latest."""
FIRST = 10


class Affinity:
    """Compares stories at hand, by the light of all that are."""

    def __init__(self, morgue: Morgue) -> None:
        self._morgue = morgue

    def seen(self, one: Clipping, others: Sequence[Clipping]) -> Floats:
        """The features of one story with others, shape (others, features)."""
        return measure(one, others, self._morgue.rarity, self._morgue.centre())

    def to_each(self, one: Clipping, others: Sequence[Clipping]) -> Floats:
        """The likeness (0-1) of one story with each of some others; less the more days lie between them."""
        if not others:
            return np.zeros(0)
        apart = [abs(one.story.published - other.story.published) - FRESH for other in others]
        days = np.array([max(0.0, span / timedelta(days=1)) for span in apart])
        return to_likeness(log_odds(self.seen(one, others)) - FADING * days)

    def to_group(self, one: Clipping, members: Sequence[str]) -> float:
        """The mean likeness of a story to those of a group, itself left out; 0 where there are no others."""
        others = [self._morgue.get(id_) for id_ in standing_for(members) if id_ != one.story.id]
        return float(self.to_each(one, others).mean()) if others else 0.0

    def between(self, some: Sequence[str], others: Sequence[str]) -> float:
        """The mean likeness of the stories of two groups."""
        fewer, more = sorted((some, others), key=len)
        each = [self.to_group(self._morgue.get(id_), more) for id_ in standing_for(fewer, WHOLE // 4)]
        return float(np.mean(each))


def standing_for(members: Sequence[str], whole: int = WHOLE) -> Iterable[str]:
    """The stories of a group that stand for it: all of a small one, the first and the latest of a large one."""
    if len(members) <= whole:
        return members
    first = min(FIRST, whole // 4)
    return (*islice(members, first), *members[first - whole :])
