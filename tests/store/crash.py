"""Children that write to a store until they are told, or killed; run by the tests of crashes.

python -m tests.store.crash PATH half|steady|range [FIRST COUNT]
"""

from __future__ import annotations

import asyncio
import sys

from tests.store.making import NOW, a_feed, numbered, record
from watcher.store import Store, stories


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def half(store: Store) -> None:
    """Record one batch, then half of another, and wait in the midst of that transaction."""
    feed = await a_feed(store)
    await record(store, numbered(10), feed)
    async with store.writing() as db:
        await stories.record(db, numbered(1000, start=10), feed, NOW)
        say("half")
        await asyncio.Event().wait()


async def steady(store: Store) -> None:
    """Record batches of 50 for ever, and say after each how many stories are now safe."""
    feed = await a_feed(store)
    for batch in range(1_000_000):
        await record(store, numbered(50, start=50 * batch), feed)
        say(str(50 * (batch + 1)))


async def stretch(store: Store, first: int, count: int) -> None:
    """Record so many stories, ten at a time, each batch in a transaction of its own."""
    feed = await a_feed(store)
    say("ready")
    for start in range(first, first + count, 10):
        await record(store, numbered(10, start=start), feed)


async def main(path: str, what: str, *numbers: str) -> None:
    async with await Store.open(path) as store:
        if what == "stretch":
            await stretch(store, *map(int, numbers))
        else:
            await {"half": half, "steady": steady}[what](store)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
