"""What an alert says: the event, how sure it is, who had it first, and who has it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.desk.alerts import Alert
from watcher.desk.breaking import Level, Verdict
from watcher.desk.clock import zone_of
from watcher.desk.compose import clean, count, outlet_of, revision_line, safe_link
from watcher.desk.headline import cut, headline, said
from watcher.desk.novelty import Novelty
from watcher.desk.oncall import Step
from watcher.desk.withdrawn import withdraws
from watcher.models import Button, Card, Line, Piece, Revision, Section, Story, Topic

SOURCES = 6
"""Origins that an alert lists with link and time."""
JUST_PAST = timedelta(hours=6)
"""Within this a time needs no day, whatever the calendar says: 23:49 read at 0:05."""
_WORDS = {"breaking": "Breaking", "urgent": "Urgent", "developing": "Developing"}


def told_card(topic: Topic, verdict: Verdict, reader: str = "en") -> Card:
    """What is known of an event that breaks, without the alert's state and buttons."""
    news, chain, evidence = verdict.news, verdict.chain, verdict.evidence
    if news is None or chain is None or evidence is None or verdict.level is None:
        raise ValueError("only an event that breaks has an alert")
    lead = headline(news, reader)
    text = said(news, lead)
    name = clean(topic.title or topic.name)
    # Read half asleep on a phone: what broke is the title, then how sure it is and who says so.
    head: list[Line] = [
        (Piece(_WORDS[verdict.level], "strong"), Piece(f" · {name}", "quiet")),
        (Piece(clean(chain.words), "strong"),),
    ]
    head += [(Piece(clean(text)),)] if text else []
    quoting = dict(chain.quotes)
    voices = [_voice_line(voice.first, quoting, first=at == 0) for at, voice in enumerate(chain.voices)]
    more = len(voices) - SOURCES
    listed = [*voices[:SOURCES], *([(Piece(f"and {more} more", "quiet"),)] if more > 0 else [])]
    return Card(
        cut(clean(lead.title), 250),
        url=safe_link(lead.url),
        sections=(
            Section(tuple(head)),
            Section(tuple(listed), bullets=True),
            Section(((Piece(f"Why: {clean(evidence.words)}", "quiet"),),)),
        ),
        tone="alert",
    )


def _voice_line(story: Story, quoting: dict[str, str], *, first: bool) -> Line:
    name = outlet_of(story)
    line = [Piece(name, url=safe_link(story.url)), Piece(" · ", "quiet"), _time(story.published)]
    if name in quoting:
        line.append(Piece(f" · quotes {clean(quoting[name])}", "quiet"))
    if first:
        line.append(Piece(" · first", "strong"))
    return tuple(line)


def face(alert: Alert) -> Card:
    """An alert's message as it now is: the event, its state with who and when, and its buttons."""
    state = Section((_state_line(alert),))
    return replace(alert.told, sections=(*alert.told.sections, state), buttons=buttons(alert))


def dated(card: Card, now: datetime, zone: str) -> Card:
    """A card with the day beside each time of another day, by the clocks of a zone, that is not just past."""
    today = now.astimezone(zone_of(zone)).date()

    def needs_its_day(piece: Piece) -> bool:
        if piece.at is None or piece.style != "time" or now - piece.at < JUST_PAST:
            return False
        return piece.at.astimezone(zone_of(zone)).date() != today

    def with_day(piece: Piece) -> Piece:
        return replace(piece, style="moment", text=f"{piece.at:%Y-%m-%d %H:%M} UTC")

    sections = (
        replace(
            section,
            lines=tuple(
                tuple(with_day(one) if needs_its_day(one) else one for one in line) for line in section.lines
            ),
        )
        for section in card.sections
    )
    return replace(card, sections=tuple(sections))


