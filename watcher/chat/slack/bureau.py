"""One workspace, by its own token: what is sent there, and what its people are answered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watcher.chat.commands import Commands
from watcher.chat.keeping import Keeper
from watcher.chat.port import ChatHeld, ChatRefused, ChatUnavailable
from watcher.chat.slack.answering import Answering
from watcher.chat.slack.desks import PLATFORM, Managers, Workspace, who_am_i
from watcher.chat.slack.following import Following
from watcher.chat.slack.ledger import Ledger
from watcher.chat.slack.patience import Patience
from watcher.chat.slack.posting import Posting, bare_channel, is_urgent
from watcher.chat.slack.rooms import Rooms
from watcher.chat.slack.telling import Telling
from watcher.chat.slack.voice import Voice
from watcher.chat.slack.wire import TOKEN_ERRORS, Refused, Unmended, Wire
from watcher.config import SlackSettings
from watcher.models import Card, Place, Ref
from watcher.store import Store

log = logging.getLogger(__name__)

LOOKED_AGAIN = timedelta(minutes=30)
"""How soon it is looked whether somebody who had paused their notifications still does."""


class Bureau:
    """Sends to one workspace, and answers there once it is `opened`. Implements sending of `Chat`."""

    def __init__(
        self,
        token: str,
        settings: SlackSettings,
        store: Store,
        now: Callable[[], datetime],
        patience: Patience,
        ledger: Ledger,
        workspace: Workspace | None = None,
    ) -> None:
        self.token = token
        self.workspace = workspace
        self._installed = workspace is not None
        self.trouble = ""
        self._channels: set[str] = set()
        self._settings = settings
        self._store = store
        self._now = now
        self._patience = patience
        self._wire = Wire(settings.api_base, token, patience.answer, patience.again)
        self._keeper = Keeper(store, PLATFORM)
        self._posting = Posting(self._wire, ledger, self._keeper, now, patience.pace)
        self._telling = Telling(store, self._wire, self._posting, now)
        self._telling.workspace = workspace
        self._following = Following(store, self._wire)
        self.answering: Answering | None = None
        self.rooms: Rooms | None = None

    @property
    def desk(self) -> str:
        """The id of the workspace's own desk; empty until it is known whose token this is."""
        return self.workspace.desk.id if self.workspace else ""

    async def arrive(self) -> Workspace:
        """Learn whose token this is; raises ChatUnavailable, or ChatRefused for a token that is none."""
        try:
            found = await who_am_i(self._wire)
        except Unmended as error:
            raise ChatRefused(str(error)) from error
        self.workspace = self._telling.workspace = found
        return found

    def renew(self, token: str) -> None:
        """Go on with another token."""
        self.token = token
        self._wire.renew(token)

    def open(self, commands: Commands) -> None:
        """Be ready to answer people."""
        workspace = self.workspace
        assert workspace is not None, "it is opened where it is"
        managers = Managers(self._wire, self._store, self._settings.managers, workspace)
        self.rooms = Rooms(self._store, self._wire, commands, workspace, managers)
        voice = Voice(self._wire, self._posting, self._keeper, self._patience)
        self.answering = Answering(
            commands,
            self._wire,
            voice,
            self.rooms,
            self._keeper,
            workspace,
            managers,
            self._telling,
            self._following,
        )

    async def managed_by(self, person: str | None) -> None:
        """Remember who is to be told of what is wrong."""
        if person:
            await self._telling.managed(person)

    def heard(self, channel: str | None) -> None:
        """Remember that a channel is one of this workspace."""
        if channel:
            self._channels.add(channel)

    async def name_of(self, place: Place, *, surely: bool = False) -> str:
        """What people call a place: `#news`; empty where it is not one of here, or Slack does not say.

        `surely` is said where there is no other workspace that it could be of.
        """
        if not surely and bare_channel(place.channel) not in self._channels:
            return ""
        return await self._telling.name_of(place)

    # ------------------------------------------------------------------------------------ sending

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card without its replies; the same key twice posts once."""
        if place.person and not place.thread and not is_urgent(card):
            await self._wait_for_quiet(place.person)
        try:
            sent = await self._posting.send(place, card, key)
        except (Refused, Unmended) as error:
            raise await self._explained(place, error) from error
        self.trouble = ""
        self.heard(sent.place.channel)
        return sent

    async def edit(self, ref: Ref, card: Card) -> None:
        """Put a card in the place of one that was sent."""
        try:
            await self._posting.edit(ref, card)
        except (Refused, Unmended) as error:
            raise await self._explained(ref.place, error) from error
        self.trouble = ""

    async def open_thread(self, ref: Ref, name: str) -> Place:
        """The thread of a message: on Slack every message has one, without a name."""
        return replace(ref.place, thread=ref.place.thread or ref.message)

    async def _explained(self, place: Place, error: Refused | Unmended) -> ChatRefused | ChatUnavailable:
        """What Slack will not take; what keeps Watcher from the whole workspace is kept in mind."""
        if isinstance(error, Unmended):
            if self._installed and error.error in TOKEN_ERRORS:
                error = Unmended("not_installed")
            name = self.workspace.name if self.workspace else ""
            self.trouble = f"Slack ({name}): {error}" if name else f"Slack: {error}"
            if error.error not in (*TOKEN_ERRORS, "not_installed"):
                await self._telling.explained(place, error)
            return error
        return await self._telling.explained(place, error)

    async def _wait_for_quiet(self, person: str) -> None:
        """Raise ChatHeld while somebody has paused their notifications at Slack."""
        until = await self._quiet_until(person)
        now = self._now()
        if until > now:
            raise ChatHeld(
                f"They have paused their notifications until {until:%H:%M} UTC.",
                min(until - now, LOOKED_AGAIN),
            )

    async def _quiet_until(self, person: str) -> datetime:
        """When somebody's do-not-disturb ends; long ago where they have none, or Slack does not say."""
        never = datetime.fromtimestamp(0, UTC)
        try:
            said = await self._wire.call("dnd_info", user=person)
        except (ChatRefused, ChatUnavailable) as error:
            log.info("whether %s wants quiet could not be learned: %s", person, error)
            return never
        now = self._now().timestamp()
        ends = [float(said.get("snooze_endtime") or 0)] if said.get("snooze_enabled") else [0.0]
        if said.get("dnd_enabled") and float(said.get("next_dnd_start_ts") or 0) <= now:
            ends.append(float(said.get("next_dnd_end_ts") or 0))
        return datetime.fromtimestamp(max(ends), UTC)


class Nobody:
    """A workspace that Watcher is not in: what is for it waits until it is."""

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Raise that Watcher is not there."""
        raise _not_there()

    async def edit(self, ref: Ref, card: Card) -> None:
        """Raise that Watcher is not there."""
        raise _not_there()

    async def open_thread(self, ref: Ref, name: str) -> Place:
        """Raise that Watcher is not there."""
        raise _not_there()


def _not_there() -> Unmended:
    return Unmended("not_installed", again=timedelta(hours=1))
