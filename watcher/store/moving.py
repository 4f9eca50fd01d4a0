"""Everything of one store into another, as from a file into a PostgreSQL database when a desk outgrows it."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, Table, func, insert, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeDecorator, TypeEngine

from watcher.store import words
from watcher.store.faults import StoreError
from watcher.store.rows import BITE
from watcher.store.store import Store
from watcher.store.tables import metadata


async def copy_all(source: str, target: str) -> int:
    """Copy the database at one path or address to that at another, as `copy` does."""
    async with await Store.open(source, create=False) as old, await Store.open(target) as new:
        return await copy(old, new)


async def copy(source: Store, target: Store) -> int:
    """Copy every row; returns how many. All of it is done or none; nobody may run on either meanwhile.

    Raises StoreError where the target is not empty, or somebody runs on one of them.
    """
    if source.name == target.name:
        raise StoreError(f"{target.name} is where everything is: name another database.")
    copied = 0
    async with source.running(), target.running(), source.reading() as old, target.writing() as new:
        for table in metadata.sorted_tables:
            if await new.scalar(select(literal_column("1")).select_from(table).limit(1)):
                raise StoreError(
                    f"{target.name} is not empty ({table.name}): name a database with nothing in it yet."
                )
        for table in metadata.sorted_tables:
            copied += await _copy_table(old, new, _plain(table))
            await _go_on_counting(old, new, table)
    return copied


async def _copy_table(old: AsyncConnection, new: AsyncConnection, table: Table) -> int:
    copied = 0
    async with old.stream(select(table)) as rows:
        async for bite in rows.mappings().partitions(BITE):
            await new.execute(insert(table), [dict(row) for row in bite])
            if table.name == "stories":
                await words.index(new, [row["id"] for row in bite])
            copied += len(bite)
    return copied


async def _go_on_counting(old: AsyncConnection, new: AsyncConnection, table: Table) -> None:
    """Let the next row have a number that none ever had: what a removed topic caught sleeps under its own."""
    column = table.autoincrement_column
    if column is None:
        return
    named = {"name": table.name, "column": column.name}
    given = await old.scalar(_GIVEN[old.dialect.name], named) or 0
    last = max(given, await new.scalar(select(func.max(column))) or 0)
    if last and (new.dialect.name == "postgresql" or table.dialect_options["sqlite"]["autoincrement"]):
        for statement in _COUNT_ON[new.dialect.name]:
            await new.execute(statement, {**named, "last": last})


_GIVEN = {
    "sqlite": text("SELECT seq FROM sqlite_sequence WHERE name = :name"),
    "postgresql": text(
        "SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, :column) AS regclass))"
    ),
}
"""The last number that a table gave a row, which may be gone."""
_COUNT_ON = {
    "sqlite": (
        text("DELETE FROM sqlite_sequence WHERE name = :name"),
        text("INSERT INTO sqlite_sequence(name, seq) VALUES (:name, :last)"),
    ),
    "postgresql": (text("SELECT setval(pg_get_serial_sequence(:name, :column), :last)"),),
}


def _plain(table: Table) -> Table:
    """The table with its values as the database keeps them, which need not be understood to be copied."""
    columns = [
        Column(column.name, _kept_as(column.type), primary_key=column.primary_key) for column in table.columns
    ]
    return Table(table.name, MetaData(), *columns)


def _kept_as(kind: TypeEngine[object]) -> TypeEngine[object]:
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    return kind
