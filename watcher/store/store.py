"""The store: one SQLite file, many readers, one writer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from watcher.store import alerts, deliveries, events, retention
from watcher.store.faults import StoreError, plainly
from watcher.store.migrate import HEAD, migrate, version_of

BUSY_SECONDS = 15.0
"""How long a write waits for another process's before it gives up."""
FREED_PAGES = 1000
"""Pages given back to the disk in one go: 4 MB, some milliseconds, so that writers are not kept waiting."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many rows retention deleted."""

    stories: int
    deliveries: int


class Store:
    """A database that is open, with its tables as they should be. Made by `Store.open`.

    Readers see the store as it was when they began, and never wait. Writers come one at a time, within
    this process by a lock and between processes by SQLite's own; all of a `writing` happens or none of it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = asyncio.Lock()
        self._writer = _engine(path, "BEGIN IMMEDIATE", writes=True)
        self._readers = _engine(path, "BEGIN", writes=False)

    @classmethod
    async def open(cls, url: str | Path, *, create: bool = True) -> Self:
        """Open a database by its path or `sqlite:///` address, made or migrated where needed.

        With `create` false, one that is not there is an error. Raises StoreError.
        """
        path = _path(str(url))
        _prepare(path, create)
        store = cls(path)
        try:
            with plainly(str(path)):
                await asyncio.to_thread(_try_to_open, path)
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
        """Let go of the file. What was written is safe before this, too."""
        await self._readers.dispose()
        await self._writer.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which the store stands still. Writing on it is an error."""
        with plainly(str(self.path)):
            async with self._readers.connect() as db:
                yield db

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """The one connection that writes: what is done on it is kept at the end, or undone by an error."""
        with plainly(str(self.path)):
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

    async def compact(self) -> int:
        """Give the space of deleted rows back to the disk, a little at a time; returns the bytes freed."""
        before = self.size()
        with plainly(str(self.path)):
            freeing = True
            while freeing:
                async with self._turn:
                    freeing = await asyncio.to_thread(_free_some, self.path)
        return max(0, before - self.size())

    async def faults(self) -> tuple[str, ...]:
        """What is wrong with the file, as SQLite's own check tells it; empty where nothing is.

        Reads the whole file: seconds for a big one.
        """
        try:
            async with self.reading() as db:
                found = (await db.exec_driver_sql("PRAGMA quick_check(10)")).scalars().all()
        except StoreError as error:
            return (str(error),)
        return tuple(line for line in found if line != "ok")

    async def backup(self, target: str | Path, *, replacing: bool = False) -> None:
        """Write a whole and compact copy to a file, while all goes on; see `back_up`."""
        await back_up(self.path, target, replacing=replacing)

    def size(self) -> int:
        """Bytes on the disk, the write-ahead log included."""
        files = (self.path, Path(f"{self.path}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())


async def back_up(url: str | Path, target: str | Path, *, replacing: bool = False) -> None:
    """Write a whole and compact copy of a database of any version, whoever is at work on it.

    A file that is there is replaced only with `replacing`, once the copy is whole. Raises StoreError.
    """
    source, target = _path(str(url)), Path(target)
    _prepare(source, create=False)
    if target.is_dir():
        raise StoreError(f"{target} is a folder: name a file in it for the backup.")
    if target.exists() and (not replacing or target.samefile(source)):
        raise StoreError(f"{target} is there already: name another file for the backup.")
    fresh = target.with_name(target.name + ".new")
    with plainly(str(target)):
        await asyncio.to_thread(_copy, source, fresh)
        await asyncio.to_thread(fresh.replace, target)


def _path(url: str) -> Path:
    """The file that a path or an address names."""
    if "://" not in url:
        return Path(url)
    try:
        read = make_url(url)
    except ArgumentError as error:
        raise StoreError(f"{url!r} is not the address of a database: give the path of a file.") from error
    if read.get_backend_name() != "sqlite":
        raise StoreError(
            f"A {read.get_backend_name()} database is not supported yet: give the path of an SQLite file."
        )
    return Path(read.database or ":memory:")


def _prepare(path: Path, create: bool) -> None:
    if str(path) == ":memory:":
        raise StoreError("A store in memory would be lost at the end: give the path of a file.")
    if path.is_dir():
        raise StoreError(f"{path} is a folder: give the path of a file in it, as in {path / 'watcher.db'}.")
    if not path.exists() and not create:
        raise StoreError(f"There is no database at {path}: `bot.py run` makes one.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {path.parent} cannot be made ({error.strerror}): make it, or name another."
        ) from error


def _try_to_open(path: Path) -> None:
    """Raise what there is to raise: the driver leaves a thread behind where it cannot open a file itself.

    That thread answers when the loop has ended, and its traceback would stand beside our sentence.
    """
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as db:
        db.execute("PRAGMA schema_version")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as db:
        db.execute("VACUUM INTO ?", (str(target),))


def _free_some(path: Path) -> bool:
    """Cut some free pages off the file, and its log short; returns whether more can be cut.

    By a script, since only that runs such a pragma to its end; a statement frees one page.
    """
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as db:
        before: tuple[int] = db.execute("PRAGMA freelist_count").fetchone()
        db.executescript(f"PRAGMA incremental_vacuum({FREED_PAGES}); PRAGMA wal_checkpoint(TRUNCATE);")
        after: tuple[int] = db.execute("PRAGMA freelist_count").fetchone()
        return (0,) < after < before


class _Connection(sqlite3.Connection):
    """A connection that undoes what it was at before it closes.

    SQLite keeps a closed connection, and the lock it has, for as long as a cursor of it lives; after a
    task was cancelled that is until its traceback is forgotten.
    """

    def close(self) -> None:
        if self.in_transaction:
            self.rollback()
        super().close()


def _engine(path: Path, begin: str, *, writes: bool) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        # The driver's own idea of when to begin a transaction is off: `begin` below says when and how.
        connect_args={
            "isolation_level": None,
            "timeout": BUSY_SECONDS,
            "cached_statements": 256,
            "factory": _Connection,
        },
        pool_size=1 if writes else 4,
        max_overflow=0 if writes else 16,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def settle(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        for pragma in _WRITER_PRAGMAS if writes else _READER_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


_WRITER_PRAGMAS = (
    "auto_vacuum=INCREMENTAL",  # heeded only before the first table is made
    "journal_mode=WAL",
    "synchronous=NORMAL",  # a power cut may undo the last moment's writes, and never damages the file
    "journal_size_limit=67108864",
    "secure_delete=OFF",  # news is no secret, and overwriting what is deleted costs as much as writing it
    "cache_size=-16000",
)
_READER_PRAGMAS = ("query_only=ON", "cache_size=-8000")
