"""The prompt at the foot of a terminal: completion, history, and a line that says how things stand."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from io import UnsupportedOperation
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from watcher.chat.commands import Ask, Commands, Glance
from watcher.chat.rendering import Reader, shown_time
from watcher.desk.clock import zone_of
from watcher.desk.compose import count
from watcher.models import Piece, WatcherError

REFRESH_SECONDS = 15.0
_PROMPT = FormattedText([("class:prompt", "› ")])
_STYLE = Style.from_dict(
    {
        "prompt": "ansicyan bold",
        "bottom-toolbar": "noreverse dim",
        "bottom-toolbar.ill": "noreverse ansiyellow",
        "completion-menu": "bg:default",
        "completion-menu.completion": "noreverse bg:default dim",
        "completion-menu.completion.current": "noreverse bg:default ansicyan bold",
    }
)


class Prompt:
    """Reads lines from a person at a terminal."""

    def __init__(
        self, commands: Commands, ask: Ask, now: Callable[[], datetime], history: Path | None
    ) -> None:
        self._commands = commands
        self._ask = ask
        self._now = now
        self._glance: Glance | None = None
        self._is_blind = False
        self._session: PromptSession[str] = PromptSession(
            input=_whole_keys(),
            key_bindings=_keys(),
            history=_history(history),
            completer=_WordCompleter(commands, ask),
            auto_suggest=AutoSuggestFromHistory(),
            complete_while_typing=False,
            bottom_toolbar=self.foot,
            style=_STYLE,
        )

    @contextmanager
    def above(self) -> Iterator[None]:
        """While this is open, whatever is printed appears above the prompt, and no key is lost."""
        with patch_stdout(raw=True), _keys_kept():
            yield

    async def lines(self) -> AsyncIterator[str]:
        """The lines that are typed, until Ctrl-C or Ctrl-D at an empty one."""
        await self.refresh()
        beat = asyncio.create_task(self._keep_fresh())
        try:
            while (line := await self._line()) is not None:
                yield line
        finally:
            beat.cancel()

    async def refresh(self) -> None:
        """Look again at how things stand."""
        try:
            self._glance = await self._commands.glance(self._ask)
            self._is_blind = False
        except WatcherError:
            self._is_blind = True
        self._session.app.invalidate()

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            await self.refresh()

    async def _line(self) -> str | None:
        try:
            # SIGINT is the bot's own to handle while a command runs; at the prompt Ctrl-C is a key.
            return await self._session.prompt_async(_PROMPT, handle_sigint=False)
        except (EOFError, KeyboardInterrupt):
            return None

    def foot(self) -> FormattedText:
        """The line at the foot of the terminal: how things stand, or that nobody can know."""
        if self._is_blind:
            return FormattedText([("class:bottom-toolbar.ill", " the store cannot be read: status says why")])
        if self._glance is None:
            return FormattedText([])
        return toolbar(self._glance, self._now())


def _keys() -> KeyBindings:
    """Ctrl-C takes back a line that is being typed, as in a shell; it leaves only from an empty one."""
    keys = KeyBindings()

    @keys.add("c-c")
    def take_back(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt)

    return keys


def _whole_keys() -> Input | None:
    """The terminal's keys, of which none is lost while something is printed above the prompt.

    For that moment prompt_toolkit would have the terminal read by lines, which swallows a Ctrl-D and echoes
    what is typed into the print. None where prompt_toolkit's own will do: on Windows.
    """
    if sys.platform == "win32":
        return None
    from prompt_toolkit.input.vt100 import Vt100Input

    class Keys(Vt100Input):
        def cooked_mode(self) -> AbstractContextManager[None]:
            return nullcontext()

    try:
        return Keys(sys.stdin)
    except UnsupportedOperation:  # no file, and so no terminal
        return None


@contextmanager
def _keys_kept() -> Iterator[None]:
    """Let no key be lost that is pressed between two prompts.

    While a command runs, the terminal is as the prompt found it. Reading by lines, it would take a Ctrl-D
    for the end of a line and swallow it; so it hands over keys as they are pressed, and shows none.
    """
    try:
        import termios
    except ImportError:  # not a Unix, whose consoles have no such mode
        yield
        return
    try:
        file = sys.stdin.fileno()
        before = termios.tcgetattr(file)
    except (OSError, ValueError, termios.error):  # no terminal
        yield
        return
    keys = termios.tcgetattr(file)
    keys[3] &= ~(termios.ICANON | termios.ECHO)
    termios.tcsetattr(file, termios.TCSANOW, keys)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(file, termios.TCSANOW, before)


def toolbar(glance: Glance, now: datetime) -> FormattedText:
    """How things stand, in a line: feeds, those in trouble, topics, the next digest."""
    parts = [("", f" {count(glance.feeds, 'feed')}")]
    if glance.ill:
        parts.append(("class:bottom-toolbar.ill", f" · {glance.ill} in trouble"))
    parts.append(("", f" · {count(glance.topics, 'topic')}"))
    if glance.next_digest:
        at = Piece("", "moment", at=glance.next_digest)
        parts.append(("", f" · next digest {shown_time(at, Reader(now, zone_of(glance.time_zone)))}"))
    return FormattedText(parts)


def _history(path: Path | None) -> History:
    """What was typed before; only for now where it cannot be kept."""
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


class _WordCompleter(Completer):
    """Completes the last word of a line from what the commands know."""

    def __init__(self, commands: Commands, ask: Ask) -> None:
        self._commands = commands
        self._ask = ask

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
        """Nothing at once: topics and feeds come from the store, which takes waiting."""
        return iter(())

    async def get_completions_async(
        self, document: Document, event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Each thing that the last word may become."""
        text = document.text_before_cursor
        typed = len(text) - text.rfind(" ") - 1
        for word in await self._commands.complete(self._ask, text):
            yield Completion(f"{word} ", start_position=-typed, display=word)
