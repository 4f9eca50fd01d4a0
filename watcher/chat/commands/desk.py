"""`/watch settings` and `/watch status`: how this desk is set, and how the newsroom stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.whom import channel_in, groups_said, read_groups, unknown_channel
from watcher.chat.commands.words import Misspoken, nearest
from watcher.desk.clock import parse_window, zone_of
from watcher.desk.compose import clean, count
from watcher.desk.languages import LanguageError, languages_named
from watcher.models import Button, Card, DeskSettings, Line, Place, Section
from watcher.store import desks, feeds, rotas, status, subscriptions, topics
from watcher.store.faults import failures
from watcher.store.forgetting import forget
from watcher.store.joint import OF_A_PLACE, settings_of

FORGET, EVERYTHING = "forget", "everything"
_YES = {"yes": True, "on": True, "true": True, "no": False, "off": False, "false": False}
_EXAMPLES = ("/watch settings", "/watch settings time-zone Europe/Warsaw", "/watch settings language pl")
Value = str | bool | tuple[str, ...]


def _zone(text: str, now: datetime, ask: Ask) -> str:
    return zone_of(text).key


def _language(text: str, now: datetime, ask: Ask) -> str:
    try:
        (code,) = languages_named([text])
    except LanguageError as error:
        raise Misspoken(str(error), _EXAMPLES[2:]) from error
    return code


def _window(text: str, now: datetime, ask: Ask) -> str:
    parse_window(text, now)
    return text.strip().casefold()


def _yes_or_no(text: str, now: datetime, ask: Ask) -> bool:
    if text.strip().casefold() not in _YES:
        raise Misspoken(f"Say yes or no, not {text!r}.")
    return _YES[text.strip().casefold()]


def _channel(text: str, now: datetime, ask: Ask) -> str:
    wanted = text.strip()
    if wanted.casefold() == "here":
        return ask.place.channel
    if channel := channel_in(wanted):
        return channel
    if wanted.casefold() not in ("off", "none", "nowhere"):
        raise unknown_channel(wanted)
    return ""


def _groups(text: str, now: datetime, ask: Ask) -> tuple[str, ...]:
    """Roles or user groups, as the platform writes that they were mentioned."""
    if text.strip().casefold() in ("off", "none", "nobody"):
        return ()
    found = read_groups(text)
    if not found:
        raise Misspoken("Mention the roles or user groups whose members may manage this desk, or say none.")
    return found


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a setting means, and how what is typed for it is read; reading raises WatcherError."""

    meaning: str
    read: Callable[[str, datetime, Ask], Value]


_SETTINGS = {
    "time_zone": _Setting("whose clock times are shown and read by", _zone),
    "language": _Setting("which language headlines are picked in, where there is a choice", _language),
    "window": _Setting("how far back /digest looks when nothing is said", _window),
    "say_nothing_new": _Setting("whether a digest with nothing in it says so", _yes_or_no),
    "notices": _Setting("the channel that hears of ill feeds and refused messages; here, or none", _channel),
    "weekly_report": _Setting("whether notices tell on Mondays at 9:00 how alerts did", _yes_or_no),
    "managers": _Setting("the roles or user groups whose members may manage this desk too, or none", _groups),
}
_KNOWN = tuple(field.name for field in fields(DeskSettings) if field.name in _SETTINGS)


@command("watch settings", examples=_EXAMPLES)
async def settings(
    newsroom: Newsroom,
    ask: Ask,
    name: Annotated[str, Arg("which setting; all of them if left out", source="setting")] = "",
    value: Annotated[str, Rest("what it shall be; what it is if left out")] = "",
) -> Card:
    """Show how this desk is set, set one thing, or forget the desk."""
    if name.casefold() == FORGET:
        return await _forget(newsroom, ask, value)
    first, _, rest = value.strip().partition(" ")
    if _exactly(f"{name}{first}") and not _exactly(name):  # time zone Europe/Warsaw
        name, value = f"{name}{first}", rest
    key = _key(name) if name else ""
    async with newsroom.store.reading() as db:
        now = await settings_of(db, ask.desk.id, ask.own.id)
    if not value:
        return await _settings_card(newsroom, ask, now, key)
    if not ask.may_manage:
        raise Misspoken("Settings change what the whole desk sees, so they are for those who manage it.")
    wanted = _SETTINGS[key].read(value, newsroom.now(), ask)
    async with newsroom.store.writing() as db:
        whose = ask.own if key in OF_A_PLACE else ask.desk
        await desks.set_setting(db, whose.id, key, wanted)
        still = await _on_another_clock(db, ask, wanted) if key == "time_zone" else ()
    shown = await _said(newsroom, ask, key, wanted)
    is_named = "<" in shown  # a mention reads well in a text, and not in a title
    before = getattr(now, key)
    undo = (Button("Undo", f"/watch settings {_word(key)} {_shown(before)}"),) if before != wanted else ()
    return cards.card(
        f"{_word(key)} is {'set' if is_named else shown} from now on",
        cards.section(cards.line(cards.code(shown)) if is_named else ()),
        cards.section(*still),
        tone="good",
        buttons=undo,
    )


