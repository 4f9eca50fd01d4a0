"""Cards as Discord's embeds, in pages that keep to its limits. Pure.

A page is what one message holds. A card that is longer than a page has several, and its replies, where
they cannot stand in a thread, follow on pages of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from watcher.chat.discord.wording import (
    address,
    escaped,
    is_blank,
    is_well_formed,
    rows,
    words,
)
from watcher.chat.galley import length, pack
from watcher.chat.hosts import host_of
from watcher.desk.compose import literal
from watcher.desk.headline import cut
from watcher.models import Card, Piece, Section, Tone

TITLE = 256
DESCRIPTION = 4_000  # Discord takes 4,096
HALF = 2_870
"""Of a text that is longer, two embeds of this size fill a message together with their title."""
MESSAGE = 6_000
"""Characters of all embeds of a message together."""
EVENTS_A_PAGE = 4
"""Embeds on one page of replies: more than that is a wall."""

Embed = dict[str, Any]

_COLOURS: dict[Tone, int] = {
    "plain": 0x80848E,
    "news": 0x3B82C4,
    "alert": 0xD83A2E,
    "good": 0x2E9E5B,
    "bad": 0xC27C0E,
}


@dataclass(frozen=True, slots=True)
class Page:
    """The embeds of one message, in a word what they tell of, and the replies among them that have more."""

    embeds: tuple[Embed, ...]
    title: str = ""
    replies: tuple[Card, ...] = ()


def own_pages(card: Card) -> tuple[Page, ...]:
    """The pages of a card without its replies: one, unless it is very long."""
    return tuple(_pages(embeds_of(card), card.title))


def all_pages(card: Card) -> tuple[Page, ...]:
    """The pages of a card and, after them, those of its replies."""
    pages = list(own_pages(card))
    batch: list[Embed] = []
    told: list[Card] = []
    for reply in card.replies:
        embeds = embeds_of(reply)
        if batch and (len(batch) + len(embeds) > EVENTS_A_PAGE or _size(batch) + _size(embeds) > MESSAGE):
            pages += _pages_of(batch, told)
            batch, told = [], []
        batch += embeds
        told.append(reply)
    return (*pages, *_pages_of(batch, told))


def _pages_of(embeds: Sequence[Embed], told: Sequence[Card]) -> Iterator[Page]:
    for page in _pages(embeds, told[0].title if told else ""):
        yield replace(page, replies=tuple(told))


def _pages(embeds: Sequence[Embed], title: str) -> Iterator[Page]:
    taken: list[Embed] = []
    for embed in embeds:
        if taken and _size(taken) + _size([embed]) > MESSAGE:
            yield Page(tuple(taken), title)
            taken = []
        taken.append(embed)
    if taken:
        yield Page(tuple(taken), title)


def _size(embeds: Sequence[Embed]) -> int:
    return sum(length(embed.get("title", "")) + length(embed.get("description", "")) for embed in embeds)


def embeds_of(card: Card) -> list[Embed]:
    """A card's own embeds: the first has its title, more of them where its text is long."""
    lines = list(_lines(card))
    texts = pack(lines, DESCRIPTION) or [""]
    if len(texts) > 1:
        texts = pack(lines, HALF)
    embeds: list[Embed] = []
    for place, text in enumerate(texts):
        embed: Embed = {"type": "rich", "color": _COLOURS[card.tone]}
        if place == 0:
            embed["title"] = title_of(card.title)
            embed |= {"url": url} if is_well_formed(url := address(card.url)) else {}
        embed |= {"description": text} if text else {}
        embeds.append(embed)
    return embeds


def title_of(text: str) -> str:
    """A title that is short enough with its backslashes, too."""
    plain = "(no headline)" if is_blank(text) else literal(text).strip()
    most = TITLE
    while length(escaped(shown := cut(plain, most))) > TITLE:
        most -= 8
    return escaped(shown)


def _lines(card: Card) -> Iterator[list[str]]:
    """The lines of a card's text: sections with a gap between them, and the footer in small print.

    Before them stands the link that a title cannot have.
    """
    if (url := address(card.url)) and not is_well_formed(url):
        yield words((Piece(host_of(url), url=card.url),))
    for place, section in enumerate(card.sections):
        if place and _has_gap(card.sections[place - 1], section):
            yield []
        yield from rows(section)
    if card.footer:
        if card.sections:
            yield []
        yield ["-# ", *words(card.footer)]


def _has_gap(before: Section, section: Section) -> bool:
    """A list needs no gap after the one line that announces it."""
    return bool(section.heading) or not (section.bullets and len(before.lines) == 1)


def thread_name(text: str, most: int = 100) -> str:
    """A name for a thread or a post: plain text, which Discord takes no markup in."""
    if is_blank(text):
        return "Watcher"
    return cut(literal(text), most // 2 if length(literal(text)[:most]) > most else most) or "Watcher"
