"""Requests to Discord in discord.py's queue, which keeps to its limits, and Discord's errors in words."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from watcher.chat.port import ChatRefused, ChatUnavailable, in_a_line
from watcher.models import Attachment

UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_INTERACTION = 10003, 10008, 10062
MISSING_ACCESS, EMPTY_MESSAGE, NO_DIRECT_MESSAGES, MISSING_PERMISSIONS = 50001, 50006, 50007, 50013
WRONG_CHANNEL_KIND, ARCHIVED, THREAD_IS_OPEN, LOCKED = 50024, 50083, 160004, 160005
TOO_MANY_EDITS, NO_COMMON_SERVER, UNKNOWN_USER, TAG_WANTED = 30046, 50278, 10013, 40067
NO_THREADS_THERE = frozenset({WRONG_CHANNEL_KIND, 50068})
UNREACHABLE = frozenset({NO_DIRECT_MESSAGES, NO_COMMON_SERVER, UNKNOWN_USER})
"""Why somebody cannot be written to, now and later."""

LATER = frozenset({20016, 20022, 20028, 20029, TOO_MANY_EDITS, 40003, 40004, 40006, 40062, 130000})
"""Refusals that are over after a while: too much at once, or something of Discord's switched off."""
A_WHILE = timedelta(minutes=1)
LONGEST_PATIENCE = 3_600.0
"""Seconds after which Discord is asked again, whatever it said."""

_WORDS = {
    UNKNOWN_CHANNEL: "The channel is gone. Subscribe another one with /watch subscribe.",
    UNKNOWN_MESSAGE: "The message that this belongs to was deleted.",
    MISSING_ACCESS: "Watcher cannot see the channel. Give its role View Channel there.",
    EMPTY_MESSAGE: "Watcher may not show anything in the channel. Give its role Embed Links there.",
    NO_DIRECT_MESSAGES: "They take no direct messages from Watcher.",
    ARCHIVED: "The thread is archived, and Watcher may not open it again. Give its role Manage Threads.",
    LOCKED: "The thread is locked. Unlock it, or let digests open new ones.",
    WRONG_CHANNEL_KIND: "A channel of that kind takes no such message. Subscribe a text channel or a forum.",
    NO_COMMON_SERVER: "They share no server with Watcher any more, so that it cannot write to them.",
    200000: "The server's AutoMod blocks the message. Let it pass Watcher's role.",
    200001: "The server's AutoMod blocks the title. Let it pass Watcher's role.",
    240000: "Discord holds a link in the message to be harmful, and does not take it.",
    TAG_WANTED: "The forum wants a tag on every post, and has none that everyone may set. Add one, perhaps "
    "“Watcher”; or let people post without a tag.",
    UNKNOWN_USER: "They have no account with Discord any more, so that Watcher cannot write to them.",
    160007: "The server has as many active announcement threads as it may have. Archive some.",
    160006: "The server has as many active threads as it may have. Archive some.",
    50035: "Discord found a fault in the message. Please report this: it is Watcher's, not yours.",
}


class Refused(ChatRefused):
    """Something that Discord will never take, with the code by which it says why."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(_WORDS.get(code) or f"Discord will not take it: {said or code}.")
        self.code = code


async def as_chat_error(error: Exception) -> ChatUnavailable | ChatRefused:
    """An error of discord.py or of the network as one of the port's two."""
    if isinstance(error, discord.RateLimited):
        return ChatUnavailable("Discord asks for patience.", timedelta(seconds=error.retry_after))
    if isinstance(error, discord.HTTPException):
        return await _from_answer(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return ChatUnavailable(f"Discord cannot be reached: {in_a_line(error)}.")
    return ChatUnavailable("Discord has not answered.", uncertain=True)


async def _from_answer(error: discord.HTTPException) -> ChatUnavailable | ChatRefused:
    if error.code in LATER:  # some of them come as 429, without a word on how long they last
        wait = await _retry_after(error) or A_WHILE
        return ChatUnavailable(f"Discord asks for patience ({error.text or error.code}).", wait)
    if error.status == 429:
        return ChatUnavailable("Discord asks for patience.", await _retry_after(error))
    if error.status >= 500:
        return ChatUnavailable(f"Discord has trouble of its own ({error.status}).", uncertain=True)
    if error.status == 401:
        # What waits to be sent is worth keeping until the token has been mended.
        sentence = "Discord does not know the token any more. Set DISCORD_TOKEN anew."
        return ChatUnavailable(sentence, until_mended=True)
    return Refused(error.code, error.text)


async def _retry_after(error: discord.HTTPException) -> timedelta | None:
    seconds = await patience_of(error)
    return None if seconds is None else timedelta(seconds=min(seconds, LONGEST_PATIENCE))


async def patience_of(error: discord.HTTPException) -> float | None:
    """For how many seconds an answer asks to be let alone, in body or headers; None if it does not."""
    headers: Mapping[str, str] = getattr(error.response, "headers", {})
    said = [await _of_body(error.response), *map(headers.get, ("Retry-After", "X-RateLimit-Reset-After"))]
    for one in said:
        with suppress(TypeError, ValueError):
            seconds = float(one)
            if 0 <= seconds < math.inf:
                return seconds
    return None


async def _of_body(response: Any) -> Any:
    """The patience that a body asks for; discord.py has read it, and keeps nothing of it."""
    try:
        told = await response.json(content_type=None)
    except (aiohttp.ClientError, AttributeError, TypeError, ValueError):
        return None
    return told.get("retry_after") if isinstance(told, dict) else None


class Wire:
    """Discord's REST interface. An answer that takes longer than `seconds` is given up as lost."""

    def __init__(self, http: HTTPClient, seconds: float) -> None:
        self._http = http
        self._timeout = aiohttp.ClientTimeout(total=seconds)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        files: Iterable[Attachment] = (),
        query: Mapping[str, str] | None = None,
        **where: str,
    ) -> Any:
        """Ask Discord something, and return what its answer holds; raises ChatUnavailable or ChatRefused."""
        sent: dict[str, Any] = {"timeout": self._timeout}
        if query:
            sent["params"] = query
        attached = [discord.File(io.BytesIO(file.content), file.name) for file in files]
        if attached:
            sent |= {"form": as_form(body, attached), "files": attached}
        elif body is not None:
            sent["json"] = body
        try:
            return await self._http.request(Route(method, path, **where), **sent)
        except (TimeoutError, discord.DiscordException, aiohttp.ClientError, OSError) as error:
            raise await as_chat_error(error) from error
        except (KeyError, TypeError, ValueError) as error:  # of discord.py's own, over what it was told
            raise ChatUnavailable("Discord's answer cannot be read.", uncertain=True) from error

    async def made(self, path: str, body: Any, *, files: Iterable[Attachment] = (), **where: str) -> str:
        """Make something, and return its id."""
        answer = await self.call("POST", path, body, files=files, query=None, **where)
        if not isinstance(answer, dict) or "id" not in answer:
            raise ChatUnavailable("Discord's answer cannot be read.", uncertain=True)
        return str(answer["id"])


def as_form(body: Any, files: Iterable[discord.File]) -> list[dict[str, Any]]:
    """A body with files, as a form with parts."""
    form: list[dict[str, Any]] = [{"name": "payload_json", "value": discord.utils._to_json(body)}]
    for place, file in enumerate(files):
        form.append(
            {
                "name": f"files[{place}]",
                "value": file.fp,
                "filename": file.filename,
                "content_type": "application/octet-stream",
            }
        )
    return form
