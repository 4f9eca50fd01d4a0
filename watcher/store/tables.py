"""The tables, as the newest migration leaves them, and the column types they are made of.

No foreign keys: matches, placements and vectors are written by work that began before a story was
retained away or a topic removed, and one such late row must not undo a batch of a thousand others.
Readers join on what exists, ids are never used twice, and retention sweeps up what was left behind.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Float,
    FromClause,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
    select,
)
from sqlalchemy.types import TypeDecorator

from watcher.models import Card, Place, Quiet, Ref

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Span(TypeDecorator[timedelta]):
    """A length of time, kept as whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(microseconds=value)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as whole microseconds since 1970 in UTC: exact, eight bytes, and it sorts."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone was to be stored: {value}")
        return (value - EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Due(TypeDecorator[datetime]):
    """A time by which something is due; None means at once, and is kept as 0 so that it sorts first."""

    impl = Moment
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime:
        return value or EPOCH

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value == EPOCH else value


class Packed(TypeDecorator[Any]):
    """A value of a given type as JSON. Equal values have equal JSON, so that it can be looked up."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._decode = msgspec.json.Decoder(kind).decode

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self._decode(value)


Words = tuple[str, ...]
RawReason = tuple[str, str, str, str, int, int, str, str]
"""A Reason's fields in order: matches are many, and field names would be most of their size."""

metadata = MetaData()


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False, server_default="")


def _number(name: str) -> Column[Any]:
    return Column(name, Integer, nullable=False, server_default="0")


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _words(name: str) -> Column[Any]:
    return Column(name, Packed(Words), nullable=False, server_default="[]")


def _moment(name: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, Moment, nullable=nullable)


def _due(name: str) -> Column[Any]:
    return Column(name, Due, nullable=False, server_default="0")


# ---------------------------------------------------------------------------------------- feeds

feeds = Table(
    "feeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    _text("title"),
    _text("outlet"),
    _text("language"),
    _words("tags"),
    _text("etag"),
    _text("last_modified"),
    _text("body_hash"),
    Column("interval", Span, nullable=False),
    _due("next_poll_at"),
    _moment("first_polled_at"),
    _moment("last_polled_at"),
    _moment("last_changed_at"),
    _number("failures"),
    _text("last_error"),
    _moment("ill_since"),
    _flag("told"),
    _text("moved_to"),
    _moment("moved_since"),
    _moment("retired_at"),
    sqlite_autoincrement=True,
)
_polled = feeds.c.retired_at.is_(None)
Index("feeds_due", feeds.c.next_poll_at, sqlite_where=_polled, postgresql_where=_polled)

# -------------------------------------------------------------------------------------- stories

stories = Table(
    "stories",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _text("title"),
    _text("url"),
    _text("outlet"),
    _moment("published", nullable=False),
    _moment("seen", nullable=False),
    _text("summary"),
    _text("language"),
    _text("outlet_name"),
    _flag("backlog"),
    _flag("matched"),
    sqlite_autoincrement=True,
)
_unmatched = stories.c.matched.is_(False)
Index("stories_seen", stories.c.seen)
Index("stories_unmatched", stories.c.n, sqlite_where=_unmatched, postgresql_where=_unmatched)

story_keys = Table(
    "story_keys",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("story_id", Text, nullable=False, index=True),
    sqlite_with_rowid=False,
)

