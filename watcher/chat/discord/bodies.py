"""Whole messages: a card's page with its buttons, as Discord takes them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from watcher.chat.commands.whom import GROUP
from watcher.chat.discord import components
from watcher.chat.discord.components import Component
from watcher.chat.discord.embeds import Page, all_pages, own_pages
from watcher.chat.discord.wording import escaped
from watcher.chat.keeping import Keeper
from watcher.desk.deliveries import without_replies
from watcher.desk.headline import cut
from watcher.models import Card

NOBODY: dict[str, list[str]] = {"parse": []}
"""Nobody is ever mentioned, whatever a text says."""
EPHEMERAL = 64

Body = dict[str, Any]


def nonce_of(key: str) -> str:
    """A delivery's key as the word by which Discord knows a message that it has already."""
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()


class Bodies:
    """Makes messages of cards; what outgrows a button or a page is kept."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    async def message(self, card: Card) -> Body:
        """A card as a message to a place; its replies are messages of their own."""
        pages = own_pages(card)
        word = await self._keeper.keep_card(without_replies(card)) if len(pages) > 1 else ""
        return await self._body(card, pages, 0, word)

    async def answer(self, card: Card, extra: Sequence[Component] = ()) -> Body:
        """A card as an answer to one person, its replies on further pages."""
        pages = all_pages(card)
        word = await self._keeper.keep_card(card) if len(pages) > 1 else ""
        return await self._body(card, pages, 0, word, extra)

    async def page(self, word: str, number: int, extra: Sequence[Component] = ()) -> Body | None:
        """A page of a card that was kept; None where it has made way."""
        card = await self._keeper.find_card(word)
        if card is None:
            return None
        pages = all_pages(card)
        return await self._body(card, pages, max(0, min(number, len(pages) - 1)), word, extra)

    async def _body(
        self,
        card: Card,
        pages: Sequence[Page],
        number: int,
        word: str,
        extra: Sequence[Component] = (),
    ) -> Body:
        titles = [page.title for page in pages]
        turning = components.turning(word, number, titles) if word else []
        jumping = [components.jumping(word, number, titles)] if len(pages) > 2 else []
        opening = components.opening(pages[number].replies)
        buttons = await self._buttons(card)
        rows = components.in_rows(jumping, opening, [*turning, *extra], buttons)
        return {
            "embeds": list(pages[number].embeds),
            "components": rows,
            **_calling(card),
        }

    async def _buttons(self, card: Card) -> list[Component]:
        kept = {
            one.command: await self._keeper.keep(one.command)
            for one in card.buttons
            if not components.run_id(one.command)
        }
        return components.of_buttons(card.buttons, kept)


def _calling(card: Card) -> Body:
    """Who is woken by a card: the people and roles it names and nobody else, whatever its text says."""
    called = [one for one in dict.fromkeys(card.pings) if one.removeprefix(GROUP).isdigit()]
    people = [one for one in called if not one.startswith(GROUP)]
    roles = [one.removeprefix(GROUP) for one in called if one.startswith(GROUP)]
    if not called:
        return {"allowed_mentions": NOBODY}
    return {
        "content": " ".join([*(f"<@{one}>" for one in called), *_on_a_locked_phone(card)]),
        "allowed_mentions": {"parse": []}
        | ({"users": people[:100]} if people else {})
        | ({"roles": roles[:100]} if roles else {}),
    }


def _on_a_locked_phone(card: Card) -> list[str]:
    """What broke: a notification shows a message's own words, and nothing of its embeds."""
    return [escaped(cut(card.title, 180))] if card.tone == "alert" else []
