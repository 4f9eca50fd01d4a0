"""How alike two stories are: the probability that they tell the same event, from named features."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watcher.models import Story
from watcher.stories.measures import NAMES, Clipping, Features, measure
from watcher.stories.reading import LEAD, plain, read
from watcher.stories.vectors import READ, Vector, Vectors
from watcher.stories.weights import to_close_points, to_points, weights

SAME = 0.5
"""From this probability on, two stories are said to tell the same event."""
CLOSE_LEAD = 240
"""Characters of a summary that are read closely."""
_LOOKED_AT = 50
"""How many of the nearest in meaning are compared in full to find the likest."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A story, how likely it tells the same event, and why we think so.

    `series` is whether it is known to tell another all the same, as one of a series (see series.py).
    """

    story: Story
    likeness: float
    features: Features
    series: bool = False


def embed_text(title: str, summary: str = "", language: str = "") -> str:
    """What of a story goes into its vector: the title and the beginning of the summary."""
    return f"{plain(title, language)} {plain(summary[: 2 * LEAD])[:LEAD]}".strip()


def embed_all(stories: Sequence[Story], vectors: Vectors) -> Vector:
    """The sentence vectors of some stories, shape (stories, 512)."""
    texts = [embed_text(one.title, one.summary, one.language) for one in stories]
    return vectors.embed(texts, [one.language for one in stories])


def close_text(title: str, summary: str = "", language: str = "") -> str:
    """What of a story is read closely: the title and a little less of the summary, since it costs more."""
    return f"{plain(title, language)} {plain(summary[: 2 * CLOSE_LEAD])[:CLOSE_LEAD]}".strip()


def look_closer(stories: Sequence[Story], vectors: Vector, closer: Vectors) -> Vector:
    """The vectors of some stories, shape (stories, 512), with what closer reading adds: (stories, 896)."""
    return np.hstack((vectors[:, :READ], _closely(stories, closer)))


def _closely(stories: Sequence[Story], closer: Vectors) -> Vector:
    texts = [close_text(one.title, one.summary, one.language) for one in stories]
    each = list(dict.fromkeys(texts))
    found = dict(zip(each, closer.embed(each), strict=True))
    return np.array([found[text] for text in texts], np.float32).reshape(len(texts), closer.size)


def clip(story: Story, vector: Vector) -> Clipping:
    """A story made ready to be compared; `vector` has the 512 numbers of its text, or 896."""
    return clip_all([story], vector[None, :])[0]


def clip_all(stories: Sequence[Story], vectors: Vector) -> list[Clipping]:
    """Stories made ready to be compared; `vectors` has shape (stories, 512 or 896)."""
    languages = [story.language for story in stories]
    points = to_points(vectors, languages, weights())
    close = to_close_points(vectors, languages, weights())
    return [Clipping(one, read(one), *both) for one, *both in zip(stories, points, close, strict=True)]


PRODUCTS = (
    ("meaning", "wording"),
    ("turn", "wording"),
    ("scripts", "meaning"),
)
"""Features that say more, or less, in each other's company."""


_ONES, _OTHERS = ([NAMES.index(name) for name in names] for names in zip(*PRODUCTS, strict=True))
_ACROSS, _UNREAD, _CLOSELY = (NAMES.index(name) for name in ("across", "unread", "closely"))


def terms(seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Features, shape (n, features), with the PRODUCTS of them that the likeness weighs as well."""
    return np.hstack((seen, seen[:, _ONES] * seen[:, _OTHERS]))


def log_odds(seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm of the odds that stories with these features, shape (n, features), tell one event."""
    learned = weights()
    all_kinds = terms(seen) @ learned.factors.T + learned.bias
    return np.asarray(all_kinds[np.arange(len(seen)), kinds(seen)])


def kinds(seen: NDArray[np.float64]) -> NDArray[np.intp]:
    """Which row of factors weighs each: of one language or two, learned or not, read closely or not."""
    across, unread, closely = seen[:, _ACROSS] > 0, seen[:, _UNREAD] > 0, seen[:, _CLOSELY] > 0
    return np.asarray(across + 2 * unread + 4 * closely)


def to_likeness(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities (0-1) of logarithms of odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def features(a: Clipping, b: Clipping) -> Features:
    """What is seen of two stories."""
    return Features(*measure(a, [b], weights().rarity_of)[0].tolist())


def likeness(seen: Features) -> float:
    """The probability (0-1) that two stories with these features tell the same event."""
    return float(to_likeness(log_odds(np.array([[getattr(seen, name) for name in NAMES]])))[0])


def same(a: Story, b: Story, vectors: Vectors, closer: Vectors | None = None) -> tuple[float, bool]:
    """The likeness of two stories, and whether it is enough to call them the same event."""
    return same_all([(a, b)], vectors, closer)[0]


def same_all(
    pairs: Sequence[tuple[Story, Story]], vectors: Vectors, closer: Vectors | None = None
) -> list[tuple[float, bool]]:
    """As `same`, for many pairs; embedding them together is some three times as fast."""
    stories = [story for pair in pairs for story in pair]
    with ThreadPoolExecutor(max_workers=1) as beside:  # both spend their time where Python is not held up
        closely = beside.submit(_closely, stories, closer) if closer else None
        embedded = embed_all(stories, vectors)
        found = np.hstack((embedded, closely.result())) if closely else embedded
    clippings = clip_all(stories, found)
    scores = [likeness(features(a, b)) for a, b in zip(clippings[::2], clippings[1::2], strict=True)]
    return [(score, score >= SAME) for score in scores]


def likest(
    story: Story, vector: Vector, others: Sequence[tuple[Story, Vector]], n: int = 3
) -> tuple[Alike, ...]:
    """The `n` stories of `others` that are most like this one, likest first, itself left out."""
    others = [other for other in others if other[0].id != story.id]
    if not others:
        return ()
    one = clip(story, vector)
    points = to_points(np.stack([v for _, v in others]), [s.language for s, _ in others], weights())
    nearest = np.argsort(-(points @ one.point), kind="stable")[:_LOOKED_AT]
    clippings = clip_all([others[i][0] for i in nearest], np.stack([others[i][1] for i in nearest]))
    return rank(one, clippings, measure(one, clippings, weights().rarity_of))[:n]


def rank(one: Clipping, others: Sequence[Clipping], seen: NDArray[np.float64]) -> tuple[Alike, ...]:
    """The others as their features with the one say, likest first."""
    scores = to_likeness(log_odds(seen))
    found = [
        Alike(other.story, float(score), Features(*row.tolist()))
        for other, score, row in zip(others, scores, seen, strict=True)
    ]
    return tuple(sorted(found, key=lambda alike: (-alike.likeness, alike.story.id)))
