"""Which messages were begun and not seen to arrive: they are looked for before they are sent again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import datetime

from watcher.models import Ref
from watcher.store import Store, notes

_NOTE = "slack begun"
MOST = 200
REMEMBERED = 2_000
"""Messages of this run whose keys are remembered, so that a key sent twice is one message."""


class Ledger:
    """Keeps when each unfinished message was first begun, through restarts, and what has arrived."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._begun: dict[str, str] | None = None
        self._arrived: OrderedDict[str, Ref] = OrderedDict()
        self._writing = asyncio.Lock()

    def arrived(self, key: str) -> Ref | None:
        """The message of a key, if it was seen to arrive in this run."""
        return self._arrived.get(key)

    async def begin(self, key: str, now: datetime) -> datetime | None:
        """Note, before it is sent, that a message is; returns when it was begun before, if it was."""
        async with self._writing:
            begun = await self._read()
            if key in begun:
                return datetime.fromisoformat(begun[key])
            begun[key] = now.isoformat()
            for old in list(begun)[:-MOST]:
                del begun[old]
            async with self._store.writing() as db:
                await notes.put(db, _NOTE, dict(begun))
        return None

    def arrive(self, key: str, ref: Ref) -> None:
        """A message has been seen to arrive."""
        self._arrived[key] = ref
        if len(self._arrived) > REMEMBERED:
            self._arrived.popitem(last=False)

    async def end(self, *keys: str) -> None:
        """Messages need not be looked for any more. The store hears of it when the next one is begun."""
        begun = await self._read()
        for key in keys:
            begun.pop(key, None)

    async def _read(self) -> dict[str, str]:
        if self._begun is None:
            async with self._store.reading() as db:
                found: dict[str, str] = await notes.get(db, _NOTE, {})
            if self._begun is None:
                self._begun = dict(found)
        return self._begun
