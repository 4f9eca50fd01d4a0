"""The glossary: where the words of languages lie that the sentence model has not learned.

A table of word pieces in a hundred languages, each with its own point in the space of the sentence model.
A text's point is the mean of its pieces', rare ones counting for more, less the mean of its language. It
knows nothing of the order of words, and tells what a headline is about well enough to find the same event
in another language. See benchmarks/fit_glossary.py for how it was made, and from what.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from watcher.stories.pieces import UNKNOWN, likeliest
from watcher.stories.reading import MARKS
from watcher.stories.vectors import Vector
from watcher.stories.weights import to_vectors

GLOSSARY = "glossary.npz"
LONGEST = 16
"""Letters of the longest piece: what is longer in the table is never looked for."""
LETTER = -25.0
"""What a letter costs that no piece has: more than any piece."""
COMMON = 3e-5
"""A piece that is this share of all text counts for half of a rare one."""
LEVELS = 16
"""A number of the table takes four bits."""
_WORD = re.compile(rf"(?:[^\W\d_]|[{MARKS}])+")
KEPT = 20_000
"""Words whose pieces are remembered."""
_LONG_WORD = 64
"""Letters of a word that are read."""

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Glossary:
    """Word pieces and their points.

    `scores` are the logarithms of how often each piece is seen; `table`, shape (pieces, size / 2), has two
    numbers of a point in each byte, in steps of `scale`, shape (size,). `means` has each language's mean,
    shape (languages, size); row 0 is the mean of all.
    """

    pieces: Mapping[str, int]
    scores: Numbers
    table: NDArray[np.uint8]
    scale: Numbers
    languages: Mapping[str, int]
    means: Numbers
    _cut: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def point(self, text: str, language: str) -> Numbers:
        """The point of a text, shape (size,), of any length; all zeros where no word of it is known."""
        found = self.cut(text)
        if not found:
            return np.zeros(len(self.scale), np.float32)
        weights = COMMON / (COMMON + np.exp(self.scores[found]))
        mean = weights @ self._rows(found) / weights.sum()
        return np.asarray(mean - self.means[self.languages.get(language, 0)], np.float32)

    def vector(self, text: str, language: str) -> Vector:
        """The sentence vector whose point is this text's; all zeros where no word of it is known."""
        found: Vector = to_vectors(self.point(text, language)[None, :], [language])[0]
        return found

    def cut(self, text: str) -> list[int]:
        """The pieces of a text's words, by their rows."""
        words = _WORD.findall(unicodedata.normalize("NFKC", text))
        return [row for word in words for row in self._pieces_of(word[:_LONG_WORD])]

    def _pieces_of(self, word: str) -> tuple[int, ...]:
        """A word's pieces, remembered. Another thread may forget them all at any moment."""
        rows = self._cut.get(word)
        if rows is None:
            found = likeliest(word, self.pieces, self.scores, LONGEST, LETTER)
            rows = tuple(row for row in found if row != UNKNOWN)
            if len(self._cut) > KEPT:
                self._cut.clear()
            self._cut[word] = rows
        return rows

    def _rows(self, rows: list[int]) -> Numbers:
        """Points of pieces, shape (rows, size)."""
        return unpacked(self.table[rows], self.scale)


def packed(points: Numbers, scale: Numbers) -> NDArray[np.uint8]:
    """Points, shape (n, size), as four bits a number, two to a byte."""
    steps = np.floor(points / scale + LEVELS / 2).clip(0, LEVELS - 1).astype(np.uint8)
    return np.asarray(steps[:, ::2] | steps[:, 1::2] << 4)


def unpacked(table: NDArray[np.uint8], scale: Numbers) -> Numbers:
    """The points that were packed, each number in the middle of its step."""
    steps = np.stack((table & 15, table >> 4), axis=-1).reshape(len(table), -1)
    return np.asarray((steps + 0.5 - LEVELS / 2) * scale, np.float32)


def load_glossary() -> Glossary:
    """The glossary that ships with the package. It takes some 50 MB."""
    with files("watcher.stories").joinpath(GLOSSARY).open("rb") as file, np.load(file) as stored:
        pieces = bytes(stored["pieces"]).decode().split("\n")
        return Glossary(
            pieces={piece: row for row, piece in enumerate(pieces)},
            scores=stored["scores"].astype(np.float32),
            table=stored["table"],
            scale=stored["scale"].astype(np.float32),
            languages={code: row for row, code in enumerate(stored["languages"].tolist())},
            means=stored["means"].astype(np.float32),
        )
