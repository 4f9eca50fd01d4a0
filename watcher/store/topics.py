"""Topics, what met them, and which of that is one event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import Group, Match, Placement, Reason, Story, Topic
from watcher.store import notes, removed, tables
from watcher.store.event_tables import rulings
from watcher.store.faults import StoreError
from watcher.store.rows import bites, columns, insert, read, replacing, row
from watcher.store.stories import STORY
from watcher.store.topic_tables import feedback
from watcher.stories.edits import Edit

_TOPIC = columns(tables.topics, Topic)
_topic, _story = tables.topics.c, tables.stories.c
_matched, _placed, _edited = tables.matches.c, tables.placements.c, tables.edits.c
_CHANGES = "topics changed"
SLEEP = timedelta(days=1)
"""How long what hangs on a removed topic is kept for the same topic to have again, at least."""


async def topics(db: AsyncConnection, desk: str | None = None) -> list[Topic]:
    """The topics of a desk, or of all, in the order in which they were added."""
    query = select(*_TOPIC).order_by(_topic.id)
    if desk is not None:
        query = query.where(_topic.desk == desk)
    return [Topic(*found) for found in await db.execute(query)]


async def get(db: AsyncConnection, desk: str, name: str) -> Topic | None:
    """A desk's topic by its name."""
    query = select(*_TOPIC).where(_topic.desk == desk, _topic.name == name)
    found = (await db.execute(query)).first()
    return Topic(*found) if found else None


async def add(db: AsyncConnection, topic: Topic) -> Topic:
    """Add a topic and return it with its id. Raises StoreError where the desk has one of that name.

    One that was removed a moment ago and watches the same has its old id, with all that hung on it.
    """
    if await get(db, topic.desk, topic.name):
        raise StoreError(_taken(topic.name))
    values = {**row(topic, without="id"), "fresh": True}
    if before := await removed.wake(db, topic):
        values["id"] = before
    added = await db.execute(insert(db, tables.topics).values(values).returning(_topic.id))
    await touch(db)
    return replace(topic, id=added.scalar_one())


async def edit(db: AsyncConnection, topic: Topic) -> None:
    """Save a topic as it now is, by id.

    Where it now watches something else it is fresh, and what it had caught is forgotten; where that stood,
    only once it has been looked through anew. Raises StoreError where the desk has another of that name.
    """
    query = select(*_TOPIC).where(_topic.id == topic.id)
    before = (await db.execute(query)).first()
    if before is None:
        raise StoreError(f"The topic {topic.name} is gone: add it anew.")
    try:
        await db.execute(update(tables.topics).where(_topic.id == topic.id).values(row(topic, without="id")))
    except IntegrityError as error:
        raise StoreError(_taken(topic.name)) from error
    if _watches(Topic(*before)) != _watches(topic):
        await db.execute(delete(tables.matches).where(_matched.topic_id == topic.id))
        await db.execute(update(tables.topics).where(_topic.id == topic.id).values(fresh=True))
    await touch(db)


async def remove(db: AsyncConnection, desk: str, name: str, at: datetime) -> Topic | None:
    """Remove a topic, and return it. None where there was none.

    What it caught and was taught sleeps under its id, seen by nobody, until `bury`.
    """
    topic = await get(db, desk, name)
    if topic:
        await db.execute(delete(tables.topics).where(_topic.id == topic.id))
        await removed.lay_down(db, topic, at)
        await touch(db)
    return topic


async def bury(db: AsyncConnection, before: datetime) -> None:
    """Forget all that hangs on the topics that were removed before then."""
    gone = [one.id for one in await removed.removed(db) if one.at < before]
    for table in (tables.matches, tables.placements, tables.edits, rulings, feedback):
        for bite in bites(gone):
            await db.execute(delete(table).where(table.c.topic_id.in_(bite)))
    await removed.strike(db, gone)


async def version(db: AsyncConnection) -> int:
    """A number that is another after each change of topics."""
    return int(await notes.get(db, _CHANGES, 0))


async def is_fresh(db: AsyncConnection, topic_id: int) -> bool:
    """Whether a topic is new, or watches something new, and nobody has looked back for it yet."""
    return bool(await db.scalar(select(_topic.fresh).where(_topic.id == topic_id)))


