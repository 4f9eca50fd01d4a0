"""`/watch event …`: what is known of one event, and who wants to hear more of it, or nothing for a while."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.finding import Found, called, find_event, title_of
from watcher.chat.commands.newsroom import Ask, Newsroom, where
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.words import Misspoken
from watcher.desk.clock import ClockError, parse_until
from watcher.desk.compose import count, whole_card
from watcher.desk.digest import item_of
from watcher.desk.events import MUTED_FOR, Follow, Mute, as_handle, buttons_of, handle
from watcher.models import Button, Card, Line, Place
from watcher.store import desks, events, stories, topics

_EVENT = Rest("its handle, a link of one of its stories, or words of its headline", source="event")
_Event = Annotated[str, _EVENT]
_SHOW = ("/watch event show 3f9a2c", "/watch event show https://example.org/an-article")
_FOR = re.compile(
    r"(?P<event>#?[0-9a-f]{4,12})\s+(?:for\s+)?(?P<span>(?<=for\s).+|until\s.+)"
    r"|(?P<words>.+?)\s+for\s+(?P<long>\d+\s*[a-z]+)\s*",
    re.IGNORECASE | re.DOTALL,
)
"""After a handle `for` can only be a time; after words of a headline it may be one of them."""


@command("watch event show", examples=_SHOW)
async def show(newsroom: Newsroom, ask: Ask, event: _Event) -> Card:
    """All that is known of an event: every story, who had it first and who has it from whom."""
    now, place = newsroom.now(), _own(ask)
    async with newsroom.store.reading() as db:
        found = await find_event(db, ask, event)
        reader = (await desks.settings(db, ask.desk.id)).language
        ids = [found.group.id, *await events.absorbed(db, [found.group.id])]
        following = any(one.group_id in ids for one in await events.followed(db, place)) if place else False
        mutes = [one for one in await events.mutes(db, _here(ask), now) if one.group_id in ids]
        stories_of_it = [story.id for story in found.group.stories]
        revised = await stories.revisions_of(db, stories_of_it, found.group.first.seen)
        sources = await newsroom.mastheads.known(db)
    item = replace(item_of(found.topic, found.group, reader, sources), revised=tuple(revised))
    made = whole_card(item)
    state = cards.section(*([_muted_line(mutes[0])] if mutes else []))
    sections = tuple(one for one in (*made.sections, state) if one.lines)
    buttons = _buttons(found, following=following, muted=bool(mutes))
    return replace(made, sections=sections, buttons=buttons, private=True)


def _buttons(found: Found, *, following: bool, muted: bool) -> tuple[Button, ...]:
    """The buttons of an event's own card: those that would do nothing turned round."""
    id_ = found.group.id
    follow, mute, wrong, merge, _ = buttons_of(found.topic, found.group)
    split = (Button("Split off…", f"/watch event split {id_}"),) if len(found.group.stories) > 1 else ()
    return (
        Button("Unfollow", f"/watch event unfollow {id_}") if following else follow,
        Button("Unmute", f"/watch event unmute {id_}") if muted else mute,
        wrong,
        merge,
        *split,
    )


def _muted_line(one: Mute) -> Line:
    by = f" by {one.name}" if one.name else ""
    return cards.line(f"Muted here{by} until ", cards.when(one.until), ".")


# ------------------------------------------------------------------------------------------ following


@command("watch event follow", examples=("/watch event follow 3f9a2c",))
async def follow(newsroom: Newsroom, ask: Ask, event: _Event) -> Card:
    """Hear of each thing that is new in an event, in a message of your own."""
    place = _own(ask)
    if place is None:
        raise Misspoken("I do not know who you are here, so I cannot write to you.")
    async with newsroom.store.writing() as db:
        found = await find_event(db, ask, event)
        reader = (await desks.settings(db, ask.desk.id)).language
        known = tuple(story.id for story in found.group.stories)
        await events.follow(db, Follow(place, found.group.id, ask.desk.id, newsroom.now(), known))
    return cards.card(
        "You follow this event",
        cards.section(cards.line(called(found.group, reader))),
        cards.section(
            "What is new in it is told to you alone: new sentences, numbers and names, with source."
        ),
        tone="good",
        buttons=(cards.undo(f"/watch event unfollow {found.group.id}"),),
    )


@command("watch event unfollow", examples=("/watch event unfollow 3f9a2c", "/watch event unfollow all"))
async def unfollow(newsroom: Newsroom, ask: Ask, event: _Event) -> Card:
    """Hear no more of an event that you follow."""
    place = _own(ask)
    if place is None:
        raise Misspoken("I do not know who you are here.")
    async with newsroom.store.writing() as db:
        if event.strip().casefold() == "all":
            gone = await events.unfollow(
                db, place, [one.group_id for one in await events.followed(db, place)]
            )
            if not gone:
                return cards.card("You follow no event")
            return cards.card(f"You follow no event any more; it was {gone} until now", tone="good")
        found = await find_event(db, ask, event)
        reader = (await desks.settings(db, ask.desk.id)).language
        ids = [found.group.id, *await events.absorbed(db, [found.group.id])]
        if not await events.unfollow(db, place, ids):
            raise Misspoken("You do not follow that event.", ("/watch event following",))
    return cards.card(
        "You follow this event no more",
        cards.section(cards.line(called(found.group, reader))),
        tone="good",
        buttons=(cards.undo(f"/watch event follow {found.group.id}"),),
    )


