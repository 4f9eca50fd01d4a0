"""Run by Alembic: the migrations go through the connection, and in the transaction, of the store."""

from alembic import context

from watcher.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
