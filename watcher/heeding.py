"""Taking to heart what editors said of a topic's stories: who leaves it, who joins it, from that moment on.

The pipeline's own step, apart from its others: nothing is polled or posted, and what changes in the topic
is written in one transaction with the note that it was done.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.lessons import Lessons
from watcher.joining import regrouped
from watcher.models import Placement, Story, Topic
from watcher.store import Store, events, feedback, stories, topics
from watcher.stories.vectors import READ_ONCE, all_unpacked, packed, read_closely
from watcher.taster import CopyTaster, Read


async def lessons_of(store: Store, taster: CopyTaster) -> dict[int, Lessons]:
    """What every topic has been taught, by its id; sentence vectors that were not known yet are made."""
    async with store.reading() as db:
        taught = await feedback.by_topic(db)
    new = {
        topic_id: [one for one in lessons.taught if not one.vector] for topic_id, lessons in taught.items()
    }
    for topic_id, unknown in new.items():
        if unknown:
            made = await asyncio.to_thread(taster.embed, [one.story for one in unknown])
            raw = {id_: packed(vector) for id_, vector in made.items()}
            async with store.writing() as db:
                await feedback.save_vectors(db, topic_id, raw)
            taught[topic_id] = Lessons(
                replace(one, vector=raw.get(one.story.id, one.vector)) for one in taught[topic_id].taught
            )
    return taught


async def heed(
    store: Store,
    taster: CopyTaster,
    topic: Topic,
    spoken_of: frozenset[str],
    since: datetime,
    now: datetime,
) -> tuple[str, ...]:
    """Look through a topic's stories again in the light of what the taster now knows of it.

    `spoken_of` are the stories of which something was said or taken back. Returns the ids of the groups
    that lost or gained stories.
    """
    async with store.reading() as db:
        recent = {story.id: story for story in await stories.recent(db, since)}
        recent |= await stories.many(db, spoken_of)
        before = {match.story_id for match in await topics.matches(db, [topic.id], since)}
        stood = {placed.story_id: placed for placed in await _stood(db, topic, since, spoken_of)}
        raw = await stories.vectors(db, recent.keys() - stood.keys(), longer_than=READ_ONCE)
        known = read_closely(raw) | all_unpacked(await stories.vectors(db, [*stood]))
    ordered = sorted(recent.values(), key=lambda story: (story.seen, story.published, story.id))
    read = await asyncio.to_thread(taster.read, ordered, frozenset({topic.id}), known)
    kept = {match.story_id for _, match in read.found}
    gone = (before | stood.keys()) - kept
    new = Read(tuple(each for each in read.found if each[0].id not in stood), read.vectors)
    tasted = await asyncio.to_thread(taster.place, new)
    # The groups in memory have still those that leave; such a one may have been put elsewhere just now.
    placed = [one for one in tasted.placements if one.story_id not in gone]
    async with store.writing() as db:
        moved = await events.moves(db, placed)
        await topics.leave(db, topic.id, gone)
        await topics.save_matches(db, [match for _, match in read.found])
        await topics.place(db, placed)
        await regrouped(db, topic.id, [one for one in placed if one.story_id in stood], now)
        await events.carry(db, moved, now)
        await stories.save_vectors(db, {id_: packed(vector) for id_, vector in tasted.vectors.items()})
        await feedback.mark_heeded(db, topic.id, spoken_of)
    if gone:
        await regroup(store, taster, topic, since)
    touched = {one.group for one in (*placed, *(stood[id_] for id_ in gone if id_ in stood))}
    return tuple(sorted(touched.union(move.old for move in moved) - {""}))


async def _stood(
    db: AsyncConnection, topic: Topic, since: datetime, spoken_of: frozenset[str]
) -> list[Placement]:
    """Where a topic's stories stand: those of the last days, and those of which something was said."""
    found = await topics.placements(db, topic.id, since)
    for id_ in spoken_of:
        found += [placed for placed in await topics.placements_of(db, id_) if placed.topic_id == topic.id]
    return found


async def regroup(store: Store, taster: CopyTaster, topic: Topic, since: datetime) -> None:
    """Put a topic's groups in memory as they are stored."""
    async with store.reading() as db:
        known = await topics.placements(db, topic.id, since)
        by_id: dict[str, Story] = await stories.many(db, [placed.story_id for placed in known])
        vectors = all_unpacked(await stories.vectors(db, [*by_id]))
        edits = await topics.edits(db, topic.id)
        said = await events.said(db, topic.id)
    placed = [one for one in known if one.story_id in by_id and one.story_id in vectors]
    grouper = taster.regroup(topic.id)
    grouper.lean_to(said)
    await asyncio.to_thread(grouper.restore, by_id, vectors, placed, edits)
