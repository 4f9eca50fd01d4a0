"""Being logged in at Discord and connected to its gateway, and staying so."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import discord
import yarl
from discord.backoff import ExponentialBackoff
from discord.http import Route

from watcher.chat.discord.hearing import hear_well
from watcher.chat.port import ChatRefused, ChatUnavailable, in_a_line
from watcher.config import DiscordSettings
from watcher.models import WatcherError

log = logging.getLogger(__name__)

BAD_TOKEN = (
    "Discord does not know this token. Copy it anew from discord.com/developers/applications, "
    "under Bot, into DISCORD_TOKEN."
)
_FATAL = {
    4004: BAD_TOKEN,
    4010: "Discord refuses this shard. Run one Watcher for a token, not several.",
    4012: "Discord no longer speaks version 10 of its gateway. Update Watcher.",
    4013: "Discord knows no such intents. Update Watcher.",
    4014: "Discord refuses an intent. Watcher needs none that has to be allowed: update it.",
}
SHARDING_REQUIRED = 4011
_NO_DISCORD = (
    "What answers at {} is no Discord ({}). discord.api_base has to lead to one: it ends in /api/v10."
)
_NO_TOKEN_OF_DISCORDS = re.compile(r"[^\x21-\x7e]")
"""What stands in no token: spaces, line breaks, letters of other scripts."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds.

    `answer` is for one answer of Discord's; `again` the first pause before trying to log in again,
    which doubles up to `longest`; `guilds` how long a connection may take to tell of its servers; `limit`
    the longest pause that Discord's limits may make within one request, by which all others wait.
    """

    answer: float = 15.0
    again: float = 1.0
    longest: float = 300.0
    guilds: float = 2.0
    limit: float = 5.0  # a channel's own limit begins anew every five seconds


class _Pauses(ExponentialBackoff[bool]):
    """Pauses between connections that grow to a minute: discord.py's own grow to seventeen.

    After an outage of hours people want an answer soon; a minute, taken at random, is gentle enough.
    """

    _GROW_TO = 6  # of two, in seconds

    def __init__(self) -> None:
        super().__init__()
        self._max = self._GROW_TO


def _without_traceback(record: logging.LogRecord) -> bool:
    """Let discord.py say in a line that its connection broke: that is no fault of the program's."""
    if record.exc_info and str(record.msg).startswith("Attempting a reconnect"):
        why = in_a_line(record.exc_info[1]) if record.exc_info[1] else ""
        record.msg, record.args = f"{record.getMessage()} ({why})", ()
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
    return True


for _speaking in ("discord.client", "discord.shard"):
    logging.getLogger(_speaking).addFilter(_without_traceback)
for _module in (discord.client, discord.shard):
    _module.ExponentialBackoff = _Pauses  # type: ignore[attr-defined]

Prepare = Callable[[discord.Client], Awaitable[None]]
_OUTAGES = (discord.DiscordException, aiohttp.ClientError, OSError)


