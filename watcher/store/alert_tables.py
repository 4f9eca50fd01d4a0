"""The tables of alerts, their rules and the rotas, beside those of tables.py."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, false

from watcher.desk.breaking import Evidence, Rule
from watcher.desk.oncall import Rota
from watcher.models import Card
from watcher.store.tables import Moment, Packed, Words, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("topic_id", Integer, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("told", Packed(Card), nullable=False),
    Column("evidence", Packed(Evidence), nullable=False),
    Column("known", Packed(Words), nullable=False, server_default="[]"),
    Column("published", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("person", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("step", Integer, nullable=False, server_default="0"),
    Column("next_at", Moment),
    Column("folded", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("topic_id", "group_id"),
    sqlite_autoincrement=True,
)
Index("alerts_made_at", alerts.c.desk, alerts.c.made_at)
_timed = alerts.c.next_at.is_not(None)
Index("alerts_next_at", alerts.c.next_at, sqlite_where=_timed, postgresql_where=_timed)

alert_log = Table(
    "alert_log",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("alert_id", Integer, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("what", Text, nullable=False),
    Column("person", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("desk", Text, nullable=False, server_default=""),
)
Index("alert_log_at", alert_log.c.desk, alert_log.c.at)

alert_rules = Table(
    "alert_rules",
    metadata,
    Column("topic_id", Integer, primary_key=True, autoincrement=False),
    Column("rule", Packed(Rule), nullable=False),
)

rotas = Table(
    "rotas",
    metadata,
    Column("desk", Text, primary_key=True),
    Column("rota", Packed(Rota), nullable=False),
    Column("number", Integer, nullable=False, server_default="0"),
    Column("changed_by", Text, nullable=False, server_default=""),
    Column("before", Packed(Rota)),
    sqlite_with_rowid=False,
)
