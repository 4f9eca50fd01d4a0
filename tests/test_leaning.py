"""What editors' merges and splits teach a topic, from end to end."""

from __future__ import annotations

from pathlib import Path

from tests.chat.desks import text_of, undo_of
from tests.fakes import FakeChat
from tests.newsrooms import opened
from tests.newsstand import Clock, Newsstand
from tests.test_events import run, the_event_of
from watcher.models import Card

PRINTED = (
    "Harbour strike leaves forty container ships waiting off Rotterdam",
    "Glacier on Iceland calves for the third time this spring",
    "Vaccine against malaria reaches its first villages",
    "Museum finds a lost orchid between the pages of a diary",
    "Chess champion withdraws from the final with a fever",
)


async def test_merges_teach_a_topic_visibly_across_a_restart_and_undo_takes_it_back(tmp_path: Path) -> None:
    clock, chat = Clock(), FakeChat()
    merged: list[Card] = []
    async with Newsstand("Morning Post") as stand:
        async with opened(tmp_path, stand, clock, chat) as room:
            await room.round()
            assert "What editors taught it" not in text_of(await run(room, "/watch topic show world"))
            for title in PRINTED:
                stand.papers[0].print(title, clock.at)
            await room.round(hours=1)
            for title in PRINTED[1:]:
                one, other = await the_event_of(room, PRINTED[0]), await the_event_of(room, title)
                merged.append(await run(room, f"/watch event merge {one.id} {other.id}"))
            shown = text_of(await run(room, "/watch topic show world"))
            assert "From 4 merges and 0 splits of its events" in shown
            assert "a little more readily, from a likeness of 27% instead of 33%" in shown
        async with opened(tmp_path, stand, clock, chat) as room:
            assert text_of(await run(room, "/watch topic show world")) == shown
            await run(room, undo_of(merged[-1]))
            shown = text_of(await run(room, "/watch topic show world"))
            assert "From 3 merges and 0 splits of its events" in shown
            assert "33%, as in every topic" in shown
