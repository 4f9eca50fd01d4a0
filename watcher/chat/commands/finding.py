"""Finding the story or the event that somebody means: by its link, its id, a handle, or words of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.newsroom import Ask
from watcher.chat.commands.words import Misspoken
from watcher.desk.compose import clean, count, outlet_of
from watcher.desk.events import as_handle, handle
from watcher.desk.headline import cut, headline
from watcher.feeds import addresses
from watcher.feeds.addresses import canonical_link
from watcher.models import Button, Group, Line, Story, Topic
from watcher.store import events, feeds, stories, topics
from watcher.stories.tellings import Tellings

_LOOKED_AT = 40
"""Stories with the words that were typed, among which one of an event is looked for."""
_WHICH = 5
"""Stories among which somebody is asked to choose."""
_BARE_LINK = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}/\S+", re.IGNORECASE)
_BESIDE = re.compile(r"^(?:(?:event|with|into|and|to)\s+)+", re.IGNORECASE)
"""What people write before a handle, and how the messages of events show it."""
_EXAMPLES = ("/watch event show 3f9a2c", "/watch event show https://example.org/an-article")


@dataclass(frozen=True, slots=True)
class Found:
    """An event that somebody meant, in its topic. `story` is the story by which it was found, if one was."""

    topic: Topic
    group: Group
    story: Story | None = None


def as_said(text: str) -> str:
    """A link, an id, a handle or words without what stands around them: `<https://…|label>`, `(3f9a2c),`."""
    said = text.strip().strip("<>")
    if "://" in said:
        return said.partition("|")[0]
    if _BARE_LINK.fullmatch(said):
        return f"https://{said}"
    bare = _BESIDE.sub("", said).strip("(),.;: ")
    return bare if as_handle(bare) else said


async def find_story(db: AsyncConnection, said: str) -> Story | None:
    """The story of a link or an id, or the newest one with these words."""
    said = as_said(said)
    exact = await named_story(db, said)
    return exact or ("://" not in said and next(iter(await stories.search(db, said, 1)), None)) or None


async def named_story(db: AsyncConnection, said: str) -> Story | None:
    """The story of a link or an id."""
    if "://" in said:
        return await stories.get(db, said) or await stories.get(db, canonical_link(said))
    return await stories.get(db, said)


async def one_story(db: AsyncConnection, said: str, line: str) -> Story:
    """The one story that somebody means, which words of several stories do not say; raises Misspoken.

    `line` is what they typed before it: what is to be done to one is not done to whichever comes first.
    Of copies of one text, the newest is meant: what is said of one is said of all.
    """
    said = as_said(said)
    if (found := await named_story(db, said)) is not None:
        return found
    near = [] if "://" in said else await stories.search(db, said, _LOOKED_AT)
    if not near:
        raise await unknown_story(db, said)
    texts = _texts(near)
    if len(texts) > 1 and not _is_enough(said):
        raise Misspoken(
            f"{said!r} is in too many stories to know which. Give the link, or two words of the headline.",
            (f"{line} https://example.org/an-article",),
        )
    if len(texts) > 1:
        raise Misspoken("Which was it?", choices=[_choice(one, line) for one in texts[:_WHICH]])
    return near[0]


def _texts(found: Sequence[Story]) -> list[Story]:
    """The newest story of each text, of stories newest first."""
    told, newest = Tellings(), dict[str, Story]()
    for story in reversed(found):
        original = told.find(story)
        if not original:
            told.put(story)
        newest[original or story.id] = story
    return sorted(newest.values(), key=found.index)


def _choice(story: Story, line: str) -> tuple[Line, Button]:
    label = f"{outlet_of(story)}: {cut(clean(story.title), 40)}"
    return cards.story_line(story), Button(label, f"{line} {story.id}")


async def is_named(db: AsyncConnection, said: str) -> bool:
    """Whether a link, an id or words leave no doubt which story is meant."""
    said = as_said(said)
    return await named_story(db, said) is not None or len(await stories.search(db, said, 2)) == 1


def _is_enough(said: str) -> bool:
    """Whether words are enough to mean one story: two of them, or four letters of a script without spaces."""
    words = [word for word in said.split() if len(word) > 1]
    return len(words) > 1 or sum(ord(letter) > 0x2E7F for letter in said) >= 4


async def find_event(db: AsyncConnection, ask: Ask, said: str) -> Found:
    """The event that was meant, of those of this desk; raises Misspoken with what could be."""
    said = as_said(said)
    mine = {topic.id: topic for topic in await topics.topics(db, ask.desk.id)}
    if not said:
        raise Misspoken("Say which event: by its handle, a link of it, or words of its headline.", _EXAMPLES)
    found = await _by_handle(db, mine, said) or await _by_story(db, mine, said)
    if found is None:
        raise _topic_itself(mine.values(), said) or await unknown_event(db, said)
    return found


async def _by_handle(db: AsyncConnection, mine: dict[int, Topic], said: str) -> Found | None:
    """By the first word, so that what completion offers (a handle and its headline) can be sent as it is."""
    start = as_handle(said.split()[0])
    if not start:
        return None
    ids = await events.beginning(db, start, mine) or [await events.living(db, start)]
    groups = [one for one in await topics.groups_by_id(db, ids) if one.topic_id in mine]
    if len(groups) > 1:
        lines = [f"/watch event show {one.id}" for one in groups]
        raise Misspoken(f"More than one event begins with {start}; say more of it.", lines)
    return Found(mine[groups[0].topic_id], groups[0]) if groups else None


async def _by_story(db: AsyncConnection, mine: dict[int, Topic], said: str) -> Found | None:
    """By a story of it: of one that is in several events the widest told is meant."""
    exact = await named_story(db, said)
    listed = [exact] if exact else [] if "://" in said else await stories.search(db, said, _LOOKED_AT)
    for story in listed:
        placed = await topics.placements_of(db, story.id)
        ids = [one.group for one in placed if one.group and one.topic_id in mine]
        groups = await topics.groups_by_id(db, ids)
        if groups:
            widest = max(groups, key=lambda one: (len(one.outlets), -one.topic_id))
            return Found(mine[widest.topic_id], widest, story)
    return None


def _topic_itself(mine: Iterable[Topic], said: str) -> Misspoken | None:
    """What to say where a topic was named and not one of its events."""
    names = {name.casefold(): one.name for one in mine for name in (one.title, one.name)}
    if (name := names.get(said.casefold())) is None:
        return None
    return Misspoken(
        f"{name} is a topic. Name one of its events, as its digest shows them; or end its alerts or digests:",
        (f"/digest {name}", f"/watch alert rule {name} never", f"/watch unsubscribe {name}"),
    )


async def unknown_event(db: AsyncConnection, said: str) -> Misspoken:
    """What to say where no event of this desk was meant."""
    story = await find_story(db, said)
    if story is not None:
        return Misspoken(
            f"“{cut(clean(story.title), 80)}” is in no event of this desk. This says why:",
            (f"/watch why {story.id}",),
        )
    if "://" in said:
        return await unknown_story(db, said)
    return Misspoken(
        f"No event of this desk has {cut(clean(said), 60)!r} in it. Give fewer words, a link or its handle.",
        ("/digest", *_EXAMPLES),
    )


async def unknown_story(db: AsyncConnection, said: str) -> Misspoken:
    """What to say of a story that we have not."""
    why = ("/watch why https://example.org/an-article", "/watch why kim putin rifle")
    if "://" not in said:
        return Misspoken(f"No story has {said!r} in it. Give its link, or fewer words.", why)
    if host := addresses.only_points(said):
        return Misspoken(
            f"A link of {host} does not say whose story it is, and no feed gave us this one. Open it, and "
            "give the address that you come to, or words of the headline.",
            why,
        )
    outlet = addresses.outlet_of(said)
    mine = [
        feed
        for feed in await feeds.all_feeds(db)
        if outlet and outlet in (feed.outlet, addresses.outlet_of(feed.url))
    ]
    if not mine:
        return Misspoken(
            f"That story never came to us: no feed of {outlet or 'that address'} is polled.",
            (f"/watch feed add {outlet}",) if outlet else (),
        )
    number = count(len(mine), "feed")
    return Misspoken(
        f"That story never came to us. We poll {number} of {outlet}, and none has had it while we looked. "
        "It may be in another feed of theirs, or be older than what we keep.",
        (f"/watch feed list {outlet}", f"/watch feed add {outlet}"),
    )


def title_of(group: Group, reader: str) -> str:
    """An event's headline, short."""
    return cut(clean(headline(group, reader).title), 120) or "(no headline)"


def called(group: Group, reader: str) -> str:
    """An event in words: “Kim arrives in Russia” (3f9a2c)."""
    return f"“{title_of(group, reader)}” ({handle(group.id)})"


def offers(groups: Sequence[Group], reader: str) -> list[str]:
    """Events as completion offers them: handle and headline."""
    return [f"{handle(one.id)} {cut(title_of(one, reader), 80)}" for one in groups]
