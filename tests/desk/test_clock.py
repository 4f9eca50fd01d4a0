"""Windows, times of day and quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.desk.clock import (
    ClockError,
    next_time,
    parse_quiet,
    parse_time,
    parse_times,
    parse_window,
    quiet_until,
    zone_of,
)
from watcher.models import Quiet

NOW = datetime(2026, 9, 5, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("24h", timedelta(hours=24)),
        ("3d", timedelta(days=3)),
        ("90m", timedelta(minutes=90)),
        ("2 weeks", timedelta(weeks=2)),
        ("the last 6 hours", timedelta(hours=6)),
        ("week", timedelta(days=7)),
    ],
)
def test_a_window_is_read_as_people_say_it(text: str, span: timedelta) -> None:
    window = parse_window(text, NOW)
    assert (window.end, window.end - window.start) == (NOW, span)


def test_today_begins_at_the_readers_own_midnight() -> None:
    window = parse_window("today", NOW, "Asia/Seoul")
    assert window.start == datetime(2026, 9, 4, 15, tzinfo=UTC)


def test_yesterday_is_a_whole_day_even_when_the_clocks_change() -> None:
    after = datetime(2026, 3, 30, 10, tzinfo=UTC)  # Warsaw went to summer time on the 29th
    window = parse_window("yesterday", after, "Europe/Warsaw")
    assert window.end - window.start == timedelta(hours=23)


def test_since_a_time_that_is_still_to_come_means_yesterdays() -> None:
    assert parse_window("since 18:00", NOW).start == datetime(2026, 9, 4, 18, tzinfo=UTC)
    assert parse_window("since 08:00", NOW).start == datetime(2026, 9, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "0h", "9999d", "-3h", "24 parsecs", "2 months", "25:99"])
def test_a_window_that_cannot_be_read_is_answered_with_what_can_be(text: str) -> None:
    with pytest.raises(ClockError) as caught:
        parse_window(text, NOW)
    assert any(character.isdigit() for character in str(caught.value))


def test_times_of_day_are_read_sorted_and_each_once() -> None:
    assert parse_times("18:00, 8, 6pm 08.30") == (time(8), time(8, 30), time(18))
    with pytest.raises(ClockError, match="8:00 or 18:30"):
        parse_time("noonish")


def test_a_mistyped_time_zone_is_answered_with_the_nearest() -> None:
    assert zone_of("europe/warsaw").key == "Europe/Warsaw"
    with pytest.raises(ClockError, match="Europe/Warsaw"):
        zone_of("Warszaw")


def test_a_digest_at_a_time_the_clocks_skip_comes_once_that_day() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    first = next_time([time(2, 30)], "Europe/Warsaw", before)
    assert first == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 by the wall
    assert next_time([time(2, 30)], "Europe/Warsaw", first) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


def test_a_digest_at_a_time_that_happens_twice_comes_once_that_day() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    first = next_time([time(2, 30)], "Europe/Warsaw", before)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first half past two, in summer time
    assert next_time([time(2, 30)], "Europe/Warsaw", first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@given(
    after=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
    zone=st.sampled_from(
        ["UTC", "Europe/Warsaw", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
    ),
    times=st.lists(st.times().map(lambda t: t.replace(second=0, microsecond=0)), min_size=1, max_size=4),
)
def test_the_next_digest_is_always_ahead_and_within_two_days(
    after: datetime, zone: str, times: list[time]
) -> None:
    following = next_time(times, zone, after)
    assert after < following <= after + timedelta(hours=49)


def test_quiet_hours_pass_midnight() -> None:
    quiet = parse_quiet("22:00-07:00")
    assert quiet == Quiet(time(22), time(7))
    assert all(parse_quiet(text) == quiet for text in ("22:00 07:00", "22:00 – 07:00", "22:00 until 07:00"))
    night, morning = datetime(2026, 9, 5, 23, tzinfo=UTC), datetime(2026, 9, 6, 7, tzinfo=UTC)
    assert quiet_until(quiet, "UTC", night) == morning
    assert quiet_until(quiet, "UTC", morning - timedelta(minutes=1)) == morning
    assert quiet_until(quiet, "UTC", morning) is None
    assert quiet_until(quiet, "UTC", night - timedelta(hours=2)) is None


def test_quiet_hours_are_the_subscribers_own_and_stretch_over_a_clock_change() -> None:
    quiet = Quiet(time(22), time(7))
    night = datetime(2026, 10, 24, 21, tzinfo=UTC)  # 23:00 in Warsaw, before the clocks go back
    assert quiet_until(quiet, "Europe/Warsaw", night) == datetime(2026, 10, 25, 6, tzinfo=UTC)


def test_quiet_hours_can_be_taken_off_and_nonsense_is_refused() -> None:
    assert parse_quiet("off") is None
    for text in ("late", "22:00", "8:00-8:00", "25:00-07:00"):
        with pytest.raises(ClockError):
            parse_quiet(text)


@pytest.mark.parametrize(
    ("said", "hours", "words"),
    [
        ("1d12h", 36, "the last 1 day and 12 hours"),
        ("1 day 12 hours", 36, "the last 1 day and 12 hours"),
        ("2h30m", 2.5, "the last 2 hours and 30 minutes"),
        ("the last 2 days and 3 h", 51, "the last 2 days and 3 hours"),
        ("since 8", 2, "since 08:00"),
        ("since 6am", 4, "since 06:00"),
        ("8:30", 1.5, "since 08:30"),
    ],
)
def test_a_window_may_have_parts_and_begin_at_an_hour(said: str, hours: float, words: str) -> None:
    now = datetime(2026, 9, 5, 10, 0, tzinfo=UTC)
    window = parse_window(said, now)
    assert (now - window.start, window.words) == (timedelta(hours=hours), words)


@pytest.mark.parametrize("said", ["1d12", "3 months", "since", "since noonish", "12", "1d12parsecs"])
def test_what_is_no_window_is_not_taken_for_one(said: str) -> None:
    with pytest.raises(ClockError, match=r"stretch of time|time of day"):
        parse_window(said, datetime(2026, 9, 5, 10, 0, tzinfo=UTC))
