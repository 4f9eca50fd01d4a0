"""What must not happen to a story: that nobody ever hears of it, or that a place hears of it twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import FakeChat
from tests.newsrooms import DESK, PLACE, Newsroom, event, opened
from tests.newsstand import Clock, Newsstand
from watcher import rounds
from watcher.app import Bot
from watcher.chat.commands import Ask
from watcher.desk import compose
from watcher.desk.deliveries import notice
from watcher.models import Card, Place, Quiet, Ref, Topic
from watcher.pipeline import Unreadable
from watcher.store import deliveries, topics
from watcher.stories.vectors import Vectors

BRIEFING = "Tuesday briefing: harbour strike, ballet tour cancelled, chess final"


async def run(room: Newsroom, line: str) -> Card:
    ask = Ask(DESK, PLACE, person="ada", may_manage=True)
    return await room.house.commands.run(ask, line)


async def first_digest(room: Newsroom, *times: int) -> None:
    """Somebody has digests at these hours, the first of them two hours from now."""
    await room.subscribe(
        times=tuple(time(each) for each in times), next_at=room.clock.at + timedelta(hours=2)
    )
    await room.round()


async def test_a_topic_that_is_edited_does_not_tell_what_it_had_told(newsroom: Newsroom) -> None:
    await first_digest(newsroom, 8, 18)
    newsroom.stand.papers[0].print(
        "Dockers walk out: container ships waiting off Rotterdam", newsroom.clock.at
    )
    newsroom.stand.papers[1].print(event(0), newsroom.clock.at + timedelta(minutes=1))
    await newsroom.round(hours=2)
    assert newsroom.text.count(event(0)) == 2
    await run(newsroom, "/watch topic edit world harbour OR rotterdam OR dockers")
    await newsroom.round(hours=10)
    assert newsroom.said[-1].startswith("Nothing new")


async def test_what_a_digest_that_was_never_sent_had_no_reply_for_is_in_the_next(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "REPLIES", 1)
    await first_digest(newsroom, 8, 10)
    newsroom.chat.away = True
    for number in range(3):
        newsroom.stand.papers[number].print(event(number), newsroom.clock.at)
    newsroom.stand.papers[3].print(BRIEFING, newsroom.clock.at)
    await newsroom.round(hours=2)
    newsroom.chat.away = False
    await newsroom.round(hours=2)
    for title in (*(event(number) for number in range(3)), BRIEFING):
        assert title in newsroom.text


async def test_what_a_digest_has_no_room_to_name_is_in_the_next(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "REPLIES", 1)
    monkeypatch.setattr(compose, "LISTED", 2)
    monkeypatch.setattr(rounds, "LISTED", 2)
    await first_digest(newsroom, 8, 10)
    for number in range(3):
        newsroom.stand.papers[number].print(event(number), newsroom.clock.at)
    await newsroom.round(hours=2)
    assert "and 1 more: a shorter window has them, or the next digest" in newsroom.text
    told = len(newsroom.said)
    await newsroom.round(hours=22)
    (left,) = [title for title in newsroom.said[told:] if title in map(event, range(3))]
    assert newsroom.said[:told].count(left) == 0, "it was named, and had no message"


async def test_a_digest_that_was_given_up_is_part_of_the_next(newsroom: Newsroom) -> None:
    await first_digest(newsroom, 8)
    newsroom.chat.away = True
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    newsroom.stand.papers[3].print(BRIEFING, newsroom.clock.at)
    await newsroom.round(hours=2)
    await newsroom.round(hours=13)
    newsroom.chat.away = False
    await newsroom.round(hours=11)
    assert event(0) in newsroom.text
    assert BRIEFING in newsroom.text
    await newsroom.round(hours=24)
    assert newsroom.said[-1].startswith("Nothing new")


async def test_what_a_place_refused_is_in_its_next_digest_and_told_once(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    await first_digest(newsroom, 8, 10)
    newsroom.chat.refuses = True
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=2)
    assert not [said for said in caplog.messages if "refused refused:" in said], "told where it was refused"
    newsroom.chat.refuses = False
    await newsroom.round(hours=2)
    assert event(0) in newsroom.text
    await newsroom.round(hours=22)
    assert newsroom.said[-1].startswith("Nothing new")


async def test_what_a_place_refused_for_over_a_week_is_not_told_any_more(newsroom: Newsroom) -> None:
    await first_digest(newsroom, 8)
    newsroom.chat.refuses = True
    for number, days in enumerate((5, 4)):
        newsroom.stand.papers[number].print(event(number), newsroom.clock.at)
        await newsroom.round(hours=2)
        await newsroom.round(days=days)
    newsroom.chat.refuses = False
    await newsroom.round(days=1)
    assert event(1) in newsroom.text
    assert event(0) not in newsroom.text


async def test_an_event_told_at_once_that_was_refused_comes_in_a_digest_some_hours_later(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    newsroom.chat.refuses = True
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    newsroom.chat.refuses = False
    await newsroom.round(hours=7)
    assert event(0) in newsroom.text


async def test_an_event_told_at_once_that_was_given_up_is_told_when_the_platform_is_back(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    newsroom.chat.away = True
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    await newsroom.round(hours=13)
    newsroom.chat.away = False
    await newsroom.round(hours=1)
    assert event(0) in newsroom.text


async def test_what_quiet_hours_hold_outlives_a_change_of_the_subscription(newsroom: Newsroom) -> None:
    await run(newsroom, "/watch subscribe world at once --quiet 06:00-12:00")
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    await run(newsroom, "/watch subscribe world at once --quiet 06:00-11:00")
    await newsroom.round(hours=6)
    assert event(0) in newsroom.text


@pytest.mark.parametrize("hours", ["off", "7-10"])
async def test_a_digest_held_by_quiet_hours_goes_by_the_new_ones(newsroom: Newsroom, hours: str) -> None:
    await newsroom.subscribe(
        times=(time(8),), quiet=Quiet(time(7), time(12)), next_at=newsroom.clock.at + timedelta(hours=2)
    )
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=3)
    await run(newsroom, f"/watch quiet {hours}")
    await newsroom.round(hours=1)
    assert event(0) in newsroom.text


async def test_a_subscription_that_cannot_be_served_keeps_no_other_from_its_digest(
    newsroom: Newsroom,
) -> None:
    await newsroom.subscribe(
        times=(time(8),), next_at=newsroom.clock.at, time_zone="Atlantis/City", topics=("world",)
    )
    await first_digest(newsroom, 8)
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=2)
    assert event(0) in newsroom.text


async def test_a_subscription_that_cannot_be_served_keeps_no_other_from_news_at_once(
    newsroom: Newsroom,
) -> None:
    quiet = Quiet(time(22), time(23))
    await newsroom.subscribe(how="at once", time_zone="Atlantis/City", topics=("world",), quiet=quiet)
    await newsroom.subscribe(how="at once")
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    await newsroom.round(hours=1)
    assert event(0) in newsroom.text


async def test_what_is_held_in_quiet_hours_comes_without_what_a_new_topic_found_when_looking_back(
    newsroom: Newsroom,
) -> None:
    async with newsroom.house.store.writing() as db:
        world = (await topics.topics(db))[0]
        await topics.edit(db, replace(world, query="ballet"))
    await newsroom.subscribe(how="at once", quiet=Quiet(time(22), time(6)))
    await newsroom.round(hours=16.5)
    newsroom.stand.papers[0].print(event(1), newsroom.clock.at)
    await newsroom.round(minutes=30)
    await newsroom.round(hours=8)
    assert event(1) in newsroom.text
    newsroom.stand.papers[0].print(event(2), newsroom.clock.at)
    await newsroom.round(hours=1)
    await newsroom.round(hours=72)
    async with newsroom.house.store.writing() as db:
        await topics.add(db, Topic(0, DESK.id, "health", "vaccine"))
    await newsroom.round(hours=15.5)
    newsroom.stand.papers[0].print("Ballet dancers strike in Paris over pensions", newsroom.clock.at)
    await newsroom.round(minutes=30)
    await newsroom.round(hours=8)
    assert "Ballet dancers strike" in newsroom.text
    assert event(2) not in newsroom.text


@dataclass
class Choking:
    """Vectors as they are, but of texts that have a certain word there are none."""

    vectors: Vectors
    word: str

    @property
    def size(self) -> int:
        return self.vectors.size

    def embed(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        if any(self.word in text for text in texts):
            raise ValueError("bad text")
        return self.vectors.embed(texts, languages)


async def test_a_story_that_cannot_be_read_keeps_no_other_from_being_told(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    taster = newsroom.house.pipeline._taster
    taster._vectors = Choking(taster._vectors, "malaria")
    await first_digest(newsroom, 8)
    for number in range(4):
        newsroom.stand.papers[number].print(event(number), newsroom.clock.at)
    await newsroom.round(hours=2)
    assert {event(0), event(1), event(3)} <= {*newsroom.said}
    assert f"cannot be matched and is passed over: {event(2)}" in caplog.text
    assert await newsroom.house.pipeline.work() == 0


async def test_stories_are_not_passed_over_while_none_at_all_can_be_read(newsroom: Newsroom) -> None:
    taster = newsroom.house.pipeline._taster
    sound = taster._vectors
    taster._vectors = Choking(sound, "")
    await newsroom.round()
    newsroom.stand.papers[0].print(event(0), newsroom.clock.at)
    newsroom.stand.papers[1].print(event(1), newsroom.clock.at)
    newsroom.clock.forward(hours=1)
    await newsroom.house.intake.poll()
    with pytest.raises(Unreadable):
        await newsroom.house.pipeline.work()
    taster._vectors = sound
    assert await newsroom.house.pipeline.work() == 2


async def test_a_platform_that_takes_its_time_holds_up_no_other(tmp_path: Path) -> None:
    swift, slow = Stuck("console"), Stuck("fake")
    swift.until.set()
    async with Newsstand("Post") as stand, opened(tmp_path, stand, Clock(), swift) as room:
        deliverer = Bot(room.house, {"console": swift, "fake": slow}).deliverer

        async def tell(platform: str) -> asyncio.Task[int]:
            now = room.clock.at
            async with room.house.store.writing() as db:
                told = notice(f"to {platform}", DESK.id, Place(platform), Card(platform), now)
                await deliveries.add(db, [told])
            return asyncio.create_task(deliverer.deliver())

        first = await tell("fake")
        await slow.reached.wait()
        second = await tell("console")
        async with asyncio.timeout(20):
            await swift.reached.wait()
        slow.until.set()
        await asyncio.gather(first, second)
        assert [card.title for card in slow.messages.values()] == ["fake"]


@dataclass(slots=True)
class Stuck(FakeChat):
    """A platform that answers nothing until it is let go."""

    until: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        self.reached.set()
        await self.until.wait()
        return await FakeChat.send(self, place, card, key)
