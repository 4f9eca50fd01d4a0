"""`/watch search` and `/watch why`: finding a story, and explaining what became of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.explaining import Known, explain
from watcher.chat.commands.finding import as_said, find_story, unknown_story
from watcher.chat.commands.naming import with_own_names
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Rest, command
from watcher.chat.commands.words import Misspoken
from watcher.desk.compose import count
from watcher.models import Button, Card, Story
from watcher.store import desks, stories, topics

FOUND = 10
_OF_QUERIES = re.compile(r"(?<!\S)(?:OR|NOT)(?!\S)|(?<!\S)-\w")
"""What a query understands, and a search would take for words."""
_WHY = ("/watch why https://example.org/an-article", "/watch why kim putin rifle")


@command("watch search", examples=("/watch search putin vladivostok",))
async def search(
    newsroom: Newsroom, ask: Ask, words: Annotated[str, Rest("words that stand in headline or summary")]
) -> Card:
    """Find stories of any topic or none, newest first."""
    if _OF_QUERIES.search(words):
        raise Misspoken(
            "A search finds what has all of some words; OR, NOT and minus are for queries. Of the last week:",
            (f"/watch topic test {words.strip()}",),
        )
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
    said = as_said(story)
    async with newsroom.store.reading() as db:
        found = await find_story(db, said)
        if found is None:
            raise await unknown_story(db, said)
        known = await _known(db, ask, found)
    return await explain(await with_own_names(newsroom, ask), ask, known)


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
