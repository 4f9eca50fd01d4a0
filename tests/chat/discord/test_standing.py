"""What Watcher needs in a channel: it looks before it promises anything, and names what is missing."""

from __future__ import annotations

import pytest

from tests.chat.discord.scenes import Scene
from tests.fake_discord.world import (
    CONNECT,
    EMBED,
    FORUM,
    HISTORY,
    NEWS,
    PRIVATE,
    SEND,
    SEND_IN_THREADS,
    THREAD,
    USUAL,
    VIEW,
    VOICE,
)
from watcher.models import Place
from watcher.store import subscriptions

QUERY = "kim putin"


async def places(scene: Scene) -> list[Place]:
    async with scene.store.reading() as db:
        return [one.place for one in await subscriptions.subscriptions(db)]


@pytest.mark.parametrize(
    ("kind", "enough", "named"),
    [
        (NEWS, 0, "Create Public Threads, Send Messages in Threads"),
        (VOICE, VIEW | SEND | EMBED | HISTORY | CONNECT, "Connect"),
        (FORUM, VIEW | SEND | EMBED | HISTORY | SEND_IN_THREADS, "Create Posts"),
        (THREAD, VIEW | EMBED | HISTORY | SEND_IN_THREADS, "Send Messages in Threads"),
    ],
)
async def test_each_kind_of_channel_asks_for_what_is_needed_there(
    there: Scene, kind: int, enough: int, named: str
) -> None:
    await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    world = there.fake.world
    if kind == THREAD:
        channel = world.thread(world.snowflake(), "aside", there.news)
    else:
        channel = there.guild.channel("place", kind)
        await there.fake.gateway.tell("CHANNEL_CREATE", channel.as_object())
    channel.allowed = VIEW | SEND | EMBED | HISTORY if kind == NEWS else VIEW | EMBED | HISTORY
    refused = await there.ada.command(channel, "watch subscribe", topics="summit")
    assert named in refused.text
    channel.allowed = enough or USUAL
    assert "Subscribed" in (await there.ada.command(channel, "watch subscribe", topics="summit")).text


async def test_a_locked_thread_and_a_forum_without_a_free_tag_are_not_promised_anything(
    there: Scene,
) -> None:
    await there.ada.command(there.news, "watch topic add", name="summit", query=QUERY)
    thread = there.fake.world.thread(there.fake.world.snowflake(), "aside", there.news)
    thread.locked = True
    forum = there.guild.forum("events", "Rules", moderated=True)
    await there.fake.gateway.tell("CHANNEL_CREATE", forum.as_object())
    post = there.fake.world.thread(there.fake.world.snowflake(), "post", forum)
    private = there.fake.world.thread(there.fake.world.snowflake(), "sources", there.news, PRIVATE)
    private.allowed = 0
    for channel, said in ((thread, "is locked"), (post, "wants a tag"), (private, "mention me")):
        refused = await there.ada.command(channel, "watch subscribe", topics="summit")
        assert said in refused.text
    assert await places(there) == []