def _state_line(alert: Alert) -> Line:
    name = clean(alert.name or alert.person)
    at = (Piece(" since ", "quiet"), _time(alert.at))
    if alert.state == "acknowledged":
        over = (Piece(f", {clean(alert.why)}", "quiet"),) if alert.why else ()
        return (Piece(f"{name} has it", "strong"), *at, *over)
    if alert.state == "checking":
        return (Piece(f"{name} is checking", "strong"), *at)
    if alert.state == "snoozed":
        until: Line = (_time(alert.next_at),) if alert.next_at else (Piece("it changes"),)
        return (Piece(f"Snoozed by {name} until ", "strong"), *until)
    if alert.state == "closed":
        return (Piece(f"Closed by {name}: {alert.why}", "strong"), Piece(" at ", "quiet"), _time(alert.at))
    again = (Piece(f", {clean(alert.why)}", "quiet"),) if alert.is_reopened else ()
    return (Piece("Nobody has it yet", "strong"), *again)


_ALL = ("ack", "checking", "snooze", "not-news", "escalate", "merge")
_OFFERED = {
    "open": _ALL,
    "checking": ("ack", "snooze", "not-news", "escalate", "merge"),
    "snoozed": ("ack", "checking", "not-news", "escalate", "merge"),
    "acknowledged": ("over", "not-news", "escalate", "merge"),
}


def buttons(alert: Alert) -> tuple[Button, ...]:
    """What may be pressed, as an alert now is."""
    made = {
        "ack": Button("I have it", f"/watch alert ack {alert.id}", "primary"),
        "over": Button("Take over", f"/watch alert ack {alert.id}"),
        "checking": Button("Checking", f"/watch alert checking {alert.id}"),
        "snooze": Button("Snooze 30 min", f"/watch alert snooze {alert.id} 30m"),
        "not-news": Button("Not news", f"/watch alert not-news {alert.id}", "danger"),
        "reopen": Button("It is news", f"/watch alert reopen {alert.id}"),
        "escalate": Button("Escalate", f"/watch alert escalate {alert.id}"),
        "merge": Button("Merge with…", f"/watch event merge {alert.group_id}"),
    }
    closed = ("reopen",) if alert.is_false and not alert.is_gone else ()
    return tuple(made[what] for what in _OFFERED.get(alert.state, closed))


def step_card(alert: Alert, step: Step, now: datetime) -> Card:
    """Asks the next to take an alert, in its thread or in their own window."""
    names = ", ".join(person.name for person in step.people) or "everybody here"
    minutes = max(0, round((now - alert.at).total_seconds() / 60))
    waits = f"Nobody has had it for {count(minutes, 'minute')}." if minutes else "Nobody has it now."
    lines: tuple[Line, ...] = (
        (Piece(f"{clean(names)}: {step.words}. ", "strong"), Piece(waits)),
        (Piece(clean(alert.told.title), url=safe_link(alert.told.url)),),
    )
    return Card(
        f"Who has this? {cut(clean(alert.told.title), 180)}",
        sections=(Section(lines),),
        tone="alert",
        buttons=buttons(alert),
    )


def word_card(said: str, alert: Alert) -> Card:
    """A sentence about an alert, for its thread."""
    about = (Piece(clean(alert.told.title), url=safe_link(alert.told.url)),)
    return Card(clean(said), sections=(Section((about,)),), tone="alert")


def update_card(
    novelties: Sequence[Novelty],
    revisions: Sequence[tuple[Story, Revision]],
    chain: str,
    *,
    material: bool = False,
) -> Card:
    """What later stories say that earlier ones did not, each with its source, and changed headlines.

    What is `material`, or takes back what an alert told, is for everybody who saw the alert.
    """
    lines: list[Line] = [(Piece(clean(one.text)), *_source(one.story)) for one in novelties]
    gone = [one for _, one in revisions if withdraws(one)]
    lines += [
        (
            Piece("Withdrawn or corrected: " if one in gone else "Headline changed: ", "quiet"),
            *_changed(one),
            *_source(story),
        )
        for story, one in revisions
    ]
    changed = "A story was withdrawn or corrected" if gone else "A headline was changed"
    return Card(
        "What is new" if novelties else changed,
        sections=(Section(tuple(lines), bullets=True),),
        footer=(Piece(clean(chain), "quiet"),),
        tone="alert" if material or gone else "plain",
    )


