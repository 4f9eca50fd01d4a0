"""Lessons: what editors said of a topic's stories, and what the topic makes of it. Pure.

"Not this topic" and "this too" hold for that story and for copies of its text, whatever the query says.
Beyond them they are evidence, and bounded: a story near in meaning, or with the words or the outlet that
several such stories share, is worth some points less or more. One word against a story never drops
another one that has every name of the query as it stands there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from watcher.models import Reason, Story
from watcher.stories.tellings import Tellings
from watcher.stories.vectors import Vector, unpacked
from watcher.stories.weights import to_points, weights
from watcher.topics.lexicon import Lexicon
from watcher.topics.text import UNSPACED, tokens

FAR, NEAR = 0.5, 0.8
"""Cosines of meaning: up to FAR a story is not like another, from NEAR on it is so fully. Of the pairs of a
story of a topic and one of none, 9 in 10 stay under FAR; half of those that tell one event are over 0.66."""
FIRST = 15.0
"""Points by which one editor's word moves a story of that same meaning."""
MOST = 30.0
"""Points by which likeness of meaning to any number of them moves it."""
BY_WORD = 3.0
"""Points for each story that shares a telling word with it, from two such stories on."""
BY_WORDS = 15.0
BY_OUTLET = 8.0
FEWEST_WORD, FEWEST_OUTLET = 2, 3
RARE = 0.1
"""A word (or an outlet) that more of a topic's stories have tells nothing of those that do not belong."""
FEWEST_CATCHES = 10
_MARKS = 12


@dataclass(frozen=True, slots=True)
class Lesson:
    """One editor's word on one story: whether the topic wants it.

    `name` is what people call the editor, `marks` are the words (and @outlet) of the story that set it
    apart from what the topic catches; `vector` is its sentence vector as stored, empty before it is known.
    """

    topic_id: int
    story: Story
    wanted: bool
    at: datetime
    person: str = ""
    name: str = ""
    marks: tuple[str, ...] = ()
    vector: bytes = b""


@dataclass(frozen=True, slots=True)
class Shared:
    """A word or an outlet that several such stories share; its points count against where below 0."""

    mark: str
    stories: int
    points: float

    @property
    def said(self) -> str:
        """It, as people read it."""
        return f"the outlet {self.mark[1:]}" if self.mark.startswith("@") else f"“{self.mark}”"


@dataclass(frozen=True, slots=True)
class Moved:
    """What lessons make of a story: its score before and after, and why, as a sentence.

    `decided` is the word of an editor on this very text, where there is one.
    """

    before: float
    score: float
    why: str
    decided: Lesson | None = None

    @property
    def reason(self) -> Reason:
        """It, beside the other reasons of a match."""
        return Reason("feedback", "feedback", "", "title", 0, 0, alias=self.why)


class Lessons:
    """What one topic has been taught."""

    def __init__(self, taught: Iterable[Lesson]) -> None:
        self.taught = tuple(sorted(taught, key=lambda one: (one.at, one.story.id)))
        self._by_id = {one.story.id: one for one in self.taught}
        self._tellings = Tellings()
        for one in self.taught:
            self._tellings.put(one.story)
        self.shared = tuple(_shared(self.taught))
        self._points = _points(self.taught)
        self.adds = any(one.wanted for one in self.taught)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lessons) and self.taught == other.taught

    def __hash__(self) -> int:
        return hash(self.taught)

    def on(self, story: Story) -> Lesson | None:
        """The word that was said of this story, or of one of which it is a copy."""
        if story.id in self._by_id:
            return self._by_id[story.id]
        return self._by_id.get(self._tellings.find(story))

    def judge(
        self, story: Story, vector: Vector | None, score: float, threshold: float, *, certain: bool = False
    ) -> Moved | None:
        """What becomes of a story that a topic gave a score; None where lessons say nothing of it.

        `vector` is its sentence vector, `certain` whether it has every name of the query as it stands there.
        """
        decided = self.on(story)
        if decided is not None:
            return _decided(decided, story, score, threshold)
        parts = [*self._by_meaning(story, vector), *self._by_marks(story)]
        moved = max(-MOST, min(MOST, sum(points for points, _, _ in parts)))
        if abs(moved) < 1:
            return None
        after = max(1.0, min(100.0, score + moved))
        if certain and score >= threshold > after and sum(said for _, said, _ in parts) < 2:
            after = threshold
        why = "; ".join(text for _, _, text in sorted(parts, key=lambda part: -abs(part[0]))[:3])
        return Moved(score, round(after, 1), f"{after - score:+.0f} points: {why}")

    def _by_meaning(self, story: Story, vector: Vector | None) -> Iterator[tuple[float, int, str]]:
        """How many points the nearness to each side's stories gives, by how many of them, in words."""
        if vector is None or not self._points.size or not vector.any():
            return
        point = to_points(vector[None, :], [story.language], weights())[0]
        near = np.clip((self._points @ point - FAR) / (NEAR - FAR), 0, 1)
        for wanted in (False, True):
            mine = [i for i, one in enumerate(self.taught) if one.wanted is wanted and near[i] > 0]
            if mine:
                likest = self.taught[max(mine, key=lambda i: (near[i], -i))]
                points = MOST * (1 - (1 - FIRST / MOST) ** float(near[mine].sum()))
                said = "this too" if wanted else "not this topic"
                text = f"near in meaning to “{likest.story.title[:80]}” ({said})"
                yield (points if wanted else -points), len(mine), text

    def _by_marks(self, story: Story) -> Iterator[tuple[float, int, str]]:
        words = set(tokens(story.title))
        met = [one for one in self.shared if one.mark in words or one.mark == f"@{story.outlet}"]
        total = 0.0
        for one in met:
            allowed = max(-BY_WORDS, min(BY_WORDS, total + one.points)) - total
            total += allowed
            if allowed:
                said = "that editors wanted" if one.points > 0 else "that editors took out"
                yield allowed, one.stories, f"has {one.said}, as {one.stories} stories {said}"


