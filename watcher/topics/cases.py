"""Names as sentences bend them: Путиным, w Polsce, ukraińskie. What is typed so is read as the name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import chain, product
from operator import and_

from watcher.topics import endings

_Ids = tuple[str, ...]
_Forms = Mapping[tuple[str, ...], _Ids]
# Letters with which a word begins as the name does; fewer where the words beside it are of that name too, or
# where another name stands by.
_FEWEST = 4
_FEWEST_CALLED = 3
_FEWEST_BESIDE = 2
_DECLINING = endings.mask_of(endings.DECLINING)


class Cases:
    """The forms of names by their folded words: those good on their own, others, and adjectives of places."""

    def __init__(
        self, strong: _Forms | None = None, others: _Forms | None = None, adjectives: _Forms | None = None
    ) -> None:
        self._strong, self._others, self._adjectives = strong or {}, others or {}, adjectives or {}
        self._words = _by_start(chain.from_iterable(self._strong))
        self._called = _by_start(_alone(self._others))
        self._describing = _by_start(_alone(self._adjectives))

    def bent(self, words: Sequence[str], languages: Collection[str]) -> _Ids:
        """The ids of the one name, or of the names of one form, of which these folded words are a case.

        An adjective of a place may be in a case too. Words in Latin letters are so in these languages alone:
        elsewhere they are rather another's name.
        """
        if len(words) == 2 and words[1] in endings.ADDED:  # behind an apostrophe, as Turkish writes it
            languages, words = {*languages, "tr"}, ("".join(words),)
        spoken = _spoken(words[0], languages)
        fewest = _FEWEST_BESIDE if len(words) > 1 else _FEWEST
        each = [list(_bases(self._words, word, spoken, fewest)) for word in words]
        found = {
            ids
            for bases in product(*each)
            if (ids := self._strong.get(tuple(base for base, _ in bases)))
            and reduce(and_, (mask for _, mask in bases), spoken)
        }
        if not found and len(words) == 1:
            found = set(self._described(words[0], spoken))
        return found.pop() if len(found) == 1 else ()

    def called(self, word: str, languages: Collection[str]) -> _Ids:
        """The ids of the names of one other form of which a folded word is a case."""
        spoken = _DECLINING & _spoken(word, languages)
        found = {self._others[(base,)] for base, _ in _bases(self._called, word, spoken, _FEWEST_CALLED)}
        return found.pop() if len(found) == 1 else ()

    def described(self, word: str) -> Iterator[_Ids]:
        """The ids of each place of which a folded word is the adjective in some case of some language."""
        return self._described(word, endings.EVERY)

    def _described(self, word: str, spoken: int) -> Iterator[_Ids]:
        # In languages that have such cases: in English, canadiens and chinos are other words.
        for base, _ in _bases(self._describing, word, _DECLINING & spoken, _FEWEST):
            yield self._adjectives[(base,)]


def _spoken(word: str, languages: Collection[str]) -> int:
    return endings.mask_of(languages) if word.isascii() else endings.EVERY


def _alone(forms: _Forms) -> Iterator[str]:
    return (key[0] for key in forms if len(key) == 1)


def _by_start(words: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in dict.fromkeys(words):
        found[word[:_FEWEST_BESIDE]].append(word)
    return dict(found)


def _bases(
    words: Mapping[str, Sequence[str]], word: str, spoken: int, fewest: int
) -> Iterator[tuple[str, int]]:
    """The words of which a folded word is a case in some of these languages, with the languages."""
    for base in words.get(word[:_FEWEST_BESIDE], ()):
        if base.startswith(word[:fewest]) and (cased := endings.cased_in(base, word) & spoken):
            yield base, cased
