from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.chat.desks import DESK, Room, room_on
from watcher.store import Store, desks


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with await Store.open(tmp_path / "watcher.db") as store:
        async with store.writing() as db:
            await desks.ensure(db, DESK)
        yield room_on(store)
