"""`/watch feed health`: which feeds are in trouble, or say nothing, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.chat.commands import cards
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import command
from watcher.desk.bulletin import CUT_OFF
from watcher.desk.compose import clean, count
from watcher.desk.triage import STALE
from watcher.feeds.rhythm import SILENT, is_silent, may_have_fallen_silent, usual_pause
from watcher.models import Card, Feed, Line, Tone
from watcher.store import feeds

_DATED_OLD = (
    "Whose new stories are all dated days ago and therefore never posted: tell the outlet, its clock is wrong"
)
_FALLEN_SILENT = "Answering, but silent for far longer than ever in the weeks before: have they moved?"
_SILENT = "Answering, but with nothing new for two weeks, or nothing ever"


@command("watch feed health", examples=("/watch feed health",))
async def feed_health(newsroom: Newsroom, ask: Ask) -> Card:
    """Which feeds are in trouble or silent, why, and what to do."""
    now = newsroom.now()
    async with newsroom.store.reading() as db:
        everything = await feeds.all_feeds(db, retired=True)
        dated_old = await feeds.dated_long_ago(db, now - SILENT, STALE)
        known = [feed for feed in everything if not feed.retired_at]
        answering = [feed for feed in known if not feed.ill_since]
        silent = [feed for feed in answering if is_silent(feed, now)]
        fallen = await _fallen_silent(db, [feed for feed in answering if feed not in silent], now)
    ill = sorted((f for f in known if f.ill_since), key=lambda f: (-f.failures, f.url))
    late = [feed for feed in answering if feed.id in dated_old]
    gone = [feed for feed in everything if feed.retired_at]
    waiting = sum(not (feed.last_polled_at or feed.first_polled_at or feed.ill_since) for feed in known)
    sections = (
        cards.section(CUT_OFF if newsroom.is_cut_off() else ""),
        cards.listed("In trouble", [_ill_line(feed) for feed in ill]),
        cards.listed(_FALLEN_SILENT, fallen),
        cards.listed(_DATED_OLD, [cards.line(cards.feed_piece(feed)) for feed in late]),
        cards.listed(_SILENT, [_silent_line(feed) for feed in silent]),
        cards.listed("Gone for good, and polled no more", [_ill_line(feed) for feed in gone]),
        cards.section(f"{count(waiting, 'feed')} not polled yet." if waiting else ""),
        cards.commands_list(() if known else ("/watch feed add lemonde.fr",)),
    )
    doubtful = gone or waiting or fallen or not known
    tone: Tone = "bad" if ill or late else "plain" if doubtful else "good"
    return cards.card(_health(len(known), len(ill), waiting), *sections, tone=tone)


async def _fallen_silent(db: AsyncConnection, answering: Sequence[Feed], now: datetime) -> list[Line]:
    """The feeds that are silent for far longer than they ever were in the weeks before, a line each."""
    quiet = [feed for feed in answering if may_have_fallen_silent(feed)]
    told_at = await feeds.told_at(db, [feed.id for feed in quiet], now - 2 * SILENT)
    found = [(feed, usual_pause(feed, told_at.get(feed.id, ()))) for feed in quiet]
    return [_fallen_line(feed, pause) for feed, pause in found if pause is not None]


def _health(known: int, ill: int, waiting: int) -> str:
    """How the feeds are, in a line; what was not polled yet is neither well nor ill."""
    asked = known - waiting
    well = asked - ill
    if not known:
        return "No feed is polled."
    if not asked:
        return f"{count(known, 'feed')}, not polled yet"
    if known == 1:
        return "The one feed is in trouble" if ill else "The one feed is well"
    if not ill:
        return f"All {count(well, 'feed')} are well" if not waiting else f"{well} of {known} feeds are well"
    return f"{well or 'None'} of {count(known, 'feed')} {'is' if well == 1 else 'are'} well"


def _ill_line(feed: Feed) -> Line:
    since = feed.ill_since or feed.retired_at
    when = (cards.quiet(" · since "), cards.when(since)) if since else ()
    again = (cards.quiet(" · next try "), cards.when(feed.next_poll_at)) if feed.next_poll_at else ()
    why = clean(feed.last_error) or "no reason was given"
    return cards.line(cards.feed_piece(feed), f" — {why}", *when, *again)


def _fallen_line(feed: Feed, pause: timedelta) -> Line:
    hours = max(1, round(pause / timedelta(hours=1)))
    usual = count(hours, "hour") if hours < 48 else count(round(hours / 24), "day")
    last = (cards.quiet(" — last changed "), cards.when(feed.last_changed_at)) if feed.last_changed_at else ()
    return cards.line(
        cards.feed_piece(feed), *last, cards.quiet(f"; before, no pause was longer than {usual}")
    )


def _silent_line(feed: Feed) -> Line:
    if feed.last_changed_at is None:
        return cards.line(cards.feed_piece(feed), cards.quiet(" — has never had a story"))
    changed = cards.when(feed.last_changed_at, "date")
    return cards.line(cards.feed_piece(feed), cards.quiet(" — last changed "), changed)
