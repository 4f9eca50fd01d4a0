"""From a site's address to its feeds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urljoin

from watcher.feeds.documents import Found, feeds_in, is_page
from watcher.feeds.parse import parse
from watcher.feeds.poll import Poller
from watcher.models import Feed, Fetched, FetchFailed, Parsed, WatcherError

__all__ = ["Found", "NoFeed", "discover", "whole_address"]

# Where the common publishing systems keep their feeds, for sites that do not say.
_USUAL = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feeds/posts/default", "?feed=rss2")
_MOST_TRIED = 8


class NoFeed(WatcherError):
    """An address that could not be read at all; the text says why."""


async def discover(poller: Poller, url: str, now: datetime) -> tuple[Found, ...]:
    """The feeds of a site, most likely first; a feed's own address finds itself; none is an empty tuple.

    What a page declares in its head is believed; what merely looks like a feed is fetched first. Raises
    NoFeed where the address itself cannot be read, or is neither a page nor a feed.
    """
    address = whole_address(url)
    polled = await poller.poll(Feed(id=0, url=address), now)
    if isinstance(polled, FetchFailed):
        raise NoFeed(polled.reason)
    if not isinstance(polled, Fetched):
        raise NoFeed("The server gives nothing to somebody new; try the outlet's front page.")
    if not is_page(polled.body):
        parsed = await asyncio.to_thread(parse, polled)
        if not isinstance(parsed, Parsed):
            raise NoFeed(parsed.reason)
        return (Found(polled.url, parsed.title),)
    links = feeds_in(polled.body, polled.url)
    declared = tuple(link for link in links if link.declared)
    if declared:
        return declared
    guesses = [link.url for link in links] or [urljoin(polled.url, f"/{path}") for path in _USUAL]
    return await _working(poller, guesses[:_MOST_TRIED], now)


def whole_address(typed: str) -> str:
    """An address as people type it ("lemonde.fr", "feed://…") as one that can be fetched."""
    address = typed.strip().strip("<>")
    scheme, colon, rest = address.partition("://")
    if not colon:
        return f"https://{address.removeprefix('feed:')}"
    return f"https://{rest}" if scheme.lower() == "feed" else address


async def _working(poller: Poller, urls: Iterable[str], now: datetime) -> tuple[Found, ...]:
    found: dict[str, Found] = {}
    for url in urls:
        polled = await poller.poll(Feed(id=0, url=url), now)
        feed = await _as_feed(polled) if isinstance(polled, Fetched) else None
        if feed is not None:
            found.setdefault(feed.url, feed)
    return tuple(found.values())


async def _as_feed(fetched: Fetched) -> Found | None:
    parsed = await asyncio.to_thread(parse, fetched)
    return Found(fetched.url, parsed.title) if isinstance(parsed, Parsed) else None
