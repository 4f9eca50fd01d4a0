"""Rotas, one a desk."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.oncall import Rota
from watcher.store.alert_tables import rotas
from watcher.store.rows import replacing

NOBODY = Rota()


async def get(db: AsyncConnection, desk: str) -> Rota:
    """A desk's rota; an empty one where it has set none."""
    found: Rota | None = await db.scalar(select(rotas.c.rota).where(rotas.c.desk == desk))
    return found or NOBODY


async def put(db: AsyncConnection, desk: str, rota: Rota) -> None:
    """Set a desk's rota, in the place of what it was."""
    await db.execute(replacing(db, rotas, ["rota"]), [{"desk": desk, "rota": rota}])
