"""Fit the weights by which stories are compared, from labelled pairs: watcher/stories/likeness.npz.

    python -m benchmarks.fit_likeness DATA_DIRECTORY

Fitting again gives the same file. What is learned: each language's mean sentence vector, the directions in
which sentence vectors differ most, how rare each word is (as hashed counts), and the factors of a logistic
regression over the named features of two stories. The figures printed are cross-validated: pairs that share
a text, and whatever hangs together through such pairs, are always held out together.

Few labelled pairs are in languages that the sentence model has not learned. So each of the others is taken a
second time as if it were: with the points that the glossary gives it (see benchmarks/fit_glossary.py).
And each is taken once as it is where nothing was read closely, and once as where both were.
"""

from __future__ import annotations

import argparse
import csv
import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.fit_report import Floats, report
from benchmarks.labelled import (
    PACKAGE,
    PAIRS,
    TRANSLATED,
    Pair,
    close_text_of,
    read_newswire,
    read_pairs,
    read_streams,
    rows,
    story,
    text_of,
)
from watcher.models import Story
from watcher.stories.glossary import Glossary, load_glossary
from watcher.stories.likeness import PRODUCTS, kinds, terms
from watcher.stories.measures import NAMES, Clipping, measure
from watcher.stories.reading import CODES, read
from watcher.stories.vectors import CLOSER, READ_CLOSELY, Vector, load_vectors
from watcher.stories.weights import RARITY_STEPS, WEIGHTS, Weights, to_close_points, to_points

