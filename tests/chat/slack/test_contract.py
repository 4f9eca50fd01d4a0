"""The contract of a chat platform, kept by Slack's room against our own Slack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.chat.contract import ChatContract, Stage
from tests.chat.slack.planet import Planet, listening
from tests.fake_slack.judging import shown
from watcher.chat.commands import Commands
from watcher.models import Place


class TestSlack(ChatContract):
    @pytest.fixture
    def stage(self, planet: Planet) -> Stage:
        async def typed(commands: Commands, lines: Sequence[str]) -> Sequence[str]:
            planet.room = replace(planet.room, commands=commands)
            async with listening(planet):
                return [await planet.say(line) for line in lines]

        def seen() -> Sequence[str]:
            return [shown(message) for message in planet.slack.here.channels["CNEWS"].messages]

        return Stage(planet.chat, Place("slack", "CNEWS"), seen, typed)
