"""The forms of all topics as a tree of words, and the forms that the words of a story spell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
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


_Path = tuple[dict[int, _Branch], int, bool]
"""Where words have led: what leads on, the loosest way in which one was met, and whether one had a slip.

A second word of a form may have none.
"""


_Telling = tuple[bool, frozenset[int]]
"""What a word begins: whether a form of one word, and the numbers of the words that lead on."""


class _Mute(set[str]):
    """Folded words, seen before, that begin no form of some kind: nearly all there are.

    Asked of all words of a story at once, which takes half as long as asking one by one. Of the others it
    is kept what may follow, so that most that begin a form are passed over for the word after them.
    """

    def __init__(self, words: Words, root: _Branch, beginnings: Set[int]) -> None:
        super().__init__()
        self._words = words
        self._root = root
        self._beginnings = beginnings
        self._telling: dict[str, _Telling] = {}

    def starts(self, words: Sequence[str]) -> list[int]:
        """The places of the words with which such a form may begin, as far as the word after them tells."""
        if self.issuperset(words):
            return []
        if len(self) + len(self._telling) >= KEPT:
            self.clear()
            self._telling.clear()
        starts, at = [], -1
        for word in filterfalse(self.__contains__, words):
            at = words.index(word, at + 1)
            telling = self._telling.get(word) or self._tell(word)
            if telling and (telling[0] or self._lead_on(telling[1], words[at + 1 : at + 2])):
                starts.append(at)
        return starts

    def _lead_on(self, onward: Set[int], after: Sequence[str]) -> bool:
        """Whether the word after one that begins forms goes on with one of them."""
        met = self._words[after[0]] if after else ()
        return bool(met) and not onward.isdisjoint([number for number, _, _ in met])

    def _tell(self, word: str) -> _Telling | None:
        """What a word not seen before begins; none where that is no such form. It is kept."""
        numbers = [number for number, _, _ in self._words[word]]
        if self._beginnings.isdisjoint(numbers):
            self.add(word)
            return None
        begun = [self._root.onward[number] for number in numbers if number in self._root.onward]
        onward = frozenset[int]().union(*(branch.onward for branch in begun))
        telling = self._telling[word] = any(branch.forms for branch in begun), onward
        return telling


class Tree:
    """Forms by their words; `anchors` are the signs of which a story has to have one."""

    def __init__(self, words: Words, anchors: Set[int]) -> None:
        self._words = words
        self._anchors = anchors
        self._root = _Branch()
        self._start: _Path = (self._root.onward, EXACT, False)
        self._opening: set[int] = set()
        self._led = _Mute(words, self._root, self._opening)
        self._begun = _Mute(words, self._root, self._root.onward.keys())

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
        if not every and self._anchors.isdisjoint([one[0].sign for one in found]):
            return []
        if len(self._opening) == len(self._root.onward):  # No topic has words that it can do without.
            return found
        return self._found(self._begun.starts(words), words, mask)

    def _found(self, starts: Iterable[int], words: Sequence[str], mask: int) -> list[Found]:
        found: list[Found] = []
        for first in starts:
            self._follow(self._start, words, first, first, mask, found)
        return found

    def _follow(
        self, path: _Path, words: Sequence[str], first: int, at: int, mask: int, found: list[Found]
    ) -> None:
        """Add the forms to which the words from here on lead to those that were found."""
        before, level, slipped = path
        for number, how, languages in self._words[words[at]]:
            branch = before.get(number)
            if branch is None or not languages & mask or (slipped and how >= FUZZY):
                continue
            loosest = how if how > level else level
            if branch.forms:
                found += [(form, first, at, loosest) for form in branch.forms if loosest <= form.loosest]
            if branch.onward and at + 1 < len(words):
                onward = branch.onward, loosest, slipped or how >= FUZZY
                self._follow(onward, words, first, at + 1, mask, found)
