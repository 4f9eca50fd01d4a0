"""What the demo's newswire tells: outlets and stories, as frozen values, and who is ill when.

Hours count from the start of the wire. Everything here is plain functions of an hour; the clock
belongs to whoever asks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.resources import files
from typing import Any, Literal

import msgspec

from watcher.models import WatcherError

START = datetime(2026, 9, 1, tzinfo=UTC)
LENGTH = timedelta(days=10)

NEWEST = 30
"""How many stories a feed holds, as most newsrooms' systems do."""

STALLED_REQUESTS = 3
"""How often an outlet that stalls does so. A stall costs its client real seconds, so it is rationed."""

Quirk = Literal[
    "normal",
    "no_etag",
    "forbidden",
    "missing",
    "server_error",
    "unescaped",
    "truncated",
    "wrong_charset",
    "moved",
    "stalls",
    "gone",
]

_FAULTS: Mapping[Quirk, int] = {"forbidden": 403, "missing": 404, "server_error": 500, "gone": 410}


class NewswireError(WatcherError):
    """The invented newswire contradicts itself."""


def at_hour(hour: float) -> datetime:
    """The time at an hour of the wire, to the second, as feeds give it."""
    return START + timedelta(seconds=round(hour * 3600))


@dataclass(frozen=True, slots=True)
class Wording:
    """What a story says at one time. `since` is when it came to say so."""

    title: str
    summary: str
    since: datetime


@dataclass(frozen=True, slots=True)
class WireRevision:
    """A headline that was changed at an hour of the wire, and the summary if that changed too."""

    at: float
    title: str
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class WireStory:
    """An invented article, with what a perfect desk would know of it.

    `event` says which event it tells (None: it stands alone, or is a roundup of many), `kim_putin` whether
    it belongs to the topic of the summit, `agency` whose copy it is. `dated` is the date that a
    republished story claims. `sections` are the feeds of its outlet it stands in, empty for all.
    """

    id: str
    outlet: str
    at: float
    lang: str
    title: str
    summary: str
    event: str | None
    kim_putin: bool
    roundup: bool = False
    agency: str | None = None
    revisions: tuple[WireRevision, ...] = ()
    republished: bool = False
    dated: datetime | None = None
    sections: tuple[str, ...] = ()

    @property
    def published(self) -> datetime:
        """When it came onto the wire."""
        return at_hour(self.at)

    @property
    def claimed(self) -> datetime:
        """The date its feed gives, which for a republished story is absurdly old."""
        return self.dated or self.published

    def wording(self, now: datetime) -> Wording:
        """What it says at a time, after the revisions made by then."""
        said = Wording(self.title, self.summary, self.published)
        for revision in self.revisions:
            if at_hour(revision.at) <= now:
                summary = said.summary if revision.summary is None else revision.summary
                said = Wording(revision.title, summary, at_hour(revision.at))
        return said


