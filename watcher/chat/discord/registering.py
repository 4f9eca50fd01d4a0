"""Telling Discord of the commands, when they are others than it knows."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import discord

from watcher.chat.commands import Commands
from watcher.chat.discord import tree
from watcher.chat.discord.session import Patience
from watcher.chat.discord.tree import Payload
from watcher.chat.discord.wire import Wire
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.store import Store, notes

log = logging.getLogger(__name__)

PATH = "/applications/{application_id}/commands"


class Registering:
    """Knows what Discord was told of last, and tells it of the commands again when they have changed.

    `where` is the address of Discord: another one knows nothing of what this one was told.
    """

    def __init__(self, store: Store, patience: Patience, where: str) -> None:
        self._store = store
        self._patience = patience
        self._where = where
        self._trying: asyncio.Task[None] | None = None

    async def register(self, client: discord.Client, commands: Commands) -> None:
        """Tell Discord of the commands if need be. Where it will not listen now, that keeps nothing up."""
        try:
            await self._tell(client, commands)
        except ChatUnavailable as error:
            if error.until_mended:
                raise
            log.warning("The commands could not be told to Discord yet: %s", error)
            self.stop()
            self._trying = asyncio.create_task(self._try_again(client, commands, error))

    def stop(self) -> None:
        """Try no more."""
        if self._trying:
            self._trying.cancel()

    async def _try_again(self, client: discord.Client, commands: Commands, error: ChatUnavailable) -> None:
        pause = self._patience.again
        while True:
            wished = error.retry_after.total_seconds() if error.retry_after else 0.0
            await asyncio.sleep(max(pause, wished))
            pause = min(pause * 2, self._patience.longest)
            if client.is_closed():  # the next one begins anew
                return
            try:
                await self._tell(client, commands)
            except ChatUnavailable as again:
                error = again
            except Exception as unforeseen:
                log.exception("Telling Discord of the commands failed in a way it should not.")
                error = ChatUnavailable(str(unforeseen))
            else:
                return

    async def _tell(self, client: discord.Client, commands: Commands) -> None:
        application = str(client.application_id)
        payload = tree.commands_payload(commands.registry)
        name, mark = f"discord commands {application} {self._where}", tree.fingerprint(payload)
        wire = Wire(client.http, self._patience.answer)
        async with self._store.reading() as db:
            known = await notes.get(db, name) == mark
        if known and await self._has(wire, application, payload):
            return
        try:
            await wire.call("PUT", PATH, payload, application_id=application)
        except ChatRefused as error:
            log.error("Discord does not take the commands, so that the old ones stay: %s", error)
            return
        async with self._store.writing() as db:
            await notes.put(db, name, mark)

    async def _has(self, wire: Wire, application: str, payload: list[Payload]) -> bool:
        """Whether Discord still has the commands that it was told of; believed where it does not say."""
        try:
            told = await wire.call("GET", PATH, application_id=application)
        except (ChatRefused, ChatUnavailable):
            return True
        return not isinstance(told, list) or _named(payload) <= _named(told)


def _named(commands: list[Any]) -> set[tuple[int, str]]:
    return {(int(one.get("type") or 1), str(one.get("name"))) for one in commands}
