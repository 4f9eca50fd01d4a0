"""`/watch alerts` and `/watch alert …`: what broke, who has it, and what the buttons of an alert do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.calling import NoAlert, pressed
from watcher.chat.commands import cards
from watcher.chat.commands.existing import topic_called
from watcher.chat.commands.finding import one_story
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.chat.commands.words import Misspoken
from watcher.desk.alert_cards import buttons, dated, face
from watcher.desk.alerts import Alert, Press, Who
from watcher.desk.breaking import AUTO, Rule, parse_rule
from watcher.desk.clock import ClockError, Window, parse_until, parse_window
from watcher.desk.compose import clean, count, safe_link
from watcher.desk.headline import cut
from watcher.models import Button, Card, Line, Piece
from watcher.store import alerts, desks, rotas
from watcher.store.alerts import Done

_LISTED = 20
_Id = Annotated[int, Arg("the alert's number, as in /watch alerts")]
_Anyway = Annotated[bool, Arg("do it even if somebody else has it")]
_INSISTING = {
    "ack": "Take it over",
    "not-news": "Close it all the same",
    "escalate": "Escalate all the same",
}
_ACTIVE = ("open", "checking", "snoozed")


@command("watch alerts", examples=("/watch alerts", "/watch alerts 24h"))
async def alerts_list(
    newsroom: Newsroom,
    ask: Ask,
    window: Annotated[str, Rest("how far back: 24h, 7d", source="window")] = "7d",
) -> Card:
    """What broke lately, and who has it."""
    async with newsroom.store.reading() as db:
        stretch = await _stretch(newsroom, db, ask, window)
        found = await _broke_in(db, ask, stretch)
    if not found:
        return cards.card(f"Nothing broke{_in(stretch.words)}.")
    ordered = sorted(found, key=lambda alert: alert.state not in _ACTIVE)
    lines = [_alert_line(alert) for alert in ordered[:_LISTED]]
    more = f"and {len(ordered) - _LISTED} more" if len(ordered) > _LISTED else ""
    buttons = face(ordered[0]).buttons if ordered[0].state in _ACTIVE else ()
    waiting = sum(_is_waiting(alert) for alert in found)
    title = f"{count(len(found), 'alert')}{_in(stretch.words)}" + (
        f", {waiting} with nobody" if waiting else ""
    )
    return cards.card(title, cards.section(*lines, more, bullets=True), buttons=buttons)


async def _stretch(newsroom: Newsroom, db: AsyncConnection, ask: Ask, said: str) -> Window:
    """A window by the desk's own clock."""
    return parse_window(said, newsroom.now(), (await desks.settings(db, ask.desk.id)).time_zone)


async def _broke_in(db: AsyncConnection, ask: Ask, window: Window) -> list[Alert]:
    found = await alerts.alerts(db, ask.desk.id, window.start)
    return [alert for alert in found if alert.made_at <= window.end]


def _in(window: str) -> str:
    """A window's words in a sentence: in the last 7 days, yesterday."""
    return f" in {window}" if window.startswith("the ") else f" {window}"


def _is_waiting(alert: Alert) -> bool:
    """Whether somebody is to take an alert; what only develops asks for nobody."""
    return alert.state == "open" and alert.level != "developing"


def _alert_line(alert: Alert) -> Line:
    who = {
        "acknowledged": f"{alert.name} has it",
        "checking": f"{alert.name} is checking",
        "snoozed": f"snoozed by {alert.name}",
        "closed": alert.why,
    }.get(alert.state, "folded" if alert.folded else "nobody has it" if _is_waiting(alert) else "")
    return cards.line(
        cards.code(str(alert.id)),
        " ",
        cards.strong(alert.level),
        " ",
        Piece(cut(clean(alert.told.title), 140), url=safe_link(alert.told.url)),
        cards.quiet(f" — {clean(who)} · " if who else " — "),
        cards.when(alert.made_at),
        cards.quiet(f" · {clean(alert.evidence.chain)}"),
    )


# ---------------------------------------------------------------------------------------- presses


@command("watch alert ack", examples=("/watch alert ack 12",))
async def ack(newsroom: Newsroom, ask: Ask, alert: _Id, anyway: _Anyway = False) -> Card:
    """Say that you have it: nobody else is woken. With `anyway` it is taken over from whoever has it."""
    return await _press(newsroom, ask, alert, "ack", anyway=anyway)


@command("watch alert checking", examples=("/watch alert checking 12",))
async def checking(newsroom: Newsroom, ask: Ask, alert: _Id) -> Card:
    """Say that you are looking into it; it asks again in a quarter of an hour."""
    return await _press(newsroom, ask, alert, "checking")


