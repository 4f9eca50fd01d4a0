"""Which stories may speak: a story is held, or it is news for a digest or at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from watcher.models import Group, Placement, Story

STALE = timedelta(hours=72)
"""A story its outlet dated this long before we first saw it has resurfaced; it is not news."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a story, and the sentence that says why."""

    action: Literal["hold", "digest"]
    why: str


def resurfaced(story: Story) -> bool:
    """Whether a story was old when we first saw it."""
    return story.seen - story.published > STALE


def triage(story: Story, placement: Placement, *, backlog: bool) -> Verdict:
    """Decide what becomes of one matched story."""
    if resurfaced(story):
        days = (story.seen - story.published).days
        return Verdict("hold", f"its outlet published it {days} days before it came to us: old news")
    if not placement.group:
        return Verdict("hold", "it is a roundup or live blog, which belongs to no single event")
    if backlog:
        return Verdict("hold", "it was there before we began to watch: kept, never posted by itself")
    return Verdict("digest", "it is news")


def newsworthy(group: Group, held: frozenset[str]) -> Group | None:
    """A group without its held and resurfaced stories; None where nothing is left of it."""
    stories = tuple(s for s in group.stories if s.id not in held and not resurfaced(s))
    if not stories:
        return None
    return Group(group.id, group.topic_id, stories, group.tellings)


def last_news(group: Group) -> datetime:
    """When the newest story of a group was published."""
    return max(story.published for story in group.stories)
