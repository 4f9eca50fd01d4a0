"""A store in one SQLite file: many readers, one writer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from watcher.store.faults import StoreError, plainly
from watcher.store.lock import running_lock

BUSY_SECONDS = 15.0
"""How long a write waits for another process's before it gives up."""
FREED_PAGES = 1000
"""Pages given back to the disk in one go: 4 MB, some milliseconds, so that writers are not kept waiting."""


class SqliteFile:
    """An SQLite file that holds a store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)
        self.folder = path.parent

    def prepare(self, *, create: bool) -> None:
        """Make the way for the file. Raises StoreError; with `create` false, also where it is not there."""
        make_way(self.path, create)

    async def look(self) -> None:
        """Raise what there is to raise: the driver leaves a thread behind where it cannot open a file itself.

        That thread answers when the loop has ended, and its traceback would stand beside our sentence.
        """
        await asyncio.to_thread(_try_to_open, self.path)

    def engine(self, *, writes: bool) -> AsyncEngine:
        """Connections that write, one at a time, or that read."""
        return engine_of(self.path, "BEGIN IMMEDIATE" if writes else "BEGIN", writes=writes)

    @asynccontextmanager
    async def running(self, writer: AsyncEngine) -> AsyncIterator[None]:
        """Hold the right to run on the file, as `running_lock` has it."""
        with running_lock(self.path):
            yield

    def size(self) -> int:
        """Bytes on the disk, the write-ahead log included."""
        files = (self.path, Path(f"{self.path}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    async def free_some(self) -> bool:
        """Give some space of deleted rows back to the disk; returns whether more can be given."""
        return await asyncio.to_thread(_free_some, self.path)

    async def faults(self, db: AsyncConnection) -> tuple[str, ...]:
        """What is wrong with the file, as SQLite's own check tells it. Reads the whole file."""
        found = (await db.exec_driver_sql("PRAGMA quick_check(10)")).scalars().all()
        remedy = "Stop the bot and put the last backup in its place."
        return tuple(f"{line} {remedy}" for line in found if line != "ok")

    async def back_up(self, target: Path, *, replacing: bool) -> None:
        """Write a whole and compact copy, whoever is at work on the file. Raises StoreError."""
        await asyncio.to_thread(self._back_up, target, replacing)

    def _back_up(self, target: Path, replacing: bool) -> None:
        self.prepare(create=False)
        try:
            self._copy_to(target, replacing)
        except OSError as error:
            raise StoreError(
                f"{target} cannot be written ({error.strerror}): name another file for the backup, or give "
                "the user that runs Watcher the right to write there."
            ) from error

    def _copy_to(self, target: Path, replacing: bool) -> None:
        if target.is_dir():
            raise StoreError(f"{target} is a folder: name a file in it for the backup.")
        if target.exists() and (not replacing or target.samefile(self.path)):
            raise StoreError(f"{target} is there already: name another file for the backup.")
        fresh = target.with_name(target.name + ".new")
        try:
            _copy(self.path, fresh)
            fresh.replace(target)
        except sqlite3.Error as error:
            fresh.unlink(missing_ok=True)  # of half a copy nobody has a use, and the disk may be full
            with plainly(str(self.path if _is_of_the_source(error) else target)):
                raise


def make_way(path: Path, create: bool) -> None:
    """Make the folder of a database file, where it may be made. Raises StoreError."""
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
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as db:
        db.execute("PRAGMA schema_version")


def _is_of_the_source(error: sqlite3.Error) -> bool:
    """Whether a copy failed for what is wrong with the database, and not with where it was to go."""
    code: str = getattr(error, "sqlite_errorname", "")
    return code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_BUSY"))


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


def engine_of(path: Path, begin: str, *, writes: bool) -> AsyncEngine:
    """Connections to a file, whose transactions begin with that statement."""
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
        for pragma in WRITER_PRAGMAS if writes else _READER_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


WRITER_PRAGMAS = (
    "auto_vacuum=INCREMENTAL",  # heeded only before the first table is made
    "journal_mode=WAL",
    "synchronous=NORMAL",  # a power cut may undo the last moment's writes, and never damages the file
    "journal_size_limit=67108864",
    "secure_delete=OFF",  # news is no secret, and overwriting what is deleted costs as much as writing it
    "cache_size=-16000",
)
_READER_PRAGMAS = ("query_only=ON", "cache_size=-8000")
