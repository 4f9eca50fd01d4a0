"""Politeness: one request at a time to each outlet's servers, and a pause before the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_MANY = 4_096


@dataclass(slots=True)
class _Line:
    """Those who wait for one outlet. `free_at` is when the next request may start, by the clock."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    free_at: float = 0.0


class Turns:
    """Hands out turns by registrable domain; `pause` in seconds, from the end of one to the next's start.

    Ten feeds of one outlet then look like a reader and not like an attack.
    """

    def __init__(
        self, pause: float, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._pause = pause
        self._clock = clock
        self._sleep = sleep
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def turn(self, outlet: str) -> AsyncIterator[None]:
        """Hold the outlet's only turn, once its pause is over."""
        line = self._lines.setdefault(outlet, _Line())
        line.waiting += 1
        try:
            async with line.lock:
                await self._wait(line)
                try:
                    yield
                finally:
                    line.free_at = self._clock() + self._pause
        finally:
            line.waiting -= 1
            self._forget()

    async def _wait(self, line: _Line) -> None:
        seconds = line.free_at - self._clock()
        if seconds > 0:
            await self._sleep(seconds)

    def _forget(self) -> None:
        """Let go of outlets nobody waits for, once there are many."""
        if len(self._lines) > _MANY:
            now = self._clock()
            self._lines = {
                outlet: line for outlet, line in self._lines.items() if line.waiting or line.free_at > now
            }
