from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.chat.desks import Room
from tests.chat.discord.scenes import Scene, scene_at


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Watcher on Discord, not yet listening."""
    async with scene_at(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def there(scene: Scene) -> Scene:
    """Watcher on Discord, listening."""
    await scene.listen()
    return scene


@pytest_asyncio.fixture
async def room(scene: Scene) -> Room:
    return scene.room
