"""Taking in feeds: nobody is held up by a slow outlet, and what is polled is written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes import FakeChat
from tests.newsrooms import Newsroom, event, opened
from tests.newsstand import Clock, Newsstand
from watcher.models import Feed, Revision
from watcher.store import feeds, stories


@dataclass
class Sluggard:
    """A server that takes requests and answers when it is let; `asked` has the paths."""

    base: str = ""
    asked: list[str] = field(default_factory=list)
    let: asyncio.Event = field(default_factory=asyncio.Event)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(request.split()[1].decode())
        await self.let.wait()
        writer.write(b"HTTP/1.1 500 Sorry\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()


@asynccontextmanager
async def slow_outlet() -> AsyncIterator[Sluggard]:
    slow = Sluggard()
    server = await asyncio.start_server(slow.talk, "127.0.0.1", 0)
    slow.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield slow
    finally:
        slow.let.set()
        server.close()


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that comes by itself."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  it comes from rooms that know nothing of tests
            await asyncio.sleep(0.01)


async def add(room: Newsroom, *urls: str) -> None:
    async with room.house.store.writing() as db:
        await feeds.add(db, [Feed(0, url) for url in urls])


async def feed(room: Newsroom, url: str) -> Feed:
    async with room.house.store.reading() as db:
        found = await feeds.get(db, url)
    assert found
    return found


async def test_an_outlet_that_does_not_answer_holds_up_nobody_else(newsroom: Newsroom) -> None:
    """Its own feeds wait in line, none is asked twice at once; the others are polled as they fall due."""
    tally, stand = newsroom.house.intake.tally, newsroom.stand
    async with slow_outlet() as slow:
        await add(newsroom, *(f"{slow.base}/{number}" for number in range(3)))
        async with newsroom.house.intake.at_work() as look:
            await look()
            await until(lambda: tally.polled == 4 and slow.asked == ["/0"])
            for polled in (8, 12):
                newsroom.clock.forward(hours=7)
                await look()
                await until(lambda: tally.polled == polled)  # noqa: B023  it is waited for here
            assert slow.asked == ["/0"]
            slow.let.set()
            await until(lambda: tally.polled == 15)
    assert slow.asked == ["/0", "/1", "/2"]
    assert stand.asked["/0"] == 3


async def test_the_next_poll_is_counted_from_a_feeds_own_poll(newsroom: Newsroom) -> None:
    begun = newsroom.clock.at
    async with slow_outlet() as slow:
        await add(newsroom, f"{slow.base}/0", f"{slow.base}/1")
        async with newsroom.house.intake.at_work() as look:
            await look()
            await until(lambda: slow.asked == ["/0"])
            newsroom.clock.forward(hours=1)
            slow.let.set()
        first, second = [await feed(newsroom, f"{slow.base}/{number}") for number in range(2)]
    assert (first.last_polled_at, second.last_polled_at) == (begun, begun + timedelta(hours=1))
    assert second.next_poll_at
    assert second.next_poll_at > begun + timedelta(hours=1)


async def test_a_feed_that_is_removed_or_retired_while_it_stands_in_line_is_not_polled(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.intake.LONG_WAIT", 0.0)
    async with slow_outlet() as slow:
        await add(newsroom, *(f"{slow.base}/{number}" for number in range(3)))
        async with newsroom.house.intake.at_work() as look:
            await look()
            await until(lambda: slow.asked == ["/0"])
            gone = replace(
                await feed(newsroom, f"{slow.base}/2"), retired_at=newsroom.clock.at, next_poll_at=None
            )
            async with newsroom.house.store.writing() as db:
                await feeds.remove(db, f"{slow.base}/1")
                await feeds.save(db, [gone])
            slow.let.set()
    assert slow.asked == ["/0"]


async def test_a_round_ends_though_feeds_fall_due_again_while_it_goes_on(newsroom: Newsroom) -> None:
    """By a clock on which years pass with each look at it."""
    newsroom.house.intake._now = lambda: newsroom.clock.forward(days=400)
    assert await asyncio.wait_for(newsroom.bot.once(), 20) == 4
    assert newsroom.stand.asked["/0"] == 1


async def test_stopping_in_the_middle_of_a_poll_stops_at_once_and_keeps_what_came(newsroom: Newsroom) -> None:
    tally = newsroom.house.intake.tally
    async with slow_outlet() as slow:
        await add(newsroom, f"{slow.base}/0")
        polling = asyncio.create_task(newsroom.bot.once())
        await until(lambda: tally.polled == 4 and len(slow.asked) == 1)
        polling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(polling, 2)
        assert (await feed(newsroom, f"{slow.base}/0")).last_polled_at is None
        slow.let.set()
        assert await newsroom.house.pipeline.poll() == 1, "it is still due, and the others are not"


async def test_a_bug_with_one_feed_keeps_no_other_from_being_written_down_and_is_not_met_at_each_look(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    jitter = newsroom.house.intake._jitter
    broken = newsroom.stand.url(1)

    def stumble(feed: Feed) -> float:
        if feed.url == broken:
            raise LookupError("a bug of ours")
        return jitter(feed)

    newsroom.house.intake._jitter = stumble
    assert await newsroom.house.pipeline.poll() == 4
    assert "a bug of ours" in caplog.text
    assert (await feed(newsroom, newsroom.stand.url(0))).last_polled_at == newsroom.clock.at
    assert await newsroom.house.pipeline.poll() == 0
    newsroom.clock.forward(minutes=6)
    newsroom.house.intake._jitter = jitter
    await newsroom.house.pipeline.poll()
    assert (await feed(newsroom, broken)).last_polled_at == newsroom.clock.at


async def test_a_full_disk_is_said_once_in_ten_minutes_however_many_polls_it_keeps_out(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    async with newsroom.house.store.writing() as db:
        await db.exec_driver_sql("PRAGMA max_page_count=1")
    said = []
    for minutes in (0, 6, 6):
        for paper in newsroom.stand.papers:
            for number in range(60):
                paper.print(f"Story {number} of {paper.title}", newsroom.clock.at)
        newsroom.clock.forward(minutes=minutes)
        await newsroom.house.pipeline.poll()
        said.append(sum("is full: make room" in record for record in caplog.messages))
    assert said == [1, 1, 2]


async def test_a_story_is_seen_when_its_own_feed_is_polled(tmp_path: Path) -> None:
    clock = Clock()
    async with (
        Newsstand("Morning Post") as stand,
        slow_outlet() as slow,
        opened(tmp_path, stand, clock, FakeChat()) as room,
    ):
        stand.papers[0].print(event(0), clock.at)
        async with room.house.store.writing() as db:
            await feeds.remove(db, stand.url(0))
        await add(room, f"{slow.base}/0")
        async with room.house.intake.at_work() as look:
            await look()
            await until(lambda: len(slow.asked) == 1)
            await add(room, stand.url(0))
            clock.forward(minutes=20)
            await look()
            await until(lambda: room.house.intake.tally.stories == 1)
            slow.let.set()
        async with room.house.store.reading() as db:
            (story,) = await stories.search(db, "container ships", 5)
    assert story.seen == clock.at


async def test_a_changed_headline_is_heard_of_once(newsroom: Newsroom) -> None:
    heard: list[Revision] = []
    newsroom.house.intake.on_revision = heard.append
    paper = newsroom.stand.papers[0]
    for title in (event(0), "UPDATE: " + event(0)):
        paper.items.clear()
        paper.print(title, newsroom.clock.at, guid="one", link="https://morningpost.example/one")
        await newsroom.round(hours=7)
    assert [revision.new_title for revision in heard] == ["UPDATE: " + event(0)]


async def test_what_is_odd_with_a_feed_is_in_the_log_once(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    paper = newsroom.stand.papers[0]
    for number in range(3):
        paper.print(event(number), newsroom.clock.at)
        paper.items.insert(0, "<item><title>Cut off</item>")
        await newsroom.round(hours=7)
    said = [record.getMessage() for record in caplog.records if "not well-formed" in record.getMessage()]
    assert len(said) == 1
    assert said[0].startswith(newsroom.stand.url(0))
