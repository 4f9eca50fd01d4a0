"""Groups that stand apart from an event that alerted, and are part of it.

Stories come one at a time, and an event's first ones may found two groups that later become one. Grouping
looks at them again when something comes that is near to both. An alert cannot wait for that: whoever was
told of the one need not be woken for the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.alerts import Alert
from watcher.desk.breaking import FRESH
from watcher.models import Group, Story
from watcher.store import events, stories, topics
from watcher.stories.affinity import mean_likeness, standing_for
from watcher.stories.bonds import Bonds
from watcher.stories.group import JOIN
from watcher.stories.leaning import leaning
from watcher.stories.likeness import clip_all
from watcher.stories.vectors import all_unpacked


async def going_on(
    db: AsyncConnection, alerted: Iterable[Alert], topic_id: int, now: datetime
) -> list[Alert]:
    """Alerts of a topic whose events are still being told."""
    found = []
    for alert in alerted:
        if alert.topic_id == topic_id and alert.known:
            told = await stories.last_published(db, alert.known)
            if told is not None and now - told <= FRESH:
                found.append(alert)
    return found


async def event_of(db: AsyncConnection, group: Group, alerted: Sequence[Alert]) -> Alert | None:
    """The alert whose event a group is part of: what grouping would ask of two groups that may be one.

    What editors said of the topic counts as it does there.
    """
    threshold = leaning(JOIN, await events.said(db, group.topic_id)) if alerted else 1.0
    best: tuple[float, Alert] | None = None
    for alert in alerted:
        other = await topics.group(db, alert.group_id)
        if other is None or await _are_apart(db, group, other):
            continue
        packed = await stories.vectors(db, [one.id for one in (*group.stories, *other.stories)])
        likeness = await asyncio.to_thread(likeness_of, group, other, packed)
        if likeness >= threshold and (best is None or likeness > best[0]):
            best = likeness, alert
    return best[1] if best else None


async def _are_apart(db: AsyncConnection, group: Group, other: Group) -> bool:
    """Whether an editor said of stories of two groups that they are no one event."""
    bonds = Bonds(await topics.edits(db, group.topic_id))
    return bonds.forbid([one.id for one in group.stories], [one.id for one in other.stories])


def likeness_of(group: Group, other: Group, packed: Mapping[str, bytes]) -> float:
    """How alike two groups are, by the stored vectors of their stories; 0 where these are lacking."""
    # All zeros are of another model, which the desk had before.
    vectors = {id_: one for id_, one in all_unpacked(packed).items() if one.any()}

    def texts(of: Group) -> list[Story]:
        own = [one for one in of.stories if of.tellings.get(one.id, one.id) == one.id]
        return list(standing_for([one for one in own if one.id in vectors]))

    some, others = texts(group), texts(other)
    if not some or not others:
        return 0.0
    clipped = clip_all([*some, *others], np.stack([vectors[one.id] for one in (*some, *others)]))
    return mean_likeness(clipped[: len(some)], clipped[len(some) :])
