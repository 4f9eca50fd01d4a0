"""Telling somebody who can mend it, where nobody has chosen a channel for such notices."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.chat.slack.desks import Workspace
from watcher.chat.slack.posting import Posting, bare_channel
from watcher.chat.slack.wire import Refused, Unmended, Wire
from watcher.models import Card, Piece, Place, Section
from watcher.store import Store, desks, notes

log = logging.getLogger(__name__)

_HIDES_ITS_NAME = frozenset({"channel_not_found"})
NAMED = 1_000
"""Channels whose names are remembered for this run."""


class Telling:
    """Says once a day what Slack refuses, to whoever managed the desk last."""

    def __init__(self, store: Store, wire: Wire, posting: Posting, now: Callable[[], datetime]) -> None:
        self._store = store
        self._wire = wire
        self._posting = posting
        self._now = now
        self._told: set[str] = set()
        self._names: dict[str, str] = {}
        self.workspace: Workspace | None = None

    async def managed(self, person: str) -> None:
        """Remember who managed the desk last: they are told of what is wrong."""
        if self.workspace is None:
            return
        async with self._store.reading() as db:
            known = await notes.get(db, self._note(self.workspace))
        if known != person:
            async with self._store.writing() as db:
                await notes.put(db, self._note(self.workspace), person)

    def _note(self, workspace: Workspace) -> str:
        return f"slack managed {workspace.team}"

    async def explained(self, place: Place, error: Refused | Unmended) -> ChatRefused:
        """What was refused, with the channel's name; told to somebody who can mend it."""
        sentence = str(error)
        name = "" if error.error in _HIDES_ITS_NAME or error.needed else await self.name_of(place)
        if name:
            sentence = f"{name}: {sentence}"
        await self._tell(place, error, sentence)
        return ChatRefused(sentence)

    async def name_of(self, place: Place) -> str:
        """What people call a channel: `#news`; empty where Slack does not say."""
        if place.person or not place.channel:
            return ""
        channel = bare_channel(place.channel)
        if channel not in self._names:
            try:
                answer = await self._wire.call("conversations_info", channel=channel)
            except (ChatRefused, ChatUnavailable):
                return ""
            name = (answer.get("channel") or {}).get("name")
            if len(self._names) >= NAMED:
                self._names.clear()  # names change, too
            self._names[channel] = f"#{name}" if name else ""
        return self._names[channel]

    async def _tell(self, place: Place, error: Refused | Unmended, sentence: str) -> None:
        where = place.channel or place.person
        # A scope that is lacking is so in every channel.
        key = f"told:{error.needed or where}:{error.error}:{self._now():%Y-%m-%d}"
        if self.workspace is None or key in self._told:
            return
        self._told.add(key)
        async with self._store.reading() as db:
            chosen = (await desks.settings(db, self.workspace.desk.id)).notices
            person: str = await notes.get(db, self._note(self.workspace), "")
        # Of what is refused for good the desk tells where it chose to; of what waits nobody else does.
        if (chosen and isinstance(error, Refused)) or not person or person == place.person:
            return
        try:
            await self._posting.send(Place("slack", person=person), _refusal(where, sentence), key)
        except (ChatRefused, ChatUnavailable) as trouble:
            log.warning("%s could not be told: %s", person, trouble)
            self._told.discard(key)


def _refusal(where: str, sentence: str) -> Card:
    hint = (
        Piece("I tell you since you managed this desk last. To have such words in a channel: "),
        Piece("/watch settings notices here", "code"),
    )
    return Card(
        "I cannot post where I am to",
        sections=(Section(((Piece(sentence),), hint)),),
        footer=(Piece(where, "quiet"),),
        tone="bad",
    )
