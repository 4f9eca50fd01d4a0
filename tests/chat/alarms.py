"""Alerts for tests of the platforms: an event that breaks for a desk, and the rounds of its escalation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tests.chat.desks import match_of, record, story
from tests.fakes import StillClock
from watcher.alerts import Alerts
from watcher.config import AlertSettings
from watcher.deadman import DeadMan
from watcher.deliver import Deliverer
from watcher.desk.breaking import Rule
from watcher.mastheads import Mastheads
from watcher.models import Placement, Topic
from watcher.store import Store, alerts, topics


@dataclass
class Alarm:
    """A desk's alerts over a store, with a clock that a test moves, and whatever delivers."""

    store: Store
    clock: StillClock
    desk: str
    deliverer: Callable[[], Deliverer]

    def __post_init__(self) -> None:
        self.alerts = Alerts(
            self.store, self.clock, AlertSettings(), Mastheads(self.clock), edit_pause=timedelta(seconds=45)
        )
        self.deadman = DeadMan(self.store, self.clock, AlertSettings())

    async def rings(self, *outlets: str, event: str = "bridge") -> None:
        """An event breaks: these outlets tell it now, and it is posted."""
        async with self.store.writing() as db:
            topic = await topics.get(db, self.desk, "bridges") or await topics.add(
                db, Topic(0, self.desk, "bridges", "bridge", title="Bridges")
            )
            await alerts.set_rule(db, topic.id, Rule("always"))
        told = [story(f"Bridge falls, says {one}", outlet=f"{one}.example", hours=0) for one in outlets]
        await self.catch(topic, told, event)
        await self.deliverer().deliver()

    async def catch(self, topic: Topic, told: Sequence, event: str) -> None:  # type: ignore[type-arg]
        await record(self.store, told)
        placed = [Placement(one.id, topic.id, event, one.id, 1.0) for one in told]
        async with self.store.writing() as db:
            await topics.save_matches(db, [match_of(one, topic) for one in told])
            await topics.place(db, placed)
            await self.alerts.at_once(db, placed, self.clock.at)

    async def waits(self, minutes: float) -> None:
        """Let time pass, take the steps that are due, look after the platforms, and deliver."""
        self.clock.at += timedelta(minutes=minutes)
        await self.alerts.tick()
        await self.deadman.look()
        await self.deliverer().deliver()
