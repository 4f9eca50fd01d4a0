"""`/watch trend`, as a reporter types it."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

from tests.chat.desks import EDITOR, NOW, Room, catch, record, story, text_of, watch
from tests.chat.test_alerts import raised
from tests.chat.test_console import console


async def covered(room: Room) -> None:
    topic = await watch(room.store, "bridges", "bridge", title="Bridges")
    told = [story(f"A bridge fell, {hours}", hours=hours, outlet=f"o{hours}.example") for hours in (1, 2, 30)]
    await record(room.store, told)
    await catch(room.store, topic, told[:2], told[2:])


async def test_a_trend_is_a_picture_and_says_the_same_in_words(room: Room) -> None:
    await covered(room)
    await raised(room)
    card = await room.commands.run(EDITOR, "/watch trend bridges 24h")
    (picture,) = card.files
    assert picture.name == "trend-bridges.png"
    assert picture.content.startswith(b"\x89PNG")
    said = text_of(card)
    assert "2 stories (2 en), 1 new event" in said
    assert "What is usual is known after three days." in said
    assert "Stories an hour, at most 1" in said
    assert "Bridge collapses" in said


async def test_a_trend_of_a_week_has_a_bar_a_day_and_on_a_terminal_one_picture(
    room: Room, tmp_path: Path
) -> None:
    await covered(room)
    old, out = tmp_path / "trend-bridges.png", io.StringIO()
    old.write_bytes(b"the picture of an hour ago")
    await console(out, "/watch trend bridges\n", folder=tmp_path).listen(room.commands)
    assert "3 stories (3 en), 2 new events" in out.getvalue()
    assert f"{NOW - timedelta(days=1):%a %d %b}" in out.getvalue()
    assert "-2.png" not in out.getvalue().replace("\n  ", "")
    assert old.read_bytes().startswith(b"\x89PNG")


async def test_a_topic_without_a_story_has_nothing_to_draw(room: Room) -> None:
    await watch(room.store, "bridges", "bridge")
    card = await room.commands.run(EDITOR, "/watch trend bridges 24h")
    assert card.files == ()
    assert "There is nothing to draw." in text_of(card)


async def test_a_slip_in_the_topic_is_answered_with_the_nearest(room: Room) -> None:
    await watch(room.store, "bridges", "bridge")
    assert "/watch trend bridges" in await room.say("/watch trend brigdes")
