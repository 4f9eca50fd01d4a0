"""The registry of commands as Discord's application commands, and back from what somebody chose. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from watcher.chat.commands import Argument, Command, Registry
from watcher.chat.discord import languages
from watcher.desk.headline import cut

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, ATTACHMENT = 1, 2, 3, 4, 5, 11
MESSAGE_MENU = 3
ALONE = ("event", "alert", "oncall")
"""Groups that stand beside /watch: with them it would pass the 8,000 characters that Discord lets it have."""
GUILDS_ONLY = {"contexts": [0], "integration_types": [0], "dm_permission": False}
MODAL_PATHS = (("watch", "topic", "add"), ("watch", "topic", "edit"))
"""Commands that, given no query, open a form to write it in."""

COVERAGE, WHY = "Find coverage", "Why?"
_GROUPS = {
    ("watch",): "Topics, subscriptions, feeds and settings of this desk",
    ("watch", "topic"): "What this desk watches",
    ("watch", "feed"): "Where the stories come from",
    ("watch", "name"): "The names that this desk has added",
    ("watch", "event"): "One event: see, follow, mute, merge or split it",
    ("watch", "alert"): "What broke, and who has it",
    ("watch", "oncall"): "Who is on call, and when",
}
_TYPES = {"number": INTEGER, "flag": BOOLEAN, "file": ATTACHMENT}

Payload = dict[str, Any]


def commands_payload(registry: Registry) -> list[Payload]:
    """Every command as Discord wants to be told of it, the menus of messages last."""
    alone = [("watch", word) for word in registry.below(("watch",)) if word in ALONE]
    paths = [*((word,) for word in registry.below(())), *alone]
    top = [_node(registry, path) | GUILDS_ONLY | {"type": 1} for path in paths]
    return [*top, *(_menu(name) for name in (COVERAGE, WHY))]


def typed(path: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a command as they are typed at Discord."""
    return path[1:] if path[:1] == ("watch",) and path[1:2] and path[1] in ALONE else path


def meant(path: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a command as they are everywhere else."""
    return ("watch", *path) if path[0] in ALONE else path


def fingerprint(payload: list[Payload]) -> str:
    """A word that changes when the commands do."""
    return hashlib.blake2b(json.dumps(payload, sort_keys=True).encode(), digest_size=16).hexdigest()


def _menu(name: str) -> Payload:
    return {
        "type": MESSAGE_MENU,
        "name": name,
        "name_localizations": languages.names(name),
        **GUILDS_ONLY,
    }


def _node(registry: Registry, path: tuple[str, ...]) -> Payload:
    """A command, or a group with what is under it."""
    command = registry.get(path)
    if command:
        described = command.description
        options = _options(command)
    else:
        described = _GROUPS.get(path, " ".join(path))
        below = [(*path, word) for word in registry.below(path)]
        options = [_under(registry, one) for one in below if typed(one) == one or path[1:]]
    return {
        "name": path[-1],
        "name_localizations": languages.names(path[-1]),
        "description": cut(described, 100),
        "description_localizations": languages.descriptions(path),
        "options": options,
    }


def _under(registry: Registry, path: tuple[str, ...]) -> Payload:
    return {"type": SUBCOMMAND if registry.get(path) else GROUP} | _node(registry, path)


def _options(command: Command) -> list[Payload]:
    """The arguments, those that are needed first, as Discord will have it."""
    options = [_option(argument, command) for argument in command.arguments]
    return sorted(options, key=lambda option: not option["required"])


def _option(argument: Argument, command: Command) -> Payload:
    kind = _TYPES.get(argument.kind, STRING)
    option: Payload = {
        "type": kind,
        "name": argument.word,
        "name_localizations": languages.names(argument.word),
        "description": cut(_described(argument), 100),
        "required": not argument.optional and not _asked_in_form(argument, command),
    }
    if argument.choices:
        option["choices"] = [{"name": choice, "value": choice} for choice in argument.choices[:25]]
    elif argument.source and kind == STRING:
        option["autocomplete"] = True
    return option


def _asked_in_form(argument: Argument, command: Command) -> bool:
    return command.path in MODAL_PATHS and argument.name in ("name", "query")


def _described(argument: Argument) -> str:
    return argument.description[:1].upper() + argument.description[1:]


# ----------------------------------------------------------------------------------------- back


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose: a command's words and its arguments, and which of them is being typed."""

    path: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    typing: str = ""

    @property
    def wants_form(self) -> bool:
        """Whether this is to be written in a form: a topic to add or edit, of which no more is said."""
        return self.path in MODAL_PATHS and not set(self.values) - {"name"}


def chosen(data: Mapping[str, Any]) -> Chosen:
    """What an interaction's data say, attachments by their ids."""
    path: tuple[str, ...] = (data["name"],)
    options = data.get("options") or []
    while options and options[0]["type"] in (SUBCOMMAND, GROUP):
        path = (*path, options[0]["name"])
        options = options[0].get("options") or []
    values = {option["name"].replace("-", "_"): option.get("value") for option in options}
    typing = next((option["name"] for option in options if option.get("focused")), "")
    return Chosen(meant(path), values, typing.replace("-", "_"))
