"""A reporter types one word for what outlets tell in many: a summit is a meeting, talks, a visit."""

import pytest

from tests.topics.newsroom import NAMES, met, story, topic, ways
from watcher.chat.commands.cards import reason_line
from watcher.topics.lexicon import Lexicon
from watcher.topics.match import Matcher

LEXICON = Lexicon.shipped()


@pytest.mark.parametrize(
    ("language", "title", "word"),
    [
        ("en", "Kim to meet Putin, Kremlin says", "meet"),
        ("en", "Kim arrives for talks with Putin in North Korea's train", "talks"),
        ("pl", "Kim Dzong Un jedzie na spotkanie z Putinem", "spotkanie"),
        ("zh", "金正恩与普京会面", "会面"),
        ("ru", "Путин пригласил Ким Чен Ына на Дальний Восток", "пригласил"),
        ("en", "Putin raises a glass to Kim Jong Un", "raises a glass"),
    ],
)
def test_a_title_of_both_names_need_not_say_summit(language: str, title: str, word: str) -> None:
    assert ways(met("kim jong un putin summit", title, language))["summit"] == ("akin", word)


def test_why_says_where_a_near_word_stands() -> None:
    match = met("kim jong un putin summit", "Kim to meet Putin, Kremlin says")
    assert match
    said = ["".join(piece.text for piece in reason_line(reason)) for reason in match.reasons]
    assert "summit by meet — a word near to it, in a headline of two of the names" in said


def test_the_word_itself_counts_for_more_than_one_near_to_it() -> None:
    query, near = "putin ukraine summit", story("Putin, Ukraine: talks")
    itself = met(query, "Putin, Ukraine: summit")
    (nearly,) = Matcher([topic(query)], NAMES).match(near)
    assert itself
    assert itself.score > nearly.score
    assert Matcher([topic(query, "strict")], NAMES).match(near) == ()


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Putin to meet farmers", ""),
        ("Putin to meet farmers", "Ukraine exports less grain."),
        ("Putin on Ukraine", "He spoke after a meeting with farmers."),
        ("Putin speaks of Ukraine's harvest", ""),
    ],
)
def test_one_name_in_the_title_or_a_near_word_elsewhere_is_not_enough(title: str, summary: str) -> None:
    assert met("putin ukraine summit", title, summary=summary) is None


@pytest.mark.parametrize("query", ["kim jong un north korea summit", "north korean kim jong un summit"])
def test_a_leader_and_their_own_country_are_not_two_of_whom_a_near_word_is_said(query: str) -> None:
    assert met(query, "North Korean Kim Jong Un to meet farmers in North Korea") is None
    assert met(f"{query} putin", "North Korean Kim Jong Un to meet Putin in North Korea")


def test_a_minus_and_a_plus_mean_their_word_and_none_that_is_near() -> None:
    assert met("putin ukraine -summit", "Putin and Ukraine in talks")
    assert met("putin ukraine +summit", "Putin and Ukraine in talks") is None


def test_what_is_near_is_a_meaning_of_the_lexicon_and_another_one() -> None:
    for id, others in LEXICON.akin.items():
        assert id in LEXICON.meanings
        assert others
        assert len(set(others)) == len(others)
        assert set(others) <= LEXICON.meanings.keys() - {id}
