"""Brings a database's tables to what this version of Watcher expects."""

from __future__ import annotations

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from watcher.store.faults import StoreError

HEAD = "0009"
"""The newest migration. Known here so that opening a store that has it needs not import Alembic."""


def version_of(db: Connection) -> str | None:
    """The migration a database stands at; None where it has none of our tables."""
    if not inspect(db).has_table("alembic_version"):
        return None
    return db.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(db: Connection) -> None:
    """Run the migrations that are missing, within the caller's transaction. Raises StoreError."""
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    settings = Config()
    settings.set_main_option("script_location", "watcher.store:migrations")
    settings.attributes["connection"] = db
    try:
        command.upgrade(settings, "head")
    except CommandError as error:
        raise StoreError(
            f"This database is from a newer Watcher or another program (its tables are at {version_of(db)}, "
            f"ours at {HEAD}): update Watcher, or name another database."
        ) from error
