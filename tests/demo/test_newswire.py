"""The invented newswire is as large, as varied and as mixed up as the demo promises."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from datetime import timedelta
from importlib.resources import files
from itertools import combinations

import pytest
from rapidfuzz import fuzz

from watcher.demo.newswire import LENGTH, NEWEST, START, Newswire, NewswireError, WireStory, at_hour

SCRIPTS = {
    "ru": r"[а-яё]",
    "uk": r"[а-яіїєґ]",
    "ar": r"[\u0600-\u06ff]",
    "fa": r"[\u0600-\u06ff]",
    "zh": r"[\u4e00-\u9fff]",
    "ja": r"[\u3040-\u30ff\u4e00-\u9fff]",
    "ko": r"[\uac00-\ud7af]",
}


@pytest.fixture(scope="module")
def newswire() -> Newswire:
    return Newswire.load()


def by_event(newswire: Newswire) -> dict[str, list[WireStory]]:
    events: dict[str, list[WireStory]] = defaultdict(list)
    for story in newswire.stories:
        if story.event:
            events[story.event].append(story)
    return events


def test_it_is_as_large_as_promised(newswire: Newswire) -> None:
    events = by_event(newswire)
    summit = [event for event, stories in events.items() if stories[0].kim_putin]
    other = [event for event, stories in events.items() if not stories[0].kim_putin and len(stories) > 1]
    assert len(newswire.outlets) >= 18
    assert len(newswire.stories) >= 240
    assert len(summit) >= 30
    assert len(other) >= 20
    assert len({outlet.language for outlet in newswire.outlets}) >= 12
    assert {"en", "fr", "de", "es", "it", "pl", "ru", "uk", "tr", "ar", "zh", "ja", "ko"} <= {
        story.lang for story in newswire.stories
    }


def test_every_name_is_invented_and_under_example(newswire: Newswire) -> None:
    """RFC 2606 reserves .example, so that no link of the demo can lead to anybody."""
    assert all(outlet.domain.endswith(".example") for outlet in newswire.outlets)
    for values in zip(*((o.id, o.name, o.domain) for o in newswire.outlets), strict=True):
        assert len(set(values)) == len(newswire.outlets)


def test_ids_are_unique_and_times_within_ten_days(newswire: Newswire) -> None:
    assert len({story.id for story in newswire.stories}) == len(newswire.stories)
    assert all(newswire.start <= story.published <= newswire.end for story in newswire.stories)
    assert (newswire.start, newswire.end) == (START, START + LENGTH)


def test_stories_are_written_in_their_outlets_language(newswire: Newswire) -> None:
    for story in newswire.stories:
        assert story.lang == newswire.outlet(story.outlet).language
        if story.lang in SCRIPTS:
            assert re.search(SCRIPTS[story.lang], story.title.lower()), story.title


def test_no_outlet_says_the_same_headline_twice(newswire: Newswire) -> None:
    assert not [said for said, n in Counter((s.outlet, s.title) for s in newswire.stories).items() if n > 1]


def test_an_event_is_told_within_hours_and_belongs_to_the_summit_or_does_not(newswire: Newswire) -> None:
    for event, stories in by_event(newswire).items():
        assert len({story.kim_putin for story in stories}) == 1, event
        assert len({story.outlet for story in stories}) == len(stories), event
        times = [story.published for story in stories]
        assert max(times) - min(times) <= timedelta(hours=6), event


def test_big_events_are_told_in_several_languages(newswire: Newswire) -> None:
    summit = [stories for stories in by_event(newswire).values() if stories[0].kim_putin]
    assert all(3 <= len(stories) <= 10 for stories in summit)
    assert all(len({story.lang for story in stories}) >= 2 for stories in summit)
    assert sum(len({story.lang for story in stories}) >= 5 for stories in summit) >= 10


def test_agency_copy_is_near_identical_and_own_words_are_not(newswire: Newswire) -> None:
    for stories in by_event(newswire).values():
        for a, b in combinations(stories, 2):
            if a.lang != b.lang:
                continue
            alike = fuzz.ratio(f"{a.title} {a.summary}", f"{b.title} {b.summary}")
            same_copy = a.agency is not None and a.agency == b.agency
            assert (alike > 85) == same_copy, (a, b)


def test_agency_copy_runs_in_more_than_one_outlet(newswire: Newswire) -> None:
    agencies = defaultdict(set)
    for story in newswire.stories:
        if story.agency:
            agencies[story.agency].add(story.outlet)
    assert len(agencies) >= 4
    assert all(len(outlets) >= 2 for outlets in agencies.values())


def test_headlines_change_and_one_changes_in_earnest(newswire: Newswire) -> None:
    revised = [story for story in newswire.stories if story.revisions]
    likeness = [fuzz.ratio(s.title, s.wording(newswire.end).title) for s in revised]
    assert len(revised) >= 6
    assert min(likeness) < 80
    assert max(likeness) > 95
    for story in revised:
        times = [story.at, *(revision.at for revision in story.revisions)]
        assert times == sorted(set(times)), story.id


def test_a_story_says_its_first_words_until_the_hour_of_its_revision(newswire: Newswire) -> None:
    story = next(s for s in newswire.stories if s.id.startswith("capital") and "agree $9bn" in s.title)
    revision = story.revisions[0]
    before = story.wording(at_hour(revision.at) - timedelta(seconds=1))
    after = story.wording(at_hour(revision.at))
    assert before.title == story.title
    assert "call off" in after.title
    assert after.since == at_hour(revision.at)


def test_republished_stories_claim_an_old_date(newswire: Newswire) -> None:
    old = [story for story in newswire.stories if story.republished]
    assert len(old) >= 2
    assert all(story.claimed < newswire.start - timedelta(days=300) for story in old)
    assert all(story.claimed == story.published for story in newswire.stories if not story.republished)


def test_there_are_roundups_that_tell_no_single_event(newswire: Newswire) -> None:
    roundups = [story for story in newswire.stories if story.roundup]
    assert len(roundups) >= 6
    assert all(story.event is None for story in roundups)


def test_polish_who_is_kim_and_is_not_the_leader(newswire: Newswire) -> None:
    polish = [s for s in newswire.stories if s.lang == "pl" and s.title.startswith(("Z kim", "Kim jest"))]
    assert len(polish) >= 3
    assert not any(story.kim_putin for story in polish)


def test_a_feed_holds_the_newest_thirty_stories(newswire: Newswire) -> None:
    outlet = newswire.outlet("elbwarte")
    many = tuple(
        WireStory(f"elbwarte-x{n:02d}", "elbwarte", n / 10, "de", f"Meldung {n}", "", None, False)
        for n in range(NEWEST + 12)
    )
    held = Newswire((outlet,), many).in_feed(outlet, "main", START + LENGTH)
    assert [story.title for story in held] == [f"Meldung {n}" for n in range(NEWEST + 11, 11, -1)]


def test_nothing_is_told_before_its_hour(newswire: Newswire) -> None:
    outlet = newswire.outlet("harbour-courier")
    now = at_hour(58)
    held = newswire.in_feed(outlet, "world", now)
    assert held
    assert all(story.published <= now for story in held)
    assert len(newswire.in_feed(outlet, "world", newswire.end)) > len(held)


HOMELESS = (
    '{"id": "a", "outlet": "b", "at": 1, "lang": "en", "title": "t", "summary": "",'
    ' "event": null, "kim_putin": false}'
)


@pytest.mark.parametrize(
    ("outlets", "stories", "fault"),
    [
        ("[[outlet", "", "cannot be read"),
        ("", '{"id": 1}', "cannot be read"),
        ("", HOMELESS, "no outlet"),
    ],
)
def test_a_newswire_that_contradicts_itself_is_refused_with_a_reason(
    outlets: str, stories: str, fault: str
) -> None:
    with pytest.raises(NewswireError, match=fault):
        Newswire.read(outlets, stories)


def test_the_topics_of_the_demo_are_whole() -> None:
    topics = tomllib.loads((files("watcher.demo") / "topics.toml").read_text("utf-8"))["topic"]
    assert [topic["name"] for topic in topics] == ["kim-putin-summit", "chile", "ecb"]
    assert all({"name", "title", "query", "sensitivity"} == set(topic) for topic in topics)
