"""Alerts as events are put together and taken apart: one event, one alert, whatever its groups are called."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.chat.desks import match_of, record
from tests.desk.making import NOON
from tests.desk.making import story as made_story
from tests.fakes import StillClock
from watcher.alerts import Alerts
from watcher.calling import pressed
from watcher.config import AlertSettings
from watcher.desk.alerts import Alert, Who
from watcher.desk.breaking import Rule
from watcher.desk.events import Ruling
from watcher.joining import regrouped
from watcher.mastheads import Mastheads
from watcher.models import Desk, Feed, Place, Placement, Story, Topic
from watcher.store import Store, alerts, deliveries, desks, events, feeds, stories, topics
from watcher.stories.edits import Edit

DESK = Desk("fake:1", "fake", "the foreign desk")
TITLES = ("Bridge falls into the river", "River bridge falls", "Bridge is down", "A bridge fell", "No bridge")


@dataclass
class Wire:
    """A store with a topic, and stories that are put into groups by hand."""

    store: Store
    topic: Topic
    alerts: Alerts
    clock: StillClock
    count: int = 0
    meaning: int = 0

    def mean(self, something: int) -> None:
        """Have what is told from now on be about something: with vectors that are alike."""
        self.meaning = something

    async def tell(
        self,
        group: str,
        *outlets: str,
        also: dict[str, str] | None = None,
        quoting: str = "",
        about: str = "",
    ) -> list[Story]:
        """Outlets tell a group's event now; `also` moves known stories to other groups at the same time."""
        told = []
        for outlet in outlets:
            self.count += 1
            hours = (NOON - self.clock.at) / timedelta(hours=1)
            id_ = f"{self.count}{outlet}"
            told.append(
                made_story(
                    id_, (about or TITLES[self.count % 5]) + quoting, outlet=f"{outlet}.example", ago=hours
                )
            )
        told = [replace(one, keys=(f"key:{one.id}",)) for one in told]
        await record(self.store, told)
        placed = [Placement(one.id, self.topic.id, group, one.id, 1.0) for one in told]
        placed += [Placement(id_, self.topic.id, home, id_, 1.0) for id_, home in (also or {}).items()]
        async with self.store.writing() as db:
            await topics.save_matches(db, [match_of(one, self.topic) for one in told])
            await topics.place(db, placed)
            if self.meaning:
                vector = np.eye(512, dtype=np.float16)[self.meaning].tobytes()
                await stories.save_vectors(db, {one.id: vector for one in told})
            await self.alerts.at_once(db, placed, self.clock.at)
        return told

    async def move(self, ids: list[str], group: str) -> None:
        """An editor puts stories into another event."""
        placed = [Placement(id_, self.topic.id, group, id_, 1.0) for id_ in ids]
        async with self.store.writing() as db:
            await topics.place(db, placed)
            await regrouped(db, self.topic.id, placed, self.clock.at)

    async def all(self) -> list[Alert]:
        async with self.store.reading() as db:
            return await alerts.of_topics(db, [self.topic.id], NOON - timedelta(days=9))

    async def press(self, id_: int, who: str, what: str = "ack") -> None:
        async with self.store.writing() as db:
            await pressed(db, DESK.id, id_, what, Who(who, who.title()), self.clock.at)  # type: ignore[arg-type]


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    clock = StillClock(NOON)
    async with await Store.open(tmp_path / "watcher.db") as store:
        async with store.writing() as db:
            await desks.ensure(db, DESK)
            await desks.set_setting(db, DESK.id, "notices", "news")
            topic = await topics.add(db, Topic(0, DESK.id, "bridges", "bridge"))
            await alerts.set_rule(db, topic.id, Rule("count", 2, 60))
        made = Alerts(store, clock, AlertSettings(), Mastheads(clock), timedelta(seconds=45))
        yield Wire(store, topic, made, clock)


async def test_outlets_that_quote_one_whose_feed_is_polled_have_it_from_there(wire: Wire) -> None:
    async with wire.store.writing() as db:
        await feeds.add(db, [Feed(0, "https://capitalledger.example/rss", title="The Capital Ledger")])
    await wire.tell("g1", "post", "star", quoting=", reports The Capital Ledger")
    assert await wire.all() == [], "the rule asks for two origins"
    await wire.tell("g1", "hill")
    (only,) = await wire.all()
    assert "2 origins (The Capital Ledger, hill.example)" in only.evidence.chain


