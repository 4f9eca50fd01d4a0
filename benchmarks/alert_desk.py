"""A desk that takes a stream story by story and alerts by a method: ours, or a baseline."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import process_time

import numpy as np

from watcher.desk.alerts import of_one_event
from watcher.desk.breaking import FRESH, Level, decide, higher
from watcher.desk.pace import USUAL, Pace
from watcher.desk.sources import Sources
from watcher.desk.urgency import urgent_label
from watcher.models import Group, Placement, Story
from watcher.splinters import likeness_of
from watcher.stories.group import JOIN
from watcher.stories.likeness import embed_all
from watcher.stories.vectors import Vectors

LAG = timedelta(hours=1)
TRUSTED = ("reuters.com", "apnews.com", "afp.com")


@dataclass(slots=True)
class Trail:
    """A stream with where each story stood when it came: (story, its placements and those it moved)."""

    steps: list[tuple[Story, tuple[Placement, ...]]]


@dataclass(slots=True)
class Told:
    """An alert as a method gave it: when, and the stories its event had then."""

    at: datetime
    stories: tuple[str, ...]


@dataclass(slots=True)
class Alerted:
    """An event that alerted: its stories by now, where it stood then, and how high it has risen."""

    stories: set[str]
    group: str
    level: Level


@dataclass(slots=True)
class Kin:
    """Tells whether two groups are one event after all, as `watcher.splinters` does."""

    vectors: Vectors
    _packed: dict[str, bytes] = field(default_factory=dict)

    def are_one(self, one: Group, other: Group) -> bool:
        for story in (*one.stories, *other.stories):
            if story.id not in self._packed:
                self._packed[story.id] = embed_all([story], self.vectors)[0].astype(np.float16).tobytes()
        return likeness_of(one, other, self._packed) >= JOIN


@dataclass(slots=True)
class Desk:
    """The groups of one topic as they grow, and its pace."""

    topic_id: int
    members: dict[str, list[Story]] = field(default_factory=lambda: defaultdict(list))
    home: dict[str, str] = field(default_factory=dict)
    telling: dict[str, str] = field(default_factory=dict)
    firsts: dict[tuple[str, str], datetime] = field(default_factory=dict)
    alerted: list[Alerted] = field(default_factory=list)
    _pace: tuple[datetime, Pace] | None = None

    def going_on(self, known: Mapping[str, Story], now: datetime) -> list[Alerted]:
        """The events that alerted and are still being told."""
        return [
            one for one in self.alerted if any(now - known[id_].published <= FRESH for id_ in one.stories)
        ]

    def take(self, story: Story, placed: Iterable[Placement], known: Mapping[str, Story]) -> set[str]:
        """Put stories where they stand; returns the groups that were touched."""
        touched = set()
        for one in placed:
            if one.topic_id != self.topic_id:
                continue
            before = self.home.pop(one.story_id, "")
            if before:
                self.members[before] = [s for s in self.members[before] if s.id != one.story_id]
            if one.group:
                self.home[one.story_id], self.telling[one.story_id] = one.group, one.telling
                self.members[one.group].append(known[one.story_id])
                at = known[one.story_id].seen
                self.firsts.setdefault((one.group, known[one.story_id].outlet), at)
                touched.add(one.group)
        return touched

    def group(self, id_: str) -> Group:
        stories = tuple(sorted(self.members[id_], key=lambda story: story.seen))
        return Group(id_, self.topic_id, stories, {s.id: self.telling[s.id] for s in stories})

    def together(self, one: str, other: str) -> Group:
        """Two groups as the one event that they are."""
        both = [self.group(id_) for id_ in dict.fromkeys((one, other)) if self.members.get(id_)]
        stories = sorted((s for group in both for s in group.stories), key=lambda story: story.seen)
        return Group(one, self.topic_id, tuple(stories), {s.id: self.telling[s.id] for s in stories})

    def pace(self, now: datetime) -> Pace:
        if self._pace is None or now - self._pace[0] >= timedelta(hours=1):
            old = sorted((at, group) for (group, _), at in self.firsts.items() if at < now - LAG)
            ranks: Counter[str] = Counter()
            hours: Counter[int] = Counter()
            for at, group in old:
                ranks[group] += 1
                hours[at.hour] += ranks[group] <= USUAL
            days = (now - LAG - old[0][0]) / timedelta(days=1) if old else 0.0
            self._pace = (now, Pace(hours, len(ranks), days))
        return self._pace[1]


Method = Callable[[Desk, Group, datetime, bool], Level | None]


def run(
    trail: Trail, topic_id: int, method: Method, least: Level = "developing", kin: Kin | None = None
) -> tuple[list[Told], list[float]]:
    """The alerts of a method from a level on, once an event, and the CPU seconds that each decision took.

    With `kin` a group that is part of an event which alerted is told of as that, as the desk does.
    """
    desk, told, spent = Desk(topic_id), [], [0.0]
    known: dict[str, Story] = {}

    def decided(group: Group, now: datetime, *, busy: bool = False) -> Level | None:
        desk.pace(now)
        began = process_time()
        level = method(desk, group, now, busy)
        spent.append(process_time() - began)
        return level

    for story, placed in trail.steps:
        known[story.id], now = story, story.seen
        for id_ in sorted(desk.take(story, placed, known)):
            group = desk.group(id_)
            before = next((a for a in desk.alerted if of_one_event(frozenset(a.stories), group)), None)
            level = decided(group, now) if before is None else None
            if before is None and level is not None and kin is not None:
                near = [one for one in desk.going_on(known, now) if desk.members.get(one.group)]
                before = next((one for one in near if kin.are_one(group, desk.group(one.group))), None)
                level = decided(group, now, busy=True) if near and before is None else level
            if before is None:
                if level is not None:
                    desk.alerted.append(Alerted({one.id for one in group.stories}, id_, level))
                    if not higher(least, level):
                        told.append(Told(now, tuple(one.id for one in group.stories)))
                continue
            before.group = before.group if desk.members.get(before.group) else id_
            group = desk.together(before.group, id_)
            before.stories |= {one.id for one in group.stories}
            level = decided(group, now) if kin is not None and before.level != "breaking" else None
            if level is not None and higher(level, before.level):
                if higher(least, before.level) and not higher(least, level):
                    told.append(Told(now, tuple(one.id for one in group.stories)))
                before.level = level
    return told, sorted(spent)


def ours(sources: Sources) -> Method:
    """The decision of watcher.desk.breaking."""

    def decided(desk: Desk, group: Group, now: datetime, busy: bool) -> Level | None:
        return decide(group, desk.pace(now), now, sources, trusted=TRUSTED, busy=busy).level

    return decided


def three_outlets(desk: Desk, group: Group, now: datetime, busy: bool) -> Level | None:
    """The first baseline: any event that three outlets have."""
    return "breaking" if len(group.outlets) >= 3 else None


def urgency_word(desk: Desk, group: Group, now: datetime, busy: bool) -> Level | None:
    """The second baseline: any story that its outlet calls urgent."""
    return "breaking" if any(urgent_label(story.title) for story in group.stories) else None
