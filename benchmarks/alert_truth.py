"""Which alerts were right: what the events of a stream came to, and how a method did by that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from benchmarks.alert_desk import Desk, Told, Trail
from watcher.desk.origins import trace
from watcher.desk.sources import Sources
from watcher.models import Group, Story

SPAN = timedelta(hours=3)
OUTLETS = 5


@dataclass(frozen=True, slots=True)
class Truth:
    """Which event a story told, which events five outlets told within the span, and their second voice."""

    event_of: Mapping[str, str]
    big: frozenset[str]
    second: Mapping[str, datetime]


def truth_of(events: Mapping[str, Sequence[Story]], sources: Sources, *, span: timedelta = SPAN) -> Truth:
    """What is true of events known in full."""
    big, second = set(), {}
    for name, found in events.items():
        if _within(found, span) >= OUTLETS:
            big.add(name)
            voices = trace(Group(name, 0, tuple(found)), sources).voices
            second[name] = _second([voice.first.published for voice in voices])
    return Truth({s.id: name for name, found in events.items() for s in found}, frozenset(big), second)


def _second(voices: Sequence[datetime]) -> datetime:
    """When two independent outlets had an event within the span; where that never was, its second."""
    pairs = ((one, other) for one, other in pairwise(voices) if other - one <= SPAN)
    return next((other for _, other in pairs), voices[min(1, len(voices) - 1)])


def _within(stories: Sequence[Story], span: timedelta) -> int:
    """The most outlets that told within a span."""
    ordered = sorted(stories, key=lambda story: story.published)
    counts = [
        len({other.outlet for other in ordered[at:] if other.published - story.published <= span})
        for at, story in enumerate(ordered)
    ]
    return max(counts, default=0)


def final_events(trail: Trail, topic_id: int) -> dict[str, list[Story]]:
    """The events as the whole stream leaves them."""
    desk, known = Desk(topic_id), {}
    for story, placed in trail.steps:
        known[story.id] = story
        desk.take(story, placed, known)
    return {id_: members for id_, members in desk.members.items() if members}


@dataclass(frozen=True, slots=True)
class Score:
    alerts: int
    a_day: float
    precision: float
    recall: float
    repeated: int
    delays: tuple[float, ...]

    def line(self, name: str) -> str:
        delay = f"{median(self.delays):6.0f} / {max(self.delays):.0f}" if self.delays else "     –"
        return (
            f"  {name:<16} {self.alerts:5d} alerts {self.a_day:7.1f} a day   precision {self.precision:.2f}"
            f"   recall {self.recall:.2f}   repeated {self.repeated:3d}   delay min {delay}"
        )


def score(told: Sequence[Told], truth: Truth, days: float) -> Score:
    """How right a method was. Delays are minutes from an event's second voice to its alert."""
    right: dict[str, datetime] = {}
    repeated = 0
    for one in told:
        names = Counter(name for id_ in one.stories if (name := truth.event_of.get(id_)))
        event = names.most_common(1)[0][0] if names else ""
        repeated += event in right
        if event in truth.big:
            right.setdefault(event, one.at)
    delays = tuple((at - truth.second[event]).total_seconds() / 60 for event, at in right.items())
    precision = len(right) / len(told) if told else 1.0
    return Score(
        len(told), len(told) / days, precision, len(right) / max(1, len(truth.big)), repeated, delays
    )
