"""What a topic may be called: a short word that can be typed in a command."""

from __future__ import annotations

import re

from watcher.desk.clock import WINDOWS
from watcher.models import WatcherError

LONGEST_NAME = 40
_RESERVED = frozenset({*WINDOWS, "all", "me", "here"})


class TopicNameError(WatcherError):
    """A name that no topic can have."""


def short_name(name: str) -> str:
    """A name made a word: `Kim and Putin` is kim-and-putin; raises TopicNameError where none is left."""
    short = re.sub(r"[^\w-]+", "-", name.strip().casefold()).strip("-_")
    if not short or short in _RESERVED:
        raise TopicNameError(f"{name!r} cannot be a topic's name. Take a short word, such as kim-putin.")
    if len(short) > LONGEST_NAME:
        raise TopicNameError(f"That name has {len(short)} letters; {LONGEST_NAME} are the most.")
    return short
