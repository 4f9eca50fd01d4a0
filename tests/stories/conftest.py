"""Stories and vectors for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests import warm
from watcher.models import Story
from watcher.stories.likeness import embed_text
from watcher.stories.vectors import Vector, Vectors

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)
Wire = Callable[..., tuple[Story, Vector]]


def make_story(
    id_: str, title: str, summary: str = "", language: str = "en", minutes: float = 0, outlet: str = ""
) -> Story:
    at = NOON + timedelta(minutes=minutes)
    return Story(id_, title, f"https://{id_}.example/", outlet or f"{id_}.example", at, at, summary, language)


@pytest.fixture(scope="session")
def vectors() -> Vectors:
    """The sentence model that ships; it is read once for all tests."""
    return warm.model()


@pytest.fixture
def wire(vectors: Vectors) -> Wire:
    """Makes a story with its vector, as it comes to the grouper."""

    def make(*args: object, **kwargs: object) -> tuple[Story, Vector]:
        story = make_story(*args, **kwargs)  # type: ignore[arg-type]
        return story, vectors.embed([embed_text(story.title, story.summary)])[0]

    return make


def pointing(*places: float) -> Vector:
    """A vector of 512 numbers that begins with these, for tests that need no meaning."""
    vector = np.zeros(512, np.float32)
    vector[: len(places)] = places
    return vector
