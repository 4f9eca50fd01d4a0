"""Whether Discord can be used as it is set up: for `bot.py check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import discord

from watcher.chat.discord.session import Patience, Session
from watcher.chat.discord.wire import NEEDED, Wire, missing_in
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


async def look(settings: DiscordSettings, patience: Patience = Patience()) -> list[Looked]:  # noqa: B008 - frozen
    """Log in, and look at the permissions in every server; what is wrong says how to mend it."""
    session = Session(settings, patience, lambda client: None)
    try:
        client = await session.client()
        found = [Looked(f"The token is that of {client.user}.")]
        found += [Looked(f"To add Watcher to a server: {invitation(str(client.application_id))}")]
        return found + await _in_servers(Wire(client.http, patience.answer))
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
