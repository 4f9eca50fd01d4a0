"""The limits that Discord keeps to and its specification does not tell. Codes are Discord's own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")
WELL_FORMED = re.compile(r"https?://[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+(:\d+)?([/?#]\S*)?")
"""Addresses that Discord takes for an embed: it wants a dot in the host, and no underscore."""
EPHEMERAL = 64


@dataclass(frozen=True)
class Denied(Exception):
    """A request that Discord refuses."""

    status: int
    code: int
    message: str


def bad_form(message: str) -> Denied:
    return Denied(400, 50035, f"Invalid Form Body: {message}")


def check_message(body: dict[str, Any], *, files: int = 0) -> None:
    """Raise Denied for a message that Discord would not take."""
    content = body.get("content") or ""
    embeds = body.get("embeds") or []
    if not content and not embeds and not files and not body.get("components"):
        raise Denied(400, 50006, "Cannot send an empty message")
    if len(content) > 2000:
        raise bad_form("content: 2000 or fewer in length")
    if len(embeds) > 10:
        raise bad_form("embeds: 10 or fewer")
    for embed in embeds:
        check_embed(embed)
    if sum(map(embed_size, embeds)) > 6000:
        raise bad_form("embeds: 6000 or fewer in total")
    check_components(body.get("components") or [])


def check_embed(embed: dict[str, Any]) -> None:
    """Raise Denied for an embed that is too long or says nothing."""
    if not any(embed.get(key) for key in ("title", "description", "fields", "image", "author", "footer")):
        raise bad_form("embeds: an embed is empty")
    if len(embed.get("title", "")) > 256 or len(embed.get("description", "")) > 4096:
        raise bad_form("embeds: title 256, description 4096")
    if len(embed.get("fields", [])) > 25:
        raise bad_form("embeds: 25 fields")
    if "url" in embed and not WELL_FORMED.fullmatch(embed["url"]):
        raise bad_form(f"embeds: not a well formed URL: {embed['url']}")


def embed_size(embed: dict[str, Any]) -> int:
    """Characters of an embed as Discord adds them up."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [text for field in embed.get("fields", []) for text in (field["name"], field["value"])]
    return sum(len(text) for text in texts if text)


def check_components(rows: list[dict[str, Any]]) -> None:
    """Raise Denied for rows that are too many or too full, or for two things of one id."""
    if len(rows) > 5:
        raise bad_form("components: 5 rows")
    ids: Counter[str] = Counter()
    for row in rows:
        inside = row.get("components", [])
        if row["type"] != 1 or not inside:
            raise bad_form("components: rows with something in them")
        width = sum(5 if one["type"] != 2 else 1 for one in inside)
        if width > 5:
            raise bad_form("components: 5 buttons or one menu a row")
        ids.update(one["custom_id"] for one in inside if one.get("custom_id"))
        for one in inside:
            check_component(one)
    if [id_ for id_, number in ids.items() if number > 1]:
        raise bad_form("components: custom_id cannot be duplicated")


def check_component(one: dict[str, Any]) -> None:
    """Raise Denied for a button or menu that Discord would not take."""
    if len(one.get("custom_id", "")) > 100:
        raise bad_form("custom_id: 100 or fewer in length")
    if one["type"] == 2 and not (one.get("label") or one.get("emoji")):
        raise bad_form("a button needs a label or an emoji")
    if one["type"] == 2 and len(one.get("label") or "") > 80:
        raise bad_form("label: 80 or fewer in length")
    if one["type"] == 3:
        values = [option["value"] for option in one["options"]]
        if not 1 <= len(values) <= 25 or len(set(values)) != len(values):
            raise bad_form("options: 1 to 25, each its own")
        if any(not 1 <= len(option["label"].strip()) <= 100 for option in one["options"]):
            raise bad_form("options: labels of 1 to 100")


def check_commands(commands: list[dict[str, Any]]) -> None:
    """Raise Denied for commands that Discord would not register."""
    for command in commands:
        if command.get("type", 1) != 1:
            continue
        _check_node(command)
        if _weight(command) > 8000:
            raise bad_form(f"{command['name']}: 8000 characters in all, not {_weight(command)}")
    for kind in (1, 2, 3):
        _check_siblings([one for one in commands if one.get("type", 1) == kind])


def _check_node(node: dict[str, Any]) -> None:
    for name in (node["name"], *(node.get("name_localizations") or {}).values()):
        if not COMMAND_NAME.fullmatch(name) or name != name.lower():
            raise bad_form(f"name: {name!r} is no name for a command")
    if not 1 <= len(node["description"]) <= 100:
        raise bad_form(f"{node['name']}: a description of 1 to 100")
    options = node.get("options") or []
    if len(options) > 25:
        raise bad_form(f"{node['name']}: 25 options")
    needed = [bool(option.get("required")) for option in options]
    if needed != sorted(needed, reverse=True):
        raise bad_form(f"{node['name']}: required options come first")
    if any(option.get("choices") and option.get("autocomplete") for option in options):
        raise bad_form(f"{node['name']}: choices or autocomplete, not both")
    _check_siblings(options)
    for option in options:
        _check_node(option)


def _check_siblings(nodes: list[dict[str, Any]]) -> None:
    locales = {locale for node in nodes for locale in (node.get("name_localizations") or {})}
    for locale in ("en-US", *locales):
        names = [(node.get("name_localizations") or {}).get(locale, node["name"]) for node in nodes]
        if len(set(names)) != len(names):
            raise bad_form(f"two options have one name in {locale}: {sorted(names)}")


def _weight(node: dict[str, Any]) -> int:
    """The longest translation counts."""
    names = [node["name"], *(node.get("name_localizations") or {}).values()]
    texts = [node["description"], *(node.get("description_localizations") or {}).values()]
    own = max(map(len, names)) + max(map(len, texts))
    choices = sum(len(one["name"]) + len(str(one["value"])) for one in node.get("choices") or [])
    return own + choices + sum(_weight(option) for option in node.get("options") or [])
