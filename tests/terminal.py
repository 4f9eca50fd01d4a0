"""The command line in processes of its own, which are quick to start: the bot's modules are read once.

Each call is a process with its own folder, environment, streams and exit code, forked from a server that
has imported what the command line imports. What shells do with it (pipes, signals) is tested with real ones.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLAIN = {
    key: value for key, value in os.environ.items() if not key.startswith(("DISCORD_", "SLACK_", "WATCHER_"))
}
PATIENCE = 100.0
"""Seconds after which a process hangs."""

_processes = get_context("forkserver")
_processes.set_forkserver_preload(["watcher.cli", "watcher.launch", "watcher.replay", "watcher.checking"])


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command line."""

    returncode: int
    stdout: str
    stderr: str


def bot(home: Path, *words: str | Path, stdin: str = "", **environ: str) -> Done:
    """Type `bot.py` and some words in a folder, with nothing of ours in the environment but `environ`."""
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("in", "out", "err")]
        streams[0].write_text(stdin, encoding="utf-8")
        command = [str(word) for word in words]
        process = _processes.Process(target=_run, args=(home, command, PLAIN | environ, streams))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"bot.py {' '.join(command)} did not end")
        out, err = (stream.read_text(encoding="utf-8") for stream in streams[1:])
        return Done(process.exitcode, out, err)


def _run(home: Path, words: list[str], environ: dict[str, str], streams: list[Path]) -> None:
    os.chdir(home)
    os.environ.clear()
    os.environ.update(environ)
    for number, stream in enumerate(streams):
        how = os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY
        os.dup2(os.open(stream, how, 0o600), number)
    sys.stdin = io.TextIOWrapper(os.fdopen(0, "rb", closefd=False), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(
        os.fdopen(2, "wb", closefd=False), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )
    sys.argv = ["bot.py", *words]
    from watcher.cli import main

    try:
        main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
