"""What of a poll is new, what is known, and what has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.making import DAY, HOUR, NOW, a_feed, numbered, record, story
from watcher.models import Revision, Story
from watcher.store import Store, feeds, stories

LATER = NOW + HOUR


async def all_stories(store: Store) -> list[Story]:
    async with store.reading() as db:
        return await stories.recent(db, NOW - 100 * DAY)


def kept(one: Story) -> Story:
    """A story as the store gives it back: its keys have done their work."""
    return replace(one, keys=())


async def test_a_new_story_is_kept_as_it_was_given(store: Store) -> None:
    given_ = story("a", "a", summary="It is long.", language="en", outlet_name="The Example")
    recorded = await record(store, [given_], await a_feed(store))
    assert (recorded.new, recorded.revised, recorded.sighted) == ((given_,), (), 0)
    assert await all_stories(store) == [kept(given_)]


async def test_a_story_seen_again_is_no_news(store: Store) -> None:
    feed = await a_feed(store)
    await record(store, numbered(3), feed)
    recorded = await record(store, numbered(4), feed, LATER)
    assert ([one.title for one in recorded.new], recorded.revised, recorded.sighted) == (
        ["Story number 3"],
        (),
        3,
    )


async def test_one_article_in_two_feeds_is_one_story_with_two_sightings(store: Store) -> None:
    front, world = await a_feed(store), await a_feed(store, "https://example.org/world")
    await record(store, [story("a", "bridge")], front)
    recorded = await record(store, [story("other-guid", "bridge")], world, LATER)
    assert (recorded.new, recorded.revised, recorded.sighted) == ((), (), 1)
    (one,) = await all_stories(store)
    async with store.reading() as db:
        seen = await stories.sightings(db, one.id)
    assert [(s.url, s.first_at) for s in seen] == [(front.url, NOW), (world.url, LATER)]


@pytest.mark.parametrize("dated", [True, False])
async def test_a_feed_that_gives_all_its_stories_other_addresses_has_no_news(
    store: Store, dated: bool
) -> None:
    feed = await a_feed(store)
    named = {"published": NOW - DAY} if dated else {}
    before = numbered(5, **named)
    await record(store, before, feed, backlog=True)
    seen = {"seen": LATER} if dated else {"seen": LATER, "published": LATER}
    moved = [
        replace(story(f"other{n}", f"other/{n}", one.title, **named), **seen) for n, one in enumerate(before)
    ]
    news = story("other6", "other/6", "A tunnel opens", published=LATER, seen=LATER)
    recorded = await record(store, [*moved, news], feed, LATER)
    assert ([one.title for one in recorded.new], recorded.revised, recorded.sighted) == (
        ["A tunnel opens"],
        (),
        5,
    )
    changed = replace(moved[0], title="Story number 0, corrected")
    again = await record(store, [changed, *moved[1:]], feed, LATER + HOUR)
    assert (again.new, [one.new_title for one in again.revised]) == ((), [changed.title])


async def test_what_says_the_same_on_another_day_or_in_another_feed_is_news(store: Store) -> None:
    feed, other = await a_feed(store), await a_feed(store, "https://example.org/other")
    await record(store, numbered(4, published=NOW - DAY), feed)
    daily = [story(f"d{n}", f"d/{n}", f"Story number {n}", published=NOW, seen=LATER) for n in range(4)]
    assert len((await record(store, daily, feed, LATER)).new) == 4
    elsewhere = [story(f"e{n}", f"e/{n}", f"Story number {n}", published=NOW, seen=LATER) for n in range(4)]
    assert len((await record(store, elsewhere, other, LATER)).new) == 4


async def test_of_several_that_say_the_same_each_known_one_stands_for_one_that_is_not_there_itself(
    store: Store,
) -> None:
    feed = await a_feed(store)
    tickers = [story(f"t{n}", f"t/{n}", "Markets at noon", published=NOW - HOUR) for n in range(3)]
    await record(store, tickers, feed)
    new = [story(f"n{n}", f"n/{n}", "Markets at noon", published=NOW, seen=LATER) for n in range(4)]
    # One of the three still stands in the feed, under its own address: two are left for the four.
    assert len((await record(store, [*tickers[:1], *new], feed, LATER)).new) == 2


async def test_what_was_first_seen_weeks_ago_is_not_looked_for_by_its_words(store: Store) -> None:
    feed, later = await a_feed(store), NOW + 8 * DAY
    undated = numbered(4)
    await record(store, undated, feed)
    moved = [story(f"m{n}", f"m/{n}", f"Story number {n}", published=later, seen=later) for n in range(4)]
    assert len((await record(store, moved, feed, later)).new) == 4


async def test_a_column_without_dates_that_comes_again_among_news_is_news(store: Store) -> None:
    feed = await a_feed(store)
    await record(store, numbered(4), feed)
    column = story("c", "c", "Story number 0", published=LATER, seen=LATER)
    new = [column, *numbered(5, start=10, published=LATER, seen=LATER)]
    assert len((await record(store, new, feed, LATER)).new) == 6


async def test_columns_without_dates_that_have_come_three_days_are_news_from_then_on(store: Store) -> None:
    feed = await a_feed(store)
    names, new = ("Morning briefing", "Evening briefing", "Weather"), []
    for day in range(7):
        at = NOW + day * DAY
        issues = [
            story(f"{name} {day}", f"{name}/{day}".replace(" ", "-"), name, published=at, seen=at)
            for name in names
        ]
        new += [len((await record(store, issues, feed, read)).new) for read in (at, at + 9 * HOUR)]
    assert new == [3, 0, 0, 0, 0, 0, *[3, 0] * 4]


async def test_a_feed_that_gives_other_addresses_at_each_poll_never_has_news_by_it(store: Store) -> None:
    feed = await a_feed(store)
    for poll in range(24):
        at = NOW + poll * 3 * HOUR
        moved = [
            story(f"{n} {poll}", f"{n}/{poll}", f"Story number {n}", published=at, seen=at) for n in range(3)
        ]
        assert len((await record(store, moved, feed, at)).new) == (0 if poll else 3)


async def test_two_feeds_that_word_it_differently_do_not_revise_each_other(store: Store) -> None:
    front, world = await a_feed(store), await a_feed(store, "https://example.org/world")
    short, long = story("a", "a", "Bridge opens"), story("a", "a", "The bridge opens", summary="At last.")
    for at in (NOW, LATER, LATER + HOUR):
        assert (await record(store, [short], front, at)).revised == ()
        assert (await record(store, [long], world, at)).revised == ()
    assert [one.title for one in await all_stories(store)] == ["Bridge opens"]


async def test_a_changed_headline_is_a_revision_and_is_to_be_looked_at_again(store: Store) -> None:
    feed = await a_feed(store)
    await record(store, [story("a", "a", "Bridge opens")], feed)
    async with store.writing() as db:
        await stories.mark_matched(db, [story("a", "a", "Bridge opens")])
    recorded = await record(store, [story("a", "a", "Bridge closes")], feed, LATER)
    revision = Revision(story("a").id, LATER, "Bridge opens", "Bridge closes")
    assert (recorded.new, recorded.revised) == ((), (revision,))
    async with store.reading() as db:
        assert await stories.revisions(db, LATER) == [revision]
        assert await stories.revisions(db, LATER, "another") == []
        assert [one.title for one in await stories.needing_match(db, 9)] == ["Bridge closes"]


async def test_a_revised_story_keeps_the_time_it_was_first_seen(store: Store) -> None:
    feed = await a_feed(store)
    await record(store, [story("a", "a", "Bridge opens")], feed)
    changed = story("a", "b", "Bridge opens late", published=LATER, seen=LATER)
    await record(store, [changed], feed, LATER)
    (one,) = await all_stories(store)
    assert (one.title, one.url, one.published, one.seen) == (changed.title, changed.url, NOW, NOW)


async def test_a_counter_in_a_summary_is_kept_up_and_is_no_revision(store: Store) -> None:
    feed = await a_feed(store)
    words = "The bridge that was closed for two years is open. Comments: "
    await record(store, [story("a", "a", summary=f"{words}12")], feed)
    async with store.writing() as db:
        await stories.mark_matched(db, [story("a", "a", summary=f"{words}12")])
    assert (await record(store, [story("a", "a", summary=f"{words}13")], feed, LATER)).revised == ()
    assert [one.summary for one in await all_stories(store)] == [f"{words}13"]
    async with store.reading() as db:
        assert await stories.needing_match(db, 9) == []


async def test_a_rewritten_summary_is_a_revision(store: Store) -> None:
    feed = await a_feed(store)
    await record(store, [story("a", "a", summary="Three were hurt.")], feed)
    recorded = await record(store, [story("a", "a", summary="Nobody was hurt, police say now.")], feed, LATER)
    assert [r.new_summary for r in recorded.revised] == ["Nobody was hurt, police say now."]


async def test_a_guid_used_again_for_another_article_is_a_new_story(store: Store) -> None:
    """Some feeds number their entries by place, so that the newest always has guid 1."""
    feed = await a_feed(store)
    await record(store, [story("1", "bridge", "A bridge opens in the north")], feed)
    other = story("1", "goal", "Late goal decides the cup")
    recorded = await record(store, [other], feed, LATER)
    assert ([one.title for one in recorded.new], recorded.revised) == ([other.title], ())
    assert len({one.id for one in await all_stories(store)}) == 2
    again = await record(store, [other, story("2", "bridge", "A bridge opens in the north")], feed, LATER)
    assert (again.new, again.revised, again.sighted) == ((), (), 2)


async def test_guids_that_change_each_time_make_no_new_stories(store: Store) -> None:
    feed, guids = await a_feed(store), count()
    for _ in range(5):
        await record(store, [story(f"random-{next(guids)}", "bridge")], feed)
    assert len(await all_stories(store)) == 1


async def test_a_moved_article_with_nearly_its_old_headline_is_the_same_story(store: Store) -> None:
    feed = await a_feed(store)
    await record(store, [story("a", "bridge-opens", "Bridge opens in the north")], feed)
    moved = story("a", "bridge-opens-late", "Bridge opens late in the north")
    recorded = await record(store, [moved], feed, LATER)
    assert (recorded.new, len(recorded.revised)) == ((), 1)


async def test_two_entries_for_one_article_in_one_body_are_one_story(store: Store) -> None:
    feed = await a_feed(store)
    body = [story("a", "bridge", "Bridge opens"), story("b", "bridge", "Live: bridge opens")]
    for _ in range(2):
        recorded = await record(store, body, feed)
        assert recorded.revised == ()
    assert [one.title for one in await all_stories(store)] == ["Bridge opens"]
    recorded = await record(store, [story("b", title="Live: bridge opens")], feed, LATER)
    assert (recorded.new, recorded.sighted) == ((), 1)


async def test_a_very_first_poll_is_marked_as_backlog(store: Store) -> None:
    feed = await a_feed(store)
    await record(store, numbered(2), feed, backlog=True)
    await record(store, numbered(3), feed, LATER)
    async with store.reading() as db:
        ids = [one.id for one in numbered(3)]
        assert await stories.is_backlog(db, ids) == set(ids[:2])


async def test_stories_wait_to_be_looked_at_until_they_have_been(store: Store) -> None:
    feed = await a_feed(store)
    await record(store, numbered(5), feed)
    async with store.writing() as db:
        first = await stories.needing_match(db, 3)
        await stories.mark_matched(db, first)
        rest = await stories.needing_match(db, 3)
    assert [one.title for one in (*first, *rest)] == [one.title for one in numbered(5)]


async def test_half_a_surrogate_pair_is_kept_as_a_question_mark(store: Store) -> None:
    """An entity such as &#xD83D; can bring one; it must not stop the whole poll."""
    feed = await a_feed(store)
    await record(store, [story("a\ud83d", "a", "Bridge \ud83d opens", summary="\udc00")], feed)
    assert [(one.title, one.summary) for one in await all_stories(store)] == [("Bridge ? opens", "?")]


