"""Discord's servers as desks: each one its own, asleep where Watcher was removed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from watcher.chat import leaving
from watcher.models import Desk, Place, Ref
from watcher.store import Store, deliveries, desks, events, subscriptions

PLATFORM = "discord"
Furnish = Callable[[Desk], Awaitable[object]]


def desk_of(guild: int | str, name: str = "") -> Desk:
    """The desk of a server."""
    return Desk(f"{PLATFORM}:{guild}", PLATFORM, name)


class Servers:
    """Knows which servers have a desk, wakes those that return and lets the others sleep.

    `furnish` gives a new desk what it starts with; `keep` is how long a sleeping desk is remembered.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        furnish: Furnish | None = None,
        keep: timedelta = timedelta(days=90),
    ) -> None:
        self._store = store
        self._now = now
        self._furnish = furnish
        self._keep = keep
        self._known: dict[str, str] = {}
        self._meeting = asyncio.Lock()

    async def know(self, guild: int | str, name: str = "") -> bool:
        """Know a server's desk from now on; returns whether it is a new one."""
        desk = desk_of(guild, name)
        if self._known.get(desk.id) == name or (not name and desk.id in self._known):
            return False
        async with self._meeting:
            return await self._meet(desk)

    async def _meet(self, desk: Desk) -> bool:
        async with self._store.reading() as db:
            known = await desks.get(db, desk.id)
        if known is None and self._furnish:
            await self._furnish(desk)  # which is also how the store comes to know it
        async with self._store.writing() as db:
            if known is None or (desk.name and known.name != desk.name):
                await desks.ensure(db, desk)
            await leaving.wake(db, desk.id, self._now())
        self._known[desk.id] = desk.name
        return known is None

    async def desk(self, guild: int | str) -> Desk:
        """The desk of a server that somebody asks from."""
        await self.know(guild)
        async with self._store.reading() as db:
            return await desks.get(db, desk_of(guild).id) or desk_of(guild)

    async def asked(self, guild: int | str) -> tuple[Desk, tuple[str, ...]]:
        """The desk of a server that somebody asks from, and the roles whose members may manage it."""
        desk = await self.desk(guild)
        async with self._store.reading() as db:
            return desk, (await desks.settings(db, desk.id)).managers

    async def desk_of_person(self, person: str, message: str = "") -> Desk | None:
        """The desk that writes to a person, for what they do in their own window: that of a message there."""
        async with self._store.reading() as db:
            sent = await deliveries.desk_that_sent(db, Ref(_window_of(person), message)) if message else ""
            mine = [s.desk for s in await subscriptions.subscriptions(db) if s.place == _window_of(person)]
            writes = sent or next(iter(mine), "") or await deliveries.desk_that_wrote(db, _window_of(person))
            return await desks.get(db, writes) if writes else None

    async def awake(self) -> set[int]:
        """The servers whose desks are at work."""
        async with self._store.reading() as db:
            asleep = await desks.asleep(db)
            known = [one.id for one in await desks.desks(db) if one.platform == PLATFORM]
        numbers = [id_.partition(":")[2] for id_ in known if id_ not in asleep]
        return {int(number) for number in numbers if number.isdigit()}

    async def only(self, guilds: Iterable[int | str]) -> None:
        """Let every desk sleep whose server is not among these."""
        there = {desk_of(guild).id for guild in guilds}
        self._known = {desk: name for desk, name in self._known.items() if desk in there}
        await leaving.only(self._store, PLATFORM, there, self._now())

    async def sleep(self, guild: int | str) -> None:
        """Watcher was removed from a server: nothing is made for it any more, and nothing is forgotten."""
        desk = desk_of(guild).id
        self._known.pop(desk, None)
        await leaving.sleep(self._store, desk, self._now())

    async def forget_old(self) -> int:
        """Forget the desks that have slept longer than data are kept; returns how many did."""
        return len(await leaving.forget_old(self._store, self._now() - self._keep))

    async def refuses_messages(self, person: str) -> list[Desk]:
        """Somebody takes no direct messages: end what was to come to them. Returns whose desks that was.

        That is what they had subscribed to, and the events that they follow.
        """
        window = _window_of(person)
        async with self._store.writing() as db:
            mine = [s for s in await subscriptions.subscriptions(db) if s.place == window]
            for one in mine:
                await subscriptions.remove(db, one.id)
            follows = await events.followed(db, window)
            await events.unfollow(db, window, [one.group_id for one in follows])
            whose = dict.fromkeys([*(one.desk for one in mine), *(one.desk for one in follows)])
            found = [await desks.get(db, desk) for desk in whose]
            return [desk for desk in found if desk is not None]


def _window_of(person: str) -> Place:
    return Place(PLATFORM, person=person)
