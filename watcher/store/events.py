"""What people do with events, and what became of events that went up in others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.events import Follow, Move, Mute, Ruling
from watcher.models import Place, Placement, Shown
from watcher.store import event_tables, tables
from watcher.store.rows import bites, columns, insert, replacing, row
from watcher.stories.edits import Edit
from watcher.stories.leaning import Said

_FOLLOW, _MUTE = columns(event_tables.follows, Follow), columns(event_tables.mutes, Mute)
_RULING = columns(event_tables.rulings, Ruling)
_follow, _mute = event_tables.follows.c, event_tables.mutes.c
_heir, _ruling = event_tables.heirs.c, event_tables.rulings.c
_placed, _shown = tables.placements.c, tables.shown.c


# ------------------------------------------------------------------------------- who is who among events


async def beginning(db: AsyncConnection, start: str, topic_ids: Iterable[int]) -> list[str]:
    """The events of some topics whose ids begin so, at most three of them."""
    query = (
        select(_placed.group_id)
        .where(_placed.group_id >= start, _placed.group_id < start + "g")
        .where(_placed.topic_id.in_(list(topic_ids)))
        .distinct()
        .limit(3)
    )
    return list((await db.execute(query)).scalars())


async def newest(db: AsyncConnection, topic_ids: Iterable[int], limit: int) -> list[str]:
    """The events of some topics to which a story came last, the newest first."""
    at = func.max(tables.stories.c.n)
    query = (
        select(_placed.group_id)
        .join(tables.stories, tables.stories.c.id == _placed.story_id)
        .where(_placed.topic_id.in_(list(topic_ids)), _placed.group_id != "")
        .group_by(_placed.group_id)
        .order_by(at.desc())
        .limit(limit)
    )
    return list((await db.execute(query)).scalars())


async def living(db: AsyncConnection, group_id: str) -> str:
    """The event that an event went up in, or itself; also by the beginning of its id."""
    query = select(_heir.heir).where(_heir.group_id >= group_id, _heir.group_id < group_id + "g").limit(1)
    while heir := await db.scalar(query):
        group_id = heir
        query = select(_heir.heir).where(_heir.group_id == group_id)
    return group_id


async def absorbed(db: AsyncConnection, ids: Iterable[str], *, larger: bool = False) -> dict[str, str]:
    """The events that went up in these, each with the one that it is now.

    With `larger` only those that were the larger part of what it became.
    """
    found: dict[str, str] = {}
    towards = {id_: id_ for id_ in ids}
    while towards:
        step: dict[str, str] = {}
        for bite in bites(sorted(towards)):
            query = select(_heir.group_id, _heir.heir).where(_heir.heir.in_(bite))
            query = query.where(_heir.larger.is_(True)) if larger else query
            step.update((old, towards[new]) for old, new in await db.execute(query) if old not in found)
        found |= step
        towards = step
    return found


async def moves(db: AsyncConnection, placements: Iterable[Placement]) -> list[Move]:
    """The stories that these placements, which are not saved yet, move from one event to another."""
    wanted = {(one.topic_id, one.story_id): one.group for one in placements if one.group}
    found = []
    for bite in bites(sorted({story for _, story in wanted})):
        query = select(_placed.topic_id, _placed.story_id, _placed.group_id)
        for topic, story, old in await db.execute(query.where(_placed.story_id.in_(bite))):
            new = wanted.get((topic, story), old)
            if old and new != old:
                found.append(Move(story, old, new))
    return found


async def carry(db: AsyncConnection, moved: Sequence[Move], at: datetime) -> None:
    """Let what was shown of stories go with them, and remember which events went up in which."""
    if not moved:
        return
    await _carry_shown(db, moved)
    ways: dict[str, list[str]] = defaultdict(list)
    for move in moved:
        ways[move.old].append(move.new)
    counts = await _sizes(db, {*ways, *(move.new for move in moved)})
    alive = [id_ for id_, number in counts.items() if number]
    await db.execute(delete(event_tables.heirs).where(_heir.group_id.in_(alive)))
    rows = []
    for old, news in ways.items():
        if counts[old]:
            continue
        heir, came = Counter(news).most_common(1)[0]
        larger = came > counts[heir] - sum(move.new == heir for move in moved)
        rows.append({"group_id": old, "heir": heir, "larger": larger, "at": at})
    if rows:
        await db.execute(replacing(db, event_tables.heirs, ["heir", "larger", "at"]), rows)


async def _sizes(db: AsyncConnection, ids: Iterable[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for bite in bites(sorted(ids)):
        query = select(_placed.group_id, func.count()).where(_placed.group_id.in_(bite))
        for id_, number in await db.execute(query.group_by(_placed.group_id)):
            found[id_] = number
    return found


async def _carry_shown(db: AsyncConnection, moved: Sequence[Move]) -> None:
    concerned = sorted({group for move in moved for group in (move.old, move.new)})
    seen: dict[tuple[Place, str], Shown] = {}
    for bite in bites(concerned):
        query = select(_shown.place, _shown.group_id, _shown.at, _shown.stories)
        for place, *shown in await db.execute(query.where(_shown.group_id.in_(bite))):
            seen[place, shown[0]] = Shown(*shown)
    changed: dict[tuple[Place, str], Shown] = {}
    for place in {place for place, _ in seen}:
        for move in moved:
            old = seen.get((place, move.old))
            if old and move.story_id in old.stories:
                key = (place, move.new)
                new = changed.get(key) or seen.get(key) or Shown(move.new, old.at)
                changed[key] = replace(new, stories=tuple(dict.fromkeys([*new.stories, move.story_id])))
    statement = replacing(db, tables.shown, ["at", "stories"])
    rows = [
        {"place": place, "group_id": id_, "at": shown.at, "stories": shown.stories}
        for (place, id_), shown in changed.items()
    ]
    for some in bites(rows):
        await db.execute(statement, some)


# ------------------------------------------------------------------------------------------- follows


async def follow(db: AsyncConnection, new: Follow) -> None:
    """Have somebody follow an event, from what they know of it now."""
    await db.execute(replacing(db, event_tables.follows, ["desk", "at", "known"]), [row(new)])


async def save_follow(db: AsyncConnection, changed: Follow) -> None:
    """Save what somebody who follows has been told; one who follows no more stays so."""
    statement = update(event_tables.follows).where(
        _follow.place == changed.place, _follow.group_id == changed.group_id
    )
    await db.execute(statement.values(known=changed.known, told_at=changed.told_at, next_at=changed.next_at))


async def unfollow(db: AsyncConnection, place: Place, ids: Iterable[str]) -> int:
    """Have somebody follow these events no more; returns how many they did."""
    gone = delete(event_tables.follows).where(_follow.place == place, _follow.group_id.in_(list(ids)))
    return (await db.execute(gone)).rowcount


async def followed(db: AsyncConnection, place: Place) -> list[Follow]:
    """What somebody follows, the newest wish first."""
    query = select(*_FOLLOW).where(_follow.place == place).order_by(_follow.at.desc(), _follow.group_id)
    return [Follow(*found) for found in await db.execute(query)]


async def followers(db: AsyncConnection, ids: Iterable[str]) -> list[Follow]:
    """Who follows these events."""
    found: list[Follow] = []
    for bite in bites(sorted(set(ids))):
        query = select(*_FOLLOW).where(_follow.group_id.in_(bite)).order_by(_follow.at, _follow.place)
        found += [Follow(*values) for values in await db.execute(query)]
    return found


async def held_follows(db: AsyncConnection, now: datetime) -> list[Follow]:
    """Those to whom something that was held is to be told by now."""
    query = select(*_FOLLOW).where(_follow.next_at <= now).order_by(_follow.next_at)
    return [Follow(*found) for found in await db.execute(query)]


# --------------------------------------------------------------------------------------------- mutes


async def mute(db: AsyncConnection, new: Mute) -> None:
    """Have a place not hear of an event for a while."""
    await db.execute(replacing(db, event_tables.mutes, ["desk", "until", "name"]), [row(new)])


async def unmute(db: AsyncConnection, place: Place, ids: Iterable[str]) -> int:
    """Have a place hear of these events again; returns how many it had not."""
    gone = delete(event_tables.mutes).where(_mute.place == place, _mute.group_id.in_(list(ids)))
    return (await db.execute(gone)).rowcount


async def mutes(db: AsyncConnection, place: Place, now: datetime) -> list[Mute]:
    """What a place does not hear of now."""
    query = select(*_MUTE).where(_mute.place == place, _mute.until > now).order_by(_mute.until)
    return [Mute(*found) for found in await db.execute(query)]


async def muted(db: AsyncConnection, place: Place, now: datetime) -> frozenset[str]:
    """The events that a place does not hear of now, by the ids that they have now."""
    listed = [one.group_id for one in await mutes(db, replace(place, thread=""), now)]
    ids = set(listed)
    for id_ in listed:
        while heir := await db.scalar(
            select(_heir.heir).where(_heir.group_id == id_, _heir.larger.is_(True))
        ):
            ids.add(heir)
            id_ = heir
    return frozenset(ids)


# ------------------------------------------------------------------------------------------- rulings


async def rule(db: AsyncConnection, new: Ruling, edits: Iterable[Edit]) -> Ruling:
    """Keep an editor's word, with what the machine is to heed of it, and return it with its number."""
    statement = insert(db, event_tables.rulings).values(row(new, without="id"))
    made = replace(new, id=(await db.execute(statement.returning(_ruling.id))).scalar_one())
    rows = [
        {**row(one), "topic_id": new.topic_id, "at": new.at, "person": new.person, "ruling": made.id}
        for one in edits
    ]
    for bite in bites(rows):
        await db.execute(insert(db, tables.edits), bite)
    return made


