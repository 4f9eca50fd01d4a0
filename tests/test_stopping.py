"""Stopping in the middle of a poll: soon, quietly, and whatever a feed's server is doing."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLAIN = {
    key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "SLACK_", "WATCHER_"))
}
SOON = 10
"""Seconds: more than stopping takes on a busy machine, far less than the feed's half a minute."""


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


@pytest.mark.parametrize("words", [(), pytest.param(("--once",), marks=pytest.mark.slow)])
@pytest.mark.slow
def test_ctrl_c_in_the_middle_of_a_poll_ends_the_bot_soon_and_quietly(
    tmp_path: Path, silent: socket.socket, words: tuple[str, ...]
) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    url = f"http://127.0.0.1:{silent.getsockname()[1]}/rss"
    (tmp_path / "config" / "feeds.opml").write_text(
        f'<opml version="2.0"><body><outline type="rss" xmlUrl="{url}"/></body></opml>'
    )
    process = subprocess.Popen(
        [sys.executable, ROOT / "bot.py", "run", *words],
        cwd=tmp_path,
        env=PLAIN | {"WATCHER_FEEDS_ALLOW": "127.0.0.1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        connection, _ = silent.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=SOON)
    finally:
        process.kill()
    assert "Traceback" not in errors
