"""Calling people: who is told of an alert, who is told next, and what their presses do.

Everything here reads and writes the store within the caller's transaction; nothing is sent from here. As
writers come one at a time, two people who press at once are told apart: the second finds what the first did.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.desk.alert_cards import buttons, face, step_card, word_card
from watcher.desk.alerts import Alert, Press, Pressed, Who, is_others, press
from watcher.desk.deliveries import ALERT, edit_delivery
from watcher.desk.oncall import Person, Rota, Step, step
from watcher.models import Card, Delivery, Place, WatcherError
from watcher.store import alerts, deliveries, desks, rotas, subscriptions
from watcher.store.alerts import Done


class NoAlert(WatcherError):
    """There is no such alert on this desk."""


def key_of(alert: Alert) -> str:
    """What all of an alert's messages are about, and how their keys begin."""
    return f"alert:{alert.id}"


async def places_of(db: AsyncConnection, desk: str, topic_id: int) -> list[Place]:
    """Where a desk's alerts are posted: where its notices are, on every platform that it has.

    A desk that has chosen no such place hears of a topic where its digests go: an alert that only private
    messages carry is lost with those of somebody who takes none.
    """
    chosen = [place for one, place in await desks.notice_places(db) if one == desk]
    return chosen or await subscriptions.channels(db, desk, topic_id)


async def raise_alert(db: AsyncConnection, alert: Alert, now: datetime, again: timedelta) -> Alert:
    """Post a new alert, and call who is on call unless it is only developing."""
    rota = await rotas.get(db, alert.desk)
    first = step(rota, 0, now)
    called = alert.level != "developing"
    for place in await places_of(db, alert.desk, alert.topic_id):
        pings = _ids(first.people, place.platform) if called else ()
        card = _waking(face(alert), pings)
        await deliveries.add(db, [_delivery(alert, _key_at(alert, place), place, card, now)])
    await alerts.log(db, Done(alert.id, now, "raised", note=alert.level, desk=alert.desk))
    return await call(db, alert, rota, now, again) if called else alert


def _key_at(alert: Alert, place: Place) -> str:
    """The key of an alert's message in a channel."""
    return f"{key_of(alert)}@{place.platform}/{place.channel}"


async def is_told_by_alert(db: AsyncConnection, place: Place, groups: Iterable[str]) -> bool:
    """Whether a place has, or is about to have, the message of an alert that tells of one of these groups."""
    told = [one for one in await alerts.about(db, groups) if not one.folded]
    made = [await deliveries.get(db, _key_at(alert, place)) for alert in told]
    return any(one is not None and one.place == place and one.state != "failed" for one in made)


async def posts(db: AsyncConnection, alert: Alert) -> list[Delivery]:
    """An alert's messages in channels, those that could not be sent left out."""
    worn = await alerts.messages(db, key_of(alert))
    return [one for one in worn if not one.parent and not one.place.person]


async def call(db: AsyncConnection, alert: Alert, rota: Rota, now: datetime, again: timedelta) -> Alert:
    """Take the next step of an alert's escalation; returns the alert as it then is.

    A step that fails to reach somebody costs no more than its time: the next one comes all the same.
    """
    if rota == rotas.NOBODY:
        return await _saved(db, replace(alert, next_at=None))
    taken = step(rota, alert.step, now)
    calls = await _calls(db, alert, taken, now)
    for made in calls:  # after an outage nobody is called twice at once
        await alerts.withdraw(db, key_of(alert), made.place)
    await deliveries.add(db, calls)
    names = ", ".join(person.name for person in taken.people)
    note = f"{names or 'the channel'}: {taken.words}"
    await alerts.log(db, Done(alert.id, now, "called", note=note, desk=alert.desk))
    next_at = None if taken.last else now + again
    return await _saved(db, replace(alert, step=alert.step + 1, next_at=next_at))


async def _saved(db: AsyncConnection, alert: Alert) -> Alert:
    await alerts.save(db, alert)
    return alert


async def _calls(db: AsyncConnection, alert: Alert, taken: Step, now: datetime) -> list[Delivery]:
    """The messages of one step: to each person in private wherever they are, and in the alert's threads."""
    mark = f"call:{alert.at.timestamp():.0f}:{taken.number}"
    made = []
    told_by_the_alert_itself = taken.number == 0 and alert.at == alert.made_at
    for parent in [] if told_by_the_alert_itself else await posts(db, alert):
        card = _waking(step_card(alert, taken, now), _ids(taken.people, parent.place.platform))
        made.append(
            replace(_delivery(alert, f"{parent.key}:{mark}", parent.place, card, now), parent=parent.key)
        )
    reached = [(p, place) for p in taken.people for place in p.places if place.platform != desks.CONSOLE]
    return made + [
        _delivery(alert, f"{key_of(alert)}:{mark}:{person.name}@{place.platform}", place, face(alert), now)
        for person, place in reached
    ]


def _ids(people: Iterable[Person], platform: str) -> tuple[str, ...]:
    return tuple(place.person for one in people for place in one.places if place.platform == platform)


def _waking(card: Card, pings: tuple[str, ...]) -> Card:
    return replace(card, pings=pings)


def _delivery(alert: Alert, key: str, place: Place, card: Card, now: datetime) -> Delivery:
    return Delivery(
        key, alert.desk, place, card, "alert", ALERT, about=key_of(alert), made_at=now, due_at=now
    )


async def reply(db: AsyncConnection, alert: Alert, name: str, card: Card, now: datetime) -> None:
    """Say something in an alert's threads, once by its name."""
    for parent in await posts(db, alert):
        said = _delivery(alert, f"{parent.key}:{name}", parent.place, card, now)
        await deliveries.add(db, [replace(said, parent=parent.key, about="")])


