"""More alerts in an hour than a topic may have: what is folded, and what comes out again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chat.desks import text_of
from tests.fakes import FakeChat
from tests.newsrooms import DESK, Newsroom, event, opened
from tests.newsstand import Clock, Newsstand
from tests.test_alerts import PAPERS, ROTA, STRIKE, rule
from watcher.desk.breaking import Rule
from watcher.store import rotas
from watcher.store.alerts import logged

VACCINE = (
    "In Ghana a malaria vaccine has halved infections of infants, a trial finds",
    "Half as many infants infected: Ghana ends its trial of a malaria vaccine",
)


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """A topic that has had its four alerts of this hour, all of them developing, and two more."""
    async with (
        Newsstand(*PAPERS) as stand,
        opened(tmp_path, stand, Clock(), FakeChat(platform="console")) as room,
    ):
        async with room.house.store.writing() as db:
            await rotas.put(db, DESK.id, ROTA)
        await room.round()
        await rule(room, Rule("always"))
        for number in (1, 2, 3, 4, 5, 6):
            room.stand.papers[number % 4].print(event(number), room.clock.at)
        await room.round(minutes=50)
        yield room


def folded(room: Newsroom) -> str:
    (text,) = [text_of(card) for card in room.chat.messages.values() if "more event" in card.title]
    return text


async def test_what_is_folded_calls_nobody_and_what_weighs_more_than_all_of_the_hour_is_told_by_itself(
    newsroom: Newsroom,
) -> None:
    assert "2 more events broke in The world" in folded(newsroom)
    assert "6 Tunnel under the Baltic" in folded(newsroom)
    assert "More than 4 alerts an hour come as one message, and call nobody" in folded(newsroom)
    await tell(newsroom, *STRIKE[:3])
    assert newsroom.said[-1] in STRIKE
    assert "2 more events" in folded(newsroom)
    assert await called(newsroom) == ["ada: on call"]


async def test_what_was_folded_and_comes_to_weigh_more_is_told_by_itself_after_all(
    newsroom: Newsroom,
) -> None:
    assert await called(newsroom) == []
    await tell(newsroom, *VACCINE)
    assert newsroom.said[-1] in VACCINE
    await newsroom.round(minutes=1)
    assert "1 more event broke in The world" in folded(newsroom)
    assert "Ghana" not in folded(newsroom)
    assert await called(newsroom) == ["ada: on call"]
    newsroom.stand.papers[3].print(event(7), newsroom.clock.at)
    await newsroom.round(minutes=20)
    await newsroom.round(minutes=1)
    listed = folded(newsroom).splitlines()[1:3]
    assert [line[:8] for line in listed] == ["6 Tunnel", "7 Comet "], "in the message that there is"


async def tell(room: Newsroom, *titles: str) -> None:
    """Have papers tell of an event, and be polled."""
    for paper, title in zip(room.stand.papers, titles, strict=False):
        paper.print(title, room.clock.at)
    await room.round(minutes=28)


async def called(room: Newsroom) -> list[str]:
    """Who was called, and as what."""
    async with room.house.store.reading() as db:
        done = await logged(db, DESK.id, room.clock.at - timedelta(days=1))
    return [one.note for one in done if one.what == "called"]
