"""Commands, buttons, menus and forms: what somebody did, and the answer to it."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import aiohttp
import discord

from watcher.chat.commands import Ask, Commands
from watcher.chat.discord import components, naming, pointing, speaking, tree
from watcher.chat.discord.bodies import Bodies, Body
from watcher.chat.discord.components import Component, button
from watcher.chat.discord.desks import PLATFORM, Servers
from watcher.chat.discord.forms import Forms
from watcher.chat.discord.voice import Voice
from watcher.chat.drafting import Draft
from watcher.chat.keeping import Keeper
from watcher.models import Attachment, Card, Place, WatcherError

log = logging.getLogger(__name__)

LARGEST_FILE = 8_000_000
SHOWN = 1_000
"""Answers of this run that are known to have been shown to everyone."""
FORUM_KINDS = (discord.ChannelType.forum, discord.ChannelType.media)
_OF_EMBEDS = ("type", "title", "description", "url", "color")
THREADS = (discord.ChannelType.public_thread, discord.ChannelType.private_thread)


class Answering:
    """Answers people on Discord. Every answer is for the one who asked, until they show it to everyone."""

    def __init__(self, commands: Commands, bodies: Bodies, servers: Servers, keeper: Keeper) -> None:
        self._commands = commands
        self._bodies = bodies
        self._servers = servers
        self._keeper = keeper
        self._forms = Forms(commands, keeper)
        self._shown: OrderedDict[int, None] = OrderedDict()

    async def take(self, interaction: discord.Interaction) -> None:
        """Answer whatever somebody did; an answer that comes too late is said in the log."""
        data: Mapping[str, Any] = interaction.data or {}
        voice = Voice(interaction)
        try:
            ask = await self._ask(interaction)
            if ask is None:
                await self._nowhere(interaction, voice)
            elif interaction.type is discord.InteractionType.autocomplete:
                await self._complete(ask, voice, data)
            elif interaction.type is discord.InteractionType.application_command:
                await self._command(interaction, ask, voice, data)
            elif interaction.type is discord.InteractionType.component:
                await self._pressed(interaction, ask, voice, data)
            elif interaction.type is discord.InteractionType.modal_submit:
                await self._written(ask, voice, data)
        except WatcherError as error:
            log.error("An answer could not be given: %s", error)
            await voice.sorry(await self._bodies.answer(Card(str(error), tone="bad")))
        except discord.NotFound as error:
            log.warning("An answer came too late for Discord: %s", error)
        except discord.HTTPException as error:
            log.error("Discord did not take an answer: %s", error)
        except (aiohttp.ClientError, OSError) as error:
            log.warning("An answer did not reach Discord: %s", error or type(error).__name__)

    # ------------------------------------------------------------------------------------ who asks

    async def _ask(self, interaction: discord.Interaction) -> Ask | None:
        """Who asks, and from where; None where that belongs to no desk."""
        person = str(interaction.user.id)
        if interaction.guild_id is None or not _is_installed(interaction):
            mine = await self._servers.desk_of_person(
                person, str(interaction.message.id) if interaction.message else ""
            )
            if mine is None:
                return None
            return Ask(mine, Place(PLATFORM, person=person), person, name=interaction.user.display_name)
        allowed = _permissions(interaction)
        desk, managers = await self._servers.asked(interaction.guild_id)
        return Ask(
            desk,
            _place(interaction),
            person,
            may_manage=allowed.manage_guild or allowed.administrator or _has_one(interaction.user, managers),
            name=interaction.user.display_name,
            name_of=partial(_name_of, interaction.guild),
        )

    async def _nowhere(self, interaction: discord.Interaction, voice: Voice) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            await voice.offer(())
            return
        sentence = (
            "I do not know which newsroom you mean here. Type it in a channel of its server; a subscription "
            "with to:me comes here, and then this window answers, too."
        )
        await voice.only(await self._bodies.answer(Card(sentence, tone="bad")))

    # ------------------------------------------------------------------------------------- commands

    async def _complete(self, ask: Ask, voice: Voice, data: Mapping[str, Any]) -> None:
        made = tree.chosen(data)
        typed = str(made.values.get(made.typing) or "")
        await voice.offer(await self._commands.suggest(ask, made.path, made.typing, typed))

    async def _command(
        self, interaction: discord.Interaction, ask: Ask, voice: Voice, data: Mapping[str, Any]
    ) -> None:
        if data.get("type") == tree.MESSAGE_MENU:
            await voice.wait()
            await self._say(ask, voice, await self._pointed_at(ask, data))
            return
        made = tree.chosen(data)
        if made.wants_form and ask.may_manage:
            await voice.open(await self._forms.of_topic(ask, str(made.values.get("name", "")), made.path[-1]))
            return
        await voice.wait()
        values: dict[str, Any] | Card = await _with_names(interaction, made)
        if not isinstance(values, Card):
            values = await _with_files(values, data)
        if isinstance(values, Card):
            await self._say(ask, voice, values)
            return
        card = await self._commands.call(ask, made.path, **values)
        await self._say(ask, voice, card, _forms_of(ask, made, card))

    async def _say(self, ask: Ask, voice: Voice, card: Card, extra: Sequence[Component] = ()) -> None:
        """Answer with a card, and with the button that shows it to everyone."""
        card = speaking.with_ways_out(self._commands.registry, card)
        shown = speaking.in_discords_words(self._commands.registry, card)
        await voice.say(await self._bodies.answer(shown, [*extra, *_show(ask, card)]), card.files)

    async def _pointed_at(self, ask: Ask, data: Mapping[str, Any]) -> Card:
        """The answer to a menu of a message: about the story that the message tells of."""
        messages = (data.get("resolved") or {}).get("messages") or {}
        message: Mapping[str, Any] = messages.get(str(data.get("target_id"))) or {}
        story = pointing.story_in(message)
        if data["name"] == tree.WHY:
            return await pointing.why(self._commands, ask, story)
        return await pointing.coverage(self._commands, ask, story)

    # -------------------------------------------------------------------------------------- buttons

    async def _pressed(
        self, interaction: discord.Interaction, ask: Ask, voice: Voice, data: Mapping[str, Any]
    ) -> None:
        word, _, rest = str(data.get("custom_id", "")).partition(":")
        if word == "run":
            await self._run(ask, voice, rest)
        elif word == "kept":
            await self._run(ask, voice, await self._keeper.find(rest))
        elif word == "open":
            await self._run(ask, voice, (data.get("values") or [None])[0])
        elif word == "page":
            await self._turn(interaction, ask, voice, rest, data)
        elif word == "show":
            await self._show(interaction, voice)
        elif word in ("form", "draft"):
            await self._open_form(ask, voice, word, rest)
        elif word == "save":
            await voice.wait()
            await self._say(ask, voice, await self._forms.save(ask, rest) or _forgotten())
        else:
            await voice.only(await self._bodies.answer(_forgotten()))

    async def _run(self, ask: Ask, voice: Voice, line: Any) -> None:
        await voice.wait()
        card = await self._commands.run(ask, line) if isinstance(line, str) else _forgotten()
        await self._say(ask, voice, card)

    async def _turn(
        self, interaction: discord.Interaction, ask: Ask, voice: Voice, rest: str, data: Mapping[str, Any]
    ) -> None:
        """Turn a page: in place in one's own answer, else as an answer of one's own."""
        word, _, number = rest.partition(":")
        wanted = str((data.get("values") or [number.partition(":")[0]])[0])
        own = interaction.message is not None and interaction.message.flags.ephemeral
        extra = [button("Show everyone", "show")] if ask.place.channel else []
        body = await self._bodies.page(word, int(wanted) if wanted.isdigit() else 0, extra)
        if body is None:
            await voice.only(await self._bodies.answer(_forgotten()))
        elif own:
            await voice.update(body)
        else:
            await voice.only(body)

    async def _show(self, interaction: discord.Interaction, voice: Voice) -> None:
        """Show everyone the page that an answer is at; pressed twice it is shown once."""
        body = _as_shown(interaction.message)
        mark = hash((interaction.message.id if interaction.message else 0, repr(body)))
        if mark in self._shown:
            await voice.only(await self._bodies.answer(Card("Everyone has been shown that already.")))
            return
        self._shown[mark] = None
        if len(self._shown) > SHOWN:
            self._shown.popitem(last=False)
        await voice.everyone(body)

    async def _open_form(self, ask: Ask, voice: Voice, word: str, rest: str) -> None:
        if not ask.may_manage:
            await voice.only(await self._bodies.answer(_for_managers()))
        elif word == "form":
            await voice.open(await self._forms.of_topic(ask, rest, "edit" if rest else "add"))
        else:
            await voice.open(components.form(await self._forms.draft(rest) or Draft()))

    async def _written(self, ask: Ask, voice: Voice, data: Mapping[str, Any]) -> None:
        """A form was sent: show what the topic would catch, before anything is saved."""
        await voice.wait()
        draft = components.filled_in(data)
        card, buttons = await self._forms.previewed(ask, draft)
        await voice.say(await self._bodies.answer(card, buttons))


# ----------------------------------------------------------------------------------- what they share


async def _name_of(guild: discord.Guild | None, person: str) -> str:
    """What people call a member of a server; nothing where there is no such member, or Discord is away."""
    if guild is None or not person.isdigit():
        return ""
    try:
        return (await guild.fetch_member(int(person))).display_name
    except (discord.HTTPException, OSError):
        return ""


def _place(interaction: discord.Interaction) -> Place:
    """Where somebody asks: the forum for a post in it, else the channel or thread."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread) and channel.type in THREADS:
        parent = channel.parent
        if parent is not None and parent.type in FORUM_KINDS:
            return Place(PLATFORM, str(parent.id))
    return Place(PLATFORM, str(interaction.channel_id or ""))


