"""Where an answer goes: to the one who asked alone, until they show it to everyone."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace

from watcher.chat.keeping import Keeper
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.chat.slack.blocks import Block, Message, actions, button, context, pages_of
from watcher.chat.slack.patience import Patience
from watcher.chat.slack.posting import Posting
from watcher.chat.slack.wire import LONGEST_WAIT, TRIES, Wire, respond
from watcher.models import Attachment, Card, Piece, Place, Ref, Section
from watcher.store import StoreError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spot:
    """Who asked, in which channel, the address that takes answers, and the thread that was asked in.

    `name` is what Slack says that they are called.
    """

    person: str
    channel: str
    url: str = ""
    thread: str = ""
    name: str = ""

    @property
    def is_window(self) -> bool:
        """Whether this is the person's own window with Watcher."""
        return not self.channel or self.channel.startswith("D")

    @property
    def place(self) -> Place:
        """Where somebody who says `here` means."""
        return Place("slack", person=self.person) if self.is_window else Place("slack", self.channel)


class Voice:
    """Says cards to people."""

    def __init__(self, wire: Wire, posting: Posting, keeper: Keeper, patience: Patience) -> None:
        self._wire = wire
        self._posting = posting
        self._keeper = keeper
        self._seconds = patience.answer
        self._again = patience.again
        self._silence = patience.silence

    async def say(self, spot: Spot, card: Card) -> None:
        """Answer with a card; its files come in the person's own window."""
        if card.files:
            card = replace(card, sections=(*card.sections, await self._upload(spot, card.files)), files=())
        await self.turn(spot, card, 0, instead=False)

    async def answer(self, spot: Spot, made: Coroutine[None, None, Card]) -> None:
        """Answer with a card that is still to be made; where that takes seconds, a word comes first.

        Slack shows nothing of a command that it handed on, so that people type it again.
        """
        card = asyncio.create_task(made)
        try:
            await asyncio.wait([card], timeout=self._silence)
            if not card.done():
                await self._announce(spot)
            await self.say(spot, await card)
        finally:
            card.cancel()

    async def _announce(self, spot: Spot) -> None:
        wait = Card("One moment …", private=True)
        try:
            await self._out(spot, pages_of(wait)[0], instead=False)
        except (ChatRefused, ChatUnavailable) as error:
            # What was asked for is being done all the same, and its answer may well arrive.
            log.info("that an answer takes a moment could not be said: %s", error)

    async def turn(self, spot: Spot, card: Card, page: int, *, instead: bool = True) -> None:
        """Show a page of a card, in the place of what the answer showed before."""
        pages = pages_of(card, await self._posting.kept(card))
        page = max(0, min(page, len(pages) - 1))
        word = await self._word(spot, card, len(pages))
        blocks = [*pages[page].blocks, *_tools(word, page, len(pages), shows=_can_be_shown(spot, card))]
        await self._out(spot, Message(pages[page].text, tuple(blocks)), instead=instead)

    async def _word(self, spot: Spot, card: Card, pages: int) -> str:
        """The word by which the buttons under an answer find it again; none where there are none."""
        if pages == 1 and not _can_be_shown(spot, card):
            return ""
        try:
            return await self._keeper.keep_card(card)
        except StoreError as error:
            log.warning("an answer could not be kept: %s", error)
            return ""

    async def everyone(self, spot: Spot, card: Card, mark: str) -> None:
        """Post an answer to the channel it was given in, its replies in a thread; once for each mark."""
        shown = replace(card, private=False, buttons=())
        key = f"shown:{spot.channel}:{mark}"
        ref = await self._surely(Place("slack", spot.channel), shown, key)
        thread = replace(ref.place, thread=ref.message)
        for number, reply in enumerate(card.replies):
            await self._surely(thread, reply, f"{key}/{number}")
        if spot.url:
            try:
                await respond(spot.url, self._seconds, delete_original=True)
            except (ChatRefused, ChatUnavailable) as error:
                log.info("an answer that is shown to everyone now could not be taken back: %s", error)

    async def _surely(self, place: Place, card: Card, key: str) -> Ref:
        """Post a card, and again while Slack asks for patience."""
        return await self._patiently(lambda: self._posting.send(place, card, key))

    async def _patiently(self, post: Callable[[], Awaitable[Ref]]) -> Ref:
        """Post something that has a key, and again while Slack asks for patience: no store is behind it."""
        for _ in range(TRIES):
            try:
                return await post()
            except ChatUnavailable as error:
                if error.until_mended:
                    raise
                wait = error.retry_after.total_seconds() if error.retry_after else self._again
                await asyncio.sleep(min(wait, LONGEST_WAIT))
        return await post()

    async def _out(self, spot: Spot, message: Message, *, instead: bool) -> None:
        body: dict[str, object] = {"text": message.text, "blocks": list(message.blocks)}
        if spot.thread and not instead and await self._in_thread(spot, body):
            return
        if spot.url:
            where = {"thread_ts": spot.thread} if spot.thread else {}
            try:
                await respond(
                    spot.url,
                    self._seconds,
                    response_type="ephemeral",
                    replace_original=instead,
                    **body,
                    **where,
                )
                return
            except ChatRefused as error:
                log.info("the address for an answer took it no more: %s", error)
            except ChatUnavailable as error:
                # It may have arrived all the same, but twice for one person is better than not at all.
                log.info("the address for an answer cannot be reached: %s", error)
        await self._without_address(spot, message)

    async def _in_thread(self, spot: Spot, body: dict[str, object]) -> bool:
        """Answer in the thread that was asked in; whether it took it.

        What is said at a response address stands in the channel itself, where no reader of a thread looks.
        """
        if not spot.url or not spot.channel:
            return False
        try:
            await self._wire.call(
                "chat_postEphemeral",
                channel=spot.channel,
                user=spot.person,
                thread_ts=spot.thread,
                **body,
            )
        except (ChatRefused, ChatUnavailable) as error:
            log.info("%s cannot be answered in a thread of %s: %s", spot.person, spot.channel, error)
            return False
        return True

    async def _without_address(self, spot: Spot, message: Message) -> None:
        if not spot.is_window:
            more = {"thread_ts": spot.thread} if spot.thread else {}
            body = {"text": message.text, "blocks": list(message.blocks)}
            try:
                await self._wire.surely(
                    "chat_postEphemeral",
                    harmless=True,
                    channel=spot.channel,
                    user=spot.person,
                    **body,
                    **more,
                )
                return
            except ChatRefused as error:
                log.info("%s cannot be answered in %s: %s", spot.person, spot.channel, error)
        here = Place("slack", spot.channel, thread=spot.thread) if spot.is_window and spot.channel else None
        key = f"answer:{secrets.token_hex(8)}"
        await self._patiently(
            lambda: self._posting.say(here or Place("slack", person=spot.person), message, key)
        )

    async def _upload(self, spot: Spot, files: Sequence[Attachment]) -> Section:
        """Put files into the person's own window, since an answer for one person cannot carry them."""
        names = ", ".join(file.name for file in files)
        try:
            window = await self._posting.channel_of(Place("slack", person=spot.person))
            for file in files:
                await self._wire.upload(file, window)
        except (ChatRefused, ChatUnavailable) as error:
            return Section(((Piece(f"{names} could not be sent. {error}"),),))
        return Section(((Piece(f"{names} is in your own messages from me."),),))


def _can_be_shown(spot: Spot, card: Card) -> bool:
    return card.tone != "bad" and not spot.is_window


def _tools(word: str, page: int, pages: int, *, shows: bool) -> list[Block]:
    """What turns the pages of an answer, and shows it to everyone."""
    if not word:
        return []
    pressed: list[Block] = []
    if page > 0:
        pressed.append(button("◀ Back", "page:back", f"{word}:{page - 1}"))
    if page + 1 < pages:
        pressed.append(button("Next ▶", "page:on", f"{word}:{page + 1}"))
    if shows:
        pressed.append(button("Show everyone", "show", f"{word}:{secrets.token_hex(4)}"))
    place = context((Piece(f"Page {page + 1} of {pages}"),)) if pages > 1 else []
    return [*place, *([actions(pressed)] if pressed else [])]
