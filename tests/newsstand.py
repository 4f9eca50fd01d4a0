"""Feeds on loopback that a test can write, break and mend, and a clock that a test can move."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Self

from aiohttp import web

MORNING = datetime(2026, 9, 5, 6, 0, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = MORNING

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        """Move on by a timedelta's keywords."""
        self.at += timedelta(**span)
        return self.at


@dataclass(slots=True)
class Paper:
    """One feed: what is in it, and how it answers."""

    title: str
    items: list[str] = field(default_factory=list)
    status: int = 200

    @property
    def site(self) -> str:
        return f"https://{self.title.lower().replace(' ', '')}.example/"

    def print(self, title: str, at: datetime, *, link: str = "", summary: str = "", guid: str = "") -> None:
        """Put an article on top."""
        link = link or f"{self.site}{len(self.items)}"
        self.items.insert(
            0,
            f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
            f"<guid>{escape(guid or link)}</guid><description>{escape(summary)}</description>"
            f"<pubDate>{format_datetime(at)}</pubDate></item>",
        )

    def document(self) -> bytes:
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>{escape(self.title)}</title><link>{self.site}</link>"
            f"<language>en</language>{''.join(self.items)}</channel></rss>"
        ).encode()


class Newsstand:
    """Serves papers at /0, /1 … while entered; `asked` counts requests by path."""

    def __init__(self, *titles: str) -> None:
        self.papers = [Paper(title) for title in titles]
        self.asked: Counter[str] = Counter()
        self.base = ""

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self._answer, access_log=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def url(self, number: int) -> str:
        """Where a paper's feed is."""
        return f"{self.base}/{number}"

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        self.asked[request.path] += 1
        paper = self.papers[int(request.path.strip("/"))]
        if paper.status != 200:
            return web.Response(status=paper.status, text="Sorry.")
        return web.Response(body=paper.document(), content_type="application/rss+xml")
