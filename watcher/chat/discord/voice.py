"""Answering one interaction: Discord's callbacks and follow-ups, with payloads of our own making."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

import aiohttp
import discord
from discord.http import MultipartParameters
from discord.webhook.async_ import async_context

from watcher.chat.discord.bodies import EPHEMERAL, Body
from watcher.chat.discord.wire import as_form, patience_of
from watcher.models import Attachment

MESSAGE, WAIT, UPDATE, CHOICES, FORM = 4, 5, 7, 8, 9
ACKNOWLEDGED = 40060
ATTEMPTS = 4
LONGEST_WAIT = 10.0
"""Seconds that are waited at most before an answer is tried again: the one who asked is looking on."""
FIRST_WORD = 2.5
ANSWER = 15.0
"""Seconds that one attempt may take: the first word has to come within three, an answer may take longer."""


class Voice:
    """What can be said to one interaction. Each method raises discord.HTTPException or a network's error.

    Discord wants a first word within three seconds: `wait` is that word where an answer takes time. What
    was lost on its way is said again; Discord takes each but once.
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

        async def put() -> None:
            attached = [discord.File(io.BytesIO(file.content), file.name) for file in files]
            await self._adapter.edit_original_interaction_response(
                self._of.application_id,
                self._of.token,
                session=self._of._session,
                payload=None if attached else body,
                multipart=as_form(body, attached) if attached else None,
                files=attached or None,
            )

        await _insisting(put, ANSWER)

    async def sorry(self, body: Body) -> None:
        """Answer this person with what went wrong, whether or not a word was said before."""
        with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
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

        async def put() -> None:
            await self._adapter.create_interaction_response(
                self._of.id, self._of.token, session=self._of._session, params=params
            )

        await _insisting(put, FIRST_WORD)


async def _insisting(put: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Say something until Discord has it: what got lost may have arrived, and is then acknowledged already.

    Each attempt may take so many seconds.
    """
    for attempt in range(ATTEMPTS):
        last = attempt == ATTEMPTS - 1
        try:
            async with asyncio.timeout(seconds):
                await put()
        except discord.HTTPException as error:
            if attempt and error.code == ACKNOWLEDGED:
                return
            wait = await patience_of(error) if error.status == 429 else None
            if last or wait is None or wait > LONGEST_WAIT:
                raise
            await asyncio.sleep(wait)
        except (aiohttp.ClientError, OSError):
            if last:
                raise
        except (KeyError, TypeError, ValueError) as error:  # of discord.py's own, over what it was told
            if last:
                raise aiohttp.ClientPayloadError("its answer cannot be read") from error
        else:
            return
