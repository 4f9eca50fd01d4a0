"""The command line: run, demo, check, backup, move, replay, compare, digest, feeds, topics.

Answers go to stdout, all else to stderr. Exit codes: 0 all is well, 1 it could not be done, 2 wrong words,
3 done, but something on the way was left out or found wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher import __version__
from watcher.config import load
from watcher.models import Card, WatcherError
from watcher.options import DEFAULT_CONFIG, ConfigOption, JsonOption, finish, settings_from
from watcher.streams import (
    FAILED,
    LEFT_OUT,
    WRONG_WORDS,
    Faults,
    NobodyReads,
    OutputLost,
    errors,
    fail,
    log_from,
    print_card,
    print_json,
    progress,
    put,
    say,
    stand_in,
    write_no_more,
)

cli = typer.Typer(
    help="Watcher: the wire desk of a newsroom, living in its chat.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; every expected failure is one sentence on stderr."""
    stand_in()
    try:
        try:
            cli(prog_name="bot.py")
        finally:
            put("", now=True)
    except OutputLost as error:
        write_no_more()
        fail(str(error))
    except WatcherError as error:
        fail(str(error))
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except NobodyReads:
        write_no_more()
        raise SystemExit(0) from None
    except SystemExit as end:
        # rich, which prints the help, takes it for a failure that nobody reads on: `bot.py --help | head`.
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        write_no_more()
        raise SystemExit(getattr(end.__context__.__context__, "exit_code", 0)) from None


@cli.callback(invoke_without_command=True)
def version(
    shown: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", is_eager=True)
    ] = False,
) -> None:
    """Watcher: the wire desk of a newsroom, living in its chat."""
    if shown:
        put(f"watcher {__version__}\n")
        raise typer.Exit


# ------------------------------------------------------------------------------------ the bot


@cli.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="Poll what is due, deliver, and end.")] = False,
    config: ConfigOption = None,
) -> None:
    """Run the bot: on Discord and Slack where tokens are set, else on this terminal."""
    from watcher.launch import run_bot

    finish(run_bot(settings_from(config), once=once))


@cli.command()
def demo(
    prompt: Annotated[bool, typer.Option(help="End at a prompt to try commands at.")] = True,
) -> None:
    """Replay an invented newswire, faster than life, through everything. No account, no network."""
    from watcher.demo.show import run_demo

    log_from("error")
    try:
        raise SystemExit(finish(run_demo(prompt=prompt and sys.stdin.isatty() and sys.stdout.isatty())))
    except BrokenPipeError:
        raise NobodyReads from None


