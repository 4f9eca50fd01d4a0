"""The fake Slack as a server on loopback, and the people who use it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from tests.fake_slack.judging import judge_blocks
from tests.fake_slack.methods import serve
from tests.fake_slack.people import Interaction, People
from tests.fake_slack.state import (
    ALL_SCOPES,
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER,
    CLIENT_ID,
    CLIENT_SECRET,
    SECRET,
    Json,
    SlackError,
    Workspace,
)

Kind = Literal["429", "500", "html", "text", "list", "broken", "slow", "lost", "error"]


@dataclass(slots=True)
class Trouble:
    """What goes wrong with a method, so many times. A `lost` call is done, and its answer never comes."""

    method: str
    kind: Kind
    times: int = 1
    seconds: float = 0.0
    error: str = ""
    more: Json = field(default_factory=dict)


class FakeSlack(People):
    """Slack, as far as one workspace of it can tell. Use as an async context."""

    def __init__(self, now: Callable[[], datetime], ack_seconds: float = 3.0) -> None:
        self.here = Workspace(now)
        self.workspaces = {BOT_TOKEN: self.here}
        self.redirect_to = ""
        self._codes: dict[str, str] = {}
        self.expire = 0
        self.organisation = False
        self.troubles: list[Trouble] = []
        self.calls: list[tuple[str, Json]] = []
        self.asked: dict[str, Interaction] = {}
        self.dropped_acks = 0
        self.sockets: list[web.WebSocketResponse] = []
        self.opened = 0
        self.sends_away = ""
        self.ack_seconds = ack_seconds
        self.http_to = ""
        self.pace = 0.0
        self._last_post: dict[str, float] = {}
        self._tickets: set[str] = set()
        self._acked: dict[str, asyncio.Future[Json]] = {}
        self._connected = asyncio.Event()
        self._closing: list[asyncio.Future[Any]] = []
        self._port = 0
        self._runner: web.AppRunner | None = None

    # --------------------------------------------------------------------------- being there

    async def __aenter__(self) -> FakeSlack:
        await self.come()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.go()

    async def come(self) -> None:
        """Be there, at the same address as before."""
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/socket/{ticket}", self._socket)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        app.router.add_post("/respond/{id}", self._respond)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/file/{id}", self._file)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.here.people["base"] = {"url": self.base, "id": "base"}

    async def go(self) -> None:
        """Be away: nothing listens at the address any more."""
        for socket in list(self.sockets):
            if socket._req is not None and socket._req.transport:
                socket._req.transport.abort()
        self.sockets.clear()
        self._connected.clear()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    @property
    def api_base(self) -> str:
        return f"{self.base}api/"

    async def connected(self) -> None:
        """Wait until a socket is open."""
        async with asyncio.timeout(10):
            await self._connected.wait()

    # -------------------------------------------------------------------------------- the API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((name, arguments))
        trouble = self._trouble(name)
        if trouble and trouble.kind != "lost":
            answer = await self._troubled(trouble)
            if answer is not None:
                return answer
        if self._too_fast(name, arguments):
            return _too_many(1.0)
        answer = self._served(request, name, arguments)
        if trouble and trouble.kind == "lost":
            assert request.transport
            request.transport.abort()
        return answer

    def _served(self, request: web.Request, name: str, arguments: Json) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or arguments.get("token", "")
        scopes = {"X-OAuth-Scopes": ",".join(sorted(self.here.scopes))}
        try:
            if name == "apps.connections.open":
                return web.json_response(self._open_socket(token))
            if name == "oauth.v2.access":
                return web.json_response(self._access(request, arguments))
            if token not in self.workspaces:
                raise SlackError("invalid_auth" if token else "not_authed")
            return web.json_response(serve(self.workspaces[token], name, arguments), headers=scopes)
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.error, **error.more}, headers=scopes)

    # ------------------------------------------------------------------- workspaces that install it

    def workspace(self, team: str, name: str) -> Workspace:
        """Let there be another workspace, whose people may install the app."""
        made = Workspace(self.here.now, team=team, name=name, _numbers=self.here._numbers)
        made.people["base"] = {"url": self.base, "id": "base"}
        self.workspaces[f"xoxb-of-{team}"] = made
        return made

    @contextmanager
    def at(self, workspace: Workspace) -> Iterator[None]:
        """Let what people do be done in another workspace."""
        before, self.here = self.here, workspace
        try:
            yield
        finally:
            self.here = before

    async def _authorize(self, request: web.Request) -> web.Response:
        """Somebody allows the app into the workspace of theirs that the address names."""
        asked = request.query
        if asked["client_id"] != CLIENT_ID or set(asked["scope"].split(",")) != ALL_SCOPES:
            return web.Response(status=400)
        code = f"code{self.here.number()}"
        self._codes[code] = f"xoxb-of-{asked['team']}"
        raise web.HTTPFound(f"{self.redirect_to}?code={code}&state={asked['state']}")

    def _access(self, request: web.Request, asked: Json) -> Json:
        given = aiohttp.BasicAuth.decode(request.headers.get("Authorization", "Basic Og=="))
        if (given.login, given.password) != (CLIENT_ID, CLIENT_SECRET):
            raise SlackError("bad_client_secret")
        if asked.get("grant_type") == "refresh_token":
            return self._rotated(str(asked.get("refresh_token")))
        token = self._codes.pop(asked.get("code", ""), "")
        if not token:
            raise SlackError("invalid_code")
        team = self.workspaces[token]
        team.token_error = ""
        rotating = {"refresh_token": f"xoxe-{token}", "expires_in": self.expire} if self.expire else {}
        return {
            "ok": True,
            "app_id": "A1",
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(team.scopes)),
            "bot_user_id": BOT_USER,
            "team": {"id": team.team, "name": team.name},
            "enterprise": {"id": "E1", "name": "The Group"} if self.organisation else None,
            "is_enterprise_install": self.organisation,
            "authed_user": {"id": f"UCHIEF{team.team}"},
            **rotating,
        } | ({"team": None} if self.organisation else {})

    def _rotated(self, refresh: str) -> Json:
        """Another token for the one that expires, which is good no more."""
        old = refresh.removeprefix("xoxe-")
        if old not in self.workspaces:
            raise SlackError("invalid_refresh_token")
        new = f"xoxe.{old}"
        self.workspaces[new] = self.workspaces.pop(old)
        return {
            "ok": True,
            "access_token": new,
            "token_type": "bot",
            "refresh_token": f"xoxe-{new}",
            "expires_in": 43_200,
        }

    def _trouble(self, name: str) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.method in (name, "*") and trouble.times > 0:
                trouble.times -= 1
                return trouble
        return None

    async def _troubled(self, trouble: Trouble) -> web.Response | None:
        if trouble.kind == "429":
            return _too_many(trouble.seconds)
        if trouble.kind == "500":
            return web.Response(status=503, text="upstream", content_type="text/plain")
        if trouble.kind == "html":
            return web.Response(
                status=200, text="<html>Down for maintenance</html>", content_type="text/html"
            )
        if trouble.kind == "text":
            return web.Response(text="upstream is not well", content_type="text/plain")
        if trouble.kind == "list":
            return web.json_response(["what"])
        if trouble.kind == "broken":
            return web.Response(body=b'{"ok": tr\xff', content_type="application/json")
        if trouble.kind == "error":
            return web.json_response({"ok": False, "error": trouble.error, **trouble.more})
        await asyncio.sleep(trouble.seconds)
        return None

    def _too_fast(self, name: str, arguments: Json) -> bool:
        if name != "chat.postMessage" or not self.pace:
            return False
        now, channel = time.monotonic(), str(arguments.get("channel"))
        last, self._last_post[channel] = self._last_post.get(channel, 0.0), now
        return now - last < self.pace

    # ------------------------------------------------------------------------- response_url, files

    async def _respond(self, request: web.Request) -> web.Response:
        asked = self.asked[request.match_info["id"]]
        body = await request.json()
        trouble = self._trouble("response_url")
        if trouble and (answer := await self._troubled(trouble)) is not None:
            return answer
        try:
            judge_blocks(body.get("blocks") or [])
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.error, **error.more})
        asked.answers.append(body)
        asked.came.set()
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        self.here.uploads[request.match_info["id"]]["content"] = await request.read()
        return web.Response(text="OK")

    async def _file(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            return web.Response(status=403)
        return web.Response(body=self.here.files[request.match_info["id"]]["content"])

    def put_file(self, person: str, name: str, content: bytes) -> str:
        """Let somebody have sent a file; returns its link."""
        id_ = f"F{self.here.number():08d}"
        url = f"{self.base}file/{id_}"
        self.here.files[id_] = {"id": id_, "name": name, "user": person, "url_private_download": url}
        self.here.files[id_]["content"] = content.decode()
        return f"https://planet.slack.com/files/{person}/{id_}/{name}"

    # ----------------------------------------------------------------------------- Socket Mode

    def _open_socket(self, token: str) -> Json:
        if token != APP_TOKEN or self.here.token_error:
            raise SlackError(self.here.token_error or "invalid_auth")
        self.opened += 1
        ticket = f"ticket{self.opened}"
        self._tickets.add(ticket)
        return {"ok": True, "url": f"ws://127.0.0.1:{self._port}/socket/{ticket}"}

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        if self.sends_away:
            await socket.send_json({"type": "disconnect", "reason": self.sends_away})
            await socket.close()
            return socket
        self.sockets.append(socket)
        self._connected.set()
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._take_ack(json.loads(message.data))
        finally:
            with suppress(ValueError):
                self.sockets.remove(socket)
            if not self.sockets:
                self._connected.clear()
        return socket

    def _take_ack(self, said: Json) -> None:
        if self.dropped_acks > 0:
            self.dropped_acks -= 1
            return
        waiting = self._acked.get(said.get("envelope_id", ""))
        if waiting and not waiting.done():
            waiting.set_result(said.get("payload") or {})

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every socket to come back, and close it soon after."""
        leaving, self.sockets = self.sockets, []
        self._connected.clear()
        for socket in leaving:
            await socket.send_json({"type": "disconnect", "reason": reason})
        closing = asyncio.gather(*(self._close(socket) for socket in leaving))
        self._closing.append(closing)

    async def _close(self, socket: web.WebSocketResponse) -> None:
        await asyncio.sleep(0.05)
        with suppress(ConnectionError):
            await socket.close()

    async def tell(self, kind: str, payload: Json, *, twice: bool = False) -> Interaction:
        """Tell the app something, again while it does not acknowledge; returns what came of it."""
        done = Interaction(payload)
        if "response_url" in payload:
            self.asked[payload["response_url"].rsplit("/", 1)[1]] = done
        begun = time.monotonic()
        if self.http_to:
            done.acks.append(await self.post_signed(kind, payload))
        else:
            await self._tell_by_socket(kind, payload, done, twice=twice)
        done.seconds = time.monotonic() - begun
        return done

    async def _tell_by_socket(self, kind: str, payload: Json, done: Interaction, *, twice: bool) -> None:
        envelope = f"e{self.here.number()}"
        said = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        for attempt in range(5):
            await self.connected()
            self._acked[envelope] = asyncio.get_running_loop().create_future()
            retry = {"retry_attempt": attempt, "retry_reason": "timeout"} if attempt else {}
            with suppress(ConnectionError):
                await self.sockets[-1].send_json(said | retry)
                if twice:
                    await self.sockets[-1].send_json(said | retry)
            with suppress(TimeoutError):
                done.acks.append(await asyncio.wait_for(self._acked[envelope], self.ack_seconds))
                return
        raise AssertionError("The app did not acknowledge what it was told.")

    # ------------------------------------------------------------------------------ signed HTTP

    async def post_signed(
        self, kind: str, payload: Json, *, at: float | None = None, secret: str = SECRET
    ) -> Json:
        """Send the app a signed request; returns its status, and what it said."""
        if kind == "events_api":
            body, content = json.dumps(payload), "application/json"
        else:
            flat = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            body, content = urlencode(flat), "application/x-www-form-urlencoded"
        stamp = str(int(at if at is not None else time.time()))
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.http_to, data=body.encode(), headers=headers) as answer,
        ):
            return {"status": answer.status, "body": await answer.text()}

    def posts(self, channel: str = "CNEWS") -> list[Json]:
        """The messages of a channel that are in no thread."""
        return self.here.parents(channel)

    def count_calls(self) -> dict[str, int]:
        """How often each method was called."""
        counts: dict[str, int] = defaultdict(int)
        for name, _ in self.calls:
            counts[name] += 1
        return dict(counts)


async def _arguments(request: web.Request) -> Json:
    """Arguments as query, form or JSON, whichever of them were used."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json()
    elif request.method == "POST":
        found |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    for name in ("blocks", "metadata", "view", "files"):
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    for name, value in found.items():
        if value in ("true", "True", "1") and name.startswith(("include", "unfurl", "inclusive")):
            found[name] = True
        elif value in ("false", "False", "0") and name.startswith(("include", "unfurl", "inclusive")):
            found[name] = False
    return found


def _too_many(seconds: float) -> web.Response:
    headers = {"Retry-After": str(int(seconds))}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
