"""Modals and the App Home in Slack's terms, and what was filled in. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from watcher.chat.drafting import Draft
from watcher.chat.galley import length, pack
from watcher.chat.slack.blocks import (
    SECTION,
    Block,
    actions,
    blocks_of,
    button,
    context,
    mrkdwn,
    plain_text,
    too_long,
)
from watcher.chat.slack.wording import runs, words
from watcher.models import SENSITIVITIES, Card, Line, Piece, Topic

TITLE = 24
VIEW_BLOCKS = 100
LONGEST_QUERY = 2_000
INPUT = 3_000
"""Characters that a field of a form takes at most."""
LISTED = 15
"""Topics and subscriptions that the App Home lists before it says how many more there are."""

View = dict[str, Any]


def topic_form(draft: Draft, shown: Card | None = None) -> View:
    """The form of a topic; `shown` is what a preview, or a mistake, has to say."""
    blocks: list[Block] = []
    if not draft.old:
        blocks.append(_input("name", "A short word for it", draft.name, hint="such as kim-putin", most=60))
    blocks += [
        _input("query", "What to look for, as in a search box", draft.query, most=LONGEST_QUERY, lines=True),
        _sensitivity(draft.sensitivity),
        _input("without", "Outlets to leave out", draft.without, hint="rt.com, example.org", optional=True),
        _input("title", "What digests call it", draft.title, optional=True, most=150),
        actions([button("See what it would catch", "preview", "preview")]),
    ]
    if shown is not None:
        blocks += [{"type": "divider"}, *_told(shown)]
    kept = json.dumps({"old": draft.old, "channel": draft.channel})
    return _modal(
        "Edit a topic" if draft.old else "Watch something new",
        blocks,
        callback_id="topic",
        submit=plain_text("Save" if draft.old else "Watch it"),
        private_metadata=kept,
    )


def filled_in(view: Mapping[str, Any]) -> Draft:
    """What somebody has filled in."""
    kept = json.loads(view.get("private_metadata") or "{}")
    values = (view.get("state") or {}).get("values") or {}
    given = {name: _value(values.get(name) or {}) for name in ("name", "query", "title", "without")}
    chosen = _value(values.get("sensitivity") or {})
    return Draft(
        **given,
        sensitivity=chosen if chosen in SENSITIVITIES else "normal",
        old=str(kept.get("old") or ""),
        channel=str(kept.get("channel") or ""),
    )


def _value(block: Mapping[str, Any]) -> str:
    for element in block.values():
        if element.get("selected_option"):
            return str(element["selected_option"].get("value") or "")
        return str(element.get("value") or "").strip()
    return ""


def _input(
    name: str,
    label: str,
    value: str,
    *,
    hint: str = "",
    most: int = 300,
    optional: bool = False,
    lines: bool = False,
) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "max_length": min(INPUT, max(most, length(value))),  # what is there already is not cut
        "multiline": lines,
    }
    element |= {"initial_value": value[:INPUT]} if value else {}
    element |= {"placeholder": plain_text(hint)} if hint else {}
    made = {"type": "input", "block_id": name, "label": plain_text(label), "element": element}
    return made | {"optional": optional}


def _sensitivity(chosen: str) -> Block:
    meaning: dict[str, str] = {
        "strict": "strict: misses more, errs less",
        "normal": "normal",
        "wide": "wide: misses less, errs more",
    }
    options: dict[str, Block] = {
        one: {"text": plain_text(meaning[one]), "value": one} for one in SENSITIVITIES
    }
    element = {
        "type": "static_select",
        "action_id": "sensitivity",
        "options": list(options.values()),
        "initial_option": options.get(chosen) or options["normal"],
    }
    return {
        "type": "input",
        "block_id": "sensitivity",
        "label": plain_text("How much may pass"),
        "element": element,
        "optional": False,
    }


def waiting() -> View:
    """A form that says that something is being done."""
    return _modal("One moment", [_line((Piece("Trying it on the last seven days …"),))])


def result(card: Card) -> View:
    """What became of something, to be read and closed: a card, and of its replies what a form takes."""
    blocks = _with_short_lines(card)
    for place, reply in enumerate(card.replies):
        more = [{"type": "divider"}, *_with_short_lines(reply)]
        if len(blocks) + len(more) >= VIEW_BLOCKS:
            blocks += _more(len(card.replies) - place, "ask for it in a channel")
            break
        blocks += more
    return _modal("Watcher", blocks)


def _with_short_lines(card: Card) -> list[Block]:
    """A card's blocks, without buttons whose lines are too long for one."""
    short = tuple(one for one in card.buttons if one.command not in too_long(card))
    return blocks_of(replace(card, buttons=short))


