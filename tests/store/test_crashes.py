"""Processes that are killed, and processes that write at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.store.making import NOW, a_feed, numbered, record
from watcher.store import Store, StoreError, running_lock, stories

Child = subprocess.Popen[str]


@contextmanager
def child(*arguments: object) -> Iterator[Child]:
    """A process that writes; killed, if it lives, at the end."""
    command = [sys.executable, "-m", "tests.store.crash", *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def heard(process: Child) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


async def stored(path: Path) -> int:
    async with await Store.open(path) as store, store.reading() as db:
        assert await store.faults() == ()
        return len(await stories.recent(db, NOW))


async def test_a_kill_in_the_midst_of_writing_undoes_that_and_keeps_all_before(path: Path) -> None:
    """And the same work, done again, ends as if nothing had been."""
    with child(path, "half") as process:
        assert heard(process) == "half"
    assert await stored(path) == 10
    async with await Store.open(path) as store:
        recorded = await record(store, numbered(1010), await a_feed(store))
    assert (len(recorded.new), recorded.sighted) == (1000, 10)


async def test_a_kill_at_any_moment_loses_nothing_that_was_said_to_be_safe(path: Path) -> None:
    with child(path, "steady") as process:
        safe = [int(heard(process)) for _ in range(7)]
        process.kill()
        safe += [int(line) for line in process.communicate()[0].split() if line.endswith("0")]
    found = await stored(path)
    assert found >= max(safe)
    assert found % 50 == 0


async def test_two_processes_that_write_at_once_both_write_all_and_nothing_twice(path: Path) -> None:
    with child(path, "stretch", 0, 300) as one, child(path, "stretch", 200, 300) as other:
        assert (heard(one), heard(other)) == ("ready", "ready")
        assert (one.wait(60), other.wait(60)) == (0, 0)
    assert await stored(path) == 500


@pytest.mark.slow
async def test_two_processes_that_make_the_same_database_at_once_make_one(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with child(path, "stretch", 0, 10) as one, child(path, "stretch", 10, 10) as other:
        assert (one.wait(60), other.wait(60)) == (0, 0)
    assert await stored(path) == 20


def test_a_process_that_is_killed_lets_go_of_the_right_to_run(path: Path) -> None:
    code = (
        "import sys, time; from watcher.store import running_lock\n"
        f"with running_lock({str(path)!r}):\n    print('running', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert heard(process) == "running"
        with pytest.raises(StoreError, match=f"as process {process.pid} on "), running_lock(path):
            pass
        process.kill()
        process.wait()
    with running_lock(path):
        pass
