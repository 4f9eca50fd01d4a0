"""The tables that tests are given without the migrations are those of the migrations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from watcher.store import Store
from watcher.store import store as store_module
from watcher.store.migrate import migrate


async def dump(path: Path) -> list[str]:
    async with await Store.open(path):
        pass
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


async def test_tables_made_warm_are_as_the_migrations_leave_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dump(tmp_path / "first.db")
    warm = await dump(tmp_path / "warm.db")
    monkeypatch.setattr(store_module, "migrate", migrate)
    assert warm == await dump(tmp_path / "migrated.db")
