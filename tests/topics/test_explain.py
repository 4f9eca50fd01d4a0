"""Why a story met a topic, and why another missed it, without a manual."""

import pytest

from tests.topics.newsroom import NAMES, judged, story, topic
from watcher.topics.match import Matcher
from watcher.topics.query import QueryError

SUMMIT = "kim jong un putin (summit OR talks) -kardashian"


def test_a_match_is_explained_term_by_term() -> None:
    verdict = judged(SUMMIT, "Kim Jong-un et Poutine au sommet", language="fr")
    assert verdict.matched
    assert verdict.score >= verdict.threshold
    said = {term.term: (term.wanted, term.reason.text if term.reason else "") for term in verdict.terms}
    assert said == {
        "kim jong un": (True, "Kim Jong-un"),
        "putin": (True, "Poutine"),
        "summit": (True, "sommet"),
        "talks": (True, ""),
        "kardashian": (False, ""),
    }


def test_a_miss_says_what_was_there_and_what_was_not() -> None:
    verdict = judged(SUMMIT, "Putin at a summit")
    assert not verdict.matched
    assert verdict.score == 0
    assert {term.term for term in verdict.terms if term.reason} == {"putin", "summit"}


def test_a_term_that_is_not_wanted_is_shown_where_it_was_met() -> None:
    verdict = judged(SUMMIT, "Kim Jong Un, Putin and Kardashian at a summit")
    assert not verdict.matched
    assert [term.term for term in verdict.terms if term.reason and not term.wanted] == ["kardashian"]


def test_an_outlet_left_out_is_named() -> None:
    watched = topic("putin", excluded=("wire.example",))
    verdict = Matcher([watched], NAMES).explain(story("Putin speaks"), watched)
    assert not verdict.matched
    assert verdict.note == "The topic leaves out wire.example."


def test_the_verdict_agrees_with_the_match() -> None:
    watched = topic(SUMMIT)
    matcher = Matcher([watched], NAMES)
    for title in (
        "Kim Jong Un and Putin at a summit",
        "Kim Jong Un and Putin",
        "Putin",
        "Kim to visit Russia",
    ):
        found = matcher.match(story(title))
        verdict = matcher.explain(story(title), watched)
        assert bool(found) == verdict.matched
        assert not found or found[0].score == verdict.score


def test_a_topic_whose_query_cannot_be_read_is_explained_by_its_fault() -> None:
    broken = topic("(putin")
    with pytest.raises(QueryError, match="never closed"):
        Matcher([broken], NAMES).explain(story("Putin"), broken)
