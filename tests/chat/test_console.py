"""The terminal as a chat platform: what is printed, and a person at a real terminal (a pty)."""

from __future__ import annotations

import asyncio
import fcntl
import io
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.formatted_text.utils import fragment_list_to_text
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.chat.desks import DESK, NOW, Room, record, room_on, story
from tests.fakes import StillClock
from tests.store.making import damage
from watcher.chat.commands import Ask, Glance
from watcher.chat.console import Console, open_local_file
from watcher.chat.port import ChatUnavailable
from watcher.chat.prompting import Prompt, toolbar
from watcher.models import Attachment, Card, Piece, Place, Section, WatcherError
from watcher.store import Store

HERE = Place("console")


def console(out: io.StringIO, stdin: str = "", **more: object) -> Console:
    return Console(DESK, StillClock(NOW), stdin=io.StringIO(stdin), stdout=out, **more)  # type: ignore[arg-type]


async def test_a_reply_right_under_its_message_needs_no_name_but_a_late_one_says_whose_it_is() -> None:
    out = io.StringIO()
    chat = console(out)
    first = await chat.open_thread(await chat.send(HERE, Card("Morning digest"), "1"), "Morning digest")
    await chat.send(first, Card("Kim arrives"), "1/1")
    await chat.send(first, Card("Kim leaves"), "1/2")
    assert "↳" not in out.getvalue()
    await chat.send(HERE, Card("Feed in trouble"), "2")
    await chat.send(first, Card("Kim is home"), "1/3")
    assert out.getvalue().count("↳ Morning digest") == 1
    chat.note("the summit is over")
    await chat.send(first, Card("Kim sleeps"), "1/4")
    assert out.getvalue().count("↳ Morning digest") == 2


async def test_an_edit_is_the_card_again_and_says_so() -> None:
    out = io.StringIO()
    chat = console(out)
    await chat.edit(await chat.send(HERE, Card("Kim arrives"), "1"), Card("Kim arrives in Russia"))
    assert "Kim arrives in Russia  (updated)" in out.getvalue()


async def test_lines_are_answered_in_order_comments_are_none_and_goodbye_ends_it(room: Room) -> None:
    out = io.StringIO()
    lines = "# a script\n\n/watch topic list\nstatus\nquit\n/watch settings\n"
    await console(out, lines).listen(room.commands)
    asked = re.findall(r"^› (.*)$", out.getvalue(), flags=re.MULTILINE)
    assert asked == ["/watch topic list", "status", "quit"]
    assert "No topic is watched yet." in out.getvalue()
    assert "Feeds: 0" in out.getvalue()


async def test_a_line_with_bytes_that_are_no_letters_is_not_carried_out_and_the_next_one_is(
    room: Room,
) -> None:
    out, typed = io.StringIO(), io.BytesIO(b"search caf\xe9\n/watch topic list\n")
    chat = Console(DESK, StillClock(NOW), stdin=io.TextIOWrapper(typed, "utf-8"), stdout=out)
    await asyncio.wait_for(chat.listen(room.commands), 5)
    assert "That is not all UTF-8, so nothing was done." in out.getvalue()
    assert "search caf\N{REPLACEMENT CHARACTER}" in out.getvalue()
    assert "No topic is watched yet." in out.getvalue()


async def test_a_store_that_cannot_be_read_is_answered_and_does_not_end_it(
    furnished_database: Path, tmp_path: Path
) -> None:
    path, out = Path(shutil.copy(furnished_database, tmp_path / "watcher.db")), io.StringIO()
    damage(path, "settings")
    async with await Store.open(path) as store:
        await console(out, "/watch settings\n/watch help\n").listen(room_on(store).commands)
    assert "is damaged: stop Watcher" in out.getvalue()
    assert "What you can ask" in out.getvalue()


async def test_where_nobody_reads_any_more_it_stops_listening_and_what_was_to_be_sent_waits(
    room: Room,
) -> None:
    asked, typed = os.pipe()
    reader, writer = os.pipe()
    os.close(reader)
    stdout = os.fdopen(writer, "w")
    with os.fdopen(asked) as stdin, os.fdopen(typed, "w"):
        chat = Console(DESK, StillClock(NOW), stdin=stdin, stdout=stdout)
        listening = asyncio.create_task(chat.listen(room.commands))
        with pytest.raises(ChatUnavailable, match="Nobody reads"):
            await chat.send(HERE, Card("Morning digest"), "1")
        await asyncio.wait_for(listening, 5)
    with suppress(BrokenPipeError):
        stdout.close()


