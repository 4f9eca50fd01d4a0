"""`/watch topic …`: what the desk watches, and what that would have caught."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.bereft import tell_bereft
from watcher.chat.commands.existing import existing_topic
from watcher.chat.commands.naming import proposals, with_own_names
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.previewing import (
    DAYS,
    LEVELS,
    Held,
    Preview,
    preview,
    preview_sections,
    reading_section,
    sensitivity_section,
)
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.teaching import leaning_section, lessons_buttons, lessons_section
from watcher.chat.commands.unmet import checked, insisting, outlets, unmet_section
from watcher.chat.commands.words import Misspoken, quoted, unquoted
from watcher.desk.clock import zone_of
from watcher.desk.compose import count
from watcher.desk.topic_names import TopicNameError, short_name
from watcher.models import Button, Card, Line, Section, Sensitivity, Story, Subscription, Topic
from watcher.store import desks, events, feedback, stories, subscriptions, topics
from watcher.topics.query import parse_query

_ADD = (
    "/watch topic add kim-putin kim jong un putin (summit OR meet* OR arms)",
    "/watch topic add kim-putin kim jong un putin",
)

_Name = Annotated[str, Arg("its name, as in /watch topic list", source="topic")]
_Query = Annotated[
    str, Rest('what to look for, as in a search box: kim jong un putin "arms deal" -kardashian')
]
_How = Annotated[Sensitivity, Arg(LEVELS, named=True)]
_Without = Annotated[tuple[str, ...], Arg("outlets to leave out: rt.com, example.org", named=True)]
_NewHow = Annotated[Sensitivity | None, Arg(LEVELS, named=True)]
_NewWithout = Annotated[tuple[str, ...] | None, Arg("outlets to leave out; none for no more", named=True)]
_Title = Annotated[str, Arg("what digests call it", dashed=True)]
_NewTitle = Annotated[str, Arg("what digests call it; none for its name", dashed=True)]
_Anyway = Annotated[bool, Arg("save it even if no story can meet a condition of it")]


@command("watch topic add", manager=True, examples=_ADD)
async def topic_add(
    newsroom: Newsroom,
    ask: Ask,
    name: Annotated[str, Arg("a short word for it, such as kim-putin")],
    query: _Query,
    sensitivity: _How = "normal",
    without: _Without = (),
    title: _Title = "",
    anyway: _Anyway = False,
) -> Card:
    """Watch something new, and see what it would have caught."""
    newsroom = await with_own_names(newsroom, ask)
    short = _short_name(name)
    called = title or (name if name != short else "")
    topic = Topic(
        0,
        ask.desk.id,
        short,
        checked(query, anyway=anyway),
        called,
        sensitivity,
        outlets(without, anyway=anyway),
        newsroom.now(),
    )
    async with newsroom.store.writing() as db:
        if await topics.get(db, ask.desk.id, short):
            raise Misspoken(
                f"There is a topic {short} already.",
                [f"/watch topic edit {short} {query}", f"/watch topic show {short}"],
            )
        saved = await topics.add(db, topic)
        await tell_bereft(db, ask.desk.id, newsroom.now())
    await newsroom.refresh()
    found = await _preview(newsroom, saved, watched=True)
    offered, taking = await proposals(newsroom, parse_query(saved.query, newsroom.names))
    return cards.card(
        f"Watching {short} from now on",
        _as_typed(saved),
        _only_called_so(name, saved),
        _as_read(newsroom, saved),
        offered,
        *preview_sections(found),
        tone="good",
        buttons=(
            *_its_events(saved, found),
            *taking,
            Button("Undo", f"/watch topic remove {short}", "danger"),
        ),
        private=False,
    )


@command("watch topic test", examples=("/watch topic test kim putin summit --sensitivity wide",))
async def topic_test(
    newsroom: Newsroom,
    ask: Ask,
    query: Annotated[str, Rest("what to look for, or the name of a topic", source="topic")],
    sensitivity: _NewHow = None,
    without: _NewWithout = None,
) -> Card:
    """Try a query on the last seven days; nothing is saved."""
    newsroom = await with_own_names(newsroom, ask)
    async with newsroom.store.reading() as db:
        known = await topics.get(db, ask.desk.id, query.strip().casefold())
    topic = _changed(known or Topic(0, ask.desk.id, "", checked(query)), sensitivity, without)
    found = await _preview(newsroom, topic, watched=topic == known)
    offered, taking = await proposals(newsroom, parse_query(topic.query, newsroom.names))
    return cards.card(
        f"What {known.name} would have caught" if known else "What this would have caught",
        _as_typed(topic),
        _as_read(newsroom, topic),
        offered,
        *preview_sections(found),
        footer=_how_to_save(topic, known),
        tone="news",
        buttons=taking,
    )


def _changed(
    topic: Topic, sensitivity: Sensitivity | None, without: Sequence[str] | None, *, anyway: bool = False
) -> Topic:
    return replace(
        topic,
        sensitivity=sensitivity or topic.sensitivity,
        excluded_outlets=topic.excluded_outlets if without is None else outlets(without, anyway=anyway),
    )


def _how_to_save(topic: Topic, known: Topic | None) -> Line:
    """The line that would save what was tried; nothing where it is saved already."""
    if known == topic:
        return ()
    if known is None:
        line = f"/watch topic add NAME {topic.query}{_flags(topic)}"
    else:
        line = f"/watch topic edit {known.name}{_flags(topic)}"
    return cards.line(cards.quiet("Nothing was saved. To save it: "), cards.code(line))


@command("watch topic edit", manager=True, examples=("/watch topic edit kim-putin kim putin -kardashian",))
async def topic_edit(
    newsroom: Newsroom,
    ask: Ask,
    name: _Name,
    query: _Query = "",
    sensitivity: _NewHow = None,
    without: _NewWithout = None,
    title: _NewTitle = "",
    anyway: _Anyway = False,
) -> Card:
    """Change what a topic looks for, and see what that changes."""
    newsroom = await with_own_names(newsroom, ask)
    old = await existing_topic(newsroom, ask, name)
    query = checked(query, anyway=anyway) if query else old.query
    called = "" if title.casefold() == "none" else title or old.title
    new = _changed(replace(old, query=query, title=called), sensitivity, without, anyway=anyway)
    if new == old:
        raise Misspoken(f"That is what {old.name} is already.", [f"/watch topic show {old.name}"])
    before = await _preview(newsroom, old, watched=True)
    async with newsroom.store.writing() as db:
        await topics.edit(db, new)
    await newsroom.refresh()
    after = await _preview(newsroom, new, watched=True)
    return cards.card(
        f"Changed {new.name}",
        _as_typed(new, old),
        _as_read(newsroom, new),
        unmet_section(new),
        _compared(before, after),
        *preview_sections(after),
        tone="good",
        buttons=(Button("Undo", _edit_line(old)),),
        private=False,
    )


@command("watch topic remove", manager=True, examples=("/watch topic remove kim-putin",))
async def topic_remove(newsroom: Newsroom, ask: Ask, name: _Name) -> Card:
    """Watch a topic no more."""
    topic = await existing_topic(newsroom, ask, name)
    async with newsroom.store.writing() as db:
        told = [s for s in await subscriptions.subscriptions(db, ask.desk.id) if topic.name in s.topics]
        await topics.remove(db, ask.desk.id, topic.name, newsroom.now())
        bereft = await tell_bereft(db, ask.desk.id, newsroom.now(), replace(ask.place, thread=""))
    await newsroom.refresh()
    heard = f"{count(len(told), 'subscription')} named it and will hear nothing of it now." if told else ""
    return cards.card(
        f"{topic.name} is watched no more",
        cards.section(heard),
        _bereft_section(bereft),
        tone="good",
        buttons=(Button("Undo", f"/watch topic add {topic.name} {topic.query}{_flags(topic)}"),),
        private=False,
    )


def _bereft_section(bereft: Sequence[Subscription]) -> Section:
    """Which subscriptions have no topic left, and how to end them."""
    return cards.section(
        *(
            cards.line(
                f"Subscription #{one.id} has no topic left, so nothing comes of it. To end it: ",
                cards.code(f"/watch unsubscribe {one.id}"),
            )
            for one in bereft
        )
    )


@command("watch topic list", examples=("/watch topic list",))
async def topic_list(newsroom: Newsroom, ask: Ask) -> Card:
    """Every topic of this desk, and how much it caught in the last week."""
    since = newsroom.now() - timedelta(days=DAYS)
    async with newsroom.store.reading() as db:
        known = await topics.topics(db, ask.desk.id)
        groups = await topics.groups(db, [topic.id for topic in known], since)
    if not known:
        return cards.card("No topic is watched yet.", cards.commands_list(_ADD, "Begin with one"))
    lines: list[Line] = []
    for topic in known:
        mine = [group for group in groups if group.topic_id == topic.id]
        caught = (
            f"{count(len(mine), 'event')}, {count(sum(len(g.stories) for g in mine), 'story', 'stories')}"
        )
        lines.append(cards.line(cards.strong(topic.name), cards.quiet(f" — {caught} in {DAYS} days")))
        lines.append(cards.line(cards.code(topic.query), cards.quiet(_settings(topic))))
    return cards.card(count(len(known), "topic"), cards.section(*lines))


@command("watch topic show", examples=("/watch topic show kim-putin",))
async def topic_show(newsroom: Newsroom, ask: Ask, name: _Name) -> Card:
    """What a topic looks for, how it is understood, and what it catches."""
    newsroom = await with_own_names(newsroom, ask)
    topic = await existing_topic(newsroom, ask, name)
    found = await _preview(newsroom, topic, watched=True)
    async with newsroom.store.reading() as db:
        heard = await subscriptions.subscriptions(db, ask.desk.id)
        lessons = await feedback.of_topic(db, topic.id)
        said = await events.said(db, topic.id)
    mine = [one for one in heard if not one.topics or topic.name in one.topics]
    told = f"{count(len(mine), 'subscription')} to it." if mine else "Nobody has subscribed to it."
    return cards.card(
        topic.title or topic.name,
        _as_typed(topic),
        _as_read(newsroom, topic),
        unmet_section(topic),
        cards.section(told),
        sensitivity_section(topic, found),
        lessons_section(lessons),
        leaning_section(said),
        *preview_sections(found),
        tone="news",
        buttons=(
            *_its_events(topic, found),
            *lessons_buttons(topic, lessons),
        ),
    )


# --------------------------------------------------------------------------------- what they share


def _its_events(topic: Topic, found: Preview) -> tuple[Button, ...]:
    """Leads to the digest of a topic, where one would have anything to show."""
    return (Button("See its events", f"/digest {topic.name} 7d"),) if found.caught else ()


async def _preview(newsroom: Newsroom, topic: Topic, *, watched: bool) -> Preview:
    """What a topic would have caught in the last days; where it is `watched` so, what it has caught."""
    now = newsroom.now()
    since = now - timedelta(days=DAYS)
    async with newsroom.store.reading() as db:
        recent = await stories.recent(db, since)
        settings = await desks.settings(db, topic.desk)
        held = await _held(db, topic, recent, since) if watched else None
    zone, language = zone_of(settings.time_zone), settings.language
    return await asyncio.to_thread(preview, topic, recent, newsroom.names, now, zone, language, held)


async def _held(db: AsyncConnection, topic: Topic, recent: Sequence[Story], since: datetime) -> Held:
    matches = {match.story_id: match for match in await topics.matches(db, [topic.id], since)}
    taught = (await feedback.of_topic(db, topic.id)).taught
    kept = frozenset(one.story.id for one in taught if one.wanted)
    refused = frozenset(one.story.id for one in taught if not one.wanted)
    if await topics.is_fresh(db, topic.id):  # what it had is forgotten, and nobody has looked back for it yet
        return Held(matches, kept, frozenset(story.id for story in recent) - refused)
    return Held(matches, kept, await stories.unmatched(db))


def _short_name(name: str) -> str:
    """A name as a word that can be typed; raises Misspoken."""
    try:
        return short_name(unquoted(name))
    except TopicNameError as error:
        raise Misspoken(str(error), _ADD) from error


def _settings(topic: Topic) -> str:
    """What of a topic is not as usual, in words."""
    parts: list[str] = [topic.sensitivity] if topic.sensitivity != "normal" else []
    parts += [f"without {', '.join(topic.excluded_outlets)}"] if topic.excluded_outlets else []
    return "".join(f" · {part}" for part in parts)


def _as_read(newsroom: Newsroom, topic: Topic) -> Section:
    return reading_section(parse_query(topic.query, newsroom.names), newsroom.names)


def _only_called_so(name: str, topic: Topic) -> Section:
    """Says that a name is not looked for, where its word was perhaps meant to be: `add trump tariffs`."""
    words = topic.query.casefold().split()
    alone = name.isalpha() and len(words) == 1 and words[0].isalpha()
    if not alone or name.casefold() in words:
        return cards.section()
    line = cards.code(f"/watch topic edit {topic.name} {name} {topic.query}")
    return cards.section(
        cards.line(f"“{name}” is only what it is called, and is not looked for. To have both: ", line)
    )


def _as_typed(topic: Topic, old: Topic | None = None) -> Section:
    """A topic's query and settings, and what they were before."""
    lines = [cards.line(cards.code(topic.query), cards.quiet(_settings(topic)))]
    if old is not None and (old.query, _settings(old)) != (topic.query, _settings(topic)):
        lines.append(cards.line(cards.quiet("before: "), cards.code(old.query), cards.quiet(_settings(old))))
    return Section(tuple(lines))


