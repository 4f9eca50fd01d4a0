"""Common words mean the same in every language that the lexicon has."""

import pytest

from watcher.topics.lexicon import Lexicon
from watcher.topics.text import tokens

LEXICON = Lexicon.shipped()
FIFTEEN = {"en", "fr", "de", "es", "it", "pt", "pl", "ru", "uk", "ar", "fa", "tr", "zh", "ja", "ko"}


def test_every_meaning_has_words_in_fifteen_languages() -> None:
    for id, wordings in LEXICON.meanings.items():
        assert {wording.language for wording in wordings} >= FIFTEEN, id


def test_the_smaller_languages_have_words_for_most_of_the_news() -> None:
    for languages, fewest in (("hr sr bg sk vi th", 300), ("sl lt lv et bn az ur", 150)):
        for language in languages.split():
            spoken = [id for id, ws in LEXICON.meanings.items() if any(w.language == language for w in ws)]
            assert len(spoken) >= fewest, language


@pytest.mark.parametrize("word", ["luka", "mira", "suri"])
def test_a_short_word_of_a_small_language_is_rather_somebodys_name(word: str) -> None:
    assert not LEXICON.is_word(word)


def test_there_are_words_for_more_than_250_meanings() -> None:
    assert len(LEXICON.meanings) >= 250


def test_no_stem_is_so_short_that_it_would_begin_half_a_dictionary() -> None:
    for id, wordings in LEXICON.meanings.items():
        for wording in wordings:
            if wording.open[-1] and wording.words[-1].isascii():
                assert len("".join(wording.words)) >= 3, (id, wording.words)


@pytest.mark.parametrize(
    ("words", "open", "meaning"),
    [
        (("summit",), False, "summit"),
        (("summits",), False, "summit"),
        (("meet",), True, "meeting"),
        (("sommet",), False, "summit"),
        (("перемирие",), False, "ceasefire"),
        (("interest", "rates"), False, "interest-rate"),
        (("strike",), False, "strike"),
    ],
)
def test_a_word_that_somebody_typed_finds_its_meaning(
    words: tuple[str, ...], open: bool, meaning: str
) -> None:
    assert meaning in LEXICON.find(words, open=open)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("mariage", "wedding"),
        ("votación", "vote"),
        ("wählerinnen", "vote"),
        ("bankers", "bank"),
        ("ministers", "minister"),
    ],
)
def test_a_short_beginning_goes_on_as_words_of_its_language_do(word: str, meaning: str) -> None:
    assert meaning in LEXICON.find(tokens(word))


@pytest.mark.parametrize(
    "word",
    "brontel putin drong zarvo maribor winnipeg bournemouth wagenknecht lancaster preston marrakesh".split(),
)
def test_a_name_is_no_meaning(word: str) -> None:
    assert LEXICON.find((word,)) == ()


@pytest.mark.parametrize("word", ["media", "policy", "political", "report", "brand", "love", "plant"])
def test_an_english_word_is_not_what_another_language_has_alike(word: str) -> None:
    assert LEXICON.find((word,)) == ()


def test_little_words_are_common_only_in_their_own_language() -> None:
    assert LEXICON.is_common(("kim",), "pl")
    assert not LEXICON.is_common(("kim",), "en")


def test_a_word_for_one_of_a_kind_is_that_one_alone_and_the_kind_is_met_by_all() -> None:
    assert LEXICON.find(("mpox",)) == ("mpox",)
    assert LEXICON.find(("kokain",)) == ("cocaine",)
    assert "epidemic" in LEXICON.find(("epidemic",))
    assert {("mpox",), ("cholera",)} <= {wording.words for wording in LEXICON.meanings["epidemic"]}


@pytest.mark.parametrize(
    ("word", "meaning"), [("зерно", "grain"), ("нефть", "oil"), ("спека", "heatwave"), ("дроны", "drone")]
)
def test_a_short_cyrillic_word_is_known_with_its_ending(word: str, meaning: str) -> None:
    assert meaning in LEXICON.find((word,))


@pytest.mark.parametrize(
    ("word", "language", "said"),
    [
        ("rain", "zh", "暴雨"),
        ("fighting", "ru", "бои"),
        ("disease", "pl", "choroba"),
        ("workers", "fr", "salarie"),
        ("unions", "de", "gewerkschaft"),
        ("rugby", "ja", "ラグビー"),
        ("golf", "ko", "골프"),
        ("animals", "uk", "тварин"),
        ("exhibition", "it", "mostra"),
        ("smartphone", "tr", "akilli"),
        ("water", "ar", "مياه"),
        ("children", "es", "ninos"),
        ("racism", "el", "ρατσισ"),
    ],
)
def test_the_words_of_every_beat_are_known_in_other_languages(word: str, language: str, said: str) -> None:
    wordings = [wording for id in LEXICON.find((word,)) for wording in LEXICON.meanings[id]]
    assert said in {wording.words[0] for wording in wordings if wording.language == language}
