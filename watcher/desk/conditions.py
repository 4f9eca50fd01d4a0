"""Conditions of a query that no story can meet as they are written: `lang:french`, `outlet:www.rt.com`."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.desk.languages import language_named, unknown_language
from watcher.feeds.addresses import outlet_named
from watcher.feeds.languages import language_code
from watcher.topics.query import Place, Query, walk


def never_met(query: Query) -> Iterator[tuple[str, int]]:
    """What to say of each, and where in the query it stands, counted from 1."""
    for place in walk(query.root):
        if isinstance(place, Place):
            meant = _language(place.text) if place.field == "lang" else _outlet(place.text)
            if not meant:
                yield unknown_language(place.text), place.at
            elif meant != place.text:
                said = f"No story is known by {place.field}:{place.text}. Write {place.field}:{meant}."
                yield said, place.at


def _language(text: str) -> str:
    return language_code(text) or language_named(text)


def _outlet(text: str) -> str:
    """An outlet's domain, or a part of it that stands for it: `reuters` is enough for reuters.com."""
    return (outlet_named(text) or text) if "." in text else text
