"""The words that topics want, and how a word of a story meets them: the costly part, done once a word.

A story's word is looked up in one table. What is not there yet is worked out when first met (exact,
with an ending, by its sound, with one slip of the hand) and kept; so the cost of a story is that of
looking up its words, however many topics there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations
from typing import Final, TypeVar

from rapidfuzz.distance import OSA

from watcher.topics import endings
from watcher.topics.lexicon import Lexicon
from watcher.topics.names import Names
from watcher.topics.sounds import gist, gists, heard, keys, unvowelled
from watcher.topics.text import UNSPACED

EXACT: Final = 0
INFLECTED: Final = 1
HEARD: Final = 2
FUZZY: Final = 3
DOUBTFUL: Final = 4

Met = tuple[int, int, int]
"""A word's number, how it was met (0–4 above), and the mask of the languages in which that counts.

A doubtful word is near, but a common word or another name: it counts only within a longer form.
"""

_Bent = tuple[int, dict[str, int]]
"""A wanted word's number, and the endings, with their languages, that it takes after what is left of it."""

_One = TypeVar("_One")

KEPT: Final = 300_000
_FEWEST_OPEN = 2
_FEWEST_FUZZY = 4
_FEWEST_TWO_SLIPS = 10
_FEWEST_HEARD = 5
_FEWEST_COMPOUND = 9
_FEWEST_HEAD = 6
_FEWEST_TAIL = 5
_LONGEST = 40


