"""What every chat platform promises; a platform's own test gives it a `stage` and inherits the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.chat.desks import Room
from watcher.chat.commands import Commands
from watcher.chat.port import Chat
from watcher.models import Button, Card, Piece, Place, Section


@dataclass(frozen=True, slots=True)
class Stage:
    """A platform to be tried.

    `place` is a channel. `seen` gives the messages that people see there and in its threads now, oldest
    first, each as its text; where a message was edited, as it now is. `typed` lets somebody who manages
    the desk type lines, and gives the answers they saw, each as its text.
    """

    chat: Chat
    place: Place
    seen: Callable[[], Sequence[str]]
    typed: Callable[[Commands, Sequence[str]], Awaitable[Sequence[str]]]

    def times(self, text: str) -> int:
        """In how many messages a text is seen."""
        return sum(text in message for message in self.seen())


def card(title: str = "Kim arrives in Russia", *texts: str) -> Card:
    """A card of some lines."""
    return Card(title, sections=(Section(tuple((Piece(text),) for text in texts)),))


class ChatContract:
    """Tests that hold for every platform."""

    async def test_what_is_sent_is_seen(self, stage: Stage) -> None:
        await stage.chat.send(stage.place, card("Kim arrives", "He came by train."), "k1")
        assert stage.times("Kim arrives") == 1
        assert stage.times("He came by train.") == 1

    async def test_the_same_key_twice_is_seen_once_and_is_the_same_message(self, stage: Stage) -> None:
        first = await stage.chat.send(stage.place, card("Kim arrives"), "k1")
        assert await stage.chat.send(stage.place, card("Kim arrives"), "k1") == first
        assert stage.times("Kim arrives") == 1

    async def test_other_keys_are_other_messages(self, stage: Stage) -> None:
        first = await stage.chat.send(stage.place, card("Kim arrives"), "k1")
        assert await stage.chat.send(stage.place, card("Kim arrives"), "k2") != first
        assert stage.times("Kim arrives") == 2

    async def test_replies_are_not_sent_with_their_card(self, stage: Stage) -> None:
        parent = Card("Two events", replies=(card("Kim arrives"), card("Kim leaves")))
        await stage.chat.send(stage.place, parent, "k1")
        assert stage.times("Two events") == 1
        assert stage.times("Kim leaves") == 0

    async def test_an_edit_takes_the_place_of_what_was_sent(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Kim arrives", "2 outlets"), "k1")
        await stage.chat.edit(ref, card("Kim arrives", "5 outlets"))
        assert "5 outlets" in stage.seen()[-1]

    async def test_a_thread_is_under_its_message_and_opening_it_again_finds_it(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Two events"), "k1")
        thread = await stage.chat.open_thread(ref, "Two events")
        assert await stage.chat.open_thread(ref, "Two events") == thread
        assert thread != stage.place
        reply = await stage.chat.send(thread, card("Kim arrives"), "k1/1")
        assert reply.place == thread
        assert stage.times("Kim arrives") == 1

    async def test_replies_are_seen_in_the_order_in_which_they_were_sent(self, stage: Stage) -> None:
        ref = await stage.chat.send(stage.place, card("Three events"), "k1")
        thread = await stage.chat.open_thread(ref, "Three events")
        for number in range(3):
            await stage.chat.send(thread, card(f"Event {number}"), f"k1/{number}")
        found = [message for message in stage.seen() if "Event " in message]
        assert ["Event 0" in found[0], "Event 1" in found[1], "Event 2" in found[2]] == [True] * 3

    async def test_what_feeds_write_does_nothing_but_stand_there(self, stage: Stage) -> None:
        hostile = "\x1b[31m\x07\u202egnp.exe\u202c \x9b2J"
        await stage.chat.send(stage.place, card("Feed says", f"{hostile} hello"), "k1")
        (message,) = [message for message in stage.seen() if "Feed says" in message]
        assert "hello" in message
        assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(message)

    async def test_a_long_and_strange_card_can_be_sent(self, stage: Stage) -> None:
        lines = [f"{number} 金正恩 كيم جونغ أون 👩‍👩‍👧 " + "word " * 40 for number in range(60)]
        parts = Section(tuple((Piece(text),) for text in lines), "Heading", bullets=True)
        long = Card("T" * 600, "https://example.org/x", (parts,), buttons=(Button("Undo", "/watch status"),))
        await stage.chat.send(stage.place, long, "k1")
        assert stage.times("T" * 50) >= 1

    async def test_an_empty_card_can_be_sent(self, stage: Stage) -> None:
        await stage.chat.send(stage.place, Card("Nothing new."), "k1")
        assert stage.times("Nothing new.") == 1

    async def test_who_types_a_command_sees_its_answer(self, stage: Stage, room: Room) -> None:
        answers = await stage.typed(room.commands, ["/watch topic list", "/watch tpoic list"])
        assert "No topic is watched yet." in answers[0]
        assert "/watch topic list" in answers[1]

    async def test_closing_twice_does_no_harm_and_what_was_sent_stays(self, stage: Stage) -> None:
        await stage.chat.send(stage.place, card("Kim arrives"), "k1")
        await stage.chat.close()
        await stage.chat.close()
        assert stage.times("Kim arrives") == 1
