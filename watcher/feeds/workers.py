"""Parsing away from the event loop: a few worker processes, any of which a hostile feed may take down.

Not a ProcessPoolExecutor: that cannot end one stuck worker, breaks as a whole when one dies, and loads
the parent's main module, with all its libraries, into each. These import the parser and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pickle
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import watcher
from watcher.feeds.worker import LENGTH
from watcher.models import Fetched, Parsed, ParseFailed

_log = logging.getLogger(__name__)
# A worker that parsed something huge never gives its memory back, and any grows a little with time.
_HUGE = 2 * 1024 * 1024
_PARSES_PER_LIFE = 2_000
_DEADLY = "The feed breaks the parser; remove it unless you know its outlet."
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR")


class Parsers:
    """Parses in worker processes; a context manager that ends them.

    `count` workers at most (default: one a core, at most four), started when needed. A feed that takes
    longer than `seconds` or more than `memory` bytes is a ParseFailed, and a fresh worker takes over.
    """

    def __init__(
        self, count: int | None = None, *, seconds: float = 60.0, memory: int = 1024 * 1024 * 1024
    ) -> None:
        self._seconds = seconds
        self._memory = memory
        self._slots = asyncio.Semaphore(count or min(os.cpu_count() or 1, 4))
        self._idle: list[_Worker] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        idle, self._idle = self._idle, []
        for worker in idle:
            await worker.end()

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that wait for something to do."""
        return tuple(worker.pid for worker in self._idle)

    async def parse(self, fetched: Fetched) -> Parsed | ParseFailed:
        """What `watcher.feeds.parse.parse` gives, from another process."""
        async with self._slots:
            worker = await self._worker()
            try:
                async with asyncio.timeout(self._seconds):
                    answer = await worker.ask(fetched)
            except TimeoutError:
                answer = ParseFailed(fetched.feed, fetched.at, _too_long(self._seconds))
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                _log.warning("the parser died on %s (%s)", fetched.url, error)
                answer = ParseFailed(fetched.feed, fetched.at, _DEADLY)
            finally:
                await self._keep_or_end(worker, fetched)
            return answer

    async def rest(self) -> None:
        """End the workers that have had nothing to do since this was last asked: at rest one is enough."""
        asleep = [worker for worker in self._idle if worker.parses == worker.parses_at_rest]
        self._idle = [worker for worker in self._idle if worker not in asleep]
        for worker in self._idle:
            worker.parses_at_rest = worker.parses
        for worker in asleep:
            await worker.end()

    async def _worker(self) -> _Worker:
        while self._idle:
            # The one used last first: its memory is warm, and the others may stay asleep.
            worker = self._idle.pop()
            if worker.alive:
                return worker
        return await _Worker.start(self._memory)

    async def _keep_or_end(self, worker: _Worker, fetched: Fetched) -> None:
        """Keep a worker that answered and is still lean; end one that is in the middle of something."""
        if worker.waits and len(fetched.body) <= _HUGE and worker.parses < _PARSES_PER_LIFE:
            self._idle.append(worker)
        else:
            await worker.end()


def _too_long(seconds: float) -> str:
    return f"The feed takes over {seconds:.0f} seconds to parse; ask the outlet for a shorter one."


class _Worker:
    """One process, asked one thing at a time."""

    def __init__(
        self, process: asyncio.subprocess.Process, asks: asyncio.StreamWriter, answers: asyncio.StreamReader
    ) -> None:
        self._process = process
        self._asks = asks
        self._answers = answers
        self.parses = 0
        self.parses_at_rest = -1
        self.waits = True

    @classmethod
    async def start(cls, memory: int) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "watcher.feeds.worker",
            str(memory),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
            # Ctrl-C is for the bot, which then ends its workers in its own time.
            start_new_session=True,
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a worker was started without its pipes")
        return cls(process, process.stdin, process.stdout)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, fetched: Fetched) -> Parsed | ParseFailed:
        """Have a feed parsed; raises IncompleteReadError or ConnectionError where the process dies."""
        self.waits = False
        frame = pickle.dumps(fetched, protocol=pickle.HIGHEST_PROTOCOL)
        self._asks.write(LENGTH.pack(len(frame)) + frame)
        await self._asks.drain()
        head = await self._answers.readexactly(LENGTH.size)
        frame = await self._answers.readexactly(LENGTH.unpack(head)[0])
        self.parses += 1
        self.waits = True
        answer: Parsed | ParseFailed = pickle.loads(frame)
        return answer

    async def end(self) -> None:
        """End the process now; nothing is lost, since it holds nothing."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


def _environment() -> dict[str, str]:
    """What a worker needs of the environment: not the tokens, since it reads what strangers wrote."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return kept | {"PYTHONPATH": str(Path(watcher.__file__).parent.parent), "PYTHONUTF8": "1"}
