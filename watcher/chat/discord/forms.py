"""The form in which a topic is written, and its preview before anything is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from watcher.chat.commands import Ask, Commands
from watcher.chat.discord import components
from watcher.chat.discord.components import Component, button
from watcher.chat.drafting import Draft
from watcher.chat.keeping import Keeper
from watcher.models import Card
from watcher.store import topics

PRIMARY = 1


class Forms:
    """Opens forms, previews what was written in them, and saves it."""

    def __init__(self, commands: Commands, keeper: Keeper) -> None:
        self._commands = commands
        self._keeper = keeper

    async def of_topic(self, ask: Ask, name: str, verb: str) -> dict[str, Any]:
        """The form for a new topic, or for one that is there, filled in as it is."""
        if verb == "add" or not name:
            return components.form(Draft(name))
        async with self._commands.newsroom.store.reading() as db:
            topic = await topics.get(db, ask.desk.id, name.strip().casefold())
        if topic is None:
            return components.form(Draft(name))
        return components.form(Draft.of(topic))

    async def previewed(self, ask: Ask, draft: Draft) -> tuple[Card, list[Component]]:
        """What a topic would catch as it is written, and the buttons to save it or to write on."""
        word = await self._keeper.keep(msgspec.to_builtins(draft))
        change = button("Change…", f"draft:{word}")
        card = await self._commands.call(ask, ("watch", "topic", "test"), **draft.tried())
        if card.tone == "bad":
            return card, [change]
        return replace(card, footer=()), [button("Save", f"save:{word}", PRIMARY), change]

    async def draft(self, word: str) -> Draft | None:
        """What was written in a form before."""
        found = await self._keeper.find(word)
        return msgspec.convert(found, Draft) if isinstance(found, dict) else None

    async def save(self, ask: Ask, word: str) -> Card | None:
        """Save what was written; None where it is not known any more."""
        draft = await self.draft(word)
        if draft is None:
            return None
        path, said = draft.saved()
        return await self._commands.call(ask, path, **said)
