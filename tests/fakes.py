"""Stand-ins that behave: what was given to them can be read afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from watcher.chat.commands import Ask, Commands
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.desk.alerts import Who
from watcher.desk.events import Ruling
from watcher.feeds.discover import Found, NoFeed
from watcher.models import Card, Desk, Feed, FetchFailed, Parsed, ParseFailed, Place, Ref, Topic, WatcherError


@dataclass(slots=True)
class FakeChat:
    """A chat platform in memory: `messages` by their ref, `threads` by their name.

    `away` and `refuses` make it behave like a platform that cannot be reached, or says no.
    """

    platform: str = "fake"
    messages: dict[Ref, Card] = field(default_factory=dict)
    edits: list[Ref] = field(default_factory=list)
    threads: dict[Place, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    answers: list[Card] = field(default_factory=list)
    away: bool = False
    refuses: bool = False
    closed: bool = False
    _by_key: dict[str, Ref] = field(default_factory=dict)

    def of(self, desk: str) -> FakeChat:
        """The platform as a desk has it: the same for all."""
        return self

    async def listen(self, commands: Commands) -> None:
        """Answer the lines that were put in `lines`."""
        ask = Ask(Desk("fake", "fake"), Place("fake", "general"), person="editor", may_manage=True)
        for line in self.lines:
            self.answers.append(await commands.run(ask, line))

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Keep a card as a message."""
        self._obstruct()
        if key not in self._by_key:
            ref = Ref(place, f"m{len(self.messages) + 1}")
            self._by_key[key] = ref
            self.messages[ref] = replace(card, replies=())
        return self._by_key[key]

    async def edit(self, ref: Ref, card: Card) -> None:
        """Change a message that was kept."""
        self._obstruct()
        self.messages[ref] = replace(card, replies=())
        self.edits.append(ref)

    async def open_thread(self, ref: Ref, name: str) -> Place:
        """The place under a message."""
        self._obstruct()
        place = replace(ref.place, thread=ref.message)
        self.threads.setdefault(place, name)
        return place

    async def close(self) -> None:
        """Be closed."""
        self.closed = True

    def _obstruct(self) -> None:
        if self.away:
            raise ChatUnavailable("The fake platform is away.")
        if self.refuses:
            raise ChatRefused("The fake platform refuses.")

    def in_thread(self, place: Place) -> list[Card]:
        """The messages of a thread, in the order in which they came."""
        return [card for ref, card in self.messages.items() if ref.place == place]


@dataclass(slots=True)
class FakeProbe:
    """Addresses that a test has furnished: `sites` by their feeds, `feeds` by what they have to say."""

    sites: dict[str, tuple[Found, ...]] = field(default_factory=dict)
    feeds: dict[str, Parsed | ParseFailed | FetchFailed] = field(default_factory=dict)

    async def find(self, url: str) -> tuple[Found, ...]:
        """The feeds that a test put at an address; raises NoFeed where it cannot be read, as real ones do."""
        if isinstance(failed := self.feeds.get(url), FetchFailed):
            raise NoFeed(failed.reason)
        return self.sites.get(url, (Found(url),) if url in self.feeds else ())

    async def read(self, feed: Feed) -> Parsed | ParseFailed | FetchFailed:
        """What a test put at a feed's address."""
        if feed.url not in self.feeds:
            raise WatcherError(f"No test said what is at {feed.url}.")
        return self.feeds[feed.url]


@dataclass(slots=True)
class Counted:
    """Something to call that counts how often it was; `then` is called as well, if given."""

    times: int = 0
    then: Callable[[], object] | None = None

    async def __call__(self) -> None:
        self.times += 1
        if self.then:
            self.then()


@dataclass(slots=True)
class StillClock:
    """A clock that stands where it was put."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class FakeEditors:
    """Keeps what editors said in `words`; nothing comes of it."""

    words: list[Ruling] = field(default_factory=list)

    async def merge(self, topic: Topic, one: str, other: str, who: Who, said: str) -> Ruling:
        """Keep that two events are one."""
        return self._keep(topic, "merge", [one, other], who, said)

    async def split(self, topic: Topic, stories: Sequence[str], who: Who, said: str) -> Ruling:
        """Keep that stories are not their event."""
        return self._keep(topic, "split", stories, who, said)

    async def undo(self, topic: Topic, word: Ruling, who: Who) -> Ruling:
        """Forget a word."""
        self.words.remove(word)
        return word

    def _keep(
        self, topic: Topic, kind: Literal["merge", "split"], of: Sequence[str], who: Who, said: str
    ) -> Ruling:
        number = len(self.words) + 1
        now = datetime(2026, 9, 14, tzinfo=UTC)
        word = Ruling(number, topic.id, kind, tuple(of), (), said, now, who.person, who.called)
        self.words.append(word)
        return word
