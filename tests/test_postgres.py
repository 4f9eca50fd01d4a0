"""A store in a PostgreSQL database is one like the other, and what is of the server is said in sentences.

That the queries give the same is held by the other tests of the store, which `make test-all` runs on both.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from tests import newsrooms, postgres
from tests.fakes import FakeChat
from tests.newsrooms import event, opened
from tests.newsstand import Clock, Newsstand
from tests.store.making import NOW, a_feed, numbered, record
from watcher.config import StoreSettings
from watcher.models import Topic
from watcher.store import Store, StoreError, shown, stories, topics
from watcher.store.faults import plainly, sentence
from watcher.store.moving import copy_all
from watcher.store.store import home_of
from watcher.store.tables import metadata

HOLDER = """
import asyncio, sys
from watcher.store import Store

async def main():
    async with await Store.open(sys.argv[1]) as store, store.running():
        print("running", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_desk_tells_its_news_from_it_also_after_a_restart(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = replace(newsrooms.settings_for(tmp_path), store=StoreSettings(url=database))
    monkeypatch.setattr(newsrooms, "settings_for", lambda _: here)
    clock, chat = Clock(), FakeChat()
    async with Newsstand("Post", "Star") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.subscribe(times=(time(8), time(18)), next_at=clock.at + timedelta(hours=2))
            await room.round()
            for paper in stand.papers:
                paper.print(event(0), clock.at)
            await room.round(hours=1)
            assert room.said == []
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.round(hours=1)
            assert room.said == ["The world: the last 24 hours", event(0)]
            await room.round(hours=10)
            assert room.said[2:] == ["Nothing new on The world in the last 10 hours."]


async def test_words_are_searched_for_by_their_beginnings_without_accents(database: str) -> None:
    async with await Store.open(database) as store:
        feed = await a_feed(store)
        await record(store, [replace(numbered(1)[0], title="Erdoğan reçoit le F-16", url="u")], feed)
        async with store.reading() as db:
            for asked in ("erdog", "RECOIT", "f-16", "le f"):
                assert len(await stories.search(db, asked, 9)) == 1, asked
            assert await stories.search(db, "rdogan", 9) == []


async def test_a_character_that_a_server_has_no_room_for_is_left_out(database: str) -> None:
    async with await Store.open(database) as store:
        feed = await a_feed(store)
        await record(store, [replace(numbered(1)[0], title="A\0B")], feed)
        async with store.reading() as db:
            assert [one.title for one in await stories.recent(db, NOW)] == ["AB"]


def one_that_runs(database: str) -> subprocess.Popen[str]:
    """Another process that has the right to run."""
    return subprocess.Popen([sys.executable, "-c", HOLDER, database], stdout=subprocess.PIPE, text=True)


async def test_only_one_may_run_on_it_and_the_second_learns_which(database: str) -> None:
    held = one_that_runs(database)
    try:
        assert held.stdout
        assert held.stdout.readline() == "running\n"
        async with await Store.open(database) as store:
            with pytest.raises(StoreError, match=f"already running .* as process {held.pid} on"):
                async with store.running():
                    pass
            await a_feed(store)  # a command beside it still writes
            held.kill()
            held.wait()
            async with store.running():
                pass
    finally:
        held.kill()
        held.communicate()


async def test_who_runs_on_another_database_of_the_server_stands_in_nobodys_way(
    database: str, server: str
) -> None:
    elsewhere = server.format(name="postgres")
    home, second = home_of(elsewhere), home_of(elsewhere)
    writer = home.engine(writes=True)
    async with await Store.open(database) as store, store.running(), home.running(writer):
        with pytest.raises(StoreError, match=f"already running .* as process {os.getpid()} on"):
            async with second.running(second.engine(writes=True)):
                pass
        postgres.end_sessions(elsewhere)
        async with writer.begin() as db:
            assert await db.scalar(text("SELECT 1")) == 1


async def test_writers_see_what_was_written_whatever_the_server_takes_for_granted(database: str) -> None:
    alter = f"ALTER DATABASE {make_url(database).database}"
    postgres.tell(database, f"{alter} SET default_transaction_isolation = 'serializable'")
    async with await Store.open(database) as store, store.writing() as db:
        assert await db.scalar(text("SHOW transaction_isolation")) == "read committed"
    postgres.tell(database, f"{alter} RESET default_transaction_isolation")


async def test_a_user_with_no_schema_to_make_tables_in_is_told_so(server: str) -> None:
    with postgres.new_database(server) as address:
        name = make_url(address).database
        postgres.tell(server, f"ALTER DATABASE {name} SET search_path = nowhere")
        with pytest.raises(StoreError, match="has no schema to make tables in"):
            await Store.open(address)


async def test_a_server_that_ended_all_sessions_is_used_again_and_nobody_else_may_run(database: str) -> None:
    async with await Store.open(database) as store, store.running():
        feed = await a_feed(store)
        postgres.end_sessions(database)
        assert len((await record(store, numbered(2), feed)).new) == 2
        async with await Store.open(database) as other:
            with pytest.raises(StoreError, match="already running"):
                async with other.running():
                    pass


@pytest.mark.parametrize(
    "address",
    ["postgresql://watcher:hush@127.0.0.1:9/watcher", "postgres://watcher:hush@127.0.0.1:9/watcher"],
)
async def test_a_server_that_is_not_there_is_said_without_the_password(address: str) -> None:
    with pytest.raises(StoreError, match="cannot be reached: see that the server runs") as raised:
        await Store.open(address)
    assert "127.0.0.1" in str(raised.value)
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://watcher:hu@sh@127.0.0.1:9/watcher",
        "postgresql://watcher:hush@127.0.0.1:9a/watcher",
        "postgresql://127.0.0.1:9/watcher?user=watcher&password=hush",
    ],
)
async def test_an_address_that_cannot_be_used_is_said_without_its_password(address: str) -> None:
    assert not re.search("hu|sh@", shown(address))
    with pytest.raises(StoreError) as raised:
        await Store.open(address)
    assert not re.search("hu@?sh|sh@", str(raised.value))


