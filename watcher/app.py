"""The one place that schedules and stops things: the bot as it runs."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from watcher.chat.leaving import forget_old
from watcher.chat.port import Chat, ChatRefused
from watcher.deliver import Deliverer
from watcher.desk.clock import next_time
from watcher.house import House, utc_now
from watcher.models import WatcherError
from watcher.outliving import Job, Outliving
from watcher.store import StoreError, feeds, notes, status, topics
from watcher.store.faults import forget_failures, mark_failed

log = logging.getLogger(__name__)

POLL_EVERY = timedelta(seconds=5)
DELIVER_EVERY = timedelta(seconds=2)
DIGESTS_EVERY = timedelta(seconds=15)
ALERTS_EVERY = timedelta(seconds=10)
DEAD_MAN_EVERY = timedelta(seconds=60)
AFTERMATH_EVERY = timedelta(seconds=60)
HEALTH_EVERY = timedelta(seconds=30)
NETWORK_EVERY = timedelta(seconds=20)
BEAT_EVERY = timedelta(seconds=60)
RETENTION_EVERY = timedelta(seconds=60)
NIGHT = time(4, 10)
"""When, in UTC, what is old is forgotten and the nightly backup is written."""
_KEPT_AT = "house kept at"
IDLE = timedelta(minutes=5)
"""How long the sentence model is kept with nobody using it: in a quiet hour, and not between two stories."""
CATCH_UP = timedelta(minutes=3)
"""How long digests wait, after a start, for what happened while nobody looked."""


class Bot:
    """Watcher at work: polls, works, digests and delivers until it is told to stop."""

    def __init__(self, house: House, chats: Mapping[str, Chat]) -> None:
        self._house = house
        self._chats = chats
        self._at_work: set[asyncio.Task[object]] = set()
        self._deaf: set[str] = set()
        self._started: datetime | None = house.now()
        self._outliving = Outliving(house.now)
        house.rounds.platforms = frozenset(chats)
        self.deliverer = Deliverer(
            house.store,
            chats,
            house.now,
            house.settings.deliver.give_up,
            house.away,
            house.rounds.sending,
        )

    async def once(self) -> int:
        """Poll what is due, once; work, digest and deliver; returns how many feeds were polled."""
        await self._house.pipeline.refresh()
        await self._house.bulletin.ask_again()
        polled = await self._house.pipeline.poll()
        await self._house.pipeline.work()
        await self._house.bulletin.tell(at_once=True)
        await self._house.rounds.digests()
        await self._house.alerts.tick()
        await self.deliverer.deliver()
        await self._beat()
        await self.keep_house()
        return polled

    async def digests(self) -> None:
        """Compose the digests that are due, from all that has been polled.

        After a start this waits until what fell due before it has been polled, or for as long as CATCH_UP:
        a digest that was missed would otherwise say "nothing new" of the hours that nobody looked.
        """
        if not await self._has_caught_up():
            return
        await self._house.pipeline.work()
        await self._house.rounds.digests()

    async def _has_caught_up(self) -> bool:
        if self._started is None:
            return True
        async with self._house.store.reading() as db:
            overdue = await feeds.next_due(db)
        if overdue and overdue <= self._started and self._house.now() - self._started < CATCH_UP:
            return False
        self._started = None
        return True

    async def run(self) -> None:
        """Run until every chat has stopped listening, or until SIGTERM, SIGINT or cancellation."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # not on Windows
                loop.add_signal_handler(name, stop.set)
        scheduler = self._schedule()
        scheduler.start()
        gc.collect()
        gc.freeze()  # what is there now stays: the collector need not look through it again and again
        jobs = (self._listen(stop), self._poll(), self._work())
        tasks = [asyncio.create_task(job) for job in jobs]
        waiting = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({waiting, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            scheduler.shutdown(wait=False)
            for task in (waiting, *tasks):
                task.cancel()
            # A job that was cut short has to let go of the store before that is closed.
            await asyncio.gather(*self._at_work, return_exceptions=True)
            results = await asyncio.gather(*tasks, return_exceptions=True)
            for chat in self._chats.values():
                await chat.close()
        for result in results:
            if isinstance(result, Exception):
                raise _plainest(result)

    async def _listen(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            for chat in self._chats.values():
                group.create_task(self._listen_to(chat))
        stop.set()

    async def _listen_to(self, chat: Chat) -> None:
        """Listen to a platform; one that will not have us does not end the others."""
        try:
            await chat.listen(self._house.commands)
        except ChatRefused as error:
            self._deaf.add(chat.platform)
            if self._deaf >= set(self._chats):
                raise
            trouble = f"Nobody is heard on {chat.platform} until Watcher is started anew: {error}"
            log.error("%s", trouble)
            self._house.troubles.append(lambda: (trouble,))

    async def _poll(self) -> None:
        """Poll without rounds: a feed that takes its time holds up none that fall due meanwhile."""
        async with self._house.intake.at_work() as look:
            while True:
                await self._outliving.run("poll", look)
                await asyncio.sleep(POLL_EVERY.total_seconds())

    async def _work(self) -> None:
        """Work whenever stories have come in, and once at the start for what a stop left behind."""
        fresh = self._house.intake.fresh
        fresh.set()
        while True:
            await fresh.wait()
            fresh.clear()
            await self._outliving.run("work", self._house.pipeline.work)

    async def _job(self, name: str, job: Job) -> None:
        """Run a job of the scheduler, known while it is at work."""
        task = asyncio.current_task()
        assert task
        self._at_work.add(task)
        try:
            await self._outliving.run(name, job)
        finally:
            self._at_work.discard(task)

    def _schedule(self) -> AsyncIOScheduler:
        # What a job could not do is said by `outliving`; a job that a stop cut short is no news.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
        every = {
            **{
                f"delivery to {platform}": (partial(self.deliverer.deliver_to, platform), DELIVER_EVERY)
                for platform in self._chats
            },
            "digests": (self.digests, DIGESTS_EVERY),
            "alerts": (self._house.alerts.tick, ALERTS_EVERY),
            "feed health": (self._house.bulletin.tell, HEALTH_EVERY),
            "network": (self._house.bulletin.ask_again, NETWORK_EVERY),
            "dead man": (self._house.deadman.look, DEAD_MAN_EVERY),
            "aftermath": (self._house.aftermath.look, AFTERMATH_EVERY),
            "beat": (self._beat, BEAT_EVERY),
            "rest": (self._rest, IDLE),
            "retention": (self.keep_house, RETENTION_EVERY),
        }
        for name, (job, pause) in every.items():
            trigger = IntervalTrigger(seconds=pause.total_seconds())
            scheduler.add_job(self._job, trigger, (name, job), id=name, next_run_time=utc_now())
        return scheduler

    async def _beat(self) -> None:
        async with self._house.store.writing() as db:
            await status.beat(db, self._house.now())
        await self._house.parsers.rest()

    async def _rest(self) -> None:
        self._house.vectors.rest()
        self._house.closer.rest()
        await asyncio.to_thread(_give_back)

    async def keep_house(self) -> None:
        """Do what is done once a night, or as soon after as anybody is at work.

        It counts as done once it is: what a stop or the store cut short is done anew.
        """
        now = self._house.now()
        async with self._house.store.reading() as db:
            noted = await notes.get(db, _KEPT_AT)
        last = datetime.fromisoformat(noted) if noted else None
        if last and last <= now < next_time((NIGHT,), "UTC", last):
            return
        if last and last <= now:  # a store that is new has nothing old, and a clock that was ahead no say
            await self._apart("forgetting what is old", self._forget)
            await self._apart("the nightly backup", self._back_up)
        async with self._house.store.writing() as db:
            await notes.put(db, _KEPT_AT, now.isoformat())

    async def _apart(self, what: str, job: Job) -> None:
        """Do a part of the night's work; a bug in it ends no other, and is not met each minute."""
        try:
            await job()
        except StoreError:
            raise
        except Exception as error:
            log.exception("%s failed in a way it should not; it is tried again the next night", what)
            async with self._house.store.writing() as db:
                await mark_failed(db, what, type(error).__name__)

    async def _forget(self) -> None:
        """Forget what is old, and give the space back."""
        store, wishes = self._house.store, self._house.settings.store
        async with store.writing() as db:
            await topics.bury(db, self._house.now() - topics.SLEEP)
            await forget_failures(db)
        gone = await store.tidy(self._house.now() - wishes.keep)
        await forget_old(store, self._house.now() - wishes.keep)
        freed = await store.compact()
        log.info(
            "forgot %d stories and %d deliveries, freed %d kB", gone.stories, gone.deliveries, freed // 1024
        )

    async def _back_up(self) -> None:
        """Write the nightly backup if one is wanted, or note what stood in its way."""
        store, file, trouble = self._house.store, self._house.settings.store.backup, ""
        try:
            if file:
                await store.backup(file, replacing=True)
                log.info("backed up to %s", file)
        except StoreError as error:
            log.error("the nightly backup is tried again the next night: %s", error)
            trouble = str(error)
        async with store.writing() as db:
            await status.note_backup(db, trouble)


def _give_back() -> None:
    """Have glibc give the system back what was freed: of much work, it keeps a hundred megabytes else."""
    with suppress(OSError, AttributeError, TypeError):  # other systems have no such thing, and need none
        ctypes.CDLL(None).malloc_trim(0)


def _plainest(error: Exception) -> Exception:
    """The one error that people can do something about, of several that ended the bot together."""
    if isinstance(error, ExceptionGroup):
        known, _ = error.split(WatcherError)
        return _plainest((known or error).exceptions[0])
    return error
