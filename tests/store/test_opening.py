"""Opening a store: what is made, what is refused, and in which words."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from tests.store.making import a_feed
from watcher.store import Store, StoreError, feeds, running_lock
from watcher.store.migrate import HEAD
from watcher.store.tables import metadata


async def test_a_database_is_made_with_its_folder_where_there_is_none(tmp_path: Path) -> None:
    async with await Store.open(tmp_path / "new" / "watcher.db") as store:
        await a_feed(store)
    assert (tmp_path / "new" / "watcher.db").exists()


async def test_what_was_written_is_there_when_it_is_opened_again(path: Path) -> None:
    async with await Store.open(path) as store:
        feed = await a_feed(store)
    async with await Store.open(f"sqlite:///{path}") as again, again.reading() as db:
        assert await feeds.all_feeds(db) == [feed]


async def test_one_that_is_not_there_is_an_error_where_none_is_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no database at"):
        await Store.open(tmp_path / "watcher.db", create=False)
    assert not (tmp_path / "watcher.db").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (":memory:", "lost at the end"),
        ("sqlite://", "lost at the end"),
        ("mysql://localhost/watcher", "A mysql database is not supported"),
        ("sqlite:/\\://", "not the address of a database"),
        ("postgresql:/watcher@localhost/watcher", "write :// after the kind"),
        ("postgresql//watcher@localhost/watcher", "write :// after the kind"),
        ("/", "is a folder"),
        ("/dev/null/watcher.db", "folder /dev/null cannot be made"),
    ],
)
async def test_an_address_that_cannot_be_is_said_to_be_so(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        await Store.open(url)


async def test_the_tables_after_all_migrations_are_those_the_queries_know(store: Store) -> None:
    """Whoever changes a table has to write a migration."""

    def differences(db: Connection) -> list[object]:
        options = {"include_name": lambda name, _, __: "story_words" not in (name or "")}
        return list(compare_metadata(MigrationContext.configure(db, opts=options), metadata))

    async with store.reading() as db:
        assert await db.run_sync(differences) == []


def test_the_newest_migration_is_the_one_that_opening_looks_for() -> None:
    settings = Config()
    settings.set_main_option("script_location", "watcher.store:migrations")
    assert ScriptDirectory.from_config(settings).get_current_head() == HEAD


async def test_a_database_from_a_newer_watcher_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"from a newer Watcher .*9999"):
        await Store.open(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


async def test_a_migration_that_fails_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    """A table in the way stops the first migration; the others that it made before are undone."""
    path = tmp_path / "watcher.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE vectors (mine)")
    with pytest.raises(Exception, match="already exists"):
        await Store.open(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("vectors",)]


async def test_it_writes_ahead_and_gives_space_back(store_in_file: Store) -> None:
    async with store_in_file.writing() as db:
        mode, vacuum = [
            (await db.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "auto_vacuum")
        ]
    assert (mode, vacuum) == ("wal", 2)


async def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError):
        async with store.reading() as db:
            await feeds.remove(db, (await a_feed(store)).url)
    async with store.reading() as db:
        assert len(await feeds.all_feeds(db)) == 1


def test_only_one_may_run_and_the_second_learns_which(path: Path) -> None:
    with (
        running_lock(path),
        pytest.raises(StoreError, match=r"already running .* as process \d+ on"),
        running_lock(path),
    ):
        pass


def test_the_right_to_run_is_free_again_after(path: Path) -> None:
    for _ in range(2):
        with running_lock(path), pytest.raises(StoreError, match="already running"), running_lock(path):
            pass


def test_a_folder_that_cannot_hold_the_lock_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"), running_lock(tmp_path / "file" / "watcher.db"):
        pass
