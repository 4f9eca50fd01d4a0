"""Channels and roles as somebody named them: those of this server, where Watcher can do what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

import discord

from watcher.chat.discord import standing
from watcher.chat.discord.tagging import tag_for, tags_of
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
    if guild is None or text.strip().casefold() == "me":
        return None
    mentioned = [(kind, int(id_)) for kind, id_ in _MENTION.findall(text)]
    channels = [await _channel(guild, id_) for kind, id_ in mentioned if kind == "#"]
    roles = [guild.get_role(id_) for kind, id_ in mentioned if kind == "@&"]
    if None in channels:
        return _cannot("I know no such channel in this server", "Mention one that I can see.")
    if None in roles or guild.default_role in roles:
        return _cannot("I know no such role in this server", "Mention one of its roles, and not @everyone.")
    if path == SUBSCRIBE:
        there = channels[0] if channels else await _here(interaction, guild)
        return await _in_the_way(interaction, there, [role for role in roles if role], named=bool(channels))
    return None


async def _channel(guild: discord.Guild, id_: int) -> Place | None:
    found: Any = guild.get_channel_or_thread(id_)
    with suppress(discord.HTTPException, discord.InvalidData):
        found = found or await guild.fetch_channel(id_)  # an archived thread, say; another server's raises
    return found if isinstance(found, Place) else None


async def _here(interaction: discord.Interaction, guild: discord.Guild) -> Place | None:
    """The channel that somebody asks from, the forum for a post in it; None where it cannot be seen."""
    here = interaction.channel
    if isinstance(here, discord.Thread):
        if here.parent is not None and here.parent.type.value in standing.FORUMS:
            return here.parent
        if here.type.value == standing.PRIVATE_THREAD:  # of which Discord tells its members only
            return await _channel(guild, here.id)
    return here if isinstance(here, Place) else None


async def _in_the_way(
    interaction: discord.Interaction, there: Place | None, roles: Sequence[discord.Role], *, named: bool
) -> Card | None:
    """Why a digest could not be posted in a channel, or wake these roles there."""
    if there is None:
        return _cannot(
            "I cannot see this channel",
            "Let me into it: give my role View Channel there; in a private thread, mention me, so that I am "
            "added to it.",
        )
    if there.type.value in standing.CANNOT_BE_WRITTEN_TO:
        return _cannot(f"{there.name} takes no messages", "Name one of the channels that are in it.")
    told = None if named or not interaction.app_permissions.value else interaction.app_permissions
    allowed = told or standing.allowed(there)
    if allowed is None:
        return None  # Discord did not say
    missing = standing.missing_in(allowed, there.type.value)
    if missing:
        return _cannot("I could not post here", standing.lacking(missing, f"#{there.name}"))
    faults = chain(_of_its_own(there, allowed), map(_unwakeable, _sleeping(roles, allowed)))
    return next(faults, None)


def _of_its_own(there: Place, allowed: discord.Permissions) -> Iterator[Card]:
    """What stands against posting in this very thread or forum, whatever is allowed in it."""
    if isinstance(there, discord.Thread) and there.locked and not allowed.manage_threads:
        yield _cannot(
            f"{there.name} is locked",
            "Unlock that thread, or give Watcher's role Manage Threads in its channel.",
        )
    if (
        isinstance(there, discord.ForumChannel)
        and there.flags.require_tag
        and not tag_for("", tags_of(there))
    ):
        yield _cannot(
            f"#{there.name} wants a tag on every post",
            "It has none that everyone may set. Add one, perhaps “Watcher”, or let people post without.",
        )


def _sleeping(roles: Sequence[discord.Role], allowed: discord.Permissions) -> Iterator[discord.Role]:
    for role in roles:
        if not (role.mentionable or allowed.mention_everyone or allowed.administrator):
            yield role


def _unwakeable(role: discord.Role) -> Card:
    return _cannot(
        f"I could not wake @{role.name}",
        "In the server's settings, under Roles, allow anyone to mention that role; or give Watcher's "
        "own role the permission Mention @everyone, @here, and All Roles.",
    )


def _cannot(title: str, sentence: str) -> Card:
    after = Section(((Piece("Then ask again; nothing was saved."),),))
    return Card(title, sections=(Section(((Piece(sentence),),)), after), tone="bad")
