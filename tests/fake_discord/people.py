"""What people do on Discord, and what they then see."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.fake_discord import limits
from tests.fake_discord.world import DM, MANAGE_GUILD, THREADS, Channel, Message, user

if TYPE_CHECKING:
    from tests.fake_discord.server import FakeDiscord

_ESCAPE = re.compile(r"\\([^\w\s])")


class NoSuchThing(AssertionError):
    """A person looked for a command, an option or a button that is not there."""


@dataclass
class Interaction:
    """Something that a person did, and what came of it."""

    id: str
    kind: int
    at: datetime
    fake: FakeDiscord
    channel: Channel
    by: str
    pressed: Message | None = None
    acknowledged: bool = False
    ephemeral: bool = False
    message: Message | None = None
    choices: list[str] = field(default_factory=list)
    form: dict[str, Any] | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, kind: int, data: dict[str, Any]) -> None:
        """Take the bot's first word."""
        if kind == 4:
            limits.check_message(data)
        if kind in (4, 5):
            self.ephemeral = bool(data.get("flags", 0) & limits.EPHEMERAL)
            self._put(data)
        if kind == 7:
            assert self.pressed is not None
            limits.check_message({**self.pressed, **data})
            self.pressed |= {key: data[key] for key in ("embeds", "components") if key in data}
            self.message, self.ephemeral = self.pressed, bool(self.pressed["flags"] & limits.EPHEMERAL)
        if kind == 8:
            if len(data["choices"]) > 25:
                raise limits.bad_form("choices: 25 or fewer")
            self.choices = [one["value"] for one in data["choices"]]
        if kind == 9:
            limits.check_components(data["components"])
            self.form = data
        self.acknowledged = True
        if kind != 5:
            self.done.set()

    def _put(self, data: dict[str, Any]) -> None:
        author = user(self.fake.world.bot, "watcher", bot=True)
        self.message = self.fake.world.message(self.channel, data, author)
        asker = user(self.by, self.fake.world.people[self.by])
        self.message["interaction_metadata"] = {"id": self.id, "type": self.kind, "user": asker}
        self.message["interaction_metadata"]["authorizing_integration_owners"] = {}
        if self.ephemeral:  # nobody else has it
            del self.channel.messages[self.message["id"]]

    def change(self, body: dict[str, Any], files: list[str]) -> Message:
        """Take the answer that was announced."""
        assert self.message is not None
        limits.check_message(body, files=len(files))
        self.message |= {key: body[key] for key in ("content", "embeds", "components") if key in body}
        self.message["attachments"] = [{"id": str(n), "filename": name} for n, name in enumerate(files)]
        self.done.set()
        return self.message


@dataclass
class Answer:
    """What a person sees after something they did."""

    person: Person
    channel: Channel
    message: Message
    ephemeral: bool = False
    choices: list[str] = field(default_factory=list)
    form: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """All that can be read of it, without Discord's backslashes."""
        return text_of(self.message)

    @property
    def choosable(self) -> dict[str, str]:
        """What can be chosen from its menus: labels, and the values that they stand for."""
        menus = [one for one in _components(self.message) if one["type"] == 3]
        return {option["label"]: option["value"] for one in menus for option in one["options"]}

    @property
    def labels(self) -> list[str]:
        """What its buttons say."""
        return [one["label"] for one in _components(self.message) if one["type"] == 2]


def text_of(message: Message) -> str:
    """All that can be read of a message, without Discord's backslashes."""
    parts = [message["content"]]
    for embed in message["embeds"]:
        parts += [embed.get("title", ""), embed.get("description", "")]
    return _ESCAPE.sub(r"\1", "\n".join(part for part in parts if part))


def _components(message: Message) -> list[dict[str, Any]]:
    return [one for row in message["components"] for one in row["components"]]


