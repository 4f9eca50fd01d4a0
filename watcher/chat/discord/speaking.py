"""Command lines as they are typed at Discord, and those that one press can run. Pure.

Elsewhere one types `/digest kim-putin 24h`; Discord's own box wants `/digest topic:kim-putin window:24h`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from watcher.chat.commands import Misspoken, Registry
from watcher.chat.commands.words import read_line
from watcher.chat.discord.tree import ALONE, typed
from watcher.desk.headline import cut
from watcher.models import Button, Card, Line, Piece, Section

_STANDS_ALONE = re.compile(rf"/watch (?=(?:{'|'.join(ALONE)})\b)")
_FLAG = re.compile(r"--([a-z-]+) (\S+)")
OFFERED = 4
LABEL = 38
_WRITTEN_OUT = re.compile(r"(?<![<\w])@\w")
"""Somebody who is no mention is nobody at Discord: such a line is there to be copied."""
_PLACEHOLDER = re.compile(r"\[|…|\b(?:NAME|QUERY|LINK|WORDS?|FILE|ADDRESS|STORY|WHICH)\b")


def as_typed(registry: Registry, line: str) -> str:
    """A line of the terminal's as Discord's box has it; what is no whole command stays as it is."""
    if flag := _FLAG.fullmatch(line):
        return f"{flag[1]}:{flag[2]}"
    if not line.startswith("/") or _PLACEHOLDER.search(line):
        return _reworded(line)
    try:
        command, values = read_line(registry, line)
    except Misspoken:
        return _reworded(line)
    said = [
        f"{argument.word}:{_shown(values[argument.name])}"
        for argument in command.arguments
        if argument.name in values
    ]
    return " ".join(["/" + " ".join(typed(command.path)), *said])


def _reworded(text: str) -> str:
    return _STANDS_ALONE.sub("/", text)


def _shown(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def in_discords_words(registry: Registry, card: Card) -> Card:
    """A card with its command lines as one types them at Discord."""

    def reworded(line: Line) -> Line:
        return tuple(
            replace(
                piece,
                text=as_typed(registry, piece.text) if piece.style == "code" else _reworded(piece.text),
            )
            for piece in line
        )

    sections = tuple(
        Section(tuple(map(reworded, section.lines)), section.heading, section.bullets)
        for section in card.sections
    )
    replies = tuple(in_discords_words(registry, reply) for reply in card.replies)
    title = _reworded(card.title)
    return replace(card, title=title, sections=sections, footer=reworded(card.footer), replies=replies)


def with_ways_out(registry: Registry, card: Card) -> Card:
    """The answer to a slip with a button for each line that was perhaps meant.

    Examples out of the help are no such lines: nobody wants one of them done by a press.
    """
    if card.tone != "bad" or card.buttons:
        return card
    examples = {example for command in registry.commands for example in command.examples}
    offered = []
    for piece in _code(card):
        line = piece.text
        if line in examples or _WRITTEN_OUT.search(line):
            continue
        if _PLACEHOLDER.search(line) or not _is_whole(registry, line):
            continue
        offered.append(Button(cut(as_typed(registry, line), LABEL), line))
    return replace(card, buttons=tuple(dict.fromkeys(offered))[:OFFERED])


def _code(card: Card) -> Iterator[Piece]:
    for section in card.sections:
        for line in section.lines:
            yield from (piece for piece in line if piece.style == "code")


def _is_whole(registry: Registry, line: str) -> bool:
    if not line.startswith("/"):
        return False
    try:
        read_line(registry, line)
    except Misspoken:
        return False
    return True
