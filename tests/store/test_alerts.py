"""Alerts in the store: once an event, by what is due, and the pace of a topic."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.store.making import NOW, a_feed, numbered
from watcher.desk.alerts import Alert
from watcher.desk.breaking import AUTO, Evidence, Rule
from watcher.desk.oncall import Person, Rota
from watcher.models import Card, Place, Placement, Topic
from watcher.store import Store, alerts, rotas, stories, topics
from watcher.store.alerts import Done

EVIDENCE = Evidence(3, 3, 10, 0.01, 0.01, 1.0, False, "3 outlets", trusted=("Reuters",))
ALERT = Alert(0, "desk", 1, "g", "urgent", Card("Bridge"), EVIDENCE, ("a",), NOW, NOW, NOW, NOW)


async def test_an_event_of_a_topic_has_one_alert(store: Store) -> None:
    async with store.writing() as db:
        first = await alerts.add(db, ALERT)
        assert await alerts.add(db, replace(ALERT, level="breaking")) is None
        assert await alerts.add(db, replace(ALERT, topic_id=2))
    async with store.reading() as db:
        assert first
        assert await alerts.get(db, first.id) == first == replace(ALERT, id=first.id)


async def test_what_is_due_is_what_speaks_again_by_now_or_was_set_by_a_clock_gone_astray(
    store: Store,
) -> None:
    moments = {
        "due": NOW,
        "later": NOW + timedelta(minutes=5),
        "astray": NOW + timedelta(hours=9),
        "never": None,
    }
    async with store.writing() as db:
        for name, next_at in moments.items():
            await alerts.add(db, replace(ALERT, group_id=name, next_at=next_at))
    async with store.reading() as db:
        found = await alerts.due(db, NOW, NOW + timedelta(minutes=10))
    assert [one.group_id for one in found] == ["due", "astray"]


async def test_a_desk_reads_its_own_log_and_alerts_and_old_ones_are_forgotten(store: Store) -> None:
    async with store.writing() as db:
        for desk in ("desk", "other"):
            added = await alerts.add(db, replace(ALERT, desk=desk, group_id=desk))
            assert added
            await alerts.log(db, Done(added.id, NOW, "raised", desk=desk))
    async with store.writing() as db:
        assert [one.group_id for one in await alerts.alerts(db, "desk", NOW)] == ["desk"]
        assert [one.desk for one in await alerts.logged(db, "desk", NOW)] == ["desk"]
        assert await alerts.retain(db, NOW + timedelta(days=1)) == 2
        assert await alerts.logged(db, "desk", NOW) == []


async def test_a_rule_is_kept_until_it_is_auto_again(store: Store) -> None:
    async with store.writing() as db:
        await alerts.set_rule(db, 1, Rule("count", 3, 20))
        await alerts.set_rule(db, 1, Rule("never"))
        assert await alerts.rules(db, [1, 2]) == {1: Rule("never")}
        await alerts.set_rule(db, 1, AUTO)
        assert await alerts.rules(db, [1, 2]) == {}


async def test_a_rota_is_kept_as_it_was_set(store: Store) -> None:
    rota = Rota((Person("ada", Place("fake", person="1")),), fallback=("ada",))
    async with store.writing() as db:
        assert await rotas.get(db, "desk") == rotas.NOBODY
        await rotas.put(db, "desk", rota)
        assert await rotas.get(db, "desk") == rota


async def test_a_rota_keeps_what_it_was_before_its_last_change(store: Store) -> None:
    first, second = Rota(fallback=("ada",)), Rota(fallback=("bo",))
    async with store.writing() as db:
        assert await rotas.last_change(db, "desk") is None
        assert await rotas.change(db, "desk", first, "u1") == 1
        assert await rotas.last_change(db, "desk") == rotas.Change(1, "u1", rotas.NOBODY)
        assert await rotas.change(db, "desk", second, "u2") == 2
        await rotas.put(db, "desk", replace(second, fallback=("cy",)))  # holidays, renewed
        assert await rotas.last_change(db, "desk") == rotas.Change(2, "u2", first)


async def test_the_pace_counts_the_first_tellings_of_each_event_by_the_hour(store: Store) -> None:
    feed = await a_feed(store)
    told = [
        replace(one, outlet=f"o{n}.example", published=NOW + timedelta(hours=n), seen=NOW)
        for n, one in enumerate(numbered(5))
    ]
    async with store.writing() as db:
        topic = await topics.add(db, Topic(0, "desk", "t", "q"))
        await stories.record(db, told, feed, NOW, backlog=False)
        groups = ("g", "g", "g", "h", "")
        placed = [Placement(s.id, topic.id, g, s.id, 1.0) for s, g in zip(told, groups, strict=True)]
        await topics.place(db, placed)
    since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
    async with store.reading() as db:
        pace = await alerts.pace(db, topic.id, since, until)
        empty = await alerts.pace(db, 99, since, until)
    hours = [(NOW + timedelta(hours=n)).hour for n in (0, 1, 3)]
    assert pace.by_hour == dict.fromkeys(hours, 1.0)
    assert (pace.events, round(pace.days, 3)) == (2, 1.0)
    assert (empty.by_hour, empty.events, empty.days) == ({}, 0, 0)
