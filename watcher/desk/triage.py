"""Which stories may speak, in a digest or at once, and which are held."""

from __future__ import annotations

from datetime import timedelta

from watcher.models import Group, Story

STALE = timedelta(hours=72)
"""A story its outlet dated this long before we first saw it has resurfaced; it is not news."""


def resurfaced(story: Story) -> bool:
    """Whether a story was old when we first saw it."""
    return story.seen - story.published > STALE


def newsworthy(group: Group, held: frozenset[str]) -> Group | None:
    """A group without its held and resurfaced stories; None where nothing is left of it.

    Nor does an outlet that publishes such a text of its own again have any news.
    """
    mute = {story.id: story.outlet for story in group.stories if story.id in held or resurfaced(story)}
    stories = tuple(
        story
        for story in group.stories
        if story.id not in mute and mute.get(group.tellings.get(story.id, "")) != story.outlet
    )
    if not stories:
        return None
    return Group(group.id, group.topic_id, stories, group.tellings)
