"""Common words of a query are met by a story's meaning: weak evidence, beside a name that it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from tests import warm
from tests.topics.newsroom import NAMES, story, topic
from watcher.models import Match, Story, Topic
from watcher.stories.likeness import embed_text
from watcher.stories.vectors import Vector
from watcher.taster import CopyTaster


class Embedding:
    """The real sentence vectors, and how many texts they were asked for."""

    size = 512

    def __init__(self) -> None:
        self.model = warm.model()
        self.texts: list[str] = []

    def embed(self, texts: list[str], languages: Sequence[str] = ()) -> Vector:
        self.texts += texts
        return self.model.embed(texts, languages)


@pytest.fixture(scope="module")
def vectors() -> Embedding:
    return Embedding()


def read(vectors: Embedding, watched: Topic, one: Story) -> Match | None:
    found = CopyTaster([watched], NAMES, vectors, timedelta(days=7)).read([one]).found
    return found[0][1] if found else None


def test_a_word_that_no_lexicon_has_is_met_in_another_language_by_what_the_story_says(
    vectors: Embedding,
) -> None:
    watched = topic("putin horse", "wide")
    french = story("Poutine offre un cheval au sultan", language="fr")
    match = read(vectors, watched, french)
    assert match
    assert ("horse", "likeness", "") in [(r.term, r.how, r.text) for r in match.reasons]
    assert not read(vectors, watched, story("Poutine fête ses soixante-dix ans", language="fr"))


def test_in_its_own_language_a_word_has_to_stand_there(vectors: Embedding) -> None:
    assert not read(vectors, topic("putin horse", "wide"), story("Putin gives a mare to the sultan"))


def test_meaning_is_never_the_only_ground(vectors: Embedding) -> None:
    watched = topic("putin horse", "wide")
    assert not read(vectors, watched, story("Un cheval pour le sultan", language="fr"))


def test_meaning_alone_never_makes_a_strict_match(vectors: Embedding) -> None:
    french = story("Poutine offre un cheval au sultan", language="fr")
    assert not read(vectors, topic("putin horse", "strict"), french)


def test_only_stories_that_may_come_to_match_are_embedded(vectors: Embedding) -> None:
    vectors.texts.clear()
    far = story("Le festival de jazz ouvre ses portes", language="fr")
    assert not read(vectors, topic("putin horse"), far)
    assert vectors.texts == []
    near = story("Poutine parle", language="fr")
    read(vectors, topic("putin horse"), near)
    assert embed_text(near.title, "", "fr") in vectors.texts


def test_a_name_that_nobody_listed_is_not_met_by_meaning(vectors: Embedding) -> None:
    french = story("Poutine offre un cheval au sultan", language="fr")
    assert not read(vectors, topic("putin Brontel", "wide"), french)
    assert not read(vectors, topic('putin "white horse"', "wide"), french)


def test_a_blank_story_has_no_meaning(vectors: Embedding) -> None:
    assert not np.any(vectors.embed([""]))
    assert not read(vectors, topic("putin horse"), story("", language="fr"))
