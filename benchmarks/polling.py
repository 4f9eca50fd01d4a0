"""Polling, parsing and storing: Watcher beside lemon24/reader, on the same server in the same run.

    python -m benchmarks.polling                 2,000 feeds; --feeds, --reader-feeds for fewer
    python -m benchmarks.polling --only watcher  one of them alone

A row is feeds a second, CPU seconds for 1,000 feeds (workers included) and the largest memory of the
process and its workers together. Cold is the first poll of every feed, again the one after it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Row:
    """What one pass over the feeds cost."""

    who: str
    what: str
    feeds: int
    seconds: float
    cpu: float
    memory_mb: float

    def __str__(self) -> str:
        rate, cpu = self.feeds / self.seconds, 1000 * self.cpu / self.feeds
        return f"| {self.who} | {self.what} | {rate:,.0f} | {cpu:.2f} | {self.memory_mb:.0f} |"


@contextmanager
def server(count: int) -> Iterator[list[str]]:
    """The feed server in a process of its own; gives the feeds' addresses."""
    command = [sys.executable, "-m", "benchmarks.feed_server", "--feeds", str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield list(iter(lambda: process.stdout.readline().strip(), ""))  # type: ignore[union-attr]
        process.kill()


class Memory:
    """Watches the memory of this process and its children, ten times a second."""

    def __init__(self) -> None:
        self.most = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(0.1):
            try:
                family = [me, *me.children(recursive=True)]
                self.most = max(self.most, sum(p.memory_info().rss for p in family) / 2**20)
            except psutil.Error:
                continue

    def end(self) -> float:
        self._stop.set()
        self._thread.join()
        return self.most


def cpu_seconds() -> float:
    """CPU of this process and of its children, those still alive included."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    alive = 0.0
    for child in psutil.Process().children(recursive=True):
        times = child.cpu_times()
        alive += times.user + times.system
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime + alive


async def watcher(urls: list[str]) -> list[Row]:
    """Two passes of Watcher's own pipeline over the feeds."""
    from watcher.config import FeedsSettings, Settings, StoreSettings
    from watcher.feeds.poll import PollSettings
    from watcher.house import open_house
    from watcher.models import Feed
    from watcher.store import feeds

    memory = Memory()
    clock = [datetime(2026, 11, 1, tzinfo=UTC)]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            store=StoreSettings(url=f"sqlite:///{folder}/bench.db"),
            feeds=FeedsSettings(allow=("127.0.0.0/8",), parse_workers=2),
            poll=replace(PollSettings(), concurrency=200),
        )
        rows = []
        async with open_house(settings, lambda: clock[0]) as house:
            async with house.store.writing() as db:
                await feeds.add(db, [Feed(0, url) for url in urls])
            for what in ("cold", "again"):
                started, before = time.perf_counter(), cpu_seconds()
                polled = await house.pipeline.poll()
                took, cpu = time.perf_counter() - started, cpu_seconds() - before
                rows.append(Row("Watcher", what, polled, took, cpu, memory.most))
                clock[0] += timedelta(days=1)
    memory.end()
    return rows


def reader(urls: list[str]) -> list[Row]:
    """Two passes of reader's update_feeds, with its twenty workers."""
    from reader import make_reader

    memory = Memory()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        peer = make_reader(f"{folder}/reader.db")
        for url in urls:
            peer.add_feed(url)
        for what in ("cold", "again"):
            started, before = time.perf_counter(), cpu_seconds()
            peer.update_feeds(workers=20, scheduled=False)
            took, cpu = time.perf_counter() - started, cpu_seconds() - before
            rows.append(Row("reader", what, len(urls), took, cpu, memory.most))
        peer.close()
    memory.end()
    return rows


def apart(who: str, urls: list[str]) -> list[Row]:
    """Run one of them in a process of its own."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(urls, file)
        file.flush()
        command = [sys.executable, "-m", "benchmarks.polling", "--run", who, "--urls", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return [Row(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


def main() -> None:
    """Print the table, and the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument(
        "--reader-feeds", type=int, default=400, help="reader is slow: it gets the first of them"
    )
    parser.add_argument("--only", choices=["watcher", "reader"])
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--urls", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        urls = json.loads(Path(arguments.urls).read_text(encoding="utf-8"))
        rows = asyncio.run(watcher(urls)) if arguments.run == "watcher" else reader(urls)
        sys.stdout.writelines(json.dumps(asdict(row)) + "\n" for row in rows)
        return
    with server(arguments.feeds) as urls:
        rows = [] if arguments.only == "reader" else apart("watcher", urls)
        rows += [] if arguments.only == "watcher" else apart("reader", urls[: arguments.reader_feeds])
    print("| who | pass | feeds/s | CPU s per 1,000 | RSS MB |\n|---|---|---|---|---|")
    print("\n".join(map(str, rows)))
    if not arguments.only:
        rate = {(row.who, row.what): row.feeds / row.seconds for row in rows}
        for what in ("cold", "again"):
            print(f"{what}: {rate['Watcher', what] / rate['reader', what]:.1f} × reader")


if __name__ == "__main__":
    main()
