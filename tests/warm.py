"""What is dear to make and comes out the same each time, made once for all tests of a process.

The rooms get the real thing, made by the code of the house; the second time it is what was made the
first. Tests of the reading, the migrations and the worker processes themselves have those as they are.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from shutil import copyfile
from ssl import SSLContext
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import httpx
import numpy as np
import pytest
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine

from watcher import house
from watcher.config import Settings
from watcher.feeds.parse import parse
from watcher.house import load_names
from watcher.models import Fetched, Parsed, ParseFailed
from watcher.store import sqlite_file
from watcher.store.migrate import migrate
from watcher.stories.vectors import Vector, Vectors, load_vectors
from watcher.topics.names import Names


def keep_warm(patch: pytest.MonkeyPatch) -> None:
    """Let the house take what is warm already."""
    patch.setattr(house, "load_names", names_in)
    patch.setattr(house, "load_vectors", vectors)
    patch.setattr(house, "parsers_for", ParserInHouse)
    patch.setattr(httpx, "create_ssl_context", certificates)
    patch.setattr(sqlite_file, "make_way", with_tables)
    patch.setattr(sqlite_file, "engine_of", fluent_engine)


class Remembered:
    """A sentence model that knows what it said of a text before."""

    def __init__(self, model: Vectors) -> None:
        self._model = model
        self._said: dict[tuple[str, str], Vector] = {}
        self.size = model.size

    def embed(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Vector:
        """What the model says, which it is asked only of texts that are new."""
        asked = list(zip(texts, languages or [""] * len(texts), strict=True))
        if new := [one for one in dict.fromkeys(asked) if one not in self._said]:
            said = self._model.embed([text for text, _ in new], [language for _, language in new])
            self._said.update(zip(new, said, strict=True))
        return np.array([self._said[one] for one in asked], np.float32).reshape(-1, self.size)


@cache
def vectors(name: str = "use") -> Vectors:
    """The sentence model of that name for the house, which in most tests reads the same few headlines."""
    return Remembered(model(name))


@cache
def model(name: str = "use") -> Vectors:
    """The sentence model of that name itself, read once for all who ask."""
    return load_vectors(name)


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


def with_tables(path: Path, create: bool) -> None:
    """Make the way for a database; one that is not there yet is a copy of what the migrations make."""
    _make_way(path, create)
    if not path.exists():
        copyfile(_migrated(), path)


_make_way = sqlite_file.make_way


@cache
def _migrated() -> Path:
    """A database as the migrations leave it, in a folder that goes with the process."""
    folder = TemporaryDirectory(prefix="watcher-tables-")
    atexit.register(folder.cleanup)
    path = Path(folder.name, "watcher.db")
    with closing(sqlite3.connect(path)) as raw:
        for pragma in sqlite_file.WRITER_PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.begin() as db:
        migrate(db)
    return path


_make_engine = sqlite_file.engine_of
_first: list[Engine] = []
_compiled: dict[Any, Any] = {}


def fluent_engine(path: Path, begin: str, *, writes: bool) -> AsyncEngine:
    """An engine of a database that speaks all the statements which one of another database has learned.

    What a statement is in SQL is worked out once for a dialect, and each engine makes one of its own.
    """
    made = _make_engine(path, begin, writes=writes)
    if not _first:
        _first.append(made.sync_engine)
    made.sync_engine.dialect = _first[0].dialect
    made.sync_engine.update_execution_options(compiled_cache=_compiled)
    return made


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
