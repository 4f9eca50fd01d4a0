"""What is read of a story before it is compared."""

from __future__ import annotations

from watcher.stories.reading import LEAD, fold_all, plain, read_text
from watcher.stories.slugs import to_cyrillic
from watcher.stories.turns import KINDS, turns


def test_words_are_folded_to_small_latin_letters() -> None:
    assert fold_all("Zürich’s ŁÓDŹ: Москва") == "zurich s lodz moskva"


def test_scripts_without_spaces_are_read_in_pairs() -> None:
    assert fold_all("新桥开通") == "新桥 桥开 开通"
    assert fold_all("G20峰会") == "峰会 g20"


def test_words_in_other_endings_are_the_same_word() -> None:
    nominative, genitive = read_text("Варшава"), read_text("Варшавы")
    assert set(nominative.words) == set(genitive.words)


def test_dashes_and_dots_that_the_sentence_model_stumbles_over_are_taken_out() -> None:
    assert plain("Paris — la grève… continue | Le Quotidien") == "Paris la grève continue Le Quotidien"


def test_numbers_under_which_outlets_keep_articles_are_no_part_of_a_headline() -> None:
    assert plain("brueckeneinsturz in warschau arid,1599479") == "brueckeneinsturz in warschau arid,"
    assert plain("100000 march in Warsaw, F16 jets, COVID19") == "100000 march in Warsaw, F16 jets, COVID19"
    assert plain("12345678") == "12345678"


def test_a_title_of_nothing_is_read_without_complaint() -> None:
    for title in ("", "\x00", "😀", "—", "\ud800"):
        reading = read_text(title)
        assert list(reading.words) == [0]
        assert list(reading.all_words) == [0]


def test_a_summary_is_read_no_further_than_its_beginning() -> None:
    beginning = "word " * (LEAD // 5)
    assert set(read_text("t", beginning).all_words) == set(
        read_text("t", beginning + "other " * 9999).all_words
    )


def test_russian_from_an_address_is_written_back_in_cyrillic() -> None:
    assert to_cyrillic("novyj most cherez reku otkryli", "ru") == "новый мост через реку открыли"
    assert to_cyrillic("shkola zakryta", "ru") == "школа закрыта"


def test_latin_letters_of_other_languages_are_left_alone() -> None:
    assert to_cyrillic("new bridge", "en") == "new bridge"
    assert to_cyrillic("Новый мост", "ru") == "Новый мост"
    assert to_cyrillic("2024", "ru") == "2024"


def kinds(title: str, language: str) -> set[str]:
    bits = turns(fold_all(title), language)
    return {kind for i, kind in enumerate(KINDS) if bits >> i & 1}


def test_a_denial_and_a_reaction_are_known_in_several_languages() -> None:
    assert kinds("Minister denies taking money", "en") == {"denial"}
    assert kinds("Министр опроверг слухи", "ru") == {"denial"}
    assert kinds("Le maire réagit", "fr") == {"reaction"}
    assert kinds("Minister ostrzega", "pl") == {"warning"}
    assert kinds("总统否认", "zh") == {"denial"}
    assert kinds("장관, 의혹 부인", "ko") == {"denial"}


def test_words_mean_what_they_mean_in_their_own_language_only() -> None:
    assert kinds("Mayor in Ocean City", "en") == set()
    assert kinds("Denies", "ru") == set()
    assert kinds("Denies", "") == set()
