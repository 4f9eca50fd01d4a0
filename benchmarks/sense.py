"""How well a common word of a query is met by what a story says as a whole, in another language.

    python -m benchmarks.sense DIR/data

From translated headlines with lead (wmt21): an English headline that has a name of the catalogue gives a
query of that name and a word of the headline. The translations of the headline ought to be found; stories
of other events that have the name, in another language, ought not. Words that stand there are left out
of account: what is measured is the meaning alone.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from watcher.models import Sensitivity, Story, Topic
from watcher.replay import read_lines, read_stories
from watcher.stories.vectors import load_vectors
from watcher.taster import CopyTaster
from watcher.topics.lexicon import Lexicon
from watcher.topics.match import Matcher
from watcher.topics.names import Names

ROOT = Path(__file__).parent.parent
WORDS = 2
"""Words tried of each headline."""
FEWEST = 12
"""A name that fewer stories have is left out."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A query, the stories that it ought to find by meaning, and those that it ought not."""

    query: str
    wanted: tuple[Story, ...]
    others: tuple[Story, ...]


def trials(stories: list[Story], clusters: dict[str, str], names: Names) -> list[Trial]:
    """Queries of one name and one word, from the English headlines."""
    dice = random.Random(1)
    topics = [Topic(n, "bench", name.id, name.display()) for n, name in enumerate(names)]
    matcher, having = Matcher(topics, names), dict[int, list[Story]]()
    for story in stories:
        for match in matcher.match(story):
            having.setdefault(match.topic_id, []).append(story)
    made = []
    for number, known in having.items():
        name = topics[number].query
        foreign = [story for story in known if story.language != "en"]
        for story in known if len(known) >= FEWEST else ():
            words = _words(story, name) if story.language == "en" else []
            for word in dice.sample(words, min(WORDS, len(words))):
                same = [other for other in foreign if clusters.get(other.id) == clusters.get(story.id)]
                rest = [other for other in foreign if clusters.get(other.id) != clusters.get(story.id)]
                made.append(Trial(f"{name} {word}", tuple(same), tuple(rest)))
    return [trial for trial in made if trial.wanted and trial.others]


def _words(story: Story, name: str) -> list[str]:
    little = Lexicon.shipped().little["en"]
    found = re.findall(r"\b[a-z]{5,}\b", story.title)
    return [word for word in found if word not in little and word not in name.lower()]


def shares(made: list[Trial], names: Names, sensitivity: Sensitivity) -> tuple[float, float, int, int]:
    """The shares found by meaning of what is wanted and of what is not, and how many there were."""
    topics = [Topic(n, "bench", f"t{n}", one.query, sensitivity=sensitivity) for n, one in enumerate(made)]
    stories = list({story.id: story for one in made for story in (*one.wanted, *one.others)}.values())
    matcher = Matcher(topics, names)
    by_words = {(match.topic_id, story.id) for story in stories for match in matcher.match(story)}
    read = CopyTaster(topics, names, load_vectors(), timedelta(days=7)).read(stories)
    by_meaning = {(match.topic_id, story.id) for story, match in read.found} - by_words
    sides = ([one.wanted for one in made], [one.others for one in made])
    left = [{(n, story.id) for n, listed in enumerate(side) for story in listed} - by_words for side in sides]
    found = [len(each & by_meaning) / len(each) for each in left]
    return found[0], found[1], len(left[0]), len(left[1])


def main() -> None:
    """Print the table as Markdown."""
    data = Path(sys.argv[1])
    stories = read_stories(read_lines(data / "wmt21.jsonl.gz", print), print)
    with (data / "wmt21_clusters.csv").open() as file:
        clusters = {row[0]: row[1] for row in list(csv.reader(file))[1:]}
    names = Names.load((ROOT / "config" / "names.toml").read_text("utf-8"))
    made = trials(stories, clusters, names)
    print("| sensitivity | found of those wanted | of other stories of that name |\n|---|---|---|")
    for sensitivity in ("normal", "wide"):
        wanted, others, n, m = shares(made, names, sensitivity)
        print(f"| {sensitivity} | {wanted:.1%} of {n} | {others:.1%} of {m} |", flush=True)


if __name__ == "__main__":
    main()
