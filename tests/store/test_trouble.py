"""Disks that are full, files that are locked or damaged, tasks that are cut short: said, and nothing lost."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from tests.store.making import NOW, a_feed, damage, numbered, record
from watcher.models import Feed
from watcher.store import Store, StoreError, back_up, feeds, sqlite_file, stories
from watcher.store.tables import feeds as feeds_table


async def count(store: Store) -> int:
    async with store.reading() as db:
        return len(await stories.recent(db, NOW))


async def limit_pages(store: Store, pages: int) -> None:
    """Let the file grow no further than this, as a full disk would."""
    async with store.writing() as db:
        await db.exec_driver_sql(f"PRAGMA max_page_count={pages}")


async def test_a_full_disk_is_said_and_what_was_there_stays(store_in_file: Store) -> None:
    feed = await a_feed(store_in_file)
    await record(store_in_file, numbered(10), feed)
    await limit_pages(store_in_file, 1)
    with pytest.raises(StoreError, match=r"The disk with .*watcher\.db is full: make room"):
        await record(store_in_file, numbered(5000, start=10), feed)
    assert await count(store_in_file) == 10


async def test_after_a_full_disk_it_goes_on_where_it_was(store_in_file: Store) -> None:
    feed = await a_feed(store_in_file)
    await limit_pages(store_in_file, 1)
    with pytest.raises(StoreError):
        await record(store_in_file, numbered(5000), feed)
    await limit_pages(store_in_file, 1_000_000)
    assert len((await record(store_in_file, numbered(5000), feed)).new) == 5000
    assert await count(store_in_file) == 5000


async def test_a_file_locked_by_another_is_said_and_works_once_it_is_free(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.05)
    async with await Store.open(path) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreError, match="locked by another process"):
                await a_feed(store)
            async with store.reading() as db:
                assert await feeds.all_feeds(db) == []
            other.execute("ROLLBACK")
        assert (await a_feed(store)).id == 1


async def test_a_file_that_is_no_database_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    path.write_text("Dear diary, " * 1000)
    with pytest.raises(StoreError, match="is not a database: name another file"):
        await Store.open(path)
    assert path.read_text() == "Dear diary, " * 1000


async def test_a_damaged_file_is_said_when_it_is_read(path: Path) -> None:
    damage(path, "stories_seen")
    async with await Store.open(path) as store:
        with pytest.raises(StoreError, match="is damaged: stop Watcher, keep a copy"):
            await count(store)


async def test_a_check_of_the_file_tells_of_damage(path: Path, store_in_file: Store) -> None:
    assert await store_in_file.faults() == ()
    await store_in_file.close()
    damage(path, "stories")
    async with await Store.open(path) as damaged:
        assert await damaged.faults() != ()


async def test_an_error_in_the_midst_of_writing_undoes_all_of_it(store: Store) -> None:
    feed = await a_feed(store)

    async def fail_after_recording() -> None:
        async with store.writing() as db:
            await stories.record(db, numbered(3), feed, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_recording()
    assert await count(store) == 0


async def test_a_writer_that_is_cancelled_writes_nothing_and_lets_the_next_one_in(store: Store) -> None:
    feed = await a_feed(store)
    begun = asyncio.Event()

    async def write() -> None:
        async with store.writing() as db:
            await stories.record(db, numbered(3), feed, NOW)
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len((await record(store, numbered(2), feed)).new) == 2
    assert await count(store) == 2


@pytest.mark.parametrize("turns", range(0, 24, 3))
async def test_a_writer_may_be_cancelled_at_any_step(store: Store, turns: int) -> None:
    """Whatever it is waiting for at that moment: either all was written or nothing."""
    feed = await a_feed(store)
    task = asyncio.create_task(record(store, numbered(700), feed))
    for _ in range(turns):
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.wait([task])
    assert await count(store) in (0, 700)
    await record(store, numbered(700), feed)
    assert await count(store) == 700


async def test_a_mistake_of_ours_is_not_dressed_up_as_trouble_with_the_disk(store: Store) -> None:
    feed = await a_feed(store)
    with pytest.raises(IntegrityError):
        async with store.writing() as db:
            await db.execute(
                feeds_table.insert(), [{"id": feed.id, "url": "x", "interval": Feed(0, "").interval}]
            )


async def test_readers_see_the_store_as_it_was_when_they_began(store: Store) -> None:
    feed = await a_feed(store)
    async with store.reading() as db:
        assert await stories.recent(db, NOW) == []
        await record(store, numbered(2), feed)
        assert await stories.recent(db, NOW) == []
    assert await count(store) == 2


async def test_many_writers_at_once_wait_for_each_other(store: Store) -> None:
    feed = await a_feed(store)
    batches = [record(store, numbered(5, start=5 * n), feed) for n in range(20)]
    assert sum(len(done.new) for done in await asyncio.gather(*batches)) == 100
    assert await count(store) == 100


async def test_a_backup_is_whole_and_never_overwrites(store_in_file: Store, tmp_path: Path) -> None:
    await record(store_in_file, numbered(5), await a_feed(store_in_file))
    await store_in_file.backup(tmp_path / "backup.db")
    async with await Store.open(tmp_path / "backup.db", create=False) as copy:
        assert await count(copy) == 5
    with pytest.raises(StoreError, match="is there already"):
        await store_in_file.backup(tmp_path / "backup.db")
    with pytest.raises(StoreError, match="is a folder"):
        await store_in_file.backup(tmp_path)


async def test_a_backup_of_what_is_damaged_says_so_of_it_and_leaves_no_half_a_copy(path: Path) -> None:
    damage(path, "stories")
    with pytest.raises(StoreError, match=f"{path} is damaged: stop Watcher"):
        await back_up(path, path.with_name("backup.db"))
    assert not list(path.parent.glob("backup.db*"))


async def test_a_backup_of_what_is_no_database_says_so_of_it(tmp_path: Path) -> None:
    (tmp_path / "watcher.db").write_text("Dear diary, " * 1000)
    with pytest.raises(StoreError, match=r"watcher\.db is not a database"):
        await back_up(tmp_path / "watcher.db", tmp_path / "backup.db")


async def test_a_nightly_backup_replaces_the_one_before_and_never_the_database_itself(
    store_in_file: Store, tmp_path: Path
) -> None:
    for _ in range(2):
        await store_in_file.backup(tmp_path / "backup.db", replacing=True)
    with pytest.raises(StoreError, match="name another file"):
        await store_in_file.backup(store_in_file.name, replacing=True)
    for impossible in (Path("/proc/nope/night.db"), tmp_path / "backup.db" / "night.db"):
        with pytest.raises(StoreError, match=r"cannot be written .*: name another file"):
            await store_in_file.backup(impossible, replacing=True)


def test_the_right_to_run_is_held_on_a_full_disk_too(tmp_path: Path) -> None:
    program = (
        "import resource, sys; from watcher.store import running_lock\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"  # no file may grow, as on a full disk
        "with running_lock(sys.argv[1]): sys.stdout.write('held')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "watcher.db"], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("held", "")


def test_a_file_that_cannot_be_opened_is_one_sentence_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "watcher.db"
    path.symlink_to(tmp_path / "nowhere" / "watcher.db")
    begun: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda failed: begun.append(str(failed.exc_value)))
    for _ in range(10):  # a thread that is left behind meets the end of the loop by chance
        with pytest.raises(StoreError, match=r"watcher\.db cannot be opened: see that its folder exists"):
            asyncio.run(Store.open(path))
    assert not begun
