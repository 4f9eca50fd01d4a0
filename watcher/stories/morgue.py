"""The morgue: the stories of the last days, to be searched for those that may tell the same event.

In a newsroom the morgue is where clippings are kept. What is older than the window is thrown out, so that a
search does not slow down as time goes by. It also knows how common each word is in its own stories: in a
topic where every story names Kim and Putin, these names say nothing.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from heapq import nlargest
from math import log

import numpy as np
from numpy.typing import NDArray

from watcher.stories.measures import Clipping, Table
from watcher.stories.reading import CODES, Codes
from watcher.stories.vectors import Vector, on_one_thread
from watcher.stories.weights import weights

NEAREST = 24
"""How many of the nearest in meaning are looked at."""
RARE = 4.0
"""The rarity from which a word of a title is remembered: some one story in fifty has the word."""
LATEST = 6
"""How many of the latest stories with a rare word are remembered."""
SHARING = 16
"""How many of the stories that share the most rare words are looked at."""
COARSE = 32
"""Above FEW stories, only the first COARSE numbers of each point (the directions of greatest spread) are
compared at first, and the rest only of those that come out best. They are kept number by number and not point
by point, which is five times as fast to go through."""
FEW = 20_000
SHORTLIST = 400
NEWS_AT_LARGE = 200
"""As how many stories of the topic what is known of words in the news at large counts."""


class Morgue:
    """The stories at hand. Those put in must be taken out or thrown out before they are put in again."""

    def __init__(self) -> None:
        on_one_thread()
        size = weights().projection.shape[1]
        self._clippings: dict[str, Clipping] = {}
        self._rows: dict[str, int] = {}
        self._ids: list[str | None] = []
        self._points: Vector = np.zeros((256, size), np.float32)
        self._coarse: Vector = np.zeros((COARSE, 256), np.float32)
        self._at_large = _at_large()
        self._counts: NDArray[np.int32] = np.zeros(CODES, np.int32)
        self._common = np.log(self._at_large)
        self._holding: dict[int, deque[str]] = {}

    def __len__(self) -> int:
        return len(self._clippings)

    def __contains__(self, story_id: str) -> bool:
        return story_id in self._clippings

    def get(self, story_id: str) -> Clipping:
        """A story that is in; KeyError where it is not."""
        return self._clippings[story_id]

    def put(self, clipping: Clipping) -> None:
        """Put a story in."""
        id_ = clipping.story.id
        if len(self._ids) == len(self._points):
            self._make_room()
        row = len(self._ids)
        self._points[row], self._coarse[:, row] = clipping.point, clipping.point[:COARSE]
        self._ids.append(id_)
        self._rows[id_] = row
        self._clippings[id_] = clipping
        self._count(clipping.reading.all_words, 1)
        for code in self._rare(clipping.reading.words):
            self._holding.setdefault(code, deque(maxlen=LATEST)).append(id_)

    def take(self, story_id: str) -> Clipping:
        """Take a story out; KeyError where it is not in."""
        clipping = self._clippings.pop(story_id)
        row = self._rows.pop(story_id)
        self._ids[row] = None
        self._points[row], self._coarse[:, row] = 0, 0
        self._count(clipping.reading.all_words, -1)
        return clipping

    def _count(self, words: Codes, more: int) -> None:
        """Count the words of a story in or out, and keep the logarithm of how many stories have each."""
        self._counts[words] += more
        self._common[words] = np.log(self._counts[words] + self._at_large[words])

    def rarity(self, codes: Codes) -> Table:
        """How rare words are among the stories at hand, leaning on the news at large while these are few."""
        found = log(len(self) + NEWS_AT_LARGE) - self._common[codes]
        return np.asarray(np.maximum(found, 0), np.float32)

    def near(self, clipping: Clipping) -> list[Clipping]:
        """The stories that may tell the same event: near in meaning, or with the same rare words."""
        found = dict.fromkeys(self._nearest(clipping.point))
        found.update(dict.fromkeys(self._sharing(clipping.reading.all_words)))
        return [self._clippings[id_] for id_ in found if id_ != clipping.story.id]

    def _sharing(self, words: Codes) -> list[str]:
        """The stories in whose titles most of these words are, by weight of their rarity."""
        rarity = weights().rarity
        shared: dict[str, float] = {}
        for code in self._rare(words):
            for id_ in self._holding.get(code, ()):
                if id_ in self._clippings:
                    shared[id_] = shared.get(id_, 0.0) + float(rarity[code])
        return nlargest(SHARING, shared, key=lambda id_: shared[id_])

    def _nearest(self, point: Vector) -> list[str]:
        filled = self._points[: len(self._ids)]
        if not len(filled) or not point.any():
            return []
        if len(filled) <= FEW:
            rows = _best(_along(filled, point), NEAREST)
        else:
            shortlist = _best(point[:COARSE] @ self._coarse[:, : len(filled)], SHORTLIST)
            rows = shortlist[_best(_along(filled[shortlist], point), NEAREST)]
        return [id_ for row in rows if (id_ := self._ids[row]) is not None]

    def _rare(self, words: Codes) -> list[int]:
        """The rare ones of some words, by the news at large, which does not change as stories come."""
        found: list[int] = words[weights().rarity[words] >= RARE].tolist()
        return found

    def _make_room(self) -> None:
        """Close the gaps that stories left; where there are few, take more room."""
        kept = [row for row, id_ in enumerate(self._ids) if id_ is not None]
        room = 2 * len(self._points) if len(kept) > len(self._points) // 2 else len(self._points)
        points = np.zeros((room, self._points.shape[1]), np.float32)
        points[: len(kept)] = self._points[kept]
        self._points, self._ids = points, [self._ids[row] for row in kept]
        self._coarse = np.ascontiguousarray(points[:, :COARSE].T)
        self._rows = {id_: row for row, id_ in enumerate(self._ids) if id_ is not None}
        self._forget_empty()

    def _forget_empty(self) -> None:
        """Drop the words that no story at hand holds any more."""
        kept = {
            code: deque((i for i in ids if i in self._clippings), LATEST)
            for code, ids in self._holding.items()
        }
        self._holding = {code: ids for code, ids in kept.items() if ids}


@cache
def _at_large() -> Vector:
    """In how many of the stories at large each word is, which is the same for every topic."""
    found = np.asarray(NEWS_AT_LARGE * np.exp(-weights().rarity), np.float32)
    found[0] = np.inf  # the empty code is as common as can be: it weighs nothing
    return found


def _along(points: Vector, point: Vector) -> Vector:
    """Dot products. Not by `@`, whose last places depend on where in the matrix a point stands."""
    return np.asarray(np.einsum("ij,j->i", points, point))


def _best(scores: Vector, n: int) -> NDArray[np.intp]:
    """The places of the `n` highest scores, highest first, the earliest first among equals."""
    if len(scores) > n:  # no slower than it must be: there may be a hundred thousand
        least = np.partition(scores, len(scores) - n)[len(scores) - n]
        found = np.flatnonzero(scores >= least)
        return found[np.argsort(-scores[found], kind="stable")][:n]
    return np.argsort(-scores, kind="stable")
