"""Coverage over time: columns of the reader's own day, and what is usual then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import matplotlib
import pytest

from watcher.desk.clock import Window
from watcher.desk.trend import Coverage, spark, trend_of
from watcher.drawing import draw
from watcher.lettering import FONT, lettered

NOW = datetime(2026, 9, 14, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def window(**span: float) -> Window:
    return Window(NOW - timedelta(**span), NOW, "lately")


def every_hour(days: int, number: int = 1) -> dict[datetime, int]:
    first = NOW.replace(minute=0) - timedelta(days=days)
    return {first + at * HOUR: number for at in range(days * 24 + 1)}


def test_a_day_is_counted_by_the_hour_and_a_week_by_the_readers_day() -> None:
    found = Coverage({NOW.replace(minute=0): 3, NOW.replace(minute=0) - 14 * HOUR: 2}, {}, {})
    day = trend_of("Harbour", window(hours=24), "Europe/Warsaw", found)
    assert [column.stories for column in day.columns if column.stories] == [2, 3]
    assert len(day.columns) == 25
    week = trend_of("Harbour", window(days=7), "Europe/Warsaw", found)
    assert [column.at.astimezone(UTC).hour for column in week.columns] == [22] * 8
    assert [column.stories for column in week.columns][-2:] == [0, 5], "22:00 UTC is the next day in Warsaw"


def test_days_are_whole_across_a_change_of_clocks() -> None:
    end = datetime(2026, 10, 27, 12, tzinfo=UTC)
    stories = {end - at * HOUR: 1 for at in range(24 * 6)}
    found = trend_of(
        "Harbour", Window(end - timedelta(days=5), end, ""), "Europe/Warsaw", Coverage(stories, {}, {})
    )
    assert [column.stories for column in found.columns][1:5] == [24, 24, 25, 24]


def test_what_is_usual_is_where_eight_of_ten_days_were() -> None:
    found = Coverage(every_hour(20), {}, {}, since=NOW - timedelta(days=20))
    week = trend_of("Harbour", window(days=5), "UTC", found)
    assert {(column.low, column.high) for column in week.columns} == {(24.0, 24.0)}
    day = trend_of("Harbour", window(hours=6), "UTC", found)
    assert {(column.low, column.high) for column in day.columns} == {(1.0, 1.0)}


def test_of_a_topic_that_is_younger_than_three_days_nothing_is_usual() -> None:
    found = Coverage(every_hour(2), {}, {}, since=NOW - timedelta(days=2))
    assert trend_of("Harbour", window(hours=24), "UTC", found).columns[0].high is None


def test_counts_as_small_bars() -> None:
    assert spark([0, 1, 4, 8], 8) == "·▁▄█"
    assert spark([0, 0], 0) == "··"


@pytest.mark.parametrize("text", ["Kim–Putin", "Київ", "Việt Nam", "قمة كيم وبوتين", "ქართული"])
def test_letters_that_the_drawings_own_font_has_are_drawn_with_it(text: str) -> None:
    assert lettered(text, ()) == (text, [FONT])


@pytest.mark.parametrize(
    ("text", "spelled"),
    [("김정은 회담", "GimJeongEun HoeDam"), ("金正恩", "JinZhengEn"), ("किम", "kim"), ("สุดยอด", "sudyod")],
)
def test_letters_for_which_there_is_no_font_are_spelled_in_latin_ones(text: str, spelled: str) -> None:
    assert lettered(text, [Path("nowhere.ttf")]) == (spelled, [FONT])


def test_letters_that_a_font_of_this_machine_has_are_drawn_with_it() -> None:
    has_all = Path(matplotlib.get_data_path(), "fonts/ttf/LastResortHE-Regular.ttf")
    assert lettered("김정은", [has_all]) == ("김정은", [FONT, "Last Resort High-Efficiency"])


def test_every_kind_of_trend_can_be_drawn_even_an_empty_one() -> None:
    full = Coverage(every_hour(20), every_hour(3), {"en": 3}, NOW - timedelta(days=20), every_hour(1))
    for found in (full, Coverage({}, {}, {})):
        for stretch in (window(minutes=20), window(days=2), window(days=92)):
            drawn = draw(
                trend_of("Ünal – Київ", stretch, "Asia/Kolkata", found, [(1, NOW - HOUR)], "A bridge")
            )
            assert drawn.startswith(b"\x89PNG")
