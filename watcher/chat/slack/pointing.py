"""Which story a message tells of. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from watcher.chat.slack.wording import typed

HEADLINE_WORDS = 12
_LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>|(?<![<|])\b(https?://[^\s<>|]+)")


def story_in(message: Mapping[str, Any]) -> str:
    """The first link in a message, else the words of its headline; empty where it has neither."""
    for text in _texts(message):
        found = _LINK.search(text)
        if found:
            return typed(found[1] or found[2])
    for text in _texts(message):
        plain = re.sub(r"<[^>]*>|[*_~`]", " ", text)
        words = re.findall(r"[\w'-]+", typed(plain))
        if len(words) > 1:
            return " ".join(words[:HEADLINE_WORDS])
    return ""


def _texts(part: Any) -> Iterator[str]:
    """Every text of a message, its blocks and attachments included, in their order."""
    if isinstance(part, Mapping):
        for name in ("title_link", "from_url", "original_url", "url"):
            if isinstance(part.get(name), str) and part[name].startswith("http"):
                yield part[name]
        for name in ("blocks", "elements", "attachments", "text", "fields", "title"):
            yield from _texts(part.get(name))
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, str):
        yield part
