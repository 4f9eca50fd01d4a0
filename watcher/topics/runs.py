"""Forms of names in scripts without spaces, and those that have some letters within them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

Longer = tuple[str, tuple[str, ...], str]
"""A name's id, the folded words of one of its forms, and that form."""


class Runs:
    """Forms in scripts without spaces, as lines of one text: what is in one of them is found in one pass."""

    def __init__(self, forms: Sequence[Longer] = ()) -> None:
        runs = ["".join(words) for _, words, _ in forms]
        self._forms = forms
        self._text = "\n".join(runs)
        self._starts = [0, *accumulate(len(run) + 1 for run in runs)]

    def having(self, run: str) -> Iterator[Longer]:
        """The forms that have these letters in them, in their order."""
        at = self._text.find(run)
        while at >= 0:
            number = bisect_right(self._starts, at)
            yield self._forms[number - 1]
            at = self._text.find(run, self._starts[number])
