"""Desks and what they have set."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import Desk, DeskSettings, Place
from watcher.store import tables
from watcher.store.faults import StoreError
from watcher.store.rows import columns, names, replacing, row

_DESK = columns(tables.desks, Desk)
_set = tables.settings.c
CONSOLE = "console"
"""The platform that is this terminal: it hears every notice."""


async def desks(db: AsyncConnection) -> list[Desk]:
    """Every desk, by id."""
    return [Desk(*found) for found in await db.execute(select(*_DESK).order_by(tables.desks.c.id))]


async def get(db: AsyncConnection, desk: str) -> Desk | None:
    """A desk by its id."""
    found = (await db.execute(select(*_DESK).where(tables.desks.c.id == desk))).first()
    return Desk(*found) if found else None


async def ensure(db: AsyncConnection, desk: Desk) -> bool:
    """Know this desk from now on, by its newest name; returns whether it is new to us."""
    known = await get(db, desk.id)
    if known == desk:
        return False
    await db.execute(replacing(db, tables.desks, ["platform", "name"]), [row(desk)])
    return known is None


async def settings(db: AsyncConnection, desk: str) -> DeskSettings:
    """What a desk has set, and the defaults for all else."""
    found = await db.execute(select(_set.key, _set.value).where(_set.desk == desk))
    chosen: dict[str, Any] = dict(iter(found))
    return msgspec.convert(chosen, DeskSettings)


async def set_setting(db: AsyncConnection, desk: str, key: str, value: str | bool) -> None:
    """Set one thing for a desk. Raises StoreError where there is no such setting, or not such a value."""
    if key not in names(DeskSettings):
        raise StoreError(f"There is no setting {key}: there are {', '.join(names(DeskSettings))}.")
    try:
        msgspec.convert({key: value}, DeskSettings)
    except msgspec.ValidationError as error:
        raise StoreError(f"The setting {key} cannot be {value!r}: {error}.") from error
    await db.execute(replacing(db, tables.settings, ["value"]), [{"desk": desk, "key": key, "value": value}])


async def unset(db: AsyncConnection, desk: str, key: str) -> None:
    """Go back to the default for one thing."""
    await db.execute(delete(tables.settings).where(_set.desk == desk, _set.key == key))


async def notice_places(db: AsyncConnection) -> list[tuple[str, Place]]:
    """Where each desk hears of ill feeds and refused messages, as (desk id, place); not all want to."""
    places: list[tuple[str, Place]] = []
    for desk in await desks(db):
        channel: Any = (await settings(db, desk.id)).notices
        if channel or desk.platform == CONSOLE:
            places.append((desk.id, Place(desk.platform, channel)))
    return places
