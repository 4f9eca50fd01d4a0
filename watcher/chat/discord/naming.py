"""Channels and roles as somebody named them: those of this server, where Watcher can do what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import discord

from watcher.chat.discord import wire as errors
from watcher.models import Card, Piece, Section

NAMED: dict[tuple[str, ...], str] = {
    ("watch", "subscribe"): "to",
    ("watch", "unsubscribe"): "to",
    ("watch", "quiet"): "to",
}
"""The argument of a command that names channels and roles."""
SETTING = ("watch", "settings")
OF_CHANNELS = ("notices", "managers")
"""The settings whose value names channels or roles."""
SUBSCRIBE = ("watch", "subscribe")

_MENTION = re.compile(r"<(#|@&)(\d{1,20})>")
_TYPED = re.compile(r"(?<![<\w])([#@])([^\s,#@<>][^,#@<>]*?)(?=\s*(?:[,#@<]|$))")

Place = discord.abc.GuildChannel | discord.Thread


def argument_of(path: tuple[str, ...], values: Mapping[str, Any]) -> str:
    """The argument that names channels or roles; empty where a command has none such."""
    if path == SETTING and str(values.get("name")).replace("-", "_") in OF_CHANNELS:
        return "value"
    return NAMED.get(path, "")


def spelt_out(guild: discord.Guild, text: str) -> str:
    """A text with `#news` and `@desk` as mentions, as far as the server has such a channel or role."""

    def found(match: re.Match[str]) -> str:
        known = guild.roles if match[1] == "@" else [*guild.channels, *guild.threads]
        wanted = match[2].strip().casefold()
        for one in known:
            if one.name.casefold() == wanted and not (isinstance(one, discord.Role) and one.is_default()):
                return f"<@&{one.id}>" if match[1] == "@" else f"<#{one.id}>"
        return match[0]

    return _TYPED.sub(found, text)


async def fault_in(interaction: discord.Interaction, path: tuple[str, ...], text: str) -> Card | None:
    """Why what a text names cannot be had, and what to do; None where nothing stands against it."""
    guild = interaction.guild
    if guild is None or guild.me is None or text.strip().casefold() == "me":
        return None
    mentioned = [(kind, int(id_)) for kind, id_ in _MENTION.findall(text)]
    channels = [await _channel(guild, id_) for kind, id_ in mentioned if kind == "#"]
    roles = [guild.get_role(id_) for kind, id_ in mentioned if kind == "@&"]
    if None in channels:
        return _cannot("I know no such channel in this server", "Mention one that I can see.")
    if None in roles or guild.default_role in roles:
        return _cannot("I know no such role in this server", "Mention one of its roles, and not @everyone.")
    if path == SUBSCRIBE:
        faults = _in_the_way(interaction, guild.me, [c for c in channels if c], [r for r in roles if r])
        return next(faults, None)
    return None


async def _channel(guild: discord.Guild, id_: int) -> Place | None:
    found: Any = guild.get_channel_or_thread(id_)
    with suppress(discord.HTTPException, discord.InvalidData):
        found = found or await guild.fetch_channel(id_)  # an archived thread, say; another server's raises
    return found if isinstance(found, Place) else None


def _in_the_way(
    interaction: discord.Interaction, me: discord.Member, channels: list[Place], roles: list[discord.Role]
) -> Iterator[Card]:
    allowed = channels[0].permissions_for(me) if channels else interaction.app_permissions
    if not allowed.value and not channels:
        return  # Discord did not say
    name = channels[0].name if channels else getattr(interaction.channel, "name", None)
    missing = errors.missing_in(allowed)
    if missing:
        yield _cannot(
            "I could not post here", errors.lacking(missing, f"#{name}" if name else "this channel")
        )
    for role in roles:
        if not (role.mentionable or allowed.mention_everyone or allowed.administrator):
            yield _cannot(
                f"I could not wake @{role.name}",
                "In the server's settings, under Roles, allow anyone to mention that role; or give Watcher's "
                "own role the permission Mention @everyone, @here, and All Roles.",
            )


def _cannot(title: str, sentence: str) -> Card:
    after = Section(((Piece("Then ask again; nothing was saved."),),))
    return Card(title, sections=(Section(((Piece(sentence),),)), after), tone="bad")
