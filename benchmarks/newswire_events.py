"""How well the events of the demo's newswire are found, beside those that its authors meant.

    python -m benchmarks.newswire_events [--late HOURS] [--draws 2]

Its outlets tell an event within a few hours. With --late each story comes later by a random time, so many
hours on average (exponential), so that events overlap; drawn so often. For each topic it prints precision,
recall and F1 of the pairs of stories that are of one event, and BCubed F1. Stories of no event are grouped
with the others, and not scored.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from math import comb

from benchmarks.alerts import TOPICS, trail_of, wire_story
from benchmarks.leaning import bcubed
from watcher.demo.newswire import Newswire
from watcher.models import Story


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--late", type=float, default=0.0, metavar="HOURS")
    asked.add_argument("--draws", type=int, default=2)
    given = asked.parse_args()
    wire = Newswire.load()
    meant = {one.id: one.event for one in wire.stories if one.event}
    stories = sorted((wire_story(wire, one) for one in wire.stories), key=lambda one: one.seen)
    for draw in range(1, given.draws + 1 if given.late else 2):
        if given.late:
            print(f"each story {given.late:g} hours late on average, draw {draw}")
        report(late(stories, given.late, draw) if given.late else stories, meant)


def late(stories: Sequence[Story], hours: float, draw: int) -> list[Story]:
    """The stories, each later by a random time."""
    drawn = random.Random(draw)
    moved = []
    for one in stories:
        by = timedelta(hours=drawn.expovariate(1 / hours))
        moved.append(replace(one, published=one.published + by, seen=one.seen + by))
    return sorted(moved, key=lambda one: one.seen)


def report(stories: Sequence[Story], meant: Mapping[str, str]) -> None:
    """Print how well the events of each topic were found."""
    placed: dict[tuple[int, str], str] = {}
    for _, placements in trail_of(stories).steps:
        placed.update({(one.topic_id, one.story_id): one.group or one.story_id for one in placements})
    for topic in TOPICS:
        found = {
            id_: group for (topic_id, id_), group in placed.items() if topic_id == topic.id and id_ in meant
        }
        precision, recall, f1 = pairs(found, meant)
        print(
            f"{topic.name:18} {len(found)} stories   pairs: precision {precision:.3f}  recall {recall:.3f}  "
            f"F1 {f1:.3f}   BCubed F1 {bcubed(found, meant):.3f}"
        )


def pairs(found: Mapping[str, str], meant: Mapping[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs of stories that were put together."""

    def together(groups: Counter[object]) -> int:
        return sum(comb(n, 2) for n in groups.values())

    right = together(Counter((group, meant[id_]) for id_, group in found.items()))
    ours, theirs = together(Counter(found.values())), together(Counter(meant[id_] for id_ in found))
    return right / max(ours, 1), right / max(theirs, 1), 2 * right / max(ours + theirs, 1)


if __name__ == "__main__":
    main()
