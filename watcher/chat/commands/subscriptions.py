"""`/watch subscribe` and what belongs to it: who is told of what, when, and when they are left in peace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Annotated, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.existing import named, no_topic
from watcher.chat.commands.newsroom import Ask, Newsroom, where
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.whom import GROUP, Whom, groups_said, read_whom, said_of
from watcher.chat.commands.words import Misspoken
from watcher.desk.clock import next_time, parse_quiet, parse_times, quiet_until, zone_of
from watcher.desk.compose import count
from watcher.desk.languages import LanguageError, language_named, languages_named
from watcher.models import Button, Card, Line, Place, Quiet, Section, Subscription
from watcher.store import desks, subscriptions, topics

TIME_SHAPE = r"\d{1,2}(?:[:.h]\d{2}|(?:[:.]\d{2})?[ap]m)"
TIMES_SHAPE = rf"{TIME_SHAPE}(?:[,;]{TIME_SHAPE})*,?"
ZONE_SHAPE = r"UTC|GMT|(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc|US)/\S+"
QUIET_SHAPE = r"\d{1,2}(?:[:.h]\d{2})?(?:[ap]m)?\s*(?:-|–|to|until)\s*\d{1,2}(?:[:.h]\d{2})?(?:[ap]m)?"
_SUBSCRIBE = (
    "/watch subscribe kim-putin 8:00,18:00",
    "/watch subscribe kim-putin at once",
    "/watch subscribe all 7:30 Europe/Warsaw --languages en,pl --to me",
)
_WHEN = re.compile(
    r"hourly|daily|weekly|every|each|now|immediately|instantly|(?:mon|tues|wednes|thurs|fri)day", re.I
)
_OFFERED = 10
"""Subscriptions that are offered to be ended, or brought back, by a press each."""
_USUAL_TIMES = (time(8), time(18))

_To = Annotated[str, Arg("here, me or a #channel, and an @role to wake with it", source="whom", named=True)]


@command("watch subscribe", examples=_SUBSCRIBE)
async def subscribe(
    newsroom: Newsroom,
    ask: Ask,
    topics: Annotated[tuple[str, ...], Arg("which topics; all of them if left out", source="topic")] = (),
    how: Annotated[Literal["digest", "at once"], Arg("a digest at times, or each event at once")] = "digest",
    times: Annotated[
        tuple[str, ...], Arg("times of day: 8:00,18:00", source="times", shape=TIMES_SHAPE)
    ] = (),
    zone: Annotated[str, Arg("whose time of day: Europe/Warsaw", source="zone", shape=ZONE_SHAPE)] = "",
    languages: Annotated[
        tuple[str, ...], Arg("only stories in these: en,fr, or all", source="language", named=True)
    ] = (),
    quiet: Annotated[
        str, Arg("hours in which nothing comes: 22:00-07:00", source="quiet", shape=QUIET_SHAPE)
    ] = "",
    to: _To = "here",
) -> Card:
    """Have digests, or each event at once, brought to a channel or to you."""
    mine = _said(topics, how, times, zone, languages, quiet)
    whom = _allowed(ask, to, f"/watch subscribe {mine}")
    async with newsroom.store.writing() as db:
        settings = await desks.settings(db, ask.desk.id)
        wanted = await _topic_names(db, ask, topics)
        asked = Subscription(
            id=0,
            desk=ask.desk.id,
            place=whom.place,
            topics=wanted,
            how=how,
            times=parse_times(",".join(times)) if times else _USUAL_TIMES,
            time_zone=zone_of(zone or settings.time_zone).key,
            quiet=parse_quiet(quiet),
            languages=_languages(languages),
            say_nothing_new=settings.say_nothing_new,
            pings=whom.pings,
        )
        old = await _twin(db, asked)
        if old:  # what is not said anew stays: who moves a digest keeps their quiet hours
            said = {"times": times, "time_zone": times or zone, "quiet": quiet, "languages": languages}
            asked = replace(asked, **{name: getattr(old, name) for name, word in said.items() if not word})
        asked = _with_next(asked, old, newsroom)
        saved = await _save(db, asked, old)
    return _subscribed_card(saved, ask, old, await _line(newsroom, ask, saved))


@command("watch unsubscribe", examples=("/watch unsubscribe 3", "/watch unsubscribe kim-putin"))
async def unsubscribe(
    newsroom: Newsroom,
    ask: Ask,
    which: Annotated[str, Arg("its number or topic, or all; see /watch subscriptions", source="topic")] = "",
    to: _To = "here",
) -> Card:
    """End what this channel, or you, had subscribed to."""
    whom = read_whom(to, ask)
    async with newsroom.store.writing() as db:
        mine = [s for s in await subscriptions.subscriptions(db, ask.desk.id) if _may_end(s, ask, whom)]
        called = named(await topics.topics(db, ask.desk.id), which.strip())
        word = called[0].name if called else which.strip().lstrip("#").casefold()
        ended = _chosen(mine, word, ask, whom)
        if not ended:
            said = f"There is none for {which!r}." if which else f"Which of the {len(mine)}?"
            raise Misspoken(said, choices=[await _ending(newsroom, ask, one) for one in mine[:_OFFERED]])
        for one in ended:
            await subscriptions.remove(db, one.id)
    lines = [await _line(newsroom, ask, one) for one in ended]
    labels = [f"Undo #{one.id}" if len(ended) > 1 else "Undo" for one in ended[:_OFFERED]]
    undo = [Button(label, _subscribe_line(one, ask)) for label, one in zip(labels, ended, strict=False)]
    return cards.card(
        f"Ended {count(len(ended), 'subscription')}", cards.section(*lines), tone="good", buttons=undo
    )


@command("watch subscriptions", examples=("/watch subscriptions",))
async def subscriptions_list(newsroom: Newsroom, ask: Ask) -> Card:
    """Who is told of what, and when the next digest comes."""
    async with newsroom.store.reading() as db:
        known = await subscriptions.subscriptions(db, ask.desk.id)
    shown = [one for one in known if not one.place.person or one.place.person == ask.person]
    if not shown:
        return cards.card("Nobody has subscribed yet.", cards.commands_list(_SUBSCRIBE, "Begin with one"))
    lines = [await _line(newsroom, ask, one) for one in shown]
    return cards.card(
        count(len(shown), "subscription"),
        cards.section(*lines),
        footer=cards.line(cards.quiet("To end one: "), cards.code(f"/watch unsubscribe {shown[0].id}")),
    )


@command(
    "watch quiet", examples=("/watch quiet 22:00-07:00", "/watch quiet off", "/watch quiet 23-6 --to me")
)
async def quiet(
    newsroom: Newsroom,
    ask: Ask,
    hours: Annotated[str, Rest("from when to when, or off", source="quiet")] = "",
    to: _To = "here",
) -> Card:
    """Hours in which nothing comes but alerts; what is due then comes when they end."""
    whom = _allowed(ask, to, f"/watch quiet {hours}".strip())
    async with newsroom.store.writing() as db:
        mine = [s for s in await subscriptions.subscriptions(db, ask.desk.id) if s.place == whom.place]
        if not mine:
            raise Misspoken(f"{_whose(whom)} no subscription yet, so it is quiet already.", _SUBSCRIBE[:2])
        if not hours:
            lines = [await _line(newsroom, ask, one) for one in mine]
            title = "Quiet hours" if any(one.quiet for one in mine) else "No quiet hours"
            return cards.card(title, cards.section(*lines))
        wanted = parse_quiet(hours)
        for one in mine:
            await subscriptions.save(db, _with_next(replace(one, quiet=wanted), one, newsroom))
    undo = _quiet_again(mine, wanted, ask)
    if wanted is None:
        return cards.card("No quiet hours any more", tone="good", buttons=undo)
    zones = list(dict.fromkeys(one.time_zone for one in mine))
    each = ", as each subscription has it" if len(zones) > 1 else ""
    return cards.card(
        f"Quiet from {_span(wanted)}",
        cards.section(
            f"By the clock of {' and of '.join(zones)}{each}. What is due then comes when they end.",
            "Alerts come at any hour.",
        ),
        tone="good",
        buttons=undo,
    )


def _quiet_again(mine: Sequence[Subscription], wanted: Quiet | None, ask: Ask) -> tuple[Button, ...]:
    """What brings a place's quiet hours back, where all of it had the same and has others now."""
    before = {one.quiet for one in mine}
    if len(before) > 1 or wanted in before:
        return ()
    (hours,) = before
    said = f"{hours.start:%H:%M}-{hours.end:%H:%M}" if hours else "off"
    to = said_of(mine[0].place, (), ask)
    return (Button("Undo", f"/watch quiet {said}{f' --to {to}' if to else ''}"),)