async def _on_another_clock(db: AsyncConnection, ask: Ask, zone: Value) -> tuple[str, ...]:
    """What was set before by another clock and goes on by it, since somebody may have meant it so."""
    told = [one for one in await subscriptions.subscriptions(db, ask.desk.id) if one.how == "digest"]
    turns = (await rotas.get(db, ask.desk.id)).shifts
    lines = []
    if zones := sorted({one.time_zone for one in told} - {zone}):
        lines.append(f"Digests keep the clock of {' and of '.join(zones)}: /watch subscriptions lists them.")
    if zones := sorted({shift.time_zone for shift in turns} - {zone}):
        lines.append(f"The rota keeps the clock of {' and of '.join(zones)}: /watch oncall rota shows it.")
    return tuple(lines)


async def _forget(newsroom: Newsroom, ask: Ask, value: str) -> Card:
    """Forget the desk, once it has been said twice; what a desk forgot cannot be had back."""
    if not ask.may_manage:
        raise Misspoken("Everything of this desk would be gone, so that is for those who manage it.")
    if value.strip().casefold() != EVERYTHING:
        return _forgetting_card(await _owned(newsroom, ask))
    async with newsroom.store.writing() as db:
        await forget(db, ask.desk.id)
        await desks.ensure(db, ask.desk)
    await newsroom.refresh()
    said = "Its topics, subscriptions, settings, rota, alerts and messages on their way are gone for good."
    return cards.card("This desk is forgotten", cards.section(said), tone="good")


async def _owned(newsroom: Newsroom, ask: Ask) -> str:
    async with newsroom.store.reading() as db:
        watched = await topics.topics(db, ask.desk.id)
        mine = await subscriptions.subscriptions(db, ask.desk.id)
    return f"{count(len(watched), 'topic')} and {count(len(mine), 'subscription')}"


def _forgetting_card(owned: str) -> Card:
    return cards.card(
        "Forget everything of this desk?",
        cards.section(
            f"It has {owned}. They go at once, and with them its settings, its rota, its alerts, what its"
            " topics caught and learned, and every message that waits to be sent.",
            "Messages that were posted stay where they are; so do the feeds, which other desks may share.",
        ),
        tone="alert",
        buttons=(Button("Forget everything", f"/watch settings {FORGET} {EVERYTHING}", "danger"),),
    )


def _exactly(name: str) -> str:
    """The setting of a name, however its words are joined: timezone, time-zone; empty where there is none."""
    letters = re.sub(r"[\s_-]", "", name.casefold())
    return next((one for one in _KNOWN if one.replace("_", "") == letters), "")


def _key(name: str) -> str:
    wanted = name.casefold().replace("-", "_")
    if known := _exactly(name):
        return known
    guesses = nearest(wanted, _KNOWN)
    guess = (
        f" Did you mean {_word(guesses[0])}?" if guesses else f" There is {', '.join(map(_word, _KNOWN))}."
    )
    raise Misspoken(f"There is no setting {name!r}.{guess}", _EXAMPLES)


def _word(key: str) -> str:
    return key.replace("_", "-")


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        return groups_said(value) or "none"
    return ("yes" if value else "no") if isinstance(value, bool) else value or "nowhere"


async def _said(newsroom: Newsroom, ask: Ask, key: str, value: Value) -> str:
    """A setting's value as people read it, a channel by its name."""
    if key == "notices" and isinstance(value, str) and value:
        return await newsroom.place_name(Place(ask.desk.platform, value))
    if key == "notices" and not value and ask.desk.platform == "console":
        return "here"  # a terminal has no other place, and hears them always
    return _shown(value)


async def _settings_card(newsroom: Newsroom, ask: Ask, now: DeskSettings, only: str) -> Card:
    lines: list[Line] = []
    for key in [only] if only else _KNOWN:
        value, meaning = await _said(newsroom, ask, key, getattr(now, key)), _SETTINGS[key].meaning
        lines.append(
            cards.line(cards.strong(_word(key)), " ", cards.code(value), cards.quiet(f" — {meaning}"))
        )
    footer = cards.line(cards.quiet("To set one: "), cards.code(_EXAMPLES[1]))
    return cards.card("How this desk is set", Section(tuple(lines)), footer=footer)


