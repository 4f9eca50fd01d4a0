"""The terminal as a chat platform: a prompt that completes, cards above it, threads as threads."""

from __future__ import annotations

import asyncio
import errno
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TextIO, TypeVar

from rich.console import Console as Terminal
from rich.console import RenderableType
from rich.text import Text

from watcher.chat.commands import Ask, Commands
from watcher.chat.commands.cards import code, line, quiet
from watcher.chat.port import ChatUnavailable
from watcher.chat.rendering import Reader, render, render_reply
from watcher.desk.clock import zone_of
from watcher.desk.compose import clean
from watcher.desk.headline import cut
from watcher.models import Attachment, Card, Desk, Piece, Place, Ref, Section, WatcherError

ENDS = frozenset({"exit", "quit", "bye", "/exit", "/quit"})
REMEMBERED = 5_000
"""Messages whose keys and titles are remembered: so many that a late edit or reply still finds its own."""
LONGEST_LINE = 20_000
BIGGEST_FILE = 20 * 2**20
GONE = frozenset({errno.EPIPE, errno.EIO})
"""What a write fails with once the reader of a pipe, or a terminal, is no more."""

Value = TypeVar("Value")


class Screen(Terminal):
    """A rich terminal that says so where nobody reads any more; rich's own ends the process on the spot."""

    def on_broken_pipe(self) -> None:
        """Raises BrokenPipeError."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


class Console:
    """A terminal, where one desk sits. Implements `Chat`.

    `stdin` and `stdout` are the process's own unless given. Where either is no terminal it reads lines,
    prints plainly, and ends with its input. `terminal` is a rich terminal to share, so that a spinner on it
    and the cards keep out of each other's way. `history` is a file that remembers what was typed. Files
    that come with a card are written to `folder`. `zone` is the desk's, by which times are shown; while
    it listens it learns of another.
    """

    platform = "console"

    def __init__(
        self,
        desk: Desk,
        now: Callable[[], datetime],
        *,
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
        terminal: Terminal | None = None,
        history: Path | None = None,
        folder: Path | None = None,
        zone: str = "UTC",
    ) -> None:
        self._ask = Ask(desk, Place("console"), "terminal", may_manage=True, open_file=open_local_file)
        self._now = now
        self._zone: tzinfo = zone_of(zone)
        self._stdin = stdin or sys.stdin
        self._folder = folder or Path()
        self._history = history
        self._terminal = terminal or terminal_for(stdout)
        self._sent: OrderedDict[str, Ref] = OrderedDict()
        self._titles: OrderedDict[str, str] = OrderedDict()
        self._thread = ""
        self._count = 0
        self._left = asyncio.Event()

    # ------------------------------------------------------------------------------ the Chat port

    def of(self, desk: str) -> Console:
        """The platform as a desk has it: the same for all."""
        return self

    async def listen(self, commands: Commands) -> None:
        """Take commands until the input ends, the person leaves, or nobody reads any more."""
        await self._learn_zone(commands)
        talk = self._converse if self.is_interactive else self._read_lines
        tasks = asyncio.create_task(talk(commands)), asyncio.create_task(self._left.wait())
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            talked, _ = await asyncio.gather(*tasks, return_exceptions=True)
        if isinstance(talked, Exception) and not self._left.is_set():
            raise talked

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Print a card without its replies; the same key twice prints once."""
        if key in self._sent:
            return self._sent[key]
        self._count += 1
        ref = Ref(place, str(self._count))
        self._print(replace(card, replies=()), place.thread)
        self._thread = place.thread or ref.message
        _remember(self._sent, key, ref)
        _remember(self._titles, ref.message, card.title)
        return ref

    async def edit(self, ref: Ref, card: Card) -> None:
        """Print a card again, and say that it is one that was there before."""
        self._print(replace(card, replies=()), ref.place.thread, note="(updated)")
        self._thread = ref.place.thread or ref.message
        _remember(self._titles, ref.message, card.title)

    async def open_thread(self, ref: Ref, name: str) -> Place:
        """The thread of a message: what is sent there is printed under it, or says whose it is."""
        self._titles.setdefault(ref.message, name)
        return replace(ref.place, thread=ref.place.thread or ref.message)

    def note(self, what: RenderableType) -> None:
        """Print what is no message; a reply after it says whose it is."""
        self._thread = ""
        with suppress(ChatUnavailable):
            self._put(what)

    @property
    def is_left(self) -> bool:
        """Whether nobody reads any more."""
        return self._left.is_set()

    async def close(self) -> None:
        """Leave the terminal as it was found."""
        with suppress(OSError, ValueError):
            self._terminal.file.flush()

    # ----------------------------------------------------------------------------------- printing

    @property
    def is_interactive(self) -> bool:
        """Whether a person sits there, at a prompt."""
        return self._stdin.isatty() and self._terminal.is_terminal and os.environ.get("TERM") != "dumb"

    @property
    def _reader(self) -> Reader:
        return Reader.at(self._terminal, self._now(), self._zone)

    def _print(self, card: Card, thread: str = "", note: str = "") -> None:
        if thread:
            self._say_whose(thread)
            self._put(render_reply(card, self._reader, note=note))
        else:
            self._put("")
            self._put(render(card, self._reader, note=note))

    def _say_whose(self, thread: str) -> None:
        """Name the message that is answered, unless it is the one that stands right above."""
        if self._thread != thread:
            title = cut(clean(self._titles.get(thread, "an earlier message")), 70)
            self._put(Text(f"\n  ↳ {title}", style="dim"))

    def _put(self, what: RenderableType) -> None:
        try:
            self._terminal.print(what, soft_wrap=False)
        except OSError as error:
            if error.errno not in GONE:
                raise ChatUnavailable(f"this terminal takes nothing: {error.strerror}") from error
            self._left.set()
            raise ChatUnavailable("Nobody reads this terminal any more.") from error

    # ---------------------------------------------------------------------------------- listening

    async def _converse(self, commands: Commands) -> None:
        from watcher.chat.prompting import Prompt  # a third of what a start reads, for a person at a terminal

        prompt = Prompt(commands, self._ask, self._now, self._history)
        with ExitStack() as stack:
            stack.enter_context(prompt.above())
            self._put(render(_welcome(), self._reader))
            async for typed in prompt.lines():
                if not await self._take(commands, typed):
                    return
                await prompt.refresh()

    async def _read_lines(self, commands: Commands) -> None:
        heard = False
        async for typed in _lines(self._stdin):
            heard = True
            if typed.strip() and not typed.startswith("#"):
                self._put(Text(f"\n› {clean(typed)}", style="dim"))
                if not await self._take(commands, typed):
                    return
        if not heard:  # a service, whose input is /dev/null: it stays until it is stopped
            await asyncio.Event().wait()

    async def _take(self, commands: Commands, typed: str) -> bool:
        """Answer one line; false where it was a goodbye."""
        if typed.strip().casefold() in ENDS:
            return False
        if typed.strip().strip("/"):
            card = await commands.run(self._ask, typed)
            self._thread = ""
            self._put("")
            self._put(render(self._with_files(card), self._reader))
            if self.is_interactive:
                self._put("")
            await self._learn_zone(commands)
        return True

    async def _learn_zone(self, commands: Commands) -> None:
        with suppress(WatcherError):  # of a store that cannot be read the next answer says so
            self._zone = zone_of((await commands.glance(self._ask)).time_zone)

    def _with_files(self, card: Card) -> Card:
        """A card that says where its files were written."""
        lines = tuple((Piece(self._write(file)),) for file in card.files)
        return replace(card, sections=(*card.sections, Section(lines)), files=()) if lines else card

    def _write(self, file: Attachment) -> str:
        path = self._folder / Path(file.name).name
        path = path if file.renewed else _unused(path)
        try:
            path.write_bytes(file.content)
        except OSError as error:
            return f"It could not be written to {path.absolute()}: {error.strerror}."
        return f"Written to {path.absolute()}."


