"""What jobs could not do is said in the log, and of a store that is away not by each of them."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from tests.newsstand import Clock
from watcher.outliving import Outliving
from watcher.store import StoreError


class Server:
    """A database server that may be away."""

    away = False

    async def use(self) -> None:
        if self.away:
            raise StoreError("It cannot be reached.")


async def test_a_store_that_is_away_is_said_once_for_all_jobs_and_that_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, server = Clock(), Server()
    outliving = Outliving(clock.now)

    async def jobs(minutes: int) -> list[str]:
        caplog.clear()
        with caplog.at_level(logging.INFO):
            for _ in range(minutes * 30):
                clock.forward(seconds=2)
                for name in ("polls", "alerts"):
                    await outliving.run(name, server.use)
        return caplog.messages

    assert await jobs(1) == []
    server.away = True
    assert await jobs(9) == ["polls: It cannot be reached."]
    assert await jobs(2) == ["polls: It cannot be reached."]
    server.away = False
    assert await jobs(1) == ["polls: the store can be used again."]
    server.away = True
    assert await jobs(1) == ["polls: It cannot be reached."]


async def test_a_clock_that_is_put_back_silences_nothing(caplog: pytest.LogCaptureFixture) -> None:
    clock, server = Clock(), Server()
    outliving, server.away = Outliving(clock.now), True
    await outliving.run("polls", server.use)
    clock.at -= timedelta(days=1)
    await outliving.run("polls", server.use)
    assert len(caplog.messages) == 2
