"""Slack as a chat platform: one workspace by its token, and those that installed Watcher by themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from slack_sdk.oauth.installation_store import Installation

from watcher.chat.commands import Commands
from watcher.chat.leaving import sleep
from watcher.chat.port import ChatRefused, Sending
from watcher.chat.slack.bureau import Bureau, Nobody
from watcher.chat.slack.connecting import Socket, Web, persistently
from watcher.chat.slack.desks import PLATFORM, Furnish, Workspace, furnish_desk
from watcher.chat.slack.installing import Installations, flow_of, keys_of
from watcher.chat.slack.ledger import Ledger
from watcher.chat.slack.listening import Listening
from watcher.chat.slack.patience import Patience
from watcher.chat.slack.tokens import faults_of, way_fault
from watcher.chat.slack.wire import lacking
from watcher.config import SlackSettings
from watcher.desk.joint import places_of
from watcher.models import Card, Place, Ref
from watcher.store import Store, StoreError

log = logging.getLogger(__name__)


class SlackChat:
    """Slack. Implements `Chat`.

    `furnish` gives a new desk what it starts with, and makes it known to the store. Socket Mode is used
    where there is an app token, signed HTTP where there is only a signing secret; with a client's id and
    secret, workspaces can install Watcher by themselves, and each of them is a desk of its own. `ready` is
    set while people's commands can arrive; `trouble` says in a sentence why they cannot.
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
        self._now = now
        self._patience = patience or Patience()
        # One ledger for all: each writes the whole of it.
        self._bureau = partial(
            Bureau, settings=settings, store=store, now=now, patience=self._patience, ledger=Ledger(store)
        )
        self._home = self._bureau(settings.bot_token) if settings.bot_token else None
        self._bureaus: dict[str, Bureau] = {}
        self._installations: Installations | None = None
        self._commands: Commands | None = None
        self._listening: Listening | None = None
        self._web: Web | None = None
        self._unread = ""
        self.ready = asyncio.Event()
        self.trouble = ""

    @property
    def port(self) -> int:
        """The port on which requests are taken; 0 where none is."""
        return self._web.port if self._web else 0

    def notes(self, desk: str = "") -> tuple[str, ...]:
        """What is wrong at this moment; with a desk's id nothing that is wrong in others' workspaces."""
        mine = places_of(desk) if desk else ()
        troubles = [one.trouble for one in self._all() if not desk or one.desk in ("", *mine)]
        return tuple(dict.fromkeys(filter(None, [self.trouble, self._unread, *troubles])))

    def _all(self) -> list[Bureau]:
        mine = [self._home] if self._home else []
        return [*mine, *(one for one in self._bureaus.values() if one is not self._home)]

    async def prepare(self) -> None:
        """Know the workspaces that have installed Watcher, so that they can be sent to."""
        if self._settings.client_id:
            await self._know_installed()

    # -------------------------------------------------------------------------------- listening

    async def listen(self, commands: Commands) -> None:
        """Take commands from people and answer them, until cancelled.

        Raises ChatRefused for what only people can mend, such as a token that Slack does not know; where it
        was known before, that is waited for.
        """
        self._judge_settings()
        self._commands = commands
        commands.newsroom.namers[PLATFORM] = self.place_name
        commands.newsroom.troubles[PLATFORM] = self.notes
        if self._home:
            await persistently(partial(self._arrive, self._home), self._patience, self._troubled)
        if self._settings.client_id:
            await self._know_installed()
        self._listening = Listening(self._settings, self._bureau_of, self._gone, self._patience.double)
        fresh = asyncio.create_task(self._keep_fresh(self._installations)) if self._installations else None
        try:
            await self._be_reachable(self._listening)
        finally:
            self.ready.clear()
            if fresh:
                fresh.cancel()
                await asyncio.gather(fresh, return_exceptions=True)
            await self._listening.close()
            if self._web:
                await self._web.close()

    def _judge_settings(self) -> None:
        wishes = self._settings
        fault = " ".join(faults_of(wishes)) or way_fault(wishes)
        if fault:
            raise ChatRefused(fault)
        if wishes.client_id:
            keys_of(wishes)

    async def _be_reachable(self, listening: Listening) -> None:
        """Let people's commands arrive, until cancelled."""
        wishes = self._settings
        signed = bool(wishes.signing_secret) and not wishes.app_token
        if signed or self._installations:
            kept = self._installations
            flow = flow_of(wishes, self._store, self._now, kept) if kept else None
            self._web = Web(listening.app if signed else None, flow, wishes.port)
            await self._web.open()
        if wishes.app_token:
            await Socket(listening.app, wishes, self._patience, self._troubled).stay()
        elif self._web:
            self._troubled("")
            await asyncio.Event().wait()

    async def _arrive(self, bureau: Bureau) -> None:
        """Learn whose token this is, and know that workspace's desk."""
        workspace = await bureau.arrive()
        await self._open(bureau, workspace)

    async def _open(self, bureau: Bureau, workspace: Workspace) -> None:
        await furnish_desk(self._store, workspace.desk, self._furnish, self._now())
        assert self._commands is not None, "who listens has commands"
        bureau.open(self._commands)
        self._bureaus[workspace.team] = bureau
        log.info("This is the Slack workspace %s.", workspace.name)
        if missing := workspace.missing_scopes:
            log.warning("%s", lacking(", ".join(missing)))

    # ------------------------------------------------------------------- workspaces that install it

    async def _know_installed(self) -> None:
        """Be there for every workspace that has installed Watcher."""
        self._installations = Installations(self._settings, self._store, self._now, self._installed)
        await self._installations.renewed()
        found, unread = await self._installations.all()
        for installation in found:
            await self._installed(installation, again=True)
        if unread:
            self._unread = (
                f"WATCHER_SLACK_KEY does not open what {unread} Slack workspaces gave. Put the key of then "
                "after the new one, with a comma between, and restart."
            )
            log.error("%s", self._unread)

    async def _installed(self, installation: Installation, *, again: bool = False) -> None:
        """Be there for a workspace from now on."""
        workspace = Workspace(
            team=str(installation.team_id),
            name=str(installation.team_name or ""),
            bot=str(installation.bot_id or ""),
            user=str(installation.bot_user_id or ""),
            scopes=frozenset(installation.bot_scopes or ()),
            enterprise=str(installation.enterprise_id or ""),
        )
        if self._home and self._home.workspace and self._home.workspace.team == workspace.team:
            return
        bureau = self._bureau(str(installation.bot_token), workspace=workspace)
        self._bureaus[workspace.team] = bureau
        if self._commands:
            await self._open(bureau, workspace)
        if not again:
            await bureau.managed_by(installation.user_id)

    async def _keep_fresh(self, installations: Installations) -> None:
        """Renew tokens before they expire, until cancelled."""
        while True:
            await asyncio.sleep(self._patience.renew)
            try:
                renewed = await installations.renewed()
            except StoreError as error:
                log.error("Whether tokens of Slack's expire soon could not be looked up: %s", error)
                continue
            for one in renewed:
                bureau = self._bureaus.get(str(one.team_id))
                if bureau is not None and bureau is not self._home:
                    bureau.renew(str(one.bot_token))

    async def _gone(self, bureau: Bureau, *, removed: bool) -> None:
        """Watcher was removed from a workspace, or its token revoked: the desk sleeps until it is back."""
        workspace = bureau.workspace
        assert workspace is not None, "it was there until now"
        if bureau is not self._home:
            self._bureaus.pop(workspace.team, None)
        if removed or bureau is not self._home:
            await sleep(self._store, workspace.desk.id, self._now())
        if bureau is self._home:
            log.error("Watcher's app or token was removed from the Slack workspace %s.", workspace.name)
            return
        log.warning("Watcher was removed from the Slack workspace %s: its desk sleeps.", workspace.name)
        if self._installations:
            await self._installations.forget(workspace.team)

    def _bureau_of(self, team: str) -> Bureau | None:
        """The workspace that something came from; where there is only one, that."""
        if not self._settings.client_id:
            return self._home
        return self._bureaus.get(team)

    def _troubled(self, trouble: str) -> None:
        self.trouble = trouble
        if trouble:
            self.ready.clear()
        else:
            self.ready.set()

    async def place_name(self, place: Place) -> str:
        """What people call a place: `#news`; empty where Slack does not say."""
        bureaus = self._all()
        for bureau in bureaus:
            name = await bureau.name_of(place, surely=len(bureaus) == 1)
            if name:
                return name
        return ""

    # ------------------------------------------------------------------------------ the Chat port

    def of(self, desk: str) -> Sending:
        """The workspace of a desk."""
        mine = (one for one in places_of(desk) if one.startswith(f"{PLATFORM}:"))
        team = next(mine, "").removeprefix(f"{PLATFORM}:")
        found = self._bureaus.get(team) or (None if self._settings.client_id else self._home)
        return found or Nobody()

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card to the workspace of the token; the same key twice posts once."""
        return await self._own().send(place, card, key)

    async def edit(self, ref: Ref, card: Card) -> None:
        """Put a card in the place of one that was sent."""
        await self._own().edit(ref, card)

    async def open_thread(self, ref: Ref, name: str) -> Place:
        """The thread of a message."""
        return await self._own().open_thread(ref, name)

    def _own(self) -> Sending:
        return self._home or Nobody()

    async def close(self) -> None:
        """Let go of connections; what was sent stays sent."""
        if self._listening:
            await self._listening.close()
