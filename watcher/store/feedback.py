"""What editors said of the stories of topics, and whether the topics have taken it to heart yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.lessons import Lesson, Lessons
from watcher.models import Story
from watcher.store import notes, topics
from watcher.store.rows import names, replacing, row
from watcher.store.topic_tables import feedback

_said = feedback.c
_STORY = tuple(name for name in names(Story) if name in _said)
_LESSON = tuple(name for name in names(Lesson) if name in _said)
_KEY = ("topic_id", "story_id")
_UNHEEDED = "topics with feedback to take to heart"


async def say(db: AsyncConnection, lesson: Lesson) -> None:
    """Keep an editor's word on a story, in the place of what was said of it before."""
    story = {name: getattr(lesson.story, name) for name in _STORY}
    values = {**story, **row(lesson, without="story"), "story_id": lesson.story.id}
    statement = replacing(db, feedback, [name for name in values if name not in _KEY])
    await db.execute(statement, [values])
    await _note(db, lesson.topic_id, lesson.story.id)


async def unsay(db: AsyncConnection, topic_id: int, story_id: str) -> bool:
    """Take back what was said of a story; False where nothing was."""
    gone = await db.execute(delete(feedback).where(_said.topic_id == topic_id, _said.story_id == story_id))
    if gone.rowcount:
        await _note(db, topic_id, story_id)
    return bool(gone.rowcount)


async def of_topic(db: AsyncConnection, topic_id: int) -> Lessons:
    """What a topic has been taught."""
    return (await by_topic(db, [topic_id])).get(topic_id, Lessons(()))


async def by_topic(db: AsyncConnection, topic_ids: Collection[int] | None = None) -> dict[int, Lessons]:
    """What topics have been taught, by their ids: of some, or of all; those taught nothing left out."""
    query = select(feedback)
    if topic_ids is not None:
        query = query.where(_said.topic_id.in_(list(topic_ids)))
    found: dict[int, list[Lesson]] = {}
    for values in (await db.execute(query)).mappings():
        found.setdefault(values["topic_id"], []).append(_lesson(dict(values)))
    return {topic_id: Lessons(taught) for topic_id, taught in found.items()}


async def save_vectors(db: AsyncConnection, topic_id: int, vectors: Mapping[str, bytes]) -> None:
    """Keep the sentence vectors of stories of which something was said."""
    statement = (
        update(feedback)
        .where(_said.topic_id == topic_id, _said.story_id == bindparam("this"))
        .values(vector=bindparam("found"))
    )
    if vectors:
        await db.execute(statement, [{"this": id_, "found": vector} for id_, vector in vectors.items()])


async def unheeded(db: AsyncConnection) -> dict[int, frozenset[str]]:
    """The topics that have not yet taken to heart what was said or taken back, with the stories' ids."""
    noted = await notes.get(db, _UNHEEDED, {})
    return {int(topic_id): frozenset(ids) for topic_id, ids in noted.items()}


async def reconsider(db: AsyncConnection, topic_ids: Iterable[int]) -> None:
    """Have topics look through their stories once more, though nothing was said of any of them."""
    for topic_id in topic_ids:
        await _note(db, topic_id, "")


async def mark_heeded(db: AsyncConnection, topic_id: int, story_ids: Collection[str]) -> None:
    """Say that a topic was looked through in the light of what was said of these stories."""
    noted = await unheeded(db)
    left = {**noted, topic_id: noted.get(topic_id, frozenset()).difference(story_ids)}
    await _put_unheeded(db, left)


async def _note(db: AsyncConnection, topic_id: int, story_id: str) -> None:
    noted = await unheeded(db)
    await _put_unheeded(db, {**noted, topic_id: noted.get(topic_id, frozenset()) | {story_id}})
    await topics.touch(db)


async def _put_unheeded(db: AsyncConnection, noted: Mapping[int, frozenset[str]]) -> None:
    await notes.put(db, _UNHEEDED, {str(topic_id): sorted(ids) for topic_id, ids in noted.items() if ids})


def _lesson(values: Mapping[str, Any]) -> Lesson:
    story = Story(values["story_id"], **{name: values[name] for name in _STORY})
    return Lesson(story=story, **{name: values[name] for name in _LESSON})
