"""The demo: the invented newswire, replayed faster than life through everything, and a prompt at the end.

The wire's clock is moved an hour at a time, and each time the real pipeline does all that is due:
it polls over real HTTP, parses in worker processes, matches, groups, composes and delivers. Nothing
depends on how fast the machine is, so that it is the same every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zlib import crc32

from rich.console import Console as Terminal
from rich.console import RenderableType
from rich.status import Status
from rich.table import Table
from rich.text import Text

from watcher.app import Bot
from watcher.chat.commands import Commands
from watcher.chat.console import Console, Screen
from watcher.chat.port import Sending
from watcher.config import FeedsSettings, Settings, StoreSettings, TopicsSettings
from watcher.demo.newswire import Newswire
from watcher.demo.wire import WireServer
from watcher.desk.clock import next_time
from watcher.desk.compose import clean, count
from watcher.feeds.poll import PollSettings
from watcher.house import CONSOLE_DESK, House, furnish, open_house
from watcher.launch import CONSOLE_PLACE, console
from watcher.models import Card, Feed, Place, Ref, Revision, Subscription
from watcher.store import feeds, status, subscriptions

STEP = timedelta(hours=1)
DIGEST_AT = time(18)
REPLIES_SHOWN = 3
SUGGESTIONS = (
    "/digest kim-putin-summit 3d",
    "/watch topic test wildfire OR hurricane OR typhoon",
    "/watch topic add storms hurricane OR typhoon",
    "/watch why hurricane kim",
)
"""What to type at the demo's end: news of its last days, which are not yet too old to be found."""
HERE = Path(__file__).parent
NAMES = HERE.parent.parent / "config" / "names.toml"
"""The catalogue of a checkout; where Watcher is installed without one (a container) that of the folder."""
STALL = timedelta(seconds=3)
"""How long the demo's poller waits for an outlet that says nothing; the real one waits longer."""


@dataclass(slots=True)
class Clock:
    """The wire's clock, which stands still until it is moved."""

    at: datetime

    def now(self) -> datetime:
        return self.at


class Brief:
    """The terminal without edits and without the tail of each thread, or ten days would scroll by unread."""

    def __init__(self, chat: Console) -> None:
        self.platform = chat.platform
        self._chat = chat
        self._in_thread: Counter[Place] = Counter()

    def of(self, desk: str) -> Sending:
        return self

    async def listen(self, commands: Commands) -> None:
        await self._chat.listen(commands)

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        self._in_thread[place] += bool(place.thread)
        if self._in_thread[place] > REPLIES_SHOWN:
            return Ref(place, f"{place.thread}.{self._in_thread[place]}")
        if not place.thread:
            self.tell_of_the_rest()
        return await self._chat.send(place, card, key)

    async def edit(self, ref: Ref, card: Card) -> None:
        """Growth of an event is in the next digest; here it is not shown."""

    async def open_thread(self, ref: Ref, name: str) -> Place:
        return await self._chat.open_thread(ref, name)

    async def close(self) -> None:
        await self._chat.close()

    def tell_of_the_rest(self) -> None:
        """Say how many replies of the last thread were not shown."""
        left = sum(max(0, sent - REPLIES_SHOWN) for sent in self._in_thread.values())
        self._in_thread.clear()
        if left:
            self._chat.note(Text(f"  … and {count(left, 'more event')} in the thread\n", style="dim"))

    @property
    def is_left(self) -> bool:
        return self._chat.is_left

    def note(self, what: RenderableType) -> None:
        """Print what is no message."""
        self.tell_of_the_rest()
        self._chat.note(what)


@dataclass(slots=True)
class Watch:
    """What was seen on the way, for the summary."""

    digests: int = 0
    revisions: list[Revision] = field(default_factory=list)
    fell_ill: list[str] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)


async def run_demo(*, prompt: bool) -> int:
    """Show the demo, then end, or with `prompt` stay at the prompt until left; returns the exit code."""
    terminal = Screen(highlight=False, emoji=False)
    wire = Newswire.load()
    clock = Clock(wire.start)
    _opening(terminal, wire)
    with TemporaryDirectory(prefix="watcher-demo-") as folder:
        async with demo_house(Path(folder), wire, clock) as (house, server):
            chat = Brief(await console(house, terminal))
            bot = Bot(house, {"console": chat})
            started = perf_counter()
            watch = await _replay(terminal, chat, house, bot, wire, clock)
            chat.tell_of_the_rest()
            await _summary(terminal, house, bot, server, watch, perf_counter() - started)
            if prompt:
                _invitation(terminal)
                await chat.listen(house.commands)
            await chat.close()
    return 0


@asynccontextmanager
async def demo_house(folder: Path, wire: Newswire, clock: Clock) -> AsyncIterator[tuple[House, WireServer]]:
    """A newsroom that lives in a folder, polls the wire and goes by its clock."""
    settings = _settings(folder)
    async with (
        WireServer(wire, clock.now, stall_seconds=10 * STALL.total_seconds()) as server,
        open_house(settings, clock.now, _steady) as house,
    ):
        await furnish(house, CONSOLE_DESK)
        await _take_feeds(house, server)
        await _subscribe(house)
        yield house, server


def _steady(feed: Feed) -> float:
    """A feed's jitter, which is the same in every demo."""
    return crc32(feed.title.encode()) / 2**32


