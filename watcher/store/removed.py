"""Topics that were removed a moment ago, whose ids still have what hangs on them: Undo wakes them.

A removed topic has no row among the topics, so nothing sees it; what it caught, was taught and told stays
under its id until it is buried. Which those are is one note.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import Topic
from watcher.store import notes

_REMOVED = "topics removed"


@dataclass(frozen=True, slots=True)
class Removed:
    """A removed topic: its id, whose it was, what it watched, and since when it sleeps."""

    id: int
    desk: str
    name: str
    query: str
    at: datetime


async def removed(db: AsyncConnection) -> list[Removed]:
    """The topics that sleep, the last removed last."""
    noted = await notes.get(db, _REMOVED, [])
    return [
        Removed(id_, desk, name, query, datetime.fromisoformat(at)) for id_, desk, name, query, at in noted
    ]


async def lay_down(db: AsyncConnection, topic: Topic, at: datetime) -> None:
    """Let a topic sleep whose row is being removed."""
    new = Removed(topic.id, topic.desk, topic.name, topic.query, at)
    await _put(db, [*await removed(db), new])


async def wake(db: AsyncConnection, topic: Topic) -> int | None:
    """The id that a topic had which is added again; None where the desk had none that watched the same."""
    wanted = (topic.desk, topic.name, topic.query)
    for one in reversed(await removed(db)):
        if (one.desk, one.name, one.query) == wanted:
            await strike(db, [one.id])
            return one.id
    return None


async def strike(db: AsyncConnection, ids: Collection[int]) -> None:
    """Forget that these topics sleep."""
    await _put(db, [one for one in await removed(db) if one.id not in ids])


async def _put(db: AsyncConnection, left: Collection[Removed]) -> None:
    raw = [(one.id, one.desk, one.name, one.query, one.at.astimezone(UTC).isoformat()) for one in left]
    await notes.put(db, _REMOVED, raw)
