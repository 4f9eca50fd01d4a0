"""What was learned once and ships with the package: see benchmarks/fit_likeness.py."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from watcher.stories.reading import Codes
from watcher.stories.vectors import READ, UNREAD, Vector

WEIGHTS = "likeness.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Fitted numbers.

    `languages` maps a language to the row of `means` (its mean sentence vector; row 0 is the mean of all);
    `projection` takes a vector of 512 numbers to the fewer that matter; `rarity` is how rare each code of a
    word is, as its logarithm; `factors` and `bias` are those of the logistic likeness, for stories of one
    language (row 0) and across languages (row 1), for the same where the sentence model has not learned
    the language of one (rows 2 and 3), and for these four where both were read closely (rows 4 to 7).
    `close_means` are as `means`, of the bigger model's vectors.
    """

    languages: dict[str, int]
    means: Vector
    projection: Vector
    rarity: NDArray[np.float32]
    factors: NDArray[np.float64]
    bias: NDArray[np.float64]
    close_means: Vector

    def rarity_of(self, codes: Codes) -> NDArray[np.float32]:
        """How rare words with these codes are in the news at large."""
        return np.asarray(self.rarity[codes])


@cache
def weights() -> Weights:
    """The weights that ship with the package; read once, when first wanted."""
    with files("watcher.stories").joinpath(WEIGHTS).open("rb") as file, np.load(file) as stored:
        return Weights(
            languages={code: i for i, code in enumerate(stored["languages"].tolist())},
            means=stored["means"].astype(np.float32),
            projection=stored["projection"].astype(np.float32),
            rarity=stored["rarity"].astype(np.float32) / RARITY_STEPS,
            factors=stored["factors"],
            bias=stored["bias"],
            close_means=stored["close_means"].astype(np.float32),
        )


RARITY_STEPS = 16
"""Rarities are stored in sixteenths, which is as fine as counts of some ten thousand headlines are."""


def to_points(vectors: Vector, languages: list[str], learned: Weights) -> Vector:
    """Vectors, shape (n, 512 or more), as points of length 1 whose dot product is their likeness of meaning.

    Each language's own mean is taken off first: without that, two texts of one language are alike for that
    alone. A blank text's vector stays all zeros.
    """
    rows = [learned.languages.get(language, 0) for language in languages]
    vectors = vectors[:, :READ]
    points = (vectors - learned.means[rows]) @ learned.projection
    points[~vectors.any(axis=1)] = 0
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(np.round(points / np.maximum(lengths, 1e-9), 5), np.float32)


def to_close_points(vectors: Vector, languages: list[str], learned: Weights) -> list[Vector]:
    """What closer reading gave of each of some vectors, shape (n, 512 or more): a point, or an empty one."""
    found = [UNREAD] * len(vectors)
    for i in np.flatnonzero(vectors[:, READ:].any(axis=1)).tolist():
        point = vectors[i, READ:] - learned.close_means[learned.languages.get(languages[i], 0)]
        found[i] = np.asarray(np.round(point / max(float(np.linalg.norm(point)), 1e-9), 5), np.float32)
    return found


def to_vectors(points: Vector, languages: list[str]) -> Vector:
    """Sentence vectors, shape (n, 512), whose points are these; all zeros for a point that is all zeros."""
    learned = weights()
    rows = [learned.languages.get(language, 0) for language in languages]
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    found = points / np.maximum(lengths, 1e-9) @ _back() + learned.means[rows]
    return np.asarray(np.where(lengths > 0, found, 0), np.float32)


@cache
def _back() -> Vector:
    """From points back to sentence vectors: the inverse of the projection, where it has one."""
    return np.asarray(np.linalg.pinv(weights().projection), np.float32)
