"""The tables of Slack workspaces that installed Watcher by themselves."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text

from watcher.store.tables import Moment, metadata

installations = Table(
    "slack_installations",
    metadata,
    Column("team", Text, primary_key=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
)

states = Table(
    "slack_states",
    metadata,
    Column("state", Text, primary_key=True),
    Column("until", Moment, nullable=False),
)