# --------------------------------------------------------------------------------- what they share


def _said(
    topics: Sequence[str], how: str, times: Sequence[str], zone: str, languages: Sequence[str], quiet: str
) -> str:
    """What somebody asked for, as they would type it again."""
    parts = [",".join(topics) or "all", how if how != "digest" else "", ",".join(times), zone]
    parts += [f"--languages {','.join(languages)}" if languages else "", f"--quiet {quiet}" if quiet else ""]
    return " ".join(filter(None, parts))


def _allowed(ask: Ask, to: str, line: str) -> Whom:
    """Where a subscription goes; raises Misspoken where somebody may not choose that, with what they may."""
    whom = read_whom(to, ask)
    if not ask.may_manage and not whom.is_me:
        raise Misspoken(
            "What a whole channel is told is for those who manage this desk. You can have it for yourself.",
            (f"{line} --to me",),
        )
    return whom


def _whose(whom: Whom) -> str:
    return "You have" if whom.is_me else "That channel has"


def _languages(said: Sequence[str]) -> tuple[str, ...]:
    """The codes of languages by code or name, none for all; raises Misspoken for a word that is none."""
    if [word.casefold() for word in said] == ["all"]:
        return ()
    try:
        whole = all(map(language_named, said))
        return languages_named(said if whole else [part for word in said for part in _apart(word)])
    except LanguageError as error:
        raise Misspoken(str(error), _SUBSCRIBE[2:]) from error


