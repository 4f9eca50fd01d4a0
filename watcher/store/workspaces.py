"""Slack workspaces that installed Watcher: what they gave it, sealed, and installations under way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.store.rows import insert, replacing
from watcher.store.workspace_tables import installations, states

_of = installations.c


async def put(db: AsyncConnection, team: str, name: str, sealed: bytes, now: datetime) -> None:
    """Keep what a workspace gave, in the place of what it gave before."""
    row = {"team": team, "name": name, "sealed": sealed, "at": now}
    await db.execute(replacing(db, installations, ["name", "sealed", "at"]), [row])


async def sealed(db: AsyncConnection) -> dict[str, bytes]:
    """What each workspace gave, by its id."""
    return dict(iter(await db.execute(select(_of.team, _of.sealed).order_by(_of.at, _of.team))))


async def remove(db: AsyncConnection, team: str) -> bool:
    """Forget what a workspace gave; returns whether there was something."""
    return (await db.execute(delete(installations).where(_of.team == team))).rowcount > 0


async def begin(db: AsyncConnection, state: str, until: datetime) -> None:
    """Remember an installation that was begun."""
    await db.execute(insert(db, states), [{"state": state, "until": until}])


async def finish(db: AsyncConnection, state: str, now: datetime) -> bool:
    """Whether an installation was begun and has not been finished; it then is. Old ones are forgotten."""
    await db.execute(delete(states).where(states.c.until < now))
    return (await db.execute(delete(states).where(states.c.state == state))).rowcount > 0
