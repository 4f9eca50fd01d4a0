"""What is seen of two stories, measured for one story against many at once.

Sums over the codes that two stories share are taken for all others together: the one story's codes are
marked in a table, and the table is read at the others' codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    columns: tuple[ArrayLike, ...] = (
        np.concatenate([other.point for other in others]).reshape(len(others), -1) @ one.point,
        [bool(mine.language and r.language and mine.language != r.language) for r in theirs],
        [mine.unspaced != r.unspaced for r in theirs],
        [mine.unread or r.unread for r in theirs],
        *_close(one, others),
        _wording(mine, theirs),
        *_words(mine, theirs, rarity),
        [mine.has_lead and r.has_lead for r in theirs],
        [(mine.turns ^ r.turns).bit_count() for r in theirs],
        [(mine.turns & r.turns).bit_count() for r in theirs],
    )
    found: Column = np.empty((len(others), len(columns)))
    for i, column in enumerate(columns):
        found[:, i] = column
    return found.round(5)


def _wording(mine: Reading, theirs: Sequence[Reading]) -> Table:
    """How many of the letters of titles agree."""
    letters = _Bag([r.letters for r in theirs])
    both = letters.sums(_marked(mine.letters)[letters.codes].astype(np.float32))
    return _share(both, len(mine.letters) - 1, letters.sizes - 1)


def _words(mine: Reading, theirs: Sequence[Reading], rarity: Rarity) -> tuple[Table, ...]:
    """What the words say: `words`, `texts`, `rarest`, `rare` and `told` of Features.

    The titles of all stories, this one first, and their texts after that are weighed as one bag: what is done
    once for a thousand words costs little more than what is done for ten.
    """
    every, n = (mine, *theirs), 1 + len(theirs)
    bag = _Bag([r.words for r in every] + [r.all_words for r in every])
    weights = rarity(bag.codes)
    in_title, in_text = (weights * _marked(codes)[bag.codes] for codes in (mine.words, mine.all_words))
    whole, told_there, told_here = (bag.sums(each) for each in (weights, in_title, in_text))
    my_title, my_text, their_titles, their_texts = whole[0], whole[n], whole[1:n], whole[n + 1 :]
    return (
        _share(told_there[1:n], my_title, their_titles),
        _share(told_here[n + 1 :], my_text, their_texts),
        bag.most(in_title)[1:n],
        np.log1p(bag.sums(np.maximum(in_text - COMMON, 0))[n + 1 :]),
        np.maximum(
            told_here[1:n] / np.maximum(their_titles, 1e-6), told_there[n + 1 :] / max(my_title, 1e-6)
        ),
    )


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
        self.sizes = np.fromiter(map(len, codes), np.intp, len(codes))
        self.codes = np.concatenate(codes)
        self._starts = self.sizes.cumsum() - self.sizes

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


def _share(shared: Table, mine: float, theirs: Table | NDArray[np.intp]) -> Table:
    """What is shared of two wholes, as the cosine of two sets."""
    return np.asarray(shared / np.sqrt(np.maximum(mine * theirs, 1e-6)))
