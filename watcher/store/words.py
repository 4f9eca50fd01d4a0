"""The words of stories, so that they can be searched: the database's own index over title and summary.

The index knows neither case nor accents. Scripts without spaces are not in it word by word; what is asked
in them is looked for as it stands, through all stories from the newest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, TextClause, and_, bindparam, or_, text
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.store.tables import stories

_story = stories.c
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese."""

_ADD = text(
    "INSERT INTO story_words(rowid, title, summary)"
    " SELECT n, title, summary FROM stories WHERE id IN :ids ORDER BY n"
).bindparams(bindparam("ids", expanding=True))


def _folded(words: str) -> str:
    """SQL that leaves the accents and marks of some words out: as in the migration that makes the index."""
    plain = rf"regexp_replace(normalize({words}, NFKD), '[\u0300-\u036f]+', '', 'g')"
    return rf"regexp_replace({plain}, '\W+', ' ', 'g')"


_TEXT = _folded("stories.title || ' ' || stories.summary")
_VECTOR = f"to_tsvector('simple', {_TEXT})"
"""What PostgreSQL's index holds."""


async def index(db: AsyncConnection, ids: Sequence[str]) -> None:
    """Put new stories into the index.

    By one statement for all of them, in order: a trigger for each costs eight times as much, and FTS5
    writes out all it has in hand whenever a number is lower than the last. Changed and deleted stories,
    of which there are few, have triggers. PostgreSQL's index looks after itself.
    """
    if db.dialect.name == "sqlite":
        await db.execute(_ADD, {"ids": ids})


def meets(db: AsyncConnection, asked: str) -> list[ColumnElement[bool]]:
    """The conditions that a story meets which has all the words asked for; none where none are."""
    wanted = [word for word in asked.split() if any(map(str.isalnum, word))]
    found = [_stands_in(word) for word in wanted if _UNSPACED.search(word)]
    spaced = [word for word in wanted if not _UNSPACED.search(word)]
    indexed = _indexed if db.dialect.name == "sqlite" else _in_vector
    return [*found, indexed(spaced)] if spaced else found


def _stands_in(word: str) -> ColumnElement[bool]:
    return or_(_story.title.icontains(word, autoescape=True), _story.summary.icontains(word, autoescape=True))


def _indexed(words: list[str]) -> ColumnElement[bool]:
    quoted = (word.replace('"', '""') for word in words)
    phrases = " ".join(f'"{word}"*' for word in quoted)
    found = text("SELECT rowid AS n FROM story_words WHERE story_words MATCH :phrases")
    return _story.n.in_(found.bindparams(phrases=phrases).columns(_story.n))


def _in_vector(words: list[str]) -> ColumnElement[bool]:
    """As `_indexed`, asked of PostgreSQL: the parts of each word one after the other, the last may go on."""
    return and_(*(_starts_in_vector(number, word) for number, word in enumerate(words)))


def _starts_in_vector(number: int, word: str) -> TextClause:
    name = f"word_{number}"
    parts = f"NULLIF(CAST(phraseto_tsquery('simple', {_folded(f':{name}')}) AS text), '')"
    return text(f"{_VECTOR} @@ CAST({parts} || ':*' AS tsquery)").bindparams(**{name: word})
