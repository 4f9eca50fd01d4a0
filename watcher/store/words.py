"""The words of stories, so that they can be searched: SQLite's own full-text index over title and summary.

The index knows neither case nor accents. Scripts without spaces are not in it word by word; what is asked
in them is looked for as it stands, through all stories from the newest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, or_, text
from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.store.tables import stories

_story = stories.c
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese."""

_ADD = text(
    "INSERT INTO story_words(rowid, title, summary)"
    " SELECT n, title, summary FROM stories WHERE id IN :ids ORDER BY n"
).bindparams(bindparam("ids", expanding=True))


async def index(db: AsyncConnection, ids: Sequence[str]) -> None:
    """Put new stories into the index.

    By one statement for all of them, in order: a trigger for each costs eight times as much, and FTS5
    writes out all it has in hand whenever a number is lower than the last. Changed and deleted stories,
    of which there are few, have triggers.
    """
    if db.dialect.name == "sqlite":
        await db.execute(_ADD, {"ids": ids})


def meets(db: AsyncConnection, asked: str) -> list[ColumnElement[bool]]:
    """The conditions that a story meets which has all the words asked for; none where none are."""
    wanted = [word for word in asked.split() if any(map(str.isalnum, word))]
    if db.dialect.name != "sqlite":
        return [_stands_in(word) for word in wanted]
    found = [_stands_in(word) for word in wanted if _UNSPACED.search(word)]
    spaced = [word for word in wanted if not _UNSPACED.search(word)]
    return [*found, _indexed(spaced)] if spaced else found


def _stands_in(word: str) -> ColumnElement[bool]:
    return or_(_story.title.icontains(word, autoescape=True), _story.summary.icontains(word, autoescape=True))


def _indexed(words: list[str]) -> ColumnElement[bool]:
    quoted = (word.replace('"', '""') for word in words)
    phrases = " ".join(f'"{word}"*' for word in quoted)
    found = text("SELECT rowid AS n FROM story_words WHERE story_words MATCH :phrases")
    return _story.n.in_(found.bindparams(phrases=phrases).columns(_story.n))
