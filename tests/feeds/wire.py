"""A feed server on loopback for the tests, and the small things they all need."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import trustme
from aiohttp import web

from watcher.feeds.guard import Guard
from watcher.feeds.parse import parse
from watcher.feeds.poll import Poller, PollSettings
from watcher.models import Feed, Fetched, FetchFailed, Parsed, ParseFailed, Unchanged

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
LOOPBACK = Guard(["127.0.0.1"])
HASTY = PollSettings(host_pause_seconds=0, total_seconds=5, read_seconds=5, connect_seconds=5)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Wire:
    """A real HTTP server whose answers a test sets, path by path, and which notes what it was asked."""

    port: int = 0
    scheme: str = "http"
    asked: list[web.Request] = field(default_factory=list)
    answers: dict[str, Handler] = field(default_factory=dict)

    def url(self, path: str = "/feed") -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    def feed(self, path: str = "/feed") -> Feed:
        return Feed(id=1, url=self.url(path))

    def gives(
        self, body: bytes | str, path: str = "/feed", status: int = 200, headers: dict[str, str] | None = None
    ) -> Feed:
        """Have a path answer with a body; returns the feed that lives there."""
        content = body.encode() if isinstance(body, str) else body

        async def answer(request: web.Request) -> web.Response:
            return web.Response(body=content, status=status, headers=headers)

        self.answers[path] = answer
        return self.feed(path)

    def redirects(self, target: str, path: str = "/feed", status: int = 302, cookie: str = "") -> Feed:
        headers = {"Location": target} | ({"Set-Cookie": cookie} if cookie else {})
        return self.gives(b"", path, status, headers)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        handler = self.answers.get(request.path)
        return await handler(request) if handler else web.Response(status=404)


@contextlib.asynccontextmanager
async def serving(authority: trustme.CA | None = None) -> AsyncIterator[Wire]:
    """A wire that is up; over TLS where an authority vouches for it."""
    wire = Wire(scheme="https" if authority else "http")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if authority else None
    if authority and context:
        authority.issue_cert("127.0.0.1").configure_cert(context)
    application = web.Application(client_max_size=1)
    application.router.add_route("*", "/{path:.*}", wire.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    wire.port = runner.addresses[0][1]
    try:
        yield wire
    finally:
        await runner.cleanup()


Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def speaking(conversation: Conversation) -> AsyncIterator[Feed]:
    """A feed behind a server that speaks raw bytes, well or badly."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            await conversation(reader, writer)
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield Feed(id=1, url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed")


async def poll(
    feed: Feed, settings: PollSettings = HASTY, guard: Guard = LOOPBACK, now: datetime = NOON
) -> Fetched | Unchanged | FetchFailed:
    async with Poller(settings, guard) as poller:
        return await poller.poll(feed, now)


async def fetched(feed: Feed, settings: PollSettings = HASTY) -> Fetched:
    result = await poll(feed, settings)
    assert isinstance(result, Fetched), result
    return result


async def failed(feed: Feed, settings: PollSettings = HASTY, guard: Guard = LOOPBACK) -> FetchFailed:
    result = await poll(feed, settings, guard)
    assert isinstance(result, FetchFailed), result
    return result


async def read(feed: Feed) -> Parsed:
    """Poll and parse a feed that can be."""
    result = parse(await fetched(feed))
    assert isinstance(result, Parsed), result.reason
    return result


async def unreadable(feed: Feed) -> ParseFailed:
    """Poll a feed and fail to parse it."""
    result = parse(await fetched(feed))
    assert isinstance(result, ParseFailed), result.stories
    return result


def rss(*items: str, channel: str = "", declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    """An RSS document of some outlet, with items given as XML."""
    return (
        f'{declaration}<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><title>World | The Harbour Post</title><link>https://www.harbourpost.example/</link>"
        f"{channel}{''.join(items)}</channel></rss>"
    )


def item(
    title: str = "Ferries stay in port",
    link: str = "https://www.harbourpost.example/ferries",
    guid: str = "",
    date: str = "Sat, 01 Mar 2025 09:30:00 GMT",
    summary: str = "",
    more: str = "",
) -> str:
    """An RSS item; what is empty is left out."""
    parts = {"title": title, "link": link, "guid": guid, "pubDate": date, "description": summary}
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in parts.items() if value)
    return f"<item>{inside}{more}</item>"