async def unrule(db: AsyncConnection, undone: Ruling) -> None:
    """Take an editor's word back: the machine heeds it no more; that it was said is kept."""
    await db.execute(delete(tables.edits).where(tables.edits.c.ruling == undone.id))
    await db.execute(
        update(event_tables.rulings)
        .where(_ruling.id == undone.id)
        .values(undone_at=undone.undone_at, undone_by=undone.undone_by)
    )


async def ruling(db: AsyncConnection, id_: int) -> Ruling | None:
    """An editor's word by its number."""
    found = (await db.execute(select(*_RULING).where(_ruling.id == id_))).first()
    return Ruling(*found) if found else None


async def said(db: AsyncConnection, topic_id: int) -> Said:
    """How often editors merged and split a topic's events; what was taken back does not count."""
    query = (
        select(_ruling.kind, func.count().label("n"))
        .where(_ruling.topic_id == topic_id, _ruling.undone_at.is_(None))
        .group_by(_ruling.kind)
    )
    counts = {found.kind: found.n for found in await db.execute(query)}
    return Said(counts.get("merge", 0), counts.get("split", 0))


async def rulings(db: AsyncConnection, topic_id: int, limit: int) -> list[Ruling]:
    """What editors said of a topic's events, the newest first."""
    query = select(*_RULING).where(_ruling.topic_id == topic_id).order_by(_ruling.id.desc()).limit(limit)
    return [Ruling(*found) for found in await db.execute(query)]


async def retain(db: AsyncConnection, before: datetime) -> None:
    """Forget wishes and moves that are older; what editors said is kept as long as their topic."""
    await db.execute(delete(event_tables.mutes).where(_mute.until < before))
    await db.execute(delete(event_tables.follows).where(_follow.at < before))
    await db.execute(delete(event_tables.heirs).where(_heir.at < before))
