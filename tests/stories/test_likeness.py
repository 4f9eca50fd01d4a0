"""How alike two stories are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.stories.conftest import Wire, make_story, pointing
from watcher.models import Story
from watcher.stories.likeness import clip, embed_text, features, likeness, likest, same, same_all
from watcher.stories.measures import Features, measure
from watcher.stories.vectors import Vectors
from watcher.stories.weights import weights

BRIDGE = make_story("bridge", "Bridge over the Vistula collapses in Warsaw, three injured")


def score(a: Story, b: Story, vectors: Vectors) -> float:
    return same(a, b, vectors)[0]


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Three hurt as Warsaw bridge collapses", "en"),
        ("Pont effondré sur la Vistule à Varsovie, trois blessés", "fr"),
        ("Zawalił się most na Wiśle w Warszawie, trzy osoby ranne", "pl"),
        ("В Варшаве рухнул мост через Вислу, трое раненых", "ru"),
    ],
)
def test_the_same_event_is_likelier_than_another_in_any_language(
    title: str, language: str, vectors: Vectors
) -> None:
    alike = score(BRIDGE, make_story("b", title, language=language), vectors)
    other = score(BRIDGE, make_story("c", "Parliament votes on fuel tax"), vectors)
    assert alike > 0.5 > 0.2 > other


def test_a_denial_is_less_alike_than_a_rewording(vectors: Vectors) -> None:
    event = make_story("a", "Minister took money from builder, prosecutors say")
    reworded = make_story("b", "Minister took money from a builder, say the prosecutors")
    denied = make_story("c", "Minister denies he took money from builder")
    assert score(event, reworded, vectors) > score(event, denied, vectors)


def test_likeness_is_the_same_both_ways(vectors: Vectors) -> None:
    other = make_story("b", "Warsaw bridge falls", "Three people were hurt when a bridge fell on Monday.")
    assert score(BRIDGE, other, vectors) == pytest.approx(score(other, BRIDGE, vectors), abs=1e-6)


def test_many_pairs_at_once_score_like_one_by_one(vectors: Vectors) -> None:
    pairs = [(BRIDGE, make_story(str(i), title)) for i, title in enumerate(("Bridge falls", "Tax", ""))]
    together = [s for s, _ in same_all(pairs, vectors)]
    assert together == pytest.approx([score(a, b, vectors) for a, b in pairs], abs=1e-5)
    assert same_all([], vectors) == []


@pytest.mark.parametrize("title", ["", "\x00", "😀😀", "Earthquake", "word " * 2000, "\u202eright to left"])
def test_any_title_has_a_likeness(title: str, vectors: Vectors) -> None:
    found, _ = same(BRIDGE, make_story("b", title, title), vectors)
    assert 0 <= found <= 1


def test_a_story_in_a_language_no_model_knows_is_judged_by_names(vectors: Vectors) -> None:
    named = make_story("b", "Vistula Warsaw brúin hrundi, þrír slasaðir", language="is")
    other = make_story("c", "Veðrið verður gott á morgun", language="is")
    assert score(BRIDGE, named, vectors) > score(BRIDGE, other, vectors)


def test_a_misdetected_language_changes_little(vectors: Vectors) -> None:
    other = make_story("b", "Three hurt as Warsaw bridge collapses")
    right = score(BRIDGE, other, vectors)
    assert score(BRIDGE, replace(other, language="nl"), vectors) > right / 2


def test_features_have_names_that_people_read(vectors: Vectors) -> None:
    one, two = (clip(s, vectors.embed([embed_text(s.title)])[0]) for s in (BRIDGE, BRIDGE))
    named = features(one, two).named()
    assert named["wording"] == pytest.approx(1)
    assert named["words"] == pytest.approx(1)
    assert "shared turn" in named
    assert likeness(features(one, two)) > 0.9


def test_the_likest_come_first_and_the_story_itself_is_left_out(wire: Wire) -> None:
    story, vector = wire("a", "Bridge over the Vistula collapses in Warsaw")
    near, far = wire("b", "Warsaw bridge collapses"), wire("c", "Fuel tax passed")
    found = likest(story, vector, [far, (story, vector), near], n=5)
    assert [alike.story.id for alike in found] == ["b", "c"]
    assert found[0].likeness > found[1].likeness
    assert isinstance(found[0].features, Features)
    assert likest(story, vector, [(story, vector)]) == ()


def test_words_that_every_story_has_say_nothing() -> None:
    one, other = (clip(make_story(i, "Kim visits Putin"), pointing(1)) for i in "ab")
    usual = measure(one, [other], weights().rarity_of)[0]
    nothing = measure(one, [other], lambda codes: np.zeros(len(codes), np.float32))[0]
    assert usual[Features.__slots__.index("rarest")] > 0
    assert nothing[Features.__slots__.index("rarest")] == 0
    assert np.isfinite(nothing).all()


def test_only_the_beginning_of_a_summary_goes_into_the_vector() -> None:
    assert embed_text("Title", "Lead.") == "Title Lead."
    assert len(embed_text("Title", "word " * 1000)) < 320
    assert embed_text("novyj most", language="ru") == "новый мост"
