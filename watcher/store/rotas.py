"""Rotas, one a desk, each with what it was before its last change."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.oncall import Rota
from watcher.store.alert_tables import rotas
from watcher.store.rows import replacing

NOBODY = Rota()


@dataclass(frozen=True, slots=True)
class Change:
    """A change that somebody made of a rota: the how manyth it was, who made it, and what was before."""

    number: int
    changed_by: str
    before: Rota


async def get(db: AsyncConnection, desk: str) -> Rota:
    """A desk's rota; an empty one where it has set none."""
    found: Rota | None = await db.scalar(select(rotas.c.rota).where(rotas.c.desk == desk))
    return found or NOBODY


async def put(db: AsyncConnection, desk: str, rota: Rota) -> None:
    """Set a desk's rota, in the place of what it was, as no change that anybody would take back."""
    await db.execute(replacing(db, rotas, ["rota"]), [{"desk": desk, "rota": rota}])


async def change(db: AsyncConnection, desk: str, rota: Rota, who: str) -> int:
    """Set a desk's rota for somebody, by their id; returns the change's number, by which it is taken back."""
    last = await last_change(db, desk)
    number = (last.number if last else 0) + 1
    values = {"rota": rota, "number": number, "changed_by": who, "before": await get(db, desk)}
    await db.execute(replacing(db, rotas, list(values)), [{"desk": desk, **values}])
    return number


async def last_change(db: AsyncConnection, desk: str) -> Change | None:
    """The last change of a desk's rota; None where there was none."""
    query = select(rotas.c.number, rotas.c.changed_by, rotas.c.before).where(rotas.c.desk == desk)
    found = (await db.execute(query.where(rotas.c.before.is_not(None)))).first()
    return Change(*found) if found else None
