"""Closely: which stories are read a second time, by the bigger model, before they are grouped.

What a topic took for its words always is. Of topics that take every story, it is done where the wire has
languages that the first model has not learned, and no more stories a day than a small server can bear.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np

from watcher.models import Match, Story
from watcher.stories import CLOSELY
from watcher.stories.likeness import look_closer
from watcher.stories.vectors import READ, NoCloserReading, Vector, Vectors, is_unread

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
A_DAY = 2000
"""Stories that a topic that takes every story may have a day to be read closely: some two minutes' work."""
AT_ONCE = 512
"""Stories that are read closely at once: half a minute's work. No batch of the wire has more, but what a new
topic finds in the last days may: of that, it is the newest, beside which the next will be laid."""


class Closely:
    """Reads closely what is worth it. `which` is one of CLOSELY; without a `closer`, nothing is."""

    def __init__(self, closer: Vectors | None, which: str = CLOSELY[0]) -> None:
        self._closer = closer
        self._which = which
        self._wide: dict[int, _Wide] = {}

    def watch(self, wide: Iterable[int], as_before: Collection[int] = ()) -> None:
        """Take these for the topics, by id, that take every story; of which some take the same as before."""
        before = {id_: one for id_, one in self._wide.items() if id_ in as_before}
        self._wide = {id_: before.get(id_) or _Wide() for id_ in wide}

    def remember(self, topic_id: int, stories: Iterable[Story]) -> None:
        """Hear which stories a topic took before now, so that a restart changes nothing."""
        if topic_id in self._wide:
            for story in sorted(stories, key=lambda story: story.seen):
                self._wide[topic_id].take(story)

    def read(
        self,
        found: Iterable[tuple[Story, Match]],
        vectors: Mapping[str, Vector],
        known: Collection[str] = (),
    ) -> dict[str, Vector]:
        """The vectors of what is to be read closely, with what that adds; not of what is `known`, by id."""
        if self._closer is None or self._which == "none":
            return {}
        wanted = {story.id: story for story, match in found if self._wants(story, match)}
        new = [id_ for id_ in wanted if id_ not in known][-AT_ONCE:]
        wanted = {id_: wanted[id_] for id_ in new}
        if not wanted:
            return {}
        try:
            once = np.stack([vectors[id_][:READ] for id_ in wanted])
            twice = look_closer([*wanted.values()], once, self._closer)
        except NoCloserReading as error:
            log.warning("Nothing is read closely from now on, so events are told apart less well: %s", error)
            self._closer = None
            return {}
        return dict(zip(wanted, twice, strict=True))

    def _wants(self, story: Story, match: Match) -> bool:
        wide = self._wide.get(match.topic_id)
        return self._which == "all" or wide is None or wide.wants(story)


class _Wide:
    """What a topic that takes every story took in the last day: how much, and in what languages."""

    def __init__(self) -> None:
        self._taken: deque[tuple[datetime, str]] = deque()
        self._ids: set[str] = set()
        self._newest = datetime.min.replace(tzinfo=UTC)
        self._unread = self._newest

    def take(self, story: Story) -> None:
        """Count a story, once: it comes again when it is revised, and when the topic is looked through."""
        self._newest = max(self._newest, story.seen)
        if story.id not in self._ids and self._newest - story.seen <= DAY:
            self._taken.append((story.seen, story.id))
            self._ids.add(story.id)
        while self._taken and self._newest - self._taken[0][0] > DAY:
            self._ids.discard(self._taken.popleft()[1])
        if is_unread(story.language):
            self._unread = max(self._unread, story.seen)

    def wants(self, story: Story) -> bool:
        """Whether the next story is to be read closely. Of a fuller wire none is: one in five is no use."""
        self.take(story)
        return story.seen - self._unread <= DAY and len(self._taken) <= A_DAY
