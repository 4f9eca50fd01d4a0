"""What is seen of two stories, measured for one story against many at once.

Sums over the codes that two stories share are taken for all others together: the one story's codes are
marked in a table with their weights, and the table is read at the others' codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from watcher.models import Story
from watcher.stories.reading import CODES, Codes, Reading
from watcher.stories.vectors import Vector

Table = NDArray[np.float32]
Column = NDArray[np.float64]
Rarity = Callable[[Codes], Table]
"""The weights of codes of words: how rare each is, as its logarithm."""


@dataclass(frozen=True, slots=True, eq=False)
class Clipping:
    """A story as it is compared: what was read of it, and its point of meaning."""

    story: Story
    reading: Reading
    point: Vector


@dataclass(frozen=True, slots=True)
class Features:
    """What was seen of two stories.

    `meaning` is the cosine of their points (-1 to 1), `across` whether they are in two languages (0 or 1),
    `scripts` whether one of these has no spaces, so that the two cannot share a word (0 or 1).
    `unread` is whether they are and the sentence model has not learned one of these (0 or 1).
    `wording` is how many of the letters of their titles agree, `words` how many words of the titles and
    `texts` of title and lead, by weight of their rarity, all 0 to 1. `rarest` is the rarity of the rarest word
    that the titles share, `told` how much of a title the other story tells somewhere. `leads` is whether
    both have a lead. `turn` counts kinds of step (a denial, a reaction) that only one title tells of,
    `shared_turn` those that both do.
    """

    meaning: float
    across: float
    scripts: float
    unread: float
    wording: float
    words: float
    texts: float
    rarest: float
    told: float
    leads: float
    turn: float
    shared_turn: float

    def named(self) -> dict[str, float]:
        """The features by the names that people read."""
        return {one.name.replace("_", " "): getattr(self, one.name) for one in fields(self)}


NAMES = tuple(one.name for one in fields(Features))


def measure(one: Clipping, others: Sequence[Clipping], rarity: Rarity) -> Column:
    """The features of one story with each of some others, shape (others, features), in the order of NAMES."""
    mine, theirs = one.reading, [other.reading for other in others]
    titles, texts = _Bag([r.words for r in theirs]), _Bag([r.all_words for r in theirs])
    letters = _Bag([r.letters for r in theirs])
    title_marks, text_marks = _marked(mine.words, rarity), _marked(mine.all_words, rarity)
    my_title, my_text = title_marks[mine.words].sum(), text_marks[mine.all_words].sum()
    their_titles = titles.sums(rarity(titles.codes))
    same_letters = letters.sums(_marked(mine.letters, _one_each)[letters.codes])
    in_text = texts.sums(title_marks[texts.codes]) / max(my_title, 1e-6)
    of_text = titles.sums(text_marks[titles.codes]) / np.maximum(their_titles, 1e-6)
    turns = np.array([r.turns for r in theirs], np.uint16)
    across = np.array([bool(mine.language and r.language and mine.language != r.language) for r in theirs])
    columns = (
        np.stack([other.point for other in others]) @ one.point,
        across,
        np.array([mine.unspaced != r.unspaced for r in theirs]),
        across & np.array([mine.unread or r.unread for r in theirs]),
        _share(same_letters, len(mine.letters) - 1, letters.sizes - 1),
        _share(titles.sums(title_marks[titles.codes]), my_title, their_titles),
        _share(texts.sums(text_marks[texts.codes]), my_text, texts.sums(rarity(texts.codes))),
        titles.most(title_marks[titles.codes]),
        np.maximum(in_text, of_text),
        np.array([mine.has_lead and r.has_lead for r in theirs]),
        np.bitwise_count(turns ^ np.uint16(mine.turns)),
        np.bitwise_count(turns & np.uint16(mine.turns)),
    )
    return np.column_stack(columns).astype(np.float64)


class _Bag:
    """The codes of many stories end to end, to be summed story by story."""

    def __init__(self, codes: Sequence[Codes]) -> None:
        self.sizes = np.array([len(one) for one in codes])
        self.codes = np.concatenate(codes)
        self._starts = np.concatenate(([0], np.cumsum(self.sizes[:-1])))

    def sums(self, values: Table) -> Table:
        return np.asarray(np.add.reduceat(values, self._starts))

    def most(self, values: Table) -> Table:
        return np.asarray(np.maximum.reduceat(values, self._starts))


def _marked(codes: Codes, rarity: Rarity) -> Table:
    """A table of all codes that has nothing but the weights of these."""
    marks = np.zeros(CODES, np.float32)
    marks[codes] = rarity(codes)
    return marks


def _one_each(codes: Codes) -> Table:
    """Every code but the empty one weighs the same."""
    return np.asarray(codes != 0, np.float32)


def _share(shared: Table, mine: float, theirs: Table) -> Table:
    """What is shared of two wholes, as the cosine of two sets."""
    return np.asarray(shared / np.sqrt(np.maximum(mine * theirs, 1e-6)))
