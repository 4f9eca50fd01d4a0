"""What a new store starts with, and that nobody gets back what they have removed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete

from tests.newsrooms import DESK, settings_for
from tests.newsstand import Clock
from watcher.chat.commands import Ask
from watcher.config import DiscordSettings, Settings
from watcher.house import House, furnish, open_house
from watcher.launch import chats_for
from watcher.models import Desk, Place
from watcher.store import desks, feeds, tables
from watcher.toml import ConfigError

OPML = '<opml version="2.0"><body><outline type="rss" text="Post" xmlUrl="{}"/></body></opml>'
URL = "https://post.example/rss"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    usual = settings_for(tmp_path)
    wanted = replace(usual, feeds=replace(usual.feeds, file=str(tmp_path / "feeds.opml")))
    write(wanted.feeds.file)
    return wanted


def write(file: str) -> None:
    Path(file).write_text(OPML.format(URL))


async def known(house: House) -> list[str]:
    async with house.store.reading() as db:
        return [feed.url for feed in await feeds.all_feeds(db, retired=True)]


async def test_a_new_store_starts_with_the_feeds_of_the_file(settings: Settings) -> None:
    async with open_house(settings, Clock().now) as house:
        await furnish(house, DESK)
        assert await known(house) == [URL]


async def test_who_removed_every_feed_does_not_find_them_again_at_the_next_start(settings: Settings) -> None:
    async with open_house(settings, Clock().now) as house:
        await furnish(house, DESK)
        ask = Ask(DESK, Place("console"), person="editor", may_manage=True)
        await house.commands.run(ask, f"/watch feed remove {URL}")
        assert await known(house) == []
    async with open_house(settings, Clock().now) as house:
        await furnish(house, DESK)
        assert await known(house) == []


async def test_nor_who_had_feeds_before_that_was_noted(settings: Settings) -> None:
    async with open_house(settings, Clock().now) as house:
        await furnish(house, DESK)
        async with house.store.writing() as db:
            await db.execute(delete(tables.notes))
        await furnish(house, DESK)
        async with house.store.writing() as db:
            await feeds.remove(db, URL)
        await furnish(house, DESK)
        assert await known(house) == []


async def test_a_file_that_is_written_later_is_read_at_the_start_after(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    later = str(tmp_path / "later.opml")
    settings = replace(settings, feeds=replace(settings.feeds, file=later))
    async with open_house(settings, Clock().now) as house:
        await furnish(house, DESK)
        assert await known(house) == []
        assert f"{later} is not there" in caplog.text
        write(later)
        await furnish(house, DESK)
        assert await known(house) == [URL]


@pytest.fixture
def broken(settings: Settings, tmp_path: Path) -> Settings:
    """Topics of which none can be watched, and a token of Discord's."""
    path = tmp_path / "topics.toml"
    path.write_text('[[topic]]\nname = "all"\nquery = "kim"\n')
    topics = replace(settings.topics, file=str(path))
    return replace(settings, topics=topics, discord=DiscordSettings(token="any"))


async def test_a_new_store_whose_topics_cannot_be_read_meets_no_platform(broken: Settings) -> None:
    async with open_house(broken, Clock().now) as house:
        with pytest.raises(ConfigError, match=r"topics\.toml:1: 'all' cannot be a topic's name"):
            await chats_for(house)


async def test_a_server_that_comes_while_they_cannot_be_read_has_its_desk_and_the_log_says_why(
    broken: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(broken, Clock().now) as house:
        async with house.store.writing() as db:
            await desks.ensure(db, Desk("discord:1", "discord", "who was here before"))
        (chat,) = (await chats_for(house)).values()
        assert await chat._servers.know(2, "Foreign desk")  # type: ignore[attr-defined]
        async with house.store.reading() as db:
            assert await desks.get(db, "discord:2")
        await chat.close()
    assert "What Foreign desk would begin with cannot be read: " in caplog.text
    assert "topics.toml:1: 'all' cannot be a topic's name" in caplog.text
