"""Which messages were begun and not seen to arrive: by it a lost answer posts nothing twice.

For some minutes Discord itself knows a message by its nonce. After a longer outage, or a restart in the
middle of one, a message that was begun is looked for before it is sent again.
"""

from __future__ import annotations

from watcher.chat.begun import Begun
from watcher.models import Ref
from watcher.store import Store, deliveries

MOST = 50


class Ledger(Begun):
    """What was begun on Discord, and whose a message is that stands there."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, "discord begun", MOST)

    async def is_anothers(self, message: Ref, key: str) -> bool:
        """Whether a message is known to be another than that of a key, though it may say the same."""
        async with self._store.reading() as db:
            return await deliveries.is_anothers(db, message, key)