@command("watch alert snooze", examples=("/watch alert snooze 12 30m", "/watch alert snooze 12 until 8:00"))
async def snooze(
    newsroom: Newsroom,
    ask: Ask,
    alert: _Id,
    until: Annotated[str, Rest("30m, 2h or 8:00; until the event changes if left out")] = "",
) -> Card:
    """Have it be quiet for a while, or until the event changes."""
    now = newsroom.now()
    async with newsroom.store.reading() as db:
        zone = (await desks.settings(db, ask.desk.id)).time_zone
    return await _press(newsroom, ask, alert, "snooze", read_until(until, now, zone))


@command("watch alert not-news", examples=("/watch alert not-news 12",))
async def not_news(newsroom: Newsroom, ask: Ask, alert: _Id, anyway: _Anyway = False) -> Card:
    """Close it as a false alert; the event is silent from then on."""
    return await _press(newsroom, ask, alert, "not-news", anyway=anyway)


@command("watch alert reopen", examples=("/watch alert reopen 12",))
async def reopen(newsroom: Newsroom, ask: Ask, alert: _Id) -> Card:
    """Take back that it is not news: it is open again, and asks for somebody."""
    return await _press(newsroom, ask, alert, "reopen")


@command("watch alert escalate", examples=("/watch alert escalate 12",))
async def escalate(newsroom: Newsroom, ask: Ask, alert: _Id, anyway: _Anyway = False) -> Card:
    """Call the next in line at once."""
    async with newsroom.store.reading() as db:
        nobody = await rotas.get(db, ask.desk.id) == rotas.NOBODY
    if nobody:
        raise Misspoken("There is no rota here, so nobody to call.", ("/watch oncall set @ada,@bo,@cy",))
    return await _press(newsroom, ask, alert, "escalate", anyway=anyway)


@command("watch alert show", examples=("/watch alert show 12",))
async def show(newsroom: Newsroom, ask: Ask, alert: _Id) -> Card:
    """Show an alert as it now is, with its buttons."""
    async with newsroom.store.reading() as db:
        found = await alerts.get(db, alert)
        zone = (await desks.settings(db, ask.desk.id)).time_zone
    if found is None or found.desk != ask.desk.id:
        raise NoAlert(f"There is no alert {alert} on this desk. /watch alerts lists them.")
    return dated(face(found), newsroom.now(), zone)


async def _press(
    newsroom: Newsroom,
    ask: Ask,
    id_: int,
    what: Press,
    until: datetime | None = None,
    *,
    anyway: bool = False,
) -> Card:
    async with newsroom.store.writing() as db:
        person = (await rotas.get(db, ask.desk.id)).person(ask.person) if ask.person else None
        # A rota knows some by their id only: those who were mentioned and have said nothing yet.
        in_rota = person.name if person and person.name != ask.person else ""
        who = Who(ask.person, in_rota or ask.name)
        came = await pressed(db, ask.desk.id, id_, what, who, newsroom.now(), until, anyway=anyway)
    offered: tuple[Button, ...] = ()
    if came.may_insist:
        offered = (Button(_INSISTING[what], f"/watch alert {what} {id_} --anyway", "danger"),)
    elif came.alert.is_false and not came.alert.is_gone:
        offered = (Button("Undo" if came.done else "It is news", f"/watch alert reopen {id_}"),)
    elif came.done and what == "reopen":
        offered = buttons(came.alert)[:1]
    return cards.card(
        came.said,
        cards.section(cards.line(clean(came.alert.told.title))),
        tone="good" if came.done else "plain",
        buttons=offered,
    )


def read_until(
    text: str, now: datetime, zone: str, example: str = "/watch alert snooze 12 30m"
) -> datetime | None:
    """Read `30m`, `2h` or `until 8:00` as a time to come; None for nothing said; raises Misspoken."""
    if text.strip().casefold().removeprefix("until").split()[-1:] in ([], ["change"], ["changes"]):
        return None
    try:
        return parse_until(text, now, zone)
    except ClockError as error:
        raise Misspoken(
            f"I cannot read {text.strip()!r} as a time to come. Say 30m, 2h or 8:00.",
            (example,),
        ) from error


# ------------------------------------------------------------------------------------------ rules


