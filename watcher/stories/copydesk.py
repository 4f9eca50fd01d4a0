"""The copy desk: what editors say of which stories tell one event, and what comes of it in the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from watcher.stories.bonds import Bonds
from watcher.stories.books import Books, Standing
from watcher.stories.edits import Edit, Edited


class CopyDesk(Books):
    """Books in which editors have the last word."""

    def merge(self, a: str, b: str) -> Edited:
        """Say that two groups (or two stories' groups) are one event. It holds for ever; raises NotAtHand."""
        self._changed = {}
        one, other = self._group_of(a), self._group_of(b)
        everyone = [*self._everyone(one), *self._everyone(other)]
        edits = tuple(Edit("merge", everyone[0], id_) for id_ in everyone[1:])
        self._bonds.heed(edits)
        if one != other:
            self._merge(one, other)
        return Edited(edits, self._moved())

    def split(self, *stories: str) -> Edited:
        """Say that stories of one group are not its event, but one of their own.

        It holds for ever. Raises NotAtHand.
        """
        self._changed = {}
        group = self._group_of(self.placement(stories[0]).story_id)
        going = [id_ for id_ in self._everyone(group) if id_ in stories]
        others = [id_ for id_ in self._everyone(group) if id_ not in stories]
        if not others:
            return Edited((), ())
        edits = [Edit("split", one, other) for one in going for other in others]
        edits += [Edit("merge", going[0], one) for one in going[1:]]
        self._bonds.heed(edits)
        self._part(going)
        return Edited(tuple(edits), self._moved())

    def unmerge(self, stories: Iterable[str], edits: Iterable[Edit]) -> Edited:
        """Take back that stories tell the event of their group; `edits` are the words that still hold."""
        self._changed = {}
        self._bonds = Bonds(edits)
        known = [id_ for id_ in stories if id_ in self._placed and self._placed[id_].group]
        apart = Counter(self._placed[id_].group for id_ in known)
        for group in apart:
            everyone = self._everyone(group)
            going = [id_ for id_ in everyone if id_ in known]
            if len(going) < len(everyone):
                self._part(going)
        return Edited((), self._moved())

    def unsplit(self, one: Iterable[str], other: Iterable[str], edits: Iterable[Edit]) -> Edited:
        """Take back that stories are of two events; `edits` are the words that still hold."""
        self._changed = {}
        self._bonds = Bonds(edits)
        a, b = (self._common(stories) for stories in (one, other))
        if a and b and a != b:
            self._merge(a, b)
        return Edited((), self._moved())

    def _common(self, stories: Iterable[str]) -> str:
        """The group in which most of some stories are; empty where none is at hand."""
        groups = Counter(self._placed[id_].group for id_ in stories if id_ in self._placed)
        return next((group for group, _ in groups.most_common() if group), "")

    def _part(self, going: Sequence[str]) -> None:
        """Put stories of a group, of which others stay, into one of their own; copies go with their text."""
        group = self._free_id(going[0])
        for id_ in going:
            placed = self._placed[id_]
            if placed.group == group:
                continue
            text = self._copies.get(id_, ())
            if placed.telling == id_ and all(copy in going for copy in text):
                self._leave(id_)
            else:
                clipping = replace(self._morgue.get(placed.telling), story=self._stories[id_])
                self._take_out(id_)
                self._keep(clipping)
            self._join(id_, Standing(1.0, group))
