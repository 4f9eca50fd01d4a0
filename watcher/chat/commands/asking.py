"""`/watch search` and `/watch why`: finding a story, and explaining what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.explaining import Known, explain
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Rest, command
from watcher.chat.commands.words import Misspoken
from watcher.desk.compose import count
from watcher.feeds.addresses import canonical_link, outlet_of
from watcher.models import Button, Card, Story
from watcher.store import desks, feeds, stories, topics

FOUND = 10
_WHY = ("/watch why https://example.org/an-article", "/watch why kim putin rifle")


@command("watch search", examples=("/watch search putin vladivostok",))
async def search(
    newsroom: Newsroom, ask: Ask, words: Annotated[str, Rest("words that stand in headline or summary")]
) -> Card:
    """Find stories of any topic or none, newest first."""
    async with newsroom.store.reading() as db:
        found = await stories.search(db, words, FOUND + 1)
    if not found:
        return cards.card(
            f"No story has {words!r} in it.",
            cards.section("All the words have to stand in its headline or summary. Try fewer of them."),
        )
    lines = [cards.story_line(story) for story in found[:FOUND]]
    more = (
        cards.line(cards.quiet("There are older ones; add a word to see fewer."))
        if len(found) > FOUND
        else ()
    )
    return cards.card(
        f"{'The newest ' if more else ''}{count(len(lines), 'story', 'stories')} with {words.strip()}",
        cards.section(*lines, bullets=True),
        footer=more,
        buttons=(Button("Why the first of them", f"/watch why {found[0].id}"),),
    )


@command("watch why", examples=_WHY)
async def why(
    newsroom: Newsroom,
    ask: Ask,
    story: Annotated[str, Rest("a story's link, its id, or words of its headline")],
) -> Card:
    """Why a story was caught or missed, which event it is in, and where that was told."""
    said = story.strip().strip("<>")
    async with newsroom.store.reading() as db:
        found = await _find(db, said)
        if found is None:
            raise await _unknown(db, said)
        known = await _known(db, ask, found)
    return await explain(newsroom, ask, known)


async def _find(db: AsyncConnection, said: str) -> Story | None:
    """The story of a link or an id, or the newest one with these words."""
    if "://" in said:
        return await stories.get(db, said) or await stories.get(db, canonical_link(said))
    exact = await stories.get(db, said)
    return exact or next(iter(await stories.search(db, said, 1)), None)


async def _unknown(db: AsyncConnection, said: str) -> Misspoken:
    """What to say of a story that we have not."""
    if "://" not in said:
        return Misspoken(f"No story has {said!r} in it. Give its link, or fewer words.", _WHY)
    outlet = outlet_of(said)
    mine = [
        feed for feed in await feeds.all_feeds(db) if outlet and outlet in (feed.outlet, outlet_of(feed.url))
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


async def _known(db: AsyncConnection, ask: Ask, story: Story) -> Known:
    """All that the store knows of a story, for this desk."""
    mine = {topic.id: topic for topic in await topics.topics(db, ask.desk.id)}
    placed = [one for one in await topics.placements_of(db, story.id) if one.topic_id in mine]
    return Known(
        story=story,
        topics=tuple(mine.values()),
        matches=tuple(match for match in await topics.matches_of(db, story.id) if match.topic_id in mine),
        placements=tuple(placed),
        groups=tuple(await topics.groups_by_id(db, [one.group for one in placed if one.group])),
        sightings=tuple(await stories.sightings(db, story.id)),
        revisions=tuple(await stories.revisions(db, story.seen - timedelta(days=1), story.id)),
        backlog=story.id in await stories.is_backlog(db, [story.id]),
        language=(await desks.settings(db, ask.desk.id)).language,
    )