async def wear(db: AsyncConnection, alert: Alert, now: datetime, due: datetime | None = None) -> None:
    """Bring every message of an alert to its present face; those that are not sent yet are sent with it."""
    for worn in await alerts.messages(db, key_of(alert)):
        # A call in a thread says what it said, but what is to be pressed is what is left to be done.
        card = replace(worn.card, buttons=buttons(alert)) if worn.parent else face(alert)
        edited = await deliveries.get(db, f"edit:{worn.key}")
        if _same(edited.card if edited else worn.card, card):
            continue
        if worn.state == "pending":
            waking = _waking(card, worn.card.pings)
            await deliveries.put(db, replace(worn, card=waking, made_at=now))
        else:
            edit = edit_delivery(worn, _waking(card, ()), due or now, now)
            await deliveries.put(db, replace(edit, urgency=ALERT, about=""))


async def told_all_the_same(db: AsyncConnection, sent: Delivery, now: datetime) -> None:
    """Know a call that was taken back while it was on its way: it stands there, and shows what is so now."""
    number = sent.about.removeprefix("alert:")
    alert = await alerts.get(db, int(number)) if number.isdigit() else None
    if alert is not None and alert.desk == sent.desk:
        await deliveries.add(db, [sent])
        await wear(db, alert, now)


def _same(one: Card, other: Card) -> bool:
    return replace(one, pings=()) == replace(other, pings=())


async def pressed(
    db: AsyncConnection,
    desk: str,
    id_: int,
    what: Press,
    who: Who,
    now: datetime,
    until: datetime | None = None,
    *,
    anyway: bool = False,
) -> Pressed:
    """Do what somebody pressed, or find that somebody was first. Raises NoAlert.

    `anyway` does it though somebody else has the alert; they are told.
    """
    alert = await alerts.get(db, id_)
    if alert is None or alert.desk != desk:
        raise NoAlert(f"There is no alert {id_} on this desk. /watch alerts lists them.")
    zone = (await desks.settings(db, desk)).time_zone
    rota = await rotas.get(db, desk)
    came = press(alert, what, _everywhere(who, rota), now, until, zone, anyway=anyway)
    if not came.done:
        return came
    if what == "escalate":
        came = _past(came, who, rota, now)
    if what == "reopen" and rota == rotas.NOBODY:
        came = replace(came, alert=replace(came.alert, next_at=None), said="It is open again.")
    await alerts.save(db, came.alert)
    await alerts.log(db, Done(id_, now, what, who.person, desk=desk))
    await alerts.withdraw(db, key_of(alert))
    await wear(db, came.alert, now)
    if is_others(alert, _everywhere(who, rota)) or what == "reopen":
        await _tell_who_had_it(db, alert, came.alert, _DID[what], rota, now)
    return came


def _everywhere(who: Who, rota: Rota) -> Who:
    """Somebody with the ids that they have on their other platforms, by the rota."""
    person = rota.person(who.person) if who.person else None
    return replace(who, also=tuple(place.person for place in person.places)) if person else who


def _past(came: Pressed, who: Who, rota: Rota, now: datetime) -> Pressed:
    """An escalation, past the steps that would ask the same person again or nobody but whoever escalated."""
    mine = rota.person(who.person) if who.person else None
    first = came.alert.step
    taken = step(rota, first, now)
    asked = step(rota, first - 1, now).people if first else ()
    while taken.people in ((mine,), asked) and not taken.last:
        taken = step(rota, taken.number + 1, now)
    again = taken.last and taken.people == asked
    return replace(came, alert=replace(came.alert, step=taken.number), said=_called_said(taken, again=again))


def _called_said(taken: Step, *, again: bool) -> str:
    """Who is called by an escalation, and not more than is true: nobody waits for who cannot be woken."""
    if not taken.people:
        why = taken.words[0].upper() + taken.words[1:]
        return f"{why}, and no fallback is set: the channel is asked, and nobody is woken."
    names = " and ".join(person.name for person in taken.people)
    if not any(person.places for person in taken.people):
        return f"{names} would be next, but I cannot wake them: nobody has mentioned them to me."
    said = f"{names} {'are' if len(taken.people) > 1 else 'is'} called"
    return f"Nobody else is in line: {said} again." if again else f"{said} now."


_DID: dict[Press, str] = {
    "ack": "{who} took it over; {had} had it",
    "not-news": "{who} closed it as not news; {had} had it",
    "escalate": "{who} escalated it; {had} had it",
    "reopen": "{who} says that it is news after all; {had} had closed it",
}
"""What somebody did with an alert that was another's."""


async def _tell_who_had_it(
    db: AsyncConnection, had: Alert, alert: Alert, did: str, rota: Rota, now: datetime
) -> None:
    """Say in the threads, or where there are none in private, what another did with an alert of somebody."""
    if alert.person == had.person:
        return
    person = rota.person(had.person) if had.person else None
    card = word_card(did.format(who=alert.name, had=had.name or had.person), alert)
    own = [place.person for place in person.places] if person else []
    told = [one for one in await alerts.messages(db, key_of(alert)) if one.place.person in own]
    for parent in await posts(db, alert) or told[-1:]:
        pings = _ids((person,), parent.place.platform) if person else ()
        key = f"{parent.key}:{alert.state}:{now.timestamp():.0f}"
        said = _delivery(alert, key, parent.place, _waking(card, pings), now)
        await deliveries.add(db, [replace(said, parent=parent.key, about="")])
