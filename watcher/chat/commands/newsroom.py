"""What commands stand on, and who asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from watcher.chat.port import Refresh
from watcher.desk.alerts import Who
from watcher.desk.events import Ruling
from watcher.mastheads import Mastheads
from watcher.models import Attachment, Desk, Feed, FetchFailed, Parsed, ParseFailed, Place, Topic

if TYPE_CHECKING:
    from watcher.feeds.discover import Found
    from watcher.feeds.wikidata import Proposal
    from watcher.store import Store
    from watcher.topics.names import Names


class Proposer(Protocol):
    """Where commands ask what a name is called in other languages."""

    @property
    def is_on(self) -> bool:
        """Whether there is anything to ask."""

    async def look_up(self, terms: Sequence[str]) -> tuple[Proposal, ...]:
        """What some terms may mean; raises WatcherError where that cannot be asked."""

    async def get(self, id_: str) -> Proposal | None:
        """The thing of an id; None where there is none."""


class Probe(Protocol):
    """How commands look at an address that somebody typed."""

    async def find(self, url: str) -> tuple[Found, ...]:
        """The feeds at an address, or those that a site announces; none where there are none."""

    async def read(self, feed: Feed) -> Parsed | ParseFailed | FetchFailed:
        """What a feed has to say at this moment; nothing is stored."""


class Editing(Protocol):
    """How editors' words on events are carried out, at once and for good. Raises WatcherError."""

    async def merge(self, topic: Topic, one: str, other: str, who: Who, said: str) -> Ruling:
        """Say that two events, by id, are one."""

    async def split(self, topic: Topic, stories: Sequence[str], who: Who, said: str) -> Ruling:
        """Say that stories of one event are not its own."""

    async def undo(self, topic: Topic, word: Ruling, who: Who) -> Ruling:
        """Take such a word back; returns it as it now stands."""


Troubles = Callable[[str], tuple[str, ...]]
"""What is wrong with a platform, in sentences, as far as it concerns the desk with an id."""

Namer = Callable[[Place], Awaitable[str]]
"""How a platform calls a place: `#wire`; empty where it does not know."""


@dataclass(frozen=True, slots=True)
class Newsroom:
    """What commands stand on.

    `refresh` lets the pipeline catch up with what a command changed. `now` is the time, aware and in UTC.
    `started_at` is when the bot came up. `notes` are sentences for `/watch status` about its health, such
    as a platform that cannot be reached at this moment. `namers` are
    by platform: each puts its own there once it listens; so are `troubles`, which may differ by desk.
    `editors` carry out what editors say of events; `mastheads` say who is who among outlets.
    `joint` are the desks that are in several places, by the ids of those places' own. `proposer` knows what
    names are called in other languages; None: nobody is asked. `is_cut_off` says whether nearly no feed can
    be reached now.
    """

    store: Store
    names: Names
    probe: Probe
    refresh: Refresh
    now: Callable[[], datetime]
    started_at: datetime | None = None
    notes: Callable[[], tuple[str, ...]] = tuple
    namers: dict[str, Namer] = field(default_factory=dict)
    troubles: dict[str, Troubles] = field(default_factory=dict)
    joint: Mapping[str, Desk] = field(default_factory=dict)
    editors: Editing = field(kw_only=True)
    mastheads: Mastheads = field(kw_only=True)
    proposer: Proposer | None = field(default=None, kw_only=True)
    is_cut_off: Callable[[], bool] = field(default=lambda: False, kw_only=True)

    def desk_of(self, desk: Desk) -> Desk:
        """The desk that a place's own desk is: itself, unless it is one with others."""
        joint = self.joint.get(desk.id)
        return replace(joint, name=desk.name) if joint else desk

    def notes_for(self, desk: Desk) -> tuple[str, ...]:
        """What is wrong, for people of a desk: nothing that is another desk's own."""
        return (*self.notes(), *(said for of in self.troubles.values() for said in of(desk.id)))

    async def place_name(self, place: Place) -> str:
        """What people call a place: `#wire`; its id where nobody calls it anything."""
        namer = self.namers.get(place.platform)
        name = await namer(place) if namer else ""
        if namer and not name and place.channel:
            return f"a channel that I cannot see ({place.channel})"
        return name or place.channel or place.person or place.platform


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks, from where: all that a command knows of the person and the platform.

    `home` is the place's own desk where `desk` is one in several places. `person` is the platform's own id
    of them, `name` what people call them there. `open_file` reads a
    file they name, where the platform can; it never reads the bot's own disk for somebody at the other end
    of a network. `name_of` says what people call somebody there, by the platform's id of them; nothing where
    that cannot be learned.
    """

    desk: Desk
    place: Place
    person: str = ""
    may_manage: bool = False
    open_file: Callable[[str], Awaitable[Attachment]] | None = None
    name: str = ""
    name_of: Callable[[str], Awaitable[str]] | None = None
    home: Desk | None = None

    @property
    def own(self) -> Desk:
        """The desk of the place that is asked from, which has what belongs to that place."""
        return self.home or self.desk

    @property
    def called(self) -> str:
        """What people call who asks."""
        return self.name or self.person or "somebody"


async def where(newsroom: Newsroom, ask: Ask, place: Place) -> str:
    """A place, for who asks: here, in #wire, to you, to a person."""
    if place.person:
        return "to you" if place.person == ask.person else "to a person"
    if (place.platform, place.channel) == (ask.place.platform, ask.place.channel):
        return "here"
    return f"in {await newsroom.place_name(place)}"
