"""What a half-typed line may become."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import fields
from functools import cache
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

from watcher.chat.commands.finding import offers
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Argument, Command, Registry
from watcher.chat.commands.words import Token, split_path, tokens
from watcher.desk.clock import WINDOWS
from watcher.models import DeskSettings
from watcher.store import desks, events, feeds, topics

MOST = 25
"""Discord takes no more than 25 choices; nobody reads more."""

_LANGUAGES = (
    *("en", "fr", "de", "es", "it", "pt", "pl", "ru", "uk", "ar", "fa", "tr"),
    *("zh", "ja", "ko", "nl", "sv", "cs", "hu", "ro", "el", "he", "hi"),
)
_TIMES = ("8:00", "8:00,18:00", "7:00,12:00,18:00")

Source = Callable[[Registry, Newsroom, Ask], Awaitable[Iterable[str]]]


async def _topic_names(registry: Registry, newsroom: Newsroom, ask: Ask) -> Iterable[str]:
    async with newsroom.store.reading() as db:
        return [topic.name for topic in await topics.topics(db, ask.desk.id)]


async def _events(registry: Registry, newsroom: Newsroom, ask: Ask) -> Iterable[str]:
    async with newsroom.store.reading() as db:
        mine = [topic.id for topic in await topics.topics(db, ask.desk.id)]
        ids = await events.newest(db, mine, 2 * MOST)
        found = {group.id: group for group in await topics.groups_by_id(db, ids)}
        reader = (await desks.settings(db, ask.desk.id)).language
    return offers([found[id_] for id_ in ids], reader)


async def _feed_addresses(registry: Registry, newsroom: Newsroom, ask: Ask) -> Iterable[str]:
    async with newsroom.store.reading() as db:
        return [feed.url for feed in await feeds.all_feeds(db)]


async def _commands(registry: Registry, newsroom: Newsroom, ask: Ask) -> Iterable[str]:
    return [" ".join(one.path).removeprefix("watch ") for one in registry.commands]


async def _zones(registry: Registry, newsroom: Newsroom, ask: Ask) -> Iterable[str]:
    return _known_zones()


@cache
def _known_zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone))


def _always(words: Iterable[str]) -> Source:
    listed = tuple(words)

    async def source(registry: Registry, newsroom: Newsroom, ask: Ask) -> Iterable[str]:
        return listed

    return source


SOURCES: dict[str, Source] = {
    "topic": _topic_names,
    "event": _events,
    "feed": _feed_addresses,
    "command": _commands,
    "setting": _always([*(field.name.replace("_", "-") for field in fields(DeskSettings)), "forget"]),
    "window": _always(WINDOWS),
    "language": _always(_LANGUAGES),
    "times": _always(_TIMES),
    "whom": _always(("here", "me")),
    "quiet": _always(("22:00-07:00", "off")),
    "zone": _zones,
    "alert rule": _always(("auto", "always", "never", "3 outlets in 20 min")),
}


async def completions(registry: Registry, newsroom: Newsroom, ask: Ask, text: str) -> list[str]:
    """What the last word of a half-typed line may become, each a whole word."""
    words = tokens(text)
    if text.endswith((" ", "\t")) or not words:
        words.append(Token("", len(text), len(text)))
    *before, last = words
    path, rest = split_path(registry, before)
    command = registry.get(path)
    if command is None:
        return [] if rest else _next_words(registry, path, last.raw)
    return await _argument_words(registry, newsroom, ask, command, rest, last.raw)


def _next_words(registry: Registry, path: tuple[str, ...], typed: str) -> list[str]:
    if path:
        return _starting(registry.below(path), typed)
    slashed = [f"/{word}" for word in registry.below(())]
    return _starting(slashed, "/" + typed.lstrip("/"))


async def _argument_words(
    registry: Registry, newsroom: Newsroom, ask: Ask, command: Command, rest: list[Token], typed: str
) -> list[str]:
    flag = re.fullmatch(r"--([\w-]*)", typed)
    if flag:
        return _starting([f"--{a.word}" for a in command.arguments if a.optional], typed)
    named = re.fullmatch(r"--([\w-]+)", rest[-1].raw) if rest else None
    if named and (argument := command.argument(named[1])) and argument.kind != "flag":
        return await suggestions(registry, newsroom, ask, argument, typed)
    if command.path[-1] == "help":
        said = tuple(token.raw.casefold() for token in rest)
        return _starting(registry.below(said) or registry.below(("watch", *said)), typed)
    return await _positional(registry, newsroom, ask, command, rest, typed)


async def _positional(
    registry: Registry, newsroom: Newsroom, ask: Ask, command: Command, rest: list[Token], typed: str
) -> list[str]:
    """Values for the arguments that words without a name may still be for."""
    taken = sum(not token.raw.startswith("--") for token in rest)
    open_ones = [a for a in command.arguments if not a.named and a.kind != "flag"]
    if taken and open_ones and open_ones[min(taken, len(open_ones)) - 1].rest:
        return []
    offered: list[str] = []
    for argument in open_ones[taken:]:
        offered += await suggestions(registry, newsroom, ask, argument, typed)
        if not argument.optional:
            break
    return list(dict.fromkeys(offered))[:MOST]


async def suggestions(
    registry: Registry, newsroom: Newsroom, ask: Ask, argument: Argument, typed: str
) -> list[str]:
    """At most 25 values for one argument, likeliest first; after a comma, for the last of a list."""
    head, comma, tail = typed.rpartition(",") if argument.kind == "list" else ("", "", typed)
    known: Iterable[str] = argument.choices
    if argument.source in SOURCES:
        known = await SOURCES[argument.source](registry, newsroom, ask)
    already = set(head.split(","))
    return [head + comma + word for word in _starting([w for w in known if w not in already], tail)]


def _starting(known: Iterable[str], typed: str) -> list[str]:
    """The known words that begin with, else contain, else resemble what was typed."""
    listed = list(dict.fromkeys(known))
    wanted = typed.casefold()
    first = [word for word in listed if word.casefold().startswith(wanted)]
    inside = [word for word in listed if wanted in word.casefold() and word not in first]
    if first or inside or len(wanted) < 3:
        return (first + inside)[:MOST]
    return [hit[0] for hit in process.extract(wanted, listed, scorer=fuzz.ratio, limit=5, score_cutoff=70)]
