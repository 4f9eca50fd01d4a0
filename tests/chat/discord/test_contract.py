"""The contract of a chat platform, kept by Discord's room against our own Discord."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.chat.contract import ChatContract, Stage
from tests.chat.discord.scenes import Scene
from tests.fake_discord.people import text_of
from watcher.chat.commands import Commands


class TestDiscord(ChatContract):
    @pytest.fixture
    def stage(self, scene: Scene) -> Stage:
        async def typed(commands: Commands, lines: Sequence[str]) -> Sequence[str]:
            await scene.listen()
            # A line is what a button runs: nobody can mistype a command at Discord.
            buttons = [{"type": 2, "style": 2, "label": line, "custom_id": f"run:{line}"} for line in lines]
            pressed = {"id": "1", "channel_id": scene.news.id, "flags": 0, "content": "", "embeds": []}
            pressed = scene.fake.world.message(
                scene.news, pressed, {"id": "1", "username": "x", "discriminator": "0"}
            )
            pressed["components"] = [{"type": 1, "components": buttons}]
            return [(await scene.ada.press(pressed, line)).text for line in lines]

        def seen() -> list[str]:
            channels = [one for one in scene.fake.world.channels.values() if one.guild is scene.guild]
            found = [message for channel in channels for message in channel.shown]
            return [text_of(one) for one in sorted(found, key=lambda one: int(one["id"]))]

        return Stage(scene.chat, scene.place, seen, typed)