async def test_who_goes_while_an_answer_is_printed_ends_it_too(room: Room) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stdout = os.fdopen(writer, "w")
    chat = Console(DESK, StillClock(NOW), stdin=io.StringIO("status\nstatus\n"), stdout=stdout)
    await asyncio.wait_for(chat.listen(room.commands), 5)
    with suppress(BrokenPipeError):
        stdout.close()


async def test_printed_to_a_file_there_is_no_colour_and_addresses_are_whole(room: Room) -> None:
    out = io.StringIO()
    one = story("Kim arrives")
    await record(room.store, [one])
    await console(out, "/watch search kim\n").listen(room.commands)
    assert f"lemonde.fr <{one.url}>" in out.getvalue()
    assert "\x1b" not in out.getvalue()


async def test_times_follow_the_desks_zone_as_soon_as_it_is_set(room: Room) -> None:
    out = io.StringIO()
    await record(room.store, [story("Kim arrives", hours=1)])
    lines = "/watch search kim\n/watch settings time-zone Asia/Tokyo\n/watch search kim\n"
    await console(out, lines).listen(room.commands)
    before, after = re.findall(r"· (\d\d:\d\d) · en", out.getvalue())
    assert (before, after) == ("11:00", "20:00")


async def test_a_cards_files_are_written_where_they_overwrite_nothing(room: Room, tmp_path: Path) -> None:
    out = io.StringIO()
    (tmp_path / "feeds.opml").write_text("mine")
    await console(out, "/watch feed export\n", folder=tmp_path).listen(room.commands)
    assert (tmp_path / "feeds.opml").read_text() == "mine"
    assert (tmp_path / "feeds-2.opml").read_bytes().startswith(b"<?xml")
    assert "feeds-2.opml" in out.getvalue().replace("\n  ", "")


async def test_a_files_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    chat = console(io.StringIO(), folder=tmp_path)
    assert str(tmp_path / "passwd") in chat._write(Attachment("../../etc/passwd", b"x"))


async def test_a_folder_that_cannot_be_written_is_said(room: Room, tmp_path: Path) -> None:
    out = io.StringIO()
    await console(out, "/watch feed export\n", folder=tmp_path / "none").listen(room.commands)
    assert "could not be written" in out.getvalue()


async def test_whoever_sits_at_the_machine_may_name_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.opml").write_bytes(b"<opml/>")
    assert await open_local_file(str(tmp_path / "a.opml")) == Attachment("a.opml", b"<opml/>")
    for missing in (tmp_path / "b.opml", tmp_path):
        with pytest.raises(WatcherError, match="cannot be read"):
            await open_local_file(str(missing))


async def test_an_output_that_knows_few_letters_gets_question_marks_for_the_others() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    chat = Console(DESK, StillClock(NOW), stdin=io.StringIO(), stdout=out)
    await chat.send(HERE, Card("Kim – Putin", sections=(Section(((Piece("金正恩"),),)),)), "1")
    out.flush()
    assert b"Kim ? Putin" in raw.getvalue()


async def test_listening_can_be_cancelled_while_no_line_comes(room: Room) -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader) as stdin, os.fdopen(writer, "w"):
        chat = Console(DESK, StillClock(NOW), stdin=stdin, stdout=io.StringIO())
        task = asyncio.create_task(chat.listen(room.commands))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 2)


def test_the_toolbar_says_how_things_stand() -> None:
    glance = Glance(feeds=300, ill=2, topics=4, next_digest=NOW, time_zone="Europe/Warsaw")
    said = "".join(text for _, text in toolbar(glance, NOW))  # type: ignore[misc]
    assert said == " 300 feeds · 2 in trouble · 4 topics · next digest 14:00"


async def test_while_the_store_cannot_be_read_the_foot_line_says_so(
    furnished_database: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(furnished_database, tmp_path / "watcher.db"))
    damage(path, "settings")
    async with await Store.open(path) as store:
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            prompt = Prompt(room_on(store).commands, Ask(DESK, HERE), StillClock(NOW), None)
            await prompt.refresh()
            assert fragment_list_to_text(prompt.foot()) == " the store cannot be read: status says why"


# --------------------------------------------------------------------------------- at a real terminal


