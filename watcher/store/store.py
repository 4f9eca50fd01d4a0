"""The store: one SQLite file, or one PostgreSQL database; many readers, one writer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from watcher.store import address, alerts, deliveries, events, retention
from watcher.store.faults import StoreError, plainly
from watcher.store.migrate import HEAD, migrate, version_of
from watcher.store.sqlite_file import SqliteFile


class Home(Protocol):
    """Where a store lives: `name` is what sentences call it, `folder` is where files beside it are kept."""

    name: str
    folder: Path

    def prepare(self, *, create: bool) -> None:
        """Make the way for it. Raises StoreError; with `create` false, also where it is not there."""

    async def look(self) -> None:
        """Raise what there is to raise of it."""

    def engine(self, *, writes: bool) -> AsyncEngine:
        """Connections that write, one at a time whichever process they are of, or that read."""

    def running(self, writer: AsyncEngine) -> AbstractAsyncContextManager[None]:
        """Hold the right to run on it. Raises StoreError, saying which process has it, where another has."""

    def size(self) -> int:
        """Bytes on the disk."""

    async def free_some(self) -> bool:
        """Give some space of deleted rows back to the disk; returns whether more can be given."""

    async def faults(self, db: AsyncConnection) -> tuple[str, ...]:
        """What is wrong with it, in sentences."""

    async def back_up(self, target: Path, *, replacing: bool) -> None:
        """Write a whole copy to a file, while all goes on. Raises StoreError."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many rows retention deleted."""

    stories: int
    deliveries: int


class Store:
    """A database that is open, with its tables as they should be. Made by `Store.open`.

    Readers see the store as it was when they began, and never wait. Writers come one at a time, within
    this process by a lock and between processes by the database's; all of a `writing` happens or none of it.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self.name = home.name
        self.folder = home.folder
        self._turn = asyncio.Lock()
        self._writer = home.engine(writes=True)
        self._readers = home.engine(writes=False)

    @classmethod
    async def open(cls, url: str | Path, *, create: bool = True) -> Self:
        """Open a database by its path or address (`sqlite:///`, `postgresql://`), with its tables.

        They are made or migrated where needed. With `create` false, a file that is not there is an error.
        Raises StoreError.
        """
        home = home_of(str(url))
        home.prepare(create=create)
        store = cls(home)
        try:
            with plainly(home.name):
                await home.look()
                await store._bring_up_to_date()
        except BaseException:
            await store.close()
            raise
        return store

    async def _bring_up_to_date(self) -> None:
        async with self._readers.connect() as db:
            if await db.run_sync(version_of) == HEAD:
                return
        async with self.writing() as db:
            await db.run_sync(migrate)

    async def close(self) -> None:
        """Let go of the database. What was written is safe before this, too."""
        await self._readers.dispose()
        await self._writer.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which the store stands still. Writing on it is an error."""
        with plainly(self.name):
            async with self._readers.connect() as db:
                yield db

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """The one connection that writes: what is done on it is kept at the end, or undone by an error."""
        with plainly(self.name):
            async with self._turn, self._writer.begin() as db:
                yield db

    # ------------------------------------------------------------------------------ housekeeping

    async def tidy(self, before: datetime) -> Tidied:
        """Delete what is older than `before` and no longer needed, letting other writers in between."""
        async with self.writing() as db:
            sent = await deliveries.retain(db, before)
            await alerts.retain(db, before)
            await events.retain(db, before)
        stories = 0
        while bite := await self._retain_some(before):
            stories += bite
        async with self.writing() as db:
            await retention.sweep(db, before)
        return Tidied(stories, sent)

    async def _retain_some(self, before: datetime) -> int:
        async with self.writing() as db:
            return await retention.retain_some(db, before)

    def running(self) -> AbstractAsyncContextManager[None]:
        """Hold the right to run on the store: one `run` at a time. Raises StoreError where another has it."""
        return self._home.running(self._writer)

    async def compact(self) -> int:
        """Give the space of deleted rows back to the disk, a little at a time; returns the bytes freed."""
        before = self.size()
        with plainly(self.name):
            freeing = True
            while freeing:
                async with self._turn:
                    freeing = await self._home.free_some()
        return max(0, before - self.size())

    async def faults(self) -> tuple[str, ...]:
        """What is wrong with the database; empty where nothing is. A file is read whole, for some seconds."""
        try:
            async with self.reading() as db:
                return await self._home.faults(db)
        except StoreError as error:
            return (str(error),)

    async def backup(self, target: str | Path, *, replacing: bool = False) -> None:
        """Write a whole and compact copy to a file, while all goes on; see `back_up`."""
        await self._home.back_up(Path(target), replacing=replacing)

    def size(self) -> int:
        """Bytes on the disk, the write-ahead log included; 0 where that is a server's business."""
        return self._home.size()


async def back_up(url: str | Path, target: str | Path, *, replacing: bool = False) -> None:
    """Write a whole and compact copy of a database of any version, whoever is at work on it.

    A file that is there is replaced only with `replacing`, once the copy is whole. Raises StoreError.
    """
    await home_of(str(url)).back_up(Path(target), replacing=replacing)


def home_of(url: str) -> Home:
    """What a path or an address names. Raises StoreError."""
    if not address.is_address(url):
        return SqliteFile(Path(url))
    parts = address.read(url)
    kind = parts.get_backend_name()
    if kind in ("postgresql", "postgres"):
        from watcher.store.postgres import PostgresDatabase  # a store in a file needs no driver of it

        return PostgresDatabase(parts)
    if kind != "sqlite":
        raise StoreError(
            f"A {kind} database is not supported: give the path of an SQLite file or a postgresql:// address."
        )
    if parts.host:
        raise StoreError(f"An address of SQLite has three slashes: write sqlite:///{parts.host}.")
    return SqliteFile(Path(parts.database or ":memory:"))
