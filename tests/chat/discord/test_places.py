"""Where messages go: forums that want tags, channels without threads, threads that close meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.chat.contract import card
from tests.chat.discord.scenes import Scene, texts
from tests.fake_discord.world import NEWS, SEND, VOICE
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.models import Card, Desk, Place, Subscription
from watcher.store import desks, subscriptions


def posts(scene: Scene) -> list[tuple[str, list[str]]]:
    """The posts of the server's forums, and the tags that each carries."""
    found = [one for one in scene.guild.channels if one.parent]
    return [
        (one.name, [tag["name"] for tag in one.parent.tags if tag["id"] in one.applied])
        for one in found
        if one.parent
    ]


@pytest.mark.parametrize(
    ("tags", "title", "carries"),
    [
        (("Sport", "Summit"), "The summit: the last 24 hours", "Summit"),
        (("Sport", "Summit"), "Kim arrives in Russia", "Sport"),
        (("Sport", "Watcher"), "Sport: the last 24 hours", "Watcher"),
    ],
)
async def test_a_forum_that_wants_a_tag_gets_the_one_that_fits_best(
    scene: Scene, tags: tuple[str, ...], title: str, carries: str
) -> None:
    forum = scene.guild.forum("events", *tags)
    await scene.chat.send(Place("discord", forum.id), card(title), "k1")
    assert posts(scene) == [(title, [carries])]


async def test_a_forum_whose_tags_only_moderators_set_is_told_of_with_what_to_do(scene: Scene) -> None:
    forum = scene.guild.forum("events", "Rules", moderated=True)
    with pytest.raises(ChatRefused, match="let people post without a tag"):
        await scene.chat.send(Place("discord", forum.id), card(), "k1")


@pytest.mark.parametrize(("kind", "threads"), [(NEWS, True), (VOICE, False)])
async def test_a_digest_goes_to_an_announcement_channel_with_a_thread_and_to_a_voice_channel_without(
    scene: Scene, kind: int, threads: bool
) -> None:
    channel = scene.guild.channel("place", kind)
    ref = await scene.chat.send(Place("discord", channel.id), card("Two events"), "k1")
    thread = await scene.chat.open_thread(ref, "Two events")
    await scene.chat.send(thread, card("Kim arrives"), "k1/1")
    assert bool(thread.thread) is threads
    assert len(channel.shown) == (1 if threads else 2)


async def test_a_thread_that_is_archived_meanwhile_is_opened_for_the_rest_of_a_digest(scene: Scene) -> None:
    ref = await scene.chat.send(scene.place, card("Two events"), "k1")
    thread = await scene.chat.open_thread(ref, "Two events")
    scene.fake.trouble("denied", f"/channels/{thread.thread}/messages", "POST", code=50083, status=400)
    scene.fake.world.channels[thread.thread].archived = True
    await scene.chat.send(thread, card("Kim arrives"), "k1/1")
    assert len(scene.fake.world.channels[thread.thread].shown) == 1
    assert not scene.fake.world.channels[thread.thread].archived


async def test_a_limit_that_is_told_of_in_the_body_alone_is_kept_for_that_place(scene: Scene) -> None:
    scene.fake.trouble("limited", r"/channels/\d+/messages", "POST", seconds=2.5, bare=True)
    with pytest.raises(ChatUnavailable) as held:
        await scene.chat.send(scene.place, card(), "k1")
    assert held.value.retry_after == timedelta(seconds=2.5)
    await scene.chat.send(scene.place, card(), "k1")
    assert len(scene.news.shown) == 1


async def test_a_lost_answer_is_looked_up_where_ids_hold_no_time(scene: Scene) -> None:
    scene.fake.trouble("cut", r"/channels/\d+/messages", "POST")
    with pytest.raises(ChatUnavailable):
        await scene.chat.send(scene.place, card(), "k1")
    (message,) = scene.news.messages.values()
    scene.news.messages = {"17": message | {"id": "17"}}
    scene.news.nonces.clear()
    assert (await scene.chat.send(scene.place, card(), "k1")).message == "17"
    assert len(scene.news.shown) == 1


# ------------------------------------------------------------------------------ who is told of what


async def test_who_has_digests_from_two_servers_and_takes_no_messages_is_told_of_in_both(
    there: Scene,
) -> None:
    other = there.fake.world.guild("Sports desk")
    pitch = other.channel("pitch")
    there.fake.world.closed_windows.add(there.bo.id)
    window = Place("discord", person=there.bo.id)
    async with there.store.writing() as db:
        await desks.ensure(db, Desk(f"discord:{other.id}", "discord", other.name))
        for guild in (there.guild, other):
            await subscriptions.add(db, Subscription(0, f"discord:{guild.id}", window))
    await there.fake.install(other)
    await there.bo.command(there.news, "watch status")
    for key in ("k1", "k2"):
        with pytest.raises(ChatRefused):
            await there.chat.send(window, card(), key)
    for channel in (there.news, pitch):
        (told,) = texts(channel)
        assert told.startswith(f"<@{there.bo.id}>")


async def test_a_channel_for_notices_that_is_lost_is_told_of_in_another_one(there: Scene) -> None:
    lobby = there.guild.channel("lobby")
    await there.fake.install(there.guild)
    await there.ada.command(there.news, "watch settings", name="notices", value=f"<#{there.news.id}>")
    await there.fake.change(there.news, denied=SEND)
    with pytest.raises(ChatRefused):
        await there.chat.send(there.place, Card("A feed is ill"), "k1")
    (told,) = texts(lobby)
    assert "#news" in told


async def test_what_was_mended_and_breaks_again_is_told_again(there: Scene) -> None:
    lobby = there.guild.channel("lobby")
    await there.fake.install(there.guild)
    for round_ in range(2):
        await there.fake.change(there.news, denied=SEND)
        with pytest.raises(ChatRefused):
            await there.chat.send(there.place, card(), f"k{round_}")
        await there.fake.change(there.news, denied=0)
        await there.chat.send(there.place, card(), f"k{round_}")
        there.later(minutes=10)
    assert len(lobby.shown) == 2
