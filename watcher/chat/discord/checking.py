"""Whether Discord can be used as it is set up: for `bot.py check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from watcher.chat.discord.posting import channel_id
from watcher.chat.discord.session import Patience, Session
from watcher.chat.discord.standing import NEEDED, THREADS, allowed_in, lacking, missing_in
from watcher.chat.discord.wire import Wire
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.config import DiscordSettings


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing that was looked at, in a sentence, and whether it is wrong."""

    what: str
    wrong: bool = False


def needed_permissions() -> discord.Permissions:
    """The least permissions that Watcher works with, and that it may attach an OPML file."""
    return discord.Permissions(**dict.fromkeys(NEEDED, True), attach_files=True)


def invitation(application: str) -> str:
    """The link by which Watcher is added to a server, with the least permissions."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}"
        f"&scope=bot+applications.commands&permissions={needed_permissions().value}"
    )


async def look(
    settings: DiscordSettings,
    patience: Patience = Patience(),  # noqa: B008 - frozen
    channels: Sequence[str] = (),
) -> list[Looked]:
    """Log in, and look at the permissions in every server and in the channels that are posted in.

    What is wrong says how to mend it.
    """
    session = Session(settings, patience, lambda client: None)
    try:
        client = await session.client()
        found = [Looked(f"The token is that of {client.user}.")]
        found += [Looked(f"To add Watcher to a server: {invitation(str(client.application_id))}")]
        asked = ", ".join([*NEEDED.values(), "Attach Files"])
        found += [Looked(f"That link asks for {asked}; no privileged intent is needed.")]
        wire = Wire(client.http, patience.answer)
        return found + await _in_servers(wire) + await _in_channels(wire, client, channels)
    except (ChatUnavailable, ChatRefused) as error:
        return [Looked(str(error), wrong=True)]
    finally:
        await session.close()


async def _in_servers(wire: Wire) -> list[Looked]:
    try:
        servers = await wire.call("GET", "/users/@me/guilds", query={"limit": "200"})
    except ChatRefused as error:
        return [Looked(f"Which servers Watcher is in could not be seen. {error}")]
    return list(_servers(servers if isinstance(servers, list) else []))


async def _in_channels(wire: Wire, client: discord.Client, channels: Sequence[str]) -> list[Looked]:
    """What is missing in the channels that something is to be posted in."""
    found = []
    for channel in dict.fromkeys(channels):
        try:
            told = await wire.call("GET", "/channels/{channel_id}", channel_id=channel_id(channel))
            found.append(await _in_channel(wire, client, told if isinstance(told, dict) else {}))
        except ChatRefused as error:
            found.append(Looked(f"Channel {channel}, in which digests are to be posted: {error}", wrong=True))
    return found


async def _in_channel(wire: Wire, client: discord.Client, told: dict[str, Any]) -> Looked:
    """Watcher's own permissions in a channel; a thread has those of the channel that it is in."""
    name, guild_id = f"#{told.get('name', '?')}", str(told.get("guild_id") or "")
    where = told
    if int(told.get("type", 0)) in THREADS and told.get("parent_id"):
        parent = await wire.call("GET", "/channels/{channel_id}", channel_id=str(told["parent_id"]))
        where = parent if isinstance(parent, dict) else told
    me = client.user.id if client.user else 0
    server = await wire.call("GET", "/guilds/{guild_id}", guild_id=guild_id)
    member = await wire.call(
        "GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild_id, user_id=str(me)
    )
    missing = missing_in(allowed_in(server, member, where, str(me)), int(told.get("type", 0)))
    if missing:
        return Looked(lacking(missing, name), wrong=True)
    return Looked(f"Watcher may post in {name}.")


def _servers(servers: list[dict[str, Any]]) -> Iterator[Looked]:
    if not servers:
        yield Looked("Watcher is in no server yet: open the link above.")
    for server in servers:
        missing = missing_in(discord.Permissions(int(server.get("permissions", 0))))
        name = server.get("name", server["id"])
        if missing:
            listed = ", ".join(missing)
            yield Looked(f"In {name} its role lacks {listed}: open the link above again.", wrong=True)
        else:
            yield Looked(f"In {name} its role has every permission that it needs.")
