"""Several platforms in one process: what one of them refuses does not silence the others."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from tests.fakes import FakeChat
from tests.newsrooms import Newsroom
from watcher.app import Bot
from watcher.chat.commands import Commands
from watcher.chat.port import ChatRefused
from watcher.config import SlackSettings
from watcher.launch import chats_for


class Staying(FakeChat):
    """A platform on which somebody may always say something."""

    async def listen(self, commands: Commands) -> None:
        await asyncio.Event().wait()


class Refusing(FakeChat):
    """A platform that does not know our token."""

    async def listen(self, commands: Commands) -> None:
        raise ChatRefused("It does not know the token.")


async def test_half_of_slacks_tokens_opens_no_terminal_but_is_said(newsroom: Newsroom) -> None:
    slack = SlackSettings(app_token="xapp-1")
    house = replace(newsroom.house, settings=replace(newsroom.house.settings, slack=slack))
    chats = await chats_for(house)
    assert set(chats) == {"slack"}
    with pytest.raises(ChatRefused, match="Set SLACK_BOT_TOKEN"):
        await chats["slack"].listen(house.commands)


async def test_a_platform_that_refuses_us_is_told_of_and_the_others_go_on(newsroom: Newsroom) -> None:
    house = newsroom.house
    task = asyncio.create_task(Bot(house, {"fake": Staying(), "other": Refusing("other")}).run())
    async with asyncio.timeout(10):
        while not any("on other" in said for said in house.commands.newsroom.notes()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert not task.done()
    assert any("does not know the token" in said for said in house.commands.newsroom.notes())
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