class Session:
    """The one client of discord.py that is in use; a new one takes its place when it is beyond repair.

    `trouble` is what keeps it from Discord at this moment, as a sentence; empty where nothing does.
    Discord's addresses are discord.py's own class attributes, so that a process has one Discord.
    """

    def __init__(
        self, settings: DiscordSettings, patience: Patience, attach: Callable[[discord.Client], None]
    ) -> None:
        Route.BASE = settings.api_base.rstrip("/")
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it says nothing aloud
        self._token = settings.token.strip().removeprefix("Bot ").strip()  # as it stands in examples
        self._patience = patience
        self._attach = attach
        self._client: discord.Client | None = None
        self._entering = asyncio.Lock()
        self._sharded = False
        self.trouble = ""

    @property
    def current(self) -> discord.Client | None:
        """The client, if there is one that is logged in."""
        return self._client if self._client and not self._client.is_closed() else None

    async def client(self) -> discord.Client:
        """A client that is logged in; raises ChatUnavailable, or ChatRefused for a token that is none."""
        async with self._entering:
            if self.current is None:
                self._client = await self._log_in()
            assert self._client is not None
            return self._client

    async def _log_in(self) -> discord.Client:
        if not self._token.strip():
            raise ChatRefused("There is no token for Discord. Set DISCORD_TOKEN.")
        if _NO_TOKEN_OF_DISCORDS.search(self._token):  # it would break the request that carries it
            raise ChatRefused(BAD_TOKEN)
        client = self._made()
        hear_well(client)
        self._attach(client)
        try:
            await asyncio.wait_for(client.login(self._token), self._patience.answer * 2)
        except discord.LoginFailure as error:
            await client.close()
            raise ChatRefused(BAD_TOKEN) from error
        except (discord.NotFound, KeyError, TypeError, ValueError) as error:
            await client.close()
            raise ChatUnavailable(_NO_DISCORD.format(Route.BASE, in_a_line(error))) from error
        except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError) as error:
            await client.close()
            raise ChatUnavailable(f"Discord cannot be reached: {in_a_line(error)}.") from error
        except BaseException:
            await client.close()
            raise
        return client

    def _made(self) -> discord.Client:
        kind = discord.AutoShardedClient if self._sharded else discord.Client
        made = kind(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=30.0,
            guild_ready_timeout=self._patience.guilds,
        )
        made.http.max_ratelimit_timeout = self._patience.limit  # discord.py takes nothing under 30 s above
        return made

    async def stay(self, prepare: Prepare) -> None:
        """Log in, prepare and stay connected until closed; raises ChatRefused for what only people mend."""
        pause = self._patience.again
        while True:
            try:
                client = await self.client()
                await prepare(client)
                pause = self._patience.again
                await client.connect()
                return
            except ChatRefused:
                raise
            except discord.ConnectionClosed as error:
                self._judge(error)
            except discord.PrivilegedIntentsRequired as error:
                raise ChatRefused(_FATAL[4014]) from error
            except Exception as error:
                self.trouble = _outage(error)
                if self.trouble:
                    log.warning("%s Trying again in %.0f s.", self.trouble, pause)
                else:
                    self.trouble = _bug(error)
                    log.exception("%s Trying again in %.0f s.", self.trouble, pause)
            await self._let_go()
            # Many bots come back at the same moment after an outage: not all at once.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, self._patience.longest)

    def _judge(self, closed: discord.ConnectionClosed) -> None:
        """What a closed connection means; raises ChatRefused where trying again is of no use."""
        if closed.code == SHARDING_REQUIRED:
            log.info("Discord asks for shards; connecting with them.")
            self._sharded = True
        elif closed.code in _FATAL:
            raise ChatRefused(_FATAL[closed.code]) from closed
        else:
            self.trouble = f"Discord closed the connection ({closed.code})."
            log.warning("%s", self.trouble)

    async def _let_go(self) -> None:
        """Close what is connected, and log in afresh next time."""
        async with self._entering:
            client, self._client = self._client, None
            if client and not client.is_closed():
                await client.close()

    async def close(self) -> None:
        """Close the connection; `stay` ends."""
        if self._client and not self._client.is_closed():
            # discord.py lets this one run on, and then finds its own client closed.
            getting_ready: asyncio.Task[None] | None = self._client._connection._ready_task
            if getting_ready:
                getting_ready.cancel()
            await self._client.close()


def _outage(error: Exception) -> str:
    """What keeps a connection from Discord, where that is the world's doing; empty where the program's."""
    if isinstance(error, WatcherError):  # Discord asks for patience, or the store cannot be written
        return str(error)
    if isinstance(error, _OUTAGES):
        return f"The connection to Discord broke ({in_a_line(error)})."
    # discord.py ends by an error of its own where no gateway answers at the first.
    if isinstance(error, AttributeError) and isinstance(error.__context__, _OUTAGES):
        return f"Discord's gateway cannot be reached ({in_a_line(error.__context__)})."
    return ""


def _bug(error: Exception) -> str:
    what = f"{type(error).__name__}: {in_a_line(error)}"
    return f"Connecting to Discord failed in a way it should not ({what}); Watcher's log says where."
