"""The tables of what a desk has taught its topics, beside those of tables.py.

A story that an editor spoke of is kept with what was said of it: the topic goes by it long after the
story itself has been retained away.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, Text

from watcher.store.tables import Moment, Packed, Words, metadata
from watcher.topics.names import Name

feedback = Table(
    "feedback",
    metadata,
    Column("topic_id", Integer, primary_key=True, autoincrement=False),
    Column("story_id", Text, primary_key=True),
    Column("wanted", Boolean, nullable=False),
    Column("person", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("summary", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
    Column("outlet", Text, nullable=False, server_default=""),
    Column("outlet_name", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default=""),
    Column("published", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("marks", Packed(Words), nullable=False, server_default="[]"),
    Column("vector", LargeBinary, nullable=False),
)

own_names = Table(
    "own_names",
    metadata,
    Column("desk", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Packed(Name), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("person", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
