"""What is done once a night: forgetting what is old, and the backup; by whoever is at work then or after."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chat.desks import text_of
from tests.fakes import FakeChat
from tests.newsrooms import DESK, PLACE, Newsroom, event, opened
from tests.newsstand import Clock, Newsstand
from watcher.app import Bot
from watcher.chat.commands import Ask
from watcher.outliving import Outliving
from watcher.store import StoreError, status, stories


def keeping(room: Newsroom, backup: Path) -> Newsroom:
    """The same newsroom, with a backup each night."""
    settings = room.house.settings
    store = replace(settings.store, backup=str(backup))
    house = replace(room.house, settings=replace(settings, store=store))
    return replace(room, bot=Bot(house, {"console": room.chat}))


async def test_a_night_that_nobody_was_at_work_in_is_made_up_for_at_the_next_start(tmp_path: Path) -> None:
    clock, chat, backup = Clock(), FakeChat("console"), tmp_path / "night.db"
    async with Newsstand("Morning Post") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await keeping(room, backup).round(hours=1)
            await keeping(room, backup).round(hours=18)
            assert not backup.exists(), "it is seven in the morning, and one in the night: not yet"
        async with opened(tmp_path, stand, clock, chat) as room:
            await keeping(room, backup).round(hours=12)
            assert backup.exists()
            backup.unlink()
            await keeping(room, backup).round(hours=14)
            assert not backup.exists(), "once a night is enough"
            await keeping(room, backup).round(hours=3)
            assert backup.exists()


async def test_a_bot_that_only_ever_runs_once_forgets_what_is_old(newsroom: Newsroom) -> None:
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round()
    await newsroom.round(days=100)
    newsroom.stand.papers[0].items.clear()
    newsroom.stand.papers[0].print(event(1), newsroom.clock.at, guid="1", link="https://post.example/1")
    await newsroom.round(hours=1)
    await newsroom.round(days=1)
    async with newsroom.house.store.reading() as db:
        kept = await stories.recent(db, newsroom.clock.at - timedelta(days=200))
    assert [story.title for story in kept] == [event(1)]


async def test_a_clock_that_was_ahead_keeps_no_night_from_being_kept(newsroom: Newsroom) -> None:
    backup = Path(newsroom.house.settings.store.url.removeprefix("sqlite:///")).with_name("night.db")
    room = keeping(newsroom, backup)
    await room.round()
    await room.round(days=400)
    backup.unlink()
    await room.round(days=-400)
    assert not backup.exists()
    await room.round(days=1)
    assert backup.exists()


@contextmanager
def cut_short(by: BaseException) -> Iterator[None]:
    """Ends the night's work, by a stop or an error, once it has forgotten what is old."""

    def cut(record: logging.LogRecord) -> bool:
        if record.getMessage().startswith("forgot "):
            raise by
        return True

    log = logging.getLogger("watcher.app")
    log.addFilter(cut)
    try:
        yield
    finally:
        log.removeFilter(cut)


async def test_a_night_that_was_cut_short_is_done_anew_at_the_next_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, chat, backup = Clock(), FakeChat("console"), tmp_path / "night.db"
    async with Newsstand("Morning Post") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await keeping(room, backup).bot.keep_house()
            clock.forward(days=1)
            caplog.set_level(logging.INFO, "watcher.app")
            with cut_short(asyncio.CancelledError()), pytest.raises(asyncio.CancelledError):
                await keeping(room, backup).bot.keep_house()
            assert not backup.exists()
        clock.forward(minutes=5)
        async with opened(tmp_path, stand, clock, chat) as room:
            await keeping(room, backup).bot.keep_house()
            assert backup.exists()


async def test_a_backup_that_cannot_be_written_ends_nothing_and_stands_in_the_status(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    async with (
        Newsstand("Morning Post") as stand,
        opened(tmp_path, stand, Clock(), FakeChat("console")) as room,
    ):
        await keeping(room, in_the_way / "night.db").round()
        for backup in (in_the_way / "night.db", tmp_path):
            await keeping(room, backup).round(days=1)
            said = text_of(await room.house.commands.run(Ask(DESK, PLACE), "/watch status"))
            assert "Not all is well" in said
            assert f"The last nightly backup failed: {backup} " in said
            async with room.house.store.reading() as db:
                assert await status.last_beat(db) == room.clock.at
        await keeping(room, tmp_path / "night.db").round(days=1)
        assert "All is well" in text_of(await room.house.commands.run(Ask(DESK, PLACE), "/watch status"))


async def away() -> None:
    raise StoreError("It cannot be reached.")


async def test_a_backup_that_fails_is_no_word_about_the_store(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, chat = Clock(), FakeChat("console")
    async with Newsstand("Morning Post") as stand, opened(tmp_path, stand, clock, chat) as room:
        bot, outliving = keeping(room, tmp_path).bot, Outliving(clock.now)
        await outliving.run("retention", bot.keep_house)
        clock.forward(days=1)
        await outliving.run("poll", away)
        caplog.set_level(logging.INFO, "watcher.outliving")
        caplog.clear()
        for _ in range(3):
            await outliving.run("retention", bot.keep_house)
            await outliving.run("poll", away)
            clock.forward(minutes=1)
    (said,) = caplog.messages
    assert said.startswith(f"the nightly backup is tried again the next night: {tmp_path} is a folder")


async def test_a_night_that_the_store_stopped_is_tried_each_minute_until_it_is_done(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, chat, backup = Clock(), FakeChat("console"), tmp_path / "night.db"
    async with Newsstand("Morning Post") as stand, opened(tmp_path, stand, clock, chat) as room:
        bot, outliving = keeping(room, backup).bot, Outliving(clock.now)
        await outliving.run("retention", bot.keep_house)
        clock.forward(days=1)
        caplog.set_level(logging.INFO, "watcher")
        caplog.clear()
        with cut_short(StoreError("It cannot be reached.")):
            for _ in range(3):
                await outliving.run("retention", bot.keep_house)
                clock.forward(minutes=1)
        assert caplog.messages == ["retention: It cannot be reached."]
        assert not backup.exists()
        await outliving.run("retention", bot.keep_house)
        assert backup.exists()
        assert caplog.messages[-1] == "retention: the store can be used again."


async def test_a_bug_in_forgetting_keeps_no_backup_from_being_written(tmp_path: Path) -> None:
    clock, chat, backup = Clock(), FakeChat("console"), tmp_path / "night.db"
    async with Newsstand("Morning Post") as stand, opened(tmp_path, stand, clock, chat) as room:
        await keeping(room, backup).bot.keep_house()
        clock.forward(days=1)
        async with room.house.store.writing() as db:
            await db.exec_driver_sql(
                "CREATE TRIGGER odd BEFORE INSERT ON notes "
                "WHEN NEW.name = 'what failed' AND NEW.value = '{}' BEGIN SELECT RAISE(FAIL, 'odd'); END"
            )
        await keeping(room, backup).bot.keep_house()
        assert backup.exists()
        said = text_of(await room.house.commands.run(Ask(DESK, PLACE), "/watch status"))
        assert "Forgetting what is old failed" in said
