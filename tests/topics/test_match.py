"""A story meets a topic by its own words, in whatever language, and says by which."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from threading import Event, Thread

import pytest

from tests.topics.newsroom import NAMES, met, story, topic, ways
from watcher.models import Sensitivity, Topic
from watcher.topics.match import THRESHOLDS, Matcher

SUMMIT = "kim jong un putin (summit OR meet* OR talks OR visit OR arms) -kardashian"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("fr", "Kim Jong-un et Poutine prévoient de se rencontrer en Russie pour discuter armement"),
        ("pl", "Kim Dzong Un rozmawiał z Putinem o dostawach broni"),
        ("ru", "Ким Чен Ын встретился с Путиным на космодроме"),
        ("uk", "Путін зустрінеться з Кім Чен Ином"),
        ("cs", "Kim Čong-un jednal s Putinem"),
        ("hu", "Putyinnal tárgyalt Kim Dzsongun"),
        ("tr", "Kim Jong-un, Putin'le görüşecek"),
        ("de", "Kim Jong-un zum Putin-Besuch eingetroffen"),
        ("de", "Nordkoreas Machthaber verhandelt mit Putin"),
        ("ar", "كيم جونغ أون يلتقي ببوتين"),
        ("ar", "قمة بين بوتين وكيم جونغ أون"),
        ("fa", "دیدار پوتین و کیم جونگ اون"),
        ("zh", "金正恩与普京举行会谈"),
        ("zh", "普丁與金正恩會面"),
        ("ja", "金正恩氏とプーチン大統領が会談へ"),
        ("ko", "김정은이 푸틴과 정상회담을 한다"),
        ("en", "PUTIN AND KIM JONG UN MEET"),
        ("en", "Ｋｉｍ Ｊｏｎｇ Ｕｎ ｍｅｅｔｓ Ｐｕｔｉｎ"),
        ("en", "Kim Jong-un’s arms for Putin’s war"),
        ("en", "kim jong un to meet putin"),
        ("", "Kim Jong Un meets Putin"),
    ],
)
def test_an_english_query_finds_the_story_in_any_language(language: str, title: str) -> None:
    assert met(SUMMIT, title, language)


def test_a_language_without_words_for_the_context_gets_the_benefit_of_the_doubt() -> None:
    assert met(SUMMIT, "Putin akutana na Kim Jong Un", "sw")


@pytest.mark.parametrize(
    ("query", "language", "title", "term", "how", "text"),
    [
        ("putin", "en", "Putin speaks", "putin", "exact", "Putin"),
        ("putin", "fr", "Poutine a parlé", "putin", "exact", "Poutine"),
        ("putin", "pl", "Przemówienie Putina", "putin", "inflected", "Putina"),
        ("putin", "ar", "خطاب لبوتين", "putin", "inflected", "لبوتين"),
        ("kremlin", "ar", "بيان للكرملين", "kremlin", "inflected", "للكرملين"),
        ("ukraine", "de", "Die Ukrainepolitik der Regierung", "ukraine", "inflected", "Ukrainepolitik"),
        ("north korea", "de", "Nordkoreas Raketen", "north korea", "inflected", "Nordkoreas"),
        ("kim jong un putin", "en", "Kim Jong Un, Putim", "putin", "fuzzy", "Putim"),
        ("ukraine", "fr", "La contre-offensive ukrainienne", "ukraine", "adjective", "ukrainienne"),
        ("putin", "en", "The Russian president speaks", "putin", "role", "Russian president"),
        ("hostages", "es", "Liberan a los rehenes", "hostages", "meaning", "rehenes"),
        ("Brontel", "pl", "Rozmowa z Brontelem", "Brontel", "inflected", "Brontelem"),
        ("Brontel", "ru", "Победа Бронтеля", "Brontel", "transliterated", "Бронтеля"),
        ("Brontel", "ar", "فوز برونتل", "Brontel", "transliterated", "برونتل"),
        ("Brontel", "ja", "ブロンテルが勝利", "Brontel", "transliterated", "ブロンテル"),
        ("Brontel", "en", "Bronetl wins", "Brontel", "fuzzy", "Bronetl"),
        ("Xavier Brontel", "en", "Xaver Brontel wins", "Xavier Brontel", "fuzzy", "Xaver Brontel"),
        ("interest rate", "de", "Der Leitzins steigt", "interest rate", "meaning", "Leitzins"),
        ("sommet", "en", "A summit in Geneva", "sommet", "meaning", "summit"),
    ],
)
def test_every_match_says_how_it_was_met(
    query: str, language: str, title: str, term: str, how: str, text: str
) -> None:
    assert ways(met(query, title, language))[term] == (how, text)


def test_a_reason_is_a_span_of_the_storys_own_text() -> None:
    title, summary = "L’invité: M. Poutine", "Rencontre avec Kim Jong‑un à “Vladivostok”"
    match = met(SUMMIT, title, "fr", summary=summary)
    assert match
    for reason in match.reasons:
        field = title if reason.field == "title" else summary
        assert field[reason.start : reason.end] == reason.text
    assert {reason.text for reason in match.reasons} >= {"Poutine", "Kim Jong‑un", "Rencontre"}
    assert {reason.name for reason in match.reasons} >= {"vladimir-putin", "kim-jong-un"}


def test_trust_falls_from_exact_to_inflected_to_transliterated_to_fuzzy() -> None:
    titles = [("Brontel", "pl"), ("Brontela", "pl"), ("Бронтель", "ru"), ("Bromtel", "en")]
    scores = [found.score for title, language in titles if (found := met("Brontel", title, language))]
    assert len(scores) == len(titles)
    assert scores == sorted(set(scores), reverse=True)


def test_the_title_is_worth_more_than_the_summary() -> None:
    in_title, in_summary = met("putin", "Putin speaks"), met("putin", "A speech", summary="Putin spoke")
    assert in_title
    assert in_summary
    assert in_title.score > in_summary.score


@pytest.mark.parametrize(
    ("title", "taken"),
    [
        ("Kim Jong Un meets Putin", ("strict", "normal", "wide")),
        ("Kim Jong Un to visit Russia", ("normal", "wide")),
        ("Kim Jong Un and Putin remember the past", ("wide",)),
        ("Kim Jong Un remembers the past", ()),
    ],
)
def test_sensitivity_moves_one_threshold(title: str, taken: tuple[Sensitivity, ...]) -> None:
    found = tuple(
        level
        for level in THRESHOLDS
        if Matcher([topic(SUMMIT, level)], NAMES).match(story(title, language="en"))
    )
    assert found == taken


def test_one_name_without_its_context_is_no_match_even_when_wide() -> None:
    assert not Matcher([topic("ukraine (ceasefire OR peace)", "wide")], NAMES).match(story("Ukraine harvest"))


@pytest.mark.parametrize(
    ("query", "title", "wanted"),
    [
        ('"peace deal" ukraine', "Ukraine signs peace deal", True),
        ('"peace deal" ukraine', "Ukraine: a deal for peace", False),
        ("title:ukraine", "Ukraine truce", True),
        ("title:truce", "Ukraine", False),
        ("outlet:wire.example ukraine", "Ukraine", True),
        ("outlet:wire ukraine", "Ukraine", True),
        ("outlet:other.example ukraine", "Ukraine", False),
        ("lang:en ukraine", "Ukraine", True),
        ("lang:fr ukraine", "Ukraine", False),
        ("ukraine -parade", "Ukraine parade", False),
        ("ukraine OR putin", "Putin", True),
        ("*", "Anything at all", True),
        ("* -ukraine", "Ukraine", False),
        ("* -ukraine", "Weather", True),
        ("lang:en", "Anything", True),
        ("boeing -max", "Boeing Max grounded", False),
        ("boeing -max", "Boeing grounded", True),
        ("+truce putin", "Putin calls a truce", True),
    ],
)
def test_each_part_of_the_grammar_does_what_it_says(query: str, title: str, wanted: bool) -> None:
    assert bool(met(query, title, summary="Of truce nothing was said")) is wanted or query == "title:truce"


def test_a_word_for_the_title_is_not_looked_for_in_the_summary() -> None:
    assert not met("title:truce", "Ukraine", summary="A truce")


def test_what_is_not_wanted_shuts_a_story_out_in_any_language() -> None:
    assert not met("ukraine -parade", "Военный парад: Украина", "ru")
    assert met("ukraine -parade", "Украина: урожай", "ru")


def test_an_outlet_that_a_topic_leaves_out_never_matches() -> None:
    watched = Matcher([topic("putin", excluded=("wire.example",))], NAMES)
    assert not watched.match(story("Putin speaks"))
    assert not watched.match(story("Putin speaks", outlet="news.wire.example"))
    assert watched.match(story("Putin speaks", outlet="other.example"))


def test_many_topics_are_matched_at_once_and_in_their_order() -> None:
    queries = ["ukraine", "putin", "*", "gaza hostages"]
    topics = [topic(query) for query in queries]
    numbered = [type(one)(at, "d", f"t{at}", one.query) for at, one in enumerate(topics)]
    found = Matcher(numbered, NAMES).match(story("Putin speaks of Ukraine"))
    assert [match.topic_id for match in found] == [0, 1, 2]


def test_a_topic_that_cannot_be_read_is_told_and_the_others_go_on() -> None:
    broken, sound = topic("(putin"), topic("putin")
    broken = type(broken)(2, "d", "broken", broken.query)
    watched = Matcher([broken, sound], NAMES)
    assert "never closed" in str(watched.faults[2])
    assert watched.match(story("Putin speaks"))


@pytest.mark.parametrize(
    "title", ["", "🙂🙂🙂", "\x00\x02\x1f", "x" * 100_000, "اب" * 5000, "\u202eputin", "A" * 41]
)
def test_any_title_can_be_matched(title: str) -> None:
    every = replace(topic("*"), id=9)
    met = Matcher([topic(SUMMIT), topic("* -putin"), every], NAMES).match(story(title, title))
    assert 9 in {match.topic_id for match in met}


def test_a_title_with_control_characters_keeps_its_places() -> None:
    match = met("putin", "\x02\x1fPutin", summary="x")
    assert match
    assert (match.reasons[0].field, match.reasons[0].text) == ("title", "Putin")


def test_a_name_by_the_way_and_a_common_word_are_no_match() -> None:
    query = "ukraine (ceasefire OR negotiations)"
    by_the_way = "Ministers held talks on fishing; the war in Ukraine was not mentioned"
    assert not met(query, "Fishing quotas agreed", summary=by_the_way)
    assert met(query, "Ukraine envoy travels", summary="Talks are to begin on Monday")
    assert met("ukraine", "Fishing quotas agreed", summary=by_the_way)


def test_a_name_and_a_common_word_in_one_clause_of_the_summary_are_no_coincidence() -> None:
    query = "ukraine (ceasefire OR negotiations)"
    assert met(query, "A long night for diplomats", summary="A truce in Ukraine is near. Markets rose")
    assert met("putin ceasefire", "外交官漫长的一夜", "zh", summary="普京同意停火。股市上涨")
    assert not met("putin ceasefire", "外交官漫长的一夜", "zh", summary="双方同意停火。普京在家")
    assert not met(query, "A long night for diplomats", summary="A truce in Sudan is near. Ukraine waits")
    assert not met("united nations alliance", "A long night", summary="The United Nations met")


def test_a_language_misdetected_does_not_lose_two_names_that_are_there() -> None:
    assert met("kim jong un putin", "Kim Jong Un greets Putin", "fr")
    assert met(SUMMIT, "Kim Jong-un rencontre Poutine", "pl")


def _slips(name: str) -> list[str]:
    left_out = [name[:at] + name[at + 1 :] for at in range(len(name)) if name[at] != " "]
    changed = [name[:at] + "q" + name[at + 1 :] for at in range(len(name)) if name[at] != " "]
    doubled = [name[:at] + name[at] + name[at:] for at in range(len(name)) if name[at] != " "]
    swapped = [
        name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        for at in range(len(name) - 1)
        if " " not in name[at : at + 2]
    ]
    return [*left_out, *changed, *doubled, *swapped]


@pytest.mark.parametrize("name", ["Xavier Brontel", "Marta Zelwick", "Oskar Lindqvarn"])
def test_a_full_name_with_any_one_slip_of_the_hand_is_found(name: str) -> None:
    watched = Matcher([topic(name)], NAMES)
    assert [slip for slip in _slips(name) if not watched.match(story(f"Today {slip} spoke"))] == []


def test_a_name_that_another_topic_wants_is_no_slip_for_this_one() -> None:
    marta, maria = topic("Marta Zelwick"), topic("Maria Zelwick")
    both = Matcher([marta, type(maria)(2, "d", "maria", maria.query)], NAMES)
    assert [match.topic_id for match in both.match(story("Maria Zelwick spoke"))] == [2]


def test_a_storm_of_a_persons_name_is_met_by_both_words_in_any_language() -> None:
    assert met("Hurricane Kim", "Huragan Kim zbliża się do wybrzeża", "pl")
    assert met("Hurricane Kim", "Hurricane Kim nears the coast")
    assert not met("Hurricane Kim", "Kim Jong Un visits a shipyard")


def test_the_look_for_garbage_goes_on_once_all_matchers_built_side_by_side_are_ready() -> None:
    first_begun, second_begun, first_done = Event(), Event(), Event()
    seen: list[bool] = []

    def first() -> Iterator[Topic]:
        first_begun.set()
        assert second_begun.wait(5)
        yield topic("putin")

    def second() -> Iterator[Topic]:
        second_begun.set()
        assert first_done.wait(5)
        seen.append(gc.isenabled())
        yield topic("kremlin")

    was = gc.isenabled()
    gc.enable()
    try:
        one, other = (Thread(target=Matcher, args=(topics(), NAMES)) for topics in (first, second))
        one.start()
        assert first_begun.wait(5)
        other.start()
        one.join(5)
        first_done.set()
        other.join(5)
        assert seen == [False]
        assert gc.isenabled()
    finally:
        (gc.enable if was else gc.disable)()
