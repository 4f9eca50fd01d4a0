"""How long and how much memory `replay` takes, and what the bot holds with 300 feeds:
at rest, busy with stories that meet a topic, and idle again after that (it takes a quarter of an hour).

python -m benchmarks.footprint --stream STORIES.jsonl.gz
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from benchmarks.polling import server

ROOT = Path(__file__).parent.parent
FEEDS = 300
SETTLED = 90
"""Seconds after which every feed has been polled once and what was new has been taken in."""
IDLE = 660
"""Seconds after which the bot has let go of what nobody used."""
BUSY_TOPIC = """
[[topic]]
name = "harbour"
query = "title:harbour title:storm"
"""


def family_mb(process: psutil.Process) -> float:
    """Memory of a process and its children, MB."""
    return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)]) / 2**20


def replay(stream: Path) -> None:
    """Time one replay and watch its memory."""
    topics = ROOT / "benchmarks" / "topics_eval.toml"
    command = [sys.executable, ROOT / "bot.py", "replay", stream, "--topics", topics]
    started, most = time.perf_counter(), 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT) as process:
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                most = max(most, family_mb(watched))
            except psutil.Error:
                break
            time.sleep(0.2)
    print(f"| replay of {stream.name} | {time.perf_counter() - started:.0f} s | {most:.0f} MB |")


@contextmanager
def the_bot(topics: str | None = None) -> Iterator[psutil.Process]:
    """The bot, running with loopback feeds; with `topics` in the place of those it comes with."""
    with server(FEEDS) as urls, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(ROOT / "config", home / "config")
        outlines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in urls)
        opml = f'<opml version="2.0"><body>{outlines}</body></opml>'
        (home / "config" / "feeds.opml").write_text(opml, encoding="utf-8")
        if topics:
            (home / "config" / "topics.toml").write_text(topics, encoding="utf-8")
        environ = os.environ | {"WATCHER_FEEDS_ALLOW": "127.0.0.0/8", "WATCHER_LOG_LEVEL": "error"}
        process = subprocess.Popen(
            [sys.executable, ROOT / "bot.py", "run"],
            cwd=home,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        yield psutil.Process(process.pid)
        process.terminate()
        process.wait()


def watch(process: psutil.Process, seconds: float) -> float:
    """The most memory that it and its children have in the next seconds, MB."""
    most, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(psutil.NoSuchProcess):  # a worker that ends meanwhile
            most = max(most, family_mb(process))
        time.sleep(0.5)
    return most


def at_rest() -> None:
    """Run the bot until it has nothing to do, and look at its memory; no story meets a topic of its."""
    with the_bot() as process:
        time.sleep(SETTLED)
        before = sum(process.cpu_times()[:2])
        memory = watch(process, 10)
        cpu = (sum(process.cpu_times()[:2]) - before) / 10
    print(f"| the bot at rest, {FEEDS} feeds | {100 * cpu:.1f}% of a core | {memory:.0f} MB |")


def busy_then_idle() -> None:
    """Run the bot with a topic that one story in twenty meets, and look at its memory then and later."""
    with the_bot(BUSY_TOPIC) as process:
        busy = watch(process, SETTLED)
        time.sleep(IDLE)
        idle = watch(process, 10)
    print(f"| the bot busy, {FEEDS} feeds | first {SETTLED} s | {busy:.0f} MB |")
    print(f"| the same, idle again | after {IDLE // 60} min | {idle:.0f} MB |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stream", type=Path)
    arguments = parser.parse_args()
    print("| what | time | memory, workers included |\n|---|---|---|")
    if arguments.stream:
        replay(arguments.stream.resolve())
    at_rest()
    busy_then_idle()


if __name__ == "__main__":
    main()
