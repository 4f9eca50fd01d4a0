"""The story that a message tells of, and what is known of it: for the menus of messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from watcher.chat.commands import Ask, Commands
from watcher.models import Card, Piece, Section

_LINK = re.compile(r"https?://[^\s<>)\]\"']+")
_ESCAPE = re.compile(r"\\([^\w\s])")
_MARKUP = re.compile(r"[*_~`|#>]+|<[@#:!&\w]+\d*>")
TRIED = (6, 4, 3, 2)
"""How many of a headline's longest words have to stand in a story, fewer and fewer."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """A link and a headline, as far as a message has them."""

    link: str = ""
    headline: str = ""


def story_in(message: Mapping[str, Any]) -> Pointed:
    """The story of a message: what stands in it, else what is shown beneath it."""
    content = str(message.get("content") or "")
    embeds = message.get("embeds") or [{}]
    first: Mapping[str, Any] = embeds[0]
    shown = f"{first.get('description') or ''}"
    links = [*_LINK.findall(content), *[str(first.get("url") or "")], *_LINK.findall(shown)]
    said = _ESCAPE.sub(r"\1", _MARKUP.sub(" ", _LINK.sub(" ", content)))
    title = _ESCAPE.sub(r"\1", str(first.get("title") or ""))
    link = next((link.rstrip(".,;:!?") for link in links if link), "")
    lines = [" ".join(line.split()) for line in said.splitlines()]
    return Pointed(link, next((line for line in lines if len(line) > 8), title))


async def why(commands: Commands, ask: Ask, story: Pointed) -> Card:
    """Why a story was caught or missed."""
    if story.link:
        card = await commands.call(ask, ("watch", "why"), story=story.link)
        if card.tone != "bad" or not story.headline:
            return card
        other = await commands.call(ask, ("watch", "why"), story=story.headline)
        return card if other.tone == "bad" else other
    if story.headline:
        return await commands.call(ask, ("watch", "why"), story=story.headline)
    return _nothing()


async def coverage(commands: Commands, ask: Ask, story: Pointed) -> Card:
    """Who else tells of it: the event it is in, else stories with the headline's words."""
    known = _nothing()
    if story.link:
        known = await commands.call(ask, ("watch", "why"), story=story.link)
        if known.tone != "bad":
            return known
    words = _longest(story.headline)
    for most in sorted({min(most, len(words)) for most in TRIED if words}, reverse=True):
        known = await commands.call(ask, ("watch", "search"), words=" ".join(words[:most]))
        if known.buttons:
            break
    return known


def _longest(headline: str) -> list[str]:
    words = dict.fromkeys(re.findall(r"\w[\w'’-]{2,}", headline))
    return sorted(words, key=len, reverse=True)


def _nothing() -> Card:
    hint = "Point at a message with a link or a headline in it."
    return Card("I see no story in that message.", sections=(Section(((Piece(hint),),)),), tone="bad")
