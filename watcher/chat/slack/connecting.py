"""The two ways in which Slack reaches us: a socket that we open, or signed requests to a port of ours."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import time
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.chat.slack.patience import Patience
from watcher.chat.slack.wire import TOKEN_ERRORS, Unmended, Wire, as_chat_error, sdk_log
from watcher.config import SlackSettings

log = logging.getLogger(__name__)

PATH = "/slack/events"
_MAKE_ONE = (
    "Make one at api.slack.com/apps, under Basic Information, App-Level Tokens, with the scope "
    "connections:write, and restart."
)
_APP_TOKEN_FAULTS = {
    "missing_scope": "SLACK_APP_TOKEN lacks the scope connections:write.",
    "not_allowed_token_type": "SLACK_APP_TOKEN is the wrong kind of token: the right kind begins with xapp-.",
    "token_revoked": "SLACK_APP_TOKEN was revoked.",
    "token_expired": "SLACK_APP_TOKEN has expired.",
}
TURN_ON = "Turn it on at api.slack.com/apps, under Socket Mode."
_PARTINGS = {
    "link_disabled": f"Socket Mode is turned off for Watcher's app. {TURN_ON}",
    "too_many_websockets": "Too many connections of Watcher's app are open at Slack, which allows ten: is it "
    "running elsewhere, too?",
}
"""Why Slack ends a connection, where coming back at once is of no use."""
_COME_BACK = frozenset({"warning", "refresh_requested"})

_Untyped = Callable[[], Awaitable[None]]


def app_token_fault(error: ChatRefused | Unmended) -> str:
    """Why Slack gives no socket to the app's token, and what to do."""
    word = getattr(error, "error", "")
    if word in _PARTINGS:
        return _PARTINGS[word]
    known = word in TOKEN_ERRORS or not word
    other = (
        "Slack does not know SLACK_APP_TOKEN."
        if known
        else f"Slack gives SLACK_APP_TOKEN no socket ({word})."
    )
    return f"{_APP_TOKEN_FAULTS.get(word, other)} {_MAKE_ONE}"


async def persistently(
    attempt: Callable[[], Awaitable[None]], patience: Patience, troubled: Callable[[str], None]
) -> None:
    """Do something until it ends well, with longer and longer pauses while Slack is away."""
    pause = patience.again
    while True:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            await attempt()
            return
        except ChatUnavailable as error:
            troubled(str(error))
            if loop.time() - begun > patience.lost:
                pause = patience.again  # it held for a while: this is a new trouble
            wait = error.retry_after.total_seconds() if error.retry_after else pause
            log.warning("%s Trying again in %.0f s.", error, wait)
            # Many apps come back at the same moment after an outage: not all at once.
            await asyncio.sleep(wait * random.uniform(1.0, 1.3))
            pause = min(pause * 2, patience.longest)


class Line(SocketModeClient):
    """slack_sdk's socket, which does not come back at once where Slack has a reason against it.

    Slack says why it ends a connection. slack_sdk asks for a new one whatever it says, and where Socket
    Mode was turned off, fifty times a second. `parting` is the reason.
    """

    def __init__(self, app_token: str, **more: Any) -> None:
        super().__init__(app_token, **more)
        self.parting = ""
        self._is_parting = asyncio.Event()

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Take what Slack says; what ends the connection for good is remembered."""
        reason = str(message.get("reason") or "refresh_requested")
        if message.get("type") == "disconnect" and reason not in _COME_BACK:
            self.auto_reconnect_enabled = self.default_auto_reconnect_enabled = False
            self.parting = reason
            self._is_parting.set()
            return
        take: Callable[[dict[str, Any], str], Awaitable[None]] = super().run_message_listeners
        await take(message, raw_message)

    async def parted(self, seconds: float) -> None:
        """Wait so long, or until Slack ends the connection for good."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_parting.wait(), seconds)