def _compared(before: Preview, after: Preview) -> Section:
    """How many stories an edit would have gained and lost."""
    old, new = ({one.story.id for one in found.caught} for found in (before, after))
    if old == new:
        return cards.section("It catches the same stories as before.")
    gained, lost = len(new - old), len(old - new)
    return cards.section(
        cards.line(
            cards.strong(f"{gained:,} more"), " and ", cards.strong(f"{lost:,} fewer"), " than before."
        )
    )


def _flags(topic: Topic) -> str:
    """A topic's settings as they are typed."""
    flags = f" --sensitivity {topic.sensitivity}" if topic.sensitivity != "normal" else ""
    flags += f" --without {','.join(topic.excluded_outlets)}" if topic.excluded_outlets else ""
    return flags + (f" --title {quoted(topic.title)}" if topic.title else "") + insisting(topic)


def _edit_line(topic: Topic) -> str:
    """The line that makes a topic what it is now, whatever becomes of it meanwhile."""
    without = ",".join(topic.excluded_outlets) or "none"
    line = f"/watch topic edit {topic.name} {topic.query}"
    title = quoted(topic.title) if topic.title else "none"
    flags = f"--sensitivity {topic.sensitivity} --without {without} --title {title}"
    return f"{line} {flags}{insisting(topic)}"
