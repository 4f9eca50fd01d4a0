"""Whether likeness means what it says: of pairs said to be the same with 0.8, about 80% should be.

    python -m benchmarks.calibration DATA_DIRECTORY [--picture docs/pictures/reliability.png]

Each pair is judged by weights that never saw it, fitted on four fifths of the pairs at a time; pairs that
share a text are always held out together. The calibration error is the mean distance, over tenths of the
scale, between the likeness said and the share that is the same, each tenth counting by its pairs.
The second error is that of weights that saw no pair of the data set at all: it also holds how much more often
pairs of one set are the same than those of another, which no weights can know.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.fit_likeness import cross_validated, examples, fit_all, folds
from benchmarks.fit_report import Floats, auc, bins, calibration_error
from benchmarks.labelled import PAIRS, TRANSLATED
from watcher.stories.likeness import kinds, to_likeness


@dataclass(frozen=True, slots=True)
class Judged:
    """Pairs of one data set, read once or closely: the answers, the likeness said by weights that saw others
    of that set, and by weights that saw none."""

    name: str
    closely: bool
    y: Floats
    seen: Floats
    unseen: Floats


def judge(data: Path, cache: Path | None = None, close_cache: Path | None = None) -> list[Judged]:
    """Every data set of pairs, and last all that people labelled."""
    pairs, _, x, y, w = examples(data, cache, close_cache)
    names = np.array([pair.source for pair in pairs])
    seen, unseen = cross_validated(x, y, w, folds(pairs)), left_out(x, y, w, names)
    closely = np.array([pair.closely for pair in pairs])
    learned = np.array([not any(pair.looked_up) for pair in pairs])
    sets = [(name, names == name) for name in (*PAIRS, TRANSLATED)]
    sets.append(("all labelled by people", names != TRANSLATED))
    parts = [(name, how, part & learned & (closely == how)) for name, part in sets for how in (False, True)]
    return [Judged(name, how, y[part], seen[part], unseen[part]) for name, how, part in parts]


def left_out(x: Floats, y: Floats, w: Floats, names: np.ndarray) -> Floats:
    """Each pair's likeness as said by weights that saw no pair of its data set."""
    p = np.zeros(len(y))
    for name in sorted(set(names.tolist())):
        held = names == name
        factors, bias = fit_all(x[~held], y[~held], w[~held])
        p[held] = to_likeness((x @ factors.T + bias)[np.arange(len(x)), kinds(x)])[held]
    return p


def lines(judged: list[Judged]) -> list[tuple[str, str]]:
    """A name and a result for each data set."""
    return [
        (
            one.name + (", closely" if one.closely else ""),
            f"pairs {len(one.y)}  the same {one.y.mean():.2f}  "
            f"calibration error {calibration_error(one.y, one.seen):.3f}  AUC {auc(one.y, one.seen):.3f}  "
            f"left out: {calibration_error(one.y, one.unseen):.3f}, {auc(one.y, one.unseen):.3f}",
        )
        for one in judged
    ]


def draw(judged: list[Judged], picture: Path) -> None:
    """The reliability plot of stories read closely: likeness said against the share that is the same."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 6), dpi=100, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1, label="as said, so it is")
    for one in judged:
        if one.closely and len(one.y) >= FEWEST:
            shown = [b for b in bins(one.y, one.seen) if b[2] >= FEWEST_IN_BIN]
            said, true = [b[0] for b in shown], [b[1] for b in shown]
            whole = one is judged[-1]
            style = {"color": "black", "linewidth": 2.5, "zorder": 3} if whole else {"linewidth": 1}
            axes.plot(said, true, marker="o", markersize=4, label=f"{one.name} ({len(one.y):,})", **style)
    axes.set(xlabel="likeness said", ylabel="share of pairs that tell one event", xlim=(0, 1), ylim=(0, 1))
    axes.set_aspect("equal")
    axes.grid(color="0.9")
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    figure.savefig(picture, metadata={"Software": None})


FEWEST, FEWEST_IN_BIN = 1000, 20
"""Sets of fewer pairs, and tenths of fewer, would draw chance."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--cache", type=Path, help="keep the sentence vectors here between runs")
    parser.add_argument("--close-cache", type=Path, help="and those of closer reading here")
    asked = parser.parse_args()
    judged = judge(asked.data, asked.cache, asked.close_cache)
    for name, result in lines(judged):
        print(f"{name:31} {result}")
    if asked.picture:
        draw(judged, asked.picture)


if __name__ == "__main__":
    main()
