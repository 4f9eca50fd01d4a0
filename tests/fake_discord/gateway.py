"""The WebSocket: hello, identify, resume, heartbeats, and events that a resumed session gets again."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fake_discord.world import World, user


@dataclass
class Session:
    """A bot's session: what it was told, so that it can be told again."""

    id: str
    events: list[dict[str, Any]] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None


class Gateway:
    """Every session of the bot. `identified` and `resumed` count what it has seen."""

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.identified = 0
        self.resumed = 0
        self.shards: list[list[int] | None] = []
        self.needs_shards = 1
        self.refuses_with = 0
        self.shut = False  # whether it takes no connection at all
        self.garbled = False  # whether what it says of itself lacks what is not optional
        self.late = False  # whether it tells of no server by itself
        self.ready = asyncio.Event()

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from hello to its end."""
        if self.shut:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(timeout=0.1)
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        session: Session | None = None
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            said = json.loads(frame.data)
            if said["op"] == 1:
                await socket.send_json({"op": 11, "d": None, "s": None, "t": None})
            elif said["op"] == 2:
                session = await self._identify(socket, said["d"])
            elif said["op"] == 6:
                session = await self._resume(socket, said["d"])
        if session and session.socket is socket:
            session.socket = None
            self.ready.clear()
        return socket

    async def _identify(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> Session | None:
        self.identified += 1
        self.shards.append(asked.get("shard"))
        code = 4004 if asked["token"] != self._token else self.refuses_with
        if self.needs_shards > 1 and not asked.get("shard"):
            code = 4011
        if code:
            await socket.close(code=code)
            return None
        session = Session(secrets.token_hex(8), socket=socket)
        self.sessions[session.id] = session
        shard = asked.get("shard") or [0, 1]
        here = [
            guild
            for guild in self._world.guilds.values()
            if guild.installed and (int(guild.id) >> 22) % shard[1] == shard[0]
        ]
        ready = {
            "v": 10,
            "user": user(self._world.bot, "watcher", bot=True),
            "guilds": [{"id": one.id, "unavailable": True} for one in here if not self._world.laconic],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": self._world.application, "flags": 0},
        }
        if self.garbled:
            del ready["user"]
        await self._tell(session, "READY", ready | {"shard": shard})
        for guild in [] if self.late else here:
            await self._tell(session, "GUILD_CREATE", guild.as_object())
        self.ready.set()
        return session

    async def _resume(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> Session | None:
        session = self.sessions.get(asked["session_id"])
        if session is None:
            await socket.send_json({"op": 9, "d": False, "s": None, "t": None})
            return None
        self.resumed += 1
        session.socket = socket
        for event in session.events[asked["seq"] or 0 :]:
            await socket.send_json(event)
        await self._tell(session, "RESUMED", {})
        self.ready.set()
        return session

    async def _tell(self, session: Session, name: str, data: Any) -> None:
        event = {"op": 0, "t": name, "d": data, "s": len(session.events) + 1}
        session.events.append(event)
        if session.socket is not None and not session.socket.closed:
            await session.socket.send_json(event)

    async def tell(self, name: str, data: Any) -> None:
        """Tell every session of something; those that are away hear of it when they resume."""
        for session in list(self.sessions.values()):
            await self._tell(session, name, data)

    # -------------------------------------------------------------------------------- troubles

    async def ask_to_reconnect(self) -> None:
        """Op 7: come back, and resume."""
        await self._raw({"op": 7, "d": None, "s": None, "t": None})

    async def invalidate(self) -> None:
        """Op 9: the session is no more; identify again."""
        for session in self.sessions.values():
            socket, session.events = session.socket, []
            if socket:
                await socket.send_json({"op": 9, "d": False, "s": None, "t": None})
        self.sessions.clear()

    async def close(self, code: int) -> None:
        """Close every connection."""
        for session in list(self.sessions.values()):
            if session.socket is not None:
                await session.socket.close(code=code)

    async def _raw(self, event: dict[str, Any]) -> None:
        self.ready.clear()
        for session in self.sessions.values():
            if session.socket is not None:
                await session.socket.send_json(event)
