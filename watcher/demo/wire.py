"""The demo's newswire over real HTTP on loopback, as of whatever time its clock says.

Every outlet has a port of its own: the poller is polite to a host and port at a time, and these
outlets have no more to do with one another than real ones.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from typing import NamedTuple, Self

from aiohttp import ETag, web

from watcher.demo.documents import CONTENT_TYPES, feed_document, front_page, last_change
from watcher.demo.newswire import STALLED_REQUESTS, Newswire, Outlet


class WireFeed(NamedTuple):
    """One feed of the wire, as it would stand in a list of feeds."""

    outlet: str
    url: str
    title: str
    language: str
    tags: tuple[str, ...]


class WireServer:
    """Serves a newswire while it is entered.

    `now` is asked at each request. `stall_seconds` is how long an outlet that stalls says nothing.
    `feeds` are there once entered; `requests` counts the answers by status, `stalled` the silences.
    """

    def __init__(
        self, newswire: Newswire, now: Callable[[], datetime], *, stall_seconds: float = 30.0
    ) -> None:
        self.newswire = newswire
        self.feeds: tuple[WireFeed, ...] = ()
        self.requests: Counter[int] = Counter()
        self.stalled = 0
        self._now = now
        self._stall_seconds = stall_seconds
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            feeds: list[WireFeed] = []
            for outlet in self.newswire.outlets:
                base = await self._serve(outlet, opening)
                feeds.extend(_feeds_of(outlet, base))
            self._open = opening.pop_all()
        self.feeds = tuple(feeds)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def _serve(self, outlet: Outlet, opening: AsyncExitStack) -> str:
        """Open an outlet's port, and give the address it is at."""
        # handler_cancellation: a client that gave up on a stall must not leave it sleeping here.
        server = web.Server(partial(self._answer, outlet), handler_cancellation=True, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await runner.setup()
        opening.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def _answer(self, outlet: Outlet, request: web.BaseRequest) -> web.StreamResponse:
        now = self._now()
        if outlet.shows("stalls", now) and self.stalled < STALLED_REQUESTS:
            self.stalled += 1
            await asyncio.sleep(self._stall_seconds)
        response = self._respond(outlet, request, now)
        self.requests[response.status] += 1
        return response

    def _respond(self, outlet: Outlet, request: web.BaseRequest, now: datetime) -> web.Response:
        if request.path == "/":
            return web.Response(body=front_page(outlet), content_type="text/html", charset="utf-8")
        if outlet.quirk == "moved" and request.path in (outlet.path, outlet.moved_to):
            return self._respond_moved(outlet, request, now)
        for section in outlet.sections:
            if request.path == outlet.feed_path(section):
                return self._respond_feed(outlet, section, request, now)
        return web.Response(status=404, text="There is no such page here.")

    def _respond_moved(self, outlet: Outlet, request: web.BaseRequest, now: datetime) -> web.Response:
        there = outlet.moved_to if outlet.is_ill(now) else outlet.path
        if request.path == there:
            return self._respond_feed(outlet, outlet.sections[0], request, now)
        if request.path == outlet.path:
            return web.Response(status=301, headers={"Location": there})
        return web.Response(status=404, text="There is no such page here yet.")

    def _respond_feed(
        self, outlet: Outlet, section: str, request: web.BaseRequest, now: datetime
    ) -> web.Response:
        status = outlet.status(now)
        if status != 200:
            return web.Response(status=status, text=_SORRY[status])
        body = feed_document(self.newswire, outlet, section, now)
        response = web.Response(body=body)
        response.headers["Content-Type"] = (
            f"{CONTENT_TYPES[outlet.format]}; charset={outlet.declared_charset}"
        )
        if outlet.quirk == "no_etag":
            return response
        response.etag = hashlib.sha256(body).hexdigest()[:16]
        response.last_modified = last_change(self.newswire, outlet, section, now)
        if _is_known(request, response):
            return web.Response(status=304, headers=_validators(response))
        return response


_SORRY = {
    403: "This outlet does not let machines read its feed.",
    404: "There is no such page here.",
    410: "This feed has ended. Thank you for reading.",
    500: "Something went wrong on our side.",
}


def _feeds_of(outlet: Outlet, base: str) -> list[WireFeed]:
    return [
        WireFeed(
            outlet.id,
            base + outlet.feed_path(section),
            outlet.feed_title(section),
            outlet.language,
            outlet.tags,
        )
        for section in outlet.sections
    ]


def _is_known(request: web.BaseRequest, response: web.Response) -> bool:
    """Whether the client has this very document; the ETag decides where it sends one (RFC 9110, 13.2.2)."""
    if request.if_none_match is not None:
        return any(known in (response.etag, ETag("*")) for known in request.if_none_match)
    since = request.if_modified_since
    return since is not None and response.last_modified is not None and response.last_modified <= since


def _validators(response: web.Response) -> dict[str, str]:
    return {name: response.headers[name] for name in ("ETag", "Last-Modified")}