class Outlet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An invented newsroom and the manners of its server; outlets.toml explains each field."""

    id: str
    name: str
    domain: str
    language: str
    format: Literal["rss", "atom", "rdf"]
    charset: str = "utf-8"
    declared: str = ""
    guid: Literal["tag", "link", "none"] = "tag"
    sections: tuple[str, ...] = ("main",)
    tracking: bool = False
    tags: tuple[str, ...] = ()
    quirk: Quirk = "normal"
    ill_from: float = msgspec.field(name="from", default=0.0)
    ill_until: float = msgspec.field(name="until", default=float("inf"))
    path: str = ""
    moved_to: str = ""

    @property
    def declared_charset(self) -> str:
        """What its prolog and its header say it is written in."""
        return self.declared or self.charset

    def is_ill(self, now: datetime) -> bool:
        """Whether its quirk shows at a time."""
        return at_hour(self.ill_from) <= now and (
            self.ill_until == float("inf") or now < at_hour(self.ill_until)
        )

    def shows(self, quirk: Quirk, now: datetime) -> bool:
        """Whether it behaves in this way at a time."""
        return self.quirk == quirk and self.is_ill(now)

    def status(self, now: datetime) -> int:
        """The HTTP status its feeds answer with at a time, redirects and 304 aside."""
        return _FAULTS.get(self.quirk, 200) if self.is_ill(now) else 200

    def feed_title(self, section: str) -> str:
        """What a reader would see as the name of one of its feeds."""
        return self.name if len(self.sections) == 1 else f"{self.name} · {section}"

    def feed_path(self, section: str) -> str:
        """Where one of its feeds has been from the start."""
        if len(self.sections) > 1:
            return f"/feeds/{section}.xml"
        return self.path or {"rss": "/rss.xml", "atom": "/atom.xml", "rdf": "/index.rdf"}[self.format]

    def link(self, story: WireStory, section: str = "") -> str:
        """A story's address: its own in every feed, but for the tracking in the first section's."""
        address = f"https://{self.domain}/{story.published:%Y/%m/%d}/{story.id}"
        if self.tracking and section == self.sections[0]:
            return f"{address}?utm_source=rss&utm_medium=feed&utm_campaign={section}"
        return address


@dataclass(frozen=True)
class Newswire:
    """Everything the demo has to tell, oldest first."""

    outlets: tuple[Outlet, ...]
    stories: tuple[WireStory, ...]
    start: datetime = START
    end: datetime = field(default=START + LENGTH)

    @classmethod
    def load(cls) -> Newswire:
        """The newswire that ships with Watcher. Raises NewswireError if it contradicts itself."""
        room = files(__package__ or "watcher.demo")
        return cls.read(
            (room / "outlets.toml").read_text("utf-8"), (room / "newswire.jsonl").read_text("utf-8")
        )

    @classmethod
    def read(cls, outlets: str, stories: str) -> Newswire:
        """A newswire from the texts of an outlets.toml and a newswire.jsonl."""
        try:
            table: dict[str, Any] = tomllib.loads(outlets)
            known = msgspec.convert(table.get("outlet", []), tuple[Outlet, ...])
            decoder = msgspec.json.Decoder(WireStory)
            told = tuple(decoder.decode(line) for line in stories.splitlines() if line.strip())
        except (tomllib.TOMLDecodeError, msgspec.MsgspecError) as error:
            raise NewswireError(f"The demo's newswire cannot be read: {error}") from error
        _insist_on_known_outlets(known, told)
        return cls(known, tuple(sorted(told, key=lambda story: (story.at, story.id))))

    @cached_property
    def _told_by(self) -> Mapping[str, tuple[WireStory, ...]]:
        return {
            outlet.id: tuple(story for story in self.stories if story.outlet == outlet.id)
            for outlet in self.outlets
        }

    def outlet(self, id: str) -> Outlet:
        """The outlet with this id. Raises NewswireError if there is none."""
        for outlet in self.outlets:
            if outlet.id == id:
                return outlet
        raise NewswireError(f"No outlet of the demo is called {id}.")

    def in_feed(self, outlet: Outlet, section: str, now: datetime) -> tuple[WireStory, ...]:
        """The stories one feed holds at a time, newest first."""
        out = [
            story
            for story in self._told_by[outlet.id]
            if story.published <= now and (not story.sections or section in story.sections)
        ]
        return tuple(reversed(out[-NEWEST:]))


def _insist_on_known_outlets(outlets: tuple[Outlet, ...], stories: tuple[WireStory, ...]) -> None:
    sections = {outlet.id: set(outlet.sections) for outlet in outlets}
    for story in stories:
        if story.outlet not in sections:
            raise NewswireError(
                f"Story {story.id} comes from {story.outlet}, which is no outlet of the demo."
            )
        if not set(story.sections) <= sections[story.outlet]:
            raise NewswireError(f"Story {story.id} stands in a section that {story.outlet} does not have.")
