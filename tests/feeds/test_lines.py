"""Lines of feeds: an outlet's go one after another, and all of them together are no more than is allowed."""

from __future__ import annotations

import asyncio

import pytest

from watcher.feeds.lines import Lines
from watcher.models import Feed


def feeds_of(outlet: str, count: int) -> list[Feed]:
    return [Feed(number, f"https://{outlet}.example/{number}") for number in range(count)]


async def others_turn() -> None:
    """Let whatever can go on go on."""
    for _ in range(100):
        await asyncio.sleep(0)


class Desk:
    """Takes feeds and lets go of them when it is told to."""

    def __init__(self) -> None:
        self.under_way: list[str] = []
        self.done: list[str] = []
        self.most = 0
        self.go = asyncio.Event()

    async def poll(self, feed: Feed) -> None:
        self.under_way.append(feed.url)
        self.most = max(self.most, len(self.under_way))
        await self.go.wait()
        self.under_way.remove(feed.url)
        self.done.append(feed.url)


async def test_the_feeds_of_one_outlet_go_one_after_another_in_their_order() -> None:
    desk = Desk()
    async with Lines(desk.poll, 10) as lines:
        lines.join(feeds_of("a", 3))
        desk.go.set()
    assert desk.done == [f"https://a.example/{number}" for number in range(3)]
    assert desk.most == 1


async def test_one_outlet_that_takes_long_holds_up_no_other() -> None:
    first, second = Desk(), Desk()
    second.go.set()

    async def poll(feed: Feed) -> None:
        await (first if "//slow." in feed.url else second).poll(feed)

    async with Lines(poll, 2) as lines:
        lines.join([*feeds_of("slow", 9), *feeds_of("a", 5), *feeds_of("b", 5)])
        await others_turn()
        assert len(second.done) == 10
        assert first.under_way == ["https://slow.example/0"]
        first.go.set()


async def test_no_more_go_abreast_than_is_allowed() -> None:
    desk = Desk()
    async with Lines(desk.poll, 3) as lines:
        for outlet in "abcdef":
            lines.join(feeds_of(outlet, 2))
        await others_turn()
        assert len(desk.under_way) == 3
        desk.go.set()
    assert desk.most == 3
    assert len(desk.done) == 12


async def test_who_joins_while_the_lines_are_open_is_polled_too() -> None:
    desk = Desk()
    desk.go.set()
    async with Lines(desk.poll, 3) as lines:
        for _ in range(2):
            lines.join(feeds_of("a", 1))
            await others_turn()
    assert len(desk.done) == 2


async def test_an_error_while_the_lines_are_open_cuts_them_short() -> None:
    desk = Desk()

    async def stumble() -> None:
        async with Lines(desk.poll, 3) as lines:
            lines.join(feeds_of("a", 3))
            await others_turn()
            raise LookupError

    with pytest.raises(ExceptionGroup) as caught:
        await stumble()
    assert caught.group_contains(LookupError)
    assert desk.done == []
