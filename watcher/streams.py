"""What the command line writes: answers on stdout, words about them on stderr, bars on terminals."""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from watcher.models import Card, WatcherError

FAILED, WRONG_WORDS, LEFT_OUT = 1, 2, 3
"""Exit codes."""


class _Errors(Console):
    """Words on stderr, which nobody has to read: rich's own console would end the process on the spot."""

    def on_broken_pipe(self) -> None:
        """Be silent from now on."""
        self.quiet = True


errors = _Errors(stderr=True, highlight=False, soft_wrap=True)


class OutputLost(WatcherError):
    """Stdout takes nothing, as on a full disk."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"Standard output takes nothing: {error.strerror or error}.")


class NobodyReads(Exception):
    """Whoever read stdout has gone, which is no failure: `replay … | head`."""


def stand_in() -> None:
    """Have something in the place of each stream that whoever started us has closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - to the end


def write_no_more() -> None:
    """Let the end of the process try nothing with what stdout did not take."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def put(text: str | bytes, *, now: bool = False) -> None:
    """Write to stdout, `now` or when it is convenient; raises NobodyReads."""
    try:
        if isinstance(text, bytes):
            sys.stdout.flush()
            sys.stdout.buffer.write(text)
        else:
            sys.stdout.write(text)
        if now:
            sys.stdout.flush()
    except BrokenPipeError:
        raise NobodyReads from None
    except OSError as error:
        raise OutputLost(error) from error
    except UnicodeEncodeError:  # a terminal that has not every letter
        put(text.encode(sys.stdout.encoding, "backslashreplace") if isinstance(text, str) else text)


def fail(message: str, code: int = FAILED) -> NoReturn:
    """Say what is wrong on stderr and end."""
    errors.print(message, style="red" if errors.is_terminal else None, markup=False)
    raise SystemExit(code)


def say(message: str) -> None:
    """A word on stderr."""
    errors.print(message, markup=False)


def log_from(level: str) -> None:
    """Log on stderr what is at least of this level; libraries only where they warn."""
    handler = _for_people() if errors.is_terminal else _for_a_journal()
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("httpx", "aiosqlite", "asyncio", "alembic", "discord", "slack_bolt"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _for_people() -> logging.Handler:
    """What is logged, in columns as wide as the terminal."""
    handler = RichHandler(console=errors, show_path=False, markup=False, log_time_format="%H:%M:%S")
    handler.setFormatter(logging.Formatter("%(message)s"))
    return handler


def _for_a_journal() -> logging.Handler:
    """What is logged, a line each with its day: containers and journals keep lines, and grep finds them."""
    handler = logging.StreamHandler()
    line = "{asctime} {levelname:8} {message}"
    handler.setFormatter(logging.Formatter(line, "%Y-%m-%d %H:%M:%S", style="{"))
    return handler


@contextmanager
def progress(words: str) -> Any:
    """A bar on stderr that shows itself after two seconds, where stderr is a terminal."""
    bar = Progress(
        TextColumn(words),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
    )
    task = bar.add_task(words, total=None)
    started = False

    def advance(done: int, of: int) -> None:
        nonlocal started
        bar.update(task, completed=done, total=of)
        if not started and errors.is_terminal and (bar.tasks[0].elapsed or 0) > 2:
            bar.start()
            started = True

    bar.start_task(task)
    try:
        yield advance
    finally:
        if started:
            bar.stop()


def print_json(value: Any) -> None:
    """One JSON document on a line of stdout; half letters, which no encoding has, are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        text = json.dumps(value)
    put(text + "\n")


def print_card(card: Card, terminal: Console | None = None, zone: str = "UTC") -> None:
    """A command's answer with the times of a zone, on stdout if no terminal is given."""
    from watcher.chat.rendering import Reader, render  # only where something is shown
    from watcher.desk.clock import zone_of

    terminal = terminal or Console(highlight=False)
    reader = Reader.at(terminal, datetime.now(UTC), zone_of(zone))
    try:
        with terminal.capture() as captured:
            terminal.print(render(card, reader), soft_wrap=False)  # whole, on stderr too
    except OSError as error:
        raise OutputLost(error) from error
    if terminal is errors:
        sys.stderr.write(captured.get())
    else:
        put(captured.get())


class Faults:
    """Hears of lines that could not be read: says the first twenty and what is weighty, counts the rest."""

    def __init__(self) -> None:
        self.count = 0
        self._said = 0

    def __call__(self, message: str, *, weighty: bool = False) -> None:
        self.count += 1
        if weighty or self._said < 20:
            self._said += 1
            say(message)

    def end(self) -> None:
        """End with an exit code that tells whether anything was left out."""
        if self.count:
            say(f"{self.count:,} {'fault' if self.count == 1 else 'faults'} in all.")
            raise SystemExit(LEFT_OUT)
