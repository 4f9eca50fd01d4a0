"""A topic by the name that somebody typed."""

from __future__ import annotations

from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.words import Misspoken, nearest
from watcher.models import Topic
from watcher.store import topics


async def existing_topic(newsroom: Newsroom, ask: Ask, name: str) -> Topic:
    """The topic of a name; raises Misspoken with the nearest name there is."""
    async with newsroom.store.reading() as db:
        found = await topics.get(db, ask.desk.id, name.strip().casefold())
        known = [topic.name for topic in await topics.topics(db, ask.desk.id)]
    if found:
        return found
    guesses = nearest(name, known, most=2)
    if guesses:
        raise Misspoken(f"There is no topic {name!r}. Did you mean {' or '.join(guesses)}?")
    raise Misspoken(f"There is no topic {name!r}.", ("/watch topic list",))
