"""Single things to remember, by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.store.rows import replacing
from watcher.store.tables import notes


async def get(db: AsyncConnection, name: str, default: Any = None) -> Any:
    """What was noted under a name."""
    found = (await db.execute(select(notes.c.value).where(notes.c.name == name))).first()
    return found[0] if found else default


async def put(db: AsyncConnection, name: str, value: Any) -> None:
    """Note a value (of what JSON can hold) under a name, in the place of what was there."""
    await db.execute(replacing(db, notes, ["value"]), [{"name": name, "value": value}])
