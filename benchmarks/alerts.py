"""How well alerts are decided: precision, recall and delay on a stream of stories, beside two baselines.

    python -m benchmarks.alerts [STREAM.jsonl[.gz] [--labels LABELS.csv]]

Every story goes through match and group one at a time, in order of publication, and each event it touches
is decided about at that moment. What an event came to is known afterwards: true are the events that, in
the end, were told by five outlets or more within three hours. An alert is right if it is the first one of
such an event. Stories dated to the day only (noon sharp) are left out, since they would all break at once.
Without a stream the demo's newswire is taken, whose events are known; there, too, roundups never may.
"""

from __future__ import annotations

import argparse
import csv
import pickle
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from watcher.config import Settings
from watcher.demo.newswire import Newswire, WireStory
from watcher.desk.alerts import of_one_event
from watcher.desk.breaking import FRESH, Level, decide, higher
from watcher.desk.origins import trace
from watcher.desk.pace import USUAL, Pace
from watcher.desk.sources import Sources
from watcher.desk.urgency import urgent_label
from watcher.house import load_names
from watcher.models import Group, Placement, Story, Topic
from watcher.replay import read_lines, read_stories
from watcher.splinters import likeness_of
from watcher.stories.group import JOIN
from watcher.stories.likeness import embed_all
from watcher.stories.vectors import Vectors, load_closer, load_vectors
from watcher.taster import CopyTaster

SPAN = timedelta(hours=3)
OUTLETS = 5
LAG = timedelta(hours=1)
TRUSTED = ("reuters.com", "apnews.com", "afp.com")
KIM = "kim jong un putin (summit OR meet* OR talks OR visit OR train OR arms OR weapons OR trip) -kardashian"
TOPICS = (Topic(1, "bench", "kim-putin-summit", KIM), Topic(2, "bench", "everything", "*"))


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


# ------------------------------------------------------------------------------------ what is true


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


# ---------------------------------------------------------------------------------------- streams


def stream_stories(path: Path) -> list[Story]:
    """The stories of a file that have a time of day."""
    return [s for s in read_stories(read_lines(path, _say), _say) if not _day_only(s.published)]


def trail_of(stories: Iterable[Story]) -> Trail:
    """Stories through match and group, one at a time."""
    settings = Settings()
    names = load_names(Path(settings.topics.names))
    vectors, closer = load_vectors(settings.group.vectors), load_closer(settings.group.closely)
    taster = CopyTaster(TOPICS, names, vectors, settings.group.window, closer, settings.group.closely)
    return Trail([(story, taster.taste([story]).placements) for story in stories])


def _day_only(at: datetime) -> bool:
    return (at.hour, at.minute, at.second) == (12, 0, 0)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def labelled(path: Path, trail: Trail) -> dict[str, list[Story]]:
    """The events of a file of labels."""
    known = {story.id: story for story, _ in trail.steps}
    events: dict[str, list[Story]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["event"] and row["id"] in known and row["topic_kim_putin"] == "1":
                events[row["event"]].append(known[row["id"]])
    return events


def report(title: str, trail: Trail, topic_id: int, truth: Truth, sources: Sources, kin: Kin) -> None:
    """Print what each method came to."""
    times = [story.seen for story, _ in trail.steps]
    days = (max(times) - min(times)) / timedelta(days=1)
    print(f"{title}: {len(times)} stories, {days:.1f} days, {len(truth.big)} events of {OUTLETS} outlets")
    methods: dict[str, tuple[Method, Level, Kin | None]] = {
        "watcher": (ours(sources), "developing", kin),
        "that wakes": (ours(sources), "urgent", kin),
        "3 outlets": (three_outlets, "breaking", None),
        "urgency word": (urgency_word, "breaking", None),
    }
    for name, (method, least, with_kin) in methods.items():
        told, spent = run(trail, topic_id, method, least, with_kin)
        typical, worst = median(spent) * 1000, spent[int(len(spent) * 0.99)] * 1000
        print(score(told, truth, days).line(name) + f"   {typical:.2f} ms, 1 in 100 over {worst:.2f} ms")


def newswire(sources: Sources, kin: Kin) -> None:
    """The same for the demo's newswire, held against the events that its authors meant."""
    wire = Newswire.load()
    told = sorted(wire.stories, key=lambda one: one.published)
    stories = {one.id: wire_story(wire, one) for one in told}
    trails = {
        "as its authors meant the events": meant_trail(told, stories),
        "as grouped": trail_of(stories.values()),
    }
    for topic in TOPICS:
        events: dict[str, list[Story]] = defaultdict(list)
        for one in told:
            if one.event and not one.republished and (one.kim_putin or topic.query == "*"):
                events[one.event].append(stories[one.id])
        for how, trail in trails.items():
            report(
                f"{topic.name}, the newswire {how}", trail, topic.id, truth_of(events, sources), sources, kin
            )


def meant_trail(told: Sequence[WireStory], stories: Mapping[str, Story]) -> Trail:
    """The trail of a grouping without fault, by which the decision alone is measured."""
    copies: dict[tuple[str | None, str], str] = {}
    steps = []
    for one in told:
        telling = copies.setdefault((one.event, one.agency), one.id) if one.agency else one.id
        home = one.event or ("" if one.roundup else one.id)
        wanted = [topic.id for topic in TOPICS if one.kim_putin or topic.query == "*"]
        steps.append((stories[one.id], tuple(Placement(one.id, id_, home, telling, 1.0) for id_ in wanted)))
    return Trail(steps)


def wire_story(wire: Newswire, one: WireStory) -> Story:
    outlet = wire.outlet(one.outlet)
    return Story(
        id=one.id,
        title=one.title,
        url=outlet.link(one),
        outlet=outlet.domain,
        published=one.claimed,
        seen=one.published,
        summary=one.summary,
        language=one.lang,
        outlet_name=outlet.name,
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("stream", type=Path, nargs="?")
    asked.add_argument("--labels", type=Path)
    asked.add_argument("--trail", type=Path, help="keep the trail in this file, and take it from there")
    given = asked.parse_args()
    sources = Sources.load(Path("config/owners.toml").read_text(encoding="utf-8"))
    kin = Kin(load_vectors(Settings().group.vectors))
    if given.stream is None:
        newswire(sources, kin)
        return
    if given.trail and given.trail.exists():
        trail = pickle.loads(given.trail.read_bytes())
    else:
        trail = trail_of(stream_stories(given.stream))
        if given.trail:
            given.trail.write_bytes(pickle.dumps(trail))
    for topic in TOPICS:
        truth = truth_of(final_events(trail, topic.id), sources)
        report(f"{topic.name}, events as grouped in the end", trail, topic.id, truth, sources, kin)
    if given.labels:
        truth = truth_of(labelled(given.labels, trail), sources, span=timedelta(days=30))
        report("kim-putin-summit, events as labelled by people", trail, 1, truth, sources, kin)


if __name__ == "__main__":
    main()
