"""How long and how much memory `replay` takes, and what the bot holds at rest with 300 feeds.

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
from pathlib import Path

import psutil

from benchmarks.polling import server

ROOT = Path(__file__).parent.parent
FEEDS = 300
SETTLED = 90
"""Seconds after which every feed has been polled once and what was new has been taken in."""


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


def at_rest() -> None:
    """Run the bot with loopback feeds until it has nothing to do, and look at its memory."""
    with server(FEEDS) as urls, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(ROOT / "config", home / "config")
        outlines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in urls)
        opml = f'<opml version="2.0"><body>{outlines}</body></opml>'
        (home / "config" / "feeds.opml").write_text(opml, encoding="utf-8")
        environ = os.environ | {"WATCHER_FEEDS_ALLOW": "127.0.0.0/8"}
        process = subprocess.Popen(
            [sys.executable, ROOT / "bot.py", "run"],
            cwd=home,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        time.sleep(SETTLED)
        watched = psutil.Process(process.pid)
        before = sum(watched.cpu_times()[:2])
        memory = family_mb(watched)
        time.sleep(10)
        cpu = (sum(watched.cpu_times()[:2]) - before) / 10
        process.terminate()
        process.wait()
    print(f"| the bot at rest, {FEEDS} feeds | {100 * cpu:.0f}% of a core | {memory:.0f} MB |")


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


if __name__ == "__main__":
    main()
