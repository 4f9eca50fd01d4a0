"""Deliveries: cards on their way, kept until they have arrived, and each of them sent once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import Delivery, Place, Ref
from watcher.store.rows import bites, columns, insert, row
from watcher.store.tables import deliveries, is_awake, is_pending, is_told

_DELIVERY = columns(deliveries, Delivery)
_of = deliveries.c
_ORPHANED = "The message that it belongs to could not be sent."


async def add(db: AsyncConnection, new: Iterable[Delivery]) -> None:
    """Put deliveries in the queue, in this order; one whose key is known is the same, and left as it is."""
    for bite in bites(new):
        statement = insert(db, deliveries).on_conflict_do_nothing(index_elements=[_of.key])
        await db.execute(statement, [_row(delivery) for delivery in bite])


async def put(db: AsyncConnection, new: Delivery) -> None:
    """Put a delivery in the queue in the place of the one with its key, sent or not: an edit made anew.

    Its `made_at` has to be another: by it `save` sees that what was sent is no longer what is wanted.
    """
    statement = insert(db, deliveries)
    changed = {name: statement.excluded[name] for name in _row(new) if name != "key"}
    await db.execute(statement.on_conflict_do_update(index_elements=[_of.key], set_=changed), [_row(new)])


def _row(delivery: Delivery) -> dict[str, Any]:
    return {**row(delivery, without="id"), "platform": delivery.place.platform}


async def get(db: AsyncConnection, key: str) -> Delivery | None:
    """A delivery by its key, whatever became of it."""
    return next(iter(await _read(db, select(*_DELIVERY).where(_of.key == key))), None)


async def due(
    db: AsyncConnection, now: datetime, limit: int, *, platforms: Sequence[str] | None = None
) -> list[Delivery]:
    """What may be sent now (on some platforms): the most urgent first, then in the order of adding.

    A reply waits until its parent has been sent, an edit until there is a message to edit, and both
    until what was to go before them in the same thread is not waiting for a later time.
    """
    query = (
        select(*_DELIVERY)
        .where(is_pending(deliveries), _of.due_at <= now)
        .where(or_(_of.parent == "", _arrived(_of.parent)), or_(_of.edits == "", _arrived(_of.edits)))
        .where(or_(_of.parent == "", ~_one_before_waits(now)))
        .order_by(_of.urgency, _of.id)
        .limit(limit)
    )
    return await _read(db, query if platforms is None else query.where(_of.platform.in_(platforms)))


def _arrived(key: ColumnElement[Any]) -> ColumnElement[bool]:
    other = deliveries.alias()
    return exists().where(other.c.key == key, other.c.state == "sent", other.c.ref.is_not(None))


def _one_before_waits(now: datetime) -> ColumnElement[bool]:
    other = deliveries.alias()
    return exists().where(
        is_pending(other), other.c.parent == _of.parent, other.c.id < _of.id, other.c.due_at > now
    )


async def save(db: AsyncConnection, tried: Delivery) -> None:
    """Save what became of a delivery: its state, attempts, due time, error and message.

    One that was replaced since it was read stays as it was put anew. Where it failed for good, what
    waits for it (replies, edits) fails with it.
    """
    outcome = {name: getattr(tried, name) for name in ("state", "attempts", "due_at", "error", "ref")}
    same = and_(_of.key == tried.key, _of.made_at == tried.made_at)
    await db.execute(update(deliveries).where(same).values(outcome))
    orphaned = [tried.key] if tried.state == "failed" else []
    while orphaned:
        orphaned = await _fail_those_waiting(db, orphaned)


async def _fail_those_waiting(db: AsyncConnection, keys: Sequence[str]) -> list[str]:
    waiting = and_(is_pending(deliveries), or_(_of.parent.in_(keys), _of.edits.in_(keys)))
    statement = update(deliveries).where(waiting).values(state="failed", error=_ORPHANED)
    return list((await db.execute(statement.returning(_of.key))).scalars())


async def pending(db: AsyncConnection, place: Place, prefix: str = "") -> list[Delivery]:
    """What waits to be sent to a place, of those whose keys begin so, in the order of adding."""
    # In the order of the index of what waits; in that of ids, all that was ever sent would be read.
    query = select(*_DELIVERY).where(_waiting(place, prefix)).order_by(_of.urgency, _of.id)
    return sorted(await _read(db, query), key=lambda delivery: delivery.id)


async def withdraw(db: AsyncConnection, place: Place, prefix: str) -> list[Delivery]:
    """Take back what waits to be sent to a place, of those whose keys begin so, and return it."""
    found = await pending(db, place, prefix)
    for bite in bites(delivery.key for delivery in found):
        await db.execute(delete(deliveries).where(is_pending(deliveries), _of.key.in_(bite)))
    return found


async def told_with(db: AsyncConnection, parent: str) -> list[str]:
    """The groups of which replies to a message have told."""
    query = select(_of.about).where(_of.key.startswith(f"{parent}/", autoescape=True), _of.state == "sent")
    return list((await db.execute(query)).scalars())


def _waiting(place: Place, prefix: str) -> ColumnElement[bool]:
    begins = _of.key.startswith(prefix, autoescape=True)
    return and_(is_pending(deliveries), _of.place == place, begins)


async def withdraw_all(db: AsyncConnection, desk: str) -> None:
    """Take back whatever waits to be sent for a desk."""
    await db.execute(delete(deliveries).where(is_pending(deliveries), _of.desk == desk))


async def desk_that_sent(db: AsyncConnection, message: Ref) -> str:
    """The desk whose message this is; empty where it is none of ours, or too old."""
    return str(await db.scalar(select(_of.desk).where(_of.place == message.place, _of.ref == message)) or "")


async def is_anothers(db: AsyncConnection, message: Ref, key: str) -> bool:
    """Whether a message is known to be that of another delivery than the one of a key."""
    query = select(_of.id).where(_of.ref == message, _of.key != key).limit(1)
    return (await db.execute(query)).first() is not None


async def desk_that_wrote(db: AsyncConnection, place: Place) -> str:
    """The desk that wrote to a place last; empty where none did lately."""
    sent = select(_of.desk).where(_of.place == place, _of.state == "sent").order_by(_of.id.desc()).limit(1)
    return str(await db.scalar(sent) or "")


async def about(db: AsyncConnection, groups: Iterable[str], since: datetime) -> list[Delivery]:
    """The messages made since then that tell of these groups and have arrived, in the order of adding.

    Edits of messages are left out, and the messages of desks that sleep.
    """
    found: list[Delivery] = []
    for bite in bites(groups):
        query = select(*_DELIVERY).where(_of.about.in_(bite), is_told(deliveries), _of.made_at >= since)
        found += await _read(db, query.where(_of.state == "sent", _of.edits == "", is_awake(_of.desk)))
    return sorted(found, key=lambda delivery: delivery.id)


async def retain(db: AsyncConnection, before: datetime) -> int:
    """Delete what was made before then and is done with; returns how many.

    Kept is whatever waits to be sent, and the messages that it answers or edits.
    """
    waiting = deliveries.alias()
    needed = exists().where(is_pending(waiting), or_(waiting.c.parent == _of.key, waiting.c.edits == _of.key))
    old = and_(_of.made_at < before, _of.state != "pending", ~needed)
    return (await db.execute(delete(deliveries).where(old))).rowcount


async def _read(db: AsyncConnection, query: Select[Any]) -> list[Delivery]:
    return [Delivery(*found) for found in await db.execute(query)]
