"""The guard: which addresses may be connected to, however they are written or wrapped."""

from __future__ import annotations

import socket

import httpx
import pytest

from tests.feeds.wire import Wire
from watcher.feeds.guard import Blocked, Guard, JudgingResolver
from watcher.models import WatcherError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.10",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "not an address",
    ],
)
def test_an_address_off_the_public_internet_is_refused(address: str) -> None:
    assert not Guard().allows_address(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_address_is_allowed(address: str) -> None:
    assert Guard().allows_address(address)


def test_a_network_on_the_list_is_allowed_and_its_neighbour_not() -> None:
    guard = Guard(["10.1.0.0/16", "192.168.7.7"])
    assert guard.allows_address("10.1.200.3")
    assert guard.allows_address("192.168.7.7")
    assert not guard.allows_address("10.2.0.1")


def test_a_host_on_the_list_is_allowed_and_a_star_means_all_below_it() -> None:
    guard = Guard(["wire.example", "*.paper.example"])
    assert guard.allows_host("WIRE.example.")
    assert guard.allows_host("feeds.desk.paper.example")
    assert not guard.allows_host("paper.example")
    assert not guard.allows_host("mywire.example")


@pytest.mark.parametrize("entry", ["", "http://wire.example", "10.0.0.0/99", "a b", "*"])
def test_an_entry_that_allows_nothing_is_a_mistake_that_is_said(entry: str) -> None:
    with pytest.raises(WatcherError, match="write one like"):
        Guard([entry])


@pytest.mark.parametrize("url", ["ftp://a.example/x", "file:///etc/passwd", "javascript:1", "feed"])
def test_only_http_and_https_are_spoken(url: str) -> None:
    with pytest.raises(Blocked, match="no http or https"):
        Guard().judge(httpx.URL(url))


def test_a_name_that_leads_to_public_and_private_addresses_keeps_the_public_ones() -> None:
    assert Guard().admit("mixed.example", ["10.0.0.1", "8.8.8.8", "::1"]) == ["8.8.8.8"]


def test_a_name_that_leads_to_private_addresses_only_is_refused() -> None:
    with pytest.raises(Blocked, match="rebound"):
        Guard().admit("rebound.example", ["10.0.0.1", "::1"])


async def test_the_resolver_hands_out_nothing_it_has_not_judged() -> None:
    with pytest.raises(Blocked):
        await JudgingResolver(Guard()).resolve("localhost", 80, socket.AF_INET)
    allowed = await JudgingResolver(Guard(["localhost"])).resolve("localhost", 80, socket.AF_INET)
    assert {found["host"] for found in allowed} == {"127.0.0.1"}


async def test_the_last_look_is_at_the_socket_so_a_literal_address_gets_no_further(wire: Wire) -> None:
    wire.gives("secret")
    async with Guard().client() as client:
        with pytest.raises(Blocked):
            await client.get(wire.url())
    assert not wire.asked


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001", "0177.0.0.1", "①②⑦.0.0.1"])
async def test_no_other_spelling_of_this_machine_gets_through(wire: Wire, host: str) -> None:
    wire.gives("secret")
    async with Guard().client() as client:
        with pytest.raises((Blocked, httpx.HTTPError, httpx.InvalidURL)):
            await client.get(f"http://{host}:{wire.port}/feed")
    assert not wire.asked


async def test_a_host_on_the_list_is_reached_wherever_it_leads(wire: Wire) -> None:
    wire.gives("the newsroom's own")
    async with Guard(["localhost"]).client() as client:
        answer = await client.get(f"http://localhost:{wire.port}/feed")
    assert answer.text == "the newsroom's own"


async def test_a_client_keeps_no_cookies_and_follows_no_redirects(wire: Wire) -> None:
    wire.redirects("/elsewhere", cookie="who=me; Path=/")
    async with Guard(["127.0.0.1"]).client() as client:
        first = await client.get(wire.url())
        await client.get(wire.url())
    assert first.status_code == 302
    assert [request.headers.get("Cookie") for request in wire.asked] == [None, None]


async def test_a_proxy_in_the_environment_is_not_taken(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    wire.gives("direct")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with Guard(["127.0.0.1"]).client() as client:
        assert (await client.get(wire.url())).text == "direct"