sightings = Table(
    "sightings",
    metadata,
    Column("story_id", Text, primary_key=True),
    Column("feed_id", Integer, primary_key=True, autoincrement=False),
    _moment("first_at", nullable=False),
    _moment("last_at", nullable=False),
    Column("said", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
# By what is said, since a feed may give all its stories other addresses.
Index("sightings_said", sightings.c.said)

revisions = Table(
    "revisions",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("story_id", Text, nullable=False, index=True),
    _moment("at", nullable=False),
    _text("old_title"),
    _text("new_title"),
    _text("old_summary"),
    _text("new_summary"),
)
Index("revisions_at", revisions.c.at)

vectors = Table(
    "vectors",
    metadata,
    Column("story_id", Text, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

# --------------------------------------------------------------------------------------- topics

topics = Table(
    "topics",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    _text("title"),
    Column("sensitivity", Text, nullable=False, server_default="normal"),
    _words("excluded_outlets"),
    _moment("created_at"),
    Column("fresh", Boolean, nullable=False),
    UniqueConstraint("desk", "name"),
    sqlite_autoincrement=True,
)

matches = Table(
    "matches",
    metadata,
    Column("story_id", Text, primary_key=True),
    Column("topic_id", Integer, primary_key=True, index=True, autoincrement=False),
    Column("score", Float, nullable=False),
    Column("reasons", Packed(tuple[RawReason, ...]), nullable=False),
)

placements = Table(
    "placements",
    metadata,
    Column("story_id", Text, primary_key=True),
    Column("topic_id", Integer, primary_key=True, index=True, autoincrement=False),
    Column("group_id", Text, nullable=False, index=True),
    Column("telling", Text, nullable=False),
    Column("likeness", Float, nullable=False),
    sqlite_with_rowid=False,
)

edits = Table(
    "edits",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("topic_id", Integer, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("a", Text, nullable=False),
    Column("b", Text, nullable=False),
    _text("person"),
    _moment("at", nullable=False),
    _number("ruling"),
)

# ------------------------------------------------------------------------ desks, subscriptions

desks = Table(
    "desks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    _text("name"),
    _moment("asleep_since"),
)


def is_awake(desk: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a desk is one for which things are made: not one that sleeps."""
    return desk.not_in(select(desks.c.id).where(desks.c.asleep_since.is_not(None)))


settings = Table(
    "settings",
    metadata,
    Column("desk", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Packed(Any), nullable=False),
    sqlite_with_rowid=False,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False, index=True),
    Column("place", Packed(Place), nullable=False),
    _words("topics"),
    Column("how", Text, nullable=False),
    Column("times", Packed(tuple[time, ...]), nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("quiet", Packed(Quiet)),
    _words("languages"),
    Column("say_nothing_new", Boolean, nullable=False),
    _moment("next_at"),
    _moment("last_at"),
    _words("pings"),
    sqlite_autoincrement=True,
)
Index("subscriptions_next_at", subscriptions.c.next_at)

shown = Table(
    "shown",
    metadata,
    Column("place", Packed(Place), primary_key=True),
    Column("group_id", Text, primary_key=True),
    _moment("at", nullable=False),
    _words("stories"),
)
Index("shown_at", shown.c.at)
Index("shown_group", shown.c.group_id)

# ----------------------------------------------------------------------------------- deliveries


def is_pending(table: FromClause) -> ColumnElement[bool]:
    """Whether a delivery waits. Written out and not bound, or SQLite would not see that an index holds it."""
    return table.c.state == literal_column("'pending'")


def is_told(table: FromClause) -> ColumnElement[bool]:
    """Whether a delivery is about a group; written out for the same reason."""
    return table.c.about != literal_column("''")


deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("desk", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("place", Packed(Place), nullable=False),
    Column("card", Packed(Card), nullable=False),
    Column("kind", Text, nullable=False),
    _number("urgency"),
    _text("parent"),
    _text("edits"),
    _text("about"),
    Column("state", Text, nullable=False),
    _number("attempts"),
    _due("due_at"),
    _due("made_at"),
    _text("error"),
    Column("ref", Packed(Ref)),
    sqlite_autoincrement=True,
)
_pending = is_pending(deliveries)
_told = is_told(deliveries)
Index(
    "deliveries_pending",
    deliveries.c.urgency,
    deliveries.c.id,
    sqlite_where=_pending,
    postgresql_where=_pending,
)
Index("deliveries_parent", deliveries.c.parent, sqlite_where=_pending, postgresql_where=_pending)
Index("deliveries_edits", deliveries.c.edits, sqlite_where=_pending, postgresql_where=_pending)
Index("deliveries_about", deliveries.c.about, sqlite_where=_told, postgresql_where=_told)
Index("deliveries_made_at", deliveries.c.made_at)

# --------------------------------------------------------------------------------------- status

notes = Table(
    "notes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Packed(Any), nullable=False),
    sqlite_with_rowid=False,
)
