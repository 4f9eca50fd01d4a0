"""docs/commands.md, written from the commands themselves: `make docs`."""

from __future__ import annotations

from pathlib import Path

from watcher.chat.commands.help import EVERY
from watcher.chat.commands.registry import Argument, Command

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
HEAD = """# Commands

Typed the same way on the terminal, on Slack and, as application commands, on Discord. Written by `make docs`
from the commands themselves.

An argument in `[brackets]` may be left out; `--name` arguments are named, the others stand in their place. A
mistyped word is answered with the nearest right one. Commands marked *manager* change what the whole desk
sees. On Discord `/watch event`, `/watch alert` and `/watch oncall` are `/event`, `/alert` and `/oncall`.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(map(_command, EVERY.commands))


def _command(command: Command) -> str:
    manager = " *manager*" if command.manager else ""
    usage = " ".join([command.line, *map(_usage, command.arguments)])
    rows = "".join(map(_row, command.arguments))
    table = f"\n| argument | what it is |\n|---|---|\n{rows}" if rows else ""
    examples = "".join(f"    {example}\n" for example in command.examples)
    said = f"\n## `{command.line}`{manager}\n\n{command.description}\n\n    {usage}\n"
    return f"{said}{table}\nFor example:\n\n{examples}"


def _usage(argument: Argument) -> str:
    name = f"--{argument.word}" if argument.named or argument.kind == "flag" else argument.word.upper()
    return f"[{name}]" if argument.optional else name


def _row(argument: Argument) -> str:
    choices = f" ({', '.join(argument.choices)})" if argument.choices else ""
    return f"| {argument.word} | {argument.description}{choices} |\n".replace("*", "\\*")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
