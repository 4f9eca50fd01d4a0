"""What reading a query asks of a catalogue of names, and of the marks that have been read so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from watcher.topics.scan import Mark
from watcher.topics.text import fold, tokens

Marked = tuple[Mark, tuple[str, ...]]
"""A mark, and the ids of the names that it is."""


class Reader(Protocol):
    """What knows whether words belong together; the catalogue of names is one."""

    def find(self, words: Sequence[str]) -> tuple[str, ...]:
        """The ids of the names that these folded words are a form of."""

    def bent(self, words: Sequence[str], languages: Collection[str]) -> tuple[str, ...]:
        """The ids of the names that these folded words of such languages are a form of, in some case."""

    def called(self, word: str, languages: Collection[str]) -> tuple[str, ...]:
        """The id of the person whom this folded word, in some case, calls by a name that others share."""

    def spoken(self, words: Sequence[str]) -> frozenset[str]:
        """The languages that the folded words of a query are in."""

    def is_phrase(self, words: Sequence[str]) -> bool:
        """Whether these folded words have a meaning together, or are known to be no name."""

    def is_word(self, word: str) -> bool:
        """Whether this folded word alone is a common one."""

    def goes_on(self, word: str) -> bool:
        """Whether a folded word may go on a name that nobody listed."""

    def christens(self, before: str, ids: Sequence[str]) -> bool:
        """Whether a folded word makes people's names after it those of something else: Hurricane Lee."""

    def is_office_of(self, words: Sequence[str], ids: Sequence[str]) -> bool:
        """Whether folded words are an office, and these names somebody's who may have one: President Xi."""

    def leads_office(self, words: Sequence[str]) -> bool:
        """Whether folded words stand before an office and belong to it: former, vice."""

    def is_small(self, word: str) -> bool:
        """Whether a folded word says nothing in a query of some language: le, der."""

    def written_in(self, words: Sequence[str], ids: Sequence[str]) -> frozenset[str]:
        """The languages that write a name in these folded words, where English does not: Chine, Polen."""

    def hinted(self, words: Sequence[str]) -> frozenset[str]:
        """The languages with cases that the small words of a query may be of, and English ones may not: w."""

    def idle(self, words: Sequence[str], languages: Collection[str]) -> frozenset[str]:
        """Of the folded words of a query in these languages, those that say nothing of what is wanted."""

    def is_sure(self, words: Sequence[str]) -> bool:
        """Whether these folded words are a name by themselves, with nothing beside them."""

    def is_rather_little(self, words: Sequence[str], ids: Sequence[str]) -> bool:
        """Whether these words, not in capitals, are rather a little word than initials: el, is."""

    def is_given(self, word: str) -> bool:
        """Whether a folded word is a common given name."""

    def closes(self, word: str) -> bool:
        """Whether a folded word is one with which names of bodies and places end."""


def side_by_side(mark: Mark) -> bool:
    """Whether a word stands right behind another one."""
    return mark.kind == "word" and mark.joined


def unnamed(marks: Iterable[Marked]) -> list[str]:
    """The folded words that are no name."""
    return [word for mark, found in marks if mark.kind == "word" and not found for word in tokens(mark.text)]


def is_small(one: Marked, names: Reader) -> bool:
    """Whether a mark is a word that says nothing in a query of some language."""
    mark, found = one
    return mark.kind == "word" and not found and names.is_small(fold(mark.text).strip())


def spoken_in(marks: Sequence[Marked], names: Reader) -> frozenset[str]:
    """The languages that a query is in, by its words and by how it writes names."""
    written = (names.written_in(tokens(mark.text), found) for mark, found in marks if found)
    return names.spoken(unnamed(marks)).union(*written)
