"""Recording what a feed said: which of its stories are new, which are known, which have changed.

A story is known by its keys. Deciding is done by `_Desk`, on values alone, a few hundred stories at a
time; around it stand the queries that tell it what is known and write down what it decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import CompoundSelect, LargeBinary, and_, bindparam, cast, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.models import Feed, Revision, Story
from watcher.store.readdressed import Known, by_words, may_be_readdressed
from watcher.store.rows import bites, insert, replacing, row
from watcher.store.tables import revisions, sightings, stories, story_keys
from watcher.store.words import index

SIGHTED_EVERY = timedelta(days=1)
"""How stale the time of a last sighting may get: writing it at each poll would be most of our writing."""
OTHER_TITLE = 60
"""Titles less alike than this (0–100, words sorted) are not two versions of one."""
SAME_SUMMARY = 90
"""Summaries more alike than this (0–100) differ in a counter or a comma; that is no news."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of recording: new stories, changed ones, and how many known ones were seen again."""

    new: tuple[Story, ...] = ()
    revised: tuple[Revision, ...] = ()
    sighted: int = 0


async def record(
    db: AsyncConnection, found: Iterable[Story], feed: Feed, at: datetime, *, backlog: bool = False
) -> Recorded:
    """Record the stories of one poll of a feed. Doing so twice is as doing so once.

    A story that shares a key with a known one is that story, and brings it its other keys. Where its
    outlet uses a guid again for another article (other link, other title) it is a new story, and has the
    guid from then on. It is a revision where *this* feed has changed what it says of the story, since two
    feeds of one outlet often word it differently. New and revised stories are those that
    `needing_match` gives next; `backlog` marks new ones as older than our watching.
    """
    new: list[Story] = []
    revised: list[Revision] = []
    met: set[str] = set()
    for bite in bites(sound(story) for story in found):
        desk = await _sit_down(db, bite, feed, at, met)
        if not backlog:
            await _know_by_words(desk, db, feed, at, bite)
        for story in bite:
            desk.take(story)
        await _write(db, desk, feed, at, backlog)
        new += desk.new
        revised += desk.revised
    return Recorded(tuple(new), tuple(revised), len(met) - len(new))


@dataclass(frozen=True, slots=True)
class _Text:
    title: str
    summary: str
    url: str


@dataclass(frozen=True, slots=True)
class _Sighting:
    at: datetime
    said: bytes