async def test_a_body_of_thousands_of_entries_is_recorded_as_one(store: Store) -> None:
    """It is written in bites; what comes of it is the same."""
    feed = await a_feed(store)
    body = [*numbered(1200), *numbered(1200)]
    assert len((await record(store, body, feed)).new) == 1200
    assert (await record(store, body, feed, LATER)).sighted == 1200


async def test_the_time_of_the_last_sighting_is_written_once_a_day(store: Store) -> None:
    feed, one = await a_feed(store), story("a", "a")
    for hours in (0, 1, 23, 30, 40):
        await record(store, [one], feed, NOW + hours * HOUR)
    async with store.reading() as db:
        (seen,) = await stories.sightings(db, one.id)
    assert (seen.first_at, seen.last_at) == (NOW, NOW + 30 * HOUR)


async def test_a_removed_feed_leaves_its_stories_and_its_sightings(store: Store) -> None:
    feed, one = await a_feed(store), story("a", "a")
    await record(store, [one], feed)
    async with store.writing() as db:
        await feeds.remove(db, feed.url)
        (seen,) = await stories.sightings(db, one.id)
        assert (seen.feed_id, seen.url) == (feed.id, "")
        assert await stories.get(db, one.id) == kept(one)


TITLES = ("Bridge opens", "Bridge opens late", "Goal decides the cup", "Парламент принял закон", "桥梁开通")
_entry = st.tuples(
    st.sampled_from(["", "1", "2", "3"]), st.sampled_from(["", "a", "b", "c"]), st.sampled_from(TITLES)
)
_bodies = st.lists(_entry, max_size=8)
_runs = count()