class Handler(AsyncBaseSocketModeHandler):
    """What comes by the socket, handed to slack-bolt with the name of its envelope."""

    def __init__(self, app: AsyncApp, client: Line) -> None:
        self.app = self._bolt = app
        self.client = client
        client.socket_mode_request_listeners.append(self.handle)

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Let slack-bolt take one envelope, and acknowledge it."""
        begun = time()
        req.payload.setdefault("envelope_id", req.envelope_id)
        await send_async_response(client, req, await run_async_bolt_app(self._bolt, req), begun)


class Socket:
    """Socket Mode: kept open by slack_sdk, and made anew where it stays away."""

    def __init__(
        self, app: AsyncApp, settings: SlackSettings, patience: Patience, troubled: Callable[[str], None]
    ) -> None:
        self._app = app
        self._settings = settings
        self._patience = patience
        self._troubled = troubled
        self._wire = Wire(settings.api_base, settings.app_token, patience.answer)
        self._was_let_in = False

    async def stay(self) -> None:
        """Be connected until cancelled.

        Raises ChatRefused for what only people can mend; where it was mended before, that is waited for.
        """
        await persistently(self._connection, self._patience, self._troubled)

    async def _connection(self) -> None:
        """One connection for as long as it lasts; raises ChatUnavailable when it is lost for good."""
        url = await self._url()
        # That the socket is away we see ourselves and say once; slack_sdk would at each attempt.
        quiet = sdk_log("socket", logging.CRITICAL)
        client = Line(
            self._settings.app_token,
            logger=quiet,
            web_client=AsyncWebClient(
                self._settings.app_token,
                base_url=f"{self._settings.api_base.rstrip('/')}/",
                retry_handlers=[],
                logger=quiet,
            ),
            ping_interval=self._patience.ping,
        )
        client.wss_uri = url
        handler = Handler(self._app, client)
        connect: _Untyped = handler.connect_async
        close: _Untyped = handler.close_async
        try:
            async with asyncio.timeout(self._patience.answer):
                await connect()
            self._troubled("")
            log.info("Connected to Slack.")
            await self._while_connected(client)
        except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError) as error:
            raise as_chat_error(error) from error
        finally:
            with suppress(aiohttp.ClientError, OSError):
                await close()

    async def _url(self) -> str:
        try:
            opened = await self._wire.call("apps_connections_open", app_token=self._settings.app_token)
        except (ChatRefused, Unmended) as error:
            if self._was_let_in:
                raise ChatUnavailable(app_token_fault(error), until_mended=True) from error
            raise ChatRefused(app_token_fault(error)) from error
        if not str(opened.get("url") or "").startswith(("ws://", "wss://")):
            raise ChatUnavailable("Slack's answer cannot be read.")
        self._was_let_in = True
        return str(opened["url"])

    async def _while_connected(self, client: Line) -> None:
        """Wait until the socket has been away for too long, or Slack wants us to stay away.

        slack_sdk goes back to a lost address by itself, but for ever to the same one, which Slack forgets.
        """
        loop = asyncio.get_running_loop()
        last = loop.time()
        while loop.time() - last < self._patience.lost:
            await client.parted(min(self._patience.ping, self._patience.lost) / 2)
            if client.parting:
                word = client.parting
                raise ChatUnavailable(_PARTINGS.get(word, f"Slack has ended the connection ({word})."))
            if await client.is_connected():
                last = loop.time()
                self._troubled("")
            else:
                self._troubled("The connection to Slack is lost; commands do not arrive.")
        raise ChatUnavailable("The connection to Slack is lost.")


class Web:
    """Requests by HTTP: signed ones from Slack, and people's who install Watcher in their workspace.

    `port` is the one in use once it is open.
    """

    def __init__(self, app: AsyncApp | None, flow: AsyncOAuthFlow | None, port: int) -> None:
        served = web.Application()
        if app is not None:
            served.router.add_post(PATH, _answering(app.async_dispatch))
        if flow is not None:
            served.router.add_get(flow.install_path, _answering(flow.handle_installation))
            served.router.add_get(flow.redirect_uri_path, _answering(flow.handle_callback))
        self._runner = web.AppRunner(served, access_log=None)
        self._wanted = port
        self.port = 0

    async def open(self) -> None:
        """Take requests from now on; raises ChatRefused where the port is taken."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, "0.0.0.0", self._wanted).start()
        except OSError as error:
            await self._runner.cleanup()
            raise ChatRefused(
                f"Port {self._wanted} cannot be listened on ({error.strerror}). Set slack.port."
            ) from error
        self.port = int(self._runner.addresses[0][1])
        log.info("Listening for Slack on port %d.", self.port)

    async def close(self) -> None:
        """Take no requests any more."""
        await self._runner.cleanup()


def _answering(take: Callable[[Any], Awaitable[Any]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """What slack-bolt answers to a request."""

    async def answered(request: web.Request) -> web.Response:
        stamp = request.headers.get("X-Slack-Request-Timestamp", "0")
        try:
            asked = await to_bolt_request(request)
        except (ValueError, TypeError, AttributeError, LookupError):
            # slack-bolt reads a body before it looks whether it is signed: anybody may send anything.
            return web.Response(status=400, text="That cannot be read.")
        if not (stamp.isascii() and stamp.isdigit()):
            return web.Response(status=401, text="That is not signed.")
        answer: web.Response = await to_aiohttp_response(await take(asked))
        return answer

    return answered
