"""What Watcher has to be allowed in a channel, and what it is. Pure, but for `introduced`.

What is needed hangs on the kind of channel: a forum's posts are opened by whoever may write, a thread asks
for no threads, and the chat of a voice channel has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import discord

NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
}
"""The permissions that Watcher needs in a channel to post a digest with its thread there."""

WITH_THREADS = frozenset({0, 5})
FORUMS = frozenset({15, 16})
THREADS = frozenset({10, 11, 12})
VOICES = frozenset({2, 13})
PRIVATE_THREAD = 12
CANNOT_BE_WRITTEN_TO = frozenset({4, 14})
"""Categories and directories."""

_TO_READ = ("view_channel", "embed_links", "read_message_history")
_IN_FORUMS = {"send_messages": "Create Posts", "send_messages_in_threads": "Send Messages in Posts"}


def needed_in(kind: int) -> dict[str, str]:
    """The permissions that are needed in a channel of a kind, by the names that Discord shows there."""
    if kind in FORUMS:
        listed = {name: NEEDED[name] for name in NEEDED if name != "create_public_threads"}
        return listed | _IN_FORUMS
    if kind in THREADS:
        return {name: NEEDED[name] for name in (*_TO_READ, "send_messages_in_threads")}
    if kind in VOICES:
        listed = {name: NEEDED[name] for name in (*_TO_READ, "send_messages")}
        return listed | {"connect": "Connect"}
    return NEEDED


def missing_in(permissions: discord.Permissions, kind: int = 0) -> tuple[str, ...]:
    """Which of the needed permissions are not among these, by the names that Discord shows."""
    if permissions.administrator:
        return ()
    return tuple(shown for name, shown in needed_in(kind).items() if not getattr(permissions, name))


def may_write(permissions: discord.Permissions) -> bool:
    """Whether these suffice for one message without a thread."""
    wanted = (permissions.view_channel, permissions.send_messages, permissions.embed_links)
    return permissions.administrator or all(wanted)


def lacking(missing: Iterable[str], where: str) -> str:
    """What to do about missing permissions, in a sentence."""
    listed = ", ".join(missing)
    return (
        f"Watcher may not post in {where} yet. In the settings of that channel, under Permissions, "
        f"give its role: {listed}."
    )


def allowed(channel: Any) -> discord.Permissions | None:
    """Watcher's own permissions in a channel or thread of the gateway's; None where they are not known."""
    me = channel.guild.me
    if me is None or _is_incomplete(me):
        return None
    try:
        found: discord.Permissions = channel.permissions_for(me)
    except discord.ClientException:  # a thread in a channel that Watcher has not been told of
        return None
    return found


def _is_incomplete(me: discord.Member) -> bool:
    """Whether a server has not told of Watcher's roles: discord.py then makes a member without any."""
    return me.guild.default_role is None or (not len(me._roles) and me.joined_at is None)


async def introduced(guild: discord.Guild) -> None:
    """Have a server's own word on Watcher's roles, where it did not come with the server."""
    me, user = guild.me, guild._state.user
    if user is None or (me is not None and not _is_incomplete(me)):
        return
    try:
        guild._add_member(await guild.fetch_member(user.id))
    except (discord.DiscordException, OSError):
        return


def allowed_in(
    server: Mapping[str, Any], member: Mapping[str, Any], channel: Mapping[str, Any], me: str
) -> discord.Permissions:
    """Somebody's permissions in a channel, as Discord works them out: roles, then what is overwritten."""
    everyone = str(server["id"])
    mine = {everyone, *map(str, member.get("roles", ()))}
    value = 0
    for role in server.get("roles", ()):
        value |= int(role["permissions"]) if str(role["id"]) in mine else 0
    if str(server.get("owner_id")) == me or discord.Permissions(value).administrator:
        return discord.Permissions.all()
    over = {str(one["id"]): one for one in channel.get("permission_overwrites") or ()}
    steps = [[everyone], [id_ for id_ in mine if id_ != everyone], [me]]
    for step in steps:
        found = [over[id_] for id_ in step if id_ in over]
        for one in found:
            value &= ~int(one["deny"])
        for one in found:
            value |= int(one["allow"])
    return discord.Permissions(value)
