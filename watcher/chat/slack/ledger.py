"""Which messages were begun and not seen to arrive, and which have arrived in this run."""

from __future__ import annotations

from collections import OrderedDict

from watcher.chat.begun import Begun
from watcher.models import Ref
from watcher.store import Store

MOST = 200
REMEMBERED = 2_000
"""Messages of this run whose keys are remembered, so that a key sent twice is one message."""


class Ledger(Begun):
    """What was begun on Slack, and what has arrived."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, "slack begun", MOST)
        self._arrived: OrderedDict[str, Ref] = OrderedDict()

    def arrived(self, key: str) -> Ref | None:
        """The message of a key, if it was seen to arrive in this run."""
        return self._arrived.get(key)

    def arrive(self, key: str, ref: Ref) -> None:
        """A message has been seen to arrive."""
        self._arrived[key] = ref
        if len(self._arrived) > REMEMBERED:
            self._arrived.popitem(last=False)
