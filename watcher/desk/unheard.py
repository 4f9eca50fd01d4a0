"""What a digest cannot know: that nothing is new, and that nothing could be heard, are two things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.feeds.schedule import FAILURES_BEFORE_TOLD
from watcher.models import Feed

OVERDUE = timedelta(minutes=15)
"""A feed that was to be polled so long ago was not: Watcher stood still, and has yet to come to it."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """How many of the feeds that are polled cannot be read at present, and how many are yet to be read.

    Of these, `new` never were.
    """

    ill: int
    waiting: int
    new: int
    polled: int

    @property
    def all(self) -> bool:
        """Whether there is nothing by which to know what is new."""
        return self.ill + self.waiting == self.polled

    @property
    def words(self) -> str:
        """What a reader of the digest should know."""
        if not self.polled:
            return "No feed is polled, so nothing can be heard. "
        if self.all:
            read = "has been read yet" if self.new == self.waiting else "has been read lately"
            how = read if self.waiting else "can be read at present"
            return f"No feed {how}, so this is not all there is. "
        number = self.ill + self.waiting
        be = "is" if number == 1 else "are"
        how = "cannot be read at present" if not self.waiting else f"{be} yet to be read"
        if self.ill and self.waiting:
            how = f"{be} yet to be read, or cannot be at present"
        return f"{number} of {self.polled} feeds {how}, so this is not all there is. "

    @property
    def command(self) -> str:
        """What shows the way out."""
        return "/watch feed health" if self.polled else "/watch feed add lemonde.fr"


def unheard(feeds: Iterable[Feed], now: datetime) -> Unheard | None:
    """What is not heard, where it is half of the feeds or more; of single ones the bulletin tells."""
    polled = [feed for feed in feeds if feed.retired_at is None]
    # One failure is no illness, but where each feed has failed nothing is heard all the same.
    enough = 1 if all(feed.failures for feed in polled) else FAILURES_BEFORE_TOLD
    ill = sum(feed.failures >= enough for feed in polled)
    waiting = [feed for feed in polled if feed.failures < enough and _is_waiting(feed, now)]
    new = sum(feed.first_polled_at is None for feed in waiting)
    found = Unheard(ill, len(waiting), new, len(polled))
    return found if 2 * (ill + len(waiting)) >= len(polled) else None


def _is_waiting(feed: Feed, now: datetime) -> bool:
    """Whether a feed is yet to be read: it never was, or not since it was to be."""
    overdue = feed.next_poll_at is not None and now - feed.next_poll_at > OVERDUE
    return feed.first_polled_at is None or overdue
