"""The monitor elsewhere that hears every minute that Watcher lives, and when it does not do well."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from tests.fakes import StillClock
from tests.newsstand import MORNING
from watcher.config import AlertSettings
from watcher.deadman import DeadMan, ping
from watcher.models import Feed
from watcher.store import Store, feeds


@pytest.fixture
async def heard() -> AsyncIterator[list[str]]:
    """A monitor on loopback; what it was asked for. The first is its address."""
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return web.Response(text="OK")

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    asked.append(f"http://127.0.0.1:{runner.addresses[0][1]}/check")
    yield asked
    await runner.cleanup()


async def test_the_monitor_hears_that_all_is_well_and_when_it_is_not(
    tmp_path: Path, heard: list[str]
) -> None:
    clock = StillClock(MORNING)
    async with await Store.open(tmp_path / "watcher.db") as store:
        settings = replace(AlertSettings(), ping_url=heard[0])
        async with store.writing() as db:
            await feeds.add(db, [Feed(0, "https://lemonde.fr/rss", next_poll_at=MORNING)])
        watch = DeadMan(store, clock, settings)
        await watch.look()
        clock.at += timedelta(minutes=31)
        await watch.look()
    assert heard[1:] == ["/check", "/check/fail"]


async def test_a_monitor_that_is_gone_stops_nothing() -> None:
    await ping("http://127.0.0.1:9/check", well=True)
