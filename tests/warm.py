"""What is dear to make and comes out the same each time, made once for all tests of a process.

The rooms get the real thing, made by the code of the house; the second time it is what was made the
first. Tests of the reading, the migrations and the worker processes themselves have those as they are.
"""

from __future__ import annotations

import asyncio
import os
from functools import cache
from pathlib import Path
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
from sqlalchemy import Connection

from watcher import house
from watcher.config import Settings
from watcher.feeds.parse import parse
from watcher.house import load_names
from watcher.models import Fetched, Parsed, ParseFailed
from watcher.store import store
from watcher.store.migrate import migrate, version_of
from watcher.stories.vectors import load_vectors
from watcher.topics.names import Names


def keep_warm(patch: pytest.MonkeyPatch) -> None:
    """Let the house take what is warm already."""
    patch.setattr(house, "load_names", names_in)
    patch.setattr(house, "load_vectors", vectors)
    patch.setattr(house, "parsers_for", ParserInHouse)
    patch.setattr(httpx, "create_ssl_context", certificates)
    patch.setattr(store, "migrate", make_tables)


vectors = cache(load_vectors)
_catalogues: dict[tuple[Path, bytes], Names] = {}
_contexts: dict[tuple[Any, ...], SSLContext] = {}
_make_context = httpx.create_ssl_context


def names_in(path: Path) -> Names:
    """The catalogue in a file; a file that says what it said before is not read again."""
    key = (path, path.read_bytes() if path.is_file() else b"")
    if key not in _catalogues:
        _catalogues[key] = load_names(path)
    return _catalogues[key]


def certificates(verify: Any = True, cert: Any = None, trust_env: bool = True) -> SSLContext:
    """The authorities that are trusted, as the arguments and the environment have them now."""
    key = (verify, cert, trust_env, os.environ.get("SSL_CERT_FILE"))
    if key not in _contexts:
        _contexts[key] = _make_context(verify, cert, trust_env)
    return _contexts[key]


def make_tables(db: Connection) -> None:
    """Give a new database its tables by the statements that the migrations left in another one."""
    if version_of(db) is not None:
        migrate(db)
    elif not _statements:
        migrate(db)
        _statements.extend(_written_in(db))
    else:
        for statement in _statements:
            db.exec_driver_sql(statement)


_statements: list[str] = []


def _written_in(db: Connection) -> list[str]:
    """What makes a database like this one, but for the tables that a full-text index makes of itself."""
    made = db.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").all()
    indexes = [f"{name}_" for name, sql in made if sql.startswith("CREATE VIRTUAL TABLE")]
    by_themselves = tuple(f"CREATE TABLE '{index}" for index in indexes)
    own = [sql for name, sql in made if not sql.startswith(by_themselves) and not name.startswith("sqlite_")]
    return [*own, f"INSERT INTO alembic_version VALUES ('{version_of(db)}')"]


class ParserInHouse:
    """Parses without a process of its own: to start one takes longer than most tests do."""

    pids: tuple[int, ...] = ()

    def __init__(self, settings: Settings) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def parse(self, fetched: Fetched) -> Parsed | ParseFailed:
        """What a worker would answer."""
        return await asyncio.to_thread(parse, fetched)

    async def rest(self) -> None:
        """There is no process to end."""
