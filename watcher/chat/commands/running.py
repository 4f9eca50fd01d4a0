"""Running a command: from a line or from a platform's own arguments to a card, whatever happens."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from watcher.chat.commands import cards
from watcher.chat.commands.completing import completions, suggestions
from watcher.chat.commands.desk import Glance, glance
from watcher.chat.commands.help import EVERY
from watcher.chat.commands.newsroom import Ask, Newsroom
from watcher.chat.commands.registry import Command, Registry
from watcher.chat.commands.words import Misspoken, read_line, value_of
from watcher.models import Attachment, Card, Piece, WatcherError

log = logging.getLogger(__name__)

_BYTES = re.compile("[\udc80-\udcff]")
"""What Python reads bytes as that are no letters: a search without them is another one."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Commands:
    """The commands of a newsroom, for every platform.

    No method but `run_strictly` raises for what somebody typed, or for what went wrong with it: the answer
    is a card.
    """

    def __init__(self, newsroom: Newsroom, registry: Registry = EVERY) -> None:
        self.newsroom = newsroom
        self.registry = registry

    async def run(self, ask: Ask, line: str) -> Card:
        """Answer a line as typed: `/digest kim-putin 24h`, `/watch topic add NAME QUERY`."""
        try:
            return await self.run_strictly(ask, line)
        except Misspoken as slip:
            return cards.misspoken(slip)
        except WatcherError as expected:
            return cards.sorry(str(expected))

    async def run_strictly(self, ask: Ask, line: str) -> Card:
        """As `run`, for who tells wrong words from what could not be done: raises WatcherError, Misspoken."""
        if _BYTES.search(line):
            raise Misspoken(
                "That is not all UTF-8, so nothing was done. Type it anew, or save it as UTF-8.",
                shown=(Piece(_BYTES.sub("\N{REPLACEMENT CHARACTER}", line), "code"),),
            )
        try:
            command, values = read_line(self.registry, _whole(line))
        except Misspoken as slip:
            if slip.command and (refusal := _refusal(slip.command, ask)):
                return refusal
            raise
        return await self._answer(ask, command, values)

    async def call(self, ask: Ask, path: str | Sequence[str], **args: object) -> Card:
        """Answer a command that the platform has taken apart itself; texts are read as if typed."""
        words = tuple(path.split()) if isinstance(path, str) else tuple(path)
        command = self.registry.get(words)
        if command is None:
            return cards.sorry(f"There is no command /{' '.join(words)}.", "/watch help shows what there is.")
        if refusal := _refusal(command, ask):
            return refusal
        try:
            whole = {key: _whole(value) if isinstance(value, str) else value for key, value in args.items()}
            return await self._answer(ask, command, _read(command, whole))
        except Misspoken as slip:
            return cards.misspoken(slip)
        except WatcherError as expected:
            return cards.sorry(str(expected))

    async def complete(self, ask: Ask, text: str) -> list[str]:
        """What the last word of a line may become, likeliest first."""
        return await completions(self.registry, self.newsroom, self._of_desk(ask), text)

    async def glance(self, ask: Ask) -> Glance:
        """How the newsroom stands, for a status bar; raises WatcherError where the store cannot be read."""
        return await glance(self.newsroom, self._of_desk(ask))

    async def suggest(self, ask: Ask, path: Sequence[str], argument: str, typed: str) -> list[str]:
        """At most 25 values for one argument of a command, likeliest first."""
        command = self.registry.get(path)
        found = command.argument(argument) if command else None
        asked = self._of_desk(ask)
        return await suggestions(self.registry, self.newsroom, asked, found, typed) if found else []

    def _of_desk(self, ask: Ask) -> Ask:
        """Who asks, for the desk that theirs is where it is in several places."""
        desk = self.newsroom.desk_of(ask.desk)
        return ask if desk == ask.desk else replace(ask, desk=desk, home=ask.desk)

    async def _answer(self, ask: Ask, command: Command, values: Mapping[str, object]) -> Card:
        ask = self._of_desk(ask)
        if refusal := _refusal(command, ask):
            return refusal
        try:
            return await command.run(self.newsroom, ask, **await _opened(ask, command, values))
        except WatcherError:
            raise
        except Exception:
            # One command that breaks must not take the chat down.
            reference = secrets.token_hex(3)
            log.exception("command %s failed, reference %s", command.line, reference)
            return cards.broken(reference)


def _refusal(command: Command, ask: Ask) -> Card | None:
    """What somebody is told who may not give a command, before anything that is wrong with its words."""
    if not command.manager or ask.may_manage:
        return None
    return cards.sorry(
        f"{command.line} changes what the whole desk sees, so it is for those who manage it.",
        "Ask one of them, or an administrator, to make you one.",
    )


def _whole(text: str) -> str:
    """A text without halves of letters and control characters, which nothing can store or show."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode("utf-8"))


def _read(command: Command, args: Mapping[str, object]) -> dict[str, object]:
    """A platform's own arguments, the texts among them read as if typed; absent ones left out."""
    read: dict[str, object] = {}
    for name, given in args.items():
        argument = command.argument(name)
        if argument is None:
            raise Misspoken(f"{command.line} takes no {name}.", command.examples, command)
        if given is None:
            continue
        read[argument.name] = value_of(argument, [given]) if isinstance(given, str) else given
    missing = [a for a in command.arguments if not a.optional and a.name not in read]
    if missing:
        raise Misspoken(f"{command.line} still needs {missing[0].word}.", command.examples, command)
    return read


async def _opened(ask: Ask, command: Command, values: Mapping[str, object]) -> dict[str, object]:
    """The arguments, with files that were only named read through the platform."""
    opened = dict(values)
    for argument in command.arguments:
        given = opened.get(argument.name)
        if argument.kind == "file" and given is not None and not isinstance(given, Attachment):
            if ask.open_file is None:
                raise Misspoken("Attach the file to the command; I cannot open one by its name here.")
            opened[argument.name] = await ask.open_file(str(given))
    return opened
