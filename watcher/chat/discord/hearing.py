"""What the gateway tells, made whole before discord.py reads it; what it cannot read is let go.

discord.py takes some fields for granted that Discord's documentation calls optional, and an event that it
cannot read ends its connection.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import discord

from watcher.chat.discord import standing

log = logging.getLogger(__name__)

Parse = Callable[[Any], Any]
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
TEXT, DIRECT = 0, 1
_OF_PEOPLE: dict[str, Any] = {"username": "", "discriminator": "0", "avatar": None}
_OF_MEMBERS: dict[str, Any] = {"roles": [], "flags": 0}
_OF_CHANNELS: dict[str, Any] = {"position": 0, "permission_overwrites": [], "bitrate": 0, "user_limit": 0}
_OF_THREADS: dict[str, Any] = {"parent_id": 0, "owner_id": 0, "message_count": 0, "member_count": 0}
_THREAD_STATE: dict[str, Any] = {"archived": False, "archive_timestamp": None, "auto_archive_duration": 0}
_OF_MESSAGES: dict[str, Any] = {
    **dict.fromkeys(("attachments", "embeds", "components", "mentions", "mention_roles"), ()),
    **dict.fromkeys(("pinned", "mention_everyone", "tts"), False),
    "edited_timestamp": None,
    "content": "",
    "type": 0,
}
_LARGEST = 10_485_760
"""What an attachment may weigh where nothing is said of it, in bytes."""


def hear_well(client: discord.Client) -> None:
    """Let a client outlive events that it cannot read, and read interactions that say the least."""
    parsers = client._connection.parsers
    parsers["INTERACTION_CREATE"] = _after(_made_whole, parsers["INTERACTION_CREATE"])
    for name, parse in parsers.items():
        if name != "READY":  # without it there is nothing to go on with
            parsers[name] = _outliving(name, parse)


def _after(first: Callable[[Any], Any], parse: Parse) -> Parse:
    return lambda told: parse(first(told))


def _made_whole(told: dict[str, Any]) -> dict[str, Any]:
    """An interaction with all that discord.py insists on; whatever it says itself stands."""
    made: dict[str, Any] = {"version": 1, "attachment_size_limit": _LARGEST, **told}
    channel = told.get("channel") or ({"id": told["channel_id"]} if told.get("channel_id") else {})
    if channel:
        made["channel"] = _channel_made_whole(channel, DIRECT if told.get("guild_id") is None else TEXT)
    if told.get("member"):
        made["member"] = _OF_MEMBERS | told["member"] | {"user": _OF_PEOPLE | told["member"]["user"]}
    if told.get("user"):
        made["user"] = _OF_PEOPLE | told["user"]
    if told.get("message"):
        made["message"] = _OF_MESSAGES | told["message"]
    return made


def _channel_made_whole(told: dict[str, Any], kind: int) -> dict[str, Any]:
    made = {"type": kind, "name": "", **told}
    if made["type"] in standing.THREADS:
        return _OF_THREADS | made | {"thread_metadata": _THREAD_STATE | (told.get("thread_metadata") or {})}
    return _OF_CHANNELS | made


def _outliving(name: str, parse: Parse) -> Parse:
    def parsed(told: Any) -> None:
        try:
            parse(told)
        except _UNREADABLE:
            log.exception("Discord told of %s in a way that cannot be read.", name)

    return parsed
