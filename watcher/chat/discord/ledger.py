"""Which messages were begun and not seen to arrive: by it a lost answer posts nothing twice.

For some minutes Discord itself knows a message by its nonce. After a longer outage, or a restart in the
middle of one, a message that was begun is looked for before it is sent again.
"""

from __future__ import annotations

from datetime import datetime

from watcher.models import Ref
from watcher.store import Store, deliveries, notes

_NOTE = "discord begun"
MOST = 50


class Ledger:
    """Keeps the time at which each unfinished message was first begun, through restarts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._begun: dict[str, str] | None = None

    async def begin(self, key: str, now: datetime) -> datetime | None:
        """Note that a message is about to be sent; returns when it was begun before, if it was."""
        begun = await self._read()
        if key in begun:
            return datetime.fromisoformat(begun[key])
        begun[key] = now.isoformat()
        for old in list(begun)[:-MOST]:
            del begun[old]
        async with self._store.writing() as db:
            await notes.put(db, _NOTE, dict(begun))
        return None

    async def end(self, key: str) -> None:
        """A message has arrived, or will never. The store hears of it when the next is begun."""
        (await self._read()).pop(key, None)

    async def is_anothers(self, message: Ref, key: str) -> bool:
        """Whether a message is known to be another than that of a key, though it may say the same."""
        async with self._store.reading() as db:
            return await deliveries.is_anothers(db, message, key)

    async def _read(self) -> dict[str, str]:
        if self._begun is None:
            async with self._store.reading() as db:
                found: dict[str, str] = await notes.get(db, _NOTE, {})
            self._begun = dict(found)
        return self._begun
