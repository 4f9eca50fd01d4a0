"""Editors' words on events: merged and split at once, in memory and in the store, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.alerts import Who
from watcher.desk.clock import clock_time
from watcher.desk.events import Ruling
from watcher.joining import regrouped
from watcher.models import Topic, WatcherError
from watcher.pipeline import Pipeline
from watcher.rounds import Rounds
from watcher.store import Store, desks, events, topics
from watcher.stories.books import group_id
from watcher.stories.edits import Edited
from watcher.stories.group import Grouper


class Editors:
    """Does what editors say of events. What was shown and posted of the stories goes with them."""

    def __init__(self, store: Store, pipeline: Pipeline, rounds: Rounds, now: Callable[[], datetime]) -> None:
        self._store = store
        self._pipeline = pipeline
        self._rounds = rounds
        self._now = now

    async def merge(self, topic: Topic, one: str, other: str, who: Who, said: str) -> Ruling:
        """Say that two events, by id, are one; raises WatcherError where they are, or are too old."""
        async with self._pipeline.groups_of(topic.id) as grouper, self._store.writing() as db:
            mine, theirs = grouper.stories_of(one), grouper.stories_of(other)
            if set(mine) & set(theirs):
                raise WatcherError("These are one event already.")
            word = Ruling(0, topic.id, "merge", mine, theirs, said, self._now(), who.person, who.called)
            return await self._keep(db, grouper, word, grouper.merge(one, other))

    async def split(self, topic: Topic, stories: Sequence[str], who: Who, said: str) -> Ruling:
        """Say that stories are not their event; raises WatcherError where they are all of it, or too old."""
        async with self._pipeline.groups_of(topic.id) as grouper, self._store.writing() as db:
            everyone = grouper.stories_of(grouper.placement(stories[0]).group)
            rest = tuple(id_ for id_ in everyone if id_ not in stories)
            if not rest:
                raise WatcherError("That is all of the event; there is nothing to split it from.")
            word = Ruling(
                0, topic.id, "split", tuple(stories), rest, said, self._now(), who.person, who.called
            )
            return await self._keep(db, grouper, word, grouper.split(*stories))

    async def undo(self, topic: Topic, word: Ruling, who: Who) -> Ruling:
        """Take an editor's word back; returns it as it now stands. Raises WatcherError where it was."""
        if word.undone_at:
            async with self._store.reading() as db:
                zone = (await desks.settings(db, topic.desk)).time_zone
            at = clock_time(word.undone_at, zone)
            raise WatcherError(f"{word.undone_by} took that back at {at} already.")
        undone = replace(word, undone_at=self._now(), undone_by=who.called)
        async with self._pipeline.groups_of(topic.id) as grouper, self._store.writing() as db:
            await events.unrule(db, undone)
            left = await topics.edits(db, topic.id)
            if word.kind == "merge":
                edited = grouper.unmerge(_leaving(word, grouper), left)
            else:
                edited = grouper.unsplit(word.mine, word.theirs, left)
            await self._rearrange(db, edited)
            grouper.lean_to(await events.said(db, topic.id))
        return undone

    async def _keep(self, db: AsyncConnection, grouper: Grouper, word: Ruling, edited: Edited) -> Ruling:
        await self._rearrange(db, edited)
        kept = await events.rule(db, word, edited.edits)
        grouper.lean_to(await events.said(db, word.topic_id))
        return kept

    async def _rearrange(self, db: AsyncConnection, edited: Edited) -> None:
        """Write where stories now stand, and bring the messages about them up to date."""
        if not await self._pipeline.is_current(db):
            raise WatcherError("The topics were changed just now. Say it once more.")
        moved = await events.moves(db, edited.placements)
        await topics.place(db, edited.placements)
        for topic_id in {one.topic_id for one in edited.placements}:
            await regrouped(db, topic_id, edited.placements, self._now())
        await events.carry(db, moved, self._now())
        touched = {id_ for move in moved for id_ in (move.old, move.new)}
        await self._rounds.keep_current(db, touched, self._now())


def _leaving(word: Ruling, grouper: Grouper) -> tuple[str, ...]:
    """The side of a merge that leaves when it is taken back: not the one whose name the event kept."""
    now = {grouper.placement(id_).group for id_ in word.theirs if grouper.knows(id_)}
    return word.mine if group_id(word.topic_id, word.theirs[0]) in now else word.theirs