def _decided(lesson: Lesson, story: Story, score: float, threshold: float) -> Moved:
    who = f" by {lesson.name}" if lesson.name else ""
    what = "this too" if lesson.wanted else "not this topic"
    of = "of it" if lesson.story.id == story.id else f"of a copy of it, “{lesson.story.title[:80]}”"
    after = max(score, threshold) if lesson.wanted else 0.0
    return Moved(score, after, f"“{what}” was said {of}{who}", lesson)


def _points(taught: Sequence[Lesson]) -> Vector:
    """Each story's point of meaning; zeros for one whose vector is not known."""
    if not any(one.vector for one in taught):
        return np.zeros((0, 0), np.float32)
    vectors = np.stack([unpacked(one.vector) for one in taught])
    return to_points(vectors, [one.story.language for one in taught], weights())


def _shared(taught: Sequence[Lesson]) -> Iterator[Shared]:
    """What several stories of one side share and none of the other has; copies of one text count once."""
    texts: dict[bool, dict[str, set[tuple[str, ...]]]] = {True: defaultdict(set), False: defaultdict(set)}
    for one in taught:
        for mark in one.marks:
            texts[one.wanted][mark].add(tuple(sorted(tokens(one.story.title))))
    for wanted, by_mark in texts.items():
        for mark, titles in sorted(by_mark.items()):
            outlet = mark.startswith("@")
            if mark in texts[not wanted] or len(titles) < (FEWEST_OUTLET if outlet else FEWEST_WORD):
                continue
            if outlet and wanted:
                continue  # that an outlet was right thrice is no reason to believe it anything
            points = BY_OUTLET if outlet else min(BY_WORDS, BY_WORD * len(titles))
            yield Shared(mark, len(titles), points if wanted else -points)


def marks_of(story: Story, met: Iterable[str], catches: Sequence[Story]) -> tuple[str, ...]:
    """What sets a story apart from what its topic has caught lately: words of its title, and its outlet.

    Left out are those of the query and by which it `met` it, and those that mean nothing to a search.
    """
    by_query = {word for text in met for word in tokens(text)}
    little = Lexicon.shipped().little.get(story.language, frozenset())
    others = [one for one in catches if one.id != story.id]
    common = _common([set(tokens(one.title)) for one in others])
    words = [
        word
        for word in dict.fromkeys(tokens(story.title))
        if len(word) > 2 and not word.isdigit() and not UNSPACED.search(word) and word not in little
    ]
    marks = [word for word in words if word not in by_query and word not in common][:_MARKS]
    if f"@{story.outlet}" not in _common([{f"@{one.outlet}"} for one in others]) and story.outlet:
        marks.append(f"@{story.outlet}")
    return tuple(marks)


def _common(bags: Sequence[set[str]]) -> set[str]:
    """What too many of some stories have for it to tell them apart; nothing where they are too few."""
    if len(bags) < FEWEST_CATCHES:
        return set()
    counts: dict[str, int] = defaultdict(int)
    for bag in bags:
        for word in bag:
            counts[word] += 1
    return {word for word, number in counts.items() if number > RARE * len(bags)}
