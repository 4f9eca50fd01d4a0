"""The tables that tests are given without the migrations are those of the migrations."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import warm
from watcher.store import Store, sqlite_file


async def dump(path: Path) -> list[object]:
    async with await Store.open(path):
        pass
    with closing(sqlite3.connect(path)) as db:
        modes = [db.execute(f"PRAGMA {mode}").fetchone() for mode in ("auto_vacuum", "journal_mode")]
        return [*modes, *db.iterdump()]


async def test_tables_made_warm_are_as_the_migrations_leave_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = await dump(tmp_path / "warm.db")
    monkeypatch.setattr(sqlite_file, "make_way", warm._make_way)
    assert copied == await dump(tmp_path / "migrated.db")
