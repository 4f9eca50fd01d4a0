"""`/digest`: what happened, for any topic and any stretch of time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.existing import like, named
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.words import Misspoken, nearest
from watcher.desk.clock import WINDOWS, ClockError, Window, parse_window
from watcher.desk.compose import digest_card
from watcher.desk.digest import Digest, compile_digest
from watcher.desk.sources import Sources
from watcher.desk.unheard import unheard
from watcher.models import Card, DeskSettings, Group, Section, Story, Topic
from watcher.store import desks, events, feeds, topics

WINDOW_SHAPE = (
    r"(?:the )?(?:last )?(?:\d{1,4} ?(?:m|h|d|w)[a-z]*(?:, ?| and | )?)+"
    r"|today|yesterday|hour|day|week|month|since \d{1,2}(?:[:.h]\d{2})? ?(?:am|pm)?"
)
_LIKE_A_SPAN = r"[-+]?\d+ ?[a-z]{1,7}"
"""What is meant as a stretch of time, though none is so long or so short."""
_EXAMPLES = ("/digest", "/digest kim-putin 24h", "/digest today", "/digest kim-putin since 08:00")


@command("digest", examples=_EXAMPLES)
async def digest(
    newsroom: Newsroom,
    ask: Ask,
    topic: Annotated[str, Arg("which topic; all of them if left out", source="topic")] = "",
    window: Annotated[
        str, Rest("how far back: 24h, 3d, today, since 08:00", source="window", shape=WINDOW_SHAPE)
    ] = "",
) -> Card:
    """Show what happened, event by event, with every source."""
    async with newsroom.store.reading() as db:
        settings = await desks.settings(db, ask.desk.id)
        known = await topics.topics(db, ask.desk.id)
        topic, window = _in_order(known, topic, window)
        wanted = _wanted(known, topic, window)
        stretch = _stretch(window or settings.window, newsroom, settings, topic)
        muted = await events.muted(db, ask.place, newsroom.now())
        sources = await newsroom.mastheads.known(db)
        compiled = await _compile(db, wanted, stretch, settings, sources, muted)
        compiled = replace(compiled, unheard=unheard(await feeds.all_feeds(db), newsroom.now()))
    made = digest_card(compiled)
    if compiled.items or compiled.roundups:
        return made
    title = made.title if known else "No topic is watched yet, so there is nothing to tell."
    return replace(made, title=title, sections=(*made.sections, _nothing(known)), private=True)


def _in_order(known: Sequence[Topic], topic: str, window: str) -> tuple[str, str]:
    """Topic and window, also where the window stands first or alone: `today kim-putin`, `"since 8:00"`."""
    shape = rf"{WINDOW_SHAPE}|{_LIKE_A_SPAN}"
    if not re.fullmatch(shape, topic, re.IGNORECASE) or named(known, topic):
        return topic, window
    return (window, topic) if not window or named(known, window) else (topic, window)


def _wanted(known: Sequence[Topic], topic: str, window: str) -> list[Topic]:
    """The topics that were asked for; raises Misspoken with what was meant perhaps."""
    if not topic or topic.casefold() in ("all", "*"):
        return list(known)
    if found := named(known, topic):
        return found
    if topic.casefold() == "everything":
        return list(known)
    names = [one.name for one in known]
    kept = window if re.fullmatch(WINDOW_SHAPE, window, re.IGNORECASE) else ""
    said = topic if kept else f"{topic} {window}".strip()
    guesses = like(known, said) or nearest(topic, [] if window else WINDOWS, most=2)
    raise Misspoken(
        f"There is no topic {said!r}." + (f" Did you mean {' or '.join(guesses)}?" if guesses else ""),
        [f"/digest {guess} {kept}".strip() for guess in guesses or names[:3]] or _EXAMPLES[:1],
    )


def _stretch(text: str, newsroom: Newsroom, settings: DeskSettings, topic: str) -> Window:
    try:
        return parse_window(text, newsroom.now(), settings.time_zone)
    except ClockError as error:
        guesses = nearest(text, WINDOWS)
        asked = f"/digest {topic}".strip()
        raise Misspoken(str(error), [f"{asked} {guess}" for guess in guesses or WINDOWS[3:5]]) from error


async def _compile(
    db: AsyncConnection,
    wanted: Sequence[Topic],
    window: Window,
    settings: DeskSettings,
    sources: Sources,
    muted: frozenset[str],
) -> Digest:
    groups: list[Group] = []
    roundups: list[Story] = []
    if wanted:
        ids = [topic.id for topic in wanted]
        groups = await topics.groups(db, ids, window.start, window.end)
        roundups = await topics.roundups(db, ids, window.start, window.end)
    # What stood in a feed when we first polled it was never posted, but who asks for the window has it.
    reader = settings.language
    return compile_digest(
        wanted,
        groups,
        window,
        roundups=roundups,
        reader=reader,
        asked=True,
        sources=sources,
        muted=muted,
    )


def _nothing(known: Sequence[Topic]) -> Section:
    if not known:
        return cards.commands_list(("/watch topic add kim-putin kim jong un putin",), "Begin with one")
    return cards.commands_list(("/digest 7d", "/watch topic list"), "Perhaps further back, or another topic")
