"""What goes wrong on purpose: requests that are slowed, refused, limited, or done and never answered."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

Kind = Literal["status", "denied", "limited", "slow", "hung", "cut"]


@dataclass
class Trouble:
    """Trouble with the requests whose method and path fit, for so many of them, `after` as many.

    `status`: an answer of that status and nothing else; `denied`: an error with a `code`; `limited`: 429,
    for `seconds`; `slow`: the answer after `seconds`; `hung`: done, and no answer ever comes; `cut`: done,
    and the connection breaks. With `undone`, hung and cut requests are not done either; a `bare` limit is
    told of in its body alone.
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
    bare: bool = False
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
        return as_json(body, 429, {} if self.bare else headers)


@dataclass
class Bucket:
    """How many messages a channel takes in so many seconds; 0 of them: as many as one likes.

    Answers tell of it as Discord's do, so that whoever reads them never meets the limit. `met` counts those
    who did.
    """

    size: int = 0
    seconds: float = 0.5
    met: int = 0
    _begun: dict[str, tuple[float, int]] = field(default_factory=dict)

    def take(self, path: str) -> web.Response | None:
        """Count a request; the answer that it gets where it is one too many."""
        if not self.size or not path.endswith("/messages"):
            return None
        now = time.monotonic()
        begun, taken = self._begun.get(path, (now, 0))
        if now - begun >= self.seconds:
            begun, taken = now, 0
        self._begun[path] = (begun, taken + 1)
        if taken < self.size:
            return None
        self.met += 1
        left = self.seconds - (now - begun)
        return Trouble("limited", seconds=left).limit()

    def noted(self, answer: web.Response, path: str) -> web.Response:
        """An answer with what is left of the bucket."""
        if path in self._begun and self.size:
            begun, taken = self._begun[path]
            left = max(0.0, self.seconds - (time.monotonic() - begun))
            answer.headers["X-RateLimit-Limit"] = str(self.size)
            answer.headers["X-RateLimit-Remaining"] = str(max(0, self.size - taken))
            answer.headers["X-RateLimit-Reset"] = str(time.time() + left)
            answer.headers["X-RateLimit-Reset-After"] = str(left)
            answer.headers["X-RateLimit-Bucket"] = path
        return answer


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
