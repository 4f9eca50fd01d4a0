"""A newsroom for tests of the commands: a real store with some days of stories, and people who ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from tests.fakes import Counted, FakeEditors, FakeProbe, StillClock
from watcher.chat.commands import Ask, Commands, Newsroom
from watcher.mastheads import Mastheads
from watcher.models import Card, Desk, Feed, Line, Match, Piece, Place, Placement, Reason, Story, Topic
from watcher.store import Store, desks, feeds, stories, topics
from watcher.topics.names import Names

NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
DESK = Desk("d1", "console", "Foreign desk")
HERE = Place("console", "foreign")
EDITOR = Ask(DESK, HERE, person="ada", may_manage=True)
READER = Ask(DESK, HERE, person="bo")
NAMES = """
[vladimir-putin]
kind = "person"
en = ["Vladimir Putin", "Putin"]
fr = ["Vladimir Poutine", "Poutine"]
ru = ["Владимир Путин", "Путин"]

[kim-jong-un]
kind = "person"
en = ["Kim Jong Un"]
ru = ["Ким Чен Ын"]
weak = ["Kim"]
hints = ["Pyongyang"]

[norland]
kind = "place"
en = ["Norland"]

[ostvik]
kind = "place"
en = ["Ostvik"]
within = ["norland"]
"""


@dataclass(frozen=True, slots=True)
class Room:
    """Commands over a store, and what a test may want to look at or move."""

    commands: Commands
    store: Store
    probe: FakeProbe
    refreshed: Counted
    clock: StillClock

    async def run(self, line: str, ask: Ask = EDITOR) -> Card:
        return await self.commands.run(ask, line)

    async def say(self, line: str, ask: Ask = EDITOR) -> str:
        """The answer to a line as plain text."""
        return text_of(await self.run(line, ask))


def room_on(store: Store) -> Room:
    probe, refreshed, clock = FakeProbe(), Counted(), StillClock(NOW)
    newsroom = Newsroom(
        store,
        Names.load(NAMES),
        probe,
        refreshed,
        clock,
        started_at=NOW - timedelta(days=2),
        editors=FakeEditors(),
        mastheads=Mastheads(clock),
    )
    return Room(Commands(newsroom), store, probe, refreshed, clock)


def story(
    title: str, *, hours: float = 1, outlet: str = "lemonde.fr", language: str = "en", **more: str
) -> Story:
    """A story that was published and seen some hours before now."""
    link = f"https://{outlet}/{blake2b(title.encode(), digest_size=4).hexdigest()}"
    at = NOW - timedelta(hours=hours)
    id_ = blake2b(f"{outlet}{title}".encode(), digest_size=8).hexdigest()
    made = Story(id_, title, link, outlet, at, at, language=language, keys=(f"link:{link}",))
    return replace(made, **more)


async def record(store: Store, found: Sequence[Story], *, backlog: bool = False) -> None:
    """Put stories in the store, each seen at its own time."""
    async with store.writing() as db:
        await feeds.add(db, [Feed(0, "https://lemonde.fr/rss", title="Le Monde", first_polled_at=NOW)])
        feed = await feeds.get(db, "https://lemonde.fr/rss")
        assert feed
        for one in sorted(found, key=lambda one: one.seen):
            await stories.record(db, [one], feed, one.seen, backlog=backlog)


async def watch(store: Store, name: str, query: str, **more: object) -> Topic:
    """Give the desk a topic."""
    async with store.writing() as db:
        await desks.ensure(db, DESK)
        return await topics.add(db, replace(Topic(0, DESK.id, name, query), **more))


async def catch(store: Store, topic: Topic, *events: Sequence[Story], ids: str = "event{}") -> list[str]:
    """Have a topic catch stories, each list of them as one event; returns the events' ids."""
    groups = [ids.format(number) for number in range(1, len(events) + 1)]
    async with store.writing() as db:
        for group, found in zip(groups, events, strict=True):
            await topics.save_matches(db, [match_of(one, topic) for one in found])
            await topics.place(db, [Placement(one.id, topic.id, group, one.id, 1.0) for one in found])
    return groups


def match_of(one: Story, topic: Topic) -> Match:
    word = one.title.split()[0]
    return Match(one.id, topic.id, 80.0, (Reason(word.casefold(), "exact", word, "title", 0, len(word)),))


# -------------------------------------------------------------------------------- reading cards


def text_of(card: Card) -> str:
    """All that a card says, as plain text, a line a line."""
    lines = [card.title]
    for section in card.sections:
        lines += [section.heading] if section.heading else []
        lines += map(line_text, section.lines)
    lines += [line_text(card.footer), *(f"[{b.label}] {b.command}" for b in card.buttons)]
    return "\n".join([*filter(None, lines), *map(text_of, card.replies)])


def line_text(line: Line) -> str:
    return "".join(piece.text for piece in line)


def pieces_of(card: Card) -> Iterable[Piece]:
    """Every piece of a card and of its replies."""
    for section in card.sections:
        for line in section.lines:
            yield from line
    yield from card.footer
    for reply in card.replies:
        yield from pieces_of(reply)


def marked(card: Card) -> list[str]:
    """The words that a card marks."""
    return [piece.text for piece in pieces_of(card) if piece.style == "mark"]


def undo_of(card: Card) -> str:
    """The line that undoes what was done."""
    return next(button.command for button in card.buttons if button.label == "Undo")