def _is_installed(interaction: discord.Interaction) -> bool:
    """Whether it comes from a server that has Watcher, and not from a person who brought it along."""
    guild = interaction.guild
    known = guild is not None and interaction.client.get_guild(guild.id) is not None
    return known or interaction.is_guild_integration() or not interaction.is_user_integration()


def _permissions(interaction: discord.Interaction) -> discord.Permissions:
    """What somebody may do: by Discord's word, or by their roles where it says nothing of it."""
    person = interaction.user
    if not interaction.permissions.value and isinstance(person, discord.Member) and person.guild.default_role:
        return person.guild_permissions
    return interaction.permissions


def _has_one(person: discord.User | discord.Member, roles: Sequence[str]) -> bool:
    """Whether somebody has one of these roles, by the ids that came with what they did."""
    return isinstance(person, discord.Member) and any(
        role.isdigit() and person._roles.has(int(role)) for role in roles
    )


async def _with_names(interaction: discord.Interaction, made: tree.Chosen) -> dict[str, Any] | Card:
    """The arguments, with channels and roles as mentions; what stands in the way of them, as a card."""
    values = dict(made.values)
    argument = naming.argument_of(made.path, values)
    if argument and interaction.guild is not None:
        said = naming.spelt_out(interaction.guild, str(values.get(argument) or ""))
        fault = await naming.fault_in(interaction, made.path, said)
        if fault:
            return fault
        values |= {argument: said} if said else {}
    return values


