"""What a digest says: which events, in which order, and never the same thing twice."""

from __future__ import annotations

from datetime import timedelta

from tests.desk.making import NOON, TOPIC, group, story
from watcher.desk.clock import Window
from watcher.desk.digest import Digest, compile_digest, materially_grown, shown_after
from watcher.desk.novelty import novelties
from watcher.models import Group, Shown, Topic

DAY = Window(NOON - timedelta(hours=24), NOON, "the last 24 hours")


def digest_of(
    *groups: Group, shown: dict[str, Shown] | None = None, asked: bool = False, **more: object
) -> Digest:
    return compile_digest([TOPIC], groups, DAY, shown=shown, asked=asked, **more)  # type: ignore[arg-type]


def test_the_event_most_outlets_tell_in_their_own_words_leads() -> None:
    wide = group("wide", story("a"), story("b"), story("c"))
    copied = group("copied", *(story(i) for i in "defg"), tellings=dict.fromkeys("defg", "d"))
    alone = group("alone", story("h", ago=0.1))
    assert [item.group.id for item in digest_of(alone, copied, wide).items] == ["wide", "copied", "alone"]


def test_a_scheduled_digest_never_repeats_what_the_place_was_shown() -> None:
    event = group("event", story("a"), story("b"))
    first = digest_of(event)
    shown = {each.group: each for each in shown_after(first, NOON)}
    assert [item.news for item in first.items] == ["new"]
    assert digest_of(event, shown=shown).items == ()


def test_a_digest_asked_for_shows_all_of_its_window() -> None:
    event = group("event", story("a"))
    shown = {"event": Shown("event", NOON, ("a",))}
    assert [item.news for item in digest_of(event, shown=shown, asked=True).items] == ["known"]


def test_an_event_that_grew_materially_comes_again_with_what_is_new() -> None:
    told = [story(i, "Kim Jong Un leaves Pyongyang by train", outlet=f"{i}.example") for i in "ab"]
    more = [
        story("c", "Moscow confirms cosmodrome visit Wednesday", ago=0.5),
        story("d", "Kremlin names cosmodrome as Wednesday venue", ago=0.4),
    ]
    event = group("event", *told, *more)
    (item,) = digest_of(event, shown={"event": Shown("event", NOON, ("a", "b"))}).items
    assert (item.news, [s.id for s in item.fresh]) == ("grown", ["c", "d"])
    assert "cosmodrome" in item.whats_new[0].text


def test_one_more_outlet_with_the_same_words_is_no_growth() -> None:
    event = group(
        "event", story("a", "Kim leaves by train"), story("b", "Kim leaves by train"), tellings={"b": "a"}
    )
    assert not materially_grown(event, frozenset({"a"}))
    assert novelties(event, frozenset({"a"})) == ()


def test_growth_is_measured_in_independent_outlets_not_in_stories() -> None:
    one_outlet = group("event", *(story(i, "Kim leaves by train", outlet="same.example") for i in "abcdef"))
    assert not materially_grown(one_outlet, frozenset("a"))
    many = group("event", *(story(i, "Kim leaves by train") for i in "abc"))
    assert materially_grown(many, frozenset("a"))


def test_the_more_outlets_told_it_the_more_have_to_come() -> None:
    event = group("event", *(story(i, "Kim leaves by train") for i in "abcdefghi"))
    assert not materially_grown(event, frozenset("abcdefg")), "two beside seven"
    assert materially_grown(event, frozenset("abcdef")), "three beside six"


def test_new_words_in_a_script_without_spaces_are_judged_by_characters() -> None:
    known = story("a", "金正恩乘专列离开平壤前往俄罗斯会见普京", language="zh")
    same = story("b", "金正恩乘专列离开平壤前往俄罗斯会见普京总统", language="zh")
    other = story("c", "克里姆林宫宣布东方航天发射场参观安排", language="zh")
    assert novelties(group("e", known, same), frozenset("a")) == ()
    assert [new.text for new in novelties(group("e", known, other), frozenset("a"))] == [other.title]


def test_a_story_published_long_before_we_saw_it_is_not_news() -> None:
    resurfaced = story("old", ago=24 * 365, seen_ago=1)
    assert digest_of(group("event", resurfaced)).items == ()
    (item,) = digest_of(group("event", resurfaced, story("new"))).items
    assert [s.id for s in item.group.stories] == ["new"]


def test_stories_that_were_there_before_we_watched_are_never_posted_but_can_be_asked_for() -> None:
    event = group("event", story("a"))
    assert digest_of(event, held=frozenset("a")).items == ()
    assert len(digest_of(event, asked=True).items) == 1


def test_only_the_languages_a_subscriber_wants_are_told() -> None:
    event = group("event", story("a", language="en"), story("b", language="ko"))
    (item,) = digest_of(event, languages=("ko",)).items
    assert [s.id for s in item.group.stories] == ["b"]


def test_the_headline_is_in_the_readers_language_where_there_is_one() -> None:
    event = group(
        "event",
        story("a", "Kim Jong Un arrives in Vladivostok for talks", language="en"),
        story("b", "Kim Jong-un est arrivé à Vladivostok pour des pourparlers", language="fr"),
    )
    assert digest_of(event, reader="fr").items[0].lead.id == "b"
    assert digest_of(event, reader="de").items[0].lead.id == "a"


def test_the_headline_is_the_one_most_like_its_peers_and_not_a_question() -> None:
    event = group(
        "event",
        story("a", "Could this be the most dangerous train ride on Earth?"),
        story("b", "Kim Jong Un's armoured train crosses into Russia"),
        story("c", "Armoured train of Kim Jong Un crosses Russian border"),
    )
    assert digest_of(event).items[0].lead.id in {"b", "c"}


def test_what_happened_outside_the_window_is_left_out() -> None:
    assert digest_of(group("event", story("a", ago=30))).items == ()


def test_a_story_seen_late_is_in_the_next_scheduled_digest() -> None:
    late = story("late", ago=30, seen_ago=1)
    assert len(digest_of(group("event", late)).items) == 1


def test_groups_of_topics_nobody_asked_for_stay_out() -> None:
    other = Group("x", 2, (story("a"),))
    assert compile_digest([TOPIC, Topic(3, "console", "t", "q")], [other], DAY).items == ()
