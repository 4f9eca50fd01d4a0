"""Where a story's event was told: in which alert and digest, or why in none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.newsroom import Ask, Newsroom, where
from watcher.desk.alerts import Alert, tells_of
from watcher.desk.digest import REACH
from watcher.desk.triage import resurfaced
from watcher.models import Delivery, Group, Line, Place, Placement, Story, Subscription, Topic
from watcher.store import alerts, deliveries, events, subscriptions

if TYPE_CHECKING:
    from watcher.chat.commands.explaining import Known

LOOKED_BACK = timedelta(days=7)
"""How far from a story its likest ones are looked for, and how far before it messages about its event."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Where the events of a story were told, and who would hear of them.

    `topics` are those that took the story, `messages` what was sent about its events, `alerts` what was
    alerted of them, `places` where something was sent or muted, in words, `muted` which events a place is not
    to hear of, and until when. `shown` is where and when a story was posted that no topic has any more.
    """

    story: Story
    topics: tuple[Topic, ...] = ()
    groups: tuple[Group, ...] = ()
    placements: tuple[Placement, ...] = ()
    messages: tuple[Delivery, ...] = ()
    alerts: tuple[Alert, ...] = ()
    listeners: tuple[Subscription, ...] = ()
    places: Mapping[Place, str] = field(default_factory=dict)
    backlog: bool = False
    muted: Mapping[Place, Mapping[str, datetime]] = field(default_factory=dict)
    shown: Mapping[Place, datetime] = field(default_factory=dict)


async def telling_of(newsroom: Newsroom, ask: Ask, known: Known) -> Telling:
    """Where a story's events were told, and who would hear of them."""
    since = known.story.seen - LOOKED_BACK
    took = {match.topic_id for match in known.matches}
    about = {group.id for group in known.groups}
    async with newsroom.store.reading() as db:
        sent = await deliveries.about(db, about, since)
        raised = await alerts.of_topics(db, took or {topic.id for topic in known.topics}, since)
        listeners = await subscriptions.subscriptions(db, ask.desk.id)
        ears = dict.fromkeys([replace(ask.place, thread=""), *(one.place for one in listeners)])
        muted = {place: found for place in ears if (found := await _muted(db, place, about, newsroom.now()))}
        shown = {} if took else await subscriptions.shown_of(db, ears, known.story)
    told_at = {*muted, *shown, *(one.place for one in sent)}
    return Telling(
        known.story,
        tuple(topic for topic in known.topics if topic.id in took),
        known.groups,
        known.placements,
        tuple(sent),
        tuple(one for one in raised if _is_about(one, known)),
        tuple(listeners),
        {place: await where(newsroom, ask, place) for place in told_at},
        known.backlog,
        muted,
        shown,
    )


async def _muted(
    db: AsyncConnection, place: Place, about: Collection[str], now: datetime
) -> dict[str, datetime]:
    """Which of some events a place is not to hear of, and until when."""
    silent = await events.muted(db, place, now) & frozenset(about)
    if not silent:
        return {}
    until = {one.group_id: one.until for one in await events.mutes(db, place, now)}
    return {id_: until.get(id_, max(until.values())) for id_ in sorted(silent)}


def _is_about(alert: Alert, known: Known) -> bool:
    return known.story.id in alert.known or any(tells_of(alert, group) for group in known.groups)


def told_once_lines(told: Telling) -> Iterable[Line]:
    """Where a story was told that was taken out of its topic since."""
    yield from (_alert_line(alert, told.story) for alert in told.alerts)
    for place, at in told.shown.items():
        yield cards.line("Posted ", told.places[place], " at ", cards.when(at), ".")


def told_lines(told: Telling) -> Iterable[Line]:
    """Where a story's event was told, or why it was not."""
    lines = [*(_alert_line(alert, told.story) for alert in told.alerts), *_message_lines(told)]
    yield from lines
    yield from _muted_lines(told)
    held = _held(told)
    if held:
        yield cards.line(held)
    elif not lines:
        yield from _waiting_lines(told)


