"""A whole newsroom for a test: the house with its bot, papers to read, a clock, and a chat that remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.chat.desks import text_of
from tests.fakes import FakeChat
from tests.newsstand import Clock, Newsstand
from watcher.app import Bot
from watcher.config import FeedsSettings, Settings, StoreSettings, TopicsSettings
from watcher.feeds.poll import PollSettings
from watcher.house import House, furnish, open_house
from watcher.models import Desk, Feed, Place, Subscription, Topic
from watcher.store import feeds, subscriptions, topics

DESK = Desk("console", "console", "a test")
PLACE = Place("console")
QUERY = "harbour OR ballet OR vaccine OR glacier OR chess OR tunnel OR orchid OR comet"


@dataclass
class Newsroom:
    """A house with a bot, a stand of papers, a clock, and a chat that remembers what was posted."""

    house: House
    bot: Bot
    stand: Newsstand
    clock: Clock
    chat: FakeChat

    async def round(self, **later: float) -> None:
        """Let time pass, then do all that is due."""
        self.clock.forward(**later)
        await self.bot.once()

    async def subscribe(self, **wishes: object) -> None:
        wanted = Subscription(0, DESK.id, **{"place": PLACE, "next_at": None, **wishes})  # type: ignore[arg-type]
        async with self.house.store.writing() as db:
            await subscriptions.add(db, wanted)

    @property
    def said(self) -> list[str]:
        """The titles of all that was posted, in order."""
        return [card.title for card in self.chat.messages.values()]

    @property
    def text(self) -> str:
        """Every word that was posted, in order."""
        return "\n".join(text_of(card) for card in self.chat.messages.values())

    @property
    def places(self) -> list[Place]:
        """Where each of them was posted."""
        return [ref.place for ref in self.chat.messages]


def settings_for(tmp_path: Path) -> Settings:
    return Settings(
        store=StoreSettings(url=f"sqlite:///{tmp_path}/news.db"),
        feeds=FeedsSettings(file=str(tmp_path / "none.opml"), allow=("127.0.0.1",), parse_workers=1),
        poll=replace(PollSettings(), host_pause_seconds=0.0),
        topics=TopicsSettings(file=str(tmp_path / "none.toml"), wikidata=""),
    )


@asynccontextmanager
async def opened(tmp_path: Path, stand: Newsstand, clock: Clock, chat: FakeChat) -> AsyncIterator[Newsroom]:
    """The house on one database; opened again on the same folder it is the same newsroom after a restart."""
    async with open_house(settings_for(tmp_path), clock.now, lambda feed: 0.0) as house:
        await furnish(house, DESK)
        async with house.store.writing() as db:
            await feeds.add(db, [Feed(0, stand.url(n), title=p.title) for n, p in enumerate(stand.papers)])
            if not await topics.topics(db):
                await topics.add(db, Topic(0, DESK.id, "world", QUERY, title="The world"))
        yield Newsroom(house, Bot(house, {"console": chat}), stand, clock, chat)


def event(number: int) -> str:
    """Headlines of the topic that tell of events nobody could take for one another."""
    return [
        "Harbour strike leaves forty container ships waiting off Rotterdam",
        "Ballet company cancels winter tour after fire destroys costumes",
        "Trial of malaria vaccine in Ghana halves infections among infants",
        "Glacier collapse in the Andes cuts off three mountain villages",
        "Teenager from Chennai wins world chess title in tense final game",
        "Tunnel under the Baltic opens to its first freight train",
        "Rare orchid thought extinct found flowering on Madagascar",
        "Comet visible to the naked eye for the first time since 1843",
    ][number]
