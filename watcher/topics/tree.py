"""The forms of all topics as a tree of words, and the forms that the words of a story spell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass, field
from itertools import filterfalse

from watcher.topics.forms import Form
from watcher.topics.words import EXACT, FUZZY, KEPT, Words

Found = tuple[Form, int, int, int]
"""A form that words of a story spell: its first word, its last, and the loosest way in which one was met."""


@dataclass(slots=True)
class _Branch:
    """A place in the tree: the forms that end here, and the words that lead on."""

    forms: list[Form] = field(default_factory=list)
    onward: dict[int, _Branch] = field(default_factory=dict)


_Path = tuple[_Branch, int, bool]
"""Where words have led: a place, the loosest way in which one was met, and whether one had a slip.

A second word of a form may have none.
"""


class _Mute(set[str]):
    """Folded words, seen before, that begin no form of some kind: nearly all there are.

    Asked of all words of a story at once, which takes half as long as asking one by one.
    """

    def __init__(self, words: Words, beginnings: Collection[int]) -> None:
        super().__init__()
        self._words = words
        self._beginnings = beginnings
        self._telling: set[str] = set()

    def starts(self, words: Sequence[str]) -> list[int]:
        """The places of the words that may begin such a form."""
        if self.issuperset(words):
            return []
        if len(self) + len(self._telling) >= KEPT:
            self.clear()
            self._telling.clear()
        starts, at = [], -1
        for word in filterfalse(self.__contains__, words):
            at = words.index(word, at + 1)
            if word in self._telling or self._tells(word):
                starts.append(at)
        return starts

    def _tells(self, word: str) -> bool:
        """Whether a word not seen before begins such a form; kept."""
        tells = any(number in self._beginnings for number, _, _ in self._words[word])
        (self._telling if tells else self).add(word)
        return tells


class Tree:
    """Forms by their words; `anchors` are the signs of which a story has to have one."""

    def __init__(self, words: Words, anchors: Set[int]) -> None:
        self._words = words
        self._anchors = anchors
        self._root = _Branch()
        self._start: _Path = (self._root, EXACT, False)
        self._opening: set[int] = set()
        self._led = _Mute(words, self._opening)
        self._begun = _Mute(words, self._root.onward.keys())

    def add(self, form: Form) -> None:
        """Have stories looked through for a form."""
        branch = self._root
        tail = len(form.words) == 1 and form.ends_compounds
        for at, word in enumerate(form.words):
            open = bool(form.open) and form.open[at]
            number = (
                self._words.add_spelt(form.spelt[at])
                if form.spelt
                else self._words.add(word, form.loosest, open=open, tail=tail)
            )
            if not at and form.sign in self._anchors:
                self._opening.add(number)
            branch = branch.onward.setdefault(number, _Branch())
        branch.forms.append(form)

    def find(self, words: Sequence[str], mask: int, *, every: bool) -> list[Found]:
        """The forms that words of these languages spell: `every` one, or none where none is of an anchor."""
        led = self._led.starts(words)
        if not (led or every):
            return []
        found = self._found(led, words, mask)
        if not every and self._anchors.isdisjoint([form.sign for form, *_ in found]):
            return []
        if len(self._opening) == len(self._root.onward):  # No topic has words that it can do without.
            return found
        return self._found(self._begun.starts(words), words, mask)

    def _found(self, starts: Iterable[int], words: Sequence[str], mask: int) -> list[Found]:
        return [
            (form, first, last, loosest)
            for first in starts
            for form, last, loosest in self._spelt(self._start, words, first, mask)
        ]

    def _spelt(self, path: _Path, words: Sequence[str], at: int, mask: int) -> list[tuple[Form, int, int]]:
        """The forms to which the words from here on lead, each with its last word and its loosest."""
        before, level, slipped = path
        spelt: list[tuple[Form, int, int]] = []
        for number, how, languages in self._words[words[at]]:
            branch = before.onward.get(number)
            if branch is None or not languages & mask or (slipped and how >= FUZZY):
                continue
            loosest = max(level, how)
            if branch.forms:
                spelt += [(form, at, loosest) for form in branch.forms if loosest <= form.loosest]
            if branch.onward and at + 1 < len(words):
                onward = branch, loosest, slipped or how >= FUZZY
                spelt += self._spelt(onward, words, at + 1, mask)
        return spelt
