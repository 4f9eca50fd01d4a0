"""A newsroom of four papers, for whoever asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes import FakeChat
from tests.newsrooms import Newsroom, opened
from tests.newsstand import Clock, Newsstand


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with (
        Newsstand("Morning Post", "Evening Star", "Harbour News", "Hill Echo") as stand,
        opened(tmp_path, stand, Clock(), FakeChat()) as room,
    ):
        yield room
