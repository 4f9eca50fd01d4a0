"""Series: headlines of one pattern, each about something else.

"Earthquake of magnitude 4.3 near Lima", "Shares of X rise after results", "Your horoscope for 2 March": they
are as alike as two headlines can be, and what differs is what each is about. Two may still be one event in
other words. An outlet that has filled the same gap a third time, or a number that has grown by as much as
days have passed, says that it is a series; its stories are strangers to each other, however alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import Postfix, Prefix

from watcher.models import Story
from watcher.stories.affinity import WHOLE, standing_for
from watcher.stories.measures import Clipping
from watcher.stories.morgue import Morgue
from watcher.stories.reading import fold_all

FILLED = 3
"""How many different fillings of one gap by one outlet make a series."""
ANYWHERE = 5
"""How many make one whoever they are from, where capitals show that names fill the gap: outlets that tell one
event in each other's words may well choose four verbs, or four names for one place."""
SHARED = 0.6
"""The share of its words that a headline has in common with another of its pattern, three at the least."""
LEAST = 3
GAP = "…"
STEM = 6
"""Letters of a word that are compared: endings make no filling of their own."""
SPELLING = 85.0
"""From this likeness of 100 on, two fillings are two spellings of one."""
COLUMN = timedelta(hours=18)
"""The same headline by the same outlet after so long, over another lead, is a column of that name. Until then
other small words between the same names (a drone, a missile attack on Kyiv) are news of one event."""
FALLEN = timedelta(hours=6)
"""A number that is smaller after so long has not merely been put right."""
_NUMBER = re.compile(r"\d+")
_FIGURE = re.compile(r"\d+(?:[.,:/\-]\d+)*(?:[^\W\d_]{1,2}\b)?")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A headline as its words' beginnings, each number as one "0", and its numbers.

    `shown` are its words as they stand, where each is one of `words`, and `sentence` whether most of them are
    small, so that a capital says something.
    """

    words: tuple[str, ...]
    numbers: tuple[int, ...]
    shown: tuple[str, ...]
    sentence: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Where two headlines of one pattern differ: the words of the one and of the other, whether these are
    names by their capitals, and the words around them, which are the pattern.

    It is `retold` where capitals show that the names are all around it, and other words within it.
    """

    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    names: bool
    around: tuple[str, ...]
    retold: bool = False


