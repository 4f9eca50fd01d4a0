"""What later stories say that earlier ones did not."""

from __future__ import annotations

from tests.desk.making import group, story
from watcher.desk.novelty import novelties

FIRST = story("a", "Bridge collapses over the river", summary="Two lorries fell into the water.", ago=2)


def said(*later: object, tellings: dict[str, str] | None = None) -> list[str]:
    found = group("g", FIRST, *later, tellings=tellings)  # type: ignore[arg-type]
    return [one.text for one in novelties(found, frozenset({"a"}))]


def test_only_the_new_sentence_of_a_later_story_is_told() -> None:
    later = story(
        "b",
        "Bridge collapses over the river",
        summary="Two lorries fell into the water. Engineers had warned of rusty cables since spring.",
    )
    assert said(later) == ["Engineers had warned of rusty cables since spring."]


def test_a_new_number_is_new() -> None:
    later = story("b", "River bridge collapses, 14 people missing after lorries fell")
    assert said(later) == [later.title]


def test_a_story_that_says_the_same_in_the_same_words_says_nothing_new() -> None:
    assert said(story("b", "Bridge over the river collapses", summary="Lorries fell into water.")) == []


def test_agency_copy_of_what_is_known_says_nothing_new() -> None:
    copy = story("b", "Engineers had warned of rusty cables since spring")
    assert said(copy, tellings={"a": "a", "b": "a"}) == []


def test_the_same_news_in_two_later_stories_is_told_once() -> None:
    twice = [
        story(f"b{n}", "Engineers had warned of rusty cables since spring", ago=1 - n / 10) for n in range(2)
    ]
    assert len(said(*twice)) == 1


def test_in_a_language_in_which_nothing_is_known_nothing_can_be_new() -> None:
    assert said(story("b", "Most runął do rzeki, inżynierowie ostrzegali", language="pl")) == []


def test_scripts_without_spaces_are_read_as_well() -> None:
    first = story("a", "大桥坍塌两辆卡车落水", language="zh", ago=2)
    later = story("b", "工程师曾警告缆索生锈", language="zh")
    found = group("g", first, later)
    assert [one.story.id for one in novelties(found, frozenset({"a"}))] == ["b"]
