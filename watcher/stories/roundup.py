"""Roundups and live blogs: stories about many events, which belong to none and must swallow none."""

from __future__ import annotations

import re

_SIGNS = re.compile(
    r"\blive(?: updates?| blog|:)|\bbriefing\b|\bwhat we know on day\b|^(?:en )?direct\b|^live\b|\bjour \d+\b",
    re.IGNORECASE,
)


def is_roundup(title: str, summary: str = "") -> bool:
    """Whether a story tells of many events at once: a briefing, a live blog, a week in review."""
    return bool(_SIGNS.search(title))
