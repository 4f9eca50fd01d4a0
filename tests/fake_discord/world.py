"""The servers, channels, messages and people of a Discord, as plain state."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

DISCORD_EPOCH = 1_420_070_400_000
TEXT, DM, VOICE, NEWS, FORUM, THREAD, PRIVATE = 0, 1, 2, 5, 15, 11, 12
THREADS = (10, THREAD, PRIVATE)

MANAGE_GUILD = 1 << 5
WANTS_TAG = 1 << 4
VIEW, SEND, EMBED, HISTORY = 1 << 10, 1 << 11, 1 << 14, 1 << 16
MAKE_THREADS, SEND_IN_THREADS, MANAGE_THREADS, ATTACH = 1 << 35, 1 << 38, 1 << 34, 1 << 15
CONNECT = 1 << 20
USUAL = VIEW | SEND | EMBED | HISTORY | MAKE_THREADS | SEND_IN_THREADS | ATTACH
"""What the bot's role may do where nothing else is said."""

Message = dict[str, Any]


@dataclass
class Channel:
    """A channel, thread, post or window of direct messages."""

    id: str
    kind: int
    name: str
    guild: Guild | None = None
    parent: Channel | None = None
    denied: int = 0
    allowed: int | None = None
    archived: bool = False
    locked: bool = False
    gone: bool = False
    person: str = ""
    owner: str = ""
    wants_tag: bool = False
    tags: list[dict[str, Any]] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    nonces: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    @property
    def shown(self) -> list[Message]:
        """Its messages, oldest first."""
        return list(self.messages.values())

    def permissions(self) -> int:
        """What the bot may do here; `allowed`, where it is set, is all of it."""
        if self.allowed is not None:
            return self.allowed
        return USUAL & ~self.denied & ~(self.parent.denied if self.parent else 0)

    def as_object(self) -> dict[str, Any]:
        """The channel as Discord tells of it."""
        made: dict[str, Any] = {"id": self.id, "type": self.kind, "name": self.name, "position": 0}
        if self.kind == DM:
            return {"id": self.id, "type": DM, "recipients": [user(self.person)], "last_message_id": None}
        assert self.guild
        made |= {"guild_id": self.guild.id, "parent_id": self.parent.id if self.parent else None}
        made |= {"nsfw": False, "topic": None, "rate_limit_per_user": 0, "last_message_id": None}
        made["permission_overwrites"] = (
            [{"id": self.guild.role, "type": 0, "allow": "0", "deny": str(self.denied)}]
            if self.denied
            else []
        )
        if self.kind == FORUM:
            flags = WANTS_TAG if self.wants_tag else 0
            made |= {"available_tags": self.tags, "default_reaction_emoji": None, "flags": flags}
        if self.kind == VOICE:
            made |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
        if self.kind in THREADS:
            made |= {"owner_id": self.owner, "message_count": len(self.messages), "member_count": 1}
            made["thread_metadata"] = {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": 10080,
                "archive_timestamp": "2026-01-01T00:00:00+00:00",
            }
        return made


