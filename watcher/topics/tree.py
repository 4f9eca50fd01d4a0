"""The forms of all topics as a tree of words, and the forms that the words of a story spell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain, filterfalse

from watcher.topics import endings
from watcher.topics.forms import Form
from watcher.topics.words import FUZZY, KEPT, Words

Found = tuple[Form, int, int, int]
"""A form that words of a story spell: its first word, its last, and the loosest way in which one was met."""


@dataclass(slots=True)
class _Branch:
    """A place in the tree: the forms that end here, and the words that lead on."""

    forms: list[Form] = field(default_factory=list)
    onward: dict[int, _Branch] = field(default_factory=dict)


_Opening = tuple[_Branch, int, int]
"""Where a word leads that begins forms: the branch, how it was met, and the mask of the languages of that."""

_Openings = tuple[tuple[_Opening, ...], bool, frozenset[int]]
"""All of a word, whether a form ends with it, and the numbers of the words that lead on."""


class _Mute(set[str]):
    """Folded words, seen before, that begin no form of some kind: nearly all there are.

    Asked of all words of a story at once, which takes half as long as asking one by one. Of the others it
    is kept where they lead, so that most of them are passed over for the word that comes after.
    """

    def __init__(self, words: Words, root: _Branch, beginnings: Set[int]) -> None:
        super().__init__()
        self._words = words
        self._root = root
        self._beginnings = beginnings
        self._telling: dict[str, _Openings] = {}

    def starts(self, words: Sequence[str]) -> list[tuple[int, tuple[_Opening, ...]]]:
        """Where such forms may begin, as far as the word after tells, and the places to which that leads."""
        if self.issuperset(words):
            return []
        if len(self) + len(self._telling) >= KEPT:
            self.clear()
            self._telling.clear()
        starts, at = [], -1
        for word in filterfalse(self.__contains__, words):
            at = words.index(word, at + 1)
            telling = self._telling.get(word) or self._tell(word)
            if telling and (telling[1] or self._lead_on(telling[2], words[at + 1 : at + 2])):
                starts.append((at, telling[0]))
        return starts

    def _lead_on(self, onward: Set[int], after: Sequence[str]) -> bool:
        """Whether the word after one that begins forms goes on with one of them."""
        met = self._words[after[0]] if after else ()
        return bool(met) and not onward.isdisjoint([number for number, _, _ in met])

    def _tell(self, word: str) -> _Openings | None:
        """Where a word not seen before leads; none where it begins no such form. It is kept."""
        met, onward = self._words[word], self._root.onward
        if self._beginnings.isdisjoint([number for number, _, _ in met]):
            self.add(word)
            return None
        openings = tuple(
            [(onward[number], how, languages) for number, how, languages in met if number in onward]
        )
        branches = [branch for branch, _, _ in openings]
        numbers = frozenset(chain.from_iterable([branch.onward for branch in branches]))
        telling = openings, any(branch.forms for branch in branches), numbers
        self._telling[word] = telling
        return telling


class Tree:
    """Forms by their words; `anchors` are the signs of which a story has to have one."""

    def __init__(self, words: Words, anchors: Set[int]) -> None:
        self._words = words
        self._anchors = anchors
        self._root = _Branch()
        self._opening: set[int] = set()
        self._led = _Mute(words, self._root, self._opening)
        self._begun = _Mute(words, self._root, self._root.onward.keys())

    def add(self, forms: Sequence[Form]) -> None:
        """Have stories looked through for forms."""
        # First all words and then the branches, so that these stand side by side in memory.
        numbered = [self._numbers(form) for form in forms]
        for form, numbers in zip(forms, numbered, strict=True):
            if form.sign in self._anchors:
                self._opening.add(numbers[0])
            branch = self._root
            for number in numbers:
                branch = branch.onward.setdefault(number, _Branch())
            branch.forms.append(form)

    def _numbers(self, form: Form) -> tuple[int, ...]:
        if form.spelt:
            return tuple(map(self._words.add_spelt, form.spelt))
        tail = len(form.words) == 1 and form.ends_compounds
        return tuple(
            self._words.add(word, form.loosest, open=bool(form.open) and form.open[at], tail=tail)
            for at, word in enumerate(form.words)
        )

    def find(self, words: Sequence[str], language: str, *, every: bool) -> list[Found]:
        """The forms that words of a language spell: `every` one, or none where none is of an anchor."""
        led = self._led.starts(words)
        if not (led or every):
            return []
        mask = endings.bit(language)
        found = self._found(led, words, mask)
        if not every and self._anchors.isdisjoint([one[0].sign for one in found]):
            return []
        if len(self._opening) == len(self._root.onward):  # No topic has words that it can do without.
            return found
        return self._found(self._begun.starts(words), words, mask)

    def _found(
        self, starts: Iterable[tuple[int, tuple[_Opening, ...]]], words: Sequence[str], mask: int
    ) -> list[Found]:
        found: list[Found] = []
        for first, openings in starts:
            for branch, how, languages in openings:
                if languages & mask:
                    self._follow(branch, how, how >= FUZZY, words, first, first, mask, found)
        return found

    def _follow(
        self,
        branch: _Branch,
        loosest: int,
        slipped: bool,
        words: Sequence[str],
        first: int,
        last: int,
        mask: int,
        found: list[Found],
    ) -> None:
        """Add the forms that end here, and those to which the next word leads on.

        `loosest` is the loosest way in which one of the words was met; where one `slipped`, no other may.
        """
        if branch.forms:
            found += [(form, first, last, loosest) for form in branch.forms if loosest <= form.loosest]
        if branch.onward and last + 1 < len(words):
            for number, how, languages in self._words[words[last + 1]]:
                after = branch.onward.get(number)
                slips = how >= FUZZY
                if after is not None and languages & mask and not (slipped and slips):
                    looser = how if how > loosest else loosest
                    self._follow(after, looser, slipped or slips, words, first, last + 1, mask, found)
