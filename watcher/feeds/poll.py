"""Polling: from a feed's address to its new bytes, politely, safely and within bounds."""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import httpx

from watcher.feeds.addresses import outlet_of
from watcher.feeds.bodies import ENCODINGS, body_hash, read_body
from watcher.feeds.guard import Blocked, Guard
from watcher.feeds.reasons import NETWORK_ERRORS, Setback, refused, why
from watcher.feeds.schedule import PollSettings, after_poll
from watcher.feeds.turns import Turns
from watcher.models import Feed, Fetched, FetchFailed, Unchanged

__all__ = ["PollSettings", "Polled", "Poller", "after_poll"]

Polled = Fetched | Unchanged | FetchFailed

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8,"
    " text/xml;q=0.8, */*;q=0.1"
)
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_NO_ADDRESS = "The address is not one that can be opened; look whether it was copied whole."
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one request brought: a redirect's target, or a status with its body."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    target: httpx.URL | None = None


@dataclass(slots=True)
class _Trail:
    """The way one poll takes, through redirects.

    `seconds` are left of its time; `moved_to` is where the permanent redirects at its start lead.
    """

    client: httpx.AsyncClient
    now: datetime
    url: httpx.URL
    seconds: float
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    been: set[tuple[str, str]] = field(default_factory=set)
    hops: int = 0
    only_permanent: bool = True
    moved_to: str = ""


