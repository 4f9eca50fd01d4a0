"""The copy taster: match and group in one place, with the state they need between stories.

In a newsroom the copy taster reads all that comes in on the wires and says which story belongs to what.
Ours is plain computation over plain values. It is used by the pipeline, by `replay` and by nothing else,
takes more than a moment for a batch, and is therefore called from a thread by whoever has an event loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from watcher.models import Match, Placement, Story, Topic
from watcher.stories.group import Grouper
from watcher.stories.likeness import embed_text
from watcher.stories.vectors import Vectors
from watcher.topics.match import Matcher
from watcher.topics.names import Names

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


class CopyTaster:
    """Matches stories against topics and keeps each topic's groups.

    `window` is how far back a story looks for the event it belongs to.
    """

    def __init__(self, topics: Iterable[Topic], names: Names, vectors: Vectors, window: timedelta) -> None:
        self._names = names
        self._vectors = vectors
        self._window = window
        self._groupers: dict[int, Grouper] = {}
        self.retopic(topics)

    def retopic(self, topics: Iterable[Topic]) -> tuple[Topic, ...]:
        """Watch these topics from now on; those returned are new or have changed, and have no groups yet."""
        before = {topic.id: topic for topic in getattr(self, "topics", ())}
        self.topics = tuple(topics)
        self._matcher = Matcher(self.topics, self._names)
        changed = tuple(topic for topic in self.topics if _watches(before.get(topic.id)) != _watches(topic))
        kept = {topic.id for topic in self.topics} - {topic.id for topic in changed}
        self._groupers = {id_: grouper for id_, grouper in self._groupers.items() if id_ in kept}
        return changed

    def taste(self, stories: Sequence[Story], only: frozenset[int] | None = None) -> Tasted:
        """Match and group stories, in the order given; `only` limits it to some topics, by id."""
        return self.place(self.read(stories, only))

    def read(self, stories: Sequence[Story], only: frozenset[int] | None = None) -> Read:
        """Match stories and embed those that met a topic: the half of `taste` that remembers nothing."""
        found = tuple(
            (story, match)
            for story in stories
            for match in self._matcher.match(story)
            if only is None or match.topic_id in only
        )
        return Read(found, self.embed({match.story_id: story for story, match in found}.values()))

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
        found = self._vectors.embed(
            [embed_text(story.title, story.summary, story.language) for story in batch]
        )
        return {story.id: vector for story, vector in zip(batch, found, strict=True)}

    def grouper(self, topic_id: int) -> Grouper:
        """The groups of a topic, made where there are none yet."""
        if topic_id not in self._groupers:
            self._groupers[topic_id] = Grouper(topic_id, window=self._window)
        return self._groupers[topic_id]


def _watches(topic: Topic | None) -> tuple[object, ...] | None:
    """What of a topic decides its matches."""
    return (topic.query, topic.sensitivity, topic.excluded_outlets) if topic else None
