"""The last list of feeds that a desk imported, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from watcher.store import notes

_NOTE = "imported "


@dataclass(frozen=True, slots=True)
class Import:
    """The how manyth import of a desk it was, and the addresses of the feeds that it added."""

    number: int
    urls: tuple[str, ...]


async def keep(db: AsyncConnection, desk: str, urls: Sequence[str]) -> int:
    """Remember what an import added, in the place of the one before; returns its number."""
    before = await notes.get(db, _NOTE + desk, {})
    number = int(before.get("number", 0)) + 1
    await notes.put(db, _NOTE + desk, {"number": number, "urls": list(urls)})
    return number


async def last(db: AsyncConnection, desk: str) -> Import | None:
    """The last import of a desk; None where there was none, or it was taken back."""
    found = await notes.get(db, _NOTE + desk, {})
    return Import(int(found["number"]), tuple(found["urls"])) if found.get("urls") else None


async def forget(db: AsyncConnection, desk: str) -> None:
    """Say that the last import was taken back; its number is not given again."""
    found = await notes.get(db, _NOTE + desk, {})
    await notes.put(db, _NOTE + desk, {"number": int(found.get("number", 0)), "urls": []})