def body_of(entries: list[tuple[str, str, str]], run: int) -> list[Story]:
    """A body as parsing gives it: a guid or link that two titles share is no identity, and left out."""
    shared = {
        mark
        for place in (0, 1)
        for mark in {entry[place] for entry in entries}
        if len({entry[2] for entry in entries if entry[place] == mark}) > 1
    }
    return [
        story(
            (guid and guid not in shared and f"{run}-{guid}") or "",
            (link and link not in shared and f"{run}-{link}") or "",
            f"{title} {run}",
        )
        for guid, link, title in entries
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(bodies=st.lists(_bodies, min_size=1, max_size=3))
async def test_recording_a_body_twice_is_as_recording_it_once(
    store: Store, bodies: list[list[tuple[str, str, str]]]
) -> None:
    """After whatever came before, and however strangely its guids and links are used."""
    run = next(_runs)
    feed = await a_feed(store, f"https://example.org/{run}")
    for entries in bodies:
        await record(store, body_of(entries, run), feed)
    last = body_of(bodies[-1], run)
    recorded = await record(store, last, feed, LATER)
    assert (recorded.new, recorded.revised) == ((), ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(entries=_bodies)
async def test_what_is_new_is_exactly_what_is_then_in_the_store(
    store: Store, entries: list[tuple[str, str, str]]
) -> None:
    run = next(_runs)
    feed = await a_feed(store, f"https://example.org/{run}")
    before = {one.id for one in await all_stories(store)}
    recorded = await record(store, body_of(entries, run), feed)
    after = {one.id for one in await all_stories(store)}
    assert {one.id for one in recorded.new} == after - before
    assert len(recorded.new) == len(after - before)


async def test_stories_are_found_by_id_by_key_and_by_link(store: Store) -> None:
    feed, one = await a_feed(store), story("a", "bridge")
    await record(store, [one, *numbered(2)], feed)
    async with store.reading() as db:
        for name in (one.id, *one.keys, one.url):
            assert await stories.get(db, name) == kept(one)
        assert await stories.get(db, "https://example.org/none") is None
        assert await stories.many(db, [one.id, "none"]) == {one.id: kept(one)}


async def test_recent_stories_are_those_of_the_window_in_the_order_of_seeing(store: Store) -> None:
    body = [story(f"g{n}", seen=NOW + n * HOUR) for n in (3, 1, 2, 0)]
    await record(store, body, await a_feed(store))
    async with store.reading() as db:
        found = await stories.recent(db, NOW + HOUR, NOW + 2 * HOUR)
    assert [one.seen for one in found] == [NOW + HOUR, NOW + 2 * HOUR]


async def test_vectors_come_back_as_they_were_and_the_last_one_counts(store: Store) -> None:
    async with store.writing() as db:
        await stories.save_vectors(db, {"a": b"\x00\x01", "b": b""})
        await stories.save_vectors(db, {"a": b"\x02"})
        assert await stories.vectors(db, ["a", "b", "c"]) == {"a": b"\x02", "b": b""}


async def test_times_are_exact_to_the_microsecond_before_1970_too(store: Store) -> None:
    old = NOW.replace(year=1066) + timedelta(microseconds=1)
    await record(store, [story("a", published=old)], await a_feed(store))
    assert [one.published for one in await all_stories(store)] == [old]


async def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="a time without a zone"):
        await record(store, [story("a", published=NOW.replace(tzinfo=None))], await a_feed(store))
