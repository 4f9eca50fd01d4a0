"""A feed that gives its stories other guids and other links at once, as after its outlet moved house.

No key leads to what is known of them, but they say the same words as before, in the same feed. Unseen,
all that had stood in the feed would be told as if it were new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import Feed, Story
from watcher.store.tables import sightings, stories, story_keys

FEWEST = 3
"""Of fewer stories than this nothing is concluded: a "Morning briefing" comes again each day."""
SAME_TIME = timedelta(hours=12)
"""Stories of the same words whose outlet dates them further apart are two: a column, a daily list."""
REGULAR = 3
"""Undated words that a feed had under as many addresses, on average for `SAME_TIME` each, are a column's."""
REACH = timedelta(days=7)
"""How far back it is looked for: what was first seen before is old news by its date, where it has one."""


@dataclass(frozen=True, slots=True)
class Known:
    """A story that a feed told of before: its id, its text, and when it was published and seen."""

    id: str
    title: str
    summary: str
    url: str
    published: datetime
    seen: datetime
    last_at: datetime


def may_be_readdressed(unknown: Sequence[Story], polled: Sequence[Story]) -> bool:
    """Whether so much of a poll is unknown that it is worth to look for its words."""
    return len(unknown) >= FEWEST and 2 * len(unknown) >= len(polled)


async def by_words(
    db: AsyncConnection,
    feed: Feed,
    at: datetime,
    unknown: Mapping[bytes, Sequence[Story]],
    present: Collection[str],
) -> dict[str, Known]:
    """Which stories that this feed told of some unknown ones are, by the ids of these.

    `unknown` are by what is said of them; `present` are the ids of known ones that the same poll has
    under their own keys. Without dates it takes the most of them to be sure.
    """
    before: dict[bytes, list[Known]] = defaultdict(list)
    text = (stories.c.id, stories.c.title, stories.c.summary, stories.c.url, stories.c.published)
    query = (
        select(sightings.c.said, *text, stories.c.seen, sightings.c.last_at)
        .join(stories, stories.c.id == sightings.c.story_id)
        .where(stories.c.seen > at - REACH)
        .where(sightings.c.feed_id == feed.id, sightings.c.said.in_(list(unknown)))
    )
    for words, *known in await db.execute(query):
        if known[0] not in present:
            before[words].append(Known(*known))
    columns = await _columns(db, at, unknown, before)
    dated: dict[str, Known] = {}
    undated: dict[str, Known] = {}
    for words, told in unknown.items():
        for story, same in _paired(told, before[words]):
            if _has_date(story) and _has_date(same):
                dated[story.id] = same
            elif words not in columns:
                undated[story.id] = same
    number = sum(map(len, unknown.values()))
    found = len(dated) + len(undated)
    return dated | (undated if found >= FEWEST and 2 * found >= number else {})


async def _columns(
    db: AsyncConnection,
    at: datetime,
    unknown: Mapping[bytes, Sequence[Story]],
    before: Mapping[bytes, Sequence[Known]],
) -> set[bytes]:
    """Which words come again and again, each time under an address that stays for hours: "Morning briefing".

    Under how many they were known is told by the keys that their stories have gathered. A feed whose
    addresses change whenever it is asked gathers too many for the time since.
    """
    ids = [known.id for told in before.values() for known in told]
    gathered = select(story_keys.c.story_id, func.count()).where(story_keys.c.story_id.in_(ids))
    keys = {id_: int(n) for id_, n in await db.execute(gathered.group_by(story_keys.c.story_id))}
    found = set()
    for words, told in before.items():
        each = max(1, len(set(unknown[words][0].keys)))
        addresses = sum(keys.get(known.id, 0) for known in told) / each
        since = at - min((known.seen for known in told), default=at)
        if addresses >= REGULAR and since >= (addresses - 1) * SAME_TIME:
            found.add(words)
    return found


def _paired(told: Sequence[Story], before: Sequence[Known]) -> list[tuple[Story, Known]]:
    """Stories of the same words, each with the known one that is nearest in time, which is nobody else's."""
    left, pairs = list(before), []
    for story in told:
        nearest = min(left, key=lambda known: abs(known.published - story.published), default=None)
        if nearest is None:
            break
        if _has_date(story) and _has_date(nearest) and abs(nearest.published - story.published) > SAME_TIME:
            continue
        left.remove(nearest)
        pairs.append((story, nearest))
    return pairs


def _has_date(story: Story | Known) -> bool:
    """Whether the outlet dated a story: else it has the time at which it was seen."""
    return story.published != story.seen
