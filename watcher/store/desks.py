"""Desks and what they have set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.joint import by_place
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


async def set_setting(db: AsyncConnection, desk: str, key: str, value: str | bool | tuple[str, ...]) -> None:
    """Set one thing for a desk. Raises StoreError where there is no such setting, or not such a value."""
    if key not in names(DeskSettings):
        raise StoreError(f"There is no setting {key}: there are {', '.join(names(DeskSettings))}.")
    try:
        msgspec.convert({key: value}, DeskSettings)
    except msgspec.ValidationError as error:
        raise StoreError(f"The setting {key} cannot be {value!r}: {error}.") from error
    await db.execute(replacing(db, tables.settings, ["value"]), [{"desk": desk, "key": key, "value": value}])


async def sleep(db: AsyncConnection, desk: str, now: datetime) -> bool:
    """Let a desk sleep: nothing is composed for it any more. Returns whether it was awake."""
    awake = and_(tables.desks.c.id == desk, tables.desks.c.asleep_since.is_(None))
    return (await db.execute(update(tables.desks).where(awake).values(asleep_since=now))).rowcount > 0


async def wake(db: AsyncConnection, desk: str) -> bool:
    """Wake a desk; returns whether it had slept."""
    asleep = and_(tables.desks.c.id == desk, tables.desks.c.asleep_since.is_not(None))
    return (await db.execute(update(tables.desks).where(asleep).values(asleep_since=None))).rowcount > 0


async def asleep(db: AsyncConnection) -> dict[str, datetime]:
    """The desks that sleep, and since when."""
    desk = tables.desks.c
    query = select(desk.id, desk.asleep_since).where(desk.asleep_since.is_not(None))
    found = await db.execute(query)
    return dict(iter(found))


async def notice_places(db: AsyncConnection) -> list[tuple[str, Place]]:
    """Where each desk hears of ill feeds and refused messages, as (desk id, place); not all want to.

    A desk that is in several places hears of them in each that chose a channel.
    """
    places: list[tuple[str, Place]] = []
    known = await desks(db)
    joint = by_place(known)
    for desk in known:
        channel: Any = (await settings(db, desk.id)).notices
        if channel or desk.platform == CONSOLE:
            places.append((joint.get(desk.id, desk.id), Place(desk.platform, channel)))
    return places
