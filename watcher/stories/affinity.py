"""Affinity: how likely a story tells the same event as others at hand, and as whole groups of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import fsum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from watcher.models import Story
from watcher.stories.likeness import Alike, log_odds, rank, to_likeness
from watcher.stories.measures import NAMES, Clipping, measure
from watcher.stories.morgue import Morgue
from watcher.stories.weights import weights

Floats = NDArray[np.float64]
Member = TypeVar("Member")

ACROSS = 1.6
"""Added to the logarithm of the odds of stories in two languages. The pairs on which likeness was fitted were
picked for being hard to tell; an average over many such doubts would never bring the stories together."""
CLOSELY = 0.3
"""Taken off the logarithm of the odds of stories that were both read closely: what is said of them is surer,
and of one topic's stories easily too much (docs/decisions.md)."""
DAY = 24 * 3600
SOON = 0.5
COOLING, FADING = 2.0, 1.0
"""What each day between two stories takes off the logarithm of their odds: up to SOON days, and beyond. Of
two outlets that tell one event nearly all do within half a day; who comes later may come on any day."""
WHOLE = 24
"""Of a group that is larger, so many stories stand for all: the first few and the latest."""
FIRST = 8
_ACROSS, _CLOSELY = NAMES.index("across"), NAMES.index("closely")


class Affinity:
    """Compares stories at hand, by the light of all that are."""

    def __init__(self, morgue: Morgue) -> None:
        self._morgue = morgue

    def seen(self, one: Clipping, others: Sequence[Clipping]) -> Floats:
        """The features of one story with others, shape (others, features)."""
        return measure(one, others, self._morgue.rarity)

    def to_each(self, one: Clipping, others: Sequence[Clipping]) -> Floats:
        """The likeness (0-1) of one story with each of some others; less the more days lie between them."""
        return _to_each(one, others, self.seen(one, others)) if others else np.zeros(0)

    def likest(self, one: Clipping, others: Sequence[Clipping]) -> tuple[Alike, ...]:
        """The three of some others most like a story, likest first, with the features that say so."""
        if not others:
            return ()
        seen = self.seen(one, others)
        scores = {
            other.story.id: float(p) for other, p in zip(others, _to_each(one, others, seen), strict=True)
        }
        found = [replace(alike, likeness=scores[alike.story.id]) for alike in rank(one, others, seen)]
        return tuple(sorted(found, key=lambda alike: (-alike.likeness, alike.story.id))[:3])

    def to_groups(
        self, one: Clipping, groups: Sequence[Sequence[str]], known: Mapping[str, float] | None = None
    ) -> list[float]:
        """The mean likeness of a story to those of each group, itself left out; 0 where there are no others.

        `known` has likenesses that were found already.
        """
        found = dict(known or {})
        wanted = [[id_ for id_ in standing_for(group) if id_ != one.story.id] for group in groups]
        missing = list(dict.fromkeys(id_ for ids in wanted for id_ in ids if id_ not in found))
        each = self.to_each(one, [self._morgue.get(id_) for id_ in missing])
        found.update(zip(missing, each.tolist(), strict=True))
        return [fsum(found[id_] for id_ in ids) / len(ids) if ids else 0.0 for ids in wanted]

    def between(self, some: Sequence[str], others: Sequence[str]) -> float:
        """The mean likeness of the stories of two groups."""
        fewer, more = sorted((some, others), key=len)
        each = [self.to_groups(self._morgue.get(id_), [more])[0] for id_ in standing_for(fewer, WHOLE // 4)]
        return fsum(each) / len(each)


def _to_each(one: Clipping, others: Sequence[Clipping], seen: Floats) -> Floats:
    apart = seconds_apart(one.story, [other.story for other in others])
    return to_likeness(log_odds(seen) + leeway(seen[:, _ACROSS], seen[:, _CLOSELY], apart))


def seconds_apart(one: Story, others: Sequence[Story]) -> Floats:
    """The seconds between a story and each of some others.

    A date alone is read as its midnight from feeds, and as its noon from files of stories. Such a story may
    be of any hour of its day (UTC): half a day is taken off what lies between it and another that has an
    hour.
    """
    at = np.array([story.published.timestamp() for story in (one, *others)])
    midnight, noon = at % DAY == 0, at % DAY == DAY / 2
    middle, alone = at + DAY / 2 * midnight, midnight | noon
    return np.asarray(np.maximum(np.abs(middle[1:] - middle[0]) - DAY / 2 * (alone[1:] ^ alone[0]), 0))


def leeway(across: Floats, closely: Floats, apart: Floats) -> Floats:
    """What grouping adds to the logarithm of the odds that pairs of stories tell one event.

    `across` and `closely` are as in Features, `apart` is the seconds between the two.
    """
    days = apart / DAY
    cooled = COOLING * np.minimum(days, SOON) + FADING * np.maximum(days - SOON, 0)
    return np.asarray(ACROSS * across - CLOSELY * closely - cooled)


def mean_likeness(some: Sequence[Clipping], others: Sequence[Clipping]) -> float:
    """What `Affinity.between` finds of two groups, by the news at large; 0 where one is empty."""
    fewer, more = sorted((list(some), list(others)), key=len)
    whole = list(standing_for(more))
    rarity = weights().rarity_of
    each = [_to_each(one, whole, measure(one, whole, rarity)) for one in standing_for(fewer, WHOLE // 4)]
    return float(np.mean(each)) if each else 0.0


def standing_for(members: Sequence[Member], whole: int = WHOLE) -> Iterable[Member]:
    """The stories of a group that stand for it: all of a small one, the first and latest of a large one."""
    if len(members) <= whole:
        return members
    first = min(FIRST, whole // 4)
    return (*islice(members, first), *members[first - whole :])
