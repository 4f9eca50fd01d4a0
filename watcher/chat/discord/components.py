"""Buttons, menus and forms as Discord takes them, and what pressing them means. Pure.

What a button does stands in its own id, so that it works after any restart:
`run:LINE` runs a line, `kept:WORD` one too long for an id, `open:` the line that is chosen, `page:WORD:N`
turns a page, `show` shows an answer to everyone, `form:NAME` and `draft:WORD` open the form of a topic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from watcher.chat.discord.wording import is_blank
from watcher.chat.drafting import Draft
from watcher.chat.galley import length
from watcher.desk.compose import literal
from watcher.desk.headline import cut
from watcher.models import Button, Card

ID = 100
A_ROW, ROWS = 5, 5
OPTIONS = 25
INPUT = 4_000
"""Characters that a field of a form takes at most."""

Component = dict[str, Any]

_STYLES = {"primary": 1, "plain": 2, "danger": 4}


def button(label: str, id_: str, style: int = 2, *, disabled: bool = False) -> Component:
    """A button; its label is cut where Discord takes no more."""
    shown = cut(literal(label), 38) or "…"
    made: Component = {"type": 2, "style": style, "label": shown, "custom_id": id_}
    return made | ({"disabled": True} if disabled else {})


def run_id(line: str) -> str:
    """The id of a button that runs a line; empty where the line is too long for one."""
    return id_ if len(id_ := f"run:{line}") <= ID else ""


def of_buttons(buttons: Sequence[Button], kept: Mapping[str, str]) -> list[Component]:
    """A card's buttons; `kept` are the words by which lines are kept that are too long for an id."""
    made = [
        button(one.label, run_id(one.command) or f"kept:{kept[one.command]}", _STYLES[one.style])
        for one in buttons
    ]
    return list({one["custom_id"]: one for one in made}.values())


def turning(word: str, page: int, titles: Sequence[str]) -> list[Component]:
    """What turns the pages of a long card: back, where one is, on."""
    last = len(titles) - 1
    return [
        button("◀", f"page:{word}:{max(0, page - 1)}:back", disabled=page == 0),
        button(f"{page + 1} / {last + 1}", f"page:{word}:{page}:here", disabled=True),
        button("▶", f"page:{word}:{min(last, page + 1)}:on", disabled=page == last),
    ]


def jumping(word: str, page: int, titles: Sequence[str]) -> Component:
    """A menu of the pages of a long card, by what each of them begins with."""
    options = [
        {
            "label": _label(title, f"Page {place + 1}"),
            "value": str(place),
            "default": place == page,
        }
        for place, title in enumerate(titles[:OPTIONS])
    ]
    return {
        "type": 3,
        "custom_id": f"page:{word}:jump",
        "placeholder": "Go to…",
        "options": options,
        "min_values": 1,
        "max_values": 1,
    }


def _label(title: str, otherwise: str) -> str:
    return otherwise if is_blank(title) else cut(literal(title), 50)


def opening(replies: Sequence[Card]) -> list[Component]:
    """A menu of the events on a page: choosing one runs its last button, which shows it with all its own."""
    lines = {one.buttons[-1].command: one.title for one in replies if one.buttons}
    options = [
        {"label": _label(title, "(no headline)"), "value": line}
        for line, title in lines.items()
        if len(line) <= ID
    ]
    if not options:
        return []
    menu = {"type": 3, "custom_id": "open:", "placeholder": "Follow, mute, merge, more…"}
    return [menu | {"options": options[:OPTIONS], "min_values": 1, "max_values": 1}]


def in_rows(*groups: Iterable[Component]) -> list[Component]:
    """Components in rows, each group beginning one of its own; what does not fit is left out."""
    rows: list[Component] = []
    for group in groups:
        listed = list(group)
        rows += [
            {"type": 1, "components": listed[start : start + A_ROW]} for start in range(0, len(listed), A_ROW)
        ]
    return rows[:ROWS]


# ------------------------------------------------------------------------------------------ forms


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    label: str
    placeholder: str
    most: int
    several_lines: bool = False


_FIELDS = (
    _Field("name", "A short word for it", "kim-putin", 40),
    _Field(
        "query", "What to look for, as in a search box", "kim jong un putin (summit OR meet*)", 2_000, True
    ),
    _Field("title", "What digests call it", "The summit", 100),
    _Field("without", "Outlets to leave out", "rt.com, example.org", 300),
    _Field("sensitivity", "How much may pass: strict, normal or wide", "normal", 10),
)


def form(draft: Draft) -> Component:
    """The form of a topic, filled in as far as it is known."""
    title = f"Edit {draft.old}" if draft.old else "Watch something new"
    rows = [
        {"type": 1, "components": [_input(field, getattr(draft, field.name))]}
        for field in _FIELDS
        if not (draft.old and field.name == "name")
    ]
    return {"custom_id": f"topic:{draft.old}", "title": cut(title, 45), "components": rows}


def _input(field: _Field, value: str) -> Component:
    """A field, filled in. What is there already is not cut: it would be saved so."""
    made: Component = {
        "type": 4,
        "custom_id": field.name,
        "style": 2 if field.several_lines else 1,
        "label": field.label,
        "placeholder": field.placeholder,
        "required": field.name in ("name", "query"),
        "max_length": min(INPUT, max(field.most, length(value))),
    }
    return made | ({"value": value[:INPUT]} if value else {})


def filled_in(data: Mapping[str, Any]) -> Draft:
    """What somebody wrote in the form."""
    said: dict[str, str] = {}
    for row in data.get("components") or []:
        for one in row.get("components") or [row.get("component") or {}]:
            if one.get("custom_id"):
                said[one["custom_id"]] = str(one.get("value") or "").strip()
    old = str(data["custom_id"]).partition(":")[2]
    known = {field.name: said.get(field.name, "") for field in _FIELDS}
    known["sensitivity"] = known["sensitivity"].casefold() or "normal"
    return Draft(**(known | {"name": known["name"] or old}), old=old)
