"""A workspace of the fake Slack: who and what is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-right", "xapp-right", "signing-secret"
CLIENT_ID, CLIENT_SECRET = "1.2", "client-secret"
BOT_USER, BOT_ID = "U0BOT", "B0BOT"
ALL_SCOPES = frozenset(
    """app_mentions:read channels:history channels:join channels:read chat:write chat:write.public commands
    dnd:read files:read files:write groups:history groups:read im:history im:read im:write mpim:history
    reactions:read usergroups:read users:read""".split()
)

Json = dict[str, Any]


class SlackError(Exception):
    """What a method answers with `ok: false`."""

    def __init__(self, error: str, **more: str) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


@dataclass(slots=True)
class Channel:
    """A channel, or with `person` somebody's window with the bot."""

    id: str
    name: str = ""
    private: bool = False
    archived: bool = False
    members: set[str] = field(default_factory=set)
    messages: list[Json] = field(default_factory=list)
    person: str = ""


@dataclass(slots=True)
class Workspace:
    """Everything that a workspace remembers."""

    now: Callable[[], datetime]
    team: str = "T1"
    name: str = "The Daily Planet"
    scopes: set[str] = field(default_factory=lambda: set(ALL_SCOPES))
    people: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
    ephemerals: list[Json] = field(default_factory=list)
    views: dict[str, Json] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict)
    triggers: set[str] = field(default_factory=set)
    uploads: dict[str, Json] = field(default_factory=dict)
    files: dict[str, Json] = field(default_factory=dict)
    token_error: str = ""
    is_organisation: bool = False
    enterprise: str = ""
    quiet: dict[str, Json] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    def person(self, id_: str, **more: Any) -> str:
        """Let somebody be in the workspace."""
        self.people[id_] = {"id": id_, "team_id": self.team, "name": id_.lower(), "is_admin": False, **more}
        return id_

    def channel(self, id_: str, *, bot: bool = True, **more: Any) -> Channel:
        """Let there be a channel, with the bot in it."""
        made = Channel(id_, more.pop("name", id_.lower()), **more)
        if bot:
            made.members.add(BOT_USER)
        self.channels[id_] = made
        return made

    def window(self, person: str) -> Channel:
        """The window of a person with the bot."""
        for known in self.channels.values():
            if known.person == person:
                return known
        return self.channel(f"D{person}", person=person)

    def number(self) -> int:
        return next(self._numbers)

    def next_ts(self) -> str:
        """A time stamp that no other message has."""
        return f"{int(self.now().timestamp())}.{self.number():06d}"

    def find(self, wanted: str) -> Channel:
        """A channel by its id or #name, as a bot may see it; raises SlackError."""
        for known in self.channels.values():
            if wanted in (known.id, f"#{known.name}", known.name):
                if known.private and BOT_USER not in known.members:
                    break
                return known
        raise SlackError("channel_not_found")

    def message(self, channel: Channel, ts: str) -> Json:
        """A message by its time stamp; raises SlackError."""
        for known in channel.messages:
            if known["ts"] == ts:
                return known
        raise SlackError("message_not_found")

    def parents(self, channel: str) -> list[Json]:
        """The messages of a channel that are in no thread, oldest first."""
        found = self.channels[channel].messages
        return [one for one in found if one.get("thread_ts", one["ts"]) == one["ts"]]

    def thread(self, channel: str, ts: str) -> list[Json]:
        """The replies of a message, oldest first."""
        found = self.channels[channel].messages
        return [one for one in found if one.get("thread_ts") == ts and one["ts"] != ts]
