"""The bulletin: how the feeds are, gathered, so that a network that is down is one message and not 200."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from watcher.desk.compose import (
    clean,
    count,
    feed_ill_card,
    feed_name,
    feed_retired_card,
    feed_well_card,
)
from watcher.models import Button, Card, Feed, Line, Piece, Section

GATHERED = timedelta(minutes=3)
"""How long a change is held, for others to come with it."""
APART = timedelta(hours=1)
"""The least time between two bulletins."""
NAMED = 8
CUT_OFF = "Nearly no feed can be reached: see whether this machine reaches the internet."

Kind = Literal["ill", "well", "gone"]
_TITLES: Mapping[Kind, str] = {"ill": "fell ill", "well": "well again", "gone": "gone for good"}
_OWN_NETWORK = (
    "Nearly every feed that was polled in the last minutes could not be reached at all. Probably that is this"
    " machine's own network and not the feeds: see whether it reaches the internet. What was missed is polled"
    " as soon as it does."
)


@dataclass(frozen=True, slots=True)
class Change:
    """A feed, by its id, that fell ill, got well or is gone."""

    feed: int
    kind: Kind
    at: datetime


def change_of(before: Feed, after: Feed, at: datetime) -> Change | None:
    """What the desk should hear of a poll: that a feed has been ill for a while, is well again, or gone."""
    if after.retired_at and not before.retired_at:
        return Change(after.id, "gone", at)
    if after.told and not before.told:
        return Change(after.id, "ill", at)
    if before.told and not after.told:
        return Change(after.id, "well", at)
    return None


def settled(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that are still news: an illness that ended before it was told of is none, nor is a
    recovery that did not last."""
    news: dict[int, Change] = {}
    for change in changes:
        before = news.pop(change.feed, None)
        if before is None or change.kind == "gone":
            news[change.feed] = change
    return tuple(news.values())


def tell_at(changes: Sequence[Change], last: datetime | None) -> datetime:
    """When these are to be told: soon, but not soon after the last bulletin."""
    gathered = min(change.at for change in changes) + GATHERED
    return max(gathered, last + APART) if last else gathered


def bulletin_card(changes: Sequence[Change], feeds: Mapping[int, Feed], *, cut_off: bool) -> Card | None:
    """One card for some changes, of the feeds that still are; None where none of them is.

    `cut_off` says that this machine reaches nothing.
    """
    found = {
        kind: [feeds[change.feed] for change in changes if change.kind == kind and change.feed in feeds]
        for kind in _TITLES
    }
    ill, well, gone = found["ill"], found["well"], found["gone"]
    alone = [*map(feed_ill_card, ill), *map(feed_well_card, well), *map(feed_retired_card, gone)]
    if len(alone) < 2:
        return next(iter(alone), None)
    return Card(
        _title(found),
        sections=(
            *((Section(((Piece(_OWN_NETWORK, "strong"),),)),) if ill and cut_off else ()),
            *_ill_sections(ill),
            *_named("Well again", well),
            *_named("Gone for good, and polled no more", gone),
        ),
        footer=_since(ill),
        tone="bad" if ill or gone else "good",
        buttons=(Button("How all feeds are", "/watch feed health"),),
    )


def _title(found: Mapping[Kind, Sequence[Feed]]) -> str:
    """`38 feeds fell ill`, `2 feeds fell ill, 5 are well again`."""
    (first, feeds), *others = ((kind, feeds) for kind, feeds in found.items() if feeds)
    verb = "" if first == "ill" else "is " if len(feeds) == 1 else "are "
    title = f"{count(len(feeds), 'feed')} {verb}{_TITLES[first]}"
    return ", ".join(
        [title, *(f"{len(f)} {'is' if len(f) == 1 else 'are'} {_TITLES[kind]}" for kind, f in others)]
    )


def _ill_sections(ill: Sequence[Feed]) -> tuple[Section, ...]:
    if not ill:
        return ()
    if len(ill) <= 3:
        lines = ((Piece(f"{feed_name(feed)}: "), Piece(clean(feed.last_error), "quiet")) for feed in ill)
        return (Section(tuple(lines), bullets=True),)
    [(commonest, number)] = Counter(map(_reason, ill)).most_common(1)
    example = next(feed for feed in ill if _reason(feed) == commonest)
    of = "all of them" if number == len(ill) else f"{number:,} of them"
    why = (Piece(f"With {of}, as with {feed_name(example)}: "), Piece(clean(example.last_error), "quiet"))
    return (Section((why,)), *_named("In trouble", ill))


def _reason(feed: Feed) -> str:
    """A feed's trouble without what is its own in it: its host."""
    return feed.last_error.replace(urlsplit(feed.url).hostname or "\0", "…")


def _named(heading: str, feeds: Sequence[Feed]) -> tuple[Section, ...]:
    if not feeds:
        return ()
    lines: list[Line] = [(Piece(feed_name(feed)),) for feed in feeds[:NAMED]]
    if len(feeds) > NAMED:
        lines.append((Piece(f"and {len(feeds) - NAMED:,} more", "quiet"),))
    return (Section(tuple(lines), heading, True),)


def _since(ill: Sequence[Feed]) -> Line:
    since = min((feed.ill_since for feed in ill if feed.ill_since), default=None)
    if since is None:
        return ()
    return (Piece("since ", "quiet"), Piece(f"{since:%Y-%m-%d %H:%M} UTC", "moment", at=since))
