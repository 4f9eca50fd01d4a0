"""What is printed of likenesses said of labelled pairs: how well they tell, and whether they hold."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.labelled import PAIRS, TRANSLATED, Pair
from watcher.stories.vectors import is_unread

Floats = NDArray[np.float64]


def natural(pairs: Sequence[Pair]) -> NDArray[np.bool_]:
    """Which pairs are as they are: not as if their language had not been learned, nor read closely."""
    return np.array([not any(pair.looked_up) and not pair.closely for pair in pairs])


def report(pairs: Sequence[Pair], y: Floats, p: Floats) -> None:
    names = np.array([pair.source for pair in pairs])
    across = np.array([pair.a.language != pair.b.language for pair in pairs])
    as_they_are = natural(pairs)
    parts = [(name, as_they_are & (names == name)) for name in (*PAIRS, TRANSLATED)]
    labelled = as_they_are & (names != TRANSLATED)
    parts += [("across languages", across & labelled), ("labelled by people", labelled)]
    unread = np.array([is_unread(pair.a.language) or is_unread(pair.b.language) for pair in pairs])
    parts.append((f"{TRANSLATED}, not learned", as_they_are & unread & (names == TRANSLATED)))
    closely = np.array([pair.closely for pair in pairs])
    learned = np.array([not any(pair.looked_up) for pair in pairs])
    for name in (*PAIRS, TRANSLATED):
        parts.append((f"{name}, looked up", ~learned & ~closely & (names == name)))
        parts.append((f"{name}, closely", learned & closely & (names == name)))
    for name, part in parts:
        graded = [(pair.grade, q) for pair, q, yes in zip(pairs, p, part, strict=True) if yes]
        pearson = ""
        if all(grade is not None for grade, _ in graded):
            pearson = f"  Pearson {-np.corrcoef(np.array(graded, float).T)[0, 1]:.3f}"
        print(
            f"{name:24} n {part.sum():5}  AUC {auc(y[part], p[part]):.3f}  F1 {f1(y[part], p[part]):.3f}  "
            f"calibration error {calibration_error(y[part], p[part]):.3f}{pearson}"
        )
    for how, part in (("", as_they_are), ("read closely: ", learned & closely)):
        right, said = y[part], p[part]
        loss = -np.mean(np.where(right == 1, np.log(said), np.log(1 - said)))
        print(f"{how}log loss {loss:.4f}; of pairs said to be (said → true):", reliability(right, said))


def auc(y: Floats, p: Floats) -> float:
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    positive = int(y.sum())
    return float((rank[y == 1].sum() - positive * (positive + 1) / 2) / (positive * (len(y) - positive)))


def f1(y: Floats, p: Floats) -> float:
    said = p >= 0.5
    return float(2 * (said & (y == 1)).sum() / max(said.sum() + y.sum(), 1))


def bins(y: Floats, p: Floats) -> Iterator[tuple[float, float, int]]:
    """Mean likeness said, share that is the same, and number of pairs, of each tenth of the scale."""
    tenth = np.minimum((p * 10).astype(int), 9)
    for i, n in sorted(Counter(tenth.tolist()).items()):
        yield float(p[tenth == i].mean()), float(y[tenth == i].mean()), n


def calibration_error(y: Floats, p: Floats) -> float:
    return math.fsum(n * abs(said - true) for said, true, n in bins(y, p)) / len(y)


def reliability(y: Floats, p: Floats) -> str:
    return ", ".join(f"{said:.2f} → {true:.2f} ({n})" for said, true, n in bins(y, p))
