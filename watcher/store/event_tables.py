"""The tables of what people do with events: follow them, mute them, merge and split them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from watcher.models import Place
from watcher.store.tables import Moment, Packed, Words, metadata

follows = Table(
    "follows",
    metadata,
    Column("place", Packed(Place), primary_key=True),
    Column("group_id", Text, primary_key=True, index=True),
    Column("desk", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("known", Packed(Words), nullable=False, server_default="[]"),
    Column("told_at", Moment),
    Column("next_at", Moment),
)
_held = follows.c.next_at.is_not(None)
Index("follows_next_at", follows.c.next_at, sqlite_where=_held, postgresql_where=_held)

mutes = Table(
    "mutes",
    metadata,
    Column("place", Packed(Place), primary_key=True),
    Column("group_id", Text, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
)

heirs = Table(
    "heirs",
    metadata,
    Column("group_id", Text, primary_key=True),
    Column("heir", Text, nullable=False, index=True),
    Column("larger", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)
"""The groups that went up in another, and in which; `larger` says that it was the larger of the two."""

rulings = Table(
    "rulings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic_id", Integer, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("mine", Packed(Words), nullable=False),
    Column("theirs", Packed(Words), nullable=False),
    Column("said", Text, nullable=False, server_default=""),
    Column("person", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    Column("undone_at", Moment),
    Column("undone_by", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
"""An editor's word on an event, of which the rows of `edits` with its number are what the machine heeds."""