@dataclass
class Guild:
    """A server. `role` is the bot's own role in it."""

    id: str
    name: str
    owner: str
    role: str
    world: World
    channels: list[Channel] = field(default_factory=list)
    installed: bool = True
    permissions: int = USUAL
    roles: list[dict[str, Any]] = field(default_factory=list)

    def role_named(self, name: str, *, mentionable: bool = True, permissions: int = 0) -> str:
        """Make a role for people in it; returns its id."""
        made = _role(self.world.snowflake(), name, permissions) | {"mentionable": mentionable}
        self.roles.append(made)
        return str(made["id"])

    def channel(self, name: str, kind: int = TEXT) -> Channel:
        """Make a channel in it."""
        made = Channel(self.world.snowflake(), kind, name, self)
        self.channels.append(made)
        self.world.channels[made.id] = made
        return made

    def forum(self, name: str, *tags: str, moderated: bool = False) -> Channel:
        """Make a forum in it; with tags, it wants one of them on every post."""
        made = self.channel(name, FORUM)
        made.wants_tag = bool(tags)
        made.tags = [
            {
                "id": self.world.snowflake(),
                "name": tag,
                "moderated": moderated,
                "emoji_id": None,
                "emoji_name": None,
            }
            for tag in tags
        ]
        return made

    def member(self) -> dict[str, Any]:
        """The bot as one of its members."""
        return {
            "user": user(self.world.bot, bot=True),
            "roles": [self.role],
            "joined_at": "2026-01-01T00:00:00Z",
            "deaf": False,
            "mute": False,
            "flags": 0,
        }

    def as_object(self) -> dict[str, Any]:
        """The server as GUILD_CREATE tells of it."""
        roles = [_role(self.id, "@everyone", 0), _role(self.role, "Watcher", USUAL), *self.roles]
        here = [one for one in self.channels if not one.gone]
        plain = {
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "system_channel_flags": 0,
            "preferred_locale": "en-US",
            "member_count": 2,
            "large": False,
            "unavailable": False,
            "joined_at": "2026-01-01T00:00:00+00:00",
        }
        empty = ("emojis", "stickers", "features", "voice_states", "presences", "stage_instances")
        empty += ("guild_scheduled_events", "soundboard_sounds")
        return {
            "id": self.id,
            "name": self.name,
            "owner_id": self.owner,
            "roles": roles,
            "channels": [one.as_object() for one in here if one.kind not in THREADS],
            "threads": [one.as_object() for one in here if one.kind == THREAD and not one.archived],
            "members": [] if self.world.laconic else [self.member()],
            **plain,
            **{name: [] for name in empty},
        }


def user(id_: str, name: str = "", *, bot: bool = False) -> dict[str, Any]:
    """A user as Discord tells of them."""
    return {
        "id": id_,
        "username": name or f"user{id_[-4:]}",
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": bot,
    }


def _role(id_: str, name: str, permissions: int) -> dict[str, Any]:
    flags = {"hoist": False, "managed": False, "mentionable": False, "flags": 0}
    return {"id": id_, "name": name, "color": 0, "position": 0, "permissions": str(permissions), **flags}


class World:
    """All of it. `now` is its clock; every id is made by it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._numbers = itertools.count()
        self.channels: dict[str, Channel] = {}
        self.people: dict[str, str] = {}
        self.guilds: dict[str, Guild] = {}
        self.bot = self.snowflake()
        self.application = self.bot
        self.commands: list[dict[str, Any]] = []
        self.closed_windows: set[str] = set()
        self.laconic = False  # whether it leaves out what its documentation calls optional

    def snowflake(self) -> str:
        """A new id, which holds the time as Discord's do."""
        milliseconds = int(self.now().timestamp() * 1000) - DISCORD_EPOCH
        return str((milliseconds << 22) + next(self._numbers))

    def guild(self, name: str) -> Guild:
        """Make a server in which the bot is installed."""
        made = Guild(self.snowflake(), name, self.snowflake(), self.snowflake(), self)
        self.guilds[made.id] = made
        return made

    def window(self, person: str) -> Channel:
        """The direct messages with a person."""
        for channel in self.channels.values():
            if channel.kind == DM and channel.person == person:
                return channel
        made = Channel(self.snowflake(), DM, "", person=person)
        self.channels[made.id] = made
        return made

    def thread(self, id_: str, name: str, parent: Channel, kind: int = THREAD) -> Channel:
        """Open a thread under a channel."""
        made = Channel(id_, kind, name, parent.guild, parent, owner=self.bot)
        assert parent.guild
        parent.guild.channels.append(made)
        self.channels[id_] = made
        return made

    def message(
        self, channel: Channel, body: dict[str, Any], author: dict[str, Any], id_: str = ""
    ) -> Message:
        """A message as Discord tells of it, put where it belongs."""
        made: Message = {
            "id": id_ or self.snowflake(),
            "channel_id": channel.id,
            "author": author,
            "content": body.get("content") or "",
            "embeds": [_trimmed(embed) for embed in body.get("embeds") or []],
            "components": body.get("components") or [],
            "flags": body.get("flags") or 0,
            "timestamp": self.now().astimezone(UTC).isoformat(),
            "edited_timestamp": None,
            "type": 0,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "pinned": False,
        }
        channel.messages[made["id"]] = made
        return made


def _trimmed(embed: dict[str, Any]) -> dict[str, Any]:
    """An embed as Discord keeps it: without spaces around its texts."""
    texts = {name: embed[name].strip() for name in ("title", "description") if name in embed}
    return embed | texts
