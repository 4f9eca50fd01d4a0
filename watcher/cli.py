"""The command line: run, demo, check, backup, move, replay, compare, digest, feeds, topics.

Answers go to stdout, all else to stderr. Exit codes: 0 all is well, 1 it could not be done, 2 wrong words,
3 done, but something on the way was left out or found wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher import __version__, errands
from watcher.config import load
from watcher.models import WatcherError
from watcher.options import DEFAULT_CONFIG, ConfigOption, JsonOption, finish, settings_from
from watcher.streams import (
    FAILED,
    LEFT_OUT,
    WRONG_WORDS,
    Faults,
    NobodyReads,
    OutputLost,
    fail,
    log_from,
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


# ------------------------------------------------------------------------- commands of the desk

cli.command()(errands.digest)
cli.add_typer(errands.feeds, name="feeds")
cli.add_typer(errands.topics, name="topics")
