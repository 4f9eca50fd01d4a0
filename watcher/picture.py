"""Has a picture drawn by a process of its own, whose memory goes with it."""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import suppress

import msgspec

from watcher.desk.trend import Trend

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds a picture may take: the first one builds a list of the machine's fonts."""


async def picture_of(trend: Trend) -> bytes | None:
    """A trend as a PNG; None where none could be drawn, which is logged."""
    program = (sys.executable, "-m", "watcher.drawing")
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    process = await asyncio.create_subprocess_exec(*program, **pipes, stderr=asyncio.subprocess.PIPE)  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(PATIENCE):
            drawn, said = await process.communicate(msgspec.json.encode(trend))
    except TimeoutError:
        log.warning("a picture took more than %.0f s, and was given up", PATIENCE)
        return None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        log.warning("a picture could not be drawn: %s", said.decode(errors="replace").strip()[-400:])
        return None
    return drawn
