"""Small things that have to outlive a restart: answers that can be leafed through or shown to everyone.

They are kept in the store under a hash of themselves, in one of a fixed number of slots, so that they
never have to be swept.
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
SLOTS = 4_096


class Keeper:
    """Keeps lines and cards, and gives them back by a word."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, value: Any) -> str:
        """Keep something that JSON can hold; returns the word to ask for it by."""
        word = hashlib.blake2b(msgspec.json.encode(value), digest_size=8).hexdigest()
        async with self._store.writing() as db:
            await notes.put(db, _slot(word), [word, value])
        return word

    async def find(self, word: str) -> Any:
        """What was kept by a word; None where something else has taken its slot."""
        if not _WORD.fullmatch(word):
            return None
        async with self._store.reading() as db:
            kept = await notes.get(db, _slot(word))
        return kept[1] if kept and kept[0] == word else None

    async def keep_card(self, card: Card) -> str:
        """Keep a card; its files are left out."""
        return await self.keep(msgspec.to_builtins(replace(card, files=())))

    async def find_card(self, word: str) -> Card | None:
        """A card that was kept."""
        found = await self.find(word)
        return msgspec.convert(found, Card) if found else None


def _slot(word: str) -> str:
    return f"slack kept {int(word, 16) % SLOTS}"
