"""Whether Watcher still hears anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.desk.making import NOON
from watcher.desk.alert_cards import silence_card
from watcher.desk.silence import is_over, silence
from watcher.models import Feed

LIMIT = timedelta(minutes=30)
LONG_AGO = NOON - timedelta(days=2)
WELL = Feed(1, "https://a.example/", last_polled_at=NOON - timedelta(minutes=10), next_poll_at=NOON)


def said(*feeds: Feed, started: object = LONG_AGO) -> str:
    return silence(feeds, NOON, LIMIT, started)  # type: ignore[arg-type]


def test_while_one_feed_can_be_read_all_is_well() -> None:
    ill = [
        replace(WELL, id=n, url=f"https://{n}.example/", failures=3, ill_since=NOON - timedelta(hours=n))
        for n in (2, 3)
    ]
    assert said(WELL, *ill) == ""


def test_when_all_that_were_polled_failed_for_so_long_the_network_may_be_gone() -> None:
    ill = replace(WELL, failures=1, last_error="The name a.example is not known.")
    assert said(replace(ill, ill_since=NOON - timedelta(minutes=29))) == ""
    gone = said(replace(ill, ill_since=NOON - timedelta(minutes=30)))
    assert "Is the network up?" in gone
    assert "a.example is not known" in gone


def test_feeds_that_failed_before_another_was_read_say_nothing_of_the_network() -> None:
    read = replace(WELL, last_polled_at=NOON - timedelta(hours=2), next_poll_at=NOON + timedelta(hours=2))
    long_ill = [
        replace(WELL, id=n, url=f"https://{n}.example/", failures=9, ill_since=NOON - timedelta(days=n))
        for n in (2, 3)
    ]
    assert said(read, *long_ill) == ""
    just_now = NOON - timedelta(hours=1)
    fell = [replace(one, ill_since=just_now) for one in long_ill]
    assert said(read, fell[0]) == "", "one outlet alone is not the network"
    assert "Is the network up?" in said(read, *fell)


def test_that_a_silence_is_over_only_a_feed_that_was_read_can_say() -> None:
    since = NOON - timedelta(hours=1)
    ill = replace(WELL, failures=4, ill_since=since)
    assert not is_over([ill, replace(WELL, last_polled_at=since)], since)
    assert is_over([ill, WELL], since)


def test_when_feeds_are_due_and_none_is_polled_the_poller_stands_still() -> None:
    stuck = replace(WELL, last_polled_at=NOON - timedelta(hours=2), next_poll_at=NOON - timedelta(hours=1))
    assert "One feed is due, and it was not polled" in said(stuck)
    assert "2 feeds are due, and none was polled" in said(stuck, replace(stuck, id=2))


def test_feeds_that_are_not_due_yet_are_no_silence() -> None:
    slow = replace(WELL, last_polled_at=NOON - timedelta(hours=2), next_poll_at=NOON + timedelta(hours=4))
    assert said(slow) == ""


def test_without_feeds_and_in_the_first_minutes_nothing_is_said() -> None:
    ill = replace(WELL, failures=1, ill_since=LONG_AGO)
    assert said() == ""
    assert said(ill, started=NOON - timedelta(minutes=5)) == ""
    assert said(replace(ill, retired_at=NOON)) == ""


def test_a_silence_of_one_minute_is_said_in_the_singular() -> None:
    assert silence_card(1, "").title == "Watcher has heard nothing for 1 minute"
    assert silence_card(30, "").title == "Watcher has heard nothing for 30 minutes"
