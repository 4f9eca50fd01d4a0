"""What happens when two things happen at once: nothing is lost, and nothing is said twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.chat.desks import text_of
from tests.fakes import FakeChat
from tests.newsrooms import DESK, PLACE, Newsroom, event, opened
from tests.newsstand import Clock, Newsstand, Paper
from tests.store.making import waiting
from tests.test_alerts import ADA, BO, breaks, rule, say, team
from watcher.app import Bot
from watcher.chat.commands import Ask
from watcher.desk.breaking import Rule
from watcher.models import Card, Place, Ref
from watcher.store import StoreError, sqlite_file, stories, topics
from watcher.stories.vectors import Vectors

LINK = "https://morningpost.example/one"


@dataclass
class Interrupted:
    """Vectors as they are; but once, before the next are given, something else happens."""

    vectors: Vectors
    happening: Callable[[], object] | None = None

    @property
    def size(self) -> int:
        return self.vectors.size

    def embed(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        happening, self.happening = self.happening, None
        if happening:
            happening()
        return self.vectors.embed(texts, languages)


def while_it_reads(newsroom: Newsroom, what: Callable[[], Awaitable[None]]) -> None:
    """Let something happen once, while the next batch is being read."""
    loop = asyncio.get_running_loop()

    def happening() -> None:
        asyncio.run_coroutine_threadsafe(what(), loop).result(30)  # type: ignore[arg-type]

    taster = newsroom.house.pipeline._taster
    taster._vectors = Interrupted(taster._vectors, happening)


async def watch(newsroom: Newsroom, query: str) -> None:
    async with newsroom.house.store.writing() as db:
        world = (await topics.topics(db))[0]
        await topics.edit(db, replace(world, query=query))


async def caught(newsroom: Newsroom) -> list[str]:
    async with newsroom.house.store.reading() as db:
        found = await topics.matches(db, [1], newsroom.clock.at - timedelta(days=2))
        known = await stories.many(db, [match.story_id for match in found])
    return [known[match.story_id].title for match in found]


async def test_a_headline_revised_while_it_is_matched_is_matched_anew(newsroom: Newsroom) -> None:
    await newsroom.round()
    paper, house = newsroom.stand.papers[0], newsroom.house
    paper.print(event(1), newsroom.clock.at, guid="one", link=LINK)
    newsroom.clock.forward(hours=1)
    await house.intake.poll()

    async def revise() -> None:
        paper.items.clear()
        paper.print(event(1) + " in its harbour", newsroom.clock.at, guid="one", link=LINK)
        newsroom.clock.forward(hours=6)
        await house.intake.poll()

    while_it_reads(newsroom, revise)
    await house.pipeline.work()
    async with house.store.reading() as db:
        (match,) = await topics.matches(db, [1], newsroom.clock.at - timedelta(days=2))
    assert {reason.term for reason in match.reasons} == {"ballet", "harbour"}


async def test_a_topic_edited_while_it_looks_back_catches_what_it_now_says(newsroom: Newsroom) -> None:
    await newsroom.round()
    for headline in (event(0), "Cathedral bells of Utrecht ring again"):
        newsroom.stand.papers[0].print(headline, newsroom.clock.at)
    await newsroom.round(hours=1)
    await watch(newsroom, "cathedral")  # of which nothing was read yet
    while_it_reads(newsroom, lambda: watch(newsroom, "harbour"))
    await newsroom.house.pipeline.refresh()
    await newsroom.house.pipeline.refresh()
    assert await caught(newsroom) == [event(0)]


async def test_a_topic_edited_while_a_batch_is_read_keeps_nothing_of_what_it_was(newsroom: Newsroom) -> None:
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    for number in (0, 1):
        newsroom.stand.papers[0].print(event(number), newsroom.clock.at)
    newsroom.clock.forward(hours=1)
    await newsroom.house.intake.poll()
    while_it_reads(newsroom, lambda: watch(newsroom, "harbour"))
    await newsroom.house.pipeline.work()
    assert await caught(newsroom) == [event(0)]
    await newsroom.round()
    assert newsroom.said == [event(0)]


# ------------------------------------------------------------------------------------- delivering


@dataclass(slots=True)
class Slow(FakeChat):
    """A platform that takes its time: while the `late`th message is on its way, something else happens."""

    meanwhile: Callable[[], Awaitable[object]] | None = None
    late: int = 1
    given: list[str] = field(default_factory=list)

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        self.given.append(card.title)
        if self.meanwhile and len(self.given) == self.late:
            await self.meanwhile()
        return await FakeChat.send(self, place, card, key)


@pytest.mark.parametrize("late", [1, 2, 3])
async def test_a_digest_due_while_the_one_before_is_being_sent_tells_nothing_twice(
    tmp_path: Path, late: int
) -> None:
    chat = Slow("console", late=late)
    async with (
        Newsstand("Morning Post", "Evening Star") as stand,
        opened(tmp_path, stand, Clock(), chat) as newsroom,
    ):
        await newsroom.subscribe(times=(time(8), time(18)), next_at=newsroom.clock.at + timedelta(hours=2))
        await newsroom.round()
        for number in range(3):
            stand.papers[0].print(event(number), newsroom.clock.at)

        async def a_later_digest() -> None:
            newsroom.clock.forward(hours=10)
            await newsroom.house.rounds.digests()

        chat.meanwhile = a_later_digest
        await newsroom.round(hours=2)
        await newsroom.round(minutes=1)
        events = [title for title in chat.given if title in map(event, range(3))]
        assert sorted(events) == sorted(map(event, range(3)))
        assert chat.given.count("The world: the last 24 hours") == 1


@asynccontextmanager
async def alerting(tmp_path: Path, chat: Slow) -> AsyncIterator[tuple[Newsroom, Paper]]:
    """A newsroom that is alerted of every event, and the paper that will tell one."""
    async with (
        Newsstand("Morning Post", "Evening Star") as stand,
        opened(tmp_path, stand, Clock(), chat) as newsroom,
    ):
        await newsroom.subscribe(times=(time(8),), next_at=newsroom.clock.at + timedelta(days=1))
        await newsroom.round()
        await rule(newsroom, Rule("always"))
        yield newsroom, stand.papers[0]


@pytest.mark.parametrize("seconds", [0, 2])
async def test_an_alert_that_somebody_takes_while_it_is_on_its_way_says_so(
    tmp_path: Path, seconds: int
) -> None:
    chat = Slow("console")
    async with alerting(tmp_path, chat) as (newsroom, paper):

        async def taken() -> None:
            newsroom.clock.forward(seconds=seconds)
            ask = Ask(DESK, PLACE, person="u1", name="Ada")
            assert (await newsroom.house.commands.run(ask, "/watch alert ack 1")).tone == "good"

        chat.meanwhile = taken
        paper.print(event(0), newsroom.clock.at)
        await newsroom.round(hours=1)
        await newsroom.round(minutes=1)
        (card,) = chat.messages.values()
        assert "Ada has it" in text_of(card)
        async with newsroom.house.store.reading() as db:
            assert await waiting(db) == 0


async def test_an_alert_that_is_taken_and_given_back_while_it_is_on_its_way_is_sent_once(
    tmp_path: Path,
) -> None:
    chat = Slow("console")
    async with alerting(tmp_path, chat) as (newsroom, paper):
        run, ada = newsroom.house.commands.run, Ask(DESK, PLACE, person="u1", name="Ada", may_manage=True)
        await run(ada, "/watch oncall set ada,bo")

        async def taken_and_given_back() -> None:
            for line in ("/watch alert ack 1", "/watch alert escalate 1"):
                newsroom.clock.forward(seconds=1)
                await run(ada, line)

        chat.meanwhile = taken_and_given_back
        paper.print(event(0), newsroom.clock.at)
        await newsroom.round(hours=1)
        await newsroom.round(minutes=1)
        assert len(chat.given) == len(set(chat.given))
        async with newsroom.house.store.reading() as db:
            assert await waiting(db) == 0


async def test_a_call_in_private_that_is_taken_back_while_it_is_on_its_way_shows_who_has_it(
    tmp_path: Path,
) -> None:
    chat = Slow()
    async with (
        Newsstand("Morning Post", "Evening Star", "Harbour News") as stand,
        team(tmp_path, stand, Clock(), chat) as newsroom,
    ):
        await newsroom.round()

        async def taken() -> None:
            await say(newsroom, BO, "/watch alert ack 1")

        chat.meanwhile, chat.late = taken, 2
        await breaks(newsroom)
        (private,) = [card for ref, card in chat.messages.items() if ref.place == ADA.place]
        await newsroom.round(minutes=1)
        (private,) = [card for ref, card in chat.messages.items() if ref.place == ADA.place]
        assert "bo has it" in text_of(private)
        assert "I have it" not in [button.label for button in private.buttons]
        await say(newsroom, BO, "/watch alert not-news 1")
        await newsroom.round(minutes=1)
        (private,) = [card for ref, card in chat.messages.items() if ref.place == ADA.place]
        assert "Closed by bo" in text_of(private)


async def test_what_was_sent_and_could_not_be_marked_is_not_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.05)
    chat = Slow("console")
    async with Newsstand("Post") as stand, opened(tmp_path, stand, Clock(), chat) as again:
        await again.subscribe(times=(time(8),), next_at=again.clock.forward(hours=2))
        await again.house.rounds.digests()
        with closing(sqlite3.connect(again.house.store.name, isolation_level=None)) as other:

            async def lock() -> None:
                other.execute("BEGIN EXCLUSIVE")

            chat.meanwhile = lock
            with pytest.raises(StoreError, match="locked by another process"):
                await again.bot.deliverer.deliver()
        await again.bot.deliverer.deliver()
        assert len(chat.given) == 1
        async with again.house.store.reading() as db:
            assert await waiting(db) == 0


# ---------------------------------------------------------------------------------------- digests


async def test_a_round_up_matched_too_late_for_a_digest_is_in_the_next_and_in_no_later_one(
    newsroom: Newsroom,
) -> None:
    title = "Tuesday briefing: harbour strike, ballet tour cancelled, chess final"
    await newsroom.subscribe(times=(time(8), time(18)), next_at=newsroom.clock.at + timedelta(hours=2))
    await newsroom.round()
    newsroom.stand.papers[0].print(title, newsroom.clock.at)
    newsroom.clock.forward(hours=2)
    await newsroom.house.intake.poll()
    newsroom.clock.forward(minutes=1)
    await newsroom.house.rounds.digests()
    await newsroom.bot.deliverer.deliver()
    assert title not in newsroom.text
    await newsroom.round(hours=10)
    assert newsroom.text.count(title) == 1
    await newsroom.round(hours=14)
    assert newsroom.text.count(title) == 1


async def test_a_first_digest_looks_no_further_back_than_it_says(newsroom: Newsroom) -> None:
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    await newsroom.subscribe(times=(time(8),), next_at=newsroom.clock.at + timedelta(hours=30))
    await newsroom.round(hours=30)
    assert newsroom.said == ["Nothing new on The world in the last 24 hours."]


async def test_a_digest_missed_while_nobody_ran_waits_for_what_was_missed_too(tmp_path: Path) -> None:
    clock, chat = Clock(), FakeChat("console")
    async with Newsstand("Morning Post") as stand:
        async with opened(tmp_path, stand, clock, chat) as newsroom:
            await newsroom.subscribe(times=(time(8),), next_at=clock.at + timedelta(hours=2))
            await newsroom.round()
        stand.papers[0].print(event(0), clock.forward(hours=3))
        clock.forward(hours=1)
        async with opened(tmp_path, stand, clock, chat) as again:
            await again.bot.digests()
            assert again.said == []
            await again.house.intake.poll()
            await again.bot.digests()
            await again.bot.deliverer.deliver()
            assert event(0) in again.said


async def test_a_feed_that_cannot_be_polled_holds_digests_up_for_minutes_only(newsroom: Newsroom) -> None:
    await newsroom.subscribe(times=(time(8),), next_at=newsroom.clock.forward(hours=2))
    bot = Bot(newsroom.house, {"console": newsroom.chat})
    await bot.digests()
    newsroom.clock.forward(minutes=3)
    await bot.digests()
    await bot.deliverer.deliver()
    assert newsroom.said == ["Nothing was heard of The world in the last 24 hours."]
