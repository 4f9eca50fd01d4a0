"""The rooms of the house, opened together and closed together.

`open_house` is what `run`, `demo` and every command of the command line stand on: the store, the stages
and the commands, wired but not yet scheduled. The clock is an argument, so that the demo brings its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import random
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from watcher.aftermath import Aftermath
from watcher.alerts import Alerts
from watcher.bulletin import Bulletin
from watcher.chat.commands import Commands
from watcher.chat.commands.newsroom import Newsroom
from watcher.config import FeedsSettings, GroupSettings, Settings, TopicLine, TopicsSettings, look_at_topics
from watcher.deadman import DeadMan
from watcher.desk.bulletin import CUT_OFF
from watcher.desk.joint import joint_desks
from watcher.desk.sources import NO_SOURCES, Sources
from watcher.editing import Editors
from watcher.feeds import opml
from watcher.feeds.discover import Found, discover
from watcher.feeds.guard import Guard
from watcher.feeds.poll import Poller
from watcher.feeds.wikidata import Wikidata
from watcher.feeds.workers import Parsers
from watcher.intake import Intake
from watcher.mastheads import Mastheads
from watcher.models import Desk, Feed, Fetched, FetchFailed, Parsed, ParseFailed
from watcher.pipeline import Pipeline
from watcher.rounds import Rounds
from watcher.store import Store, desks, feeds, topics
from watcher.store.joint import join
from watcher.stories.vectors import CLOSER, Vectors, load_vectors
from watcher.taster import CopyTaster
from watcher.toml import ConfigError, Fault, read_text
from watcher.topics.names import Names

log = logging.getLogger(__name__)

CONSOLE_DESK = Desk("console", "console", "this terminal")


def utc_now() -> datetime:
    """The world's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """Everything that is wired; see `open_house`.

    `away` has the platforms that cannot be reached, with when they are tried again; `troubles` say what is
    wrong with them at this moment, each in sentences for `/watch status`.
    """

    settings: Settings
    store: Store
    names: Names
    poller: Poller
    parsers: Parsers
    rounds: Rounds
    pipeline: Pipeline
    commands: Commands
    now: Callable[[], datetime]
    away: dict[str, datetime]
    troubles: list[Callable[[], tuple[str, ...]]]
    alerts: Alerts
    deadman: DeadMan
    aftermath: Aftermath
    intake: Intake
    bulletin: Bulletin
    vectors: OnDemand
    closer: OnDemand


@dataclass(frozen=True, slots=True)
class FeedProbe:
    """How commands look at an address: by the same poller and parsers as everything else."""

    poller: Poller
    parsers: Parsers
    now: Callable[[], datetime]

    async def find(self, url: str) -> tuple[Found, ...]:
        """The feeds at an address or announced by a site."""
        return await discover(self.poller, url, self.now())

    async def read(self, feed: Feed) -> Parsed | ParseFailed | FetchFailed:
        """What a feed has to say at this moment, whether or not it is new."""
        anew = replace(feed, etag="", last_modified="", body_hash="")
        result = await self.poller.poll(anew, self.now())
        if isinstance(result, FetchFailed):
            return result
        if isinstance(result, Fetched):
            return await self.parsers.parse(result)
        return Parsed(feed, result.at, feed.title, feed.language, ())


class OnDemand:
    """Sentence vectors whose model is there while it is needed: its 100 to 170 MB go when idle.

    It is read when the first text comes (most commands never need it), in a fraction of a second.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._model: Vectors | None = None
        self._used = False
        self._reading = Lock()

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return self._at_hand().size

    def embed(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        """Vectors of some texts; see `watcher.stories.vectors.Vectors`. Any thread may ask."""
        return self._at_hand().embed(texts, languages)

    def rest(self) -> None:
        """Let the model go if nobody has used it since this was last asked."""
        if not self._used:
            self._model = None
        self._used = False

    def _at_hand(self) -> Vectors:
        self._used = True
        with self._reading:
            model = self._model = self._model or load_vectors(self._name)
        return model


def load_names(path: Path) -> Names:
    """The catalogue of names; raises ConfigError where none of it can be read."""
    faults: list[Fault] = []
    text = read_text(path, faults, "Set topics.names in watcher.toml to where the catalogue of names is.")
    names = Names.load(text, files=(str(path),))
    if not len(names) and (faults or names.faults):
        raise ConfigError([*faults, *names.faults])
    return names


def load_sources(path: Path) -> Sources:
    """Who is who among outlets; without the file every outlet counts as itself.

    Raises ConfigError where none of the file can be read.
    """
    if not path.exists():
        return NO_SOURCES
    faults: list[Fault] = []
    sources = Sources.load(read_text(path, faults, "Set alerts.owners in watcher.toml."), str(path))
    if not sources.known and (faults or sources.faults):
        raise ConfigError([*faults, *sources.faults])
    return sources


def load_feeds(path: Path) -> opml.OpmlDocument:
    """The list of feeds that a new store starts with; raises ConfigError where it cannot be read."""
    try:
        return opml.read(path.read_bytes())
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        remedy = "Set feeds.file in watcher.toml to an OPML file."
        raise ConfigError([Fault(str(path), 0, f"It cannot be read ({words}). {remedy}")]) from error


def _warn(faults: Iterable[Fault | str], file: str = "") -> None:
    """Say in the log what was left out of a file that somebody wrote."""
    for fault in faults:
        log.warning("%s%s This was left out.", f"{file}: " if file else "", fault)


def parsers_for(settings: Settings) -> Parsers:
    """The worker processes that parse."""
    seconds = settings.feeds.parse_time.total_seconds()
    return Parsers(settings.feeds.parse_workers, seconds=seconds)


def _catalogues(settings: Settings) -> tuple[Names, Sources]:
    """Who is who: among people and places, and among outlets; what is wrong with either is logged."""
    names, sources = load_names(Path(settings.topics.names)), load_sources(Path(settings.alerts.owners))
    _warn((*names.faults, *sources.faults))
    return names, sources


@asynccontextmanager
async def open_house(
    settings: Settings,
    now: Callable[[], datetime] = utc_now,
    jitter: Callable[[Feed], float] = lambda feed: random(),
) -> AsyncIterator[House]:
    """Open every room; whatever happens inside, all of them are closed again.

    `jitter` spreads the polls of each feed by a number from 0 to 1.
    """
    async with AsyncExitStack() as stack:
        store = await Store.open(settings.store.url)
        stack.push_async_callback(store.close)
        names, sources = await asyncio.to_thread(_catalogues, settings)
        guard = Guard(settings.feeds.allow)
        poller = await stack.enter_async_context(Poller(settings.poll, guard))
        parsers = await stack.enter_async_context(parsers_for(settings))
        mastheads = Mastheads(now, sources)
        rounds = Rounds(store, now, settings.deliver.edit_pause, mastheads, settings.deliver.follow_pause)
        alerts = Alerts(store, now, settings.alerts, mastheads, settings.deliver.edit_pause)
        vectors, closer = OnDemand(settings.group.vectors), OnDemand(CLOSER)
        taster = _taster(settings.group, names, vectors, closer)
        bulletin = Bulletin(store, now, rounds.speaks_to)
        intake = Intake(store, poller, parsers, now, bulletin.hear, jitter)
        pipeline = Pipeline(store, taster, intake, rounds, alerts, now)
        away: dict[str, datetime] = {}
        troubles: list[Callable[[], tuple[str, ...]]] = [partial(_what_is_away, away, bulletin)]
        newsroom = Newsroom(
            store,
            names,
            FeedProbe(poller, parsers, now),
            pipeline.refresh,
            now,
            started_at=now(),
            notes=lambda: tuple(said for trouble in troubles for said in trouble()),
            joint=await _joined(store, settings.desk.same),
            editors=Editors(store, pipeline, rounds, now),
            mastheads=mastheads,
            is_cut_off=bulletin.is_cut_off,
            proposer=Wikidata(settings.topics.wikidata, guard, settings.poll.user_agent),
        )
        wired = (settings, store, names, poller, parsers, rounds, pipeline, Commands(newsroom), now)
        by_the_clock = (alerts, DeadMan(store, now, settings.alerts), Aftermath(store, now))
        yield House(*wired, away, troubles, *by_the_clock, intake, bulletin, vectors, closer)


def _taster(settings: GroupSettings, names: Names, vectors: Vectors, closer: Vectors) -> CopyTaster:
    """A copy taster that watches nothing yet."""
    closer_if_wanted = None if settings.closely == "none" else closer
    return CopyTaster((), names, vectors, settings.window, closer=closer_if_wanted, closely=settings.closely)


async def _joined(store: Store, same: Sequence[str]) -> Mapping[str, Desk]:
    """The desks that are one, by the ids of their places' own, joined in the store."""
    joint = joint_desks(same)
    async with store.writing() as db:
        await join(db, joint)
    return joint


def _what_is_away(away: Mapping[str, datetime], bulletin: Bulletin) -> tuple[str, ...]:
    """For `/watch status`: the platforms that cannot be reached now, or the whole network."""
    platforms = tuple(f"{platform} cannot be reached; what is for it waits." for platform in away)
    return (*platforms, CUT_OFF) if bulletin.is_cut_off() else platforms


async def furnish(house: House, desk: Desk) -> tuple[int, int]:
    """Give an empty store its first feeds, and a new desk its first topics; returns how many of each."""
    return await _first_feeds(house), await _first_topics(house, house.commands.newsroom.desk_of(desk))


async def can_furnish(house: House) -> None:
    """Raise ConfigError where what a new store begins with cannot be read: before anybody is met."""
    async with house.store.writing() as db:
        desk_known, feeds_known = bool(await desks.desks(db)), await feeds.ever_added(db)
    if not feeds_known and (path := Path(house.settings.feeds.file)).exists():
        await asyncio.to_thread(load_feeds, path)
    if not desk_known:
        await asyncio.to_thread(_readable_topics, Path(house.settings.topics.file))


async def _first_feeds(house: House) -> int:
    async with house.store.writing() as db:
        if await feeds.ever_added(db):
            return 0
    path = Path(house.settings.feeds.file)
    if not await asyncio.to_thread(path.exists):
        _miss(
            path, FeedsSettings().file, "feed", "set feeds.file in watcher.toml to an OPML file, or add feeds"
        )
        return 0
    document = await asyncio.to_thread(load_feeds, path)
    _warn(document.faults, str(path))
    async with house.store.writing() as db:
        return len(await feeds.add(db, opml.feeds_of(document)))


async def _first_topics(house: House, desk: Desk) -> int:
    async with house.store.reading() as db:
        known = await desks.get(db, desk.id)
    lines = () if known else await asyncio.to_thread(_written_topics, Path(house.settings.topics.file))
    async with house.store.writing() as db:
        if not await desks.ensure(db, desk):
            return 0
        for line in lines:
            await topics.add(db, replace(line.as_topic(desk.id), created_at=house.now()))
    return len(lines)


def _miss(path: Path, usual: str, what: str, mend: str) -> None:
    """Say that a file is missing that somebody named; who names none may well begin with nothing."""
    if path != Path(usual):
        log.warning("%s is not there, so there is no %s to begin with: %s.", path, what, mend)


def _written_topics(path: Path) -> tuple[TopicLine, ...]:
    """The topics of a file that can be watched; raises ConfigError where none of a faulty file can be."""
    if not path.exists():
        mend = "set topics.file in watcher.toml to a file of topics, or add topics"
        _miss(path, TopicsSettings().file, "topic", mend)
        return ()
    lines, faults = _readable_topics(path)
    _warn(faults)
    return lines


def _readable_topics(path: Path) -> tuple[tuple[TopicLine, ...], list[Fault]]:
    if not path.exists():
        return (), []
    lines, faults = look_at_topics(path)
    if faults and not lines:
        raise ConfigError(faults)
    return lines, faults
