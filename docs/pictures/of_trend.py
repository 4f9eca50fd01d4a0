"""The picture of `/watch trend`, drawn of the demo's newswire by the program that draws them all.

python -m docs.pictures.of_trend docs/pictures
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.alert_desk import ours, run
from benchmarks.alerts import TOPICS, meant_trail, wire_story
from watcher.demo.newswire import Newswire
from watcher.desk.clock import Window
from watcher.desk.sources import NO_SOURCES
from watcher.desk.trend import Coverage, trend_of
from watcher.drawing import draw


def picture() -> bytes:
    """The two days in which most happened, against what was usual in those before."""
    wire = Newswire.load()
    told = sorted((one for one in wire.stories if one.kim_putin), key=lambda one: one.published)
    stories = {one.id: wire_story(wire, one) for one in told}
    end = datetime(2026, 9, 6, 6, tzinfo=UTC)
    began: dict[str, datetime] = {}
    for one in told:
        began.setdefault(one.event or one.id, _hour(one.published))
    broke, _ = run(meant_trail(told, stories), TOPICS[0].id, ours(NO_SOURCES, "urgent"))
    window = Window(end - timedelta(days=2), end, "the last 2 days")
    marked = [(number, one.at) for number, one in enumerate(broke, 1) if window.start < one.at < end]
    found = Coverage(
        Counter(_hour(one.published) for one in told),
        Counter(began.values()),
        Counter(one.lang for one in told),
        told[0].published,
    )
    return draw(trend_of("Kim–Putin summit", window, "Asia/Seoul", found, marked))


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    (asked.parse_args().folder / "trend.png").write_bytes(picture())


if __name__ == "__main__":
    main()
