"""The fake, served on loopback: who asks what, what goes wrong, and what it remembers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import web

from tests.fake_discord import spec
from tests.fake_discord.gateway import Gateway
from tests.fake_discord.limits import Denied, bad_form
from tests.fake_discord.people import Interaction, Person
from tests.fake_discord.rest import ENDPOINTS, Endpoint
from tests.fake_discord.troubles import Bucket, Trouble, as_json, never
from tests.fake_discord.world import THREADS, Channel, Guild, World

TOKEN = "fake.bot.token"
PREFIX = "/api/v10"


@dataclass
class Asked:
    """A request to the REST interface."""

    method: str
    path: str
    where: dict[str, str]
    query: dict[str, str]
    body: Any = None
    file_names: list[str] | None = None  # type: ignore[assignment]

    @property
    def files(self) -> int:
        return len(self.file_names or [])


class FakeDiscord:
    """A Discord to talk to: `async with FakeDiscord() as fake: …`. `faults` are bodies it cannot accept."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.world = World(now)
        self.gateway = Gateway(self.world, TOKEN)
        self.troubles: list[Trouble] = []
        self.asked: list[Asked] = []
        self.faults: list[str] = []
        self.interactions: dict[str, Interaction] = {}
        self.away = False
        self.patience = 8.0  # seconds after which people take it that no answer comes
        self.bucket = Bucket()
        self._files: dict[str, bytes] = {}
        self._spec = spec.load()
        self._runner: web.AppRunner | None = None
        self.api_base = ""
        self.gateway_url = ""
        self.token = TOKEN

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=30_000_000)
        app.router.add_get("/gateway/", self._connect)
        app.router.add_get("/files/{id}", self._download)
        for method, path, function in ENDPOINTS:
            app.router.add_route(method, PREFIX + path, self._serving(function))
        app.router.add_route("*", "/{rest:.*}", self._nothing)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.api_base = f"http://{host}:{port}{PREFIX}"
        self.gateway_url = self.gateway.url = f"ws://{host}:{port}/gateway/"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner
        await self.gateway.close(1001)
        await self._runner.cleanup()

    # ------------------------------------------------------------------------------------ to set up

    def person(self, name: str, *, manager: bool = False) -> Person:
        """Somebody who can do things."""
        return Person(self, name, manager=manager)

    def trouble(self, kind: Any, where: str = ".*", method: str = ".*", **more: Any) -> Trouble:
        """Let something go wrong with the requests that fit."""
        made = Trouble(kind, where, method, **more)
        self.troubles.append(made)
        return made

    async def install(self, guild: Guild) -> None:
        """Add the bot to a server, while it is connected."""
        guild.installed = True
        await self.gateway.tell("GUILD_CREATE", guild.as_object())

    async def remove(self, guild: Guild) -> None:
        """Remove the bot from a server."""
        guild.installed = False
        await self.gateway.tell("GUILD_DELETE", {"id": guild.id})

    async def change(self, channel: Channel, **how: Any) -> None:
        """Change a channel's settings or what may be done in it."""
        for name, value in how.items():
            setattr(channel, name, value)
        if channel.gone:
            await self.gateway.tell("CHANNEL_DELETE", channel.as_object())
        elif channel.kind not in THREADS:
            await self.gateway.tell("CHANNEL_UPDATE", channel.as_object())

    def upload(self, name: str, content: bytes) -> str:
        """Take a file, and return its id."""
        id_ = self.world.snowflake()
        self._files[id_] = content
        return id_

    def file_url(self, id_: str) -> str:
        """Where a file can be had."""
        return self.api_base.replace(PREFIX, f"/files/{id_}")

    def requests(self, method: str, ending: str) -> list[Asked]:
        """What was asked of endpoints whose path ends so."""
        return [one for one in self.asked if one.method == method and one.path.endswith(ending)]

    # ---------------------------------------------------------------------------------- to serve

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        if self.away:
            return _broken(request)
        return await self.gateway.connect(request)

    async def _download(self, request: web.Request) -> web.Response:
        return web.Response(body=self._files[request.match_info["id"]])

    async def _nothing(self, request: web.Request) -> web.Response:
        self.faults.append(f"there is no {request.method} {request.path}")
        return as_json({"message": "404: Not Found", "code": 0}, 404)

    def _serving(self, function: Endpoint) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            if self.away:
                return _broken(request)
            return await self._serve(request, function)

        return serve

    async def _serve(self, request: web.Request, function: Endpoint) -> web.StreamResponse:
        asked = await _asked(request)
        self.asked.append(asked)
        trouble = next((one for one in self.troubles if one.fits(asked.method, asked.path)), None)
        if trouble and trouble.kind == "status":
            return web.Response(status=trouble.status, text="upstream trouble")
        if trouble and trouble.kind == "limited":
            return trouble.limit()
        if trouble and trouble.kind == "denied":
            status = 403 if trouble.status >= 500 else trouble.status
            return as_json({"message": "Denied", "code": trouble.code}, status)
        if trouble and trouble.undone:
            return _broken(request) if trouble.kind == "cut" else await never()
        over = self.bucket.take(asked.path)
        answer = over or self.bucket.noted(await self._answer(request, asked, function), asked.path)
        if trouble and trouble.kind == "slow":
            await asyncio.sleep(trouble.seconds)
        if trouble and trouble.kind == "hung":
            return await never()
        return _broken(request) if trouble and trouble.kind == "cut" else answer

    async def _answer(self, request: web.Request, asked: Asked, function: Endpoint) -> web.Response:
        try:
            self._check(request, asked)
            return as_json(await function(self, asked))
        except Denied as denied:
            if denied.code == 50035:
                self.faults.append(f"{asked.method} {asked.path}: {denied.message}")
            return as_json({"message": denied.message, "code": denied.code}, denied.status)

    def _check(self, request: web.Request, asked: Asked) -> None:
        open_to_all = asked.path.startswith(("/interactions/", "/webhooks/"))
        if not open_to_all and request.headers.get("Authorization") != f"Bot {self.token}":
            raise Denied(401, 0, "401: Unauthorized")
        fault = self._spec.fault(asked.method, asked.path, asked.body) if self._spec else ""
        if fault:
            raise bad_form(fault)


def _broken(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()  # type: ignore[attr-defined]
    return web.Response(status=500)


async def _asked(request: web.Request) -> Asked:
    path = request.path.removeprefix(PREFIX)
    asked = Asked(request.method, path, dict(request.match_info), dict(request.query), file_names=[])
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        asked.body = json.loads(str(form["payload_json"]))
        asked.file_names = [getattr(form[name], "filename", "") for name in form if name.startswith("files[")]
    elif request.can_read_body:
        asked.body = json.loads(await request.text())
    return asked
