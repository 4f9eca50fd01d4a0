"""`/watch event merge` and `split`: what editors say of events, and how it is taken back.

Anybody of the desk may: it is signed, told, and taken back by one press.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.existing import topic_called
from watcher.chat.commands.finding import Found, called, find_event, is_named, title_of
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.words import Misspoken
from watcher.desk.alerts import Who
from watcher.desk.compose import breadth, clean, count, outlet_of
from watcher.desk.events import Ruling
from watcher.desk.headline import cut, headline
from watcher.models import Button, Card, Group, Line, Story
from watcher.store import desks, events, stories, topics
from watcher.stories.likeness import likest
from watcher.stories.vectors import all_unpacked

CANDIDATES = 5
"""Events that are offered to be merged with; each is a button."""
LISTED = 20
NEAR = timedelta(days=3)
"""How far from an event's stories others are looked for."""
_COMPARED = 60
_OWN = 5
"""Stories of the event by which others are found: its headline's and the first texts of its own."""


@command(
    "watch event merge",
    examples=("/watch event merge 3f9a2c", "/watch event merge 3f9a2c 81be07"),
)
async def merge(
    newsroom: Newsroom,
    ask: Ask,
    event: Annotated[str, Arg("its handle, or a link of one of its stories", source="event")],
    other: Annotated[
        str, Rest("the event that it is; what it may be is shown if left out", source="event")
    ] = "",
) -> Card:
    """Say that two events are one: for ever, and at once wherever they were told."""
    async with newsroom.store.reading() as db:
        one = await find_event(db, ask, event)
        reader = (await desks.settings(db, ask.desk.id)).language
        if not other:
            return await _candidates_card(db, one, reader)
        two = await find_event(db, ask, other)
    if one.topic.id != two.topic.id:
        raise Misspoken(
            f"One is an event of {one.topic.name}, the other of {two.topic.name}; "
            "only events of one topic can be merged."
        )
    said = f"{called(one.group, reader)} and {called(two.group, reader)} are one event"
    word = await newsroom.editors.merge(one.topic, one.group.id, two.group.id, _who(ask), said)
    outlets = count(len({*one.group.outlets, *two.group.outlets}), "outlet")
    return _said_card(word, f"Merged by {ask.called}: told by {outlets} together")


async def _candidates_card(db: AsyncConnection, found: Found, reader: str) -> Card:
    """The events of the topic that are most like one, each to be merged with by a press."""
    near = await _nearest(db, found, reader)
    title = cards.section(cards.line(called(found.group, reader), cards.quiet(f" — {breadth(found.group)}")))
    if not near:
        return cards.card(f"{found.topic.name} has no other event of these days to merge it with", title)
    lines = [
        cards.line(
            cards.strong(f"{likeness:.0%} alike"),
            f" {called(group, reader)}",
            cards.quiet(f" — {breadth(group)} · "),
            cards.when(group.first.published),
        )
        for group, likeness in near
    ]
    buttons = [
        Button(cut(title_of(group, reader), 60), f"/watch event merge {found.group.id} {group.id}")
        for group, _ in near
    ]
    return cards.card("Which event is it?", title, cards.section(*lines, bullets=True), buttons=buttons)


async def _nearest(db: AsyncConnection, found: Found, reader: str) -> list[tuple[Group, float]]:
    """The other events of a topic around one's time, likest first, each as its likest story is."""
    since = min(story.seen for story in found.group.stories) - NEAR
    until = found.group.last_seen + NEAR
    others = [
        group
        for group in await topics.groups(db, [found.topic.id], since, until)
        if group.id != found.group.id
    ]
    own = list({one.id: one for one in (headline(found.group, reader), *_tellings(found.group))}.values())
    by_story = {story.id: group for group in others for story in group.stories}
    packed = await stories.vectors(db, [*(one.id for one in own[:_OWN]), *by_story])
    around = {story.id: story for group in others for story in group.stories}
    best: dict[str, float] = {}
    for one in own[:_OWN]:
        for id_, value in (await asyncio.to_thread(_likeness, one, around, packed)).items():
            best[by_story[id_].id] = max(value, best.get(by_story[id_].id, 0.0))
    groups = {group.id: group for group in others}
    order = sorted(best, key=lambda id_: (-best[id_], id_))[:CANDIDATES]
    return [(groups[id_], best[id_]) for id_ in order]


def _likeness(lead: Story, around: Mapping[str, Story], packed: Mapping[str, bytes]) -> dict[str, float]:
    """How alike a story is to those around it, 0–1, by their ids; the likest only."""
    if lead.id not in packed:
        return {}
    vectors = all_unpacked(packed)
    others = [(story, vectors[id_]) for id_, story in around.items() if id_ in vectors]
    return {one.story.id: one.likeness for one in likest(lead, vectors[lead.id], others, _COMPARED)}