class Words(dict[str, tuple[Met, ...]]):
    """The wanted words by number; as a mapping, from a folded word of a story to what it meets."""

    def __init__(self, lexicon: Lexicon, catalogues: Sequence[Names]) -> None:
        super().__init__()
        self._is_common = lexicon.knows
        self._little = frozenset().union(*lexicon.little.values())
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._open: dict[str, int] = {}
        self._open_starts: set[str] = set()
        self._stems: dict[str, tuple[_Bent, ...]] = {}
        self._whole: dict[str, tuple[int, ...]] = {}
        self._heard: dict[str, tuple[_Bent, ...]] = {}
        self._gists: set[bytes] = set()
        self._tails: dict[str, int] = {}
        self._tail_starts: set[str] = set()
        self._heads: dict[str, set[int]] = defaultdict(set)
        self._slips: dict[str, tuple[int, ...]] = {}
        # What is not in a set is told by one place in memory, in a dict of words by three; and most are not.
        self._near: set[str] = set()
        self._loosest: dict[int, int] = {}
        self._reserved = _joined([names.words for names in catalogues])
        self._alone = _joined([names.alone for names in catalogues])

    def __missing__(self, token: str) -> tuple[Met, ...]:
        met = self._meet(token) if len(token) <= _LONGEST else ()
        if len(self) >= KEPT:
            self.clear()
        self[token] = met
        return met

    def add(self, word: str, loosest: int, *, open: bool = False, tail: bool = False) -> int:
        """The number of a wanted word that may be met up to this loosely.

        `open` takes any ending; a `tail` may end a compound (Klimagipfel).
        """
        key = f"{word}*" if open else word
        number = self._numbers.setdefault(key, len(self._numbers))
        if len(key) >= _FEWEST_FUZZY:
            self._heads[key[:_FEWEST_FUZZY]].add(len(key))
        if open:
            self._open[word] = number
            self._open_starts.add(word[:_FEWEST_OPEN])
        if tail and len(word) >= _FEWEST_TAIL:
            self._tails[key] = number
            self._tail_starts.add(word[:_FEWEST_TAIL])
        known = self._loosest.get(number, -1)
        if number == len(self._names):
            self._names.append(word)
        if loosest > known:
            self._loosest[number] = loosest
            self._index(word, number, known, loosest)
        return number

    def add_spelt(self, spellings: tuple[str, ...]) -> int:
        """The number of a wanted word that has all these spellings, and is met by nothing else."""
        key = "/".join(spellings)
        known = len(self._numbers)
        number = self._numbers.setdefault(key, known)
        if number == known:
            self._names.append(spellings[0])
            self._loosest[number] = INFLECTED
            _note(self._whole, spellings, (number,))
        return number

    def _index(self, word: str, number: int, known: int, loosest: int) -> None:
        one = (number,)
        if known < INFLECTED <= loosest:
            for stem, ends in endings.stems(word):
                _note(self._stems, (stem,), ((number, ends),))
            _note(self._whole, tuple(endings.without_article(word)), one)
        if known < HEARD <= loosest:
            self._note_sounds(word, number)
        if known < FUZZY <= loosest and len(word) >= _FEWEST_FUZZY:
            near = set(_shorter(word))
            self._near |= near
            _note(self._slips, near, one)

    def _note_sounds(self, word: str, number: int) -> None:
        self._note_keys(word, number, endings.ADDED)
        if len(word) > _FEWEST_HEARD and endings.ends_in_vowel(word):
            self._note_keys(word[:-1], number, endings.CHANGED)

    def _note_keys(self, stem: str, number: int, ends: dict[str, int]) -> None:
        known = keys(stem)
        _note(self._heard, known, ((number, ends),))
        self._gists.update(gist(key) for key in known if key.isalnum())

    def _meet(self, token: str) -> tuple[Met, ...]:
        exact = self._numbers.get(token)
        met: list[Met] = [] if exact is None else [(exact, EXACT, endings.EVERY)]
        bare = tuple(endings.bare(token)) if unvowelled(token) else ()
        if self._open and token not in self._alone:
            self._meet_open(token, bare, met)
        ends = endings.possible(token)
        self._meet_inflected(token, ends, bare, met)
        if len(token) >= _FEWEST_COMPOUND:
            self._meet_compound(token, met)
        if exact is None and not token.isdigit():
            settled = bool(met) and any(languages == endings.EVERY for _, _, languages in _merged(met))
            if not settled and self._heard:
                self._meet_heard(token, ends, met)
            if len(token) >= _FEWEST_FUZZY and token not in self._little:
                self._meet_fuzzily(token, met, certain=not settled)
        return _merged(met)

    def _meet_open(self, token: str, bare: Iterable[str], met: list[Met]) -> None:
        lengths = range(_FEWEST_OPEN, len(token) + 1) if token[:_FEWEST_OPEN] in self._open_starts else ()
        starts = ((token[:length], EXACT) for length in lengths)
        after = ((each[:length], INFLECTED) for each in bare for length in range(3, len(each) + 1))
        for start, how in chain(starts, after):
            if (number := self._open.get(start)) is not None:
                met.append((number, how, endings.EVERY))

    def _meet_inflected(self, token: str, ends: Iterable[str], bare: Iterable[str], met: list[Met]) -> None:
        if token in self._whole:
            met += [(number, INFLECTED, endings.EVERY) for number in self._whole[token]]
        for end in ends:
            for number, taken in self._stems.get(token[: -len(end)], ()):
                if languages := taken.get(end):
                    met.append((number, INFLECTED, languages))
        for shorter in bare:
            for form in (shorter, *(shorter[:-size] for size in (1, 2) if len(shorter) - size >= 4)):
                numbers = (*self._whole.get(form, ()), *filter(None, [self._numbers.get(form)]))
                met += [(number, INFLECTED, endings.EVERY) for number in numbers]

    def _meet_compound(self, token: str, met: list[Met]) -> None:
        """What a compound begins with (Putinbesuch, Ukrainepolitik), and what it ends with (Klimagipfel)."""
        for length in self._heads.get(token[:_FEWEST_FUZZY], ()):
            number = self._numbers.get(token[:length]) if length < len(token) - 3 else None
            if number is not None and (length >= _FEWEST_HEAD or self._is_common(token[length:])):
                met.append((number, INFLECTED, endings.COMPOUNDING))
        for at in range(3, len(token) - _FEWEST_TAIL + 1) if self._tails else ():
            if token[at : at + _FEWEST_TAIL] in self._tail_starts:
                self._meet_tail(token, at, met)

    def _meet_tail(self, token: str, at: int, met: list[Met]) -> None:
        if not endings.may_head(token[:at]) or (at < _FEWEST_FUZZY and not self._is_common(token[:at])):
            return
        for end in range(at + _FEWEST_TAIL, len(token) + 1):
            languages = endings.EVERY if end == len(token) else endings.ADDED.get(token[end:], 0)
            if (number := self._tails.get(f"{token[at:end]}*")) is not None:
                met.append((number, INFLECTED, endings.COMPOUNDING))
            if (number := self._tails.get(token[at:end])) is not None:
                met.append((number, INFLECTED, endings.COMPOUNDING & languages))

    def _meet_heard(self, token: str, ends: Sequence[str], met: list[Met]) -> None:
        unspaced = not token.isascii() and UNSPACED.match(token)
        if len(token) < (3 if unspaced else _FEWEST_HEARD) or token in self._reserved:
            return
        if unvowelled(token):
            for shorter in (token, *endings.bare(token, article=False)):
                self._meet_sound(heard(shorter), "", met)
        elif unspaced:
            for cut in range(max(3, len(token) - 3), len(token) + 1):
                self._meet_sound(heard(token[:cut]), "", met)
        elif self._may_begin_so(token, len(ends[0]) if ends else 0):
            for end in (*ends, ""):
                stem = token.removesuffix(end)
                if len(stem) >= _FEWEST_HEARD - 1 and self._may_be_heard(stem):
                    self._meet_sound(heard(stem), end, met)

    def _may_begin_so(self, token: str, longest: int) -> bool:
        """Whether anything may be heard in a token that is left without an ending of up to so many letters.

        Asked once of a token, since most are not; what is left has what its gist begins with.
        """
        told: Iterable[bytes] = gists(token)
        if told and longest:
            told = [gist[:size] for gist in told for size in range(len(gist) - longest, len(gist) + 1)]
        return not told or not self._gists.isdisjoint(told)

    def _may_be_heard(self, stem: str) -> bool:
        told = gists(stem)
        return not told or not self._gists.isdisjoint(told)

    def _meet_sound(self, said: Iterable[str], end: str, met: list[Met]) -> None:
        for each in self._heard.keys() & said:
            for number, ends in self._heard[each]:
                whole = not end and ends is endings.ADDED
                languages = endings.EVERY if whole else ends.get(end, endings.signs(end))
                if languages and abs(len(self._names[number]) - len(each)) <= 4:
                    met.append((number, HEARD, languages))

    def _meet_fuzzily(self, token: str, met: list[Met], *, certain: bool) -> None:
        shared = self._near.intersection(_shorter(token))
        if not shared:
            return
        how = FUZZY if certain and self._may_be_slip(token) else DOUBTFUL
        for number in {number for shorter in shared for number in self._slips[shorter]}:
            word = self._names[number]
            if word != token and _is_near(word, token):
                met.append((number, how, endings.EVERY))

    def _may_be_slip(self, token: str) -> bool:
        return token not in self._reserved and not self._is_common(token)