def _changed(one: Revision) -> Line:
    """What an outlet changed: its headline, or under the same headline its text."""
    if one.old_title != one.new_title:
        return revision_line(one.old_title, one.new_title)
    return (Piece(clean(one.new_title)), Piece(f": {cut(clean(one.new_summary), 200)}", "strong"))


def gone_card(notices: Sequence[Story], chain: str) -> Card:
    """Notices by which outlets take back what an alert told: for everybody who saw it."""
    lines = tuple(
        (Piece(clean(one.title), "strong"), Piece(f" {cut(clean(one.summary), 200)}"), *_source(one))
        for one in notices
    )
    return Card(
        "Taken back" if len(notices) == 1 else f"Taken back by {len(notices)} notices",
        sections=(Section(lines, bullets=True),),
        footer=(Piece(clean(chain), "quiet"),),
        tone="alert",
    )


def _source(story: Story) -> Line:
    return (Piece(" — ", "quiet"), Piece(outlet_of(story), url=safe_link(story.url)))


def raised_card(alert: Alert, before: Level) -> Card:
    """Says in an alert's thread that the event has become more than it was."""
    was = (Piece(f"It was {before} at "), _time(alert.made_at), Piece("."))
    lines: tuple[Line, ...] = (was, (Piece(clean(alert.evidence.words), "quiet"),))
    return Card(f"Now {alert.level}", sections=(Section(lines),), tone="alert")


def folded_card(topic: Topic, folded: Sequence[Alert], an_hour: int) -> Card:
    """Many alerts of one topic as one message."""
    name = clean(topic.title or topic.name)
    lines: list[Line] = [
        (
            Piece(f"{one.id} ", "strong"),
            Piece(clean(one.told.title), url=safe_link(one.told.url)),
            Piece(f" — {_WORDS[one.level].lower()}, {clean(one.evidence.chain)}", "quiet"),
        )
        for one in folded[:20]
    ]
    lines += [(Piece(f"and {len(folded) - 20} more", "quiet"),)] if len(folded) > 20 else []
    return Card(
        f"{count(len(folded), 'more event')} broke in {name}",
        sections=(Section(tuple(lines), bullets=True),),
        footer=(
            Piece(f"More than {an_hour} alerts an hour come as one message, and call nobody: ", "quiet"),
            Piece(f"/watch alert show {folded[0].id}", "code"),
            Piece(" shows one.", "quiet"),
        ),
        tone="alert",
    )


def silence_card(minutes: int, why: str) -> Card:
    """The dead man's switch: Watcher itself has stopped hearing."""
    return Card(
        f"Watcher has heard nothing for {count(minutes, 'minute')}",
        sections=(Section(((Piece(clean(why)),),)),),
        tone="bad",
    )


def heard_again_card() -> Card:
    """The end of a silence."""
    return Card("Watcher hears the feeds again", tone="good")


def unreachable_card(platform: str, since: datetime, waiting: int, alerts: Sequence[str] = ()) -> Card:
    """A platform that cannot be reached, told on another, with the alerts that nobody hears there."""
    line: Line = (
        Piece("Since ", "quiet"),
        _time(since),
        Piece(f". {count(waiting, 'message')} wait for it."),
    )
    unheard = tuple((Piece(cut(clean(title), 200)),) for title in alerts)
    heading = "Alerts that nobody hears there" if unheard else ""
    return Card(
        f"{clean(platform).title()} cannot be reached",
        sections=(Section((line,)), Section(unheard, heading, bullets=True))[: 2 if unheard else 1],
        tone="bad",
    )


def reached_again_card(platform: str) -> Card:
    """The end of that."""
    return Card(f"{clean(platform).title()} can be reached again; what waited for it is sent.", tone="good")


def _time(at: datetime) -> Piece:
    return Piece(f"{at:%H:%M} UTC", "time", at=at)