TRANSLATED_COUNTS = 0.3
"""A pair of translations counts for that much of a pair labelled by people: it is the easier kind."""
MOST = 3
"""Pairs of one cluster that are taken: more would only say the same again."""
SIZE = 128
"""Numbers of a point. 256 are no better (docs/decisions.md), 64 are worse."""
FLATTEN = 0.25
"""How far the strong directions are made as weak as the others: 0 not at all, 0.5 wholly."""
SHRINK = 25
"""A language's mean counts for as much as that many texts of the mean of all."""
TERMS = (*NAMES, *map("*".join, PRODUCTS))
CLOSE = ("close",)
"""What is weighed besides where both stories were read closely."""
WITHIN = (
    *("meaning", "wording", "texts", "rarest", "rare", "told", "leads", "turn", "shared_turn"),
    *("meaning*wording", "turn*wording"),
)
ACROSS = (
    *("meaning", "texts", "rarest", "rare", "leads", "scripts"),
    "scripts*meaning",
)
"""What is weighed for stories of one language and of two. Across languages little is labelled, so little is
weighed: with all of it, translations of each other taught what holds for them alone."""
RIDGE = 1.0
FOLDS = 5
_KINDS = ("of one language", "of two", "of one not learned", "of two, one not learned")
KINDS = (*_KINDS, *(f"{kind}, closely" for kind in _KINDS))
"""What there are factors for, in the order of `likeness.kinds`."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=PACKAGE / "stories" / WEIGHTS)
    parser.add_argument("--cache", type=Path, help="keep the sentence vectors here between runs")
    parser.add_argument("--close-cache", type=Path, help="and those of closer reading here")
    asked = parser.parse_args()
    pairs, learned, x, y, w = examples(asked.data, asked.cache, asked.close_cache)
    report(pairs, y, cross_validated(x, y, w, folds(pairs)))
    factors, bias = fit_all(x, y, w)
    for name, *each in zip(TERMS, *factors, strict=True):
        print(f"  {name:16}", *(f"{kind} {one:+.3f} " for kind, one in zip(KINDS, each, strict=True)))
    write(asked.out, arrays_of(learned, factors, bias))


def examples(
    data: Path, cache: Path | None = None, close_cache: Path | None = None
) -> tuple[list[Pair], Weights, Floats, Floats, Floats]:
    """The labelled pairs, what was learned without labels, and of each pair: terms, answer, weight."""
    pairs = [pair for name in PAIRS for pair in read_pairs(data, name)]
    stories = [*read_streams(data), *read_newswire()]
    everything = list({text_of(s): s for p in pairs for s in (p.a, p.b)}.values()) + stories
    vectors = embed(everything, cache)
    learned = learn_space(everything, vectors)
    pairs += translated_pairs(data, vectors, learned)
    read_closely = list({close_text_of(s): s for pair in pairs for s in (pair.a, pair.b)}.values())
    close = embed_closely(read_closely, close_cache)
    learned = replace(learned, close_means=close_means(read_closely, close, learned))
    pairs += [looked_up(pair, i) for i, pair in enumerate(pairs)]
    pairs += [replace(pair, closely=True) for pair in pairs]
    eyes = Eyes(vectors, close, learned, load_glossary())
    x = terms(np.array([features_of(pair, eyes) for pair in pairs]))
    y = np.array([pair.same for pair in pairs], float)
    w = np.array([TRANSLATED_COUNTS if pair.source == TRANSLATED else 1.0 for pair in pairs])
    return pairs, learned, x, y, w


# --------------------------------------------------------------------------------------- reading


def translated_pairs(data: Path, vectors: dict[str, Vector], learned: Weights) -> list[Pair]:
    """Stories in two languages that are translations of each other, and those that are not.

    The pairs labelled by people know no two languages but German and English. Of those that are not, some
    come near in meaning, some share the most words, some are any two: chosen by one of these alone, they
    would teach that it counts against two stories.
    """
    with (data / "wmt21_clusters.csv").open(encoding="utf-8") as file:
        cluster = {row["id"]: row["cluster"] for row in csv.DictReader(file)}
    stories = [story(row["id"], row) for row in rows(data / "wmt21.jsonl.gz")]
    matrix = np.stack([vectors[text_of(one)] for one in stories])
    points = to_points(matrix, [one.language for one in stories], learned)
    clippings = [Clipping(one, read(one), point) for one, point in zip(stories, points, strict=True)]
    found, taken, chance = [], Counter[str](), np.random.default_rng(1)
    for one in clippings:
        foreign = [o for o in clippings if o.story.language != one.story.language]
        same = [o for o in foreign if cluster[o.story.id] == cluster[one.story.id]]
        others = [o for o in foreign if cluster[o.story.id] != cluster[one.story.id]]
        seen = measure(one, others, learned.rarity_of)
        picked = {int(seen[:, NAMES.index(name)].argmax()) for name in ("meaning", "told")}
        picked.add(int(chance.integers(len(others))))
        found += [Pair(TRANSLATED, one.story, others[i].story, False, None) for i in sorted(picked)]
        for other in same:
            if taken[cluster[one.story.id]] < MOST and other.story.id > one.story.id:
                found.append(Pair(TRANSLATED, one.story, other.story, True, None))
                taken[cluster[one.story.id]] += 1
    return found


def embed(stories: Sequence[Story], cache: Path | None) -> dict[str, Vector]:
    """The sentence vector of each text."""
    return _embedded(sorted({text_of(one) for one in stories}), "use", cache)


def embed_closely(stories: Sequence[Story], cache: Path | None) -> dict[str, Vector]:
    """What closer reading gives of each text, as exactly as the store keeps it."""
    found = _embedded(sorted({close_text_of(one) for one in stories}), CLOSER, cache)
    return {text: vector.astype(np.float16).astype(np.float32) for text, vector in found.items()}


def _embedded(texts: Sequence[str], model: str, cache: Path | None) -> dict[str, Vector]:
    if cache and cache.exists():
        with np.load(cache, allow_pickle=False) as kept:
            known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))
    else:
        known = {}
    missing = [text for text in texts if text not in known]
    if missing:
        known.update(zip(missing, load_vectors(model).embed(missing), strict=True))
        if cache:
            np.savez(cache, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return {text: known[text] for text in texts}


# ---------------------------------------------------------------------------------------- learning


def learn_space(stories: Sequence[Story], vectors: dict[str, Vector]) -> Weights:
    """What can be learned without labels: means, directions, rarities."""
    by_language: dict[str, list[Vector]] = defaultdict(list)
    for one in stories:
        by_language[one.language].append(vectors[text_of(one)])
    languages = {"": 0, **{code: i for i, code in enumerate(sorted(by_language), 1)}}
    means = shrunk_means(by_language, languages)
    centred = np.vstack([np.stack(by_language[c]) - means[languages[c]] for c in sorted(by_language)])
    projection = np.float16(directions(centred)).astype(np.float32)
    none = np.zeros(0)
    return Weights(languages, means, projection, learn_rarity(stories), none, none, means[:0])


def close_means(stories: Sequence[Story], close: dict[str, Vector], learned: Weights) -> Vector:
    """The means of what closer reading gave, in the order of the languages that were learned."""
    by_language: dict[str, list[Vector]] = defaultdict(list)
    for one in stories:
        by_language[one.language].append(close[close_text_of(one)])
    return shrunk_means(by_language, learned.languages)


def shrunk_means(by_language: dict[str, list[Vector]], languages: dict[str, int]) -> Vector:
    """Each language's mean, drawn towards that of all (row 0) the more the fewer texts there are of it."""
    overall = np.mean([np.mean(found, axis=0) for _, found in sorted(by_language.items())], axis=0)
    found = np.tile(overall, (len(languages), 1))
    for code, texts in by_language.items():
        own = np.mean(texts, axis=0)
        found[languages[code]] = (len(texts) * own + SHRINK * overall) / (len(texts) + SHRINK)
    return np.float16(found).astype(np.float32)


def directions(centred: Vector) -> Vector:
    """The directions of greatest spread as columns, each with its sign made definite, strong ones damped."""
    spread, axes = np.linalg.eigh(np.cov(centred.T.astype(np.float64)))
    spread, axes = spread[::-1][:SIZE], axes[:, ::-1][:, :SIZE]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), range(SIZE)])
    return np.asarray(axes * (spread / spread[0] + 1e-3) ** -FLATTEN, np.float32)


