from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.chat.desks import DESK, Room, room_on
from watcher.store import Store, desks


@pytest.fixture(scope="session")
def furnished_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that knows one desk, to be copied: making its tables anew takes longer than a test."""
    path = tmp_path_factory.mktemp("furnished") / "watcher.db"

    async def make() -> None:
        async with await Store.open(path) as store, store.writing() as db:
            await desks.ensure(db, DESK)

    asyncio.run(make())
    return path


@pytest_asyncio.fixture
async def room(furnished_database: Path, tmp_path: Path) -> AsyncIterator[Room]:
    path = Path(shutil.copy(furnished_database, tmp_path / "watcher.db"))
    async with await Store.open(path) as store:
        yield room_on(store)
