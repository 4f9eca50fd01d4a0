"""Sends what is due, tries again what could not be sent, and marks what was.

Alerts before notices before digests, in order within a thread. A platform that is away is tried again,
less and less often; one that refuses a message is not asked again, and the desk is told why.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.chat.port import Chat, ChatRefused, ChatUnavailable
from watcher.desk.compose import refused_card
from watcher.desk.deliveries import notice
from watcher.desk.headline import cut
from watcher.models import Delivery, Place, Ref
from watcher.store import Store, deliveries, desks

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
BATCH = 100
THREAD_NAME = 90
"""Characters of a thread's name; Discord takes 100."""


class Deliverer:
    """Takes deliveries from the store to the platforms.

    `give_up` is how long one is tried; `away` is kept up to date with the platforms that cannot be
    reached, and when they are tried again.
    """

    def __init__(
        self,
        store: Store,
        chats: Mapping[str, Chat],
        now: Callable[[], datetime],
        give_up: timedelta,
        away: dict[str, datetime] | None = None,
    ) -> None:
        self._store = store
        self._chats = dict(chats)
        self._now = now
        self._give_up = give_up
        self._threads: dict[str, Place] = {}
        self._delivering = asyncio.Lock()
        self.sent = 0
        self._away = {} if away is None else away

    async def deliver(self) -> int:
        """Send all that is due now; returns how many messages were sent or edited."""
        async with self._delivering:
            before = self.sent
            while batch := await self._due():
                by_platform: dict[str, list[Delivery]] = {}
                for delivery in batch:
                    by_platform.setdefault(delivery.place.platform, []).append(delivery)
                await asyncio.gather(*(self._deliver_to(*each) for each in by_platform.items()))
            return self.sent - before

    async def _due(self) -> list[Delivery]:
        """What is due on the platforms that can be reached."""
        now = self._now()
        away = [platform for platform, until in self._away.items() if until > now]
        async with self._store.reading() as db:
            return await deliveries.due(db, now, BATCH, platforms=[p for p in self._chats if p not in away])

    async def _deliver_to(self, platform: str, batch: Sequence[Delivery]) -> None:
        """Send one platform's share in order, and stop at the first sign that it is away."""
        for delivery in batch:
            try:
                done = await self._deliver_one(self._chats[platform], delivery)
            except ChatUnavailable as error:
                await self._try_again(delivery, error)
                return
            except ChatRefused as error:
                await self._refused(delivery, str(error))
            except Exception:
                log.exception("sending %s failed in a way it should not", delivery.key)
                await self._refused(delivery, "Watcher could not write this message; its log says why.")
            else:
                self._away.pop(platform, None)
                self.sent += 1
                async with self._store.writing() as db:
                    await deliveries.save(db, done)

    async def _deliver_one(self, chat: Chat, delivery: Delivery) -> Delivery:
        if delivery.edits:
            sent = await self._sent(delivery.edits)
            if sent is not None:
                await chat.edit(sent, delivery.card)
            return replace(delivery, state="sent", error="", ref=sent)
        place = delivery.place
        if delivery.parent:
            place = await self._thread(chat, delivery)
        ref = await chat.send(place, delivery.card, delivery.key)
        return replace(delivery, state="sent", error="", ref=ref)

    async def _sent(self, key: str) -> Ref | None:
        async with self._store.reading() as db:
            found = await deliveries.get(db, key)
        return found.ref if found else None

    async def _thread(self, chat: Chat, delivery: Delivery) -> Place:
        """The thread of a delivery's parent, opened where it is not yet."""
        if delivery.parent not in self._threads:
            async with self._store.reading() as db:
                parent = await deliveries.get(db, delivery.parent)
            if parent is None or parent.ref is None:
                raise ChatRefused("The message that this one answers was never sent.")
            self._threads.clear()  # only the thread that is being written to is worth remembering
            name = cut(parent.card.title, THREAD_NAME)
            self._threads[delivery.parent] = await chat.open_thread(parent.ref, name)
        return self._threads[delivery.parent]

    async def _try_again(self, delivery: Delivery, error: ChatUnavailable) -> None:
        now = self._now()
        wait = error.retry_after or min(FIRST_WAIT * 2 ** min(delivery.attempts, 10), LONGEST_WAIT)
        platform = delivery.place.platform
        log.warning("%s cannot be reached (%s); trying again in %d s", platform, error, wait.total_seconds())
        self._away[platform] = now + wait
        given_up = delivery.made_at is not None and now - delivery.made_at > self._give_up
        async with self._store.writing() as db:
            state = replace(delivery, attempts=delivery.attempts + 1, due_at=now + wait, error=str(error))
            await deliveries.save(db, replace(state, state="failed") if given_up else state)

    async def _refused(self, delivery: Delivery, reason: str) -> None:
        """Never ask again; tell the desk, unless what was refused was itself such a word."""
        log.warning("%s refused %s: %s", delivery.place.platform, delivery.key, reason)
        self._threads.pop(delivery.parent, None)
        async with self._store.writing() as db:
            failed = replace(delivery, attempts=delivery.attempts + 1, state="failed", error=reason)
            await deliveries.save(db, failed)
            if delivery.kind == "notice":
                return
            card = refused_card(delivery, reason)
            places = [(desk, place) for desk, place in await desks.notice_places(db) if desk == delivery.desk]
            told = [
                notice(f"refused:{delivery.parent or delivery.key}", d, p, card, self._now())
                for d, p in places
            ]
            await deliveries.add(db, told)
