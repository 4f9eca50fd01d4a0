"""Starting: the bot on its platforms, or one command of the desk and its answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import time
from functools import partial

from rich.console import Console as Terminal

from watcher import __version__
from watcher.app import Bot
from watcher.chat.commands import Ask
from watcher.chat.console import Console, open_local_file
from watcher.chat.port import Chat
from watcher.config import Settings, unread_tokens
from watcher.desk.clock import next_time
from watcher.desk.compose import count
from watcher.house import CONSOLE_DESK, House, can_furnish, furnish, open_house
from watcher.models import Card, Desk, Place, Subscription, WatcherError
from watcher.store import desks, feeds, subscriptions
from watcher.toml import ConfigError

log = logging.getLogger(__name__)

CONSOLE_PLACE = Place("console")


async def run_bot(settings: Settings, *, once: bool) -> None:
    """Run until stopped; with `once`, poll what is due, deliver, and end."""
    async with open_house(settings) as house, house.store.running():
        chats = await chats_for(house)
        bot = Bot(house, chats)
        if once:
            await bot.once()
        else:
            await _announce(house, chats)
            await bot.run()


async def _announce(house: House, chats: Mapping[str, Chat]) -> None:
    """Say in the log that work begins; who sits at a prompt sees so."""
    alone = chats.get("console")
    if isinstance(alone, Console) and alone.is_interactive:
        return
    async with house.store.reading() as db:
        known = count(len(await feeds.all_feeds(db)), "feed")
    log.info("Watcher %s is at work: %s on %s.", __version__, known, house.store.name)
    if alone:
        log.warning(
            "No token is set, so Watcher talks to nobody but whoever reads its output here. "
            "docs/discord.md and docs/slack.md say how to get one.%s",
            unread_tokens(),
        )


async def chats_for(house: House) -> dict[str, Chat]:
    """The platforms that tokens are set for; without any, this terminal.

    Raises ConfigError where nothing that a new store begins with can be read.
    """
    settings = house.settings
    await can_furnish(house)
    chats: dict[str, Chat] = {}
    if settings.discord.token:
        from watcher.chat.discord import DiscordChat  # discord.py takes a second to read

        chats["discord"] = DiscordChat(
            settings.discord,
            house.store,
            house.now,
            furnish=partial(furnish_newcomer, house),
            keep=settings.store.keep,
        )
    if settings.slack.is_wanted:
        from watcher.chat.slack import SlackChat

        slack = SlackChat(settings.slack, house.store, house.now, furnish=partial(furnish_newcomer, house))
        await slack.prepare()
        chats["slack"] = slack
    if not chats:
        await furnish(house, CONSOLE_DESK)
        await subscribe_console(house)
        chats["console"] = await console(house)
    return chats


async def furnish_newcomer(house: House, desk: Desk) -> None:
    """Give a desk that comes while we run what it begins with; the log says what cannot be read of it."""
    try:
        await furnish(house, desk)
    except ConfigError as error:
        log.error("What %s would begin with cannot be read: %s", desk.name or desk.id, error)


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


async def console(house: House, terminal: Terminal | None = None) -> Console:
    """The terminal as a chat platform; what is typed there is remembered beside the store."""
    history = house.store.folder / "history"
    zone = await _zone(house, CONSOLE_DESK)
    return Console(CONSOLE_DESK, house.now, terminal=terminal, history=history, zone=zone)


async def _zone(house: House, desk: Desk) -> str:
    async with house.store.reading() as db:
        return (await desks.settings(db, desk.id)).time_zone


async def ask_once(settings: Settings, line: str, desk_id: str = CONSOLE_DESK.id) -> tuple[Card, str]:
    """The answer of one command, as typed at the terminal of this machine, and the desk's time zone.

    Raises Misspoken where the words are wrong, and another WatcherError for what could not be done.
    """
    async with open_house(settings) as house:
        if desk_id == CONSOLE_DESK.id:
            await furnish(house, CONSOLE_DESK)
        desk = await _desk(house, desk_id)
        ask = Ask(desk, CONSOLE_PLACE, person="terminal", may_manage=True, open_file=open_local_file)
        card = await house.commands.run_strictly(ask, line)
        return card, await _zone(house, desk)


async def _desk(house: House, desk_id: str) -> Desk:
    async with house.store.reading() as db:
        known = {desk.id: desk for desk in await desks.desks(db)}
    if desk_id not in known:
        raise WatcherError(f"There is no desk {desk_id}. There are: {', '.join(known)}.")
    return known[desk_id]
