"""What can go wrong with a database, in sentences that say what to do."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import WatcherError
from watcher.store import notes

log = logging.getLogger(__name__)
_FAILED = "what failed"
SAID_AGAIN = timedelta(minutes=10)
"""How long one word about a store that is away is enough: ten jobs trip over it, some every two seconds."""
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

_SERVER_SENTENCES = {
    "": "{path} cannot be reached: see that the server runs, that the database is there, and that address, "
    "user and password are right; what could not be written is tried again.",
    "08": "The connection to {path} was lost; what could not be written is tried again.",
    "57P": "The server of {path} was stopped; what could not be written is tried again.",
    "25006": "{path} may only be read: name the server that may be written.",
    "28": "{path} does not let Watcher in: mend the user or password in its address.",
    "25P03": "The server of {path} ended a session that did nothing for a while "
    "(idle_in_transaction_session_timeout): give it more time; it is tried again.",
    "3F000": "{path} has no schema to make tables in: name one that is there in the user's search_path.",
    "57014": "The server of {path} broke off what took too long (statement_timeout): give it more time; "
    "it is tried again.",
    "3D000": "There is no such database as {path}: make one (createdb --encoding=UTF8), or mend its address.",
    "40": "{path} undid what was written, since another session stood in its way; it is tried again.",
    "42501": "{path} may not be written by that user: make the user the owner of the database or schema.",
    "53100": "The disk of {path} is full: make room; what could not be written is tried again.",
    "53": "The server of {path} has no more connections or memory: give it more; it is tried again.",
    "55P03": "{path} was locked by another session for too long: end that one, then try again.",
    "58": "The server of {path} cannot read or write its files: look at its disk and its log.",
    "XX": "The server of {path} says that its files are damaged or that it failed: look at its log.",
}
"""By a code of PostgreSQL or its beginning; without one, for what fails before there is a connection."""


def sentence(error: BaseException | None, path: str) -> str | None:
    """What to tell people of a database error; None where it is a bug of ours and not theirs to mend.

    SQLite's extended codes (SQLITE_IOERR_WRITE, SQLITE_BUSY_SNAPSHOT) fall under their family's sentence.
    """
    if type(error).__module__.partition(".")[0] == "psycopg" and error is not None:
        return _of_a_server(error, path)
    if not isinstance(error, sqlite3.Error):
        return None
    code = getattr(error, "sqlite_errorname", "") or ""
    family = "_".join(code.split("_")[:2])
    said = _SENTENCES.get(family)
    return said and said.format(path=path)


def _of_a_server(error: BaseException, path: str) -> str | None:
    """What to tell people of an error of PostgreSQL, by the class of its code; see its appendix A.

    While a connection is made the driver knows no code, and the server's own words are in its language.
    """
    code: str = getattr(error, "sqlstate", None) or ""
    words = " ".join(str(error).split()).removeprefix("connection failed: ")
    if not code and not _is_of_a_connection(error, words):
        return None
    starts = (code, code[:3], code[:2])
    said = next((_SERVER_SENTENCES[start] for start in starts if start in _SERVER_SENTENCES), None)
    return said and f"{said.format(path=path)} The server or driver says: {words}"


def _is_of_a_connection(error: BaseException, words: str) -> bool:
    """Whether an error without a code is of how the server is reached; others are mistakes of ours."""
    kinds = {kind.__name__ for kind in type(error).__mro__}  # one that took too long is of a kind of its own
    return bool(kinds & {"OperationalError", "InterfaceError"}) or "connection option" in words


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