class Series:
    """Tells series among the stories of a morgue."""

    def __init__(self, morgue: Morgue) -> None:
        self._morgue = morgue

    def of(
        self, one: Clipping, near: Sequence[Clipping], like: NDArray[np.bool_] | None = None
    ) -> frozenset[str]:
        """Which stories near one are strangers to it, where any of those `like` it (all) has its pattern."""
        likes = near if like is None else [near[i] for i in np.flatnonzero(like).tolist()]
        if any(gap_between(one.story.title, other.story.title) for other in likes):
            return strangers(one.story, [other.story for other in near])
        return frozenset()

    def between(self, some: Sequence[str], others: Sequence[str]) -> bool:
        """Whether of stories of two groups, by id, two are strangers, so that the groups are not one."""
        fewer, more = sorted((some, others), key=len)
        for one in (self._morgue.get(id_) for id_ in standing_for(fewer, WHOLE // 4)):
            like = [self._morgue.get(id_) for id_ in standing_for(more)]
            if any(gap_between(one.story.title, other.story.title) for other in like):
                near = {other.story.id: other for other in (*self._morgue.near(one), *like)}
                if not strangers(one.story, [other.story for other in near.values()]).isdisjoint(more):
                    return True
        return False


def strangers(story: Story, others: Iterable[Story]) -> frozenset[str]:
    """Which of some stories are of one series with this one, by id: alike in all but what they are about."""
    gaps = [(other, gap) for other in others if (gap := gap_between(story.title, other.title))]
    apart = {other.id for other, gap in gaps if _dated(story, other) or _column(story, other, gap)}
    patterns: dict[tuple[str, ...], list[tuple[Story, Gap]]] = {}
    for other, gap in gaps:
        if not (gap.retold and abs(story.published - other.published) < COLUMN):
            patterns.setdefault(gap.around, []).append((other, gap))
    for filled in patterns.values():
        if filled[0][1].mine and _often(story, filled):
            apart.update(other.id for other, _ in filled)
    counted = [other for other, gap in gaps if not gap.mine and _of_one(story, other)]
    if _up_and_down([story, *counted]):
        apart.update(other.id for other in counted if _numbers(story) != _numbers(other))
    return frozenset(apart)


def gap_between(title: str, other: str) -> Gap | None:
    """How two headlines of one pattern differ; None where they are of none, or one only says more."""
    a, b = pattern(title), pattern(other)
    if a.words == b.words:
        return Gap((), (), False, a.words)
    least = max(LEAST, SHARED * max(len(a.words), len(b.words)))
    if min(len(a.words), len(b.words)) < least or (a.words[0] != b.words[0] and a.words[-1] != b.words[-1]):
        return None
    start = Prefix.similarity(a.words, b.words)
    end = Postfix.similarity(a.words, b.words)
    mine, theirs = (range(start, len(one.words) - end) for one in (a, b))
    filling, other_filling = (tuple(one.words[i] for i in at) for one, at in ((a, mine), (b, theirs)))
    numbers = min(filling.count("0"), other_filling.count("0"))
    if not mine or not theirs or start + end + numbers < least:
        return None
    if fuzz.ratio(" ".join(filling), " ".join(other_filling)) >= SPELLING:
        return None
    around = (*a.words[:start], GAP, *a.words[len(a.words) - end :])
    names = (_are_names(a, mine), _are_names(b, theirs))
    known = start > 0 or min(len(mine), len(theirs)) > 1
    beside = [i for i in range(len(a.words)) if i not in mine]
    return Gap(filling, other_filling, all(names), around, known and not any(names) and _are_names(a, beside))


@lru_cache(maxsize=8192)
def pattern(title: str) -> Pattern:
    """The pattern of a headline."""
    figured = _FIGURE.sub("0", title)
    words = tuple(word[:STEM] for word in fold_all(figured).split())
    shown = tuple(re.findall(r"[^\W_]+", figured))
    small = sum(word[0].islower() for word in shown if len(word) >= 4)
    large = sum(word[0].isupper() for word in shown[1:] if len(word) >= 4)
    numbers = tuple(map(int, (digits[:9] for digits in _NUMBER.findall(title))))
    return Pattern(words, numbers, shown if len(shown) == len(words) else (), small >= max(2, large))


def _are_names(one: Pattern, places: Sequence[int]) -> bool:
    """Whether what fills a gap has a capital within a headline where capitals are rare."""
    return bool(one.shown) and one.sentence and any(i and one.shown[i][0].isupper() for i in places)


def _often(story: Story, filled: Sequence[tuple[Story, Gap]]) -> bool:
    """Whether the gap of a pattern was filled with so many different words that it makes a series."""
    by_outlet: dict[str, set[tuple[str, ...]]] = {story.outlet: {filled[0][1].mine}}
    for other, gap in filled:
        by_outlet.setdefault(other.outlet, set()).add(gap.theirs)
    if any(outlet and len(fillings) >= FILLED for outlet, fillings in by_outlet.items()):
        return True
    names = {gap.theirs for _, gap in filled if gap.names}
    known = len([outlet for outlet in by_outlet if outlet])
    return len(names) + 1 >= ANYWHERE and len(set().union(*by_outlet.values())) > known


def _dated(story: Story, other: Story) -> bool:
    """Whether one number differs by as many days as lie between two stories of an outlet: it counts days."""
    mine, theirs = _numbers(story), _numbers(other)
    if not _of_one(story, other) or len(mine) != len(theirs):
        return False
    steps = [a - b for a, b in zip(mine, theirs, strict=True) if a != b]
    return len(steps) == 1 and steps[0] != 0 and steps[0] == round((story.published - other.published) / _DAY)


def _column(story: Story, other: Story, gap: Gap) -> bool:
    """Whether the same headline stands over another lead, a day later."""
    if gap.mine or not _of_one(story, other) or _numbers(story) != _numbers(other):
        return False
    if abs(story.published - other.published) < COLUMN or not (story.summary and other.summary):
        return False
    return fuzz.token_set_ratio(story.summary[:200].lower(), other.summary[:200].lower()) < 60


def _up_and_down(stories: Sequence[Story]) -> bool:
    """Whether headlines that differ in numbers alone are of a series: what is counted of one event, such as
    its dead, grows with time."""
    if len(set(map(_numbers, stories))) < FILLED:
        return False
    return any(
        _numbers(later) < _numbers(one) and later.published - one.published >= FALLEN
        for one in stories
        for later in stories
    )


def _numbers(story: Story) -> tuple[int, ...]:
    return pattern(story.title).numbers


def _of_one(story: Story, other: Story) -> bool:
    return story.outlet == other.outlet
