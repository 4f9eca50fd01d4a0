"""A newsroom of four papers, for whoever asks for one; and a warm house for all."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes import FakeChat
from tests.newsrooms import Newsroom, opened
from tests.newsstand import Clock, Newsstand
from tests.warm import keep_warm


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def warm(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is dear to make is made once. A folder that tests the making overrides this by nothing."""
    keep_warm(monkeypatch)


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with (
        Newsstand("Morning Post", "Evening Star", "Harbour News", "Hill Echo") as stand,
        opened(tmp_path, stand, Clock(), FakeChat()) as room,
    ):
        yield room
