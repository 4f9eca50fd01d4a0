"""A loopback feed server for benchmarks: many outlets, slow as the internet is, some of them failing.

Every feed has an address of its own in 127.0.0.0/8, as real feeds mostly have a host of their own; a
poller that is polite to hosts is not held up by the benchmark's being on one machine.

    python -m benchmarks.feed_server --feeds 2000      prints the feeds' addresses, one a line, then serves
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import resource
import socket
import sys
from dataclasses import dataclass

from aiohttp import web

WORDS = (
    "council harbour minister budget river summit strike election storm league museum bridge treaty market "
    "hospital rail school court festival border energy forest island airport union parliament station police"
).split()
ITEMS = 30
FAILING, WITHOUT_ETAG = 0.01, 0.30
LATENCY = (0.05, 0.20)


@dataclass(frozen=True, slots=True)
class Served:
    """One feed as it is served."""

    body: bytes
    etag: str
    latency: float
    fails: bool


def feed(number: int) -> Served:
    """A feed of about 76 kB as a newsroom's site publishes it, the same for the same number."""
    luck = random.Random(number)
    items = "".join(_item(number, place, luck) for place in range(ITEMS))
    body = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        f"<title>Outlet {number}</title><link>https://outlet{number}.example/</link><language>en</language>"
        f"{items}</channel></rss>"
    ).encode()
    etag = "" if luck.random() < WITHOUT_ETAG else hashlib.sha256(body).hexdigest()[:16]
    return Served(body, etag, luck.uniform(*LATENCY), luck.random() < FAILING)


def _item(number: int, place: int, luck: random.Random) -> str:
    """One article: headline, lead, author, categories, picture, and its text as HTML."""
    site = f"https://outlet{number}.example"
    day, hour = 1 + place % 28, luck.randrange(24)
    categories = "".join(f"<category>{word}</category>" for word in luck.choices(WORDS, k=3))
    return (
        f"<item><title>{_words(luck, 9).capitalize()}</title><link>{site}/{place}</link>"
        f"<guid>{site}/{place}</guid><dc:creator>Staff</dc:creator>{categories}"
        f"<pubDate>{day:02d} Sep 2026 {hour:02d}:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{_words(luck, 30)}&lt;/p&gt;</description>"
        f'<media:content url="{site}/{place}.jpg" medium="image" width="800" height="450"/>'
        f"<content:encoded><![CDATA[{_article(site, luck)}]]></content:encoded></item>"
    )


def _article(site: str, luck: random.Random) -> str:
    """Some 1.7 kB of HTML: paragraphs with links and emphasis, and a picture."""
    paragraphs = "".join(
        f'<p>{_words(luck, 22)} <a href="{site}/{luck.randrange(9999)}">{_words(luck, 3)}</a> '
        f"<em>{_words(luck, 4)}</em> {_words(luck, 8)}</p>"
        for _ in range(5)
    )
    return f'<figure><img src="{site}/picture.jpg" alt="{_words(luck, 5)}"/></figure>{paragraphs}'


def _words(luck: random.Random, count: int) -> str:
    return " ".join(luck.choices(WORDS, k=count))


def address(number: int) -> str:
    """The host of a feed: one address each, from 127.1.0.1 on."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def _sockets(count: int) -> tuple[list[socket.socket], int]:
    sockets: list[socket.socket] = []
    port = 0
    for number in range(count):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address(number), port))
        port = listening.getsockname()[1]
        sockets.append(listening)
    return sockets, port


async def serve(count: int) -> None:
    """Serve feeds until the process is ended."""
    feeds = {address(number): feed(number) for number in range(count)}

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        served = feeds[str(request.host).split(":")[0]]
        await asyncio.sleep(served.latency)
        if served.fails:
            return web.Response(status=503, text="away")
        if served.etag and request.headers.get("If-None-Match") == f'"{served.etag}"':
            return web.Response(status=304, headers={"ETag": f'"{served.etag}"'})
        headers = {"ETag": f'"{served.etag}"'} if served.etag else {}
        return web.Response(body=served.body, headers=headers, content_type="application/rss+xml")

    sockets, port = _sockets(count)
    loop = asyncio.get_running_loop()
    server = web.Server(answer, access_log=None)
    for listening in sockets:
        await loop.create_server(server, sock=listening)
    for number in range(count):
        sys.stdout.write(f"http://{address(number)}:{port}/feed.xml\n")
    sys.stdout.write("\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    """Serve as many feeds as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=2000)
    arguments = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    asyncio.run(serve(arguments.feeds))


if __name__ == "__main__":
    main()
