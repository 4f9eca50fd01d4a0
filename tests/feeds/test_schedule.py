"""When a feed is polled next, and what its polls leave behind: all of it decided without a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.feeds.wire import NOON
from watcher.feeds.schedule import PollSettings, after_poll, max_age
from watcher.models import Feed, Fetched, FetchFailed, Parsed, ParseFailed, Story, Unchanged

SETTINGS = PollSettings()
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
FEED = Feed(id=1, url="https://harbourpost.example/rss", first_polled_at=NOON - 9 * HOUR)


def fetched(feed: Feed = FEED, moved_to: str = "", **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(feed, NOON, feed.url, 200, named, b"", "new hash", moved_to)


def parsed(feed: Feed = FEED, *, stories: tuple[Story, ...] = (), ttl: timedelta | None = None) -> Parsed:
    return Parsed(feed, NOON, "The Harbour Post", "en", stories, ttl)


def failure(status: int = 500, patience: timedelta | None = None, *, gone: bool = False) -> FetchFailed:
    return FetchFailed(FEED, NOON, "The server has trouble.", status, patience, gone)


def unchanged(moved_to: str = "", **headers: str) -> Unchanged:
    return Unchanged(FEED, NOON, {name.replace("_", "-"): value for name, value in headers.items()}, moved_to)


def story(hours_ago: float, outlet: str = "harbourpost.example") -> Story:
    when = NOON - hours_ago * HOUR
    return Story(f"{hours_ago}", "Ferries", "", outlet, when, NOON)


def wait(feed: Feed) -> timedelta:
    assert feed.next_poll_at is not None
    return feed.next_poll_at - NOON


def test_a_feed_that_changed_is_asked_sooner_and_one_that_did_not_later() -> None:
    sooner = after_poll(FEED, parsed(), SETTINGS, changed=True)
    later = after_poll(FEED, unchanged(), SETTINGS)
    assert sooner.interval < FEED.interval < later.interval
    assert (sooner.last_changed_at, later.last_changed_at) == (NOON, None)
    assert (wait(sooner), wait(later)) == (sooner.interval, later.interval)


def test_the_interval_stays_between_floor_and_ceiling() -> None:
    busy = idle = FEED
    for _ in range(40):
        busy = after_poll(busy, parsed(busy), SETTINGS, changed=True)
        idle = after_poll(idle, unchanged(), SETTINGS)
    assert busy.interval == SETTINGS.floor
    assert idle.interval == SETTINGS.ceiling


def test_a_body_without_news_counts_as_no_change() -> None:
    assert after_poll(FEED, parsed(), SETTINGS).interval > FEED.interval


def test_a_feed_quiet_for_a_night_is_still_asked_within_the_hour() -> None:
    feed = replace(FEED, interval=6 * HOUR, last_changed_at=NOON - 8 * HOUR)
    assert after_poll(feed, unchanged(), SETTINGS).interval == HOUR
    asleep = replace(feed, last_changed_at=NOON - 30 * HOUR)
    assert after_poll(asleep, unchanged(), SETTINGS).interval == 6 * HOUR


def test_the_interval_settles_near_how_often_the_feed_changes() -> None:
    feed, changes, now, polls = FEED, 0, NOON, 0
    while now < NOON + timedelta(days=2):
        due = int((now - NOON) / (2 * HOUR))
        result = replace(parsed(), feed=feed, at=now)
        feed = after_poll(feed, result, SETTINGS, changed=due > changes)
        changes, polls = due, polls + 1
        assert feed.next_poll_at is not None
        now = feed.next_poll_at
    assert 24 * 3 < polls < 24 * 12, "a change every two hours is worth some three to twelve polls"


def test_polls_are_spread_and_never_all_on_the_minute() -> None:
    waits = {wait(after_poll(FEED, unchanged(), SETTINGS, jitter=jitter / 10)) for jitter in range(11)}
    assert len(waits) == 11
    assert max(waits) < 1.3 * min(waits)


def test_a_first_poll_guesses_the_interval_from_the_stories_times() -> None:
    feed = replace(FEED, first_polled_at=None)
    hourly = after_poll(
        feed, parsed(feed, stories=tuple(story(h) for h in range(20, 0, -1))), SETTINGS, changed=True
    )
    assert 10 * MINUTE < hourly.interval < 20 * MINUTE
    assert hourly.first_polled_at == NOON
    assert hourly.last_changed_at == NOON - HOUR
    weekly = after_poll(feed, parsed(feed, stories=(story(400), story(232))), SETTINGS, changed=True)
    assert weekly.interval == SETTINGS.ceiling


def test_a_first_poll_learns_title_language_and_outlet_but_keeps_what_the_newsroom_said() -> None:
    bare = after_poll(replace(FEED, first_polled_at=None), parsed(stories=(story(1),)), SETTINGS)
    assert (bare.title, bare.language, bare.outlet) == ("The Harbour Post", "en", "harbourpost.example")
    named = replace(FEED, first_polled_at=None, title="Harbour", language="fr")
    assert after_poll(named, parsed(), SETTINGS).title == "Harbour"
    assert after_poll(named, parsed(), SETTINGS).language == "fr"


def test_a_feed_of_many_outlets_is_its_own_outlet() -> None:
    mixed = tuple(story(h, f"outlet{h}.example") for h in (1, 2, 3))
    after = after_poll(replace(FEED, first_polled_at=None), parsed(stories=mixed), SETTINGS)
    assert after.outlet == "harbourpost.example"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=1800"}, 1800),
        ({"cache-control": "max-age=1800, s-maxage=60", "age": "600"}, 1200),
        ({"cache-control": "s-maxage=900"}, 0),
        ({"cache-control": "no-cache, max-age=1800"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "max-age=60", "age": "9999"}, 0),
        ({}, 0),
    ],
)
def test_cache_control_is_read(headers: dict[str, str], seconds: int) -> None:
    assert max_age(headers) == timedelta(seconds=seconds)


def test_max_age_is_obeyed_through_both_steps_of_a_poll() -> None:
    between = after_poll(FEED, fetched(cache_control="max-age=7200"), SETTINGS)
    after = after_poll(between, parsed(between), SETTINGS, changed=True)
    assert wait(after) >= 2 * HOUR
    assert after.interval < FEED.interval


def test_max_age_is_obeyed_where_nothing_changed() -> None:
    assert wait(after_poll(FEED, unchanged(cache_control="max-age=7200"), SETTINGS)) >= 2 * HOUR


def test_the_feeds_own_ttl_is_obeyed() -> None:
    assert wait(after_poll(FEED, parsed(ttl=HOUR), SETTINGS, changed=True)) >= HOUR


def test_no_wish_keeps_a_feed_longer_than_the_ceiling() -> None:
    year = "max-age=31536000"
    assert wait(after_poll(FEED, unchanged(cache_control=year), SETTINGS)) <= 1.1 * SETTINGS.ceiling
    assert wait(after_poll(FEED, parsed(ttl=timedelta(days=365)), SETTINGS)) <= 1.1 * SETTINGS.ceiling


def test_validators_and_hash_are_kept_for_the_next_question() -> None:
    after = after_poll(FEED, fetched(etag='W/"1"', last_modified="Sat, 01 Mar 2025 09:00:00 GMT"), SETTINGS)
    assert (after.etag, after.last_modified) == ('W/"1"', "Sat, 01 Mar 2025 09:00:00 GMT")
    assert after.body_hash == "new hash"


def test_a_new_body_without_an_etag_forgets_the_old_one() -> None:
    assert after_poll(replace(FEED, etag='"old"'), fetched(), SETTINGS).etag == ""


def test_a_304_without_an_etag_keeps_the_known_one_and_takes_a_new_one() -> None:
    feed = replace(FEED, etag='"old"')
    assert after_poll(feed, unchanged(), SETTINGS).etag == '"old"'
    assert after_poll(feed, unchanged(etag='"new"'), SETTINGS).etag == '"new"'


@pytest.mark.parametrize("etag", ['"' + "x" * 600 + '"', '"caf\u00e9"', '"a\nb"'])
def test_an_absurd_etag_is_not_kept(etag: str) -> None:
    assert after_poll(FEED, fetched(etag=etag), SETTINGS).etag == ""


# ------------------------------------------------------------------------------------- illness


def test_failures_back_off_up_to_the_ceiling() -> None:
    feed, waits = FEED, []
    for _ in range(12):
        feed = after_poll(feed, failure(), SETTINGS)
        waits.append(wait(feed))
    assert waits[:3] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE]
    assert waits == sorted(waits)
    assert waits[-1] == SETTINGS.ceiling


def test_an_illness_is_told_once_it_has_lasted_and_recovery_once() -> None:
    feed, told = FEED, []
    for _ in range(5):
        feed = after_poll(feed, failure(), SETTINGS)
        told.append(feed.told)
    assert told == [False, False, True, True, True]
    assert (feed.ill_since, feed.failures, feed.last_error) == (NOON, 5, "The server has trouble.")
    well = after_poll(feed, unchanged(), SETTINGS)
    assert (well.told, well.ill_since, well.failures, well.last_error) == (False, None, 0, "")


def test_a_body_that_came_is_no_recovery_until_it_is_parsed() -> None:
    ill = after_poll(FEED, failure(), SETTINGS)
    between = after_poll(ill, fetched(ill), SETTINGS)
    assert between.failures == 1
    assert after_poll(between, parsed(between), SETTINGS).failures == 0


def test_retry_after_is_obeyed_within_a_day() -> None:
    assert wait(after_poll(FEED, failure(429, 2 * HOUR), SETTINGS)) >= 2 * HOUR
    assert wait(after_poll(FEED, failure(503, timedelta(days=400)), SETTINGS)) <= timedelta(days=1.1)


def test_a_server_that_asks_for_many_hours_is_told_of_at_its_first_refusal() -> None:
    assert not after_poll(FEED, failure(429, 5 * HOUR), SETTINGS).told
    assert after_poll(FEED, failure(429, timedelta(days=3)), SETTINGS).told


def test_gone_retires_the_feed_and_tells_at_once() -> None:
    after = after_poll(FEED, failure(410, gone=True), SETTINGS)
    assert (after.retired_at, after.next_poll_at, after.told) == (NOON, None, True)


def test_a_body_that_is_no_feed_is_a_failure_and_will_be_fetched_anew() -> None:
    between = after_poll(FEED, fetched(etag='"1"', moved_to="https://login.example/"), SETTINGS)
    after = after_poll(between, ParseFailed(between, NOON, "This is a web page."), SETTINGS)
    assert (after.etag, after.body_hash, after.moved_to) == ("", "", "")
    assert (after.failures, after.last_error) == (1, "This is a web page.")


# --------------------------------------------------------------------------------------- moves

NEW = "https://harbourpost.example/new"


def test_a_permanent_redirect_is_learned_once_it_has_held_for_a_week() -> None:
    first = after_poll(FEED, fetched(moved_to=NEW), SETTINGS)
    assert (first.url, first.moved_to, first.moved_since) == (FEED.url, NEW, NOON)
    sixth = after_poll(first, replace(unchanged(NEW), at=NOON + timedelta(days=6)), SETTINGS)
    assert (sixth.url, sixth.moved_since) == (FEED.url, NOON)
    seventh = after_poll(sixth, replace(unchanged(NEW), at=NOON + timedelta(days=7)), SETTINGS)
    assert (seventh.url, seventh.moved_to, seventh.moved_since) == (NEW, "", None)


def test_a_redirect_that_changes_its_mind_starts_its_week_again() -> None:
    first = after_poll(FEED, fetched(moved_to=NEW), SETTINGS)
    later = NOON + timedelta(days=6)
    other = after_poll(first, replace(unchanged("https://elsewhere.example/"), at=later), SETTINGS)
    assert other.moved_since == later
    gone = after_poll(first, replace(unchanged(), at=later), SETTINGS)
    assert (gone.moved_to, gone.moved_since) == ("", None)