class _Desk:
    """Decides on stories one by one, knowing what is known; what it decided is in its lists.

    `met` are the ids that this poll has met already: the second entry for one article in one body adds
    its keys and nothing else.
    """

    def __init__(self, at: datetime, met: set[str]) -> None:
        self._owners: dict[bytes, str] = {}
        self._texts: dict[str, _Text] = {}
        self._seen: dict[str, _Sighting] = {}
        self._readdressed: dict[str, str] = {}
        self._at = at
        self._met = met
        self.new: list[Story] = []
        self.revised: list[Revision] = []
        self.rewritten: dict[str, tuple[_Text, bool]] = {}
        self.keys: dict[bytes, str] = {}
        self.sighted: dict[str, bytes] = {}

    def learn(self, mark: bytes | None, id_: str, text: _Text, seen: _Sighting | None) -> None:
        """Be told of a known story: one key of it, its text, and what this feed last said of it."""
        self._texts[id_] = text
        if mark:
            self._owners[mark] = id_
        if seen:
            self._seen[id_] = seen

    def learn_address(self, story: Story, known: Known) -> None:
        """Be told that a story is one that this feed told of before in the same words."""
        text = _Text(known.title, known.summary, known.url)
        self.learn(None, known.id, text, _Sighting(known.last_at, said(story)))
        self._readdressed[story.id] = known.id

    def owner(self, story: Story) -> str | None:
        """The id of the known story that this one is; None where it is known by none of its keys."""
        return self._known(story, [digest(key) for key in story.keys])

    def is_usurped(self, story: Story) -> bool:
        """Whether a story's own id belongs to another article, which had its guid before."""
        return story.id in self._texts and _another(self._texts[story.id], story)

    def take(self, story: Story) -> None:
        """Decide on one story."""
        marks = [digest(key) for key in story.keys]
        known = self._known(story, marks)
        if known is None:
            known = self._add(story)
        elif known not in self._met:
            self._sight(known, story)
        self._met.add(known)
        self._own(known, story, marks)

    def _known(self, story: Story, marks: Sequence[bytes]) -> str | None:
        """The id of the story that this one is, by the most trusted key that leads to one."""
        owners = [self._owners.get(mark) for mark in marks]
        for key, owner in zip(story.keys, owners, strict=True):
            if owner is None:
                continue
            only_guid = key.startswith("guid:") and owners.count(owner) == 1
            if not only_guid or not _another(self._texts[owner], story):
                return owner
        if story.id not in self._texts:
            return self._readdressed.get(story.id)
        id_ = other_id(story) if self.is_usurped(story) else story.id
        return id_ if id_ in self._texts else None

    def _add(self, story: Story) -> str:
        fresh = replace(story, id=other_id(story)) if story.id in self._texts else story
        self.new.append(fresh)
        self._texts[fresh.id] = _Text(fresh.title, fresh.summary, fresh.url)
        self.sighted[fresh.id] = said(fresh)
        return fresh.id

    def _own(self, id_: str, story: Story, marks: Sequence[bytes]) -> None:
        """Give a story its keys; a link stays with whom it led to, a guid goes to the latest to use it.

        A guid that this feed has just invented for a story it told of before is one of those that change
        at each poll, and not worth keeping.
        """
        told_before = id_ in self._seen and any(self._owners.get(mark) == id_ for mark in marks)
        for key, mark in zip(story.keys, marks, strict=True):
            owner, is_guid = self._owners.get(mark), key.startswith("guid:")
            if (owner is None and not (is_guid and told_before)) or (owner not in (None, id_) and is_guid):
                self._owners[mark] = self.keys[mark] = id_

    def _sight(self, id_: str, story: Story) -> None:
        before, words = self._seen.get(id_), said(story)
        if before is None or before.said != words or self._at - before.at > SIGHTED_EVERY:
            self.sighted[id_] = words
        if before is not None and before.said != words:
            self._revise(id_, story)

    def _revise(self, id_: str, story: Story) -> None:
        old = self._texts[id_]
        new = _Text(story.title, story.summary, story.url or old.url)
        if new == old:
            return
        news = old.title != new.title or fuzz.ratio(old.summary, new.summary) < SAME_SUMMARY
        self._texts[id_] = new
        self.rewritten[id_] = (new, news)
        if news:
            self.revised.append(Revision(id_, self._at, old.title, new.title, old.summary, new.summary))


def _another(known: _Text, story: Story) -> bool:
    """Whether a story under a known one's guid is another article: another link and another title."""
    if story.url and story.url == known.url:
        return False
    return fuzz.token_sort_ratio(known.title.casefold(), story.title.casefold()) < OTHER_TITLE


def sound(story: Story) -> Story:
    """The same story, where its text can be stored: half a surrogate pair is text to Python alone."""
    try:
        "".join((story.title, story.summary, story.url, *story.keys)).encode()
    except UnicodeEncodeError:
        title, summary, url = (_mended(text) for text in (story.title, story.summary, story.url))
        keys = tuple(_mended(key) for key in story.keys)
        return replace(story, title=title, summary=summary, url=url, keys=keys)
    return story


def _mended(text: str) -> str:
    return text.encode(errors="replace").decode()


def digest(key: str) -> bytes:
    """A key as the store knows it: 16 bytes in the place of some hundred."""
    return blake2b(key.encode(), digest_size=16).digest()


def said(story: Story) -> bytes:
    """What a feed says of a story, as 8 bytes by which to see that it says something else."""
    words = f"{story.title}\0{story.summary}".encode()
    return blake2b(words, digest_size=8).digest()


def other_id(story: Story) -> str:
    """The id of a story whose own is taken by an earlier one that had its guid: made of keys and title."""
    words = "\0".join((*story.keys, story.title)).encode()
    return blake2b(words, digest_size=8).hexdigest()


# ------------------------------------------------------------------------------------- reading