def terminal_for(file: TextIO | None = None) -> Terminal:
    """A rich terminal on a file, stdout if none is given; a letter it cannot show becomes a question mark."""
    stream = file or sys.stdout
    with suppress(AttributeError, ValueError, OSError):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    return Screen(file=file, highlight=False, markup=False, emoji=False)


async def open_local_file(name: str) -> Attachment:
    """Read a file of this machine, for somebody who sits at it; raises WatcherError."""
    return await asyncio.to_thread(_read_file, name)


def _read_file(name: str) -> Attachment:
    try:
        path = Path(name).expanduser()
        size = path.stat().st_size
        if size > BIGGEST_FILE:
            raise WatcherError(f"{name} has {size / 2**20:.0f} MB; {BIGGEST_FILE // 2**20} MB are the most.")
        return Attachment(path.name, path.read_bytes())
    except (OSError, RuntimeError) as error:
        raise WatcherError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def _remember(memory: OrderedDict[str, Value], key: str, value: Value) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)


def _unused(path: Path) -> Path:
    """A path at which there is nothing yet: feeds.opml, feeds-2.opml …"""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def _welcome() -> Card:
    first = line(
        code("/digest"), quiet(" shows what happened, "), code("/help"), quiet(" what else you can ask.")
    )
    keys = line(quiet("Tab completes, ↑ brings back what you typed, Ctrl-D leaves."))
    return Card("Watcher is listening", sections=(Section((first, keys)),), tone="news")


async def _lines(stdin: TextIO) -> AsyncIterator[str]:
    """The lines of a file as they come. A thread reads them, since a regular file cannot be waited for."""
    with suppress(AttributeError, ValueError, OSError):
        # Bytes that are no letter spoil their line alone: as an error they would be the end of all input.
        stdin.reconfigure(errors="surrogateescape")  # type: ignore[attr-defined]
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        with suppress(RuntimeError, ValueError):  # the loop, or the file, was closed meanwhile
            while line := stdin.readline(LONGEST_LINE):
                loop.call_soon_threadsafe(queue.put_nowait, line)
            loop.call_soon_threadsafe(queue.put_nowait, "")

    # A daemon: a line that never comes must not keep the process from ending.
    threading.Thread(target=read, name="stdin", daemon=True).start()
    while line := await queue.get():
        yield line.rstrip("\r\n")
