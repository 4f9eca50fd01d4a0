"""One article is one story, whatever a feed does with its guids and links; and two articles are two."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

import pytest
from sqlalchemy import func, select

from tests.newsrooms import Newsroom, event
from watcher.store import tables


def entry(
    title: str, *, guid: str = "", link: str = "", date: datetime | None = None, summary: str = ""
) -> str:
    parts = {"title": title, "link": link, "guid": guid, "description": summary}
    parts["pubDate"] = format_datetime(date) if date else ""
    return (
        "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in parts.items() if value) + "</item>"
    )


async def count(room: Newsroom, table: str = "stories") -> int:
    async with room.house.store.reading() as db:
        return int(await db.scalar(select(func.count()).select_from(tables.metadata.tables[table])) or 0)


async def print_and_poll(room: Newsroom, *entries: str) -> None:
    room.stand.papers[0].items = list(entries)
    room.clock.forward(hours=7)
    await room.house.pipeline.poll()


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("link", ["", "https://morningpost.example/"])
async def test_a_guid_that_is_new_at_each_poll_makes_no_new_story(
    newsroom: Newsroom, dated: bool, link: str
) -> None:
    date = newsroom.clock.at if dated else None
    for poll in range(3):
        entries = [
            entry(event(number), guid=f"{number}-{poll}", link=link, date=date, summary=f"Text {number}.")
            for number in range(3)
        ]
        await print_and_poll(newsroom, *entries)
    assert await count(newsroom) == 3


async def test_a_guid_that_is_new_at_each_poll_is_not_kept_at_each_poll(newsroom: Newsroom) -> None:
    link = "https://morningpost.example/one"
    await print_and_poll(newsroom, entry(event(0), guid="first", link=link))
    kept = await count(newsroom, "story_keys")
    for poll in range(3):
        await print_and_poll(newsroom, entry(event(0), guid=f"guid-{poll}", link=link))
    assert await count(newsroom, "story_keys") == kept
    assert await count(newsroom) == 1


async def test_one_guid_for_all_is_none(newsroom: Newsroom) -> None:
    for _ in range(2):
        await print_and_poll(newsroom, *(entry(event(number), guid="post") for number in range(3)))
    assert await count(newsroom) == 3


async def test_without_guid_and_link_a_story_is_its_title_of_that_day(newsroom: Newsroom) -> None:
    today = newsroom.clock.at
    for summary in ("Three boats.", "Four boats."):
        await print_and_poll(newsroom, entry("Morning briefing", date=today, summary=summary))
    assert await count(newsroom) == 1
    newsroom.clock.forward(days=1)
    await print_and_poll(newsroom, entry("Morning briefing", date=newsroom.clock.at))
    assert await count(newsroom) == 2


async def test_guids_that_hold_tell_alike_articles_apart(newsroom: Newsroom) -> None:
    """Two alarms of one day, with the same words and no link, are two: each has its guid, side by side."""
    date = newsroom.clock.at
    first, second = (entry("Air alarm in Kyiv", guid=guid, date=date) for guid in ("one", "two"))
    for _ in range(2):
        await print_and_poll(newsroom, second, first)
    assert await count(newsroom) == 2


async def test_a_new_article_of_a_known_title_is_new_where_its_text_is(newsroom: Newsroom) -> None:
    date = newsroom.clock.at
    await print_and_poll(newsroom, entry("Air alarm in Kyiv", guid="one", date=date, summary="Since 7:10."))
    await print_and_poll(newsroom, entry("Air alarm in Kyiv", guid="two", date=date, summary="Since 9:40."))
    assert await count(newsroom) == 2
