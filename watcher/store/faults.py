"""What can go wrong with a database, in sentences that say what to do."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import WatcherError
from watcher.store import notes

log = logging.getLogger(__name__)
_FAILED = "what failed"
MOST_FAILURES = 10
"""How many failures are remembered: more would be one cause, and more than anybody reads."""


class StoreError(WatcherError):
    """The store cannot do what was asked; nothing that was in it is lost, and what was begun is undone."""


_SENTENCES = {
    "SQLITE_FULL": "The disk with {path} is full: make room; what could not be written is tried again.",
    "SQLITE_IOERR": "The disk with {path} does not read or write as it should: look at the disk and its "
    "cables, quotas and mounts; what could not be written is tried again.",
    "SQLITE_BUSY": "{path} has been locked by another process for too long: end that process (a backup, "
    "a database browser, another Watcher), then try again.",
    "SQLITE_LOCKED": "{path} is locked by another connection: try again.",
    "SQLITE_CORRUPT": "{path} is damaged: stop Watcher, keep a copy of the file, and put a backup in its "
    "place (or rescue what can be read with `sqlite3 {path} .recover`).",
    "SQLITE_NOTADB": "{path} is not a database: name another file, or move this one away and a new one "
    "will be made.",
    "SQLITE_READONLY": "{path} cannot be written: give the user that runs Watcher the right to write the "
    "file and its folder.",
    "SQLITE_CANTOPEN": "{path} cannot be opened: see that its folder exists and that the user that runs "
    "Watcher may write there.",
    "SQLITE_PERM": "{path} may not be opened by the user that runs Watcher: change the file's rights.",
}


def sentence(error: BaseException | None, path: str) -> str | None:
    """What to tell people of a database error; None where it is a bug of ours and not theirs to mend.

    SQLite's extended codes (SQLITE_IOERR_WRITE, SQLITE_BUSY_SNAPSHOT) fall under their family's sentence.
    """
    if not isinstance(error, sqlite3.Error):
        return None
    code = getattr(error, "sqlite_errorname", "") or ""
    family = "_".join(code.split("_")[:2])
    said = _SENTENCES.get(family)
    return said and said.format(path=path)


@contextmanager
def plainly(path: str) -> Iterator[None]:
    """Turn a database's errors that people can mend into a StoreError; others pass as they are."""
    try:
        yield
    except DBAPIError as error:
        if said := sentence(error.orig, path):
            raise StoreError(said) from error
        raise
    except sqlite3.Error as error:
        if said := sentence(error, path):
            raise StoreError(said) from error
        raise


@asynccontextmanager
async def apart(db: AsyncConnection, what: str) -> AsyncIterator[None]:
    """Do one thing of several in a transaction: where it fails it alone is undone, and the log says so.

    `/watch status` says so, too, until it goes well again. A fault of the store itself is raised as ever,
    since nothing else could be written then either.
    """
    try:
        async with db.begin_nested():
            yield
    except StoreError:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and sentence(error.orig, ""):
            raise
        log.exception("%s failed in a way it should not; all else goes on", what)
        await mark_failed(db, what, type(error).__name__)
    else:
        await _mark_well(db, what)


async def failures(db: AsyncConnection) -> dict[str, str]:
    """What failed when it was last done, with the name of the error."""
    found: dict[str, str] = await notes.get(db, _FAILED, {})
    return found


async def mark_failed(db: AsyncConnection, what: str, error: str) -> None:
    """Note that something failed; the last few are kept."""
    noted = {**{name: why for name, why in (await failures(db)).items() if name != what}, what: error}
    await notes.put(db, _FAILED, dict(list(noted.items())[-MOST_FAILURES:]))


async def forget_failures(db: AsyncConnection) -> None:
    """Forget what failed: what still does is noted again, and what is never tried again is not."""
    await notes.put(db, _FAILED, {})


async def _mark_well(db: AsyncConnection, what: str) -> None:
    noted = await failures(db)
    if noted.pop(what, None) is not None:
        await notes.put(db, _FAILED, noted)
