"""Sends what is due, tries again what could not be sent, and marks what was.

Alerts before notices before digests, in order within a thread. A platform that is away is tried again,
less and less often; one that refuses a message is not asked again, and the desk is told why.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.calling import told_all_the_same
from watcher.chat.port import Chat, ChatHeld, ChatRefused, ChatUnavailable, Sending
from watcher.desk.compose import refused_card
from watcher.desk.deliveries import (
    ALERT,
    MORE,
    edit_delivery,
    is_update,
    notice,
    subscription_of,
    window_start,
)
from watcher.desk.headline import cut
from watcher.models import Delivery, Place, Ref
from watcher.store import Store, alerts, deliveries, desks, subscriptions

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
BATCH = 8
LOOKED_AT = 200
REFUSED_FOR = timedelta(days=7)
"""How far back a digest reaches for what its place has refused."""
REFUSED_AGAIN = timedelta(hours=6)
"""When what was to be told at once, and was refused, is tried again as a digest."""
THREAD_NAME = 90
"""Characters of a thread's name; Discord takes 100."""


class Deliverer:
    """Takes deliveries from the store to the platforms.

    `give_up` is how long one is tried; `away` is kept up to date with the platforms that cannot be
    reached, and when they are tried again. `sending` has a lock a place, held while something is on its
    way there.
    """

    def __init__(
        self,
        store: Store,
        chats: Mapping[str, Chat],
        now: Callable[[], datetime],
        give_up: timedelta,
        away: dict[str, datetime] | None = None,
        sending: defaultdict[Place, asyncio.Lock] | None = None,
    ) -> None:
        self._store = store
        self._chats = dict(chats)
        self._now = now
        self._give_up = give_up
        self._threads: dict[str, Place] = {}
        self._delivering = {platform: asyncio.Lock() for platform in self._chats}
        self.sent = 0
        self._away = {} if away is None else away
        self._sending = defaultdict(asyncio.Lock) if sending is None else sending
        self._unmarked: dict[str, Delivery] = {}

    async def deliver(self) -> int:
        """Send all that is due now; returns how many messages were sent or edited."""
        before = self.sent
        await asyncio.gather(*map(self.deliver_to, self._chats))
        return self.sent - before

    async def deliver_to(self, platform: str) -> None:
        """Send all that is due now on one platform: one that is slow holds up no other."""
        async with self._delivering[platform]:
            await self._deliver_to(platform)

    async def _deliver_to(self, platform: str) -> None:
        """Send one platform's share, a few at a time: what is urgent waits behind few.

        Places that asked for patience are left for a later round; a platform that is away ends this one.
        """
        patient: set[Place] = set()
        while batch := await self._due(platform, patient):
            for delivery in batch:
                if delivery.place in patient:
                    continue
                async with self._sending[delivery.place]:
                    wanted = await self._still_wanted(delivery)
                    if wanted and not await self._try(platform, wanted, patient):
                        return

    async def _due(self, platform: str, patient: set[Place]) -> list[Delivery]:
        now = self._now()
        if self._away.get(platform, now) > now:
            return []
        async with self._store.reading() as db:
            due = await deliveries.due(db, now, LOOKED_AT, platforms=[platform])
        return [delivery for delivery in due if delivery.place not in patient][:BATCH]

    async def _still_wanted(self, delivery: Delivery) -> Delivery | None:
        """A delivery as it is now; None where it was taken back since it was read, or has been sent."""
        async with self._store.reading() as db:
            found = await deliveries.get(db, delivery.key)
        if found is None or found.state != "pending":
            return None
        sent = self._unmarked.get(found.key)
        if sent and (sent.made_at == found.made_at or not sent.edits):
            await self._mark(sent)
            return None
        return found

    async def _mark(self, sent: Delivery) -> None:
        """Say that a delivery was sent; it is remembered until the store could be told."""
        self._unmarked[sent.key] = sent
        async with self._store.writing() as db:
            await deliveries.save(db, sent)
            await self._bring_up_to_date(db, sent)
        del self._unmarked[sent.key]

    async def _bring_up_to_date(self, db: AsyncConnection, sent: Delivery) -> None:
        """Mark a message that was put anew while it was on its way; it is edited if it shows another card.

        It may have been put anew with the card that it had: it was sent all the same.
        """
        if sent.edits or sent.ref is None:
            return
        wanted = await deliveries.get(db, sent.key)
        if wanted is None:
            await told_all_the_same(db, sent, self._now())
            return
        if wanted.state != "sent":
            await deliveries.put(db, replace(wanted, state="sent", error="", ref=sent.ref))
        if wanted.card == sent.card:
            return
        now = self._now()
        edit = edit_delivery(wanted, replace(wanted.card, pings=()), now, now)
        await deliveries.put(db, replace(edit, urgency=wanted.urgency, about=""))

    async def _try(self, platform: str, delivery: Delivery, patient: set[Place]) -> bool:
        """Send one delivery and mark it; false where the platform is away."""
        try:
            done = await self._deliver_one(self._chats[platform].of(delivery.desk), delivery)
        except ChatHeld as held:
            await self._hold(delivery, held)
            patient.add(delivery.place)
        except ChatUnavailable as error:
            await self._try_again(delivery, error)
            patient.add(delivery.place)
            return error.retry_after is not None
        except ChatRefused as error:
            await self._refused(delivery, str(error))
        except Exception:
            log.exception("sending %s failed in a way it should not", delivery.key)
            await self._refused(delivery, "Watcher could not write this message; its log says why.")
        else:
            self._away.pop(platform, None)
            self.sent += 1
            await self._mark(done)
        return True

    async def _deliver_one(self, chat: Sending, delivery: Delivery) -> Delivery:
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

    async def _thread(self, chat: Sending, delivery: Delivery) -> Place:
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

    async def _hold(self, delivery: Delivery, held: ChatHeld) -> None:
        """Wait with a delivery as its reader wishes; what piles up meanwhile becomes one digest."""
        wait = held.retry_after or LONGEST_WAIT
        async with self._store.writing() as db:
            await deliveries.save(db, replace(delivery, due_at=self._now() + wait, error=""))

    async def _try_again(self, delivery: Delivery, error: ChatUnavailable) -> None:
        now = self._now()
        wait = error.retry_after or min(FIRST_WAIT * 2 ** min(delivery.attempts, 10), LONGEST_WAIT)
        platform = delivery.place.platform
        log.warning("%s: %s Trying again in %d s.", platform, error, wait.total_seconds())
        if error.retry_after is None:  # with it, only this place is asked to be patient
            self._away[platform] = now + wait
        kept = error.until_mended and delivery.kind != "alert"  # what broke days ago is no alert any more
        given_up = delivery.made_at is not None and now - delivery.made_at > self._give_up and not kept
        async with self._store.writing() as db:
            given_up = given_up and not await self._is_told_anew(db, delivery, now)
            state = replace(delivery, attempts=delivery.attempts + 1, due_at=now + wait, error=str(error))
            await deliveries.save(db, replace(state, state="failed") if given_up else state)

    async def _is_told_anew(self, db: AsyncConnection, delivery: Delivery, now: datetime) -> bool:
        """Whether a new digest takes a delivery's place: news that nobody could be told is not given up."""
        number = subscription_of(delivery)
        to = await subscriptions.get(db, number) if number else None
        if to is None:
            return False
        await subscriptions.save(db, replace(to, next_at=min(to.next_at or now, now)))
        return True

    async def _keep_for_the_next(self, db: AsyncConnection, refused: Delivery) -> None:
        """Let the next digest tell what a place refused: whoever took a permission may have given it back."""
        number = subscription_of(refused)
        to = await subscriptions.get(db, number) if number else None
        if to is None or refused.made_at is None or is_update(refused):
            return
        since = refused.made_at
        if refused.kind == "digest":
            await subscriptions.unshow_at(db, refused.place, since)
            since = datetime.fromtimestamp(window_start(refused.key), UTC)
        elif refused.about == MORE:
            sent = await deliveries.told_with(db, refused.parent)
            await subscriptions.unshow_at(db, refused.place, since, but=sent)
        else:
            await subscriptions.unshow(db, refused.place, [refused.about])
        since = max(since, self._now() - REFUSED_FOR)
        later = to.next_at if to.how == "digest" else self._now() + REFUSED_AGAIN
        await subscriptions.save(db, replace(to, last_at=min(to.last_at or since, since), next_at=later))

    async def _refused(self, delivery: Delivery, reason: str) -> None:
        """Never ask again; tell the desk, unless what was refused was itself such a word."""
        log.warning("%s refused %s: %s", delivery.place.platform, delivery.key, reason)
        self._threads.pop(delivery.parent, None)
        async with self._store.writing() as db:
            failed = replace(delivery, attempts=delivery.attempts + 1, state="failed", error=reason)
            await deliveries.save(db, failed)
            await self._keep_for_the_next(db, delivery)
            if delivery.kind == "notice":
                return
            if delivery.urgency == ALERT and delivery.place.person and delivery.about:
                await alerts.hasten(db, delivery, self._now())
            card = refused_card(delivery, reason)
            told = [
                notice(f"refused:{delivery.parent or delivery.key}", delivery.desk, place, card, self._now())
                for place in await self._who_hears(db, delivery)
            ]
            await deliveries.add(db, told)

    async def _who_hears(self, db: AsyncConnection, refused: Delivery) -> list[Place]:
        """Where it is said that a message was refused: with the notices, or where a desk reads anything."""
        places = [place for desk, place in await desks.notice_places(db) if desk == refused.desk]
        if not places and refused.urgency == ALERT:
            places = await subscriptions.channels(db, refused.desk)
        return [place for place in places if place != refused.place]
