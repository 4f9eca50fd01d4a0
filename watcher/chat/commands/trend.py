"""`/watch trend`: how much is told of a topic over time, in a picture and in words."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Annotated
from zoneinfo import ZoneInfo

from watcher.chat.commands import cards
from watcher.chat.commands.existing import topic_called
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Arg, Rest, command
from watcher.desk.clock import parse_window
from watcher.desk.compose import clean, count, safe_link
from watcher.desk.headline import cut
from watcher.desk.trend import BEFORE, Column, Trend, spark, trend_of
from watcher.models import Attachment, Card, Line, Piece, Section
from watcher.picture import picture_of
from watcher.store import alerts, desks
from watcher.store.coverage import coverage

_ROWS = 31
_LANGUAGES = 6
_ALERTS = 8


@command("watch trend", examples=("/watch trend kim-putin", "/watch trend kim-putin 24h"))
async def trend(
    newsroom: Newsroom,
    ask: Ask,
    topic: Annotated[str, Arg("which topic", source="topic")],
    window: Annotated[str, Rest("how far back: 24h, 7d, 30d", source="window")] = "7d",
) -> Card:
    """A picture of how much is told of a topic over time, what is usual for it, and what broke."""
    now = newsroom.now()
    async with newsroom.store.reading() as db:
        zone = (await desks.settings(db, ask.desk.id)).time_zone
        stretch = parse_window(window, now, zone)
        found = await topic_called(db, ask, topic, "/watch trend")
        broke = await alerts.of_topics(db, [found.id], stretch.start)
        caught = await coverage(db, found.id, stretch.start - BEFORE, stretch.start, stretch.end)
    broke = [one for one in broke if not one.folded and one.made_at < stretch.end]
    name = clean(found.title or found.name)
    made = trend_of(name, stretch, zone, caught, [(one.id, one.made_at) for one in broke])
    lines = [_alert_line(one.id, one.told) for one in broke[-_ALERTS:]]
    card = cards.card(
        f"{name}: {stretch.words}",
        cards.section(_tally(made), _usual_words(made)),
        _bars(made),
        cards.section(*lines, heading="Broke" if lines else "", bullets=True),
    )
    drawn = await picture_of(made) if made.stories else None
    if drawn is None:
        why = "It could not be drawn; the log says why." if made.stories else "There is nothing to draw."
        return replace(card, sections=(*card.sections, cards.section(cards.line(cards.quiet(why)))))
    return replace(card, files=(Attachment(f"trend-{found.name}.png", drawn, renewed=True),))


def _tally(made: Trend) -> str:
    spoken = ", ".join(f"{number} {language}" for language, number in made.languages[:_LANGUAGES])
    told = count(made.stories, "story", "stories") + (f" ({spoken})" if spoken else "")
    return f"{told}, {count(made.events, 'new event')}"


def _usual_words(made: Trend) -> str:
    """What is usual, where that is known."""
    known = [(c.low, c.high) for c in made.columns if c.low is not None and c.high is not None]
    if not known:
        return "What is usual is known after three days."
    low, high = min(low for low, _ in known), max(high for _, high in known)
    if made.hourly:
        return f"Usual at these hours: up to {high:.0f} an hour."
    return f"Usual: {low:.0f} to {high:.0f} a day."


def _bars(made: Trend) -> Section:
    """The columns as text: a bar a day, or a line a day with a small bar for each hour."""
    zone, most = ZoneInfo(made.zone), max((c.stories for c in made.columns), default=0)
    if not made.stories:
        return Section()
    if not made.hourly:
        days = [(c.at.astimezone(zone), c.stories) for c in made.columns]
        return cards.days_section(days[-_ROWS:], "Stories a day")
    by_day = groupby(made.columns, key=lambda column: column.at.astimezone(zone).date())
    lines = [
        cards.line(cards.code(f"{day:%a %d %b} {_from(list(hours), most, zone)}")) for day, hours in by_day
    ]
    return Section(tuple(lines), f"Stories an hour, at most {most}")


def _from(hours: list[Column], most: int, zone: ZoneInfo) -> str:
    before = " " * hours[0].at.astimezone(zone).hour
    return before + spark([column.stories for column in hours], most)


def _alert_line(number: int, told: Card) -> Line:
    title = Piece(cut(clean(told.title), 140), url=safe_link(told.url))
    return cards.line(cards.code(str(number)), " ", title)
