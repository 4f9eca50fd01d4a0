"""Feeds, the stories in them, the topics they meet and the events they tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal


class WatcherError(Exception):
    """The root of every error Watcher raises on purpose; its text is a sentence for people."""


# ---------------------------------------------------------------------------------------- feeds


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that is polled, with its health.

    `outlet` is the registrable domain it publishes for ("lemonde.fr"), empty until its first poll.
    `ill_since` is set while it fails; `told` says that the desk has heard of that illness.
    `moved_to` is where a permanent redirect points, learned as the address once it has held a week.
    """

    id: int
    url: str
    title: str = ""
    outlet: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    interval: timedelta = timedelta(minutes=15)
    next_poll_at: datetime | None = None
    first_polled_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_changed_at: datetime | None = None
    failures: int = 0
    last_error: str = ""
    ill_since: datetime | None = None
    told: bool = False
    moved_to: str = ""
    moved_since: datetime | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed's new body. Headers have lower-case names; `body` is decompressed."""

    feed: Feed
    at: datetime
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    body_hash: str
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A feed that had nothing new: the server said 304, or the body's hash is the one we know."""

    feed: Feed
    at: datetime
    headers: Mapping[str, str]
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """A poll that brought nothing. `reason` is a sentence for people that says what to do."""

    feed: Feed
    at: datetime
    reason: str
    status: int | None = None
    retry_after: timedelta | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed's document as stories, oldest first. `ttl` is the feed's own wish for its interval."""

    feed: Feed
    at: datetime
    title: str
    language: str
    stories: tuple[Story, ...]
    ttl: timedelta | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParseFailed:
    """A body that is no feed. `reason` is a sentence for people that says what to do."""

    feed: Feed
    at: datetime
    reason: str


# -------------------------------------------------------------------------------------- stories


@dataclass(frozen=True, slots=True)
class Story:
    """One article as a feed gave it.

    `keys` are its identities, most trusted first (guid within its outlet, canonical link): a story
    that shares a key with a known one is that story, sighted again. `id` is made of the first key.
    `outlet` is the registrable domain of its publisher, `outlet_name` what readers call it.
    `published` is the outlet's word where that is sane, else `seen`, the time we first saw it.
    """

    id: str
    title: str
    url: str
    outlet: str
    published: datetime
    seen: datetime
    summary: str = ""
    language: str = ""
    outlet_name: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """A story whose headline or summary its outlet changed."""

    story_id: str
    at: datetime
    old_title: str
    new_title: str
    old_summary: str = ""
    new_summary: str = ""


# --------------------------------------------------------------------------------------- topics

Sensitivity = Literal["strict", "normal", "wide"]
SENSITIVITIES: tuple[Sensitivity, ...] = ("strict", "normal", "wide")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a desk watches. `name` is the word people type, `title` what they read."""

    id: int
    desk: str
    name: str
    query: str
    title: str = ""
    sensitivity: Sensitivity = "normal"
    excluded_outlets: tuple[str, ...] = ()
    created_at: datetime | None = None


How = Literal[
    "exact",
    "inflected",
    "transliterated",
    "fuzzy",
    "role",
    "adjective",
    "meaning",
    "akin",
    "likeness",
    "feedback",
]
"""How a term was met. By likeness: by what the story as a whole says; by feedback: by what editors said."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a story met a topic: a term of the query, and the words of the story that met it.

    `start` and `end` count characters of the story's own `field`; `name` is the catalogue entry the
    term was read as (empty for plain words) and `alias` the form of it that was met.
    """

    term: str
    how: How
    text: str
    field: Literal["title", "summary"]
    start: int
    end: int
    name: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """Story × topic: a score of 0–100 and the reasons for it."""

    story_id: str
    topic_id: int
    score: float
    reasons: tuple[Reason, ...]


# --------------------------------------------------------------------------------------- groups


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a story stands among a topic's groups.

    `group` is empty for a story that belongs to no event (a roundup, a live blog). `telling` is the id
    of the first story with the same text: agency copy in five outlets is one telling, five times.
    `likeness` is the mean likeness (0–1) to the group it joined, 1.0 where it founded the group.
    """

    story_id: str
    topic_id: int
    group: str
    telling: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Group:
    """The stories of one topic that tell the same event, oldest first."""

    id: str
    topic_id: int
    stories: tuple[Story, ...]
    tellings: Mapping[str, str] = field(default_factory=dict)

    @property
    def first(self) -> Story:
        """The story that had it first, by its outlet's own time."""
        return min(self.stories, key=lambda story: (story.published, story.seen, story.id))

    @property
    def last_seen(self) -> datetime:
        return max(story.seen for story in self.stories)

    @property
    def outlets(self) -> tuple[str, ...]:
        """Its outlets in the order in which they came to it."""
        return tuple(dict.fromkeys(story.outlet for story in self.stories))

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(story.language for story in self.stories if story.language))

    @property
    def independent(self) -> int:
        """How many outlets tell it in words of their own."""
        own = {self.tellings.get(story.id, story.id): story.outlet for story in self.stories}
        return len(set(own.values()))
