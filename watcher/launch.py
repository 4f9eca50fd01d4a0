"""Starting: the bot on its platforms, or one command of the desk and its answer."""

from __future__ import annotations

from datetime import time

from watcher.app import Bot
from watcher.chat.commands import Ask
from watcher.chat.console import Console, open_local_file
from watcher.chat.port import Chat
from watcher.config import Settings
from watcher.desk.clock import next_time
from watcher.house import CONSOLE_DESK, House, furnish, open_house
from watcher.models import Card, Place, Subscription
from watcher.store import running_lock, subscriptions

CONSOLE_PLACE = Place("console")


async def run_bot(settings: Settings, *, once: bool) -> None:
    """Run until stopped; with `once`, poll what is due, deliver, and end."""
    async with open_house(settings) as house:
        with running_lock(house.store.path):
            await furnish(house, CONSOLE_DESK)
            await subscribe_console(house)
            bot = Bot(house, {"console": console(house)})
            if once:
                await bot.once()
            else:
                await bot.run()


async def subscribe_console(house: House) -> None:
    """Give this terminal the digests of every topic, unless it has subscriptions already."""
    defaults = house.settings.desk
    times = tuple(time.fromisoformat(text) for text in defaults.times)
    async with house.store.writing() as db:
        if await subscriptions.subscriptions(db, CONSOLE_DESK.id):
            return
        first = next_time(times, defaults.time_zone, house.now())
        wanted = Subscription(
            0, CONSOLE_DESK.id, CONSOLE_PLACE, times=times, time_zone=defaults.time_zone, next_at=first
        )
        await subscriptions.add(db, wanted)


def console(house: House) -> Chat:
    """The terminal as a chat platform."""
    return Console(CONSOLE_DESK, house.now)


async def ask_once(settings: Settings, line: str) -> Card:
    """The answer of one command, as typed at the terminal of this machine."""
    async with open_house(settings) as house:
        await furnish(house, CONSOLE_DESK)
        ask = Ask(CONSOLE_DESK, CONSOLE_PLACE, person="terminal", may_manage=True, open_file=open_local_file)
        return await house.commands.run(ask, line)
