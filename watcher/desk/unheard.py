"""What a digest cannot know: that nothing is new, and that nothing could be heard, are two things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from watcher.feeds.schedule import FAILURES_BEFORE_TOLD
from watcher.models import Feed


@dataclass(frozen=True, slots=True)
class Unheard:
    """How many of the feeds that are polled have not been read for a while."""

    ill: int
    polled: int

    @property
    def all(self) -> bool:
        return self.ill == self.polled > 0

    @property
    def words(self) -> str:
        """What a reader of the digest should know."""
        if not self.polled:
            return "No feed is polled, so nothing can be heard. "
        if self.all:
            return "No feed can be read at present, so this is not all there is. "
        return f"{self.ill} of {self.polled} feeds cannot be read at present, so this is not all there is. "

    @property
    def command(self) -> str:
        """What shows the way out."""
        return "/watch feed health" if self.polled else "/watch feed add lemonde.fr"


def unheard(feeds: Iterable[Feed]) -> Unheard | None:
    """What is not heard, where it is half of the feeds or more; of single ones the bulletin tells."""
    polled = [feed for feed in feeds if feed.retired_at is None]
    ill = sum(feed.failures >= FAILURES_BEFORE_TOLD for feed in polled)
    return Unheard(ill, len(polled)) if 2 * ill >= len(polled) else None
