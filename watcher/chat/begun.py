"""Which messages were begun and not seen to arrive: they are looked for before they are sent again."""

from __future__ import annotations

import asyncio
from datetime import datetime

from watcher.store import Store, notes


class Begun:
    """Keeps when each unfinished message was first begun, through restarts, in a note of the store.

    It holds so many as the `most`: of older ones nobody knows any more that they were begun.
    """

    def __init__(self, store: Store, note: str, most: int) -> None:
        self._store = store
        self._note = note
        self._most = most
        self._begun: dict[str, str] | None = None
        self._writing = asyncio.Lock()

    async def begin(self, key: str, now: datetime) -> datetime | None:
        """Note, before it is sent, that a message is; returns when it was begun before, if it was."""
        async with self._writing:
            begun = await self._read()
            if key in begun:
                return datetime.fromisoformat(begun[key])
            begun[key] = now.isoformat()
            for old in list(begun)[: -self._most]:
                del begun[old]
            async with self._store.writing() as db:
                await notes.put(db, self._note, dict(begun))
        return None

    async def end(self, *keys: str) -> None:
        """Messages need not be looked for any more. The store hears of it when the next one is begun."""
        begun = await self._read()
        for key in keys:
            begun.pop(key, None)

    async def _read(self) -> dict[str, str]:
        if self._begun is None:
            async with self._store.reading() as db:
                found: dict[str, str] = await notes.get(db, self._note, {})
            if self._begun is None:
                self._begun = dict(found)
        return self._begun
