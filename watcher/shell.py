"""Answers as the command line gives them: `/watch topic show` is `bot.py topics show` there.

So is `/digest kim 3d`, `bot.py digest kim --window 3d`.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

from watcher.chat.commands.digest import WINDOW_SHAPE
from watcher.models import Card, Line, Section

FEEDS = ("list", "add", "remove", "test", "health", "import", "export")
TOPICS = ("list", "add", "edit", "remove", "test", "show")
_LINE = re.compile(rf"/watch (?:(feed) ({'|'.join(FEEDS)})|(topic) ({'|'.join(TOPICS)}))\b")
_DIGEST = re.compile(
    rf"/digest(?: +(?P<window>{WINDOW_SHAPE})| +(?P<topic>\"[^\"]*\"|[^\s\"[]+)(?: +(?P<then>[^[]+))?)?", re.I
)
_TOKEN = re.compile(r'(?:"[^"]*"|\S)+')
_SPECIAL = re.compile(r"""["'()&;<>*?$`\\]|^#""")


def as_typed_here(card: Card) -> Card:
    """A card whose commands are those of the command line where it has them, else the chat's."""
    sections = tuple(Section(tuple(map(_line, one.lines)), one.heading, one.bullets) for one in card.sections)
    buttons = tuple(replace(one, command=_typed(one.command)) for one in card.buttons)
    title = _LINE.sub(_words, card.title)
    return replace(card, title=title, sections=sections, footer=_line(card.footer), buttons=buttons)


def _line(line: Line) -> Line:
    return tuple(replace(one, text=_typed(one.text)) if one.style == "code" else one for one in line)


def _typed(command: str) -> str:
    """A command of the chat as one types it in a shell, what means something to shells in quotes."""
    if digest := _DIGEST.fullmatch(command):
        return _digest(digest)
    found = _LINE.match(command)
    if found is None:
        return command
    rest = [
        shlex.quote(word) if _SPECIAL.search(word) else word
        for word in _together(_TOKEN.findall(command[found.end() :]))
    ]
    # What a query leaves out (-kardashian) is no option of the command line.
    ends = ["--"] if any(re.match(r"-[^-]", word) for word in rest) else []
    return " ".join([_words(found), *ends, *rest])


def _together(words: list[str]) -> list[str]:
    """Words with those of a query that want quotes as one, so that they stand in one pair: '(a OR b)'."""
    options = next((at for at, word in enumerate(words) if word.startswith("--")), len(words))
    special = [at for at in range(1, options) if _SPECIAL.search(words[at])]
    if not special:
        return words
    first, after = special[0], special[-1] + 1
    return [*words[:first], " ".join(words[first:after]), *words[after:]]


def _digest(found: re.Match[str]) -> str:
    window, topic = found["window"] or found["then"], found["topic"]
    words = [shlex.quote(topic.strip('"'))] if topic else []
    words += ["--window", shlex.quote(window)] if window else []
    return " ".join(["bot.py digest", *words])


def _words(found: re.Match[str]) -> str:
    room, word = [part for part in found.groups() if part]
    return f"bot.py {room}s {word}"
