"""Sense: whether a story as a whole says what a query's common words ask for, though it has none of them.

The query's words (summit, submarine) are compared with the story's meaning, in whatever language it is,
beside a name of the query that the story does have. It is weak evidence and taken as such: what counts is how
seldom a story that has the name and tells something else comes as near (see docs/decisions.md), and a
story without any of the query's names is never raised by it.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from watcher.models import Reason
from watcher.stories.vectors import LEARNED, Vector, Vectors
from watcher.stories.weights import to_points, weights
from watcher.topics.match import Weighed
from watcher.topics.plan import Lack

NAME = 0.7
"""How much of the nearness that the name alone gives is taken off again."""
_NEAR = (0.009, 0.177, 0.232, 0.281, 0.374, 0.652)
_BY_CHANCE = (0.5, 0.1, 0.05, 0.03, 0.01, 0.001)
"""How many of the stories of other events that have the name, in another language, come so near."""
_VALUES = ((0.001, 0.6), (0.01, 0.45), (0.05, 0.3))
"""What the missing words then count for, by that share (1 is the words themselves)."""
KEPT = 5000


class Sense:
    """Compares stories with the common words of queries; the vectors of these are made once and kept."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self._known: dict[str, Vector] = {}

    def weigh(self, weighed: Weighed, vector: Vector) -> tuple[Weighed, tuple[Reason, ...]]:
        """How a story stands to a topic when its meaning has been heard, and the reasons that this gives.

        `vector` is the story's own. A word that we know in no other language is looked for by its meaning
        in stories of other languages only: in its own it would stand there.
        """
        story, found = weighed.story, dict[Lack, tuple[float, str]]()
        if story.language not in LEARNED or not vector.any():
            return weighed, ()
        point = to_points(vector[None, :], [story.language], weights())[0]
        for lack in weighed.lacking:
            if lack.known or story.language != "en":
                value, word = self._nearest(lack, point)
                if value:
                    found[lack] = value, word
        after = weighed.given({lack: value for lack, (value, _) in found.items()}) if found else weighed
        if after.score <= weighed.score:
            return weighed, ()
        return after, tuple(Reason(word, "likeness", "", "title", 0, 0) for _, word in found.values())

    def _nearest(self, lack: Lack, point: Vector) -> tuple[float, str]:
        texts = [lack.names, *lack.words, *(f"{lack.names} {word}" for word in lack.words)]
        near = self._points(texts) @ point
        alone, beside = near[1 : 1 + len(lack.words)], near[1 + len(lack.words) :]
        nearness = alone + beside - NAME * near[0]
        best = int(np.argmax(nearness))
        chance = _chance(float(nearness[best]), len(lack.words))
        return _value(chance), lack.words[best]

    def _points(self, texts: list[str]) -> Vector:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            if len(self._known) > KEPT:
                self._known.clear()
                new = list(dict.fromkeys(texts))
            languages = ["en" if text.isascii() else "" for text in new]
            points = to_points(self._vectors.embed(new), languages, weights())
            self._known.update(zip(new, points, strict=True))
        return np.stack([self._known[text] for text in texts])


def _chance(nearness: float, words: int) -> float:
    """How likely a story of something else comes as near to one of some words.

    Words of one query are akin: eight of them are as likely to be near by chance as some three are.
    """
    return sqrt(words) * float(np.exp(np.interp(nearness, _NEAR, np.log(_BY_CHANCE))))


def _value(chance: float) -> float:
    if chance > _VALUES[-1][0]:
        return 0.0
    return float(
        np.interp(np.log(chance), np.log([each for each, _ in _VALUES]), [each for _, each in _VALUES])
    )
