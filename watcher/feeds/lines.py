"""Feeds in line: each outlet has a line of its own, and a slow one holds up nobody but itself."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self

from watcher.feeds.addresses import outlet_of
from watcher.models import Feed


class Lines:
    """Hands feeds over to `poll`: one at a time of each outlet, `abreast` at once of all.

    A context manager: it is left when every line has come to its end, or at once, with all that is under
    way cut short, where an error or a cancellation leaves it. `poll` is not to raise.
    """

    def __init__(self, poll: Callable[[Feed], Awaitable[None]], abreast: int) -> None:
        self._poll = poll
        self._abreast = asyncio.Semaphore(abreast)
        self._group = asyncio.TaskGroup()
        self._lines: dict[str, deque[Feed]] = {}

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._group.__aexit__(kind, error, trace)

    def join(self, feeds: Iterable[Feed]) -> None:
        """Put feeds at the ends of their outlets' lines, in this order."""
        for feed in feeds:
            outlet = outlet_of(feed.url)
            if outlet in self._lines:
                self._lines[outlet].append(feed)
            else:
                self._lines[outlet] = deque([feed])
                self._group.create_task(self._go_on(outlet))

    async def _go_on(self, outlet: str) -> None:
        line = self._lines[outlet]
        try:
            while line:
                async with self._abreast:
                    await self._poll(line.popleft())
        finally:
            del self._lines[outlet]
