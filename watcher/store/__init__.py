"""The store: what Watcher remembers, in one SQLite file or one PostgreSQL database.

`Store` opens it and gives connections; the modules beside it are the queries, by word: feeds, stories,
topics, feedback, own_names, desks, subscriptions, deliveries, alerts, rotas, status. Each takes the
connection first, and does its work in whatever transaction that connection is in.
"""

# Their tables are part of the whole.
from watcher.store import alert_tables as alert_tables
from watcher.store import event_tables as event_tables
from watcher.store import topic_tables as topic_tables
from watcher.store import workspace_tables as workspace_tables
from watcher.store.address import shown
from watcher.store.faults import StoreError
from watcher.store.lock import running_lock
from watcher.store.store import Store, Tidied, back_up

__all__ = ["Store", "StoreError", "Tidied", "back_up", "running_lock", "shown"]
