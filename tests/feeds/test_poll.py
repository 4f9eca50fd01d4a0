"""Polling over real HTTP on loopback: what is new, what is not, and how politely it is asked."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from dataclasses import replace

import pytest
from aiohttp import web

from tests.feeds.wire import HASTY, LOOPBACK, NOON, Wire, failed, fetched, item, poll, rss
from watcher import __version__
from watcher.feeds.poll import Poller
from watcher.feeds.schedule import after_poll
from watcher.models import Fetched, Unchanged

BODY = rss(item())


async def test_a_new_body_comes_with_its_headers_and_the_address_it_was_at(wire: Wire) -> None:
    feed = wire.gives(BODY, headers={"ETag": '"one"', "Cache-Control": "max-age=600"})
    result = await fetched(feed)
    assert result.body == BODY.encode()
    assert result.url == feed.url
    assert (result.headers["etag"], result.headers["cache-control"]) == ('"one"', "max-age=600")


async def test_watcher_says_who_it_is_and_never_poses_as_a_browser(wire: Wire) -> None:
    await fetched(wire.gives(BODY))
    agent = wire.asked[0].headers["User-Agent"]
    assert agent.startswith(f"Watcher/{__version__}")
    assert "Mozilla" not in agent


async def test_an_etag_and_a_date_are_sent_back_and_304_means_unchanged(wire: Wire) -> None:
    async def answer(request: web.Request) -> web.Response:
        known = request.headers.get("If-None-Match") == '"one"' and "If-Modified-Since" in request.headers
        headers = {"ETag": '"one"', "Last-Modified": "Sat, 01 Mar 2025 09:00:00 GMT"}
        return web.Response(status=304 if known else 200, body=b"" if known else BODY, headers=headers)

    wire.answers["/feed"] = answer
    first = await fetched(wire.feed())
    again = await poll(after_poll(wire.feed(), first, HASTY))
    assert isinstance(again, Unchanged)


async def test_a_body_that_is_known_by_its_hash_is_unchanged_without_any_etag(wire: Wire) -> None:
    first = await fetched(wire.gives(BODY))
    assert isinstance(await poll(after_poll(wire.feed(), first, HASTY)), Unchanged)


async def test_a_build_date_written_anew_at_each_request_is_no_change(wire: Wire) -> None:
    first = await fetched(wire.gives(rss(item(), channel="<lastBuildDate>Sat, 01 Mar 2025</lastBuildDate>")))
    wire.gives(rss(item(), channel="<lastBuildDate>Sun, 02 Mar 2025</lastBuildDate>"))
    assert isinstance(await poll(after_poll(wire.feed(), first, HASTY)), Unchanged)


async def test_a_304_to_a_question_without_conditions_is_a_failure(wire: Wire) -> None:
    assert (await failed(wire.gives(b"", status=304))).status == 304


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(BODY.encode())),
        ("x-gzip", gzip.compress(BODY.encode()[:50]) + gzip.compress(BODY.encode()[50:])),
        ("gzip", gzip.compress(BODY.encode()) + b"\0" * 20),
        ("deflate", zlib.compress(BODY.encode())),
        ("deflate", zlib.compressobj(wbits=-15).compress(b"") + zlib.compress(BODY.encode())[2:-4]),
    ],
    ids=["gzip", "gzip in two members", "gzip with padding", "deflate", "bare deflate"],
)
async def test_compressed_bodies_are_unpacked(wire: Wire, encoding: str, packed: bytes) -> None:
    result = await fetched(wire.gives(packed, headers={"Content-Encoding": encoding}))
    assert result.body == BODY.encode()


async def test_a_redirect_is_followed_and_a_temporary_one_not_remembered(wire: Wire) -> None:
    wire.gives(BODY, "/new")
    result = await fetched(wire.redirects("/new", status=302))
    assert (result.url, result.moved_to) == (wire.url("/new"), "")


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_redirect_says_where_the_feed_has_moved(wire: Wire, status: int) -> None:
    wire.gives(BODY, "/new")
    assert (await fetched(wire.redirects("/new", status=status))).moved_to == wire.url("/new")


async def test_only_the_permanent_redirects_at_the_start_of_a_chain_are_a_move(wire: Wire) -> None:
    wire.redirects("/temporary", "/moved", status=301)
    wire.redirects("/last", "/temporary", status=307)
    wire.redirects("/end", "/last", status=301)
    wire.gives(BODY, "/end")
    result = await fetched(wire.feed("/moved"))
    assert (result.url, result.moved_to) == (wire.url("/end"), wire.url("/temporary"))


async def test_an_unchanged_feed_too_says_that_it_has_moved(wire: Wire) -> None:
    wire.gives(BODY, "/new")
    first = await fetched(wire.redirects("/new", status=301))
    again = await poll(after_poll(wire.feed(), first, HASTY))
    assert isinstance(again, Unchanged)
    assert again.moved_to == wire.url("/new")


async def test_a_cookie_asked_for_on_the_way_is_given_back_on_that_way_only(wire: Wire) -> None:
    async def answer(request: web.Request) -> web.Response:
        if "seen=1" in request.headers.get("Cookie", ""):
            return web.Response(body=BODY)
        return web.Response(status=302, headers={"Location": "/feed", "Set-Cookie": "seen=1"})

    wire.answers["/feed"] = answer
    wire.gives(BODY, "/other")
    async with Poller(HASTY, LOOPBACK) as poller:
        assert isinstance(await poller.poll(wire.feed(), NOON), Fetched)
        assert isinstance(await poller.poll(wire.feed("/other"), NOON), Fetched)
        assert isinstance(await poller.poll(wire.feed(), NOON), Fetched)
    cookies = [(request.path, request.headers.get("Cookie", "")) for request in wire.asked]
    assert cookies == [("/feed", ""), ("/feed", "seen=1"), ("/other", ""), ("/feed", ""), ("/feed", "seen=1")]


async def test_a_name_and_password_in_the_address_go_to_its_server_and_no_other(wire: Wire) -> None:
    wire.gives(BODY, "/away")
    feed = wire.redirects(wire.url("/away").replace("127.0.0.1", "localhost"), status=301)
    feed = replace(feed, url=feed.url.replace("http://", "http://reporter:s%20cret@"))
    async with Poller(HASTY, type(LOOPBACK)(["127.0.0.1", "localhost"])) as poller:
        result = await poller.poll(feed, NOON)
    assert isinstance(result, Fetched)
    own, other = wire.asked
    assert own.headers["Authorization"] == "Basic cmVwb3J0ZXI6cyBjcmV0"
    assert "Authorization" not in other.headers
    assert "cret" not in result.url
    assert result.moved_to == "", "an address with a password is kept as it was given"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "name and a password"),
        (403, "refuses Watcher"),
        (404, "no feed at this address"),
        (429, "less often"),
        (500, "trouble of its own"),
        (503, "tries again later"),
        (418, "418"),
        (204, "nothing"),
    ],
)
async def test_each_refusal_is_said_in_a_sentence(wire: Wire, status: int, words: str) -> None:
    result = await failed(wire.gives(b"", status=status))
    assert words in result.reason
    assert result.status == status
    assert not result.gone


async def test_410_means_gone_for_good(wire: Wire) -> None:
    result = await failed(wire.gives(b"", status=410))
    assert result.gone
    assert after_poll(wire.feed(), result, HASTY).retired_at == NOON


@pytest.mark.parametrize(
    ("value", "seconds"), [("120", 120), ("Sat, 01 Mar 2025 12:10:00 GMT", 600), ("soon", None)]
)
async def test_retry_after_is_read_as_seconds_and_as_a_date(
    wire: Wire, value: str, seconds: int | None
) -> None:
    result = await failed(wire.gives(b"", status=503, headers={"Retry-After": value}))
    assert (result.retry_after.total_seconds() if result.retry_after else None) == seconds


async def test_one_outlet_gets_one_request_at_a_time_with_a_pause_between(wire: Wire) -> None:
    under_way = most = 0
    pauses: list[float] = []

    async def answer(request: web.Request) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return web.Response(body=BODY)

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    feeds = [wire.feed(f"/{number}") for number in range(5)]
    wire.answers = {f"/{number}": answer for number in range(5)}
    async with Poller(replace(HASTY, host_pause_seconds=1.0), LOOPBACK, sleep=pause) as poller:
        await asyncio.gather(*(poller.poll(feed, NOON) for feed in feeds))
    assert most == 1
    assert len(pauses) == 4, "before each request but the first"
    assert all(0 < seconds <= 1.0 for seconds in pauses)


async def test_different_outlets_are_asked_at_once_but_no_more_than_is_allowed() -> None:
    under_way = most = 0
    enough = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, most
        await reader.readuntil(b"\r\n\r\n")
        under_way += 1
        most = max(most, under_way)
        if most == 3:
            enough.set()
        await asyncio.wait_for(enough.wait(), 5)
        under_way -= 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        writer.close()

    servers = [await asyncio.start_server(talk, "127.0.0.1", 0) for _ in range(6)]
    feeds = [
        replace(Wire(port=server.sockets[0].getsockname()[1]).feed(), id=number)
        for number, server in enumerate(servers)
    ]
    async with Poller(replace(HASTY, concurrency=3), LOOPBACK) as poller:
        results = await asyncio.gather(*(poller.poll(feed, NOON) for feed in feeds))
    for server in servers:
        server.close()
    assert most == 3
    assert sorted(result.feed.id for result in results) == list(range(6))
    assert all(isinstance(result, Fetched) for result in results)


async def test_a_poller_outside_its_block_is_a_mistake_of_ours(wire: Wire) -> None:
    with pytest.raises(RuntimeError):
        await Poller(HASTY, LOOPBACK).poll(wire.feed(), NOON)
