"""Bonds: what editors said about which stories belong together. It holds for ever."""

from __future__ import annotations

from collections.abc import Iterable

from watcher.stories.edits import Edit


class Bonds:
    """Which stories editors put together and which apart; the last word on two stories counts."""

    def __init__(self, edits: Iterable[Edit] = ()) -> None:
        self._together: dict[str, set[str]] = {}
        self._apart: dict[str, set[str]] = {}
        self.heed(edits)

    def heed(self, edits: Iterable[Edit]) -> None:
        """Take editors' words to heart, in the order in which they were said."""
        for edit in edits:
            add, drop = (
                (self._together, self._apart) if edit.kind == "merge" else (self._apart, self._together)
            )
            for one, other in ((edit.a, edit.b), (edit.b, edit.a)):
                add.setdefault(one, set()).add(other)
                drop.get(one, set()).discard(other)

    def bound(self, stories: Iterable[str]) -> bool:
        """Whether an editor put one of these stories where it is; the machine leaves such alone."""
        return any(self._together.get(id_) or self._apart.get(id_) for id_ in stories)

    def partners(self, story: str) -> set[str]:
        """The stories that an editor put together with this one."""
        return self._together.get(story, set())

    def apart(self, story: str) -> bool:
        """Whether an editor said of this story that it is not the same event as some other."""
        return bool(self._apart.get(story))

    def forbid(self, stories: Iterable[str], others: Iterable[str]) -> bool:
        """Whether an editor said of one of these stories that it is not the event of one of the others."""
        apart: set[str] = set()
        for id_ in stories:
            apart |= self._apart.get(id_, set())
        return bool(apart) and not apart.isdisjoint(others)