@cli.command()
def check(
    config: ConfigOption = None,
    polls: Annotated[bool, typer.Option(help="Poll every feed once.")] = True,
    alive: Annotated[bool, typer.Option("--alive", help="Only say whether the bot is at work now.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with settings, names, topics, feeds and tokens, and how to mend it."""
    path = config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
    if alive:
        from watcher.vital import is_alive

        settings = load(path, os.environ)
        raise SystemExit(0 if finish(is_alive(settings, timedelta(minutes=5), say)) else FAILED)
    from watcher.checking import check_all

    with progress("Polling feeds") as advance:
        findings = finish(check_all(path, os.environ, polls=polls, advance=advance))
    if as_json:
        print_json([finding.as_row() for finding in findings])
    else:
        for finding in findings:
            put(f"{finding}\n")
    raise SystemExit(LEFT_OUT if any(finding.wrong for finding in findings) else 0)


@cli.command()
def backup(
    file: Annotated[
        Path | None, typer.Argument(help="A file that is not there yet; store.backup if left out.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write a whole copy of the database to a file, while the bot is at work."""
    from watcher.store import back_up

    store = settings_from(config).store
    if not file and not store.backup:
        fail("Name a file, as in bot.py backup before.db, or set store.backup.", WRONG_WORDS)
    target = file or Path(store.backup)
    finish(back_up(store.url, target, replacing=not file))
    say(f"The database is whole in {target}, {target.stat().st_size / 2**20:.1f} MB.")


@cli.command()
def move(
    address: Annotated[
        str, typer.Argument(help="An empty database, such as postgresql://watcher@localhost/watcher.")
    ],
    config: ConfigOption = None,
) -> None:
    """Copy everything to another database, from a file to PostgreSQL or back, while the bot is stopped."""
    from watcher.store import moving, shown

    copied = finish(moving.copy_all(settings_from(config).store.url, address))
    say(f"{copied:,} rows are in {shown(address)}; the database they came from is as it was.")
    say("Set DATABASE_URL (or store.url) to the new one, and start the bot.")


# ------------------------------------------------------------------------------- measuring


@cli.command()
def replay(
    stories: Annotated[Path, typer.Argument(help="Stories, one JSON object a line; .gz may be.")],
    topics: Annotated[Path, typer.Option("--topics", help="A file of topics, such as config/topics.toml.")],
    config: ConfigOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Say as much of each story as /watch why does.")
    ] = False,
) -> None:
    """Match and group stories from a file; prints one JSON line a story, in order of publication."""
    from watcher import replay as replaying
    from watcher.house import load_names
    from watcher.stories.vectors import load_closer, load_vectors
    from watcher.taster import CopyTaster
    from watcher.topics.match import Matcher

    settings = settings_from(config)
    wanted = replaying.topics_of(topics)
    faults = Faults()
    found = replaying.read_stories(replaying.read_lines(stories, faults), faults)
    _end_if_none(found, stories, "story", "id and a title", faults)
    names = load_names(Path(settings.topics.names))
    vectors, closer = load_vectors(settings.group.vectors), load_closer(settings.group.closely)
    taster = CopyTaster(
        wanted, names, vectors, settings.group.window, closer=closer, closely=settings.group.closely
    )
    with progress("Replaying") as advance:
        _write_rows(replaying.replay(found, taster, advance, Matcher(wanted, names) if as_json else None))
    faults.end()


@cli.command()
def compare(
    pairs: Annotated[Path, typer.Argument(help="Pairs, one JSON object a line; .gz may be.")],
    config: ConfigOption = None,
) -> None:
    """Say of pairs of stories whether they tell the same event; prints one JSON line a pair."""
    from watcher import replay as replaying
    from watcher.stories.vectors import load_closer, load_vectors

    settings = settings_from(config)
    faults = Faults()
    found = list(replaying.read_pairs(replaying.read_lines(pairs, faults), faults))
    _end_if_none(found, pairs, "pair", "id, an a and a b", faults)
    with progress("Comparing") as advance:
        vectors, closer = load_vectors(settings.group.vectors), load_closer(settings.group.closely)
        _write_rows(replaying.compare(found, vectors, closer, advance))
    faults.end()


def _end_if_none(found: Sequence[object], file: Path, what: str, parts: str, faults: Faults) -> None:
    if not found:
        say(f"{file} has no {what} that can be read: each is a JSON object on a line, with an {parts}.")
        faults.end()
        raise typer.Exit


def _write_rows(rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        print_json(row)


# ------------------------------------------------------------------- one command of the desk


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


@cli.command()
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
    """Give the command line a group of commands that are the chat's own: `feeds add` is `/watch feed add`.

    `usages` are their words and arguments, by what they are for. They stand here, where a test holds them
    to the chat's: `--help` has not the time to load every command.
    """
    group = typer.Typer(help=about, no_args_is_help=True)
    for usage, meaning in usages.items():
        word, _, arguments = usage.partition(" ")
        group.command(word, help=meaning, context_settings={"ignore_unknown_options": True})(
            _desk_command(f"/watch {name} {word}", arguments)
        )
    cli.add_typer(group, name=f"{name}s")
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
feeds_group = _desk_commands(
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


@feeds_group.command("import")
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


@feeds_group.command("export")
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


_desk_commands(
    "topic",
    {
        "list": "What is watched.",
        f"add NAME QUERY… {_FINER} [--title …]": "Watch something new: a name, then a query.",
        f"edit NAME [query…] {_FINER} [--title …]": "Change a topic.",
        "remove NAME": "Watch something no more.",
        f"test QUERY… {_FINER}": "What a query would have caught in the last days.",
        "show NAME": "A topic, and what it catches.",
    },
    "What is watched.",
)