@command(
    "watch event split",
    examples=("/watch event split https://example.org/an-article", "/watch event split 3f9a2c"),
)
async def split(
    newsroom: Newsroom,
    ask: Ask,
    story: Annotated[str, Rest("the story that is of another event: its link, its id or words of it")],
) -> Card:
    """Say that a story is not the event that it was put with: for ever, and at once."""
    async with newsroom.store.reading() as db:
        found = await find_event(db, ask, story)
        reader = (await desks.settings(db, ask.desk.id)).language
        sure = found.story is not None and await is_named(db, story)
    if found.story is None or not sure:
        return _stories_card(found, reader)
    title = cut(clean(found.story.title), 120)
    said = f"“{title}” ({outlet_of(found.story)}) is not {called(found.group, reader)}"
    word = await newsroom.editors.split(found.topic, [found.story.id], _who(ask), said)
    return _said_card(word, f"Split off by {ask.called}")


def _stories_card(found: Found, reader: str) -> Card:
    """The stories of an event, each to be split off by a press."""
    lines = [cards.story_line(story) for story in found.group.stories[:LISTED]]
    buttons = [
        Button(f"{outlet_of(story)}: {cut(clean(story.title), 40)}", f"/watch event split {story.id}")
        for story in found.group.stories[:LISTED]
    ]
    if len(found.group.stories) < 2:
        return cards.card("One story alone tells it; there is nothing to split", cards.section(*lines))
    return cards.card(
        f"Which story is not {called(found.group, reader)}?", cards.section(*lines), buttons=buttons
    )


@command("watch event not-topic", examples=("/watch event not-topic 3f9a2c",))
async def not_topic(
    newsroom: Newsroom,
    ask: Ask,
    event: Annotated[
        str, Rest("its handle, a link of a story of it, or words of its headline", source="event")
    ],
) -> Card:
    """Ask which stories of an event do not belong to its topic."""
    async with newsroom.store.reading() as db:
        found = await find_event(db, ask, event)
    shown = _tellings(found.group)[:LISTED]
    buttons = [
        Button(
            f"{outlet_of(story)}: {cut(clean(story.title), 40)}",
            f"/watch topic not {found.topic.name} {story.id}",
        )
        for story in shown
    ]
    return cards.card(
        f"Which of these is not {found.topic.title or found.topic.name}?",
        cards.section(*(cards.story_line(story) for story in shown), bullets=True),
        footer=cards.line(
            cards.quiet("The topic learns from each. One text in several outlets is listed once.")
        ),
        buttons=buttons,
    )


def _tellings(group: Group) -> list[Story]:
    """The stories of an event, each text once."""
    texts = {group.tellings.get(story.id, story.id) for story in group.stories}
    kept = [story for story in group.stories if story.id in texts]
    return kept or list(group.stories)


# ------------------------------------------------------------------------------------- editors' words


@command("watch event edits", examples=("/watch event edits kim-putin",))
async def edits(
    newsroom: Newsroom, ask: Ask, topic: Annotated[str, Arg("which topic", source="topic")]
) -> Card:
    """What editors said of a topic's events: who, when, and how to take it back."""
    async with newsroom.store.reading() as db:
        watched = await topic_called(db, ask, topic, "/watch event edits")
        said = await events.rulings(db, watched.id, LISTED)
    if not said:
        return cards.card(
            f"No event of {watched.name} was merged or split by an editor",
            cards.commands_list(("/watch event merge 3f9a2c", "/watch event split LINK"), "How it is done"),
        )
    holding = [word for word in said if not word.undone_at]
    return cards.card(
        f"What editors said of {watched.title or watched.name}",
        cards.section(*map(_word_line, said), bullets=True),
        buttons=[Button(f"Undo {word.id}", f"/watch event undo {word.id}") for word in holding[:5]],
    )


def _word_line(word: Ruling) -> Line:
    undone = f" · taken back by {word.undone_by}" if word.undone_at else ""
    return cards.line(
        cards.code(str(word.id)),
        f" {word.said}",
        cards.quiet(f" — {word.name}, "),
        cards.when(word.at),
        cards.quiet(undone),
    )


@command("watch event undo", examples=("/watch event undo 7",))
async def undo(
    newsroom: Newsroom, ask: Ask, number: Annotated[int, Arg("its number in /watch event edits")]
) -> Card:
    """Take back what an editor said of an event; it is then as if it had not been said."""
    async with newsroom.store.reading() as db:
        word = await events.ruling(db, number)
        mine = {topic.id: topic for topic in await topics.topics(db, ask.desk.id)}
    if word is None or word.topic_id not in mine:
        hints = [f"/watch event edits {topic.name}" for topic in mine.values()]
        raise Misspoken(f"No editor's word on this desk has the number {number}.", hints[:3])
    await newsroom.editors.undo(mine[word.topic_id], word, _who(ask))
    return cards.card(
        f"Taken back by {ask.called}",
        cards.section(cards.line("It was said: ", word.said, "."), "That holds no more."),
        tone="good",
    )


def _said_card(word: Ruling, title: str) -> Card:
    return cards.card(
        title,
        cards.section(cards.line(word.said, ".")),
        cards.section("It holds for ever, and the messages about it are brought up to date."),
        tone="good",
        buttons=(cards.undo(f"/watch event undo {word.id}"),),
        private=False,
    )


def _who(ask: Ask) -> Who:
    return Who(ask.person, ask.name)
