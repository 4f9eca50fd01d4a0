"""What was begun and not seen to arrive is known after a restart, whatever else was begun meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.chat.desks import NOW, Room
from watcher.chat.begun import Begun
from watcher.chat.discord.ledger import Ledger as DiscordLedger
from watcher.chat.slack.ledger import Ledger as SlackLedger
from watcher.store import Store


@pytest.mark.parametrize("made", [DiscordLedger, SlackLedger])
async def test_messages_begun_at_one_moment_are_all_known_after_a_restart(
    room: Room, made: Callable[[Store], Begun]
) -> None:
    ledger, later = made(room.store), NOW + timedelta(hours=1)
    assert set(await asyncio.gather(*(ledger.begin(key, NOW) for key in "abc"))) == {None}
    await ledger.end("b")
    await ledger.begin("d", NOW)
    after = made(room.store)
    assert [await after.begin(key, later) for key in "abcd"] == [NOW, None, NOW, NOW]


async def test_of_very_many_the_latest_are_known_after_a_restart(room: Room) -> None:
    ledger, later = Begun(room.store, "note", most=2), NOW + timedelta(hours=1)
    for key in "abc":
        await ledger.begin(key, NOW)
    after = Begun(room.store, "note", most=2)
    assert [await after.begin(key, later) for key in "cba"] == [NOW, NOW, None]
