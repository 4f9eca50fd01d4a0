"""A loopback feed server for every test that asks for `wire`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.feeds.wire import Wire, serving


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with serving() as up:
        yield up