async def mark_taken_up(db: AsyncConnection, topic: Topic) -> bool:
    """Say that the stories of the last days have been looked through for a topic as it was then.

    False, and nothing is said, where it watches something else by now or is gone.
    """
    found = (await db.execute(select(*_TOPIC).where(_topic.id == topic.id))).first()
    if found is None or _watches(Topic(*found)) != _watches(topic):
        return False
    await db.execute(update(tables.topics).where(_topic.id == topic.id).values(fresh=False))
    return True


async def forget_places(db: AsyncConnection, topic_id: int) -> None:
    """Forget where stories stood in a topic that is looked through anew."""
    await db.execute(delete(tables.placements).where(_placed.topic_id == topic_id))


async def touch(db: AsyncConnection) -> None:
    """Say that topics have changed, or what bears on what they catch."""
    await notes.put(db, _CHANGES, await version(db) + 1)


def _watches(topic: Topic) -> tuple[object, ...]:
    """What of a topic decides what it catches."""
    return topic.query, topic.sensitivity, topic.excluded_outlets


def _taken(name: str) -> str:
    return f"There is a topic {name} already: edit that one, or take another name."


# ------------------------------------------------------------------------------------- matches


async def save_matches(db: AsyncConnection, found: Iterable[Match]) -> None:
    """Save matches; a story matched anew has its new score and reasons."""
    statement = replacing(db, tables.matches, ["score", "reasons"])
    for bite in bites(found):
        rows = [{**row(match), "reasons": [_raw(reason) for reason in match.reasons]} for match in bite]
        await db.execute(statement, rows)


async def forget_matches(db: AsyncConnection, story_ids: Iterable[str]) -> None:
    """Forget what these stories met and where they stand: a revised one may meet other topics now."""
    for bite in bites(story_ids):
        await db.execute(delete(tables.matches).where(_matched.story_id.in_(bite)))
        await db.execute(delete(tables.placements).where(_placed.story_id.in_(bite)))


async def leave(db: AsyncConnection, topic_id: int, story_ids: Collection[str]) -> None:
    """Take stories out of a topic: what they met of it, and where they stood in it."""
    for table in (tables.matches, tables.placements):
        for bite in bites(story_ids):
            await db.execute(delete(table).where(table.c.topic_id == topic_id, table.c.story_id.in_(bite)))


async def matches(db: AsyncConnection, topic_ids: Iterable[int], since: datetime) -> list[Match]:
    """The matches of some topics whose stories were first seen since then, in the order of seeing."""
    seen = tables.stories.join(tables.matches, _matched.story_id == _story.id)
    query = (
        _matches()
        .select_from(seen)
        .where(_story.seen >= since, _matched.topic_id.in_(list(topic_ids)))
        .order_by(_story.seen, _story.n, _matched.topic_id)
    )
    return await read(db, query, _match)


async def matches_of(db: AsyncConnection, story_id: str) -> list[Match]:
    """What a story met, the best first."""
    query = _matches().join(tables.topics, _topic.id == _matched.topic_id)
    found = await db.execute(
        query.where(_matched.story_id == story_id).order_by(_matched.score.desc(), _matched.topic_id)
    )
    return [_match(*values) for values in found]


def _matches() -> Select[Any]:
    return select(_matched.story_id, _matched.topic_id, _matched.score, _matched.reasons)


def _raw(reason: Reason) -> tuple[object, ...]:
    return tuple(row(reason).values())


def _match(story_id: str, topic_id: int, score: float, reasons: Sequence[tuple[Any, ...]]) -> Match:
    return Match(story_id, topic_id, score, tuple(Reason(*raw) for raw in reasons))


# ---------------------------------------------------------------------------- placements, groups


async def place(db: AsyncConnection, placed: Iterable[Placement]) -> None:
    """Save where stories stand; one that stood elsewhere in the topic has moved."""
    statement = replacing(db, tables.placements, ["group_id", "telling", "likeness"])
    for bite in bites(placed):
        rows = [{**row(one, without="group"), "group_id": one.group} for one in bite]
        await db.execute(statement, rows)


