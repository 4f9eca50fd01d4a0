"""Matching: stories a second by number of topics, and one-letter slips found, beside rapidfuzz.

    python -m benchmarks.matching [--stories 20000] [--topics 10 100 1000 10000]

Stories have 300 characters of words drawn as news draws them (a few very often, most seldom); every
fifth has a name of some topic, half of those with one slip of the hand (a letter changed, left out,
put in, or two swapped). A topic is five names of two words. All on one core, in one run.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from rapidfuzz import fuzz, process

from watcher.models import Story, Topic
from watcher.topics.match import Matcher
from watcher.topics.names import Names

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_HEADS = "b br c ch d dr f fl g gr h j k kl l m n p pr qu r s sh sl st t tr v w z".split()
_HEARTS = "a e i o u ai ea io ou".split()
_TAILS = "b ck d ff g l lm m n nd ng nt p r rd rk rn s sk st t th v x".split()


@dataclass(frozen=True, slots=True)
class Planted:
    """A name put into a story: which topic's, and how it was written."""

    topic: int
    name: str
    slip: bool


@dataclass(frozen=True, slots=True)
class Stream:
    """Some topics, and stories with names of theirs in them."""

    topics: list[list[str]]
    stories: list[Story]
    planted: dict[str, Planted]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run gave: stories a second, the shares of planted names and of slips found, and the
    share of stories given to a topic that was not planted in them."""

    rate: float
    exact: float
    slips: float
    false: float


def syllable(dice: random.Random) -> str:
    return dice.choice(_HEADS) + dice.choice(_HEARTS) + dice.choice(_TAILS)


def vocabulary(dice: random.Random, size: int) -> list[str]:
    """Words of one to three syllables, the short ones first as in any language."""
    words = {"".join(syllable(dice) for _ in range(dice.choice((1, 2, 2, 3)))) for _ in range(size)}
    return sorted(words, key=lambda word: (len(word), word))


def names_of(dice: random.Random, topics: int) -> list[list[str]]:
    def part() -> str:
        return (syllable(dice) + syllable(dice)).capitalize()

    return [[f"{part()} {part()}" for _ in range(5)] for _ in range(topics)]


def slip(dice: random.Random, name: str) -> str:
    """The name with one slip of the hand in one of its letters."""
    at = dice.choice([place for place, letter in enumerate(name) if letter != " "])
    letter = dice.choice("abcdefghijklmnopqrstuvwxyz")
    kind = dice.randrange(4)
    if kind == 3 and at + 1 < len(name) and name[at + 1] not in (" ", name[at]):
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[:at] + letter + name[at:]
    return name[:at] + (letter if letter != name[at].lower() else "z") + name[at + 1 :]


def stories_of(
    dice: random.Random, count: int, words: Sequence[str], topics: Sequence[Sequence[str]]
) -> tuple[list[Story], dict[str, Planted]]:
    """Stories of 300 characters, and what was planted in every fifth."""
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    stories, planted = [], {}
    for number in range(count):
        parts = dice.choices(words, weights, k=60)
        if number % 5 == 0:
            topic = dice.randrange(len(topics))
            name, slipped = dice.choice(topics[topic]), number % 10 == 0
            planted[str(number)] = Planted(topic, name, slipped)
            parts[dice.randrange(8)] = slip(dice, name) if slipped else name
        text = " ".join(parts)[:301].rsplit(" ", 1)[0]
        at = text.rfind(" ", 0, 90)
        title, summary = text[:at].capitalize() if number % 5 else text[:at], text[at + 1 :]
        stories.append(Story(str(number), title, "", "wire.example", _NOW, _NOW, summary, "en"))
    return stories, planted


def paced(work: Callable[[Sequence[Story]], None], stories: Sequence[Story]) -> float:
    """Stories a second of this process's own time: the median of ten parts, as the machine is shared."""
    size, rates = max(1, len(stories) // 10), []
    for start in range(0, len(stories) - size + 1, size):
        began = time.process_time()
        work(stories[start : start + size])
        rates.append(size / (time.process_time() - began))
    return median(rates)


class Ours:
    """Watcher over one stream: a quarter of it to get warm, the rest measured part by part."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.found: dict[str, set[int]] = {}
        self.rates: list[float] = []
        queries = [" OR ".join(names) for names in stream.topics]
        self.matcher = Matcher(
            [Topic(number, "bench", f"t{number}", query) for number, query in enumerate(queries)],
            Names.load(""),
        )
        for story in stream.stories[: len(stream.stories) // 4]:
            self.matcher.match(story)

    def measure(self, part: int, parts: int) -> None:
        rest = self.stream.stories[len(self.stream.stories) // 4 :]
        some = rest[part * len(rest) // parts : (part + 1) * len(rest) // parts]
        began = time.process_time()
        for story in some:
            self.found[story.id] = {hit.topic_id for hit in self.matcher.match(story)}
        self.rates.append(len(some) / (time.process_time() - began))

    def figures(self) -> Figures:
        return Figures(median(self.rates), *_shares(self.found, self.stream.planted))


def in_turns(streams: Sequence[Stream]) -> list[Figures]:
    """Watcher over each stream, a part of each in turn, so that a busy moment of the machine hits all."""
    all_of_us, parts = [Ours(stream) for stream in streams], 20
    for part in range(parts):
        for ours in all_of_us:
            ours.measure(part, parts)
    return [ours.figures() for ours in all_of_us]


def rapid(stream: Stream, scorer: Callable[..., float], *, matrix: bool) -> Figures:
    """rapidfuzz over the names of all topics, a name found where it scores 85 or more."""
    names = [(name.lower(), number) for number, some in enumerate(stream.topics) for name in some]
    choices = [name for name, _ in names]
    found: dict[str, set[int]] = {}

    def extract(some: Sequence[Story]) -> None:
        for story in some:
            hits = process.extract(_plain(story), choices, scorer=scorer, score_cutoff=85, limit=None)
            found[story.id] = {names[hit[2]][1] for hit in hits}

    def cross(some: Sequence[Story]) -> None:
        scores = process.cdist(list(map(_plain, some)), choices, scorer=scorer, score_cutoff=85)
        for row, story in zip(scores, some, strict=True):
            found[story.id] = {names[column][1] for column in row.nonzero()[0]}

    few = stream.stories[: max(40, min(2000, 200_000 // len(choices)))]
    return Figures(paced(cross if matrix else extract, few), *_shares(found, stream.planted))


def _plain(story: Story) -> str:
    return f"{story.title} {story.summary}".lower()


def _shares(found: dict[str, set[int]], planted: dict[str, Planted]) -> tuple[float, float, float]:
    def share(slip: bool) -> float:
        mine = [id for id, what in planted.items() if what.slip == slip and id in found]
        return sum(planted[id].topic in found[id] for id in mine) / len(mine) if mine else float("nan")

    wrong = sum(
        bool(topics - {planted[id].topic} if id in planted else topics) for id, topics in found.items()
    )
    return share(False), share(True), wrong / len(found)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stories", type=int, default=20_000)
    parser.add_argument("--topics", type=int, nargs="+", default=[10, 100, 1000, 10_000])
    arguments = parser.parse_args()
    streams = [stream_of(count, arguments.stories) for count in arguments.topics]
    print(f"{'':38}{'topics':>8}{'stories/s':>12}{'exact':>8}{'slips':>8}{'false':>8}")
    ours = in_turns(streams)
    for figures, stream in zip(ours, streams, strict=True):
        show("watcher", stream, figures)
    print(f"cost at the most topics: {ours[0].rate / ours[-1].rate:.2f} times that at the fewest")
    for stream in streams:
        show("rapidfuzz extract partial_ratio", stream, rapid(stream, fuzz.partial_ratio, matrix=False))
        show("rapidfuzz cdist token_set_ratio", stream, rapid(stream, fuzz.token_set_ratio, matrix=True))


def stream_of(topics: int, stories: int) -> Stream:
    dice = random.Random(topics)
    names = names_of(dice, topics)
    return Stream(names, *stories_of(dice, stories, vocabulary(dice, 8000), names))


def show(what: str, stream: Stream, figures: Figures) -> None:
    print(
        f"{what:38}{len(stream.topics):>8}{figures.rate:>12,.0f}{figures.exact:>8.0%}{figures.slips:>8.1%}{figures.false:>8.1%}",
        flush=True,
    )


if __name__ == "__main__":
    main()
