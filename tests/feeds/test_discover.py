"""A site's address finds its feeds."""

from __future__ import annotations

import pytest

from tests.feeds.wire import HASTY, LOOPBACK, NOON, Wire, item, rss
from watcher.feeds.discover import Found, NoFeed, discover, whole_address
from watcher.feeds.poll import Poller


async def find(url: str) -> tuple[Found, ...]:
    async with Poller(HASTY, LOOPBACK) as poller:
        return await discover(poller, url, NOON)


async def test_a_feeds_own_address_finds_itself(wire: Wire) -> None:
    wire.gives(rss(item()))
    assert await find(wire.url()) == (Found(wire.url(), "World | The Harbour Post"),)


async def test_a_redirected_feed_is_found_where_it_is(wire: Wire) -> None:
    wire.gives(rss(item()), "/new")
    wire.redirects("/new")
    assert [found.url for found in await find(wire.url())] == [wire.url("/new")]


async def test_a_page_gives_the_feeds_that_its_head_declares(wire: Wire) -> None:
    wire.gives(
        "<html><head><base href='/sub/'>"
        "<link rel='alternate' type='application/rss+xml' title='All &amp; everything' href='all.xml'>"
        "<link rel='alternate' type='application/rss+xml' title='Comments' href='/comments/feed'>"
        "<link rel='ALTERNATE' type='application/atom+xml; charset=utf-8' href='https://a.example/atom'>"
        "<link rel='alternate' type='text/html' hreflang='fr' href='/fr'>"
        "<link rel='stylesheet' href='/feed.css'></head></html>",
        "/",
    )
    assert await find(wire.url("/")) == (
        Found(wire.url("/sub/all.xml"), "All & everything"),
        Found("https://a.example/atom", ""),
    )


async def test_links_that_look_like_feeds_are_tried_where_the_head_declares_none(wire: Wire) -> None:
    wire.gives(
        "<html><body><a href='/rss/world'>RSS</a><a href='/rss/dead'>RSS</a><a href='/a'>A</a></body></html>",
        "/",
    )
    wire.gives(rss(item()), "/rss/world")
    assert [found.url for found in await find(wire.url("/"))] == [wire.url("/rss/world")]
    assert "/a" not in [request.path for request in wire.asked]


async def test_the_usual_places_are_tried_last(wire: Wire) -> None:
    wire.gives("<html><body>News</body></html>", "/")
    wire.gives(rss(item()), "/feed.xml")
    assert [found.url for found in await find(wire.url("/"))] == [wire.url("/feed.xml")]


async def test_a_page_that_answers_everything_with_a_page_has_no_feed(wire: Wire) -> None:
    for path in ("/", "/feed", "/rss"):
        wire.gives("<html><body>Not found, but politely</body></html>", path)
    assert await find(wire.url("/")) == ()


@pytest.mark.parametrize(
    ("body", "said"), [("plain words", "no RSS or Atom"), ("{}", "is JSON"), ("", "empty")]
)
async def test_what_is_neither_page_nor_feed_says_what_it_is(wire: Wire, body: str, said: str) -> None:
    wire.gives(body)
    with pytest.raises(NoFeed, match=said):
        await find(wire.url())


async def test_an_address_that_cannot_be_read_says_why(wire: Wire) -> None:
    with pytest.raises(NoFeed, match="no feed at this address"):
        await find(wire.url("/nowhere"))


async def test_a_page_of_a_private_network_is_not_looked_at(wire: Wire) -> None:
    wire.gives("<html></html>", "/")
    async with Poller(HASTY) as poller:
        with pytest.raises(NoFeed, match="not on the public internet"):
            await discover(poller, wire.url("/"), NOON)
    assert not wire.asked


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("lemonde.fr", "https://lemonde.fr"),
        ("  <https://lemonde.fr/rss> ", "https://lemonde.fr/rss"),
        ("feed://lemonde.fr/rss", "https://lemonde.fr/rss"),
        ("feed:lemonde.fr/rss", "https://lemonde.fr/rss"),
        ("http://lemonde.fr", "http://lemonde.fr"),
    ],
)
def test_an_address_may_be_typed_as_people_type_it(typed: str, whole: str) -> None:
    assert whole_address(typed) == whole
