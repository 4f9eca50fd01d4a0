"""Small things that have to outlive a restart: what a button says, the pages of a long card.

What does not fit into a button is kept in the store under a hash of itself, in one of a fixed number of
slots, so that it never has to be swept.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any

import msgspec

from watcher.models import Card
from watcher.store import Store, notes

_WORD = re.compile(r"[0-9a-f]{16}")
SLOTS = 8_192
"""What was kept longest ago makes way, by chance, once there are about so many things."""


class Keeper:
    """Keeps values of what JSON can hold for a platform, and gives them back by their hash."""

    def __init__(self, store: Store, platform: str) -> None:
        self._store = store
        self._platform = platform

    async def keep(self, value: Any) -> str:
        """Keep a value; returns the word to ask for it by."""
        word = hashlib.blake2b(msgspec.json.encode(value, order="sorted"), digest_size=8).hexdigest()
        async with self._store.writing() as db:
            await notes.put(db, self._slot(word), {"word": word, "value": value})
        return word

    async def find(self, word: str) -> Any:
        """What was kept by a word; None where it has made way."""
        if not _WORD.fullmatch(word):
            return None
        async with self._store.reading() as db:
            kept = await notes.get(db, self._slot(word))
        return kept["value"] if isinstance(kept, dict) and kept["word"] == word else None

    async def keep_card(self, card: Card) -> str:
        """Keep a card; its files are left out."""
        return await self.keep(msgspec.to_builtins(replace(card, files=())))

    async def find_card(self, word: str) -> Card | None:
        """A card that was kept."""
        found = await self.find(word)
        return msgspec.convert(found, Card) if found else None

    def _slot(self, word: str) -> str:
        return f"{self._platform} kept {int(word, 16) % SLOTS}"
