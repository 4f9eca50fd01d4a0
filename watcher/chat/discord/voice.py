"""Answering one interaction: Discord's callbacks and follow-ups, with payloads of our own making."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import discord
from discord.http import MultipartParameters
from discord.webhook.async_ import async_context

from watcher.chat.discord.bodies import EPHEMERAL, Body
from watcher.chat.discord.wire import as_form
from watcher.models import Attachment

MESSAGE, WAIT, UPDATE, CHOICES, FORM = 4, 5, 7, 8, 9


class Voice:
    """What can be said to one interaction. Each method raises discord.HTTPException.

    Discord wants a first word within three seconds: `wait` is that word where an answer takes time.
    """

    def __init__(self, interaction: discord.Interaction) -> None:
        self._of = interaction
        self._adapter = async_context.get()
        self._begun = False

    async def wait(self) -> None:
        """Say that an answer is on its way, for this person alone."""
        await self._call_back(WAIT, {"flags": EPHEMERAL})

    async def say(self, body: Body, files: Sequence[Attachment] = ()) -> None:
        """Put an answer where `wait` has been said."""
        attached = [discord.File(io.BytesIO(file.content), file.name) for file in files]
        await self._adapter.edit_original_interaction_response(
            self._of.application_id,
            self._of.token,
            session=self._of._session,
            payload=None if attached else body,
            multipart=as_form(body, attached) if attached else None,
            files=attached or None,
        )

    async def sorry(self, body: Body) -> None:
        """Answer this person with what went wrong, whether or not a word was said before."""
        with suppress(discord.HTTPException):
            await (self.say(body) if self._begun else self.only(body))

    async def only(self, body: Body) -> None:
        """Answer this person alone, at once."""
        await self._call_back(MESSAGE, body | {"flags": EPHEMERAL})

    async def everyone(self, body: Body) -> None:
        """Answer so that everyone in the channel sees it."""
        await self._call_back(MESSAGE, body)

    async def update(self, body: Body) -> None:
        """Change the message whose button was pressed."""
        await self._call_back(UPDATE, body)

    async def open(self, form: dict[str, Any]) -> None:
        """Open a form."""
        await self._call_back(FORM, form)

    async def offer(self, choices: Iterable[str]) -> None:
        """Offer what a half-typed argument may become."""
        listed = [{"name": choice[:100], "value": choice[:100]} for choice in choices if choice]
        await self._call_back(CHOICES, {"choices": listed[:25]})

    async def _call_back(self, kind: int, data: dict[str, Any]) -> None:
        self._begun = True
        params = MultipartParameters({"type": kind, "data": data}, None, None)
        await self._adapter.create_interaction_response(
            self._of.id, self._of.token, session=self._of._session, params=params
        )
