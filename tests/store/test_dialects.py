"""The queries know no database but by SQLAlchemy, so that PostgreSQL is a driver away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest
from sqlalchemy import Dialect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.store.rows import insert, replacing
from watcher.store.tables import notes, stories
from watcher.store.words import meets

DIALECTS = [sqlite.dialect(), postgresql.dialect()]


@dataclass
class Speaking:
    """As much of a connection as says which database it is to."""

    dialect: Dialect


def speaking(dialect: Dialect) -> AsyncConnection:
    return cast("AsyncConnection", Speaking(dialect))


def sql(statement: Any, dialect: Dialect) -> str:
    return str(statement.compile(dialect=dialect))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_an_upsert_is_written_in_the_databases_own_words(dialect: Dialect) -> None:
    put = sql(replacing(speaking(dialect), notes, ["value"]), dialect)
    assert "ON CONFLICT (name) DO UPDATE SET value = excluded.value" in put
    assert "ON CONFLICT DO NOTHING" in sql(insert(speaking(dialect), notes).on_conflict_do_nothing(), dialect)


def test_words_without_spaces_are_looked_for_as_they_stand_and_others_by_the_index() -> None:
    dialect = postgresql.dialect()
    asked = sql(select(stories.c.n).where(*meets(speaking(dialect), "kim 金正恩")), dialect)
    assert asked.count("ILIKE") == 2
    assert asked.count("phraseto_tsquery") == 1
    assert "story_words" not in asked
