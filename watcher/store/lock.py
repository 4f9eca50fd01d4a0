"""One `run` at a time on one database."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from watcher.store.faults import StoreError


@contextmanager
def running_lock(path: str | Path) -> Iterator[None]:
    """Hold the right to run on the database at `path`; the lock is the file beside it, `<path>.run.lock`.

    The kernel lets go of it when the process ends, however it ends. Raises StoreError, saying which
    process has it, where another has.
    """
    file = Path(f"{path}.run.lock")
    with _no_rights_said(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(file, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreError(
                f"Watcher is already running on {path}, as {_holder(file)}: stop that one first, or give "
                "this one another database."
            ) from error
    try:
        with suppress(OSError):  # a full disk: who holds the lock is then not said, and nothing else is lost
            file.write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            os.truncate(file, 0)
        lock.release()


def _holder(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip() or "another process"
    except (OSError, UnicodeDecodeError):
        return "another process"


@contextmanager
def _no_rights_said(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{file} cannot be made ({error.strerror or error}): give the user that runs Watcher the right "
            "to write in that folder."
        ) from error