@command("watch event following", examples=("/watch event following",))
async def following(newsroom: Newsroom, ask: Ask) -> Card:
    """The events that you follow, and those that are muted here."""
    place = _own(ask)
    async with newsroom.store.reading() as db:
        reader = (await desks.settings(db, ask.desk.id)).language
        mine = await events.followed(db, place) if place else []
        mutes = await events.mutes(db, _here(ask), newsroom.now())
        followed = [await _wish_line(db, one.group_id, reader, one.told_at) for one in mine]
        muted = [await _wish_line(db, one.group_id, reader) for one in mutes]
        until = [cards.line(" until ", cards.when(one.until)) for one in mutes]
    if not followed and not muted:
        return cards.card("You follow no event.", cards.commands_list(("/watch event follow 3f9a2c",)))
    lines = [(*line, *end) for line, end in zip(muted, until, strict=True)]
    return cards.card(
        f"You follow {count(len(followed), 'event')}" if followed else "You follow no event",
        cards.section(*followed, bullets=True),
        cards.section(
            *lines, heading=f"Muted {await where(newsroom, ask, _here(ask))}" if lines else "", bullets=True
        ),
        buttons=[
            Button(f"Unfollow {handle(one.group_id)}", f"/watch event unfollow {one.group_id}")
            for one in mine[:5]
        ],
    )


async def _wish_line(db: AsyncConnection, id_: str, reader: str, told_at: datetime | None = None) -> Line:
    group = await topics.group(db, await events.living(db, id_))
    if group is None:
        return cards.line(f"An event that is no more kept ({handle(id_)})")
    told = (cards.quiet(" · last told "), cards.when(told_at)) if told_at else ()
    return cards.line(called(group, reader), *told)


# --------------------------------------------------------------------------------------------- muting


@command("watch event mute", examples=("/watch event mute 3f9a2c", "/watch event mute 3f9a2c for 3d"))
async def mute(
    newsroom: Newsroom,
    ask: Ask,
    event: _Event,
    how_long: Annotated[str, Arg("24h, 3d, until 8:00; a day if left out", named=True)] = "",
) -> Card:
    """Leave an event out of what this place is told, for a day or as long as you say."""
    split = _FOR.fullmatch(event)
    if split and not how_long:
        event, how_long = split["event"] or split["words"], split["span"] or split["long"]
    async with newsroom.store.writing() as db:
        settings = await desks.settings(db, ask.desk.id)
        found = await find_event(db, ask, event)
        reader = settings.language
        how_long = how_long or _beside_its_headline(event, title_of(found.group, reader))
        until = _until(how_long, newsroom.now(), settings.time_zone)
        await events.mute(db, Mute(_here(ask), found.group.id, ask.desk.id, until, ask.called))
    return cards.card(
        f"Muted {await where(newsroom, ask, _here(ask))} by {ask.called}",
        cards.section(cards.line(called(found.group, reader))),
        cards.section(
            cards.line("Until ", cards.when(until), " it is in no digest here, told no more and not edited."),
            cards.line(cards.quiet("Alerts to who is on call come all the same.")),
        ),
        tone="good",
        buttons=(cards.undo(f"/watch event unmute {found.group.id}"),),
    )


@command("watch event unmute", examples=("/watch event unmute 3f9a2c",))
async def unmute(newsroom: Newsroom, ask: Ask, event: _Event) -> Card:
    """Have a muted event told here again."""
    async with newsroom.store.writing() as db:
        found = await find_event(db, ask, event)
        reader = (await desks.settings(db, ask.desk.id)).language
        mutes = await events.mutes(db, _here(ask), newsroom.now())
        ids = [found.group.id, *await events.absorbed(db, [found.group.id])]
        left = max((one.until for one in mutes if one.group_id in ids), default=None)
        await events.unmute(db, _here(ask), ids)
    if left is None:
        raise Misspoken("That event is not muted here.", ("/watch event following",))
    hours = max(1, round((left - newsroom.now()).total_seconds() / 3600))
    return cards.card(
        "It is told here again",
        cards.section(cards.line(called(found.group, reader))),
        tone="good",
        buttons=(cards.undo(f"/watch event mute {found.group.id} for {hours}h"),),
    )


def _beside_its_headline(said: str, title: str) -> str:
    """What was said after a handle that is not of the headline which completion puts there: a time, then."""
    first, _, rest = said.strip().partition(" ")
    return rest.strip() if as_handle(first) and rest.strip().casefold() not in title.casefold() else ""


def _until(span: str, now: datetime, zone: str) -> datetime:
    if not span.strip():
        return now + MUTED_FOR
    try:
        return parse_until(span, now, zone)
    except ClockError as error:
        raise Misspoken(
            f"I cannot read {span!r} as a time to come. Say 6h, 3d or until 8:00.",
            ("/watch event mute 3f9a2c for 3d",),
        ) from error


def _own(ask: Ask) -> Place | None:
    """Where somebody hears what is for them alone; None where nobody knows who they are."""
    if ask.desk.platform == desks.CONSOLE:
        return _here(ask)
    return Place(ask.place.platform, person=ask.person) if ask.person else None


def _here(ask: Ask) -> Place:
    """The channel or window that somebody asks from."""
    return replace(ask.place, thread="")
