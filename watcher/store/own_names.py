"""The names that desks have added to the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.store import feedback, topics
from watcher.store.rows import replacing
from watcher.store.topic_tables import own_names
from watcher.topics.names import Name

_own = own_names.c


@dataclass(frozen=True, slots=True)
class Added:
    """A name that a desk added: what it is, who added it and when."""

    name: Name
    note: str
    person: str
    at: datetime


async def add(db: AsyncConnection, desk: str, new: Added) -> None:
    """Add a name to a desk's own, in the place of one of its id; all topics are looked at anew."""
    values = {"desk": desk, "id": new.name.id, "name": new.name, "note": new.note}
    statement = replacing(db, own_names, ["name", "note", "person", "at"])
    await db.execute(statement, [{**values, "person": new.person, "at": new.at}])
    await _renamed(db, desk)


async def remove(db: AsyncConnection, desk: str, id_: str) -> bool:
    """Take a name out of a desk's own; False where it has none of that id."""
    gone = await db.execute(delete(own_names).where(_own.desk == desk, _own.id == id_))
    if gone.rowcount:
        await _renamed(db, desk)
    return bool(gone.rowcount)


async def of_desk(db: AsyncConnection, desk: str) -> tuple[Added, ...]:
    """The names that a desk has added, in the order of adding."""
    query = select(_own.name, _own.note, _own.person, _own.at).where(_own.desk == desk)
    return tuple(Added(*found) for found in await db.execute(query.order_by(_own.at, _own.id)))


async def by_desk(db: AsyncConnection) -> dict[str, tuple[Name, ...]]:
    """The names that desks have added, by desk."""
    found: dict[str, list[Name]] = {}
    for desk, name in await db.execute(select(_own.desk, _own.name).order_by(_own.at, _own.id)):
        found.setdefault(desk, []).append(name)
    return {desk: tuple(names) for desk, names in found.items()}


async def _renamed(db: AsyncConnection, desk: str) -> None:
    """Have a desk's topics look again at the stories of the last days: what their words mean has changed."""
    await feedback.reconsider(db, [topic.id for topic in await topics.topics(db, desk)])
