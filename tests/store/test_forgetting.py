"""A desk forgotten, and a desk asleep."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Boolean, LargeBinary, Table, create_engine, func, select, text

from watcher.models import Desk, Place, Quiet, Subscription, Topic
from watcher.store import Store, desks, feedback, subscriptions, topics
from watcher.store.forgetting import ROOMS, forget
from watcher.store.tables import metadata
from watcher.store.tables import topics as topics_table

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
assert ROOMS
OWNED = [
    table
    for table in metadata.sorted_tables
    if {"desk", "topic_id"} & set(table.c.keys()) and table is not topics_table
]


async def _count(store: Store, table: Table) -> int:
    async with store.reading() as db:
        return int(await db.scalar(select(func.count()).select_from(table)) or 0)


def _bare_row(table: Table, **known: object) -> dict[str, object]:
    """A row as bare as the table takes it, in the database's own types."""
    bare: dict[str, object] = {}
    for column in table.columns:
        if isinstance(column.type, Boolean):
            bare[column.name] = False
        elif isinstance(column.type, LargeBinary):
            bare[column.name] = b""
        else:
            number = re.search("INT|FLOAT", str(column.type.compile()))
            bare[column.name] = 0 if number else f"{known['desk']}"
    return {name: known.get(name, value) for name, value in bare.items()}


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
async def test_nothing_of_a_forgotten_desk_is_left_in_any_table(store: Store, table: Table) -> None:
    for number, desk in enumerate(("mine", "theirs"), start=1):
        async with store.writing() as db:
            await desks.ensure(db, Desk(desk, "console"))
            topic = await topics.add(db, Topic(0, desk, "summit", "kim"))
            row = _bare_row(
                table, desk=desk, topic_id=topic.id, id=desk if _has_text_id(table) else number, n=number
            )
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join(f":{name}" for name in row)
            await db.execute(text(f"INSERT INTO {table.name} ({names}) VALUES ({marks})"), row)
    async with store.writing() as db:
        assert await forget(db, "mine") >= 2
    assert await _count(store, table) == 1
    async with store.reading() as db:
        assert [topic.desk for topic in await topics.topics(db)] == ["theirs"]
        assert [desk.id for desk in await desks.desks(db)] == ["theirs"]


def _has_text_id(table: Table) -> bool:
    return "id" in table.c and "TEXT" in str(table.c.id.type.compile())


async def test_a_desk_sleeps_once_and_wakes_once(store: Store) -> None:
    async with store.writing() as db:
        await desks.ensure(db, Desk("d", "discord", "Foreign"))
        assert await desks.sleep(db, "d", NOW)
        assert not await desks.sleep(db, "d", NOW)
        assert await desks.asleep(db) == {"d": NOW}
        await desks.ensure(db, Desk("d", "discord", "Foreign news"))
        assert await desks.asleep(db) == {"d": NOW}, "a new name wakes nobody"
        assert await desks.wake(db, "d")
        assert not await desks.wake(db, "d")
        assert await desks.asleep(db) == {}


def make_at(revision: str, path: Path) -> None:
    """A database as an older Watcher left it."""
    settings = Config()
    settings.set_main_option("script_location", "watcher.store:migrations")
    with create_engine(f"sqlite:///{path}").begin() as old:
        settings.attributes["connection"] = old
        command.upgrade(settings, revision)


async def test_what_slept_in_a_note_before_sleeps_in_its_tables_after_the_migration(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    make_at("0003", path)
    aside = {
        "id": 7,
        "desk": "discord:1",
        "place": {"platform": "discord", "channel": "5", "thread": "", "person": ""},
        "topics": ["summit"],
        "how": "digest",
        "times": ["08:00:00"],
        "time_zone": "Europe/Paris",
        "quiet": {"start": "22:00:00", "end": "07:00:00"},
        "languages": ["fr"],
        "say_nothing_new": True,
        "next_at": "2026-11-22T07:00:00Z",
        "last_at": None,
    }
    with sqlite3.connect(path) as raw:
        raw.execute("INSERT INTO desks (id, platform, name) VALUES ('discord:1', 'discord', 'Foreign')")
        note = json.dumps({"at": NOW.isoformat(), "subscriptions": [aside]})
        raw.execute("INSERT INTO notes VALUES ('discord asleep discord:1', ?)", (note,))
        raw.execute("INSERT INTO notes VALUES ('discord asleep discord:2', '{}')")
    async with await Store.open(path) as store, store.reading() as db:
        assert await desks.asleep(db) == {"discord:1": NOW}
        (kept,) = await subscriptions.subscriptions(db, "discord:1")
        assert await subscriptions.subscriptions(db) == [], "it sleeps"
    assert kept == Subscription(
        kept.id,
        "discord:1",
        Place("discord", "5"),
        ("summit",),
        times=(time(8),),
        time_zone="Europe/Paris",
        quiet=Quiet(time(22), time(7)),
        languages=("fr",),
        next_at=datetime(2026, 11, 22, 7, tzinfo=UTC),
    )


async def test_a_lesson_in_a_language_that_is_now_looked_up_forgets_the_vector_that_it_had(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.db"
    make_at("0006", path)
    vector = bytes(2 * 512)
    with sqlite3.connect(path) as raw:
        for language in ("cs", "fr", ""):
            raw.execute(
                "INSERT INTO feedback (topic_id, story_id, wanted, at, language, published, seen, vector) "
                "VALUES (1, ?, 0, 0, ?, 0, 0, ?)",
                (f"in {language}", language, vector),
            )
    async with await Store.open(path) as store, store.reading() as db:
        taught = (await feedback.of_topic(db, 1)).taught
    assert {one.story.id: one.vector for one in taught} == {"in cs": b"", "in fr": vector, "in ": vector}
