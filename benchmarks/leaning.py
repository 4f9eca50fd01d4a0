"""Whether what a topic learns from its editors' merges and splits helps, and whether it can run away.

    python -m benchmarks.leaning DATA_DIRECTORY [--cache FILE]

A labelled stream is grouped with a threshold that is right, too high, or too low. After every tenth of the
first half an editor looks at pairs of its stories, drawn by chance, and says of up to five that are grouped
wrongly what they are. Nothing they say moves a story here: only the threshold leans. The second half, of
which no editor said anything, is then scored (BCubed F1), beside the same without editors. A last editor
merges whatever comes up, right or wrong, a thousand times.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from benchmarks.grouping_accuracy import STREAMS, Kept, rows, story
from watcher.models import Story
from watcher.stories import group
from watcher.stories.group import JOIN, Grouper
from watcher.stories.leaning import Said, leaning
from watcher.stories.likeness import embed_all
from watcher.stories.vectors import Vector

THRESHOLDS = {"as shipped": JOIN, "too high": 0.5, "too low": 0.2}
LOOKS, DRAWN, WORDS = 5, 4000, 5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    vectors = Kept(asked.cache)
    for name in ("uci_dev", "wmt21"):
        with (asked.data / STREAMS[name][1]).open(encoding="utf-8") as file:
            gold = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
        found = [
            story(row, row["id"], datetime.fromisoformat(row["published"]))
            for row in rows(asked.data / f"{name}.jsonl.gz")
        ]
        found.sort(key=lambda one: (one.published, one.id))
        wire = list(zip(found, embed_all(found, vectors), strict=True))
        for what, threshold in THRESHOLDS.items():
            untaught, _ = run(wire, gold, threshold, editor=False)
            taught, said = run(wire, gold, threshold, editor=True)
            now = leaning(threshold, said)
            print(
                f"{name:8} threshold {what:10} {threshold:.2f}: BCubed F1 {untaught:.3f}; "
                f"with {said.merges} merges, {said.splits} splits from {now:.2f}: {taught:.3f}",
                flush=True,
            )
    print(f"after a thousand merges and no split: from {leaning(JOIN, Said(1000, 0)):.2f} instead of {JOIN}")


def run(
    wire: Sequence[tuple[Story, Vector]], gold: Mapping[str, str], threshold: float, *, editor: bool
) -> tuple[float, Said]:
    """The score of the second half, and what the editor said of the first."""
    group.JOIN = threshold
    grouper, said, draw = Grouper(1), Said(), random.Random(1)
    half, placed = len(wire) // 2, dict[str, str]()
    grouper.lean_to(said)
    for n, (one, vector) in enumerate(wire):
        placed.update((p.story_id, p.group or p.story_id) for p in grouper.add(one, vector))
        if editor and n < half and n % (half // LOOKS) == half // LOOKS - 1:
            seen = [s.id for s, _ in wire[max(0, n - half // LOOKS) : n]]
            said = corrected(said, seen, placed, gold, draw)
            grouper.lean_to(said)
    group.JOIN = JOIN
    return bcubed({s.id: placed[s.id] for s, _ in wire[half:]}, gold), said


def corrected(
    said: Said, seen: Sequence[str], placed: Mapping[str, str], gold: Mapping[str, str], draw: random.Random
) -> Said:
    """What an editor has said after looking at some stories; most pairs have nothing to be said of."""
    merges, splits = said.merges, said.splits
    for _ in range(DRAWN):
        one, other = draw.sample(seen, 2)
        ours, true = placed[one] == placed[other], gold[one] == gold[other]
        if ours != true:
            merges, splits = merges + true, splits + ours
        if merges + splits >= said.merges + said.splits + WORDS:
            break
    return Said(merges, splits)


def bcubed(ours: Mapping[str, str], gold: Mapping[str, str]) -> float:
    """BCubed F1 of groups of stories."""
    mine, true = defaultdict(set), defaultdict(set)
    for id_, found in ours.items():
        mine[found].add(id_)
        true[gold[id_]].add(id_)
    both = [(len(mine[ours[i]] & true[gold[i]]), len(mine[ours[i]]), len(true[gold[i]])) for i in ours]
    precision, recall = sum(b / m for b, m, _ in both), sum(b / t for b, _, t in both)
    return 2 * precision * recall / (precision + recall) / len(both)


if __name__ == "__main__":
    main()