def _joined(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    return sets[0] if len(sets) == 1 else frozenset().union(*sets)


def _note(table: dict[str, tuple[_One, ...]], keys: Iterable[str], one: tuple[_One, ...]) -> None:
    """Add one to what each key has. Nearly all keys have one, so that all keys of a word share one tuple."""
    for key in keys:
        table[key] = table.get(key, ()) + one


def _merged(met: list[Met]) -> tuple[Met, ...]:
    """What was met, each word once in each way, in any of the languages in which it was."""
    if len(met) < 2:
        return tuple(met)
    merged: dict[tuple[int, int], int] = {}
    for number, how, languages in met:
        merged[number, how] = merged.get((number, how), 0) | languages
    return tuple([(number, how, languages) for (number, how), languages in merged.items()])


def _is_near(word: str, token: str) -> bool:
    """Whether a word and a token that are the same without a letter each, or none, are but a slip apart.

    They are at most two slips apart, which long ones may be; and where one has a letter more, one.
    """
    longer = min(len(word), len(token)) >= _FEWEST_TWO_SLIPS or len(word) != len(token)
    return longer or OSA.distance(word, token, score_cutoff=1) <= 1


def _shorter(word: str) -> Iterator[str]:
    """The word, and the word without each of its letters in turn."""
    return chain((word,), map("".join, combinations(word, len(word) - 1)))
