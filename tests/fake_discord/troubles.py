"""What goes wrong on purpose: requests that are slowed, refused, limited, or done and never answered."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

Kind = Literal["status", "denied", "limited", "slow", "hung", "cut"]


@dataclass
class Trouble:
    """Trouble with the requests whose method and path fit, for so many of them, `after` as many.

    `status`: an answer of that status and nothing else; `denied`: an error with a `code`; `limited`: 429,
    for `seconds`; `slow`: the answer after `seconds`; `hung`: done, and no answer ever comes; `cut`: done,
    and the connection breaks. With `undone`, hung and cut requests are not done either.
    """

    kind: Kind
    where: str = ".*"
    method: str = ".*"
    times: int = 1
    after: int = 0
    status: int = 503
    code: int = 50013
    seconds: float = 0.1
    everywhere: bool = False
    undone: bool = False
    met: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Whether a request meets it; each is counted."""
        if self.met >= self.after + self.times or not re.fullmatch(self.method, method):
            return False
        if not re.fullmatch(self.where, path):
            return False
        self.met += 1
        return self.met > self.after

    def limit(self) -> web.Response:
        """An answer that asks for patience."""
        headers = {
            "Via": "1.1 fake",
            "Retry-After": str(self.seconds),
            "X-RateLimit-Scope": "global" if self.everywhere else "user",
        }
        body = {
            "message": "You are being rate limited.",
            "retry_after": self.seconds,
            "global": self.everywhere,
        }
        return as_json(body, 429, headers)


def as_json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """An answer whose type is exactly what discord.py looks for."""
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers={"Content-Type": "application/json", **(headers or {})},
    )


async def never() -> web.Response:
    """Leave a request without an answer for as long as the server runs."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")
