"""What a container hears when it asks each minute whether the bot is at work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.config import Settings, StoreSettings
from watcher.store import Store, status
from watcher.vital import is_alive

FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("ago", "alive", "words"),
    [
        (timedelta(seconds=50), True, "Last sign of life 5"),
        (timedelta(minutes=6), False, "Last sign of life 36"),
        (timedelta(hours=-8), False, "which is to come: a clock was wrong"),
        (timedelta(minutes=-1), True, "Last sign of life -"),
    ],
)
async def test_a_sign_of_life_counts_for_minutes_and_not_where_it_is_yet_to_come(
    tmp_path: Path, ago: timedelta, alive: bool, words: str
) -> None:
    path = tmp_path / "watcher.db"
    async with await Store.open(path) as store, store.writing() as db:
        await status.beat(db, datetime.now(UTC) - ago)
    said: list[str] = []
    assert await is_alive(Settings(store=StoreSettings(url=str(path))), FIVE, said.append) is alive
    assert words in said[0]
