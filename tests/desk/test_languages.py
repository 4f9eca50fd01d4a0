"""Languages by the words that people have for them."""

from __future__ import annotations

import pytest

from watcher.desk.languages import LanguageError, language_named, languages_named
from watcher.stories.language import NEWS_LANGUAGES


@pytest.mark.parametrize(
    ("word", "code"),
    [("fr", "fr"), (" FR ", "fr"), ("french", "fr"), ("Français", "fr"), ("русский", "ru"), ("日本語", "ja")],
)
def test_a_language_is_known_by_its_code_and_by_its_names(word: str, code: str) -> None:
    assert language_named(word) == code


def test_every_language_of_the_news_is_known() -> None:
    assert languages_named(NEWS_LANGUAGES) == NEWS_LANGUAGES


@pytest.mark.parametrize(
    ("word", "said"), [("frensh", "Write fr for French"), ("xx", "two letters"), ("", "two letters")]
)
def test_a_word_that_is_none_is_refused_with_what_was_meant_perhaps(word: str, said: str) -> None:
    with pytest.raises(LanguageError, match=said):
        languages_named([word])
