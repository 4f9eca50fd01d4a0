"""The port through which the desk talks: one protocol, one room a platform behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from watcher.desk.headline import cut
from watcher.models import Card, Place, Ref, WatcherError

if TYPE_CHECKING:
    from watcher.chat.commands import Commands


class ChatUnavailable(WatcherError):
    """The platform cannot be reached or asks for patience: try again, after `retry_after` if given.

    `uncertain` says that the message may have arrived all the same; `until_mended` that somebody has to
    mend something first (a token that was revoked), and that what is to be sent is kept until they have.
    """

    def __init__(
        self,
        reason: str,
        retry_after: timedelta | None = None,
        *,
        uncertain: bool = False,
        until_mended: bool = False,
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.uncertain = uncertain
        self.until_mended = until_mended


class ChatHeld(ChatUnavailable):
    """Nothing is wrong: the person wants no messages before `retry_after` is over."""

    def __init__(self, reason: str, retry_after: timedelta) -> None:
        super().__init__(reason, retry_after)


class ChatRefused(WatcherError):
    """The platform will never take this: stop, and tell somebody who can mend it."""


class Sending(Protocol):
    """What puts cards where people see them."""

    async def send(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card without its replies; the same key twice posts once.

        Raises ChatUnavailable or ChatRefused.
        """

    async def edit(self, ref: Ref, card: Card) -> None:
        """Put a card in the place of one that was sent."""

    async def open_thread(self, ref: Ref, name: str) -> Place:
        """Open the thread of a message, or find it where it is open already."""


class Chat(Sending, Protocol):
    """A chat platform. `platform` is the word in a `Place` that leads here."""

    platform: str

    def of(self, desk: str) -> Sending:
        """The platform as a desk has it: itself, unless each desk there has a token of its own."""

    async def listen(self, commands: Commands) -> None:
        """Take commands from people and answer them, until cancelled."""

    async def close(self) -> None:
        """Let go of connections; what was sent stays sent."""


Refresh = Callable[[], Awaitable[None]]


def in_a_line(error: BaseException) -> str:
    """An error in a line, without a full stop: some bring a whole page along, and others no word."""
    said = " ".join(str(error).split()) or type(error).__name__
    return cut(said, 200).rstrip(".")
