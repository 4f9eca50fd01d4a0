"""A store in a PostgreSQL database: many readers, one writer, for desks that have outgrown a file."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import unquote

from psycopg.abc import Buffer
from psycopg.pq import TransactionStatus
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from watcher.store.address import without_password
from watcher.store.faults import StoreError

_OURS = 0x57617463
"""The first half of the advisory locks that are ours; the second says which."""
_WRITES, _RUNS = 1, 2
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""How long to wait for a server that does not answer, unless its address says: libpq waits for hours."""
GIVE_UP_SECONDS = 5
"""How long the server may take to end a session of ours that was cut off."""
_READING = "SET TRANSACTION READ ONLY"
_WRITING = f"SELECT pg_advisory_xact_lock({_OURS}, {_WRITES})"
_HOLDER = (
    "SELECT pid, application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
    f" WHERE locktype = 'advisory' AND classid = {_OURS} AND objid = {_RUNS} AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class PostgresDatabase:
    """A PostgreSQL database that holds a store, in the schema that comes first on its search path."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg", host=url.host and unquote(url.host))
        self._runs = False
        self._sign = f"Watcher {token_hex(4)}"
        self._own_name = f"{self._sign}, process {os.getpid()} on {socket.gethostname()}"[:63]
        self.name = without_password(url.set(drivername="postgresql"))
        self.folder = Path("data")

    def prepare(self, *, create: bool) -> None:
        """There is nothing to make: the database is made by who runs the server."""

    async def look(self) -> None:
        """Raise what there is to raise of the server, the address and the database's encoding."""
        engine = self.engine(writes=False)
        try:
            async with engine.connect() as db:
                kept = (await db.exec_driver_sql("SHOW server_encoding")).scalar()
        finally:
            await engine.dispose()
        if kept != "UTF8":
            raise StoreError(
                f"{self.name} keeps its text as {kept}, and news comes in every script: make a database with "
                "UTF-8 (createdb --encoding=UTF8 --template=template0) and name that."
            )

    def engine(self, *, writes: bool) -> AsyncEngine:
        """Connections that write, one at a time whichever process they are of, or that read."""
        patience = {key: value for key, value in _PATIENCE.items() if key not in self._url.query}
        engine = create_async_engine(
            self._url,
            connect_args={**patience, "application_name": self._own_name},
            isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
            pool_pre_ping=True,  # a server that was restarted has closed them all
            pool_size=1 if writes else 4,
            max_overflow=0 if writes else 16,
        )

        @event.listens_for(engine.sync_engine, "connect")
        def settle(connection: Any, record: object) -> None:
            connection.driver_connection.adapters.register_dumper(str, _WithoutNulls)
            if writes and self._runs:
                self._take_the_lock(connection)

        @event.listens_for(engine.sync_engine, "checkin")
        def let_go(connection: Any, record: ConnectionPoolEntry) -> None:
            """Keep no connection of a task that was cancelled in the midst of a statement."""
            if connection and connection.driver_connection.info.transaction_status != TransactionStatus.IDLE:
                record.invalidate()

        @event.listens_for(engine.sync_engine, "begin")
        def start(connection: Connection) -> None:
            connection.exec_driver_sql(_WRITING if writes else _READING)

        return engine

    @asynccontextmanager
    async def running(self, writer: AsyncEngine) -> AsyncIterator[None]:
        """Hold the right to run on the database: the one connection that writes has a lock until it closes.

        A new one takes it anew, so that it outlives a restart of the server. Raises StoreError, saying which
        process has it, where another has.
        """
        self._runs = True
        try:
            await writer.dispose()
            async with writer.connect():
                pass
            yield
        finally:
            self._runs = False
            await writer.dispose()

    def _take_the_lock(self, connection: Any) -> None:
        """Take the lock of who runs; a session of our own that was cut off and still has it is ended."""
        cursor = connection.cursor()
        try:
            cursor.execute(f"SELECT pg_try_advisory_lock({_OURS}, {_RUNS})")
            if cursor.fetchone()[0]:
                return
            cursor.execute(_HOLDER)
            pid, holder = cursor.fetchone() or (0, "another process")
            if not holder.startswith(f"{self._sign},"):
                raise StoreError(
                    f"Watcher is already running on {self.name}, as {holder.partition(', ')[2] or holder}: "
                    "stop that one first, or give this one another database."
                )
            cursor.execute(f"SELECT pg_terminate_backend({pid}, {GIVE_UP_SECONDS * 1000})")
            cursor.execute(f"SELECT pg_advisory_lock({_OURS}, {_RUNS})")
        finally:
            cursor.close()
            connection.commit()

    def size(self) -> int:
        """Not known here: the server's own tools tell."""
        return 0

    async def free_some(self) -> bool:
        """Nothing is to be done: the server uses the space of deleted rows again by itself."""
        return False

    async def faults(self, db: AsyncConnection) -> tuple[str, ...]:
        """What is wrong with how the database was made; a server looks after its files itself."""
        if (await db.exec_driver_sql("SELECT lower('Ж')")).scalar() == "ж":
            return ()
        return (
            f"{self.name} knows capitals of Latin letters alone, so a search will miss words in other "
            "scripts: make it anew (createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0).",
        )

    async def back_up(self, target: Path, *, replacing: bool) -> None:
        """Refuse, and say what does it: the server's own tool copies it while all goes on."""
        raise StoreError(
            f"A PostgreSQL database is backed up by its own tool: pg_dump --format=custom --file={target} "
            "with the address of DATABASE_URL (docs/operate.md)."
        )


class _WithoutNulls(StrDumperUnknown):
    """Text as the server takes it: the one character that it has no room for is left out."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "") if "\0" in obj else obj)
