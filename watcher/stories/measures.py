"""What is seen of two stories, measured for one story against many at once.

Sums over the codes that two stories share are taken for all others together: the one story's codes are
marked in a table, and the table is read at the others' codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from watcher.models import Story
from watcher.stories.reading import CODES, Codes, Reading
from watcher.stories.vectors import UNREAD, Vector

Table = NDArray[np.float32]
Column = NDArray[np.float64]
Rarity = Callable[[Codes], Table]
"""The weights of codes of words: how rare each is, as its logarithm."""


@dataclass(frozen=True, slots=True, eq=False)
class Clipping:
    """A story as it is compared: what was read of it, its point of meaning, and that of closer reading."""

    story: Story
    reading: Reading
    point: Vector
    close: Vector = field(default_factory=lambda: UNREAD)


@dataclass(frozen=True, slots=True)
class Features:
    """What was seen of two stories.

    `meaning` is the cosine of their points (-1 to 1), `across` whether they are in two languages (0 or 1),
    `scripts` whether one of these has no spaces, so that the two cannot share a word (0 or 1).
    `unread` is whether the sentence model has not learned the language of one, so that what it means was
    looked up word by word (0 or 1).
    `close` is the cosine of their points by closer reading (-1 to 1), `closely` whether both were read so
    (0 or 1); where they were not, `close` is 0.
    `wording` is how many of the letters of their titles agree, `words` how many words of the titles and
    `texts` of title and lead, by weight of their rarity, all 0 to 1. `rarest` is the rarity of the rarest
    word that the titles share, `rare` how much rarity the words of title and lead that both have come to
    together, above that of common words and as a logarithm: many say more than one, but not many times as
    much. `told` is how much of a title the other story tells somewhere. `leads` is whether
    both have a lead. `turn` counts kinds of step (a denial, a reaction) that only one title tells of,
    `shared_turn` those that both do.
    """

    meaning: float
    across: float
    scripts: float
    unread: float
    close: float
    closely: float
    wording: float
    words: float
    texts: float
    rarest: float
    rare: float
    told: float
    leads: float
    turn: float
    shared_turn: float

    def named(self) -> dict[str, float]:
        """The features by the names that people read."""
        return {one.name.replace("_", " "): getattr(self, one.name) for one in fields(self)}


COMMON = 4.0
"""The rarity up to which a shared word says nothing of its own: some one story in fifty has it."""

NAMES = tuple(one.name for one in fields(Features))


def measure(one: Clipping, others: Sequence[Clipping], rarity: Rarity) -> Column:
    """The features of one story with each of some others, shape (others, features), in the order of NAMES.

    Rounded, since the last places depend on how many were compared at once, and groups must not.
    """
    mine, theirs = one.reading, [other.reading for other in others]
    titles, texts = _Bag([r.words for r in theirs]), _Bag([r.all_words for r in theirs])
    letters = _Bag([r.letters for r in theirs])
    in_title, in_text, in_letters = (_marked(codes) for codes in (mine.words, mine.all_words, mine.letters))
    title_weights, text_weights = rarity(titles.codes), rarity(texts.codes)
    my_title, my_text = rarity(mine.words).sum(), rarity(mine.all_words).sum()
    their_titles, their_texts = titles.sums(title_weights), texts.sums(text_weights)
    both_titles = title_weights * in_title[titles.codes]
    told_here = titles.sums(title_weights * in_text[titles.codes]) / np.maximum(their_titles, 1e-6)
    told_there = texts.sums(text_weights * in_title[texts.codes]) / max(my_title, 1e-6)
    both_texts = text_weights * in_text[texts.codes]
    both_letters = letters.sums(in_letters[letters.codes].astype(np.float32))
    turns = np.array([r.turns for r in theirs], np.uint16)
    across = np.array([bool(mine.language and r.language and mine.language != r.language) for r in theirs])
    columns = (
        np.stack([other.point for other in others]) @ one.point,
        across,
        np.array([mine.unspaced != r.unspaced for r in theirs]),
        np.array([mine.unread or r.unread for r in theirs]),
        *_close(one, others),
        _share(both_letters, len(mine.letters) - 1, letters.sizes - 1),
        _share(titles.sums(both_titles), my_title, their_titles),
        _share(texts.sums(both_texts), my_text, their_texts),
        titles.most(both_titles),
        np.log1p(texts.sums(np.maximum(both_texts - COMMON, 0))),
        np.maximum(told_here, told_there),
        np.array([mine.has_lead and r.has_lead for r in theirs]),
        np.bitwise_count(turns ^ np.uint16(mine.turns)),
        np.bitwise_count(turns & np.uint16(mine.turns)),
    )
    found: Column = np.column_stack(columns).astype(np.float64)
    return found.round(5)


def _close(one: Clipping, others: Sequence[Clipping]) -> tuple[Table, Table]:
    """How near others are to one by closer reading, and whether they and it were read so."""
    near, closely = np.zeros(len(others), np.float32), np.zeros(len(others), np.float32)
    if one.close.size:
        for i, other in enumerate(others):
            if other.close.size:
                near[i], closely[i] = one.close @ other.close, 1
    return near, closely


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


def _marked(codes: Codes) -> NDArray[np.bool_]:
    """A table of all codes that says which are among these; the empty one is not."""
    marks = np.zeros(CODES, np.bool_)
    marks[codes] = True
    marks[0] = False
    return marks


def _share(shared: Table, mine: float, theirs: Table) -> Table:
    """What is shared of two wholes, as the cosine of two sets."""
    return np.asarray(shared / np.sqrt(np.maximum(mine * theirs, 1e-6)))
