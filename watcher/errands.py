"""Errands: one command of the chat, run from a shell, and its answer printed: digest, feeds, topics."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from watcher.models import Card
from watcher.options import ConfigOption, JsonOption, finish, settings_from
from watcher.streams import FAILED, LEFT_OUT, WRONG_WORDS, errors, fail, print_card, put, say

DeskOption = Annotated[str, typer.Option("--desk", help="Whose: a desk's id, such as discord:1234.")]


def _ask(config: Path | None, line: str, desk: str, *, as_json: bool = False) -> None:
    """Run one chat command for a desk, and print its answer."""
    card, zone = _answer(config, line, desk, as_json=as_json)
    _show(card, as_json=as_json, zone=zone)
    wrong = LEFT_OUT if line.startswith("/watch feed health") else FAILED
    raise SystemExit(wrong if card.tone == "bad" else 0)


def _answer(config: Path | None, line: str, desk: str, *, as_json: bool) -> tuple[Card, str]:
    """The answer to one chat command, and the desk's time zone.

    Ends with exit code 2 where its words are wrong, 1 where it failed.
    """
    from watcher.chat.commands import cards
    from watcher.chat.commands.words import Misspoken, NotDone
    from watcher.launch import ask_once

    try:
        return finish(ask_once(settings_from(config), line, desk))
    except Misspoken as slip:
        _show(cards.misspoken(slip), as_json=as_json, refused=True)
        raise SystemExit(FAILED if isinstance(slip, NotDone) else WRONG_WORDS) from None


def _show(card: Card, *, as_json: bool, refused: bool = False, zone: str = "UTC") -> None:
    """An answer on stdout; a refusal on stderr, but for a program that reads stdout."""
    if as_json:
        import msgspec

        put(msgspec.json.encode(card).decode() + "\n")
    else:
        from watcher.shell import as_typed_here

        print_card(as_typed_here(card), errors if refused else None, zone)


def digest(
    topic: Annotated[str, typer.Argument(help="A topic's name; without one, all of them.")] = "",
    window: Annotated[
        str,
        typer.Option(
            "--window", "-w", help="24h, 3d, today, since 08:00 …", show_default="the desk's, as a rule 24h"
        ),
    ] = "",
    desk: DeskOption = "console",
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the digest of a window, from what is stored."""
    asked = [_word(topic)] if topic else []
    asked += ["--window", _word(window)] if window else []
    _ask(config, " ".join(["/digest", *asked]), desk, as_json=as_json)


def _word(text: str) -> str:
    """A text as one word of a command line of the chat."""
    return '"' + text.replace("\\", "").replace('"', "") + '"'


def _desk_commands(name: str, usages: dict[str, str], about: str) -> typer.Typer:
    """A group of commands for the command line that are the chat's own: `feeds add` is `/watch feed add`.

    `usages` are their words and arguments, by what they are for. They stand here, where a test holds them
    to the chat's: `--help` has not the time to load every command.
    """
    group = typer.Typer(help=about, no_args_is_help=True)
    for usage, meaning in usages.items():
        word, _, arguments = usage.partition(" ")
        group.command(word, help=meaning, context_settings={"ignore_unknown_options": True})(
            _desk_command(f"/watch {name} {word}", arguments)
        )
    return group


def _desk_command(path: str, usage: str) -> Callable[..., None]:
    def command(
        words: list[str] | None = None,
        desk: DeskOption = "console",
        config: ConfigOption = None,
        as_json: JsonOption = False,
    ) -> None:
        _ask(config, " ".join([path, *_typed(path, words or [])]), desk, as_json=as_json)

    about = typer.Argument(help=usage.replace("[", r"\["), metavar="words", hidden=not usage)
    command.__annotations__["words"] = Annotated[list[str] | None, about]
    return command


def _typed(path: str, words: list[str]) -> list[str]:
    """Words of a shell as typed in the chat: a first one with spaces is quoted, a query never is."""
    if words and " " in words[0] and not path.endswith(" test"):
        return [_word(words[0]), *words[1:]]
    return words


_FINER = "[--sensitivity strict|normal|wide] [--without …]"
feeds = _desk_commands(
    "feed",
    {
        "list [word…]": "The feeds, with their health.",
        "add ADDRESS… [--tags …] [--anyway]": "Add a feed by its address, or by that of its site.",
        "remove WHICH…": "Poll a feed no more.",
        "test ADDRESS…": "What a feed has to say now; nothing is stored.",
        "health": "Which feeds are in trouble, and why.",
    },
    "The feeds that are polled.",
)


@feeds.command("import")
def feeds_import(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers export it.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add the feeds of an OPML file; its folders become tags."""
    from watcher.feeds import opml

    card, zone = _answer(config, f"/watch feed import {_word(str(file))}", "console", as_json=as_json)
    _show(card, as_json=as_json, zone=zone)
    if card.tone == "bad":
        raise SystemExit(FAILED)
    if opml.read(file.expanduser().read_bytes()).faults:
        raise SystemExit(LEFT_OUT)


@feeds.command("export")
def feeds_export(
    file: Annotated[Path | None, typer.Argument(help="Where to write it; stdout if left out.")] = None,
    config: ConfigOption = None,
) -> None:
    """Write all feeds as OPML, which every feed reader can import."""
    card, _ = _answer(config, "/watch feed export", "console", as_json=False)
    (document,) = card.files
    if file is None:
        put(document.content, now=True)
    else:
        try:
            file.write_bytes(document.content)
        except OSError as error:
            fail(f"{file} cannot be written ({error.strerror}): give another path.")
    say(f"{card.title}{f', written to {file}' if file else ''}.")


topics = _desk_commands(
    "topic",
    {
        "list": "What is watched.",
        f"add NAME QUERY… {_FINER} [--title …] [--anyway]": "Watch something new: a name, then a query.",
        f"edit NAME [query…] {_FINER} [--title …] [--anyway]": "Change a topic.",
        "remove NAME": "Watch something no more.",
        f"test QUERY… {_FINER}": "What a query would have caught in the last days.",
        "show NAME": "A topic, and what it catches.",
    },
    "What is watched.",
)
