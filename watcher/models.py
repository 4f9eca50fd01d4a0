"""The words of the house, as frozen values.

Every stage takes and gives these, and nothing else travels between rooms. Standard library only: what
a reporter would call a thing is what it is called here. All times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
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
    "exact", "inflected", "transliterated", "fuzzy", "role", "adjective", "meaning", "likeness", "feedback"
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


# ---------------------------------------------------------------------------------- chat: places


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card goes: a platform's channel (or, with `person`, someone's own window), or a thread."""

    platform: str
    channel: str = ""
    thread: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Ref:
    """A message that was sent, by which it can be edited or answered in a thread."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A Discord server, a Slack workspace or this terminal: owner of topics, channels and settings."""

    id: str
    platform: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What a desk can set with `/watch settings`; each has a default.

    `notices` is the channel that hears of feeds falling ill and of messages refused; empty: none does
    (the terminal always hears). `managers` are the platform's own ids of the roles or user groups whose
    members may manage the desk, besides those whom the platform itself lets. With `weekly_report` it hears
    on Mondays how its alerts did.
    """

    time_zone: str = "UTC"
    language: str = "en"
    window: str = "24h"
    say_nothing_new: bool = True
    notices: str = ""
    managers: tuple[str, ...] = ()
    weekly_report: bool = True


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the subscriber's own day in which nothing comes; may pass midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Subscription:
    """A place × topics × how. `topics` are topic names; empty means every topic of the desk.

    `next_at` is when its next digest is due; `last_at` when the last one was composed. `pings` are whom a
    digest with news in it wakes, as in `Card.pings`.
    """

    id: int
    desk: str
    place: Place
    topics: tuple[str, ...] = ()
    how: Literal["digest", "at once"] = "digest"
    times: tuple[time, ...] = (time(8), time(18))
    time_zone: str = "UTC"
    quiet: Quiet | None = None
    languages: tuple[str, ...] = ()
    say_nothing_new: bool = True
    next_at: datetime | None = None
    last_at: datetime | None = None
    pings: tuple[str, ...] = ()


# ----------------------------------------------------------------------------------- chat: cards

Style = Literal["plain", "strong", "quiet", "code", "mark", "time", "date", "moment", "ago"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text of one kind. With `url` it is a link; with `at` a time, shown in the reader's zone.

    Styles time, date, moment (both) and ago say how `at` is shown; `text` is then its plain form.
    Text is literal on every platform: a platform escapes what would be markup there.
    """

    text: str
    style: Style = "plain"
    url: str = ""
    at: datetime | None = None


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; with `bullets` each line is an item of a list."""

    lines: tuple[Line, ...] = ()
    heading: str = ""
    bullets: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: `command` is the line that pressing it runs, as if typed."""

    label: str
    command: str
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a card, or that somebody gave with a command."""

    name: str
    content: bytes


Tone = Literal["plain", "news", "alert", "good", "bad"]


@dataclass(frozen=True, slots=True)
class Card:
    """A message without a platform. `private` asks that only the person who asked sees it.

    `replies` are what goes into its thread, one message each. `pings` are the platform's own ids of the
    people, and with & before them of the roles or user groups, whom the message is to wake, and nobody
    else; a platform that has no such thing leaves them.
    """

    title: str
    url: str = ""
    sections: tuple[Section, ...] = ()
    footer: Line = ()
    tone: Tone = "plain"
    buttons: tuple[Button, ...] = ()
    private: bool = False
    replies: tuple[Card, ...] = ()
    files: tuple[Attachment, ...] = ()
    pings: tuple[str, ...] = ()


DeliveryKind = Literal["digest", "event", "flash", "alert", "notice"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A card on its way to a place.

    `key` is its idempotency key: two deliveries with one key are one. `parent` is the key of the
    delivery in whose thread it goes. `edits` is the key of the delivery whose message it replaces.
    `about` is the group it tells of, by which its message is found when that group grows.
    Lower `urgency` is sent first (0 alerts, 1 notices, 2 flashes, 5 digests).
    """

    key: str
    desk: str
    place: Place
    card: Card
    kind: DeliveryKind
    urgency: int = 5
    parent: str = ""
    edits: str = ""
    about: str = ""
    state: Literal["pending", "sent", "failed"] = "pending"
    attempts: int = 0
    due_at: datetime | None = None
    made_at: datetime | None = None
    error: str = ""
    ref: Ref | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What a place has been shown of a group: by it, a digest knows what is new."""

    group: str
    at: datetime
    stories: tuple[str, ...] = ()
