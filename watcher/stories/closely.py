"""Closely: which stories are read a second time, by the bigger model, before they are grouped.

What a topic took for its words always is. Of topics that take every story, it is done where the wire has
languages that the first model has not learned, and no more stories a day than a small server can bear.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np

from watcher.models import Match, Story
from watcher.stories import CLOSELY
from watcher.stories.likeness import look_closer
from watcher.stories.vectors import READ, NoCloserReading, Vector, Vectors, is_unread

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
A_DAY = 2000
"""Stories that a topic that takes every story may have a day to be read closely: some two minutes' work."""


class Closely:
    """Reads closely what is worth it. `which` is one of CLOSELY; without a `closer`, nothing is."""

    def __init__(self, closer: Vectors | None, which: str = CLOSELY[0]) -> None:
        self._closer = closer
        self._which = which
        self._wide: dict[int, _Wide] = {}

    def watch(self, wide: Iterable[int]) -> None:
        """Take these for the topics, by id, that take every story."""
        self._wide = {id_: self._wide.get(id_) or _Wide() for id_ in wide}

    def read(self, found: Iterable[tuple[Story, Match]], vectors: Mapping[str, Vector]) -> dict[str, Vector]:
        """The vectors of what is to be read closely and was not yet, with what that adds."""
        if self._closer is None or self._which == "none":
            return {}
        wanted = {story.id: story for story, match in found if self._wants(story, match)}
        wanted = {id_: story for id_, story in wanted.items() if not vectors[id_][READ:].any()}
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
        self._times: deque[datetime] = deque()
        self._unread: datetime | None = None

    def wants(self, story: Story) -> bool:
        """Whether the next story is to be read closely. Of a fuller wire none is: one in five is no use."""
        self._times.append(story.seen)
        while story.seen - self._times[0] > DAY:
            self._times.popleft()
        if is_unread(story.language):
            self._unread = story.seen
        needed = self._unread is not None and story.seen - self._unread <= DAY
        return needed and len(self._times) <= A_DAY
