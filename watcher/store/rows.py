"""Values to rows and back, upserts in either database's dialect, and lists in bites it can chew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

BITE = 500
"""Rows a statement: some 5 ms of the event loop, and well under SQLite's limit of bound values."""


def bites(items: Iterable[T], size: int = BITE) -> Iterator[list[T]]:
    """Cut a list into lists of at most `size`, in order."""
    rest = iter(items)
    while bite := list(islice(rest, size)):
        yield bite


def insert(db: AsyncConnection, table: Table) -> sqlite.Insert:
    """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`.

    PostgreSQL's takes the same arguments, so that callers need not ask which database this is.
    """
    if db.dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]
    return sqlite.insert(table)


def replacing(db: AsyncConnection, table: Table, changed: Sequence[str]) -> sqlite.Insert:
    """An insert that, where the row is there, changes the columns named."""
    statement = insert(db, table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in changed},
    )


async def read(db: AsyncConnection, query: Select[Any], kind: Callable[..., T]) -> list[T]:
    """The rows of a query as values, taken up in bites: other tasks run in between, however many."""
    found: list[T] = []
    async with db.stream(query) as rows:
        async for bite in rows.partitions(BITE):
            found += [kind(*values) for values in bite]
    return found


@cache
def columns(table: Table, kind: type) -> tuple[Column[Any], ...]:
    """The columns of a table in the order of a dataclass's fields, for `kind(*row)`."""
    return tuple(table.c[name] for name in names(kind) if name in table.c)


@cache
def names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def row(value: Any, *, without: str = "") -> dict[str, Any]:
    """A dataclass's fields as a row, not going into the values it holds."""
    kind: type = type(value)
    return {name: getattr(value, name) for name in names(kind) if name != without}
