"""Every command there is, and `/watch help`, which says what each is for."""

from __future__ import annotations

import sys
from typing import Annotated

from watcher.chat.commands import (
    alerts,
    asking,
    cards,
    desk,
    digest,
    duties,
    editing,
    events,
    feed_health,
    feeds,
    naming,
    oncall,
    subscriptions,
    teaching,
    topics,
    trend,
)
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Argument, Command, Registry, Rest, command
from watcher.chat.commands.words import Misspoken, nearest
from watcher.models import Card, Line, Section

_FIRST_STEPS = (
    ("/digest", "what happened, event by event"),
    ("/watch topic add kim-putin kim jong un putin", "watch something new"),
    ("/watch subscribe kim-putin 8:00,18:00", "have digests brought here"),
    ("/watch why LINK", "why a story was caught, or why not"),
)
_GROUPS = (
    ("Reading", ("digest", "watch search", "watch why", "watch trend")),
    ("Events", ("watch event",)),
    ("Topics", ("watch topic", "watch name")),
    ("Being told", ("watch subscribe", "watch unsubscribe", "watch subscriptions", "watch quiet")),
    ("When it breaks", ("watch alerts", "watch alert", "watch oncall")),
    ("Feeds", ("watch feed",)),
    ("The desk", ("watch settings", "watch status", "watch help")),
)


@command("watch help", examples=("/watch help topic add",))
async def help_(
    newsroom: Newsroom,
    ask: Ask,
    command: Annotated[str, Rest("the command to explain", source="command")] = "",
) -> Card:
    """What can be asked of the desk, or how one command is used."""
    words = tuple(command.casefold().lstrip("/").split())
    if not words:
        return _overview()
    for path in (words, ("watch", *words)):
        found = EVERY.get(path)
        if found:
            return _explained(found)
        if EVERY.under(path):
            return cards.card(f"/{' '.join(path)}", _section("", EVERY.under(path)))
    lines = [" ".join(one.path) for one in EVERY.commands]
    guesses = nearest(" ".join(words), lines, most=3, least=40)
    raise Misspoken(f"I know no command {command!r}.", [f"/watch help {guess}" for guess in guesses])


def _overview() -> Card:
    first = [cards.line(cards.code(line), cards.quiet(f" — {what}")) for line, what in _FIRST_STEPS]
    sections = [
        _section(heading, [one for path in paths for one in EVERY.under(tuple(path.split()))])
        for heading, paths in _GROUPS
    ]
    footer = cards.line(cards.quiet("More of one: "), cards.code("/watch help topic add"))
    return cards.card("What you can ask", Section(tuple(first), "To begin with"), *sections, footer=footer)


def _section(heading: str, listed: list[Command] | tuple[Command, ...]) -> Section:
    return Section(
        tuple(cards.line(cards.code(one.line), cards.quiet(f" — {one.description}")) for one in listed),
        heading,
    )


def _explained(one: Command) -> Card:
    who = "For those who manage this desk." if one.manager else ""
    arguments = Section(tuple(_argument_line(argument) for argument in one.arguments))
    return cards.card(
        one.line,
        cards.section(one.description, who),
        cards.section(cards.line(cards.code(one.usage)), heading="How it is written"),
        arguments,
        cards.commands_list(one.examples, "For example"),
    )


def _argument_line(argument: Argument) -> Line:
    name = f"--{argument.word}" if argument.named or argument.kind == "flag" else argument.word
    choices = f" ({', '.join(argument.choices)})" if argument.choices else ""
    return cards.line(cards.strong(name), cards.quiet(f" — {argument.description}{choices}"))


EVERY = Registry.of(
    (
        digest,
        topics,
        teaching,
        naming,
        events,
        editing,
        subscriptions,
        alerts,
        oncall,
        duties,
        feeds,
        feed_health,
        asking,
        trend,
        desk,
        sys.modules[__name__],
    )
)
"""Every command. A new room of commands is named in this line."""
