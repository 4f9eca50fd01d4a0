"""What no story can meet of a topic: refused where it is typed, told of where it is stored already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from watcher.chat.commands import cards
from watcher.chat.commands.words import Misspoken
from watcher.desk.conditions import never_met
from watcher.desk.headline import cut
from watcher.feeds.addresses import outlet_named
from watcher.models import Line, Section, Topic
from watcher.topics.query import QueryError, parse_query


def checked(query: str, *, anyway: bool = False) -> str:
    """A query that can be read, and met by a story unless it is taken `anyway`.

    Raises Misspoken, with the place in it that is wrong.
    """
    try:
        read = parse_query(query)
    except QueryError as error:
        raise Misspoken(str(error), shown=_pointed(query, error.at)) from error
    for said, at in () if anyway else never_met(read):
        raise Misspoken(said, shown=_pointed(query, at))
    return query.strip()


def _pointed(query: str, at: int) -> Line:
    """A query with the place marked at which it cannot be read, counted from 1; 0 is all of it."""
    if not at:
        return cards.line(cards.code(cut(query, 200)))
    place = min(at, len(query)) - 1
    return cards.marked(query, [(place, place + 1)])


def outlets(without: Sequence[str], *, anyway: bool = False) -> tuple[str, ...]:
    """Outlets as stories have them: `https://www.rt.com/news` is rt.com; raises Misspoken.

    Taken `anyway` they stay as they were typed.
    """
    if [word.casefold() for word in without] == ["none"]:
        return ()
    words = [word for said in without for word in said.split()]
    if anyway:
        return tuple(dict.fromkeys(words))
    for word in words:
        if not outlet_named(word):
            raise Misspoken(f"{word!r} is no outlet that could be left out: give its domain, as in rt.com.")
    return tuple(dict.fromkeys(map(outlet_named, words)))


def insisting(topic: Topic) -> str:
    """What the line needs that makes a topic as it is, where it was stored with what would be refused now."""
    return " --anyway" if any(_unmet(topic)) else ""


def unmet_section(topic: Topic) -> Section:
    """What no story can meet of a topic, and what to write instead."""
    return cards.section(*_unmet(topic))


def _unmet(topic: Topic) -> Iterator[str]:
    try:
        yield from (said for said, _ in never_met(parse_query(topic.query)))
    except QueryError as error:
        yield str(error)
    for word in topic.excluded_outlets:
        meant = outlet_named(word)
        if not meant:
            yield f"{word!r} is no domain, so no outlet of that name is left out. Write one, as in rt.com."
        elif meant != word.casefold():
            yield f"No story is known by {word}, so none of it is left out. Write {meant}."