@command(
    "watch alert rule",
    examples=(
        "/watch alert rule kim-putin",
        "/watch alert rule kim-putin never",
        "/watch alert rule kim-putin 3 outlets in 20 min",
    ),
)
async def rule(
    newsroom: Newsroom,
    ask: Ask,
    topic: Annotated[str, Arg("which topic", source="topic")],
    rule: Annotated[str, Rest("auto, always, never, or 3 outlets in 20 min", source="alert rule")] = "",
) -> Card:
    """When a topic alerts: by its own pace (auto), always, never, or by a count."""
    if not rule:
        async with newsroom.store.reading() as db:
            found = await topic_called(db, ask, topic, "/watch alert rule")
            now = (await alerts.rules(db, [found.id])).get(found.id, AUTO)
        return cards.card(f"{found.title or found.name} alerts: {_meaning(now)}")
    if not ask.may_manage:
        raise Misspoken("Rules change what the whole desk is woken by, so they are for those who manage it.")
    wanted = parse_rule(rule)
    async with newsroom.store.writing() as db:
        found = await topic_called(db, ask, topic, "/watch alert rule")
        before = (await alerts.rules(db, [found.id])).get(found.id, AUTO)
        await alerts.set_rule(db, found.id, wanted)
    undo = Button("Undo", f"/watch alert rule {found.name} {before}")
    return cards.card(f"{found.title or found.name} alerts: {_meaning(wanted)}", tone="good", buttons=(undo,))


def _meaning(rule: Rule) -> str:
    return {
        "auto": "when an event is unusual for this topic",
        "always": "for every event",
        "never": "never",
        "count": _by_count(rule),
    }[rule.kind]


def _by_count(rule: Rule) -> str:
    if rule.outlets == 1:
        return "as soon as one outlet has an event"
    return f"when {rule.outlets} independent outlets have an event within {rule.minutes} min"


# ----------------------------------------------------------------------------------------- report


@command("watch alert missed", examples=("/watch alert missed https://example.org/an-article",))
async def missed(
    newsroom: Newsroom,
    ask: Ask,
    story: Annotated[str, Rest("a story's link, its id, or words of its headline")],
) -> Card:
    """Say that a story was breaking and no alert came; it is counted in the report."""
    async with newsroom.store.writing() as db:
        found = await one_story(db, story, "/watch alert missed")
        done = Done(0, newsroom.now(), "missed", ask.person, found.id, ask.desk.id)
        await alerts.log(db, done)
    return cards.card("Noted: this was breaking", cards.section(cards.story_line(found)), tone="good")


@command("watch alert report", examples=("/watch alert report", "/watch alert report 30d"))
async def report(
    newsroom: Newsroom, ask: Ask, window: Annotated[str, Rest("how far back", source="window")] = "7d"
) -> Card:
    """How alerts did: how many, how fast, how many were false, and how many were missed."""
    async with newsroom.store.reading() as db:
        stretch = await _stretch(newsroom, db, ask, window)
        found = await _broke_in(db, ask, stretch)
        since = await alerts.logged(db, ask.desk.id, stretch.start)
        done = [one for one in since if one.at <= stretch.end or one.what == "ack"]
    return report_card(found, done, stretch.words)


def report_card(found: Sequence[Alert], done: Sequence[Done], words: str) -> Card:
    """The report on some alerts and what was done about them."""
    told = [alert for alert in found if not alert.folded]
    acks = {one.alert_id: one.at for one in reversed(done) if one.what == "ack"}
    taken = [alert for alert in found if alert.id in acks]
    waits = [acks[alert.id] - alert.made_at for alert in taken if not alert.folded]
    false = sum(alert.why == "not news" and alert.state == "closed" for alert in found)
    twice = len({one.alert_id for one in done if one.what == "joined"})
    late = len({one.note for one in done if one.what == "missed"})
    levels = ", ".join(
        f"{sum(alert.level == level for alert in found)} {level}"
        for level in ("breaking", "urgent", "developing")
    )
    lines = [
        f"{count(len(found), 'alert')}: {levels}; {len(found) - len(told)} of them folded",
        f"{count(len(taken), 'was', 'were')} taken" + _after(waits, "after the alert"),
        f"{false} not news, {late} missed, {twice} told twice",
    ]
    if told:
        lines += [
            "First seen" + _after([alert.seen - alert.published for alert in told], "after publication"),
            "Alerted" + _after([alert.made_at - alert.published for alert in told], "after publication"),
        ]
    if not found:
        lines = ["None.", *([f"{late} missed"] if late else [])]
    hint = cards.line(cards.quiet("What should have alerted: "), cards.code("/watch alert missed LINK"))
    return cards.card(f"Alerts{_in(words)}", cards.section(*lines, bullets=True), footer=hint)


def _after(spans: Sequence[timedelta], what: str) -> str:
    """How long something took: the median, and what nine of ten were within."""
    if not spans:
        return ""
    ordered = sorted(max(timedelta(), span) for span in spans)
    most = f", nine of ten within {_long(ordered[ceil(0.9 * len(ordered)) - 1])}" if len(ordered) > 1 else ""
    middle = timedelta(seconds=median(span.total_seconds() for span in ordered))
    return f", in the median {_long(middle)} {what}{most}"


def _long(span: timedelta) -> str:
    """How long something took, as people say it."""
    minutes = span / timedelta(minutes=1)
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} hours" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"