class Poller:
    """Polls feeds; a context manager that holds the connections.

    One request at a time goes to each registrable domain, `settings.concurrency` at once to all.
    `clock` (seconds) and `sleep` are for tests.
    """

    def __init__(
        self,
        settings: PollSettings | None = None,
        guard: Guard | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.settings = settings or PollSettings()
        self._guard = guard or Guard()
        self._clock = clock
        self._turns = Turns(self.settings.host_pause_seconds, clock, sleep)
        self._slots = asyncio.Semaphore(self.settings.concurrency)
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        settings = self.settings
        # The list of public suffixes takes a tenth of a second to load, which is not the event loop's.
        await asyncio.to_thread(outlet_of, "https://www.example.org")
        self._client = self._guard.client(
            connections=settings.concurrency,
            timeout=httpx.Timeout(settings.read_seconds, connect=settings.connect_seconds, pool=None),
            headers={
                "User-Agent": settings.user_agent,
                "Accept": _ACCEPT,
                "Accept-Encoding": ENCODINGS,
            },
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def poll(self, feed: Feed, now: datetime) -> Polled:
        """What a feed has that is new. Never raises for anything a feed or its server does."""
        if self._client is None:
            raise RuntimeError("a Poller polls only inside its `async with`")
        try:
            return await self._poll(self._client, feed, now)
        except Setback as setback:
            return FetchFailed(feed, now, str(setback), setback.status, setback.retry_after, setback.gone)
        except Blocked as blocked:
            return FetchFailed(feed, now, str(blocked))
        except Exception as error:  # noqa: BLE001  one feed must never stop the others
            _log.error("polling %s failed in a way nobody foresaw", feed.url, exc_info=error)
            reason = f"Polling failed in a way nobody foresaw ({type(error).__name__}); the log has more."
            return FetchFailed(feed, now, reason)

    async def _poll(self, client: httpx.AsyncClient, feed: Feed, now: datetime) -> Polled:
        trail = _Trail(client, now, _address(feed.url), self.settings.total_seconds)
        headers = _conditions(feed)
        while True:
            answer = await self._ask(trail, _credentials(feed.url, trail.url) | headers)
            if answer.target is None:
                break
            self._follow(trail, answer.status, answer.target)
        # A feed with a password keeps the address it was given: the redirect's does not have it.
        moved_to = "" if httpx.URL(feed.url.strip()).userinfo else trail.moved_to
        return _result(feed, now, answer, str(trail.url), moved_to)

    async def _ask(self, trail: _Trail, headers: dict[str, str]) -> _Answer:
        """One request, within its outlet's turn and what is left of the poll's time."""
        self._guard.judge(trail.url)
        async with self._turns.turn(outlet_of(str(trail.url))), self._slots:
            started = self._clock()
            try:
                async with asyncio.timeout(trail.seconds):
                    return await self._exchange(trail, headers)
            except TimeoutError:
                raise _too_slow(self.settings.total_seconds) from None
            except NETWORK_ERRORS as error:
                raise Setback(why(error, trail.url.host)) from error
            finally:
                trail.seconds -= self._clock() - started

    async def _exchange(self, trail: _Trail, headers: dict[str, str]) -> _Answer:
        request = trail.client.build_request("GET", trail.url, headers=headers)
        trail.cookies.set_cookie_header(request)
        self._note_visit(trail, request)
        response = await trail.client.send(request, stream=True)
        try:
            return await self._answer(trail, response)
        finally:
            await response.aclose()

    def _note_visit(self, trail: _Trail, request: httpx.Request) -> None:
        visit = (str(trail.url), request.headers.get("cookie", ""))
        if visit in trail.been:
            raise Setback("The feed redirects in a circle; open it in a browser to find the right address.")
        trail.been.add(visit)

    async def _answer(self, trail: _Trail, response: httpx.Response) -> _Answer:
        status, headers = response.status_code, dict(response.headers)
        if status in _REDIRECTS and "location" in headers:
            trail.cookies.extract_cookies(response)
            return _Answer(status, headers, target=_target(trail.url, headers["location"]))
        if status == 304:
            return _Answer(status, headers)
        if not 200 <= status < 300 or status in (204, 205):
            raise refused(response, trail.now)
        body = await read_body(response, self.settings.max_bytes, self.settings.max_ratio)
        return _Answer(status, headers, body)

    def _follow(self, trail: _Trail, status: int, target: httpx.URL) -> None:
        trail.hops += 1
        if trail.hops > self.settings.max_redirects:
            raise Setback(
                f"The feed redirects more than {self.settings.max_redirects} times;"
                " open its address in a browser to find the right one."
            )
        if trail.url.scheme == "https" and target.scheme == "http":
            raise Setback(
                "The feed redirects from https to http, where anybody on the way could change it;"
                f" if that is meant, add {str(target)[:200]} itself."
            )
        trail.only_permanent = trail.only_permanent and status in _PERMANENT
        if trail.only_permanent:
            trail.moved_to = str(target)
        trail.url = target


def _address(url: str) -> httpx.URL:
    """A feed's address without what only its owner should see: the name and password in it."""
    try:
        return httpx.URL(url.strip()).copy_with(userinfo=b"", fragment=None)
    except (httpx.InvalidURL, ValueError):
        raise Setback(_NO_ADDRESS) from None


def _target(base: httpx.URL, location: str) -> httpx.URL:
    try:
        return base.join(location.strip()).copy_with(userinfo=b"", fragment=None)
    except (httpx.InvalidURL, ValueError):
        raise Setback("The feed redirects to an address that cannot be opened; tell the outlet.") from None


def _credentials(feed_url: str, url: httpx.URL) -> dict[str, str]:
    """The name and password of a feed's address as a header, for its own server and no other."""
    own = httpx.URL(feed_url.strip())
    if not own.userinfo or (own.scheme, own.host, own.port) != (url.scheme, url.host, url.port):
        return {}
    pair = f"{unquote(own.username)}:{unquote(own.password)}".encode()
    return {"Authorization": "Basic " + base64.b64encode(pair).decode()}


def _conditions(feed: Feed) -> dict[str, str]:
    conditions = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _result(feed: Feed, now: datetime, answer: _Answer, url: str, moved_to: str) -> Polled:
    if answer.status == 304:
        if not _conditions(feed):
            raise Setback("The server says that nothing is new though it gave us nothing yet (304).", 304)
        return Unchanged(feed, now, answer.headers, moved_to)
    known_by = body_hash(answer.body)
    if known_by == feed.body_hash:
        return Unchanged(feed, now, answer.headers, moved_to)
    return Fetched(feed, now, url, answer.status, answer.headers, answer.body, known_by, moved_to)


def _too_slow(seconds: float) -> Setback:
    return Setback(f"The feed took more than {seconds:.0f} seconds to come; Watcher tries again later.")