def _settings(folder: Path) -> Settings:
    """The settings of a newsroom, but for addresses on this machine and an impatient clock."""
    poll = replace(
        PollSettings(),
        total_seconds=STALL.total_seconds(),
        host_pause_seconds=0.0,
        floor=timedelta(hours=1),
        ceiling=timedelta(hours=3),
    )
    return Settings(
        store=StoreSettings(url=f"sqlite:///{folder}/demo.db"),
        feeds=FeedsSettings(file=str(folder / "none.opml"), allow=("127.0.0.1",), parse_workers=2),
        poll=poll,
        topics=TopicsSettings(file=str(HERE / "topics.toml"), names=str(_catalogue()), wikidata=""),
    )


def _catalogue() -> Path:
    return NAMES if NAMES.exists() else Path("config") / NAMES.name


async def _take_feeds(house: House, server: WireServer) -> None:
    wanted = [
        Feed(0, feed.url, title=feed.title, language=feed.language, tags=feed.tags) for feed in server.feeds
    ]
    async with house.store.writing() as db:
        await feeds.add(db, wanted)


async def _subscribe(house: House) -> None:
    first = next_time((DIGEST_AT,), "UTC", house.now())
    async with house.store.writing() as db:
        await subscriptions.add(
            db, Subscription(0, CONSOLE_DESK.id, CONSOLE_PLACE, times=(DIGEST_AT,), next_at=first)
        )


async def _replay(
    terminal: Terminal, chat: Brief, house: House, bot: Bot, wire: Newswire, clock: Clock
) -> Watch:
    """Move the clock from the wire's start to its end, doing at each step what is due."""
    watch = Watch()
    house.intake.on_feed = lambda before, after: _note_health(watch, before, after)
    house.intake.on_revision = lambda revision: _show_revision(chat, watch, revision)
    with Status("", console=terminal, spinner="dots") as line:
        while clock.at < wire.end:
            clock.at += STEP
            line.update(_status_words(clock.at, house, watch))
            await house.pipeline.poll()
            await house.pipeline.work()
            watch.digests += await house.rounds.digests()
            await house.bulletin.tell()
            await bot.deliverer.deliver()
            if chat.is_left:
                raise BrokenPipeError
    return watch


def _status_words(at: datetime, house: House, watch: Watch) -> str:
    tally = house.pipeline.tally
    counts = (
        count(tally.polled, "poll"),
        count(tally.stories, "story", "stories"),
        count(watch.digests, "digest"),
    )
    return " · ".join([f"{at:%a %d %b %H:%M}", *counts])


def _note_health(watch: Watch, before: Feed, after: Feed) -> None:
    if after.told and not before.told:
        watch.fell_ill.append(after.title)
    elif before.told and not after.told:
        watch.recovered.append(after.title)


def _show_revision(chat: Brief, watch: Watch, revision: Revision) -> None:
    if revision.old_title != revision.new_title:
        watch.revisions.append(revision)
        lines = Table.grid(padding=(0, 2, 0, 0))
        lines.add_row(
            Text("✎ headline changed", style="yellow"), Text(clean(revision.old_title), style="dim")
        )
        lines.add_row("", Text(clean(revision.new_title), style="bold"))
        chat.note(lines)


# ------------------------------------------------------------------------------------ what is said


def _opening(terminal: Terminal, wire: Newswire) -> None:
    languages = {outlet.language for outlet in wire.outlets}
    terminal.print(
        f"[bold]Watcher[/] replays an invented newswire: {len(wire.outlets)} outlets in {len(languages)} "
        f"languages, {count(len(wire.stories), 'story', 'stories')} of ten days in September 2026, served "
        "over HTTP on this machine. Some of its feeds break on the way. Nothing of it happened.\n"
    )


async def _summary(
    terminal: Terminal, house: House, bot: Bot, server: WireServer, watch: Watch, seconds: float
) -> None:
    tally = house.pipeline.tally
    async with house.store.reading() as db:
        counts = await status.counts(db)
    answers = ", ".join(f"{number:,} × {code}" for code, number in sorted(server.requests.items()))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    rows = (
        ("polled", f"{tally.polled:,} times: {answers}, {server.stalled} × no answer"),
        ("", f"{tally.unchanged:,} had nothing new, {tally.failed} failed"),
        (
            "stories",
            f"{tally.stories} new, {tally.sighted:,} seen again, {len(watch.revisions)} headlines changed",
        ),
        ("matched", f"{counts.matched} stories met a topic"),
        ("events", f"{counts.groups}"),
        ("digests", f"{watch.digests}, {bot.deliverer.sent} messages in all"),
        ("fell ill", ", ".join(dict.fromkeys(watch.fell_ill)) or "none"),
        ("recovered", ", ".join(dict.fromkeys(watch.recovered)) or "none"),
        ("took", f"{seconds:.0f} s: {_stages(tally)}"),
    )
    for name, words in rows:
        table.add_row(f"[bold]{name}[/]", words)
    terminal.rule("[bold]ten days of news[/]", style="dim")
    terminal.print(table)


def _stages(tally: object) -> str:
    names = {
        "poll": "polling and parsing",
        "store": "storing",
        "taste": "matching and grouping",
        "compose": "composing",
    }
    return ", ".join(f"{words} {getattr(tally, f'{name}_seconds'):.1f} s" for name, words in names.items())


def _invitation(terminal: Terminal) -> None:
    terminal.print("\nThe desk is yours. Try one of these, or /help; Ctrl-D leaves.\n")
    for line in SUGGESTIONS:
        terminal.print(f"    [bold]{line}[/]")
    terminal.print()
