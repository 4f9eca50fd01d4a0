"""Tellings: which stories are one text. Agency copy in five outlets is one telling, five times."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Set
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process

from watcher.models import Story
from watcher.stories.reading import fold_all
from watcher.stories.series import STEM, gap_between

COPY = 90.0
"""From this likeness of two titles, their words sorted, of 100, they are one text with small changes."""
SHORTEST = 4
"""Words of a title below which the same title is one text only if the leads are the same as well."""
APART = timedelta(days=2)
"""Copies come soon; the same title days later is a column of that name or a yearly story."""
_ONE_LEAD = 85.0
_LATEST = 16
_NUMBER = re.compile(r"\d+")


class Tellings:
    """The texts of the last days. Only the latest few with a given word are looked at, so that a search
    costs the same however many there are."""

    def __init__(self, like: float = COPY) -> None:
        self._like = like
        self._texts: dict[str, tuple[str, Story]] = {}
        self._exact: dict[str, str] = {}
        self._holding: dict[str, deque[str]] = {}

    def find(self, story: Story) -> str:
        """The id of an earlier story of which this one is a copy; empty where it is a text of its own."""
        text = sort_words(story.title)
        same = self._exact.get(text, "")
        if text.count(" ") < SHORTEST - 1:
            return same if same and self._is_whole_copy(story, same) else ""
        if same and self._is_copy(story, same):
            return same
        for id_ in self._like_it(text):
            if self._is_copy(story, id_):
                return id_
        return ""

    def put(self, story: Story) -> None:
        """Remember a text of its own."""
        text = sort_words(story.title)
        self._texts[story.id] = (text, story)
        self._exact[text] = story.id
        for key in _keys(text):
            self._holding.setdefault(key, deque(maxlen=_LATEST)).append(story.id)

    def take(self, story_id: str) -> None:
        """Forget a text."""
        text, _ = self._texts.pop(story_id)
        if self._exact.get(text) == story_id:
            del self._exact[text]
        for key in _keys(text):
            held = self._holding.get(key)
            if held and story_id in held:
                held.remove(story_id)
            if not held:
                self._holding.pop(key, None)

    def _like_it(self, text: str) -> list[str]:
        """The earlier texts that are like this one, likest first."""
        near = dict.fromkeys(id_ for key in _keys(text) for id_ in self._holding.get(key, ()))
        titles = {id_: self._texts[id_][0] for id_ in near}
        found = process.extract(text, titles, scorer=fuzz.ratio, score_cutoff=self._like, limit=3)
        return [id_ for _, _, id_ in found]

    def _is_copy(self, story: Story, other_id: str) -> bool:
        other = self._texts[other_id][1]
        return (
            _near(story.published, other.published)
            and _NUMBER.findall(story.title) == _NUMBER.findall(other.title)
            and _leads_agree(story.summary, other.summary)
            and not _about_another(story, other)
        )

    def _is_whole_copy(self, story: Story, other_id: str) -> bool:
        other = self._texts[other_id][1]
        says_something = bool(self._texts[other_id][0] or story.summary) or story.title == other.title
        return says_something and story.summary == other.summary and _near(story.published, other.published)


def sort_words(title: str) -> str:
    """A title's words, folded and in the order of the alphabet."""
    return " ".join(sorted(fold_all(title).split()))


def _keys(text: str) -> list[str]:
    """Four words by which a text is found again: its longest, which are seldom common."""
    return sorted(set(text.split()), key=lambda word: (-len(word), word))[:4]


def _about_another(story: Story, other: Story) -> bool:
    """Whether one headline has other words where the other has a name, or the same outlet has them: that is
    no small change of a text, but a text about something else.

    Outlets that put their own word for a country into one agency's headline leave its lead as it is.
    """
    gap = gap_between(story.title, other.title)
    if not gap or not gap.mine:
        return False
    same_outlet = bool(story.outlet) and story.outlet == other.outlet
    return same_outlet or (
        gap.names and not _one_lead(story.summary, other.summary, {*gap.mine, *gap.theirs})
    )


def _one_lead(a: str, b: str, filling: Set[str]) -> bool:
    """Whether two leads are one text, in which what differs in the headlines is not named."""
    if not a or not b or fuzz.ratio(a[:200].lower(), b[:200].lower()) < _ONE_LEAD:
        return False
    return filling.isdisjoint(word[:STEM] for word in fold_all(f"{a} {b}").split())


def _near(a: datetime, b: datetime) -> bool:
    return abs(a - b) <= APART


def _leads_agree(a: str, b: str) -> bool:
    """Whether two leads may be of one text: a column's title is the same every day, its lead is not."""
    return not a or not b or fuzz.token_set_ratio(a[:200].lower(), b[:200].lower()) >= 60
