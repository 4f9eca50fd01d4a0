"""Groups: the stories of one topic that tell the same event, found as the stories come in.

A story joins the group that it is most like on average; not that of the single most alike story, since
chains of near-duplicates drift. Each arrival is also a second look at what is there: two groups that turn
out to be one are merged, and a story that is now more like another group than its own moves there. Copies
of one text count once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from watcher.models import Placement, Story
from watcher.stories.affinity import Affinity, Floats
from watcher.stories.books import Standing
from watcher.stories.copydesk import CopyDesk
from watcher.stories.edits import Edit
from watcher.stories.leaning import Said, leaning
from watcher.stories.likeness import Alike, clip, clip_all
from watcher.stories.measures import Clipping
from watcher.stories.roundup import is_roundup
from watcher.stories.series import Series
from watcher.stories.vectors import Vector

JOIN = 0.33
"""The mean likeness to a group's stories from which a story joins it, and of two groups' from which they are
one, where editors have not taught the topic otherwise."""
MOVE = 0.1
"""How much more a story must be like another group than its own to move there."""
HINT = 0.3
"""A group none of whose stories at hand is this like the new one is not looked at."""
TRIED = 4
"""How many groups are looked at for a new story, and how many stories are looked at again."""


class Grouper(CopyDesk):
    """The groups of one topic. `window` is how far back a story looks for the event it belongs to.

    The same stories in the same order give the same groups, and `restore` gives back the same state.
    """

    def __init__(self, topic_id: int, *, window: timedelta = timedelta(days=7)) -> None:
        super().__init__(topic_id, window=window)
        self._affinity = Affinity(self._morgue)
        self._series = Series(self._morgue)
        self._enough = JOIN

    # ------------------------------------------------------------------------------------- stories

    def add(self, story: Story, vector: Vector) -> tuple[Placement, ...]:
        """Place a story; returns its placement, then those of earlier stories that moved by it.

        `vector` has the 512 numbers of `embed_text(title, summary)`. A story that is known already stays
        where it is, unless its words have changed: then it is placed anew, and may move.
        """
        self._changed = {story.id: None}
        self._throw_out(story)
        known = self._stories.get(story.id)
        if known is None or (known.title, known.summary) != (story.title, story.summary):
            if known is not None:
                self._take_out(story.id)
            self._stories[story.id] = story
            self._place(story, vector.astype(np.float16).astype(np.float32))
        return self._moved()

    def restore(
        self,
        stories: Mapping[str, Story],
        vectors: Mapping[str, Vector],
        placements: Iterable[Placement],
        edits: Iterable[Edit] = (),
    ) -> None:
        """Take up the state that was stored: where each story stood, and what editors said."""
        self._bonds.heed(edits)
        known = [p for p in placements if p.story_id in stories and p.story_id in vectors]
        known.sort(key=lambda p: (stories[p.story_id].seen, p.story_id))
        texts = [p for p in known if p.group and (p.telling == p.story_id or p.telling not in stories)]
        own = {p.story_id for p in texts}
        if texts:
            matrix = np.stack([vectors[p.story_id] for p in texts]).astype(np.float16).astype(np.float32)
            for placed, clipping in zip(
                texts, clip_all([stories[p.story_id] for p in texts], matrix), strict=True
            ):
                self._keep(clipping)
                self._members.setdefault(placed.group, []).append(placed.story_id)
        for placed in known:
            self._stories[placed.story_id] = stories[placed.story_id]
            self._placed[placed.story_id] = placed
            if placed.group and placed.story_id not in own:
                self._copies.setdefault(placed.telling, {})[placed.story_id] = None

    def explain(self, story_id: str) -> tuple[Alike, ...]:
        """The three stories most like this one, with the features that say so; raises NotAtHand.

        Their likeness is that by which groups are made: less the more days lie between.
        """
        telling = self.placement(story_id).telling
        if telling not in self._morgue:
            return ()
        one = self._morgue.get(telling)
        near = self._morgue.near(one)
        series = self._series.of(one, near)
        return tuple(
            replace(alike, series=alike.story.id in series) for alike in self._affinity.likest(one, near)
        )

    def lean_to(self, said: Said) -> None:
        """Let stories join more or less readily from now on, as often as editors merged and split events."""
        self._enough = leaning(JOIN, said)

    # ------------------------------------------------------------------------------- placing a story

    def _place(self, story: Story, vector: Vector) -> None:
        original = self._tellings.find(story)
        if original and not self._forbidden(story.id, self._placed[original].group):
            self._copies.setdefault(original, {})[story.id] = None
            self._set(Placement(story.id, self._topic_id, self._placed[original].group, original, 1.0))
        elif is_roundup(story.title, story.summary):
            self._set(Placement(story.id, self._topic_id, "", story.id, 0.0))
        else:
            self._place_text(clip(story, vector))

    def _forbidden(self, story_id: str, group: str) -> bool:
        """Whether an editor said that a story is not the event of a group."""
        return self._bonds.apart(story_id) and self._bonds.forbid([story_id], self._everyone(group))

    def _place_text(self, clipping: Clipping) -> None:
        """Place a text of its own: with the group it is most like on average, or in one of its own."""
        near = self._morgue.near(clipping)
        each = self._affinity.to_each(clipping, near)
        series = self._series.of(clipping, near, each >= HINT)
        if series:
            self._pull_apart(series)
        standings = self._standings(clipping, near, each, series)
        self._keep(clipping)
        id_ = clipping.story.id
        self._join(id_, self._home(id_, standings) or Standing(1.0, self._free_id(id_)))
        self._look_again(clipping, near, each, standings)

    def _pull_apart(self, series: frozenset[str]) -> None:
        """Give stories of one series, that came before it was known to be one, events of their own."""
        founders: dict[str, list[str]] = {}
        for id_ in sorted(series, key=lambda id_: (self._stories[id_].seen, id_)):
            group, title = self._placed[id_].group, self._stories[id_].title
            titles = founders.setdefault(group, [title])
            if title in titles or self._bonds.bound([id_, *self._copies.get(id_, ())]):
                continue
            titles.append(title)
            self._leave(id_)
            self._join(id_, Standing(1.0, self._free_id(id_)))
            for other in [member for member in self._members[group] if member not in series]:
                self._move_if_better(self._morgue.get(other), self._placed[id_].group)

    def _standings(
        self, clipping: Clipping, near: Sequence[Clipping], each: Floats, series: frozenset[str]
    ) -> list[Standing]:
        """How a story stands to the groups of its most alike stories, best first.

        A group of a story of its series is not its own, whatever else is in it.
        """
        strange = {self._placed[id_].group for id_ in series}
        best: dict[str, float] = {}
        for other, likeness in zip(near, each.tolist(), strict=True):
            group = self._placed[other.story.id].group
            if group not in strange:
                best[group] = max(likeness, best.get(group, 0.0))
        hints = sorted((g for g in best if best[g] >= HINT), key=lambda g: (-best[g], g))[:TRIED]
        known = {other.story.id: p for other, p in zip(near, each.tolist(), strict=True)}
        means = self._affinity.to_groups(clipping, [self._members[g] for g in hints], known)
        found = [Standing(mean, group) for mean, group in zip(means, hints, strict=True)]
        return sorted(found, key=lambda s: (-s.likeness, s.group))

    def _home(self, story_id: str, standings: Sequence[Standing]) -> Standing | None:
        """The group a story belongs to: that of its editor, or the first that is like enough."""
        for partner in sorted(self._bonds.partners(story_id)):
            if partner in self._placed and self._placed[partner].group:
                return Standing(1.0, self._placed[partner].group)
        for standing in standings:
            if standing.likeness >= self._enough and not self._forbidden(story_id, standing.group):
                return standing
        return None

    # ------------------------------------------------------------------------------- the second look

    def _look_again(
        self, clipping: Clipping, near: Sequence[Clipping], each: Floats, standings: Sequence[Standing]
    ) -> None:
        home = self._placed[clipping.story.id].group
        for standing in standings:
            if standing.likeness < self._enough or standing.group == home:
                continue
            if standing.group in self._members:
                self._merge_if_one(home, standing.group)
                home = self._placed[clipping.story.id].group
        like = np.flatnonzero(each >= self._enough).tolist()
        for i in sorted(like, key=lambda i: (-each[i], near[i].story.id))[:TRIED]:
            if self._placed[near[i].story.id].group != home:
                self._move_if_better(near[i], home)

    def _merge_if_one(self, one: str, other: str) -> None:
        if self._bonds.forbid(self._everyone(one), self._everyone(other)):
            return
        if self._affinity.between(self._members[one], self._members[other]) < self._enough:
            return
        if not self._series.between(self._members[one], self._members[other]):
            self._merge(one, other)

    def _move_if_better(self, clipping: Clipping, group: str) -> None:
        id_ = clipping.story.id
        family = [id_, *self._copies.get(id_, ())]
        if self._bonds.bound(family) or self._bonds.forbid(family, self._everyone(group)):
            return
        own = self._placed[id_].group
        there, here = self._affinity.to_groups(clipping, [self._members[group], self._members[own]])
        if there < self._enough or there <= here + MOVE or self._series.between([id_], self._members[group]):
            return
        self._leave(id_)
        self._join(id_, Standing(there, group))