def _alert_line(alert: Alert, story: Story) -> Line:
    state = f"{alert.state} by {alert.name}" if alert.name else alert.state
    told = f"In alert {alert.id}" if story.id in alert.known else f"Its event was in alert {alert.id}"
    silent = ", which was silent: its topic had alerted too often" if alert.folded else ""
    return cards.line(
        f"{told} at ",
        cards.when(alert.made_at),
        f"{silent} ({alert.level}, now {state}). ",
        cards.code(f"/watch alert show {alert.id}"),
    )


def _message_lines(told: Telling) -> Iterable[Line]:
    """The last message of each kind at each place since the story came, or else before it did."""
    last = {(one.place, one.kind): one for one in told.messages}
    since = {key: one for key, one in last.items() if _is_since(one, told.story)}
    for (place, kind), one in (since or last).items():
        how = "In a digest" if kind == "event" else "At once"
        to = told.places[place]
        at = (" at ", cards.when(one.made_at)) if one.made_at else ()
        if (place, kind) in since:
            yield cards.line(f"{how} ", to, *at, ".")
        else:
            before = "before this story came. What comes within a day is added to that message."
            yield cards.line("Its event was told ", to, *at, f", {before}")


def _muted_lines(told: Telling) -> Iterable[Line]:
    """Where people muted an event, so that it is not told there."""
    for place, silent in told.muted.items():
        for group_id, until in silent.items():
            yield cards.line(
                "Muted ",
                told.places[place],
                " until ",
                cards.when(until),
                ": left out of what is posted there. ",
                cards.code(f"/watch event unmute {group_id}"),
            )


def _hears(to: Subscription, told: Telling) -> bool:
    """Whether a subscription's place may hear of any of a story's events."""
    silent = told.muted.get(to.place, {})
    return not silent or any(group.id not in silent for group in told.groups)


def _is_since(one: Delivery, story: Story) -> bool:
    return one.made_at is None or one.made_at >= story.seen


def _held(told: Telling) -> str:
    """Why a story may not speak by itself; empty where it may."""
    story = told.story
    if resurfaced(story):
        days = (story.seen - story.published).days
        return f"Nowhere by itself: its outlet dated it {days} days before it came to us, so it is old news."
    if all(not placed.group for placed in told.placements) and told.placements:
        return "Nowhere: roundups and live blogs belong to no single event."
    if told.backlog:
        return (
            "Nowhere by itself: it was in its feed before we first looked there. "
            "Such stories are kept, and shown by /digest, but never posted."
        )
    return ""


def _waiting_lines(told: Telling) -> Iterable[Line]:
    """What is to come of a story that was told nowhere, or why nothing is."""
    names = {topic.name for topic in told.topics}
    mine = [one for one in told.listeners if not one.topics or names & set(one.topics)]
    if not mine:
        yield cards.line(
            "Nowhere: nobody has subscribed to its topic. ", cards.code(f"/watch subscribe {min(names)}")
        )
        return
    language = told.story.language
    hearing = [one for one in mine if not one.languages or language in one.languages]
    if not hearing:
        yield cards.line(f"Nowhere: all who subscribed want other languages than {language}.")
        return
    hearing = [one for one in hearing if _hears(one, told)]
    if not hearing:
        return
    awaited = [one for one in hearing if not _is_past(one, told)]
    times = [one.next_at for one in awaited if one.next_at]
    if times:
        yield cards.line("Not yet: the next digest comes at ", cards.when(min(times)), ".")
    elif awaited:
        yield cards.line("Not yet.")
    else:
        yield _past_line(told)


def _is_past(to: Subscription, told: Telling) -> bool:
    """Whether a subscription has gone by a story's time, so that its next digest does not look there."""
    reach = REACH if to.how == "digest" else timedelta()
    return to.last_at is not None and _newest(told) <= to.last_at - reach


def _newest(told: Telling) -> datetime:
    """When the newest story of the events came: an event that goes on is told with all its stories."""
    return max((story.seen for group in told.groups for story in group.stories), default=told.story.seen)


def _past_line(told: Telling) -> Line:
    """Why a story came too late: after the digests of its time had been made."""
    later = [topic for topic in told.topics if topic.created_at and topic.created_at > told.story.seen]
    name = min(topic.name for topic in told.topics)
    why = (
        "it came before its topic was watched" if later else "its topic took it after the digests of its time"
    )
    return cards.line(
        f"Nowhere by itself: {why}, and what is posted is new. It is in ",
        cards.code(f"/digest {name} 7d"),
        ".",
    )
