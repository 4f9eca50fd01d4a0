"""Feeds of very many items: the newest are taken, whatever order they stand in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST = 1_000
"""Stories taken of one body."""

_READ = 2 * MOST
"""Items that are parsed of one body: more than are taken, since the parser may read a date otherwise."""
_ITEM = re.compile(rb"<(?:\w{1,10}:)?(?:item|entry)[\s>]")
_DATE = re.compile(
    rb"<(?:\w{1,10}:)?(?:pubDate|published|updated|date)(?:\s[^<>]{0,80})?>([^<]{1,60})<", re.I
)
_LAST_ENDS = re.compile(rb".*</(?:\w{1,10}:)?(?:item|entry)\s*>", re.S)
_ITEM_ENDS = re.compile(rb"</(?:\w{1,10}:)?(?:item|entry)\s*>")
_ROOT_ENDS = re.compile(rb"</(?:\w{1,10}:)?(?:rss|feed|rdf|channel)\s*>", re.I)
_CLOCKS_DIFFER = timedelta(minutes=10)


def newest(dates: Sequence[datetime | None], most: int = MOST) -> list[int]:
    """Which of some items to take, by their numbers in the document and in its order.

    Dated ones by date. Of those without, as many from the top as from the bottom: new ones are added at
    one end or the other, and nobody says at which.
    """
    dated = sorted(((date, -number) for number, date in enumerate(dates) if date), reverse=True)
    undated = [n for n, date in enumerate(dates) if date is None]
    room = min(len(undated), max(most // 2, most - len(dated)))
    top, bottom = undated[: room - room // 2], undated[len(undated) - room // 2 :]
    return sorted([*(-number for _, number in dated[: most - room]), *top, *bottom])


def without_half(body: bytes) -> bytes:
    """A body without the item in the middle of which it breaks off: half of one would become a story."""
    starts = [found.start() for found in _ITEM.finditer(body)]
    if not starts or _ROOT_ENDS.search(body, starts[-1]):
        return body
    return body if _ITEM_ENDS.search(body, starts[-1]) else body[: starts[-1]]


def shortened(body: bytes, at: datetime) -> tuple[bytes, int]:
    """A body of too many items without the oldest, and how many it had; 0 where it is left as it is.

    The parser library takes half a minute for 50,000 items.
    """
    starts = [found.start() for found in _ITEM.finditer(body)]
    if len(starts) <= _READ:
        return body, 0
    last = _LAST_ENDS.match(body)
    end = max(last.end(), starts[-1]) if last else len(body)
    bounds = [*starts, end]
    kept = newest(_dates(body, starts, at + _CLOCKS_DIFFER), _READ)
    items = b"".join(body[bounds[number] : bounds[number + 1]] for number in kept)
    return body[: starts[0]] + items + body[end:], len(starts)


def _dates(body: bytes, starts: Sequence[int], latest: datetime) -> list[datetime | None]:
    """The first date of each item."""
    dates: list[datetime | None] = [None] * len(starts)
    number = 0
    for found in _DATE.finditer(body, starts[0]):
        while number + 1 < len(starts) and starts[number + 1] < found.start():
            number += 1
        if dates[number] is None:
            date = _date(found[1].decode("ascii", "ignore").strip())
            dates[number] = date if date and date < latest else None
    return dates


def _date(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            date = read(text)
        except (ValueError, TypeError, OverflowError):
            continue
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    return None
