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
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.alert_desk import Kin, Method, Trail, ours, run, three_outlets, urgency_word
from benchmarks.alert_truth import OUTLETS, Truth, final_events, score, truth_of
from watcher.config import Settings
from watcher.demo.newswire import Newswire, WireStory
from watcher.desk.breaking import Level
from watcher.desk.sources import Sources
from watcher.house import load_names
from watcher.models import Placement, Story, Topic
from watcher.replay import read_lines, read_stories
from watcher.stories.vectors import load_closer, load_vectors
from watcher.taster import CopyTaster

KIM = "kim jong un putin (summit OR meet* OR talks OR visit OR train OR arms OR weapons OR trip) -kardashian"
TOPICS = (Topic(1, "bench", "kim-putin-summit", KIM), Topic(2, "bench", "everything", "*"))


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


def _say(message: str, *, weighty: bool = False) -> None:
    print(message, file=sys.stderr)


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
