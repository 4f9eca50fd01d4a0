"""Being logged in at Discord and connected to its gateway, and staying so."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import discord
import yarl
from discord.http import Route

from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.config import DiscordSettings

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


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds.

    `answer` is for one answer of Discord's; `again` the first pause before trying to log in again,
    which doubles up to `longest`; `guilds` how long a connection may take to tell of its servers.
    """

    answer: float = 15.0
    again: float = 1.0
    longest: float = 300.0
    guilds: float = 2.0


Prepare = Callable[[discord.Client], Awaitable[None]]


class Session:
    """The one client of discord.py that is in use; a new one takes its place when it is beyond repair.

    Discord's addresses are discord.py's own class attributes, so that a process has one Discord.
    """

    def __init__(
        self, settings: DiscordSettings, patience: Patience, attach: Callable[[discord.Client], None]
    ) -> None:
        Route.BASE = settings.api_base.rstrip("/")
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.gateway_url)
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it says nothing aloud
        self._token = settings.token
        self._patience = patience
        self._attach = attach
        self._client: discord.Client | None = None
        self._entering = asyncio.Lock()
        self._sharded = False

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
        client = self._made()
        self._attach(client)
        try:
            await asyncio.wait_for(client.login(self._token), self._patience.answer * 2)
        except discord.LoginFailure as error:
            await client.close()
            raise ChatRefused(BAD_TOKEN) from error
        except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError) as error:
            await client.close()
            raise ChatUnavailable(f"Discord cannot be reached: {error}.") from error
        except BaseException:
            await client.close()
            raise
        return client

    def _made(self) -> discord.Client:
        kind = discord.AutoShardedClient if self._sharded else discord.Client
        return kind(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=30.0,
            guild_ready_timeout=self._patience.guilds,
        )

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
            except ChatUnavailable as error:
                log.warning("%s Trying again in %.0f s.", error, pause)
            except discord.ConnectionClosed as error:
                self._judge(error)
            except discord.PrivilegedIntentsRequired as error:
                raise ChatRefused(_FATAL[4014]) from error
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                log.warning("The connection to Discord broke (%s). Trying again in %.0f s.", error, pause)
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
            log.warning("Discord closed the connection (%s).", closed.code)

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
