"""What fails in a way it should not keeps nobody else from theirs, and `/watch status` says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path

from tests.chat.desks import text_of
from tests.fakes import FakeChat
from tests.newsrooms import DESK, PLACE, Newsroom, opened
from tests.newsstand import Clock, Newsstand
from watcher.chat.commands import Ask
from watcher.store import subscriptions


async def status(room: Newsroom) -> str:
    return text_of(await room.house.commands.run(Ask(DESK, PLACE), "/watch status"))


async def test_a_digest_that_cannot_be_made_stands_in_the_status_until_it_can(tmp_path: Path) -> None:
    async with Newsstand("Morning Post") as stand, opened(tmp_path, stand, Clock(), FakeChat()) as room:
        await room.round()
        assert "All is well" in await status(room)
        await room.subscribe(times=(time(8),), time_zone="Atlantis/City", next_at=room.clock.at)
        await room.round(minutes=1)
        said = await status(room)
        assert "Not all is well" in said
        assert said.count("The digest of subscription #1 failed") == 1
        assert "The log says why" in said
        async with room.house.store.writing() as db:
            (one,) = await subscriptions.subscriptions(db)
            await subscriptions.save(db, replace(one, time_zone="UTC"))
        await room.round(minutes=6)
        assert room.said
        assert "All is well" in await status(room)
