"""Desks and their places, and what is said there: cards, and deliveries on their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

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
    """A file that goes with a card, or that somebody gave with a command.

    `renewed` says that it takes the place of an older one of its name, where files are kept by name.
    """

    name: str
    content: bytes
    renewed: bool = False


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
