"""`/watch topic not`, `also`, `unlearn`: what people say of a topic's stories, and what it learns by it.

Anybody of the desk may say so: whoever reads the digest sees first what is wrong in it, and each word is
shown with who said it and can be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.existing import existing_topic
from watcher.chat.commands.finding import find_story, one_story
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.words import Misspoken, unquoted
from watcher.desk.compose import clean, count
from watcher.desk.headline import cut
from watcher.desk.lessons import Lesson, Lessons, Shared, marks_of
from watcher.models import Button, Card, Line, Section, Story, Topic
from watcher.store import feedback, stories, topics
from watcher.stories.group import JOIN
from watcher.stories.leaning import Said, leaning

DAYS = 7
SHOWN = 8
"""Stories of which something was said, and words learned from them, are listed up to this many."""
_UNDONE = 5

_Topic = Annotated[str, Arg("its name, as in /watch topic list", source="topic")]
_Story = Annotated[str, Rest("a story's link, its id, or words of its headline")]


@command("watch topic not", examples=("/watch topic not kim-putin https://example.org/an-article",))
async def topic_not(newsroom: Newsroom, ask: Ask, topic: _Topic, story: _Story) -> Card:
    """Say that a story is not this topic: it leaves, and stories like it count for less."""
    return await _say(newsroom, ask, topic, story, wanted=False)


@command("watch topic also", examples=("/watch topic also kim-putin https://example.org/an-article",))
async def topic_also(newsroom: Newsroom, ask: Ask, topic: _Topic, story: _Story) -> Card:
    """Say that a story is this topic too: it joins, and stories like it count for more."""
    return await _say(newsroom, ask, topic, story, wanted=True)


@command("watch topic unlearn", examples=("/watch topic unlearn kim-putin https://example.org/an-article",))
async def topic_unlearn(newsroom: Newsroom, ask: Ask, topic: _Topic, story: _Story) -> Card:
    """Take back what was said of a story, by you or somebody else."""
    watched = await existing_topic(newsroom, ask, topic)
    async with newsroom.store.reading() as db:
        lessons = await feedback.of_topic(db, watched.id)
        found = await _spoken_of(db, lessons, unquoted(story.strip().strip("<>")))
        before = await _caught(db, newsroom, watched)
    async with newsroom.store.writing() as db:
        await feedback.unsay(db, watched.id, found.story.id)
    await newsroom.refresh()
    async with newsroom.store.reading() as db:
        after = await _caught(db, newsroom, watched)
    word, name = ("also" if found.wanted else "not"), watched.name
    return cards.card(
        f"{name} is as if nobody had said that",
        cards.section(
            cards.line("“", cards.strong(_short(found.story)), "”, of which was said: ", _said(found), ".")
        ),
        _changed(watched, before, after),
        tone="good",
        buttons=(Button("Undo", f"/watch topic {word} {name} {found.story.id}"),),
    )


async def _say(newsroom: Newsroom, ask: Ask, topic: str, said: str, *, wanted: bool) -> Card:
    watched = await existing_topic(newsroom, ask, topic)
    async with newsroom.store.reading() as db:
        line = f"/watch topic {'also' if wanted else 'not'} {watched.name}"
        story = await one_story(db, unquoted(said.strip()), line)
        old = next((o for o in (await feedback.of_topic(db, watched.id)).taught if o.story == story), None)
        before = await _caught(db, newsroom, watched)
        lesson = await _lesson(db, newsroom, ask, watched, story, wanted=wanted)
    if old and old.wanted is wanted:
        return _said_already(watched, old)
    async with newsroom.store.writing() as db:
        await feedback.say(db, lesson)
    await newsroom.refresh()
    async with newsroom.store.reading() as db:
        after = await _caught(db, newsroom, watched)
        lessons = await feedback.of_topic(db, watched.id)
    return _taught_card(watched, lesson, old, before, after, lessons)


async def _lesson(
    db: AsyncConnection, newsroom: Newsroom, ask: Ask, topic: Topic, story: Story, *, wanted: bool
) -> Lesson:
    """An editor's word on a story, with what sets the story apart from the topic's others at this time."""
    matches = [match for match in await topics.matches_of(db, story.id) if match.topic_id == topic.id]
    met = [topic.query, *(reason.text for match in matches for reason in match.reasons)]
    catches = list((await _caught(db, newsroom, topic)).values())
    vector = (await stories.vectors(db, [story.id])).get(story.id, b"")
    marks = marks_of(story, met, catches)
    name = ask.name or ask.person
    return Lesson(topic.id, story, wanted, newsroom.now(), ask.person, name, marks, vector)


async def _caught(db: AsyncConnection, newsroom: Newsroom, topic: Topic) -> dict[str, Story]:
    """The stories that a topic has of the last days, by id, in the order of seeing."""
    since = newsroom.now() - timedelta(days=DAYS)
    return await stories.many(db, [m.story_id for m in await topics.matches(db, [topic.id], since)])


async def _spoken_of(db: AsyncConnection, lessons: Lessons, said: str) -> Lesson:
    """What was said of the story that somebody means, which may be older than what we keep."""
    story = await find_story(db, said)
    folded = said.casefold()
    for one in reversed(lessons.taught):
        if one.story.id in (said, story.id if story else "") or one.story.url == said:
            return one
    for one in reversed(lessons.taught):
        if folded and folded in one.story.title.casefold():
            return one
    raise Misspoken("Nothing was said of that story in this topic. /watch topic show lists what was.")


# ------------------------------------------------------------------------------------------- cards


def _taught_card(
    topic: Topic,
    lesson: Lesson,
    old: Lesson | None,
    before: dict[str, Story],
    after: dict[str, Story],
    lessons: Lessons,
) -> Card:
    story, was_in = lesson.story, lesson.story.id in before
    back = f"{'also' if old.wanted else 'not'}" if old else "unlearn"
    if lesson.wanted:
        title = f"{topic.name} has it already" if was_in else f"{topic.name} takes it from now on"
    else:
        title = f"{topic.name} leaves it out from now on" if was_in else f"{topic.name} did not have it"
    return cards.card(
        title,
        cards.section((*cards.line("“", cards.strong(_short(story)), "” — "), *cards.source_of(story))),
        cards.section(
            "Copies of its text go the same way, and stories like it will count for "
            f"{'more' if lesson.wanted else 'less'}."
        ),
        _changed(topic, before, after, but=story.id),
        _shared_section([one for one in lessons.shared if one.mark in lesson.marks]),
        tone="good",
        buttons=(
            Button("Undo", f"/watch topic {back} {topic.name} {story.id}"),
            Button("What it has learned", f"/watch topic show {topic.name}"),
        ),
    )


def _said_already(topic: Topic, old: Lesson) -> Card:
    return cards.card(
        f"{topic.name} knows that already",
        cards.section(cards.line("“", cards.strong(_short(old.story)), "”: ", _said(old), ".")),
        buttons=(Button("Undo", f"/watch topic unlearn {topic.name} {old.story.id}"),),
    )


def _changed(topic: Topic, before: dict[str, Story], after: dict[str, Story], but: str = "") -> Section:
    """The other stories that left a topic and that joined it."""
    left = [story for id_, story in before.items() if id_ not in after and id_ != but]
    joined = [story for id_, story in after.items() if id_ not in before and id_ != but]
    lines: list[Line] = []
    for what, found in (("left", left), ("joined", joined)):
        if found:
            also = "also " if but else ""
            lines.append(cards.line(f"{count(len(found), 'story', 'stories')} {also}{what} {topic.name}:"))
            lines += [cards.story_line(story) for story in found[:3]]
    return Section(tuple(lines))


def lessons_section(lessons: Lessons) -> Section:
    """What a topic was taught, story by story, and what it makes of it; empty where nothing was said."""
    if not lessons.taught:
        return Section()
    newest = list(reversed(lessons.taught))[:SHOWN]
    lines: list[Line] = [
        (
            *cards.line("“", _short(one.story), "” — ", cards.strong(_said(one)), cards.quiet(", ")),
            cards.when(one.at),
        )
        for one in newest
    ]
    more = len(lessons.taught) - len(newest)
    if more:
        lines.append(cards.line(cards.quiet(f"and {more:,} before that")))
    lines += _shared_section(lessons.shared[:SHOWN]).lines
    return Section(tuple(lines), f"What it has been taught: {count(len(lessons.taught), 'story', 'stories')}")


def leaning_section(said: Said) -> Section:
    """What a topic makes of its editors' merges and splits; empty where they said nothing of its events."""
    if not said.merges + said.splits:
        return Section()
    words = f"{count(said.merges, 'merge')} and {count(said.splits, 'split')}"
    before, now = round(100 * JOIN), round(100 * leaning(JOIN, said))
    if now == before:
        what = f"stories join an event from a likeness of {before}%, as in every topic."
    else:
        how = "a little more readily" if now < before else "a little less readily"
        what = f"stories join an event {how}, from a likeness of {now}% instead of {before}%."
    return cards.section(f"From {words} of its events: {what}", heading="What editors taught it of events")


def lessons_buttons(topic: Topic, lessons: Lessons) -> tuple[Button, ...]:
    """A button for each of the last words on a topic's stories, to take it back."""
    return tuple(
        Button(
            f"Undo: {cut(clean(one.story.title), 40)}", f"/watch topic unlearn {topic.name} {one.story.id}"
        )
        for one in list(reversed(lessons.taught))[:_UNDONE]
    )


def _shared_section(shared: Sequence[Shared]) -> Section:
    return Section(tuple(_shared_line(one) for one in shared))


def _shared_line(one: Shared) -> Line:
    side = "added" if one.points > 0 else "taken out"
    return cards.line(
        "Learned: a story with ",
        cards.strong(one.said),
        f" is worth {abs(one.points):.0f} points {'more' if one.points > 0 else 'less'}",
        cards.quiet(f" ({one.stories} that were {side} have it)."),
    )


def _said(lesson: Lesson) -> str:
    who = f" ({clean(lesson.name)})" if lesson.name else ""
    return ("this too" if lesson.wanted else "not this topic") + who


def _short(story: Story) -> str:
    return cut(clean(story.title), 120) or "(no headline)"
