"""Parsing in worker processes, some of which a feed takes down."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.feeds.test_parse import given
from tests.feeds.wire import item, rss
from watcher.feeds.parse import parse
from watcher.feeds.workers import Parsers
from watcher.models import Parsed, ParseFailed

SMALL = rss(item())
LARGE = rss(*(item(f"Story {n}", f"https://a.example/{n}", summary="words " * 100) for n in range(600)))


async def test_a_worker_gives_what_parse_gives() -> None:
    async with Parsers(1) as parsers:
        for body in (SMALL, LARGE, "<html></html>"):
            assert await parsers.parse(given(body)) == parse(given(body))


async def test_no_more_workers_than_asked_for_and_none_before_there_is_work() -> None:
    async with Parsers(2) as parsers:
        assert parsers.pids == ()
        await asyncio.gather(*(parsers.parse(given(SMALL)) for _ in range(8)))
        assert len(parsers.pids) <= 2


async def test_a_worker_with_nothing_to_do_is_ended_and_the_next_feed_is_parsed_all_the_same() -> None:
    async with Parsers(2) as parsers:
        await parsers.parse(given(SMALL))
        await parsers.rest()
        assert len(parsers.pids) == 1
        await parsers.rest()
        assert parsers.pids == ()
        assert isinstance(await parsers.parse(given(SMALL)), Parsed)


async def test_a_feed_that_takes_too_long_fails_and_the_next_is_parsed() -> None:
    async with Parsers(1, seconds=0.5) as parsers:
        await parsers.parse(given(SMALL))
        endless = rss(item(more="<b>" * 300_000))
        stuck = await parsers.parse(given(endless))
        assert isinstance(stuck, ParseFailed)
        assert "to parse" in stuck.reason
        assert parsers.pids == (), "the stuck one is gone"


async def test_a_worker_that_is_killed_costs_one_feed_at_most() -> None:
    async with Parsers(1) as parsers:
        await parsers.parse(given(SMALL))
        (victim,) = parsers.pids
        under_way = asyncio.create_task(parsers.parse(given(LARGE)))
        await asyncio.sleep(0.05)
        assert parsers.pids == (), "it is at work"
        os.kill(victim, signal.SIGKILL)
        lost = await under_way
        assert isinstance(lost, ParseFailed)
        assert "breaks the parser" in lost.reason
        assert isinstance(await parsers.parse(given(SMALL)), Parsed)
        assert victim not in parsers.pids


async def test_a_worker_that_died_at_rest_costs_nothing() -> None:
    async with Parsers(1) as parsers:
        await parsers.parse(given(SMALL))
        (victim,) = parsers.pids
        os.kill(victim, signal.SIGKILL)
        results = [await parsers.parse(given(SMALL)) for _ in range(3)]
        assert [type(result) for result in results].count(Parsed) >= 2


async def test_a_feed_that_swells_beyond_a_workers_memory_fails_alone() -> None:
    async with Parsers(1, memory=200 * 1024 * 1024) as parsers:
        swelling = rss(item(summary="words " * 5_000_000))
        failed = await parsers.parse(given(swelling))
        assert isinstance(failed, ParseFailed)
        assert "breaks the parser" in failed.reason
        assert isinstance(await parsers.parse(given(SMALL)), Parsed)


async def test_a_worker_that_read_something_huge_is_let_go() -> None:
    async with Parsers(1) as parsers:
        assert isinstance(await parsers.parse(given(rss(item(summary="words " * 500_000)))), Parsed)
        assert parsers.pids == ()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows a process's environment as a file")
async def test_a_worker_sees_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    async with Parsers(1) as parsers:
        await parsers.parse(given(SMALL))
        (pid,) = parsers.pids
        environment = await asyncio.to_thread(Path(f"/proc/{pid}/environ").read_text)
        assert "PATH=" in environment
        assert "DISCORD_TOKEN" not in environment


async def test_workers_are_gone_when_the_parsers_are() -> None:
    async with Parsers(1) as parsers:
        await parsers.parse(given(SMALL))
        (pid,) = parsers.pids
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_parse_that_is_cancelled_leaves_no_answer_for_the_next() -> None:
    async with Parsers(1) as parsers:
        cancelled = asyncio.create_task(parsers.parse(given(LARGE)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        result = await parsers.parse(given(SMALL))
        assert isinstance(result, Parsed)
        assert len(result.stories) == 1
