"""The address of a database: what it names, and how it may be shown."""

from __future__ import annotations

import re

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from watcher.store.faults import StoreError

_HALF = re.compile(r"(sqlite|postgres(ql)?)(:|//)")


def is_address(url: str) -> bool:
    """Whether this is an address, and no path. Raises StoreError for what was meant as one."""
    if "://" in url:
        return True
    if _HALF.match(url):
        raise StoreError(
            "That is not the address of a database: write :// after the kind, as in "
            "postgresql://watcher@localhost/watcher."
        )
    return False


def read(url: str) -> URL:
    """The parts of an address. Raises StoreError, which tells nothing of it: it may hold a password."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        parts = None
    if parts is None or "@" in (parts.host or ""):
        raise StoreError(
            "That is not the address of a database: write postgresql://user:password@host:port/database, in "
            "a password %40 for @, %2F for / and %25 for %, and several hosts as ?host=a:5432&host=b:5432."
        )
    return parts


def without_password(parts: URL) -> str:
    """An address as it may be shown, wherever its password stands."""
    secret = [key for key in parts.query if "pass" in key]
    return parts.difference_update_query(secret).render_as_string(hide_password=True)


def shown(url: str) -> str:
    """A path or an address as it may be shown: without its password."""
    try:
        return without_password(read(url)) if is_address(url) else url
    except StoreError:
        return "store.url"
