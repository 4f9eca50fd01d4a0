"""A bot on Discord and Slack at once: one of them is away while something breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chat.alarms import Alarm
from tests.chat.desks import Room, room_on
from tests.chat.discord.scenes import HASTE
from tests.chat.slack.planet import ADA, PLANET, chat_on, furnish
from tests.fake_discord import FakeDiscord
from tests.fake_slack import FakeSlack
from tests.fake_slack.judging import shown
from watcher.chat.commands import Ask
from watcher.chat.discord import DiscordChat
from watcher.config import DiscordSettings
from watcher.deliver import Deliverer
from watcher.models import Desk, Place
from watcher.store import Store, desks


@dataclass
class Both:
    """Two desks, one a platform, and the one bot that serves them."""

    room: Room
    discord: FakeDiscord
    slack: FakeSlack
    desk: Desk
    channel: str
    alarm: Alarm

    async def say(self, line: str) -> None:
        """Somebody of the Discord desk types."""
        ask = Ask(self.desk, Place("discord", self.channel), person="77", may_manage=True, name="Ada")
        await self.room.commands.run(ask, line)

    @property
    def told_on_slack(self) -> list[str]:
        return [shown(one) for one in self.slack.posts()]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(await Store.open(tmp_path / "watcher.db"))
        room = room_on(store)
        discord = await stack.enter_async_context(FakeDiscord(room.clock))
        slack = await stack.enter_async_context(FakeSlack(room.clock))
        furnish(slack)
        guild = discord.world.guild("Foreign desk")
        channel = guild.channel("news")
        desk = Desk(f"discord:{guild.id}", "discord", guild.name)
        settings = DiscordSettings(discord.api_base, discord.gateway_url, discord.token)
        chats = {
            "discord": DiscordChat(settings, store, room.clock, patience=HASTE),
            "slack": chat_on(slack, store, room),
        }
        for chat in chats.values():
            stack.push_async_callback(chat.close)
        async with store.writing() as db:
            for one, notices in ((desk, channel.id), (PLANET, "CNEWS")):
                await desks.ensure(db, one)
                await desks.set_setting(db, one.id, "notices", notices)
        deliverer = Deliverer(store, chats, room.clock, timedelta(hours=12))
        alarm = Alarm(store, room.clock, desk.id, lambda: deliverer)
        yield Both(room, discord, slack, desk, channel.id, alarm)


async def test_an_alert_that_discord_cannot_take_is_told_on_slack_within_minutes_and_then_its_end(
    both: Both,
) -> None:
    both.discord.away = True
    await both.alarm.rings("post", "star")
    await both.alarm.waits(3)
    (told,) = both.told_on_slack
    assert "Discord cannot be reached" in told
    assert "Bridge falls" in told
    for _ in range(2):
        await both.alarm.waits(10)
    assert len(both.told_on_slack) == 1
    both.discord.away = False
    await both.alarm.waits(4)
    await both.alarm.waits(1)
    assert "Discord can be reached again" in both.told_on_slack[-1]
    assert len(both.discord.world.channels[both.channel].shown) == 1


async def test_a_desk_and_its_person_on_two_platforms_are_told_on_both_and_have_it_on_both(
    both: Both,
) -> None:
    ann = both.discord.person("ann")
    await both.say(f"/watch oncall set Ann=<@{ann.id}>")
    ask = Ask(both.desk, Place("slack", "CNEWS"), person=ADA, may_manage=True)
    await both.room.commands.run(ask, f"/watch oncall fallback Ann=<@{ADA}>")
    both.discord.away = True
    await both.alarm.rings("post", "star")
    (private,) = both.slack.posts(both.slack.here.window(ADA).id)
    assert "Bridge falls" in shown(private)
    await both.room.commands.run(ask, "/watch alert ack 1")
    both.discord.away = False
    await both.alarm.waits(11)
    (post,) = both.discord.world.channels[both.channel].shown
    assert "Ann has it" in str(post["embeds"])
