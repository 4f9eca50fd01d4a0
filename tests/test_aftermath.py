"""What follows alerts: the picture in a thread, and Monday's report, once each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.chat.desks import catch, record, story
from tests.fakes import FakeChat, StillClock
from watcher.aftermath import Aftermath
from watcher.calling import raise_alert
from watcher.deliver import Deliverer
from watcher.desk.alerts import Alert
from watcher.desk.breaking import Evidence
from watcher.models import Card, Desk, Place, Topic
from watcher.store import Store, alerts, desks, topics
from watcher.store.faults import StoreError

TEAM = Desk("fake:9", "fake", "the foreign desk")
SUNDAY = datetime(2026, 9, 13, 20, 0, tzinfo=UTC)
EVIDENCE = Evidence(3, 3, 10, 0.01, 0.01, 1.0, False, "3 outlets")


@dataclass
class Week:
    """A desk in Warsaw that hears notices, and the clock of its week."""

    store: Store
    clock: StillClock
    chat: FakeChat

    async def passes(self, **span: float) -> list[str]:
        """Let time pass; returns the titles of all that was posted until now."""
        self.clock.at += timedelta(**span)
        await Aftermath(self.store, self.clock).look()  # a new one each time, as after a restart
        await Deliverer(self.store, {"fake": self.chat}, self.clock, timedelta(hours=12)).deliver()
        return [card.title for card in self.chat.messages.values()]


@pytest.fixture
async def week(tmp_path: Path) -> AsyncIterator[Week]:
    async with await Store.open(tmp_path / "watcher.db") as store:
        async with store.writing() as db:
            await desks.ensure(db, TEAM)
            await desks.set_setting(db, TEAM.id, "notices", "news")
            await desks.set_setting(db, TEAM.id, "time_zone", "Europe/Warsaw")
        yield Week(store, StillClock(SUNDAY), FakeChat())


async def test_the_report_comes_on_monday_at_nine_once_and_again_in_a_week(week: Week) -> None:
    assert await week.passes() == []
    assert await week.passes(hours=10.9) == []
    assert await week.passes(hours=0.1) == ["Alerts in the last week"]
    for _ in range(6):
        assert len(await week.passes(hours=23)) == 1
    assert len(await week.passes(days=2)) == 2


async def test_a_bot_that_was_away_on_monday_reports_when_it_is_back(week: Week) -> None:
    await week.passes()
    assert len(await week.passes(days=2)) == 1


async def test_a_new_desk_hears_nothing_before_its_first_monday(week: Week) -> None:
    assert await week.passes(days=2) == []


async def test_a_clock_that_jumps_reports_no_week_twice_and_does_not_stop_reports(week: Week) -> None:
    await week.passes()
    await week.passes(days=1)
    assert len(await week.passes(days=-3)) == 1
    assert len(await week.passes(days=3)) == 1
    assert len(await week.passes(days=400)) == 2
    await week.passes(days=-400)
    assert len(await week.passes(days=7)) == 3


async def test_a_desk_that_wants_no_report_gets_none(week: Week) -> None:
    async with week.store.writing() as db:
        await desks.set_setting(db, TEAM.id, "weekly_report", False)
    await week.passes()
    assert await week.passes(days=3) == []


@pytest.mark.parametrize("changed", ["2026-03-29", "2026-10-25"])
async def test_over_a_change_of_clocks_reports_come_at_nine_and_have_each_alert_once(
    week: Week, changed: str
) -> None:
    nine = datetime.fromisoformat(f"{changed} 09:00").replace(tzinfo=ZoneInfo("Europe/Warsaw"))
    for days in (-6, 1, 8):
        for minutes in (-30, -1, 0, 30):
            week.clock.at = (nine + timedelta(days=days)).astimezone(UTC) + timedelta(minutes=minutes)
            before = len(week.chat.messages)
            assert len(await week.passes()) - before == (minutes == 0)
            if minutes:
                await broke(week)
    reports = [card.sections[0].lines[0][0].text for card in week.chat.messages.values()]
    assert [said.split(":")[0] for said in reports] == ["2 alerts", "3 alerts", "3 alerts"]


async def broke(week: Week) -> None:
    """An event alerts, of which nobody is told."""
    at = week.clock.at
    async with week.store.writing() as db:
        new = Alert(0, TEAM.id, 1, f"event{at}", "urgent", Card("Bridge down"), EVIDENCE, (), at, at, at, at)
        await alerts.add(db, new)


async def an_alert(week: Week, number: int) -> None:
    """An event of so many stories alerts."""
    async with week.store.writing() as db:
        topic = await topics.add(db, Topic(0, TEAM.id, "bridges", "bridge", title="다리"))
    told = [story(f"Bridge down {n}", hours=n % 3, outlet=f"o{n}.example") for n in range(number)]
    await record(week.store, told)
    await catch(week.store, topic, told)
    at = week.clock.at
    known = tuple(one.id for one in told)
    new = Alert(
        0, TEAM.id, topic.id, "event1", "urgent", Card("Bridge down"), EVIDENCE, known, at, at, at, at
    )
    async with week.store.writing() as db:
        added = await alerts.add(db, new)
        assert added
        await raise_alert(db, added, at, timedelta(minutes=5))


async def test_an_alert_that_grew_has_a_picture_in_its_thread_once(week: Week) -> None:
    week.clock.at = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
    await an_alert(week, 10)
    for _ in range(2):
        await week.passes(minutes=1)
    (thread,) = week.chat.threads
    (card,) = week.chat.in_thread(thread)
    assert card.files[0].content.startswith(b"\x89PNG")
    assert thread == Place("fake", "news", thread="m1")


@pytest.mark.slow
async def test_a_picture_for_which_the_disk_had_no_room_is_drawn_again(week: Week) -> None:
    week.clock.at = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
    await an_alert(week, 10)
    deliverer = Deliverer(week.store, {"fake": week.chat}, week.clock, timedelta(hours=12))
    await deliverer.deliver()
    aftermath = Aftermath(week.store, week.clock)
    async with week.store.writing() as db:
        await db.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite takes it for the pages that there are
    with pytest.raises(StoreError, match="full"):
        await aftermath.look()
    async with week.store.writing() as db:
        await db.exec_driver_sql("PRAGMA max_page_count = 4294967294")
    await aftermath.look()
    await deliverer.deliver()
    assert week.chat.threads


async def test_an_alert_of_few_stories_has_no_picture(week: Week) -> None:
    week.clock.at = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
    await an_alert(week, 9)
    await week.passes(minutes=1)
    assert week.chat.threads == {}
