"""The contract of a chat platform, kept by the console and by the fake that other tests use."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pytest

from tests.chat.contract import ChatContract, Stage
from tests.chat.desks import DESK, NOW, text_of
from tests.fakes import FakeChat, StillClock
from watcher.chat.commands import Commands
from watcher.chat.console import Console
from watcher.desk.compose import clean
from watcher.models import Place


class TestFake(ChatContract):
    @pytest.fixture
    def stage(self) -> Stage:
        chat = FakeChat()

        async def typed(commands: Commands, lines: Sequence[str]) -> Sequence[str]:
            chat.lines = list(lines)
            await chat.listen(commands)
            return [text_of(answer) for answer in chat.answers]

        return Stage(
            chat, Place("fake", "c1"), lambda: [clean(text_of(c)) for c in chat.messages.values()], typed
        )


class TestConsole(ChatContract):
    @pytest.fixture
    def stage(self) -> Stage:
        out, stdin = io.StringIO(), io.StringIO()
        chat = Console(DESK, StillClock(NOW), stdin=stdin, stdout=out)

        async def typed(commands: Commands, lines: Sequence[str]) -> Sequence[str]:
            stdin.write("\n".join(lines))
            stdin.seek(0)
            await chat.listen(commands)
            return re.split(r"^› .*$", out.getvalue(), flags=re.MULTILINE)[1:]

        return Stage(chat, Place("console"), lambda: _messages(out.getvalue()), typed)


def _messages(printed: str) -> list[str]:
    """What a console printed, a message a text: each begins with its sign, or with the line of a thread."""
    parts = re.split(r"^(?=[▪◆▲✓✗] |  [├╰]─ )", printed, flags=re.MULTILINE)
    return [re.sub(r"\n[ │]*", " ", part) for part in parts if part.strip()]
