"""A topic by the name that somebody typed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.words import Misspoken, nearest
from watcher.models import Topic
from watcher.store import topics

_LISTED = 3


async def existing_topic(newsroom: Newsroom, ask: Ask, name: str) -> Topic:
    """The topic of a name; raises Misspoken with the nearest name there is."""
    async with newsroom.store.reading() as db:
        return await topic_called(db, ask, name)


async def topic_called(db: AsyncConnection, ask: Ask, name: str, line: str = "") -> Topic:
    """The topic of a name or title; raises Misspoken with the nearest there are, as words after `line`."""
    known = await topics.topics(db, ask.desk.id)
    if found := named(known, name.strip()):
        return found[0]
    raise no_topic(known, name, line)


def named(known: Sequence[Topic], said: str) -> list[Topic]:
    """The topics of a name; where none has it, those of that title."""
    word = said.casefold()
    by_name = [one for one in known if one.name.casefold() == word]
    return by_name or [one for one in known if one.title and one.title.casefold() == word]


def like(known: Sequence[Topic], said: str) -> list[str]:
    """The names of the topics that may have been meant: those with all of the words, else the nearest."""
    words = said.casefold().split()
    found = [one.name for one in known if all(word in f"{one.name} {one.title}".casefold() for word in words)]
    return found[:2] or nearest(said, [one.name for one in known], most=2)


def no_topic(known: Sequence[Topic], said: str, line: str = "") -> Misspoken:
    """What to say of a name that no topic has."""
    guesses = like(known, said)
    guess = f" Did you mean {' or '.join(guesses)}?" if guesses else ""
    offered = guesses or [one.name for one in known[:_LISTED]]
    hints = [f"{line} {name}" for name in offered] if line else [] if guesses else ["/watch topic list"]
    return Misspoken(f"There is no topic {said!r}.{guess}", hints or ("/watch topic list",))
