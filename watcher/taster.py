"""The copy taster: match and group in one place, with the state they need between stories.

In a newsroom the copy taster reads all that comes in on the wires and says which story belongs to what.
Ours is plain computation over plain values. It is used by the pipeline, by `replay` and by nothing else,
takes more than a moment for a batch, and is therefore called from a thread by whoever has an event loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from watcher.desk.lessons import MOST, Lessons
from watcher.desk.sense import Sense
from watcher.models import Match, Placement, Reason, Story, Topic
from watcher.stories import CLOSELY
from watcher.stories.closely import Closely
from watcher.stories.edits import Edit
from watcher.stories.group import Grouper
from watcher.stories.likeness import embed_all
from watcher.stories.vectors import Vectors
from watcher.topics.match import THRESHOLDS, Matcher, Weighed
from watcher.topics.names import Name, Names
from watcher.topics.query import takes_all

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tasted:
    """What a batch of stories came to: matches, where each stands (moved ones too), and their vectors."""

    matches: tuple[Match, ...]
    placements: tuple[Placement, ...]
    vectors: Mapping[str, Vector]


@dataclass(frozen=True, slots=True)
class Read:
    """Stories with each match they met, and the vectors of those that met any."""

    found: tuple[tuple[Story, Match], ...]
    vectors: Mapping[str, Vector]


Candidate = tuple[Story, Topic, Weighed | None]
"""A story that a topic may take, and how it stands to it by its words (None: it has none of them)."""


class CopyTaster:
    """Matches stories against topics and keeps each topic's groups.

    `window` is how far back a story looks for the event it belongs to. `closer` is the bigger model, which
    reads some of what was taken once more before it is grouped, as `closely` says.
    """

    def __init__(
        self,
        topics: Iterable[Topic],
        names: Names,
        vectors: Vectors,
        window: timedelta,
        closer: Vectors | None = None,
        closely: str = CLOSELY[0],
    ) -> None:
        self._closely = Closely(closer, closely)
        self._names = names
        self._vectors = vectors
        self.window = window
        self._groupers: dict[int, Grouper] = {}
        self.topics: tuple[Topic, ...] = ()
        self._lessons: Mapping[int, Lessons] = {}
        self._sense = Sense(vectors)
        self.retopic(topics)

    def retopic(
        self,
        topics: Iterable[Topic],
        lessons: Mapping[int, Lessons] | None = None,
        own: Mapping[str, Sequence[Name]] | None = None,
    ) -> tuple[Topic, ...]:
        """Watch these topics from now on: as taught (by topic id), with desks' own names (by desk).

        Those returned are new or have changed, and have no groups yet.
        """
        before = {topic.id: topic for topic in self.topics}
        self.topics = tuple(topics)
        watched = {topic.id for topic in self.topics}
        self._lessons = {id_: one for id_, one in (lessons or {}).items() if id_ in watched}
        self._adding = {id_: one for id_, one in self._lessons.items() if one.adds}
        catalogues = {desk: self._names.plus(names) for desk, names in (own or {}).items()}
        self._matcher = Matcher(self.topics, self._names, catalogues)
        changed = tuple(topic for topic in self.topics if _watches(before.get(topic.id)) != _watches(topic))
        kept = {topic.id for topic in self.topics} - {topic.id for topic in changed}
        self._closely.watch((topic.id for topic in self.topics if takes_all(topic.query)), as_before=kept)
        self._groupers = {id_: grouper for id_, grouper in self._groupers.items() if id_ in kept}
        return changed

    def taste(
        self,
        stories: Sequence[Story],
        only: frozenset[int] | None = None,
        known: Mapping[str, Vector] | None = None,
    ) -> Tasted:
        """Match and group stories, in the order given; `only` limits it to some topics, by id.

        `known` has vectors of stories that need not be embedded again.
        """
        return self.place(self.read(stories, only, known))

    def read(
        self,
        stories: Sequence[Story],
        only: frozenset[int] | None = None,
        known: Mapping[str, Vector] | None = None,
    ) -> Read:
        """Match stories and embed those that met a topic: the half of `taste` that knows of no groups."""
        candidates = [each for story in stories for each in self._candidates(story, only)]
        wanted = {story.id: story for story, topic, one in candidates if self._needs_vector(topic, one)}
        missing = [story for id_, story in wanted.items() if id_ not in (known or {})]
        vectors = {**(known or {}), **self.embed(missing)}
        found = tuple(
            (story, match)
            for story, topic, one in candidates
            if (match := self._judged(story, topic, one, vectors.get(story.id)))
        )
        vectors = {match.story_id: vectors[match.story_id] for _, match in found}
        return Read(found, {**vectors, **self._closely.read(found, vectors, known or {})})

    def _candidates(self, story: Story, only: frozenset[int] | None) -> Iterator[Candidate]:
        """The topics that may take a story: by its words, or since an editor said so of this very text."""
        met = set()
        for one in self._matcher.weigh(story, self._adding):
            met.add(one.topic.id)
            if only is None or one.topic.id in only:
                yield story, one.topic, one
        if self._adding:
            for topic in self.topics:
                if topic.id in self._adding and topic.id not in met and (only is None or topic.id in only):
                    decided = self._adding[topic.id].on(story)
                    if decided and decided.wanted:
                        yield story, topic, None

    def _needs_vector(self, topic: Topic, one: Weighed | None) -> bool:
        """Whether a story's meaning has a say: it is in the topic, or may come to be."""
        if one is None or one.meets or one.lacking:
            return True
        return topic.id in self._lessons and one.score >= one.threshold - MOST

    def _judged(self, story: Story, topic: Topic, one: Weighed | None, vector: Vector | None) -> Match | None:
        """The match of a story with a topic, after all evidence is heard."""
        lessons = self._lessons.get(topic.id)
        sensed: tuple[Reason, ...] = ()
        if one is not None and not one.meets and vector is not None:
            one, sensed = self._sense.weigh(one, vector)
        score, threshold = (one.score, one.threshold) if one else (0.0, THRESHOLDS[topic.sensitivity])
        certain = one is not None and one.certain
        moved = lessons.judge(story, vector, score, threshold, certain=certain) if lessons else None
        if moved is None:
            return one.match(more=sensed) if one and one.meets else None
        if moved.score < threshold:
            return None
        if one is None:
            return Match(story.id, topic.id, moved.score, (moved.reason,))
        return one.match(moved.score, (*sensed, moved.reason))

    def place(self, read: Read) -> Tasted:
        """Group what was read, in its order."""
        placements: dict[tuple[int, str], Placement] = {}
        for story, match in read.found:
            for placed in self.grouper(match.topic_id).add(story, read.vectors[story.id]):
                placements[placed.topic_id, placed.story_id] = placed
        return Tasted(tuple(match for _, match in read.found), tuple(placements.values()), read.vectors)

    def embed(self, stories: Iterable[Story]) -> dict[str, Vector]:
        """The sentence vector of each story, by its id."""
        batch = list(stories)
        if not batch:
            return {}
        found = embed_all(batch, self._vectors)
        return {story.id: vector for story, vector in zip(batch, found, strict=True)}

    def restore(
        self,
        topic_id: int,
        stories: Mapping[str, Story],
        vectors: Mapping[str, Vector],
        placements: Sequence[Placement],
        edits: Iterable[Edit],
    ) -> None:
        """Take up a topic as it is stored; see `Grouper.restore`."""
        self._closely.remember(topic_id, stories.values())
        self.grouper(topic_id).restore(stories, vectors, placements, edits)

    def regroup(self, topic_id: int) -> Grouper:
        """The groups of a topic, empty as at the beginning."""
        self._groupers.pop(topic_id, None)
        return self.grouper(topic_id)

    def grouper(self, topic_id: int) -> Grouper:
        """The groups of a topic, made where there are none yet."""
        if topic_id not in self._groupers:
            self._groupers[topic_id] = Grouper(topic_id, window=self.window)
        return self._groupers[topic_id]


def _watches(topic: Topic | None) -> tuple[object, ...] | None:
    """What of a topic decides its matches."""
    return (topic.query, topic.sensitivity, topic.excluded_outlets) if topic else None
