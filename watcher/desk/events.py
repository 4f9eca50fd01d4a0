"""What people do with events, as values: follow them, mute them, merge and split them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from watcher.models import Button, Group, Place, Topic

HANDLE = 6
"""Characters by which an event is called: of all events of a week, two in a thousand share so many."""
MUTED_FOR = timedelta(hours=24)
_HANDLE = re.compile(r"#?(?:event:?\s*)?([0-9a-f]{4,12})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Follow:
    """Somebody who wants to hear of each material change of an event.

    `known` are the stories that they know of, `told_at` is when they last heard. With `next_at` there is
    something to tell, held until then.
    """

    place: Place
    group_id: str
    desk: str
    at: datetime
    known: tuple[str, ...] = ()
    told_at: datetime | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """A place that is not to hear of an event until then; `name` is who wished so."""

    place: Place
    group_id: str
    desk: str
    until: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """An editor's word on an event, with the stories on either side of it, by id.

    Of a `merge` they tell one event; of a `split` they tell two. `said` is it in words.
    """

    id: int
    topic_id: int
    kind: Literal["merge", "split"]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    said: str
    at: datetime
    person: str = ""
    name: str = ""
    undone_at: datetime | None = None
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A story that stood in one event and now stands in another."""

    story_id: str
    old: str
    new: str


def handle(group_id: str) -> str:
    """By what people call an event: the beginning of its id."""
    return group_id[:HANDLE]


def as_handle(text: str) -> str:
    """The id, or the beginning of one, that was typed for an event; empty where it is something else."""
    match = _HANDLE.fullmatch(text.strip())
    return match[1].casefold() if match else ""


def buttons_of(topic: Topic, group: Group) -> tuple[Button, ...]:
    """What can be done with an event, on each of its messages."""
    story = group.stories[0].id
    wrong = (
        f"/watch topic not {topic.name} {story}"
        if len(group.stories) == 1
        else f"/watch event not-topic {group.id}"
    )
    return (
        Button("Follow", f"/watch event follow {group.id}"),
        Button("Mute a day", f"/watch event mute {group.id} for 24h"),
        Button("Not this topic", wrong),
        Button("Merge with…", f"/watch event merge {group.id}"),
        Button("More", f"/watch event show {group.id}"),
    )
