"""Servers that are broken, hostile or both: each is said in a sentence, in bounded time and memory."""

from __future__ import annotations

import asyncio
import gzip
import socket
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from aiohttp import web

from tests.feeds.wire import (
    HASTY,
    LOOPBACK,
    NOON,
    Wire,
    failed,
    fetched,
    item,
    read,
    rss,
    serving,
    speaking,
)
from watcher.feeds.guard import Guard
from watcher.feeds.poll import Poller
from watcher.feeds.schedule import after_poll
from watcher.models import Feed, FetchFailed

BODY = rss(item())


async def test_a_body_of_20_megabytes_is_refused_by_its_announced_length(wire: Wire) -> None:
    result = await failed(wire.gives(b"x" * 20_000_000))
    assert "larger than 15 MiB" in result.reason


async def test_an_endless_body_is_cut_off_at_the_bound(wire: Wire) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 200_000_000:
            await response.write(b"<item>more</item>" * 4_000)
            sent += 17 * 4_000
        return response

    wire.answers["/feed"] = endless
    result = await failed(wire.feed(), replace(HASTY, max_bytes=1_000_000))
    assert "larger than" in result.reason
    assert sent < 50_000_000


async def test_a_compressed_file_that_is_served_as_it_is_is_unpacked(wire: Wire) -> None:
    assert (await read(wire.gives(gzip.compress(rss(item("Ferries stay in port")).encode())))).stories
    bomb = await failed(wire.gives(gzip.compress(b"\0" * 50_000_000)))
    assert "a trap" in bomb.reason or "larger than" in bomb.reason


async def test_a_gzip_bomb_is_stopped_while_it_swells(wire: Wire) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    result = await failed(wire.gives(bomb, headers={"Content-Encoding": "gzip"}))
    assert "swells to over 100 times" in result.reason


async def test_a_bomb_wrapped_twice_is_not_unpacked_at_all(wire: Wire) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    result = await failed(wire.gives(bomb, headers={"Content-Encoding": "gzip, gzip"}))
    assert "not asked for" in result.reason


async def test_what_swells_honestly_to_more_than_the_bound_is_refused(wire: Wire) -> None:
    packed = gzip.compress("".join(f"<item>{number}</item>" for number in range(200_000)).encode())
    feed = wire.gives(packed, headers={"Content-Encoding": "gzip"})
    assert "larger than" in (await failed(feed, replace(HASTY, max_bytes=1_000_000))).reason


async def test_a_small_feed_may_swell_as_it_likes(wire: Wire) -> None:
    """A template that leaves its blank lines in is no trap."""
    packed = gzip.compress(rss(item("Ferries stay in port") + " " * 900_000).encode())
    assert len(packed) * 100 < 900_000
    assert (await read(wire.gives(packed, headers={"Content-Encoding": "gzip"}))).stories


async def test_broken_compression_is_said(wire: Wire) -> None:
    result = await failed(wire.gives(b"\x1f\x8bnonsense", headers={"Content-Encoding": "gzip"}))
    assert "compression is broken" in result.reason


async def test_a_compression_nobody_asked_for_is_said(wire: Wire) -> None:
    assert "'br'" in (await failed(wire.gives(b"...", headers={"Content-Encoding": "br"}))).reason


async def test_one_byte_a_second_runs_out_of_the_time_for_the_whole() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with speaking(drip) as feed:
        result = await failed(feed, replace(HASTY, total_seconds=0.3, read_seconds=0.2))
    assert "more than 0 seconds to come" in result.reason


async def test_headers_that_never_end_run_out_of_time_too() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(10_000):
            writer.write(f"X-{number}: {number}\r\n".encode())
            await writer.drain()
            await asyncio.sleep(0.02)

    async with speaking(drip) as feed:
        result = await failed(feed, replace(HASTY, total_seconds=0.3, read_seconds=0.2))
    assert "seconds to come" in result.reason


async def test_a_server_that_falls_silent_is_given_up() -> None:
    async def fall_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>")
        await writer.drain()
        await reader.read()

    async with speaking(fall_silent) as feed:
        result = await failed(feed, replace(HASTY, read_seconds=0.1))
    assert "fell silent" in result.reason


async def test_time_spent_waiting_in_line_is_not_the_feeds_own(wire: Wire) -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.15)
        return web.Response(body=BODY)

    wire.answers = {f"/{number}": slow for number in range(4)}
    async with Poller(replace(HASTY, total_seconds=0.4), LOOPBACK) as poller:
        results = await asyncio.gather(*(poller.poll(wire.feed(f"/{n}"), NOON) for n in range(4)))
    assert not [result.reason for result in results if isinstance(result, FetchFailed)]


async def test_a_content_length_too_long_is_forgiven_where_the_document_is_whole() -> None:
    async def promise_more(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + BODY.encode())
        await writer.drain()

    async with speaking(promise_more) as feed:
        assert (await fetched(feed)).body == BODY.encode()


async def test_a_connection_that_ends_in_the_middle_is_said() -> None:
    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + BODY.encode()[:200])
        await writer.drain()

    async with speaking(break_off) as feed:
        assert "in the middle of the feed" in (await failed(feed)).reason