# ----------------------------------------------------------------------------------------- status


@command("watch status", examples=("/watch status",))
async def status_(newsroom: Newsroom, ask: Ask) -> Card:
    """Whether all is well: feeds, stories, events, and what is on its way."""
    async with newsroom.store.reading() as db:
        counts = await status.counts(db, ask.desk.id)
        known = await feeds.all_feeds(db)
        digest_at = await subscriptions.next_due(db, ask.desk.id)
        failed = [*map(_failure, (await failures(db)).items())]
        failed += [f"The last nightly backup failed: {said}" for said in await status.backup_trouble(db)]
    notes = (*newsroom.notes_for(ask.desk), *failed)
    polled = max((feed.last_polled_at for feed in known if feed.last_polled_at), default=None)
    well = not notes and counts.ill * 5 <= counts.feeds and bool(counts.feeds)
    lines = [
        _fact("Feeds", f"{counts.feeds:,}", *_ailing(counts)),
        _moment("Last poll", polled, "not yet"),
        _fact(
            "Stories", f"{counts.stories:,}", f"{counts.waiting} not looked at yet" if counts.waiting else ""
        ),
        _fact(
            "Topics",
            f"{counts.topics:,}",
            f"{count(counts.matched, 'story', 'stories')} met them, in {count(counts.groups, 'event')}",
        ),
        _fact("Subscriptions", f"{counts.subscriptions:,}"),
        _moment("Next digest", digest_at, "none is due"),
        _fact("Messages", f"{counts.sent:,} sent", *_undelivered(counts)),
        _moment("Running since", newsroom.started_at, ""),
        _fact("Desk", clean(ask.own.name), ask.own.id),
    ]
    trouble = cards.section(*notes)
    hint = ("/watch feed health",) if counts.ill else ()
    return cards.card(
        _how_it_stands(well, counts.ill),
        trouble,
        cards.section(*lines),
        cards.commands_list(hint, "Which feeds are in trouble, and why" if hint else ""),
        tone="good" if well else "bad" if known or notes else "plain",
    )


def _how_it_stands(well: bool, ill: int) -> str:
    """A few feeds are always ill; the title says so, and does not take fright."""
    if not well:
        return "Not all is well"
    return f"All is well but for {count(ill, 'feed')}" if ill else "All is well"


def _failure(failed: tuple[str, str]) -> str:
    """What failed in a way it should not, and what to do."""
    what, error = failed
    return f"{what[:1].upper()}{what[1:]} failed ({error}): all else goes on. The log says why; report it."


def _ailing(counts: status.Counts) -> list[str]:
    if not counts.feeds:
        return ["nothing can be heard: /watch feed add"]
    parts = [f"{counts.ill} in trouble"] if counts.ill else []
    return parts + ([f"{counts.retired} gone for good"] if counts.retired else [])


def _undelivered(counts: status.Counts) -> list[str]:
    whose = "its" if counts.pending == 1 else "their"
    parts = [f"{counts.pending:,} on {whose} way"] if counts.pending else []
    return parts + ([f"{counts.failed} could not be sent"] if counts.failed else [])


def _fact(what: str, *values: str) -> Line:
    said = " · ".join(value for value in values if value)
    return cards.line(cards.quiet(f"{what}: "), said)


def _moment(what: str, at: datetime | None, never: str) -> Line:
    if at is None:
        return _fact(what, never) if never else ()
    return cards.line(
        cards.quiet(f"{what}: "), cards.when(at), cards.quiet(" ("), cards.when(at, "ago"), cards.quiet(")")
    )


# ----------------------------------------------------------------------------------------- glance


@dataclass(frozen=True, slots=True)
class Glance:
    """The newsroom in a line, for a status bar, and the clock that its desk goes by."""

    feeds: int
    ill: int
    topics: int
    next_digest: datetime | None
    time_zone: str


async def glance(newsroom: Newsroom, ask: Ask) -> Glance:
    """How the newsroom stands, as cheaply as it can be told."""
    async with newsroom.store.reading() as db:
        counts = await status.counts(db, ask.desk.id)
        set_to = await desks.settings(db, ask.desk.id)
        mine = await subscriptions.subscriptions(db, ask.desk.id)
    times = [one.next_at for one in mine if one.next_at and one.how == "digest"]
    return Glance(counts.feeds, counts.ill, counts.topics, min(times, default=None), set_to.time_zone)