def learn_rarity(stories: Sequence[Story]) -> NDArray[np.float32]:
    """The logarithm of how seldom a story has each code, in steps; code 0 weighs nothing."""
    counts = np.zeros(CODES)
    for one in stories:
        counts[read(one).all_words] += 1
    rarity = np.log((len(stories) + 1) / (counts + 1))
    rarity[0] = 0
    return np.float32(np.round(rarity * RARITY_STEPS) / RARITY_STEPS)


def looked_up(pair: Pair, number: int) -> Pair:
    """The pair as if the model had not learned a language of it: its own, or one of its two."""
    both = pair.a.language == pair.b.language
    return replace(pair, looked_up=(both or number % 2 == 0, both or number % 2 == 1))


@dataclass(frozen=True, slots=True)
class Eyes:
    """All that a story is looked at with: the vectors of texts, read once and closely; what was learned."""

    vectors: dict[str, Vector]
    close: dict[str, Vector]
    learned: Weights
    glossary: Glossary

    def clipping(self, one: Story, *, as_unread: bool, closely: bool) -> Clipping:
        vector = self.vectors[text_of(one)]
        close = self.close[close_text_of(one)] if closely else np.zeros(READ_CLOSELY, np.float32)
        whole = np.concatenate((vector, close))[None, :]
        found = to_close_points(whole, [one.language], self.learned)[0]
        reading = read(one)
        if not (reading.unread or as_unread):
            return Clipping(one, reading, to_points(whole, [one.language], self.learned)[0], found)
        point = self.glossary.point(text_of(one), one.language)
        point /= max(float(np.linalg.norm(point)), 1e-9)
        return Clipping(one, replace(reading, unread=True), point, found)


def features_of(pair: Pair, eyes: Eyes) -> Floats:
    a, b = (
        eyes.clipping(one, as_unread=as_unread, closely=pair.closely)
        for one, as_unread in zip((pair.a, pair.b), pair.looked_up, strict=True)
    )
    return np.asarray(measure(a, [b], eyes.learned.rarity_of)[0])


def fit_all(x: Floats, y: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Factors and bias for stories of one language and of two, in learned languages and in others."""
    kind = kinds(x)
    factors, bias = np.zeros((len(KINDS), x.shape[1])), np.zeros(len(KINDS))
    for i in range(len(KINDS)):
        names = (*(ACROSS if i % 2 else WITHIN), *(CLOSE if i >= len(_KINDS) else ()))
        columns = [TERMS.index(name) for name in names]
        part = kind == i
        factors[i, columns], bias[i] = fit(x[part][:, columns], y[part], w[part])
    return factors, bias


def fit(x: Floats, y: Floats, w: Floats) -> tuple[Floats, float]:
    """Factors and bias of a logistic regression, each feature shrunk alike; by Newton's steps."""
    middle, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    design = np.column_stack(((x - middle) / spread, np.ones(len(x))))
    penalty = np.diag([RIDGE] * x.shape[1] + [1e-6])
    found = np.zeros(design.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (w * (p - y)) + penalty @ found
        found -= np.linalg.solve((design * (w * p * (1 - p))[:, None]).T @ design + penalty, slope)
    factors = np.round(found[:-1] / spread, 6)
    return factors, round(float(found[-1] - factors @ middle), 6)


def write(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write what was learned, in one order and with one date, so that the same is the same to the byte."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED)
    print(f"wrote {path}, {path.stat().st_size:,} bytes")


def arrays_of(learned: Weights, factors: Floats, bias: Floats) -> dict[str, NDArray[Any]]:
    """The weights as they are stored."""
    return {
        "languages": np.array(list(learned.languages)),
        "means": learned.means.astype(np.float16),
        "projection": learned.projection.astype(np.float16),
        "rarity": np.round(learned.rarity * RARITY_STEPS).astype(np.uint8),
        "factors": factors,
        "bias": bias,
        "close_means": learned.close_means.astype(np.float16),
    }


# ------------------------------------------------------------------------------- cross-validation


def folds(pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """A fold for each pair; pairs that hang together through shared texts have one."""
    parent: dict[str, str] = {}

    def root(text: str) -> str:
        while parent.setdefault(text, text) != text:
            parent[text] = text = parent[parent[text]]
        return text

    for pair in pairs:
        if pair.same or pair.source != TRANSLATED:  # its other pairs would chain all clusters together
            parent[root(text_of(pair.a))] = root(text_of(pair.b))
    roots = sorted({root(text_of(pair.a)) for pair in pairs})
    drawn = dict(zip(roots, np.random.default_rng(1).permutation(len(roots)) % FOLDS, strict=True))
    return np.array([drawn[root(text_of(pair.a))] for pair in pairs])


def cross_validated(x: Floats, y: Floats, w: Floats, fold: NDArray[np.int64]) -> Floats:
    """Each pair's likeness as said by weights that never saw it."""
    p = np.zeros(len(y))
    for k in range(FOLDS):
        factors, bias = fit_all(x[fold != k], y[fold != k], w[fold != k])
        odds = (x @ factors.T + bias)[np.arange(len(x)), kinds(x)]
        p[fold == k] = 1 / (1 + np.exp(-odds))[fold == k]
    return p


if __name__ == "__main__":
    main()
