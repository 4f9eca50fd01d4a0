"""The tag that a post carries in a forum that wants one on every post. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

OURS = "watcher"
"""The name of a tag by which a server says which one Watcher is to use."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a forum; a `moderated` one only moderators may set."""

    id: str
    name: str
    moderated: bool = False


def tags_of(forum: discord.ForumChannel) -> tuple[Tag, ...]:
    """A forum's tags, as the gateway told of them."""
    return tuple(Tag(str(one.id), one.name, one.moderated) for one in forum.available_tags)


def tags_told(channel: Mapping[str, Any]) -> tuple[Tag, ...]:
    """A forum's tags, as the REST interface tells of them."""
    told: Iterable[Mapping[str, Any]] = channel.get("available_tags") or ()
    return tuple(Tag(str(one["id"]), str(one.get("name", "")), bool(one.get("moderated"))) for one in told)


def tag_for(title: str, tags: Sequence[Tag]) -> str:
    """The id of the tag for a post: ours, else one that its title names, else the first; empty for none."""
    free = [tag for tag in tags if not tag.moderated]
    wanted = f" {title.casefold()} "
    ours = [tag for tag in free if tag.name.casefold() == OURS]
    named = [tag for tag in free if tag.name and tag.name.casefold() in wanted]
    return next((tag.id for tag in (*ours, *named, *free)), "")
