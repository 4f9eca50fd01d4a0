"""What Slack says of blocks, views and texts; slack_sdk's models judge, and what they do not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.fake_slack.state import Json, SlackError

_KNOWN = {"section", "header", "context", "actions", "divider", "input", "image", "rich_text"}
_MENTION = re.compile(r"<(![a-z]+(?!\^)\b|@[UW]\w+|#C\w+|!subteam)")


def judge_blocks(blocks: list[Json], most: int = 50) -> None:
    """Refuse what Slack would refuse; raises SlackError."""
    if len(blocks) > most:
        raise SlackError("invalid_blocks", detail=f"no more than {most} items allowed")
    total = 0
    for place, block in enumerate(blocks):
        try:
            parsed = Block.parse(block)
            if parsed is None or block.get("type") not in _KNOWN:
                raise SlackError("invalid_blocks", detail=f"unsupported type in {place}")
            parsed.validate_json()
        except SlackObjectFormationError as fault:
            raise SlackError("invalid_blocks", detail=f"{place}: {fault}") from fault
        _judge_block(block)
        total += sum(len(text) for text in texts(block))
    if total > 13_200:
        raise SlackError("msg_blocks_too_long")


def _judge_block(block: Json) -> None:
    kind = block["type"]
    if kind == "section":
        _within(block.get("text", {}).get("text", "x"), 1, 3_000, "section text")
        for one in block.get("fields", []):
            _within(one["text"], 1, 2_000, "field")
    elif kind == "header":
        _within(block["text"]["text"], 1, 150, "header")
    elif kind == "context" and not 1 <= len(block["elements"]) <= 10:
        raise SlackError("invalid_blocks", detail="context elements")
    elif kind == "actions":
        ids = [element.get("action_id") for element in block["elements"]]
        if not 1 <= len(ids) <= 25 or len(set(ids)) != len(ids):
            raise SlackError("invalid_blocks", detail=f"action ids {ids}")
    for element in [*block.get("elements", []), block.get("accessory") or {}]:
        if element.get("type") == "button":
            _within(element["text"]["text"], 1, 75, "button")
            _within(element["action_id"], 1, 255, "action_id")
            _within(element.get("value", "x"), 1, 2_000, "value")


def _within(text: str, least: int, most: int, what: str) -> None:
    if not least <= len(text) <= most:
        raise SlackError("invalid_blocks", detail=f"{what} of {len(text)} characters")


def judge_view(view: Json) -> None:
    """Refuse a view that Slack would refuse; raises SlackError."""
    try:
        View(**view).validate_json()
    except (SlackObjectFormationError, TypeError) as fault:
        raise SlackError("invalid_arguments", detail=str(fault)) from fault
    if view["type"] == "modal":
        _within(view["title"]["text"], 1, 24, "title")
        has_input = any(block["type"] == "input" for block in view["blocks"])
        if has_input and "submit" not in view:
            raise SlackError("invalid_arguments", detail="inputs want a submit")
    judge_blocks(view["blocks"], 100)


def texts(part: Any) -> Iterator[str]:
    """Every text of some blocks."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield value
            elif isinstance(value, dict | list):
                yield from texts(value)
    elif isinstance(part, list):
        for one in part:
            yield from texts(one)


def shown(message: Json) -> str:
    """All that a message shows, a line a text."""
    return "\n".join(texts(message.get("blocks") or [])) or str(message.get("text", ""))


def mentions(message: Json) -> list[str]:
    """Whom a message would call."""
    both = [str(message.get("text", "")), *texts(message.get("blocks") or [])]
    return [found for text in both for found in _MENTION.findall(text)]


def buttons(message: Json) -> dict[str, Json]:
    """The buttons of a message or view, by their labels."""
    found: dict[str, Json] = {}
    for block in message.get("blocks") or []:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("type") == "button":
                found[element["text"]["text"]] = {**element, "block_id": block.get("block_id", "b")}
    return found