class Person:
    """Somebody in a server. `manager` has Manage Server."""

    def __init__(self, fake: FakeDiscord, name: str, *, manager: bool = False, locale: str = "en-US") -> None:
        self._fake = fake
        self.id = fake.world.snowflake()
        self.name = name
        fake.world.people[self.id] = name
        self.manager = manager
        self.locale = locale
        self.roles: list[str] = []
        self.brings_it_along = False  # whether the bot is installed for this person, wherever they are

    async def command(self, channel: Channel, line: str, **options: Any) -> Answer:
        """Give a command with its options."""
        return await self._do(channel, 2, self._command_data(line, options))

    async def complete(self, channel: Channel, line: str, typing: str, **options: Any) -> list[str]:
        """What is offered for the option that is being typed."""
        data = self._command_data(line, options, typing)
        return (await self._do(channel, 4, data)).choices

    async def menu(self, channel: Channel, name: str, message: Message) -> Answer:
        """Choose from the menu of a message."""
        if not any(one["name"] == name and one["type"] == 3 for one in self._fake.world.commands):
            raise NoSuchThing(f"There is no menu {name!r}.")
        data = {"id": "1", "name": name, "type": 3, "target_id": message["id"]}
        return await self._do(channel, 2, data | {"resolved": {"messages": {message["id"]: message}}})

    async def press(self, what: Answer | Message, label: str, channel: Channel | None = None) -> Answer:
        """Press a button."""
        message = what.message if isinstance(what, Answer) else what
        found = [one for one in _components(message) if one.get("label") == label]
        if not found or found[0].get("disabled"):
            raise NoSuchThing(f"There is no button {label!r} to press.")
        data = {"custom_id": found[0]["custom_id"], "component_type": 2}
        return await self._do(channel or self._where(what), 3, data, message)

    async def choose(self, what: Answer | Message, value: str, channel: Channel | None = None) -> Answer:
        """Choose from a menu in a message."""
        message = what.message if isinstance(what, Answer) else what
        menus = [one for one in _components(message) if one["type"] == 3]
        found = [one for one in menus if value in [option["value"] for option in one["options"]]]
        if not found:
            raise NoSuchThing(f"There is no {value!r} to choose.")
        menu = found[0]
        data = {"custom_id": menu["custom_id"], "component_type": 3, "values": [value]}
        return await self._do(channel or self._where(what), 3, data, message)

    async def submit(self, what: Answer, **said: str) -> Answer:
        """Fill in a form and send it; fields left out stay as they were."""
        assert what.form is not None
        rows = []
        for row in what.form["components"]:
            one = row["components"][0]
            value = said.get(one["custom_id"], one.get("value", ""))
            if one["required"] and not value:
                raise NoSuchThing(f"{one['custom_id']} has to be filled in.")
            rows.append(
                {"type": 1, "components": [{"type": 4, "custom_id": one["custom_id"], "value": value}]}
            )
        data = {"custom_id": what.form["custom_id"], "components": rows}
        return await self._do(what.channel, 5, data)

    # ----------------------------------------------------------------------------------- how

    def _where(self, what: Answer | Message) -> Channel:
        return what.channel if isinstance(what, Answer) else self._fake.world.channels[what["channel_id"]]

    def _command_data(self, line: str, options: dict[str, Any], typing: str = "") -> dict[str, Any]:
        first, *words = line.split()
        node = self._named(self._fake.world.commands, first, line)
        made: dict[str, Any] = {"id": "1", "name": first, "type": 1}
        at = made
        for word in words:
            node = self._named(node["options"], word, line)
            below = {"type": node["type"], "name": word}
            at["options"] = [below]
            at = below
        resolved: dict[str, Any] = {}
        at["options"] = [self._option(node, name, value, typing, resolved) for name, value in options.items()]
        missing = [one["name"] for one in node["options"] if one.get("required")]
        for name in missing:
            if not typing and name.replace("-", "_") not in options:
                raise NoSuchThing(f"/{line} needs {name}.")
        return made | ({"resolved": {"attachments": resolved}} if resolved else {})

    def _option(
        self, node: dict[str, Any], name: str, value: Any, typing: str, resolved: dict[str, Any]
    ) -> dict[str, Any]:
        known = self._named(node["options"], name.replace("_", "-"), name)
        if isinstance(value, tuple):  # a file: its name and what is in it
            id_ = self._fake.upload(*value)
            resolved[id_] = {
                "id": id_,
                "filename": value[0],
                "size": len(value[1]),
                "url": self._fake.file_url(id_),
            }
            value = id_
        if "choices" in known and value not in [one["value"] for one in known["choices"]]:
            raise NoSuchThing(f"{value!r} is no choice of {name}.")
        made = {"type": known["type"], "name": known["name"], "value": value}
        return made | ({"focused": True} if typing == name else {})

    def _named(self, nodes: list[dict[str, Any]], name: str, line: str) -> dict[str, Any]:
        for node in nodes:
            if node["name"] == name:
                return node
        raise NoSuchThing(f"/{line}: there is no {name!r}, only {[node['name'] for node in nodes]}.")

    async def _do(
        self, channel: Channel, kind: int, data: dict[str, Any], message: Message | None = None
    ) -> Answer:
        interaction = Interaction(
            self._fake.world.snowflake(), kind, self._fake.world.now(), self._fake, channel, self.id, message
        )
        token = f"token-{interaction.id}"
        self._fake.interactions[token] = interaction
        await self._fake.gateway.tell("INTERACTION_CREATE", self._event(interaction, token, data, message))
        await asyncio.wait_for(interaction.done.wait(), self._fake.patience)
        seen = interaction.message or {"content": "", "embeds": [], "components": []}
        return Answer(self, channel, seen, interaction.ephemeral, interaction.choices, interaction.form)

    def _event(
        self, interaction: Interaction, token: str, data: dict[str, Any], message: Message | None
    ) -> dict[str, Any]:
        channel = interaction.channel
        event: dict[str, Any] = {
            "id": interaction.id,
            "application_id": self._fake.world.application,
            "type": interaction.kind,
            "data": data,
            "token": token,
            "version": 1,
            "channel_id": channel.id,
            "channel": {"id": channel.id, "type": channel.kind, "name": channel.name},
            "locale": self.locale,
            "entitlements": [],
            "authorizing_integration_owners": {},
            "attachment_size_limit": 10_000_000,
            "app_permissions": str(channel.permissions()),
        }
        if channel.kind in THREADS:
            event["channel"] = channel.as_object()
        if message is not None:
            event["message"] = message
        if channel.kind == DM:
            event["channel"] = channel.as_object()
            return event | {"user": user(self.id, self.name), "context": 1}
        assert channel.guild
        member = {
            "user": user(self.id, self.name),
            "roles": self.roles,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": str(MANAGE_GUILD if self.manager else 0),
        }
        event |= {"guild_id": channel.guild.id, "guild_locale": "en-US", "member": member, "context": 0}
        if self.brings_it_along:
            event["authorizing_integration_owners"] = {"1": self.id}
        if self._fake.world.laconic:
            for name in ("channel", "app_permissions", "context", "attachment_size_limit", "version"):
                del event[name]
            for name in ("permissions", "flags", "deaf", "mute", "joined_at"):
                del member[name]
            if message is not None:
                wanted = ("id", "channel_id", "author", "timestamp", "embeds", "components", "flags")
                event["message"] = {name: message[name] for name in wanted if message.get(name)}
        return event
