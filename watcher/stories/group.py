"""Groups: the stories of one topic that tell the same event, found as the stories come in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from hashlib import blake2b

import numpy as np

from watcher.models import Placement, Story
from watcher.stories.edits import Edit
from watcher.stories.likeness import Alike, features, likeness, likest
from watcher.stories.roundup import is_roundup
from watcher.stories.vectors import Vector

JOIN = 0.5
"""The mean likeness to a group's stories from which a story joins it."""


class Grouper:
    """The groups of one topic. `window` is how far back a story looks for the event it belongs to."""

    def __init__(self, topic_id: int, *, window: timedelta = timedelta(days=7)) -> None:
        self._topic_id = topic_id
        self._window = window
        self._stories: dict[str, Story] = {}
        self._vectors: dict[str, Vector] = {}
        self._placements: dict[str, Placement] = {}
        self._members: dict[str, list[str]] = {}

    def add(self, story: Story, vector: Vector) -> tuple[Placement, ...]:
        """Place a story; returns its placement, then those of earlier stories that moved by it."""
        self._evict(story)
        group, score = ("", 0.0) if is_roundup(story.title, story.summary) else self._home(story, vector)
        placed = Placement(story.id, self._topic_id, group, story.id, score)
        self._keep(story, vector, placed)
        return (placed,)

    def restore(
        self,
        stories: Mapping[str, Story],
        vectors: Mapping[str, Vector],
        placements: Iterable[Placement],
        edits: Iterable[Edit],
    ) -> None:
        """Take up the state that was stored, as if every story had just been added."""
        for placed in placements:
            self._keep(stories[placed.story_id], vectors[placed.story_id], placed)

    def explain(self, story_id: str) -> tuple[Alike, ...]:
        """The three stories most like this one, with the features that say so."""
        others = [(self._stories[i], self._vectors[i]) for i in self._stories]
        return likest(self._stories[story_id], self._vectors[story_id], others)

    def _home(self, story: Story, vector: Vector) -> tuple[str, float]:
        """The group that a story is most like on average, or one of its own."""
        best, score = "", 0.0
        for group, members in self._members.items():
            if np.max([self._vectors[i] @ vector for i in members]) < 0.4:
                continue
            mean = float(
                np.mean(
                    [likeness(features(story, self._stories[i], vector, self._vectors[i])) for i in members]
                )
            )
            if mean > score:
                best, score = group, mean
        if score >= JOIN:
            return best, score
        return group_id(self._topic_id, story.id), 1.0

    def _keep(self, story: Story, vector: Vector, placed: Placement) -> None:
        self._stories[story.id] = story
        self._vectors[story.id] = vector
        self._placements[story.id] = placed
        if placed.group:
            self._members.setdefault(placed.group, []).append(story.id)

    def _evict(self, newest: Story) -> None:
        old = [i for i, story in self._stories.items() if newest.seen - story.seen > self._window]
        for id_ in old:
            del self._stories[id_], self._vectors[id_]
            group = self._placements.pop(id_).group
            if group:
                self._members[group].remove(id_)
                if not self._members[group]:
                    del self._members[group]


def group_id(topic_id: int, story_id: str) -> str:
    """The id of the group that a story founds."""
    return blake2b(f"{topic_id}:{story_id}".encode(), digest_size=6).hexdigest()
