"""A Korean name that nobody listed is one name in Hangul and in every spelling of it."""

from __future__ import annotations

import pytest

from tests.topics.newsroom import met
from watcher.topics.korean import is_korean, korean


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("Jung Eun-kyeong", "en", "Jeong Eun-gyeong steps down"),
        ("Choi Soon-sil", "ko", "최순실 구속"),
        ("Lee Kang-in", "en", "Yi Kang-in scores twice"),
        ("Lee Kang-in", "ko", "이강인 결승골"),
        ("lee kang-in", "ko", "이강인이 득점했다"),
        ("이강인", "fr", "Kang-in Lee marque deux fois"),
        ("Park Hang-seo", "de", "Pak Hangso geht"),
        ("Kang Kyung-wha", "en", "Gang Gyeong-hwa speaks"),
        ("Jung Mong-gyu", "ko", "정몽규 회장 연임"),
        ("Son Heung-min", "es", "Heung Min Son marca"),
        ("Ohtani", "en", "Otani hits two home runs"),
        ("Shohei Ohtani", "en", "Shouhei Otani wins"),
    ],
)
def test_a_name_is_met_in_other_spellings_and_in_hangul(query: str, language: str, title: str) -> None:
    assert met(query, title, language)


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("Lee Kang-in", "en", "Lee Kang-ho scores twice"),
        ("Lee Kang-in", "ko", "이강호 결승골"),
        ("Noh Do-in", "en", "There is no to in this sentence"),
        ("Park Hang-seo", "en", "A park to hang so many lights"),
    ],
)
def test_another_name_is_not_met(query: str, language: str, title: str) -> None:
    assert not met(query, title, language)


def test_words_that_are_no_korean_name_are_none() -> None:
    assert korean(("storm", "amelia", "nears")) is None
    assert not is_korean(("young", "man", "won"))
    assert not is_korean(("an", "in", "so"))
