"""Alerts as values: the states of one, and what each press of a button makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from watcher.desk.breaking import Evidence, Level, higher
from watcher.desk.clock import clock_moment
from watcher.models import Card, Group

State = Literal["open", "acknowledged", "checking", "snoozed", "closed"]
Press = Literal["ack", "checking", "snooze", "not-news", "reopen", "escalate"]

CHECKING_FOR = timedelta(minutes=15)
"""How long somebody may be checking before the alert asks again."""
NOT_NEWS = "not news"
_REOPENED = "reopened by "
_JOINED = "joined:"
JUST_NOW = timedelta(minutes=1)
"""Within this a second press of Escalate is taken for the same wish, whoever presses."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An event that could not wait.

    `told` is what its message says of the event; its state and its buttons are put on top of that.
    `known` are the stories that were told of. `person` has the state as their platform knows them and
    `name` as people do; `at` is since when. `next_at` is when it speaks again by itself: an escalation,
    the end of a snooze. One that is `folded` came when its topic had alerted too often, and is silent.
    """

    id: int
    desk: str
    topic_id: int
    group_id: str
    level: Level
    told: Card
    evidence: Evidence
    known: tuple[str, ...]
    published: datetime
    seen: datetime
    made_at: datetime
    at: datetime
    state: State = "open"
    why: str = ""
    person: str = ""
    name: str = ""
    step: int = 0
    next_at: datetime | None = None
    folded: bool = False

    @property
    def is_false(self) -> bool:
        """Whether somebody closed it as not news."""
        return self.state == "closed" and self.why == NOT_NEWS

    @property
    def is_reopened(self) -> bool:
        """Whether somebody took back that it is not news, and nobody has it since."""
        return self.state == "open" and self.why.startswith(_REOPENED)

    @property
    def is_gone(self) -> bool:
        """Whether another alert goes on in its place."""
        return self.group_id.startswith(_JOINED)


def tells_of(alert: Alert, group: Group) -> bool:
    """Whether an alert was about the event that a group tells."""
    if alert.topic_id != group.topic_id:
        return False
    return alert.group_id == group.id or of_one_event(frozenset(alert.known), group)


def of_one_event(known: frozenset[str], group: Group) -> bool:
    """Whether a group tells the event of which these stories were.

    Groups are cut and put together as stories come in, so no id can say it: it is the same event where
    the group's first story is known, or where half of either is in the other. Copies count as one.
    """
    told = {group.tellings.get(story.id, story.id) for story in group.stories}
    common = {group.tellings.get(story.id, story.id) for story in group.stories if story.id in known}
    common |= told & known
    return group.first.id in known or (bool(common) and 2 * len(common) >= min(len(told), len(known)))


_STANDING = ("acknowledged", "checking", "snoozed", "open", "closed")
"""States by what they weigh when two alerts become one: whoever has one of them has both."""


def joined(one: Alert, other: Alert, now: datetime) -> tuple[Alert, Alert]:
    """Two alerts that turn out to be about one event: the one that goes on, and the one that is over.

    Whoever has one of them has both; where nobody has, the older goes on. What either told counts as told.
    """
    goes_on, over = sorted((one, other), key=lambda a: (a.folded, _STANDING.index(a.state), a.id))
    known = tuple(dict.fromkeys([*goes_on.known, *over.known]))
    level = over.level if higher(over.level, goes_on.level) else goes_on.level
    if over.state != "closed":
        why = f"it is one event with alert {goes_on.id}"
        over = replace(over, state="closed", at=now, why=why, person="", name="Watcher", next_at=None)
    # Its place among the events is free for the one that goes on.
    over = replace(over, known=(), group_id=f"{_JOINED}{over.id}")
    return replace(goes_on, known=known, level=level), over


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who presses: their platform's id of them, what people call them, and their ids elsewhere."""

    person: str
    name: str = ""
    also: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        return self.name or self.person or "somebody"

    def has(self, alert: Alert) -> bool:
        """Whether it was they who gave an alert its state, on whichever platform."""
        return alert.person in (self.person, *self.also)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press came to: the alert as it now is, and the sentence for who pressed.

    `done` is false where somebody was first, and the alert is as it was; they `may_insist` where it makes
    sense to do it all the same.
    """

    alert: Alert
    done: bool
    said: str
    may_insist: bool = False


_ESCALATED = "escalated"
_HAS = {
    "acknowledged": "{name} has it since {at}.",
    "checking": "{name} is checking since {at}.",
    "closed": "{name} closed it at {at}: {why}.",
    "snoozed": "{name} snoozed it.",
    "open": "Nobody has it yet.",
}


def press(
    alert: Alert,
    what: Press,
    who: Who,
    now: datetime,
    until: datetime | None = None,
    zone: str = "UTC",
    *,
    anyway: bool = False,
) -> Pressed:
    """What a press makes of an alert. The first to press has it; whoever comes second is told who.

    `until` ends a snooze; without it the alert sleeps until the event changes. Sentences tell the time by
    the clocks of `zone`. `anyway` takes over, closes or escalates what somebody else has, and escalates
    once more.
    """
    if what == "reopen":
        return _reopen(alert, who, now, zone)
    if alert.state == "closed":
        return Pressed(alert, False, _has(alert, zone, now))
    if is_others(alert, who) and not (anyway and what in _MAY_INSIST):
        so = _MAY_INSIST.get(what, " So it stays as it is.")
        return Pressed(alert, False, _has(alert, zone, now) + so, may_insist=what in _MAY_INSIST)
    if _is_so(alert, what, who):
        return Pressed(alert, False, _YOU_HAVE[alert.state].format(at=clock_moment(alert.at, zone, now)))
    if what == "escalate" and not anyway and _is_escalated(alert, now):
        said = f"{alert.name} escalated it at {clock_moment(alert.at, zone, now)}; the next in line is told."
        return Pressed(alert, False, said, may_insist=True)
    return {
        "ack": _ack,
        "checking": lambda a, w, n: _checking(a, w, n, zone),
        "snooze": lambda a, w, n: _snooze(a, w, n, until, zone),
        "not-news": _not_news,
        "escalate": _escalate,
    }[what](alert, who, now)


_MAY_INSIST = {
    "ack": " It stays theirs unless you take it over.",
    "not-news": " So it is not closed.",
    "escalate": " So nobody else is called.",
}
"""What may be done to an alert that somebody else has, and what is said before."""
_YOU_HAVE = {
    "acknowledged": "You have it already, since {at}.",
    "checking": "You are checking it already, since {at}.",
}


def is_others(alert: Alert, who: Who) -> bool:
    """Whether somebody else has an alert, or is checking it."""
    return alert.state in _YOU_HAVE and not who.has(alert)


def _is_so(alert: Alert, what: Press, who: Who) -> bool:
    wanted = {"ack": "acknowledged", "checking": "checking"}.get(what)
    return alert.state == wanted and who.has(alert)


def _is_escalated(alert: Alert, now: datetime) -> bool:
    return alert.state == "open" and alert.why == _ESCALATED and timedelta() <= now - alert.at < JUST_NOW


def _has(alert: Alert, zone: str, now: datetime) -> str:
    name = alert.name or alert.person or "Somebody"
    return _HAS[alert.state].format(
        name=name, at=clock_moment(alert.at, zone, now), why=alert.why or "it is over"
    )


def _set(
    alert: Alert, state: State, who: Who, now: datetime, next_at: datetime | None, why: str = ""
) -> Alert:
    return replace(alert, state=state, person=who.person, name=who.called, at=now, next_at=next_at, why=why)


def _ack(alert: Alert, who: Who, now: datetime) -> Pressed:
    before = (alert.name or alert.person) if is_others(alert, who) else ""
    taken = _set(alert, "acknowledged", who, now, None, f"taken over from {before}" if before else "")
    said = (
        f"It is yours; {before} is told that you took it over."
        if before
        else "It is yours; nobody else is woken."
    )
    return Pressed(taken, True, said)


def _checking(alert: Alert, who: Who, now: datetime, zone: str) -> Pressed:
    until = now + CHECKING_FOR
    said = f"You are checking. It asks again at {clock_moment(until, zone, now)} unless you have it by then."
    return Pressed(_set(alert, "checking", who, now, until), True, said)


def _snooze(alert: Alert, who: Who, now: datetime, until: datetime | None, zone: str) -> Pressed:
    said = f"Quiet until {clock_moment(until, zone, now)}." if until else "Quiet until the event changes."
    return Pressed(_set(alert, "snoozed", who, now, until), True, said)


def _not_news(alert: Alert, who: Who, now: datetime) -> Pressed:
    closed = _set(alert, "closed", who, now, None, NOT_NEWS)
    return Pressed(closed, True, "Closed as not news; this event is silent from now on.")


def _reopen(alert: Alert, who: Who, now: datetime, zone: str) -> Pressed:
    """An alert that was closed as not news, open again: whoever pressed has a minute to take it themself."""
    if alert.state != "closed":
        return Pressed(alert, False, f"It is not closed. {_has(alert, zone, now)}")
    if alert.is_gone:
        return Pressed(alert, False, "Another alert goes on in its place: /watch alerts lists it.")
    if not alert.is_false:
        return Pressed(alert, False, _has(alert, zone, now))
    due = None if alert.level == "developing" else now + JUST_NOW
    opened = replace(_set(alert, "open", who, now, due, f"{_REOPENED}{who.called}"), step=0)
    if due is None:
        return Pressed(opened, True, "It is open again.")
    return Pressed(
        opened, True, "It is open again; whoever is on call is asked in a minute unless you have it."
    )


def _escalate(alert: Alert, who: Who, now: datetime) -> Pressed:
    # Due at once: the next round takes the step, by the rota as it then is.
    opened = _set(alert, "open", who, now, now, _ESCALATED)
    return Pressed(opened, True, "The next in line is told now.")