async def _with_files(values: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any] | Card:
    """The arguments, with attachments read; a card that says so where one cannot be."""
    found = dict(values)
    attachments = (data.get("resolved") or {}).get("attachments") or {}
    for name, value in values.items():
        given = attachments.get(str(value)) if isinstance(value, str | int) else None
        if given is None:
            continue
        if int(given.get("size", 0)) > LARGEST_FILE:
            return Card("That file is too large: 8 MB are the most.", tone="bad")
        content = await _download(str(given["url"]))
        if content is None:
            return Card("Discord did not hand over that file. Try once more.", tone="bad")
        found[name] = Attachment(str(given.get("filename", "file")), content)
    return found


async def _download(url: str) -> bytes | None:
    timeout = aiohttp.ClientTimeout(total=20)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as web, web.get(url) as answer:
            return await answer.content.read(LARGEST_FILE) if answer.status == 200 else None
    except (aiohttp.ClientError, TimeoutError):
        return None


def _show(ask: Ask, card: Card) -> list[Component]:
    if card.tone == "bad" or card.files or not ask.place.channel:
        return []
    return [button("Show everyone", "show")]


def _forms_of(ask: Ask, made: tree.Chosen, card: Card) -> list[Component]:
    """The buttons that open a form: to edit the topic that is shown, or to add one."""
    if not ask.may_manage or made.path[:2] != ("watch", "topic") or card.tone == "bad":
        return []
    name = re.sub(r"[^\w-]+", "-", str(made.values.get("name", "")).casefold()).strip("-")
    if made.path[2] in ("show", "add", "edit") and name:
        return [button("Edit…", f"form:{name[:40]}")]
    return [button("New topic…", "form:")] if made.path[2] == "list" else []


def _as_shown(message: discord.Message | None) -> Body:
    """An answer as everyone may see it: its text, and what turns its pages."""
    shown: list[Mapping[str, Any]] = [embed.to_dict() for embed in message.embeds] if message else []
    embeds = [{key: value for key, value in embed.items() if key in _OF_EMBEDS} for embed in shown]
    rows = [row.to_dict() for row in message.components] if message else []
    kept = [_turning(row) for row in rows if row.get("type") == 1]
    return {
        "embeds": embeds,
        "components": [row for row in kept if row["components"]],
        "allowed_mentions": {"parse": []},
    }


def _turning(row: Mapping[str, Any]) -> Component:
    pages = [one for one in row["components"] if str(one.get("custom_id", "")).startswith("page:")]
    return {"type": 1, "components": pages}


def _forgotten() -> Card:
    return Card("That button is too old. Ask anew.", tone="bad")


def _for_managers() -> Card:
    sentence = "Topics are what the whole desk sees, so they are for those who manage this server."
    return Card(sentence, tone="bad")
