from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.chat.slack.planet import Planet, listening, planet_at


@pytest_asyncio.fixture
async def planet(tmp_path: Path) -> AsyncIterator[Planet]:
    async with planet_at(tmp_path) as made:
        yield made


@pytest_asyncio.fixture
async def live(planet: Planet) -> AsyncIterator[Planet]:
    async with listening(planet):
        yield planet
