"""The books of a topic's groups: which stories are at hand, and in which group each of them is.

Copies of one text count once: only the text is a member of its group, and its copies go where it goes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b
from itertools import takewhile

from watcher.models import Placement, Story, WatcherError
from watcher.stories.bonds import Bonds
from watcher.stories.measures import Clipping
from watcher.stories.morgue import Morgue
from watcher.stories.tellings import Tellings


class NotAtHand(WatcherError):
    """A story or group that is not among those of the last days."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A group and the mean likeness of a story to it."""

    likeness: float
    group: str


class Books:
    """Who is in which group of one topic, and who was moved. Nothing here judges what is alike."""

    def __init__(self, topic_id: int, *, window: timedelta) -> None:
        self._topic_id = topic_id
        self._window = window
        self._morgue = Morgue()
        self._tellings = Tellings()
        self._bonds = Bonds()
        self._stories: dict[str, Story] = {}
        self._placed: dict[str, Placement] = {}
        self._members: dict[str, list[str]] = {}
        self._copies: dict[str, dict[str, None]] = {}
        self._changed: dict[str, None] = {}

    def placement(self, story_id: str) -> Placement:
        """Where a story stands; raises NotAtHand."""
        if story_id not in self._placed:
            raise NotAtHand("That story is not among those of the last days; take a newer one.")
        return self._placed[story_id]

    def knows(self, story_id: str) -> bool:
        """Whether a story is at hand."""
        return story_id in self._placed

    def stories_of(self, id_: str) -> tuple[str, ...]:
        """The stories of a group, or of the group of a story; raises NotAtHand."""
        return tuple(self._everyone(self._group_of(id_)))

    def _group_of(self, id_: str) -> str:
        group = id_ if id_ in self._members else self.placement(id_).group
        if not group:
            raise NotAtHand("That story tells of many events and is in no group; take another.")
        return group

    def _keep(self, clipping: Clipping) -> None:
        self._morgue.put(clipping)
        self._tellings.put(clipping.story)

    def _free_id(self, story_id: str) -> str:
        """The id of the group that a story founds: its own, but where there is still a group of that name."""
        group, n = group_id(self._topic_id, story_id), 1
        while group in self._members:
            n += 1
            group = group_id(self._topic_id, f"{story_id}:{n}")
        return group

    def _join(self, id_: str, standing: Standing) -> None:
        """Put a text, and its copies with it, into a group."""
        self._members.setdefault(standing.group, []).append(id_)
        self._set(Placement(id_, self._topic_id, standing.group, id_, standing.likeness))
        for copy in self._copies.get(id_, ()):
            self._set(Placement(copy, self._topic_id, standing.group, id_, 1.0))

    def _leave(self, id_: str) -> None:
        group = self._placed[id_].group
        self._members[group].remove(id_)
        if not self._members[group]:
            del self._members[group]

    def _merge(self, one: str, other: str) -> None:
        """Make two groups one; it is known by the id of the one that was there first."""
        order = list(self._members)
        kept, gone = sorted((one, other), key=order.index)
        for id_ in self._members.pop(gone):
            self._join(id_, Standing(self._placed[id_].likeness, kept))

    def _take_out(self, story_id: str) -> None:
        """Take a story out of the books; a text's first copy takes its place."""
        telling = self._placed[story_id].telling
        if telling != story_id:
            del self._copies[telling][story_id]
        elif story_id in self._morgue:
            self._drop(story_id)

    def _drop(self, id_: str) -> None:
        """Take a text out of the books. Its copies stay, the first of them in its place."""
        clipping = self._morgue.take(id_)
        self._tellings.take(id_)
        placed, copies = self._placed[id_], list(self._copies.pop(id_, ()))
        if not copies:
            self._leave(id_)
            return
        heir = copies[0]
        self._keep(replace(clipping, story=self._stories[heir]))
        self._members[placed.group][self._members[placed.group].index(id_)] = heir
        if copies[1:]:
            self._copies[heir] = dict.fromkeys(copies[1:])
        for copy in copies:
            self._set(replace(self._placed[copy], telling=heir))

    def _throw_out(self, newest: Story) -> None:
        """Forget what is older than the window. A text stays while there are copies of it."""
        limit = newest.seen - self._window
        old = list(takewhile(lambda id_: self._stories[id_].seen < limit, self._stories))
        for id_ in old:
            if not self._copies.get(id_):
                self._take_out(id_)
                del self._stories[id_], self._placed[id_]
                self._changed.pop(id_, None)

    def _everyone(self, group: str) -> list[str]:
        """All stories of a group, copies too."""
        members = self._members.get(group, ())
        return [id_ for member in members for id_ in (member, *self._copies.get(member, ()))]

    def _set(self, placed: Placement) -> None:
        if self._placed.get(placed.story_id) != placed:
            self._placed[placed.story_id] = placed
            self._changed[placed.story_id] = None

    def _moved(self) -> tuple[Placement, ...]:
        return tuple(self._placed[id_] for id_ in self._changed)


def group_id(topic_id: int, story_id: str) -> str:
    """The id of the group that a story founds."""
    return blake2b(f"{topic_id}:{story_id}".encode(errors="surrogatepass"), digest_size=6).hexdigest()