async def test_stories_that_grouping_moves_to_another_group_are_still_the_event_that_alerted(
    wire: Wire,
) -> None:
    told = await wire.tell("g1", "post", "star", "echo")
    await wire.tell("g2", "hill", also={told[1].id: "g2"})
    (only,) = await wire.all()
    assert only.group_id == "g1"
    assert "4 outlets" in only.evidence.chain


async def test_a_group_that_only_borrows_a_story_is_an_event_of_its_own(wire: Wire) -> None:
    told = await wire.tell("g1", "post", "star", "echo", "sun")
    wire.clock.at -= timedelta(minutes=30)
    await wire.tell("g2", "hill", "dale", "moor", "fen", also={told[3].id: "g2"})
    assert len(await wire.all()) == 2


async def test_two_outlets_of_a_quiet_topic_are_told_of_unless_an_event_that_alerted_goes_on(
    wire: Wire,
) -> None:
    async with wire.store.writing() as db:
        await alerts.set_rule(db, wire.topic.id, Rule())
    wire.clock.at -= timedelta(days=3)
    for number in range(8):
        await wire.tell(f"old{number}", "sun")
        wire.clock.at += timedelta(hours=9)
    await wire.tell("g1", "post", "star")
    await wire.tell("g2", "hill", "dale")
    assert [one.level for one in await wire.all()] == ["developing"]
    await wire.press(1, "ada", "not-news")
    await wire.tell("g3", "moor", "fen")
    assert len(await wire.all()) == 2, "what was no news keeps nothing quiet"


async def test_a_group_that_is_part_of_an_alerted_event_is_told_of_as_that_and_may_raise_it(
    wire: Wire,
) -> None:
    wire.mean(1)
    await wire.tell("g1", "post", "star")
    await wire.press(1, "ada")
    other = await wire.tell("g2", "hill", "dale")
    (only,) = await wire.all()
    assert (only.name, only.group_id) == ("Ada", "g1")
    assert {one.id for one in other} <= set(only.known)
    assert "4 outlets" in only.evidence.chain
    wire.mean(2)
    await wire.tell("g3", "moor", "fen", about="Minister resigns over taxes")
    assert len(await wire.all()) == 2, "what is about something else alerts for itself"


async def test_what_an_editor_keeps_apart_from_an_alerted_event_alerts_for_itself(wire: Wire) -> None:
    wire.mean(1)
    told = await wire.tell("g1", "post", "star")
    word = Ruling(0, wire.topic.id, "split", ("3hill",), (told[0].id,), "", wire.clock.at)
    async with wire.store.writing() as db:
        await events.rule(db, word, [Edit("split", "3hill", told[0].id)])
    await wire.tell("g2", "hill", "dale")
    assert len(await wire.all()) == 2


async def test_two_alerted_groups_that_become_one_have_one_alert(wire: Wire) -> None:
    first = await wire.tell("g1", "post", "star")
    second = await wire.tell("g2", "echo", "hill")
    assert len(await wire.all()) == 2
    await wire.press(2, "bo")
    await wire.tell("g1", "dale", also={one.id: "g1" for one in second})
    kept, over = sorted(await wire.all(), key=lambda alert: alert.state == "closed")
    assert (kept.state, kept.name) == ("acknowledged", "Bo")
    assert kept.group_id == "g1"
    assert {one.id for one in (*first, *second)} <= set(kept.known)
    assert over.why == f"it is one event with alert {kept.id}"


async def test_who_has_one_of_two_alerts_has_both_when_an_editor_merges_their_events(wire: Wire) -> None:
    first = await wire.tell("g1", "post", "star")
    await wire.tell("g2", "echo", "hill")
    await wire.press(1, "ada")
    await wire.move([one.id for one in first], "g2")
    kept = next(one for one in await wire.all() if one.state != "closed")
    assert (kept.state, kept.name, kept.group_id) == ("acknowledged", "Ada", "g2")
    async with wire.store.reading() as db:
        shown = await deliveries.pending(db, Place("fake", "news"))
    assert any("it is one event with alert" in str(delivery.card) for delivery in shown)
    await wire.tell("g2", "moor")
    assert len(await wire.all()) == 2


async def test_a_story_that_an_editor_split_off_may_alert_for_itself(wire: Wire) -> None:
    told = await wire.tell("g1", "post", "star", "echo")
    await wire.move([told[2].id], "g3")
    await wire.tell("g3", "hill")
    assert [alert.group_id for alert in await wire.all()] == ["g1", "g3"]