async def test_more_than_the_content_length_is_said() -> None:
    async def promise_less(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n" + BODY.encode())
        await writer.drain()

    async with speaking(promise_less) as feed:
        assert "does not speak HTTP as it should" in (await failed(feed)).reason


async def test_a_document_cut_short_gives_what_stories_it_can(wire: Wire) -> None:
    body = rss(item("First story"), item("Second story", link="https://a.example/2"))
    parsed = await read(wire.gives(body[:-60]))
    assert "First story" in [story.title for story in parsed.stories]
    assert "not well-formed" in parsed.notes[0]


async def test_a_gzip_stream_that_breaks_off_is_said(wire: Wire) -> None:
    half = gzip.compress(rss(*(item(f"Story {n} of many") for n in range(200))).encode())[:400]
    assert "broke off" in (await failed(wire.gives(half, headers={"Content-Encoding": "gzip"}))).reason


async def test_what_is_not_http_at_all_is_said() -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP at your service\r\n")
        await writer.drain()

    async with speaking(chatter) as feed:
        assert "does not speak HTTP" in (await failed(feed)).reason


async def test_a_server_that_hangs_up_is_said() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        return

    async with speaking(hang_up) as feed:
        assert "hung up" in (await failed(feed)).reason


async def test_a_port_where_nobody_listens_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        result = await failed(Feed(1, f"http://127.0.0.1:{taken.getsockname()[1]}/feed"))
    assert "takes no connections" in result.reason


async def test_a_name_that_does_not_exist_is_said() -> None:
    assert "no host named nowhere.invalid" in (await failed(Feed(1, "http://nowhere.invalid/feed"))).reason


async def test_headers_of_many_kilobytes_are_borne(wire: Wire) -> None:
    policy = "default-src " + " ".join(f"https://cdn{n}.example" for n in range(1_000))
    result = await fetched(wire.gives(BODY, headers={"Content-Security-Policy": policy}))
    assert result.body == BODY.encode()


async def test_an_etag_that_cannot_be_sent_back_is_not_kept() -> None:
    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "caf\xc3\xa9"\r\nContent-Length: 5\r\n\r\n<rss>')
        await writer.drain()

    async with speaking(odd) as feed:
        assert after_poll(feed, await fetched(feed), HASTY).etag == ""


async def test_redirects_in_a_circle_are_said(wire: Wire) -> None:
    wire.redirects("/feed", "/there")
    result = await failed(wire.redirects("/there"))
    assert "in a circle" in result.reason
    assert len(wire.asked) == 2


async def test_a_redirect_to_itself_with_the_same_cookie_is_a_circle(wire: Wire) -> None:
    result = await failed(wire.redirects("/feed", cookie="seen=1"))
    assert "in a circle" in result.reason
    assert len(wire.asked) == 2


async def test_a_redirect_to_itself_with_ever_new_cookies_ends_at_the_bound(wire: Wire) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/feed", "Set-Cookie": f"n={len(wire.asked)}"})

    wire.answers["/feed"] = answer
    assert "more than 8 times" in (await failed(wire.feed())).reason
    assert len(wire.asked) == 9


async def test_ever_new_redirects_end_at_the_bound(wire: Wire) -> None:
    for number in range(20):
        wire.redirects(f"/{number + 1}", f"/{number}")
    assert "more than 8 times" in (await failed(wire.feed("/0"))).reason


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/feed", "gopher://127.0.0.1/1"])
async def test_a_redirect_to_another_scheme_is_refused(wire: Wire, target: str) -> None:
    assert "no http or https address" in (await failed(wire.redirects(target))).reason


async def test_a_certificate_that_nobody_vouches_for_is_said() -> None:
    async with serving(trustme.CA()) as secure:
        result = await failed(secure.gives(BODY))
    assert "certificate of 127.0.0.1 is not valid" in result.reason


async def test_a_redirect_from_https_to_http_is_refused_and_the_other_way_followed(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    async with serving(authority) as secure:
        secure.gives(BODY, "/safe")
        assert (await fetched(wire.redirects(secure.url("/safe")))).url == secure.url("/safe")
        wire.gives(BODY, "/plain")
        downgraded = await failed(secure.redirects(wire.url("/plain")))
    assert "from https to http" in downgraded.reason
    assert "/plain" not in [request.path for request in wire.asked]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("data:text/xml,<rss/>", "cannot be opened"),
        ("http://[broken", "no host named"),
    ],
)
async def test_a_redirect_that_is_no_address_is_said(wire: Wire, target: str, words: str) -> None:
    assert words in (await failed(wire.redirects(target))).reason


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.1.1/admin",
        "http://[::1]/",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0/",
    ],
)
async def test_a_redirect_into_a_private_network_is_refused_before_it_is_connected_to(
    wire: Wire, target: str
) -> None:
    result = await failed(wire.redirects(target))
    assert "not on the public internet" in result.reason
    assert len(wire.asked) == 1


async def test_a_name_that_leads_to_this_machine_is_refused(wire: Wire) -> None:
    wire.gives(BODY, "/secret")
    result = await failed(Feed(1, f"http://localhost:{wire.port}/secret"), guard=Guard())
    assert "localhost (127.0.0.1) is not on the public internet" in result.reason
    assert not wire.asked
