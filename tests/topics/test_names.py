"""The catalogue answers with names, and says of itself what is wrong in it."""

import pytest

from tests.topics.newsroom import CATALOGUE, NAMES, story, topic
from watcher.topics.match import Matcher
from watcher.topics.names import Names
from watcher.topics.text import tokens

ROME = Names.load('[rome]\nkind = "place"\nen = ["Rome"]\nit = ["Roma"]\nadjective = ["romano"]')


def faults(text: str) -> list[str]:
    return [fault.message for fault in Names.load(text).faults]


def test_a_form_in_any_language_finds_its_name() -> None:
    assert NAMES.find(tokens("Poutine")) == ("vladimir-putin",)
    assert NAMES.find(tokens("金正恩")) == ("kim-jong-un",)


def test_a_form_that_is_good_alone_comes_before_a_weak_one() -> None:
    assert NAMES.find(tokens("Korea")) == ("korea",)


def test_a_weak_form_finds_its_name_where_nothing_better_does() -> None:
    assert NAMES.find(tokens("kim")) == ("kim-jong-un",)


def test_names_within_words_are_the_longest_there_are() -> None:
    assert NAMES.within("Talks of North Korea and Putin") == ("north-korea", "vladimir-putin")


def test_a_person_speaks_for_the_places_that_the_roles_tell_of() -> None:
    assert NAMES.stand_ins("vladimir-putin") == ("russia", "kremlin")
    assert "north-korea" in NAMES.stand_ins("kim-jong-un")


def test_a_word_mistyped_is_answered_with_the_nearest_names() -> None:
    assert NAMES.suggest("Puttin")[0].id == "vladimir-putin"
    assert NAMES.suggest("qqqq") == ()


def test_the_display_name_is_the_first_form_of_the_readers_language() -> None:
    putin = NAMES.by_id["vladimir-putin"]
    assert putin.display("pl") == "Władimir Putin"
    assert putin.display("xx") == "Vladimir Putin"


def test_a_desks_own_names_add_to_those_that_are_known() -> None:
    own = '[vladimir-putin]\nen = ["Vova"]\n[xavier-brontel]\nkind = "person"\nen = ["Xavier Brontel"]'
    names = Names.load(CATALOGUE, own, files=("names.toml", "own.toml"))
    assert names.find(("vova",)) == ("vladimir-putin",)
    assert names.find(("putin",)) == ("vladimir-putin",)
    assert names.find(("xavier", "brontel")) == ("xavier-brontel",)
    assert not names.faults


def test_the_fixture_has_no_faults() -> None:
    assert NAMES.faults == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[a]\nen = ["Zarvo"]\n[b]\nen = ["zarvó"]', '"zarvo" is a form of a and b'),
        ('[a]\nkind = "place"\nen = ["Who"]', '"Who" is also a common word of language en'),
        ('[a]\nen = ["Zarvo"]\nshado = ["Zarvo Hill"]', "There is no key shado. Did you mean shadow?"),
        ('[a]\nen = ["Zarvo"]\nshadow = ["Zarvo"]', "a form and a shadow of itself"),
        ('[a]\nkind = "thing"\nen = ["Zarvo"]', "kind is person, place or body, not 'thing'"),
        ('[a]\nen = "Zarvo"', "en is a list of texts"),
        ('[a]\nen = ["Zarvo", "…"]', "a form without letters or digits"),
        ('[a]\nkind = "body"', "has no form in any language"),
        ('[a]\nweak = ["Zarvo"]', "weak forms only and no hints"),
        ("a = 1", "a is not a table"),
        ("[a\n", "not valid TOML"),
        ('[a]\nen=["A1x"]\n[a]\nen=["B2x"]', "not valid TOML"),
    ],
)
def test_what_is_wrong_in_a_catalogue_is_said(text: str, says: str) -> None:
    assert any(says in message for message in faults(text)), faults(text)


def test_a_name_within_one_that_is_not_there_is_told() -> None:
    told = faults('[a]\nen = ["Alpha"]\nwithin = ["b", "c"]\n[b]\nen = ["Beta"]\nwithin = ["a"]')
    assert told == ["a is within c, which is no name: give the id of one."]


def test_names_that_only_lean_on_each_other_are_told() -> None:
    circle = '[a]\nweak = ["Zarvo"]\nhints = ["Brint"]\n[b]\nweak = ["Brint"]\nhints = ["Zarvo"]'
    assert sum("lean back on it" in message for message in faults(circle)) == 2


def test_a_fault_has_its_file_and_line() -> None:
    fault = Names.load(CATALOGUE, '\n\n[a]\nen = ["Putin"]', files=("names.toml", "own.toml")).faults[0]
    assert (fault.file, fault.line) == ("names.toml", 2)


def test_a_catalogue_with_faults_still_answers() -> None:
    assert Names.load('[a]\nen = ["Zarvo"]\nshado = ["x"]').find(("zarvo",)) == ("a",)


def test_a_shadow_may_differ_from_a_form_by_its_capitals_alone() -> None:
    assert faults('[a]\nen = ["Zarvo Open"]\nshadow = ["Zarvo open"]') == []
    assert faults('[a]\nen = ["Zarvo Open"]\nshadow = ["zarvo open", "Zarvo Open"]')


def test_what_a_shadow_shuts_out_is_told_by_capitals_and_endings() -> None:
    names = Names.load('[a]\nen = ["Zarvo Open"]\nshadow = ["Zarvo open", "Zarvo opens"]')
    watch = Matcher([topic("zarvo open")], names)
    said = ("Zarvo Open begins", "Zarvo open to talks", "Zarvo opens a road", "Final of the Zarvo open")
    assert [bool(watch.match(story(title))) for title in said] == [True, False, False, False]


def test_a_shadow_and_a_namesake_are_words_that_belong_together() -> None:
    names = Names.load('[a]\nweak = ["Zarvo"]\nhints = ["plant"]\nshadow = ["zarvo tea"]')
    assert names.is_phrase(("zarvo", "tea"))
    assert names.is_phrase(("george", "zarvo"))
    assert not names.is_phrase(("bill", "zarvo"))


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("roman abramovich", "en", "Roman Abramovich loses appeal"),
        ("roman abramovich", "ru", "Роман Абрамович проиграл"),
        ("roman", "en", "Roman ruins found in Kent"),
    ],
)
def test_a_given_name_is_no_place_in_some_case(query: str, language: str, title: str) -> None:
    matcher = Matcher([topic(query)], ROME)
    assert matcher.match(story(title, language=language))
    assert not matcher.match(story("Drugs found in Rome"))