async def _sit_down(
    db: AsyncConnection, batch: Sequence[Story], feed: Feed, at: datetime, met: set[str]
) -> _Desk:
    """Read all that is known of a batch of stories."""
    marks = {digest(key) for story in batch for key in story.keys}
    desk = _Desk(at, met)
    await _read_into(desk, db, feed, marks, {story.id for story in batch})
    if usurped := {other_id(story) for story in batch if desk.is_usurped(story)}:
        await _read_into(desk, db, feed, set(), usurped)
    return desk


async def _know_by_words(
    desk: _Desk, db: AsyncConnection, feed: Feed, at: datetime, batch: Sequence[Story]
) -> None:
    """Where most of a poll is unknown, look whether the feed only gave other addresses to what it had."""
    owners = {story.id: desk.owner(story) for story in batch}
    unknown = [story for story in batch if owners[story.id] is None]
    if not may_be_readdressed(unknown, batch):
        return
    by_what_is_said: dict[bytes, list[Story]] = defaultdict(list)
    for story in unknown:
        by_what_is_said[said(story)].append(story)
    present = {owner for owner in owners.values() if owner}
    found = await by_words(db, feed, at, by_what_is_said, present)
    for story in unknown:
        if story.id in found:
            desk.learn_address(story, found[story.id])


async def _read_into(
    desk: _Desk, db: AsyncConnection, feed: Feed, marks: Collection[bytes], ids: Collection[str]
) -> None:
    """Tell a desk of the stories with these keys or ids; all in one query, since each costs a trip."""
    for mark, id_, title, summary, url, last_at, words in await db.execute(
        _known, {"marks": list(marks), "ids": list(ids), "feed": feed.id}
    ):
        desk.learn(mark, id_, _Text(title, summary, url), words and _Sighting(last_at, words))


def _known_query() -> CompoundSelect[Any]:
    """What is known of stories by `marks` or `ids`, with what `feed` said of them when it last did."""
    mine = and_(sightings.c.story_id == stories.c.id, sightings.c.feed_id == bindparam("feed"))
    words = (stories.c.id, stories.c.title, stories.c.summary, stories.c.url)
    seen = (sightings.c.last_at, sightings.c.said)
    told = stories.outerjoin(sightings, mine)
    by_key = (
        select(story_keys.c.digest, *words, *seen)
        .select_from(story_keys.join(told, story_keys.c.story_id == stories.c.id))
        .where(story_keys.c.digest.in_(bindparam("marks", expanding=True)))
    )
    by_id = (
        select(cast(null(), LargeBinary), *words, *seen)
        .select_from(told)
        .where(stories.c.id.in_(bindparam("ids", expanding=True)))
    )
    return by_key.union_all(by_id)


_known = _known_query()


# ------------------------------------------------------------------------------------- writing


async def _write(db: AsyncConnection, desk: _Desk, feed: Feed, at: datetime, backlog: bool) -> None:
    """Write down what was decided on a batch."""
    if desk.new:
        rows = [{**row(story, without="keys"), "backlog": backlog} for story in desk.new]
        await db.execute(insert(db, stories).on_conflict_do_nothing(index_elements=["id"]), rows)
        await index(db, [story.id for story in desk.new])
    if desk.keys:
        rows = [{"digest": mark, "story_id": id_} for mark, id_ in desk.keys.items()]
        await db.execute(replacing(db, story_keys, ["story_id"]), rows)
    if desk.sighted:
        common = {"feed_id": feed.id, "first_at": at, "last_at": at}
        rows = [{**common, "story_id": id_, "said": words} for id_, words in desk.sighted.items()]
        await db.execute(replacing(db, sightings, ["last_at", "said"]), rows)
    await _rewrite(db, desk)


async def _rewrite(db: AsyncConnection, desk: _Desk) -> None:
    """Write changed texts; those that are news are to be matched anew."""
    for news in (True, False):
        rows = [
            {"this": id_, **row(text), **({"matched": False} if news else {})}
            for id_, (text, is_news) in desk.rewritten.items()
            if is_news is news
        ]
        if rows:
            await db.execute(update(stories).where(stories.c.id == bindparam("this")), rows)
    if desk.revised:
        await db.execute(insert(db, revisions), [row(revision) for revision in desk.revised])
