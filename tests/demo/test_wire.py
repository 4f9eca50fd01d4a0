"""The wire answers over HTTP as its outlets' servers would, at whatever hour its clock shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import aiohttp
import pytest

from watcher.demo.newswire import STALLED_REQUESTS, Newswire, at_hour
from watcher.demo.wire import WireServer


class Clock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.time = at_hour(240)

    def put(self, hour: float) -> None:
        self.time = at_hour(hour)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def wire(clock: Clock) -> AsyncIterator[WireServer]:
    async with WireServer(Newswire.load(), clock, stall_seconds=20) as wire:
        yield wire


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as client:
        yield client


def url(wire: WireServer, outlet: str) -> str:
    return next(feed.url for feed in wire.feeds if feed.outlet == outlet)


async def status(client: aiohttp.ClientSession, address: str) -> int:
    async with client.get(address, allow_redirects=False) as response:
        return response.status


async def test_every_outlet_has_a_port_of_its_own_on_loopback(wire: WireServer) -> None:
    ports = {feed.outlet: feed.url.split("/")[2] for feed in wire.feeds}
    assert len(wire.feeds) == len(wire.newswire.outlets) + 2
    assert len(set(ports.values())) == len(wire.newswire.outlets)
    assert all(feed.url.startswith("http://127.0.0.1:") for feed in wire.feeds)


async def test_every_feed_but_the_forbidden_and_the_gone_answers_at_the_end(
    wire: WireServer, client: aiohttp.ClientSession
) -> None:
    answers = {feed.url: await status(client, feed.url) for feed in wire.feeds}
    by_outlet = {feed.outlet: answers[feed.url] for feed in wire.feeds}
    unusual = {outlet: answer for outlet, answer in by_outlet.items() if answer != 200}
    assert unusual == {"sealed-column": 403, "pier-dispatches": 410, "diario-do-cais": 301}
    assert wire.requests == {200: len(wire.feeds) - 3, 301: 1, 403: 1, 410: 1}


async def test_an_etag_and_a_date_each_bring_a_304(wire: WireServer, client: aiohttp.ClientSession) -> None:
    address = url(wire, "elbwarte")
    async with client.get(address) as first:
        etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for known in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
        async with client.get(address, headers=known) as again:
            assert again.status == 304
            assert again.headers["ETag"] == etag
            assert await again.read() == b""


async def test_news_makes_a_known_feed_new(
    wire: WireServer, client: aiohttp.ClientSession, clock: Clock
) -> None:
    clock.put(57.9)
    async with client.get(url(wire, "naru-ilbo")) as first:
        known = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    clock.put(58)
    async with client.get(url(wire, "naru-ilbo"), headers=known) as second:
        assert second.status == 200
        assert "평양 출발" in await second.text()


async def test_the_outlet_without_etag_answers_in_full_each_time(
    wire: WireServer, client: aiohttp.ClientSession
) -> None:
    async with client.get(url(wire, "northgate-tribune"), headers={"If-None-Match": "*"}) as response:
        assert response.status == 200
        assert not {"ETag", "Last-Modified"} & set(response.headers)


@pytest.mark.parametrize(
    ("outlet", "hours"),
    [
        ("sealed-column", {0: 403, 120: 403, 240: 403}),
        ("iskele-postasi", {31.9: 200, 32: 404, 51.9: 404, 52: 200}),
        ("capital-ledger", {65.9: 200, 66: 500, 74.9: 500, 75: 200}),
        ("pier-dispatches", {119.9: 200, 120: 410, 240: 410}),
        ("diario-do-cais", {47.9: 200, 48: 301, 240: 301}),
    ],
)
async def test_an_outlet_falls_ill_at_its_hour_and_recovers_at_its_hour(
    wire: WireServer, client: aiohttp.ClientSession, clock: Clock, outlet: str, hours: dict[float, int]
) -> None:
    seen = {}
    for hour in hours:
        clock.put(hour)
        seen[hour] = await status(client, url(wire, outlet))
    assert seen == hours


async def test_the_redirect_leads_to_the_feed_and_only_once_it_has_moved(
    wire: WireServer, client: aiohttp.ClientSession, clock: Clock
) -> None:
    async with client.get(url(wire, "diario-do-cais")) as response:
        moved_to = str(response.url)
        assert response.status == 200
        assert moved_to.endswith("/feed/noticias.xml")
        assert "<title>Diário do Cais</title>" in await response.text()
    clock.put(47)
    assert await status(client, moved_to) == 404


async def test_declared_charsets_are_in_the_headers(wire: WireServer, client: aiohttp.ClientSession) -> None:
    declared = {}
    for outlet in ("vestovoy", "pristavni-list", "il-molo"):
        async with client.get(url(wire, outlet)) as response:
            declared[outlet] = response.headers["Content-Type"]
    assert declared == {
        "vestovoy": "application/rss+xml; charset=windows-1251",
        "pristavni-list": "application/rss+xml; charset=iso-8859-1",
        "il-molo": "application/rdf+xml; charset=utf-8",
    }


async def test_a_stall_says_nothing_until_its_client_gives_up_and_only_a_few_times(
    wire: WireServer, client: aiohttp.ClientSession, clock: Clock
) -> None:
    clock.put(95)
    impatient = aiohttp.ClientTimeout(total=0.1)
    for _ in range(STALLED_REQUESTS):
        with pytest.raises(asyncio.TimeoutError):
            await client.get(url(wire, "relais-des-lacs"), timeout=impatient)
    assert wire.stalled == STALLED_REQUESTS
    assert await status(client, url(wire, "relais-des-lacs")) == 200


async def test_it_stops_at_once_in_the_midst_of_a_stall(clock: Clock) -> None:
    clock.put(95)
    async with asyncio.timeout(3), aiohttp.ClientSession() as client:
        async with WireServer(Newswire.load(), clock, stall_seconds=60) as wire:
            stalled = asyncio.create_task(status(client, url(wire, "relais-des-lacs")))
            await asyncio.sleep(0.1)
            assert wire.stalled == 1
        with pytest.raises(aiohttp.ClientError):
            await stalled


async def test_a_home_page_names_its_feeds(wire: WireServer, client: aiohttp.ClientSession) -> None:
    home = url(wire, "harbour-courier").rsplit("/feeds", 1)[0] + "/"
    async with client.get(home) as response:
        page = await response.text()
    assert 'type="application/rss+xml"' in page
    assert 'href="/feeds/front.xml"' in page
    assert 'href="/feeds/world.xml"' in page


async def test_an_unknown_path_is_404(wire: WireServer, client: aiohttp.ClientSession) -> None:
    assert await status(client, url(wire, "elbwarte") + ".bak") == 404
