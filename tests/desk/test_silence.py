"""Whether Watcher still hears anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.desk.making import NOON
from watcher.desk.silence import silence
from watcher.models import Feed

LIMIT = timedelta(minutes=30)
LONG_AGO = NOON - timedelta(days=2)
WELL = Feed(1, "https://a.example/", last_polled_at=NOON - timedelta(minutes=10), next_poll_at=NOON)


def said(*feeds: Feed, started: object = LONG_AGO) -> str:
    return silence(feeds, NOON, LIMIT, started)  # type: ignore[arg-type]


def test_while_one_feed_can_be_read_all_is_well() -> None:
    ill = replace(WELL, id=2, failures=3)
    assert said(WELL, ill) == ""


def test_when_all_that_were_polled_failed_the_network_may_be_gone() -> None:
    ill = replace(WELL, failures=1, last_error="The name a.example is not known.")
    assert "Is the network up?" in said(ill)
    assert "a.example is not known" in said(ill)


def test_when_feeds_are_due_and_none_is_polled_the_poller_stands_still() -> None:
    stuck = replace(WELL, last_polled_at=NOON - timedelta(hours=2), next_poll_at=NOON - timedelta(hours=1))
    assert "none was polled" in said(stuck)


def test_feeds_that_are_not_due_yet_are_no_silence() -> None:
    slow = replace(WELL, last_polled_at=NOON - timedelta(hours=2), next_poll_at=NOON + timedelta(hours=4))
    assert said(slow) == ""


def test_without_feeds_and_in_the_first_minutes_nothing_is_said() -> None:
    assert said() == ""
    assert said(replace(WELL, failures=1), started=NOON - timedelta(minutes=5)) == ""
    assert said(replace(WELL, failures=1, retired_at=NOON)) == ""