async def test_a_socket_may_stand_in_the_place_of_the_host(database: str) -> None:
    parts = make_url(database)
    folder = quote(str(parts.query["host"]), safe="")
    async with await Store.open(f"postgresql://postgres@{folder}/{parts.database}") as store:
        assert (await a_feed(store)).id == 1


def test_a_server_that_does_not_answer_in_time_is_said_to_be_out_of_reach() -> None:
    late = psycopg.errors.ConnectionTimeout("connection timeout expired")
    assert "cannot be reached" in (sentence(late, "postgresql://db/watcher") or "")


async def test_a_mistake_of_ours_is_not_said_to_be_the_servers(database: str) -> None:
    async with await Store.open(database) as store, store.reading() as db:
        with pytest.raises(ProgrammingError), plainly("here"):
            await db.exec_driver_sql("SELECT %s", ())


async def test_a_database_that_is_not_there_is_said(server: str) -> None:
    with pytest.raises(StoreError, match='database "nowhere" does not exist'):
        await Store.open(server.format(name="nowhere"))


async def test_a_database_that_cannot_keep_every_script_is_refused(server: str) -> None:
    how = "ENCODING 'LATIN1' LOCALE 'C'"
    with postgres.new_database(server, how) as address, pytest.raises(StoreError, match="--encoding=UTF8"):
        await Store.open(address)


async def test_a_database_that_knows_no_capitals_but_latin_ones_is_told_of(server: str) -> None:
    with postgres.new_database(server, "ENCODING 'UTF8' LOCALE 'C'") as address:
        async with await Store.open(address) as store:
            (fault,) = await store.faults()
    assert "--locale=C.UTF-8" in fault


async def test_a_backup_is_left_to_its_own_tool(database: str, tmp_path: Path) -> None:
    async with await Store.open(database) as store:
        with pytest.raises(StoreError, match="pg_dump"):
            await store.backup(tmp_path / "backup.db")


async def test_everything_moves_from_a_file_to_it_and_back(database: str, tmp_path: Path) -> None:
    file, again = str(tmp_path / "watcher.db"), str(tmp_path / "again.db")
    async with await Store.open(file) as store:
        feed = await a_feed(store)
        await record(store, [replace(one, summary="Überraschung") for one in numbered(3)], feed)
        async with store.writing() as db:
            await topics.add(db, Topic(0, "d", "summit", "kim putin", excluded_outlets=("a.example",)))
            await topics.add(db, Topic(0, "d", "steel", "steel"))
            await topics.remove(db, "d", "steel", NOW)
    assert await copy_all(file, database) > 8
    async with await Store.open(database) as store:
        assert await rows_of(store) == await rows_of_file(file)
        async with store.writing() as db:
            assert (await topics.add(db, Topic(0, "d", "grain", "grain"))).id == 3  # 2 sleeps
            await topics.add(db, Topic(0, "d", "sugar", "sugar"))
            await topics.remove(db, "d", "sugar", NOW)
    with pytest.raises(StoreError, match="is not empty"):
        await copy_all(file, database)
    with pytest.raises(StoreError, match="is where everything is"):
        await copy_all(database, database)
    await copy_all(database, again)
    async with await Store.open(again) as store, store.writing() as db:
        assert len(await stories.search(db, "uberr", 9)) == 3
        assert [topic.name for topic in await topics.topics(db)] == ["summit", "grain"]
        assert (await topics.add(db, Topic(0, "d", "rice", "rice"))).id == 5


async def rows_of_file(path: str) -> dict[str, list[tuple[object, ...]]]:
    async with await Store.open(path) as store:
        return await rows_of(store)


async def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """What each table holds, as the code of the house understands it."""
    async with store.reading() as db:
        return {
            name: sorted((tuple(row) for row in await db.execute(table.select())), key=repr)
            for name, table in metadata.tables.items()
        }
