"""Slack as a chat platform: one workspace, by its token."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from watcher.chat.commands import Commands
from watcher.chat.port import ChatRefused
from watcher.chat.slack.answering import Answering
from watcher.chat.slack.connecting import Socket, Web, persistently
from watcher.chat.slack.desks import PLATFORM, Furnish, Managers, Workspace, furnish_desk, who_am_i
from watcher.chat.slack.following import Following
from watcher.chat.slack.keeping import Keeper
from watcher.chat.slack.ledger import Ledger
from watcher.chat.slack.listening import Listening
from watcher.chat.slack.patience import Patience
from watcher.chat.slack.posting import Posting
from watcher.chat.slack.rooms import Rooms
from watcher.chat.slack.telling import Telling
from watcher.chat.slack.voice import Voice
from watcher.chat.slack.wire import Refused, Wire
from watcher.config import SlackSettings
from watcher.models import Card, Place, Ref
from watcher.store import Store

log = logging.getLogger(__name__)


class SlackChat:
    """A Slack workspace. Implements `Chat`.

    `furnish` gives a new desk what it starts with, and makes it known to the store. Socket Mode is used
    where there is an app token, signed HTTP where there is only a signing secret. `ready` is set while
    people's commands can arrive; `trouble` says in a sentence why they cannot.
    """

    platform = PLATFORM

    def __init__(
        self,
        settings: SlackSettings,
        store: Store,
        now: Callable[[], datetime],
        *,
        furnish: Furnish | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._furnish = furnish
        self._patience = patience or Patience()
        self._wire = Wire(settings.api_base, settings.bot_token, self._patience.answer)
        self._keeper = Keeper(store)
        self._posting = Posting(self._wire, Ledger(store), self._keeper, now, self._patience.pace)
        self._following = Following(store, self._wire, self._posting)
        self._telling = Telling(store, self._wire, self._posting, now)
        self._listening: Listening | None = None
        self._web: Web | None = None
        self.workspace: Workspace | None = None
        self.ready = asyncio.Event()
        self.trouble = ""

    @property
    def port(self) -> int:
        """The port on which signed requests are taken; 0 where none is."""
        return self._web.port if self._web else 0

    def notes(self) -> tuple[str, ...]:
        """What is wrong at this moment, for `/watch status`."""
        return (self.trouble,) if self.trouble else ()

    async def listen(self, commands: Commands) -> None:
        """Take commands from people and answer them, until cancelled.

        Raises ChatRefused for what only people can mend, such as a token that Slack does not know.
        """
        self._judge_settings()
        await persistently(self._arrive, self._patience, self._troubled)
        assert self.workspace is not None
        self._listening = self._furnished(commands, self.workspace)
        try:
            if self._settings.app_token:
                await Socket(self._listening.app, self._settings, self._patience, self._troubled).stay()
            else:
                self._web = Web(self._listening.app, self._settings.port)
                self._troubled("")
                await self._web.stay()
        finally:
            self.ready.clear()
            await self._listening.close()

    def _judge_settings(self) -> None:
        if not self._settings.bot_token:
            raise ChatRefused("There is no token for Slack. Set SLACK_BOT_TOKEN; docs/slack.md says how.")
        if not self._settings.app_token and not self._settings.signing_secret:
            raise ChatRefused(
                "Slack cannot reach Watcher: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET "
                "for signed HTTP; docs/slack.md says how."
            )

    async def _arrive(self) -> None:
        """Learn whose token this is, and know that workspace's desk."""
        self.workspace = self._telling.workspace = await who_am_i(self._wire)
        await furnish_desk(self._store, self.workspace.desk, self._furnish)
        log.info("This is the Slack workspace %s.", self.workspace.name)

    def _furnished(self, commands: Commands, workspace: Workspace) -> Listening:
        managers = Managers(self._wire, self._settings.managers, workspace.team)
        rooms = Rooms(self._store, self._wire, commands, workspace, managers)
        voice = Voice(self._wire, self._posting, self._keeper, self._patience)
        answering = Answering(
            commands, self._wire, voice, rooms, self._keeper, workspace, managers, self._telling
        )
        return Listening(self._settings, workspace, answering, rooms, self._following)

    def _troubled(self, trouble: str) -> None:
        self.trouble = trouble
        if trouble:
            self.ready.clear()
        else:
            self.ready.set()

    # ------------------------------------------------------------------------------ the Chat port

    def of(self, desk: str) -> SlackChat:
        """The platform as a desk has it: the same for all."""
        return self

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card without its replies; the same key twice posts once."""
        try:
            return await self._posting.send(place, card, key)
        except Refused as error:
            raise await self._telling.explained(place, error) from error

    async def edit(self, ref: Ref, card: Card) -> None:
        """Put a card in the place of one that was sent, and tell those who follow it."""
        try:
            await self._posting.edit(ref, card)
        except Refused as error:
            raise await self._telling.explained(ref.place, error) from error
        await self._following.grown(ref, card)

    async def open_thread(self, ref: Ref, name: str) -> Place:
        """The thread of a message: on Slack every message has one, without a name."""
        return replace(ref.place, thread=ref.place.thread or ref.message)

    async def close(self) -> None:
        """Let go of connections; what was sent stays sent."""
        if self._listening:
            await self._listening.close()
