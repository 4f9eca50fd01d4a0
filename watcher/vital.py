"""Whether the bot is at work, as a container or a monitor asks every minute: little is loaded for that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from watcher.config import Settings
from watcher.store import Store, status


async def is_alive(settings: Settings, within: timedelta, say: Callable[[str], None]) -> bool:
    """Whether the bot has said within that time that it is at work."""
    async with await Store.open(settings.store.url, create=False) as store, store.reading() as db:
        last = await status.last_beat(db)
    if last is None:
        say("The bot has given no sign of life on this database yet: start it with bot.py run.")
        return False
    ago = datetime.now(UTC) - last
    if ago < -within:
        say(f"The last sign of life is of {last:%Y-%m-%d %H:%M} UTC, which is to come: a clock was wrong.")
        return False
    say(f"Last sign of life {int(ago.total_seconds())} s ago.")
    return ago <= within