async def _topic_names(db: AsyncConnection, ask: Ask, said: Sequence[str]) -> tuple[str, ...]:
    """The names of the topics that were said, all of them as none; raises Misspoken with the nearest."""
    known = await topics.topics(db, ask.desk.id)
    wanted = tuple(dict.fromkeys(said))
    if not known:
        raise Misspoken("No topic is watched yet.", ("/watch topic add kim-putin kim jong un putin",))
    if not wanted or "all" in map(str.casefold, wanted):
        return ()
    found: list[str] = []
    for word in [part for one in wanted for part in ([one] if named(known, one) else _apart(one))]:
        if not (meant := named(known, word)):
            raise _no_time(word, found) or no_topic(known, word, "/watch subscribe")
        found.append(meant[0].name)
    return tuple(dict.fromkeys(found))


def _no_time(word: str, found: Sequence[str]) -> Misspoken | None:
    """What to say of a word that stands where a topic may, and means when or to whom."""
    line = f"/watch subscribe {','.join(found) or 'all'}"
    if word.casefold() == "me":
        return Misspoken("To have it for yourself, say --to me.", (f"{line} --to me",))
    if not _WHEN.fullmatch(word):
        return None
    said = "Digests come every day at times of day; or each event comes at once."
    return Misspoken(said, (f"{line} 8:00,18:00", f"{line} at once"))


def _apart(text: str) -> list[str]:
    """Words that came as one, as a platform's own box gives them: `kim-putin and chile`."""
    return [word for word in text.replace("&", " ").split() if word.casefold() != "and"]


def _with_next(asked: Subscription, old: Subscription | None, newsroom: Newsroom) -> Subscription:
    """A subscription with when its next digest is due; what is held by quiet hours goes by the new ones."""
    now = newsroom.now()
    if old and old.next_at:
        held = old.next_at == quiet_until(old.quiet, old.time_zone, now)
        if held or asked.how == "at once":
            return replace(asked, next_at=now)
    following = next_time(asked.times, asked.time_zone, now) if asked.how == "digest" else None
    return replace(asked, next_at=following)


async def _twin(db: AsyncConnection, asked: Subscription) -> Subscription | None:
    """The subscription that this one takes the place of: same place, same topics, same way."""
    for one in await subscriptions.subscriptions(db, asked.desk):
        if (one.place, set(one.topics), one.how) == (asked.place, set(asked.topics), asked.how):
            return one
    return None


async def _save(db: AsyncConnection, asked: Subscription, old: Subscription | None) -> Subscription:
    if old is None:
        return await subscriptions.add(db, asked)
    changed = replace(asked, id=old.id, last_at=old.last_at)
    await subscriptions.save(db, changed)
    return changed


def _may_end(one: Subscription, ask: Ask, whom: Whom) -> bool:
    mine = bool(ask.person) and one.place.person == ask.person
    return mine if whom.is_me else mine or (ask.may_manage and not one.place.person)


