"""The sentence model is in memory while somebody uses it, and no longer."""

from __future__ import annotations

import numpy as np
import pytest

from watcher import house
from watcher.house import OnDemand
from watcher.stories.vectors import Vectors, load_vectors


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the models that were read, in order."""
    names: list[str] = []

    def reading(name: str) -> Vectors:
        names.append(name)
        return load_vectors(name)

    monkeypatch.setattr(house, "load_vectors", reading)
    return names


def test_the_model_is_read_with_the_first_text_and_let_go_when_idle(read: list[str]) -> None:
    vectors = OnDemand("use")
    assert read == []
    first = vectors.embed(["A ferry runs aground"])
    vectors.rest()  # it was used since the start
    vectors.embed(["Another ferry"])
    assert read == ["use"]
    vectors.rest()
    vectors.rest()
    again = vectors.embed(["A ferry runs aground"])
    assert read == ["use", "use"]
    assert np.array_equal(first, again)
