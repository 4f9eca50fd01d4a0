"""A newsroom of four papers, for whoever asks for one; and a warm house for all."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import postgres
from tests.fakes import FakeChat
from tests.newsrooms import Newsroom, opened
from tests.newsstand import Clock, Newsstand
from tests.warm import keep_warm

# How long an example takes says nothing: several processes share two cores.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the PostgreSQL server that some test may have wanted, when all processes that test are done."""
    if not hasattr(session.config, "workerinput") and (
        made := getattr(session.config, "_tmp_path_factory", None)
    ):
        postgres.stop_server_of(made.getbasetemp())


@pytest.fixture(autouse=True)
def warm(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is dear to make is made once. A folder that tests the making overrides this by nothing."""
    keep_warm(monkeypatch)


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with (
        Newsstand("Morning Post", "Evening Star", "Harbour News", "Hill Echo") as stand,
        opened(tmp_path, stand, Clock(), FakeChat()) as room,
    ):
        yield room


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PostgreSQL server, the same for all processes that test."""
    base = tmp_path_factory.getbasetemp()
    return postgres.server_of(base.parent if base.name.startswith("popen-") else base)


@pytest.fixture(scope="session")
def database_of_all(server: str) -> Iterator[str]:
    with postgres.new_database(server) as address:
        yield postgres.with_tables(address)


@pytest.fixture
def database(database_of_all: str) -> str:
    """The address of a PostgreSQL database with a store's tables and nothing in them."""
    postgres.empty(database_of_all)
    return database_of_all