async def placements(db: AsyncConnection, topic_id: int, since: datetime) -> list[Placement]:
    """Where a topic's stories first seen since then stand, in the order of seeing."""
    query = (
        _placements()
        .select_from(tables.stories.join(tables.placements, _placed.story_id == _story.id))
        .where(_story.seen >= since, _placed.topic_id == topic_id)
        .order_by(_story.seen, _story.n)
    )
    return await read(db, query, Placement)


async def placements_of(db: AsyncConnection, story_id: str) -> list[Placement]:
    """Where a story stands, in each topic it met."""
    query = _placements().join(tables.topics, _topic.id == _placed.topic_id)
    found = await db.execute(query.where(_placed.story_id == story_id).order_by(_placed.topic_id))
    return [Placement(*values) for values in found]


async def groups(
    db: AsyncConnection, topic_ids: Iterable[int], since: datetime, until: datetime | None = None
) -> list[Group]:
    """The groups of some topics that have a story first seen from `since` to `until`, as wholes.

    Sorted by topic and by when they began; stories in the order of seeing.
    """
    query = (
        select(_placed.group_id)
        .distinct()
        .select_from(tables.stories.join(tables.placements, _placed.story_id == _story.id))
        .where(_story.seen >= since, _placed.topic_id.in_(list(topic_ids)), _placed.group_id != "")
    )
    if until is not None:
        query = query.where(_story.seen <= until)
    return await groups_by_id(db, (await db.execute(query)).scalars())


async def roundups(
    db: AsyncConnection, topic_ids: Iterable[int], since: datetime, until: datetime
) -> list[Story]:
    """The stories of some topics first seen after `since` and up to `until` that belong to no event."""
    alone = exists().where(
        _placed.story_id == _story.id, _placed.topic_id.in_(list(topic_ids)), _placed.group_id == ""
    )
    query = (
        select(*STORY)
        .where(_story.seen > since, _story.seen <= until, _story.backlog.is_(False), alone)
        .order_by(_story.seen, _story.n)
    )
    return [Story(*found) for found in await db.execute(query)]


async def groups_by_id(db: AsyncConnection, ids: Iterable[str]) -> list[Group]:
    """Whole groups; those that are not there are left out. Sorted by topic and by when they began."""
    found: dict[str, list[tuple[int, str, Story]]] = {}
    for bite in bites(ids):
        for group_id, topic_id, telling, *story in await db.execute(_members(bite)):
            found.setdefault(group_id, []).append((topic_id, telling, Story(*story)))
    whole = [_group(id_, members) for id_, members in found.items()]
    return sorted(whole, key=lambda group: (group.topic_id, group.stories[0].seen, group.id))


async def group(db: AsyncConnection, group_id: str) -> Group | None:
    """One whole group."""
    return next(iter(await groups_by_id(db, [group_id])), None)


def _placements() -> Select[Any]:
    return select(_placed.story_id, _placed.topic_id, _placed.group_id, _placed.telling, _placed.likeness)


def _members(group_ids: Sequence[str]) -> Select[Any]:
    return (
        select(_placed.group_id, _placed.topic_id, _placed.telling, *STORY)
        .select_from(tables.placements.join(tables.stories, _placed.story_id == _story.id))
        .join(tables.topics, _topic.id == _placed.topic_id)
        .where(_placed.group_id.in_(group_ids), _placed.group_id != "")
        .order_by(_story.seen, _story.published, _story.id)
    )


def _group(id_: str, members: Sequence[tuple[int, str, Story]]) -> Group:
    tellings = {story.id: telling for _, telling, story in members}
    return Group(id_, members[0][0], tuple(story for _, _, story in members), tellings)


# --------------------------------------------------------------------------------------- edits


async def edits(db: AsyncConnection, topic_id: int) -> list[Edit]:
    """What editors said of a topic's stories, in the order in which they said it."""
    query = select(*columns(tables.edits, Edit)).where(_edited.topic_id == topic_id)
    return [Edit(*found) for found in await db.execute(query.order_by(_edited.n))]
