"""Word pieces: how a word is cut into those of a table, by how likely each is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1
"""Stands for a letter that no piece has."""


def likeliest(
    word: str, rows: Mapping[str, int], scores: NDArray[np.float32], longest: int, unknown: float
) -> list[int]:
    """The most likely way to cut a word (Viterbi's), as the rows of its pieces.

    `scores` are the logarithms of how likely the piece of each row is, `longest` how many letters the longest
    piece has that is looked for, `unknown` what a letter costs that no piece has.
    """
    best = [(0.0, 0, UNKNOWN)] + [(-np.inf, 0, UNKNOWN)] * len(word)
    for start in range(len(word)):
        so_far = best[start][0]
        for end in range(start + 1, min(len(word), start + longest) + 1):
            row = rows.get(word[start:end], UNKNOWN)
            if row == UNKNOWN and end > start + 1:
                continue
            score = so_far + (unknown if row == UNKNOWN else float(scores[row]))
            if score > best[end][0]:
                best[end] = (score, start, row)
    found, end = [], len(word)
    while end:
        _, start, row = best[end]
        found.append(row)
        end = start
    return found[::-1]
