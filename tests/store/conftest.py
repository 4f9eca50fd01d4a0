from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from watcher.store import Store


@pytest.fixture
def warm() -> None:
    """Nothing is: here it is tested how a store is made."""


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "watcher.db"

    async def make() -> None:
        await (await Store.open(path)).close()

    asyncio.run(make())
    return path


@pytest.fixture
def path(empty_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "watcher.db"))


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.slow)])
def address(request: pytest.FixtureRequest) -> str:
    """Where a store is: a file, and for `make test-all` a PostgreSQL database. The same holds for both."""
    return str(request.getfixturevalue("path" if request.param == "file" else "database"))


@pytest_asyncio.fixture
async def store(address: str) -> AsyncIterator[Store]:
    async with await Store.open(address) as store:
        yield store


@pytest_asyncio.fixture
async def store_in_file(path: Path) -> AsyncIterator[Store]:
    async with await Store.open(path) as store:
        yield store