def _told(card: Card) -> list[Block]:
    """What a card tells, without what to do next: in a form that is to press its button."""
    return blocks_of(replace(card, buttons=(), footer=()))


def _modal(title: str, blocks: Sequence[Block], **more: Any) -> View:
    return {
        "type": "modal",
        "title": plain_text(title[:TITLE]),
        "close": plain_text("Close"),
        "blocks": list(blocks)[:VIEW_BLOCKS],
        **more,
    }


# ----------------------------------------------------------------------------------------- home


@dataclass(frozen=True, slots=True)
class Household:
    """What somebody's App Home shows. `subscriptions` are lines with the numbers to end them by."""

    subscriptions: tuple[tuple[int, Line], ...]
    topics: tuple[Topic, ...]
    health: Line
    may_manage: bool


def home(shown: Household) -> View:
    """The App Home of one person."""
    blocks: list[Block] = [{"type": "header", "text": plain_text("Your subscriptions")}]
    blocks += [_subscription(number, line) for number, line in shown.subscriptions[:LISTED]]
    blocks += _more(len(shown.subscriptions) - LISTED, "/watch subscriptions")
    if not shown.subscriptions:
        blocks.append(
            _line((Piece("None yet. Press below for a digest of every topic, twice a day, from me."),))
        )
    blocks.append(actions([_runs("Bring me digests", "/watch subscribe all 8:00,18:00 --to me", "bring")]))
    blocks.append({"type": "header", "text": plain_text("What this desk watches")})
    blocks += [_topic(topic, shown.may_manage) for topic in shown.topics[:LISTED]]
    blocks += _more(len(shown.topics) - LISTED, "/watch topic list")
    blocks.append(actions(_tools(shown.may_manage)))
    blocks += [{"type": "divider"}, *context(shown.health)]
    return {"type": "home", "blocks": blocks[:VIEW_BLOCKS]}


def _tools(may_manage: bool) -> list[Block]:
    tools = [_runs("Digest of the day", "/digest 24h", "digest"), _runs("Help", "/watch help", "help")]
    if may_manage:
        tools.insert(0, button("Watch something new", "form:new", "new", "primary"))
        tools.append(_runs("Feeds in trouble", "/watch feed health", "health"))
    return tools


def _subscription(number: int, line: Line) -> Block:
    made = _line(line)
    return made | {"accessory": _runs("End it", f"/watch unsubscribe {number} --to me", f"end-{number}")}


def _topic(topic: Topic, may_manage: bool) -> Block:
    query = next(iter(runs(topic.query, 500)), "")
    made = _line((Piece(topic.title or topic.name, "strong"), Piece("  "), Piece(query, "code")))
    if may_manage and len(topic.query) <= LONGEST_QUERY:
        return made | {"accessory": button("Edit", f"form:edit-{topic.id}", topic.name)}
    return made | {"accessory": _runs("See its events", f"/digest {topic.name} 7d", f"see-{topic.id}")}


def _more(number: int, where: str) -> list[Block]:
    return [_line((Piece(f"and {number} more: {where}"),))] if number > 0 else []


def _runs(label: str, line: str, name: str) -> Block:
    return button(label, f"run:{name}", line)


def _line(line: Line) -> Block:
    texts = pack([words(line)], SECTION) or ["…"]
    return {"type": "section", "text": mrkdwn(texts[0])}