class Person:
    """Somebody at a terminal of 90 columns, in which a process runs."""

    def __init__(self, pid: int, terminal: int) -> None:
        self.pid = pid
        self._terminal = terminal
        self.screen = ""

    def types(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def sees(self, text: str, seconds: float = 50) -> str:
        """Wait until a text has come; returns all that came since the last look."""
        return self._until(lambda: text in self._visible(), seconds, f"never saw {text!r}")

    def leaves(self, seconds: float = 30) -> int:
        """Wait until the process has ended; returns its exit code."""
        self._until(lambda: False, seconds, "", to_the_end=True)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _visible(self) -> str:
        return re.sub(r"\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)|\x1b\[[0-9;?]*[A-Za-z]", "", self.screen)

    def _until(self, done, seconds: float, complaint: str, *, to_the_end: bool = False) -> str:  # type: ignore[no-untyped-def]
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                pytest.fail(f"{complaint or 'it did not end'} in:\n{self._visible()[-3000:]}")
            if select.select([self._terminal], [], [], 0.2)[0]:
                try:
                    came = os.read(self._terminal, 65536)
                except OSError:
                    came = b""
                if not came:
                    if to_the_end:
                        break
                    pytest.fail(f"{complaint}; it ended with:\n{self._visible()[-3000:]}")
                if b"\x1b[6n" in came:  # a terminal that is asked where its cursor is says so
                    os.write(self._terminal, b"\x1b[20;1R")
                self.screen += came.decode(errors="replace")
        seen, self.screen = self._visible(), ""
        return seen


PROGRAM = dedent(
    """
    import asyncio, sys, termios
    from pathlib import Path
    from prompt_toolkit.application import run_in_terminal
    from tests.chat.desks import DESK, NOW, room_on
    from tests.fakes import StillClock
    from watcher.chat.console import Console
    from watcher.models import Card, Place
    from watcher.store import Store

    async def main():
        async with await Store.open(sys.argv[1]) as store:
            chat = Console(DESK, StillClock(NOW), history=Path(sys.argv[2]))
            async def interrupt():
                await asyncio.sleep(float(sys.argv[3]))
                await chat.send(Place("console"), Card("A digest came by itself", tone="news"), "k")
                await run_in_terminal(lambda: ways.append(termios.tcgetattr(0)[3] & termios.ICANON))
            ways = []
            task = asyncio.create_task(interrupt())
            await chat.listen(room_on(store).commands)
            task.cancel()
            print("by lines" if any(ways) else "key by key" if ways else "never printed")
            print("left cleanly")

    asyncio.run(main())
    """
)


@pytest.fixture
def at_terminal(tmp_path: Path, furnished_database: Path) -> Iterator[Person]:
    arguments = [sys.executable, "-c", PROGRAM, str(furnished_database), str(tmp_path / "h" / "history"), "1"]
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ |= {"TERM": "xterm-256color", "PYTHONPATH": os.getcwd()}
        os.environ.pop("NO_COLOR", None)
        os.execv(sys.executable, arguments)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 90, 0, 0))
    person = Person(pid, terminal)
    yield person
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
    os.close(terminal)


@pytest.mark.slow
def test_a_person_types_completes_and_leaves(at_terminal: Person, tmp_path: Path) -> None:
    at_terminal.sees("Watcher is listening")
    at_terminal.sees("feeds")
    at_terminal.types("/watch topic li\t")
    at_terminal.sees("list")
    at_terminal.types("\r")
    at_terminal.sees("No topic is watched yet.")
    at_terminal.sees("A digest came by itself")
    at_terminal.types("/watch tpoic list\r")
    at_terminal.sees("Did you mean topic?")
    at_terminal.types("\x04")
    said = at_terminal.sees("left cleanly")
    assert "key by key" in said, "a terminal read by lines while something is printed swallows a Ctrl-D"
    assert at_terminal.leaves() == 0
    assert "+/watch tpoic list" in (tmp_path / "h" / "history").read_text()


def test_ctrl_c_takes_back_what_is_typed_and_at_an_empty_prompt_leaves_cleanly(at_terminal: Person) -> None:
    at_terminal.sees("Watcher is listening")
    at_terminal.sees("›")
    at_terminal.types("half a line\x03/watch topic list\r")
    at_terminal.sees("No topic is watched yet.")
    at_terminal.sees("›")
    at_terminal.types("\x03")
    assert "Traceback" not in at_terminal.sees("left cleanly")
    assert at_terminal.leaves() == 0