def _chosen(mine: Sequence[Subscription], which: str, ask: Ask, whom: Whom) -> list[Subscription]:
    """The subscriptions that were meant, none if that is not clear; raises Misspoken where there are none."""
    places = [whom.place]
    if whom.place == replace(ask.place, thread=""):
        places.append(Place(ask.place.platform, person=ask.person))
    here = [one for one in mine if one.place in places]
    if which == "all":
        found = here
    elif which.isdigit():
        found = [one for one in mine if one.id == int(which)]
    elif which:
        found = [one for one in here if which in one.topics]
    else:
        found = here if len(here) == 1 else []
    if not mine:
        raise Misspoken(f"{_whose(whom)} no subscription that you could end.", ("/watch subscriptions",))
    return found


async def _ending(newsroom: Newsroom, ask: Ask, one: Subscription) -> tuple[Line, Button]:
    """A subscription, and the button that ends it."""
    return await _line(newsroom, ask, one), Button(f"End #{one.id}", f"/watch unsubscribe {one.id}")


# ------------------------------------------------------------------------------------------- cards


def _subscribed_card(saved: Subscription, ask: Ask, old: Subscription | None, said: Line) -> Card:
    lines = [said]
    if saved.next_at:
        at = f"{saved.next_at.astimezone(zone_of(saved.time_zone)):%H:%M} by the clock of {saved.time_zone}"
        lines.append(cards.line(f"The first digest comes at {at}, ", cards.when(saved.next_at, "ago"), "."))
    if old and replace(saved, next_at=old.next_at) == old:
        return cards.card("That is subscribed to already", Section(tuple(lines)), private=False)
    undo = _back_to(old, saved, ask) if old else f"/watch unsubscribe {saved.id}"
    title = "Changed that subscription" if old else "Subscribed"
    return cards.card(
        title, Section(tuple(lines)), tone="good", buttons=(Button("Undo", undo),), private=False
    )


async def _line(newsroom: Newsroom, ask: Ask, one: Subscription) -> Line:
    """A subscription in words: #3 kim-putin, digest at 08:00 and 18:00 (Europe/Warsaw), in #wire."""
    return cards.line(
        cards.quiet(f"#{one.id} "),
        cards.strong(", ".join(one.topics) or "every topic"),
        f": {_how(one)}",
        cards.quiet(_extras(one)),
        cards.quiet(f" · {await where(newsroom, ask, one.place)}"),
        *([cards.quiet(" · wakes "), cards.code(_woken(one))] if one.pings else []),
    )


def _woken(one: Subscription) -> str:
    return groups_said(tuple(ping.removeprefix(GROUP) for ping in one.pings))


def _how(one: Subscription) -> str:
    if one.how == "at once":
        return "each event at once"
    times = [f"{at:%H:%M}" for at in one.times]
    listed = " and ".join([", ".join(times[:-1]), times[-1]] if len(times) > 1 else times)
    return f"digest at {listed} ({one.time_zone})"


def _extras(one: Subscription) -> str:
    parts = [f"only {', '.join(one.languages)}"] if one.languages else []
    parts += [f"quiet {_span(one.quiet)}"] if one.quiet else []
    return "".join(f" · {part}" for part in parts)


def _span(hours: Quiet) -> str:
    return f"{hours.start:%H:%M} to {hours.end:%H:%M}"


def _back_to(old: Subscription, saved: Subscription, ask: Ask) -> str:
    """The line that makes a subscription what it was, and takes out what it had not."""
    gone = " --quiet off" if saved.quiet and not old.quiet else ""
    gone += " --languages all" if saved.languages and not old.languages else ""
    return _subscribe_line(old, ask) + gone


def _subscribe_line(one: Subscription, ask: Ask) -> str:
    """The line that makes a subscription again."""
    parts = ["/watch subscribe", ",".join(one.topics) or "all", one.how]
    if one.how == "digest":
        parts.append(",".join(f"{at:%H:%M}" for at in one.times))
    parts += [one.time_zone]
    parts += [f"--languages {','.join(one.languages)}"] if one.languages else []
    parts += [f"--quiet {one.quiet.start:%H:%M}-{one.quiet.end:%H:%M}"] if one.quiet else []
    to = said_of(one.place, one.pings, ask)
    return " ".join([*parts, *([f"--to {to}"] if to else [])])
