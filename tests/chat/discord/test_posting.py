"""Messages, threads, posts and direct messages, each once, and what happens where Discord says no."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.chat.contract import card
from tests.chat.discord.scenes import HASTE, Scene, texts
from tests.fake_discord.world import EMBED, SEND, VIEW
from watcher.chat.commands import Ask
from watcher.chat.port import ChatRefused, ChatUnavailable
from watcher.desk.events import Follow
from watcher.models import Attachment, Button, Card, Delivery, Desk, Piece, Place, Section, Subscription
from watcher.store import deliveries, desks, events, subscriptions

MESSAGES = r"/channels/\d+/messages"


async def test_a_message_carries_its_key_and_mentions_nobody(scene: Scene) -> None:
    await scene.chat.send(scene.place, card("@everyone look"), "k1")
    (asked,) = scene.fake.requests("POST", "/messages")
    assert asked.body["enforce_nonce"] is True
    assert asked.body["allowed_mentions"] == {"parse": []}
    assert len(asked.body["nonce"]) <= 25
    assert "content" not in asked.body, "a link outside of an embed would unfold a preview"


async def test_an_alert_wakes_the_person_it_names_and_nobody_else(scene: Scene) -> None:
    woken = replace(card("@everyone <@999999999999999999> look"), pings=("123456789012345678", "everyone"))
    await scene.chat.send(scene.place, woken, "k1")
    (asked,) = scene.fake.requests("POST", "/messages")
    assert asked.body["content"] == "<@123456789012345678>"
    assert asked.body["allowed_mentions"] == {"parse": [], "users": ["123456789012345678"]}


async def test_a_file_goes_with_its_message(scene: Scene) -> None:
    await scene.chat.send(scene.place, Card("Feeds", files=(Attachment("feeds.opml", b"<opml/>"),)), "k1")
    (message,) = scene.news.shown
    assert [one["filename"] for one in message["attachments"]] == ["feeds.opml"]


async def test_sending_needs_no_connection_to_the_gateway(scene: Scene) -> None:
    await scene.chat.send(scene.place, card(), "k1")
    assert scene.fake.gateway.identified == 0


# ---------------------------------------------------------------------------------- lost and late


@pytest.mark.parametrize("kind", ["hung", "cut", "slow"])
async def test_an_answer_that_is_lost_posts_nothing_twice(scene: Scene, kind: str) -> None:
    scene.fake.trouble(kind, MESSAGES, "POST", seconds=2 * HASTE.answer)
    with pytest.raises(ChatUnavailable) as error:
        await scene.chat.send(scene.place, card("Kim arrives"), "k1")
    assert error.value.uncertain
    ref = await scene.chat.send(scene.place, card("Kim arrives"), "k1")
    assert texts(scene.news) == ["Kim arrives"]
    assert ref.message == scene.news.shown[0]["id"]


async def test_a_lost_answer_is_looked_up_when_discord_has_forgotten_the_nonce(scene: Scene) -> None:
    scene.fake.trouble("cut", MESSAGES, "POST")
    with pytest.raises(ChatUnavailable):
        await scene.chat.send(scene.place, card("Kim arrives", "By train. *Slowly.*"), "k1")
    scene.later(hours=2)
    await scene.restart()
    ref = await scene.chat.send(scene.place, card("Kim arrives", "By train. *Slowly.*"), "k1")
    assert len(scene.news.shown) == 1
    assert ref.message == scene.news.shown[0]["id"]


async def test_a_lost_answer_is_found_though_discord_took_spaces_off_its_text(scene: Scene) -> None:
    scene.fake.trouble("cut", MESSAGES, "POST")
    spaced = card("Kim arrives", "\u3000By train.\u3000")
    with pytest.raises(ChatUnavailable):
        await scene.chat.send(scene.place, spaced, "k1")
    scene.later(hours=2)
    await scene.chat.send(scene.place, spaced, "k1")
    assert len(scene.news.shown) == 1


async def test_what_never_arrived_is_sent_after_a_long_outage(scene: Scene) -> None:
    scene.fake.trouble("cut", MESSAGES, "POST", undone=True)
    with pytest.raises(ChatUnavailable):
        await scene.chat.send(scene.place, card("Kim arrives"), "k1")
    scene.later(hours=2)
    await scene.chat.send(scene.place, card("Kim arrives"), "k1")
    assert texts(scene.news) == ["Kim arrives"]


@pytest.mark.parametrize("forum", [False, True])
async def test_a_message_is_not_taken_for_another_that_says_the_same(scene: Scene, forum: bool) -> None:
    """Two agencies' headlines, or two feeds in trouble, may be worded alike; the second one never arrived."""
    channel = scene.guild.forum("events") if forum else scene.news
    place, ending = Place("discord", channel.id), r"/channels/\d+/(messages|threads)"
    waiting = [
        Delivery(key, scene.desk, place, card("Quake off Chile"), "digest", 1, made_at=scene.clock.at)
        for key in ("k1", "k2")
    ]
    async with scene.store.writing() as db:
        await deliveries.add(db, waiting[:1])
    await scene.deliverer().deliver()
    scene.fake.trouble("cut", ending, "POST", undone=True, times=9)
    async with scene.store.writing() as db:
        await deliveries.add(db, waiting[1:])
    await scene.deliverer().deliver()
    scene.fake.troubles.clear()
    scene.later(hours=1)
    await scene.deliverer().deliver()
    posts = [one for one in scene.guild.channels if one.parent is channel]
    assert len(posts if forum else scene.news.shown) == 2


async def test_an_answer_that_says_the_same_is_not_taken_for_a_message(there: Scene) -> None:
    line = "/watch topic list"
    answer = await there.bo.command(there.news, line[1:])
    await there.bo.press(answer, "Show everyone")
    said = await there.room.commands.run(Ask(Desk(there.desk, "discord", ""), there.place, "bo"), line)
    there.fake.trouble("cut", MESSAGES, "POST", undone=True, times=9)
    with pytest.raises(ChatUnavailable):
        await there.chat.send(there.place, said, "k1")
    there.fake.troubles.clear()
    await there.chat.send(there.place, said, "k1")
    first, second = texts(there.news)
    assert first == second


@pytest.mark.parametrize("stamp", ["2026-09-14T12:00:00", "yesterday", None])
async def test_a_lost_answer_is_found_whatever_times_messages_bear(scene: Scene, stamp: str | None) -> None:
    scene.fake.trouble("cut", MESSAGES, "POST")
    with pytest.raises(ChatUnavailable):
        await scene.chat.send(scene.place, card("Kim arrives"), "k1")
    scene.news.shown[0]["timestamp"] = stamp
    scene.later(hours=2)
    await scene.chat.send(scene.place, card("Kim arrives"), "k1")
    assert len(scene.news.shown) == 1


async def test_a_post_in_a_forum_whose_answer_was_lost_is_found_again(scene: Scene) -> None:
    forum = scene.guild.forum("events")
    scene.fake.trouble("cut", r"/channels/\d+/threads", "POST")
    with pytest.raises(ChatUnavailable):
        await scene.chat.send(Place("discord", forum.id), card("Kim arrives"), "k1")
    ref = await scene.chat.send(Place("discord", forum.id), card("Kim arrives"), "k1")
    posts = [one for one in scene.guild.channels if one.parent is forum]
    assert [post.id for post in posts] == [ref.message]


async def test_a_digest_is_sent_again_under_another_key(scene: Scene) -> None:
    await scene.chat.send(scene.place, card("Nothing new."), "monday")
    scene.later(hours=10)
    await scene.chat.send(scene.place, card("Nothing new."), "tuesday")
    assert len(scene.news.shown) == 2


async def test_discords_wish_for_patience_is_granted_and_told(scene: Scene) -> None:
    scene.fake.trouble("limited", MESSAGES, "POST", seconds=0.05)
    await scene.chat.send(scene.place, card("Kim arrives"), "k1")
    assert len(scene.news.shown) == 1
    scene.fake.trouble("limited", MESSAGES, "POST", seconds=6.0)
    with pytest.raises(ChatUnavailable) as error:
        await scene.chat.send(scene.place, card("Kim leaves"), "k2")
    assert error.value.retry_after == timedelta(seconds=6), "so that no other channel waits with this one"


async def test_trouble_at_discords_own_end_is_no_refusal(scene: Scene) -> None:
    scene.fake.trouble("status", MESSAGES, "POST", status=503)
    with pytest.raises(ChatUnavailable, match="503"):
        await scene.chat.send(scene.place, card(), "k1")


async def test_a_short_trouble_is_sat_out(scene: Scene) -> None:
    scene.fake.trouble("status", MESSAGES, "POST", status=502)
    await scene.chat.send(scene.place, card("Kim arrives"), "k1")
    assert len(scene.news.shown) == 1


async def test_a_bad_token_keeps_what_is_to_be_sent_waiting(scene: Scene) -> None:
    scene.fake.token = "another"
    with pytest.raises(ChatUnavailable, match="DISCORD_TOKEN"):
        await scene.chat.send(scene.place, card(), "k1")


# ------------------------------------------------------------------------------------ refused


async def test_a_deleted_channel_is_said_to_be_gone(scene: Scene) -> None:
    await scene.fake.change(scene.news, gone=True)
    with pytest.raises(ChatRefused, match=r"gone.*/watch subscribe"):
        await scene.chat.send(scene.place, card(), "k1")


@pytest.mark.parametrize(
    ("denied", "named"), [(SEND, "Send Messages"), (VIEW, "View Channel"), (EMBED, "Embed Links")]
)
async def test_a_missing_permission_is_named_and_told_in_another_channel(
    there: Scene, denied: int, named: str
) -> None:
    lobby = there.guild.channel("lobby")
    await there.fake.install(there.guild)
    await there.fake.change(there.news, denied=denied)
    with pytest.raises(ChatRefused, match=f"{named}"):
        await there.chat.send(there.place, card(), "k1")
    with pytest.raises(ChatRefused):
        await there.chat.send(there.place, card(), "k2")
    (told,) = [text for text in texts(lobby) if "I cannot post" in text]
    assert named in told
    assert "#news" in told


async def test_somebody_who_takes_no_messages_is_told_of_once_and_left_in_peace(there: Scene) -> None:
    there.fake.world.closed_windows.add(there.bo.id)
    window = Place("discord", person=there.bo.id)
    async with there.store.writing() as db:
        await desks.ensure(db, Desk(there.desk, "discord", "Foreign desk"))
        await subscriptions.add(db, Subscription(0, there.desk, window))
    for key in ("k1", "k2"):
        with pytest.raises(ChatRefused, match="no direct messages"):
            await there.chat.send(window, card(), key)
    async with there.store.reading() as db:
        assert await subscriptions.subscriptions(db) == []
    (told,) = texts(there.news)
    assert told.startswith(f"<@{there.bo.id}>")
    assert "/watch subscribe to:me" in told


async def test_somebody_who_follows_an_event_and_takes_no_messages_is_told_of_once(there: Scene) -> None:
    there.fake.world.closed_windows.add(there.bo.id)
    window = Place("discord", person=there.bo.id)
    async with there.store.writing() as db:
        await desks.ensure(db, Desk(there.desk, "discord", "Foreign desk"))
        await events.follow(db, Follow(window, "g1", there.desk, there.clock()))
    for key in ("k1", "k2"):
        with pytest.raises(ChatRefused, match="no direct messages"):
            await there.chat.send(window, card(), key)
    async with there.store.reading() as db:
        assert await events.followed(db, window) == []
    (told,) = texts(there.news)
    assert told.startswith(f"<@{there.bo.id}>")


async def test_a_direct_message_reaches_a_person_and_its_thread_is_the_same_window(scene: Scene) -> None:
    window = Place("discord", person=scene.bo.id)
    ref = await scene.chat.send(window, card("Two events"), "k1")
    assert await scene.chat.open_thread(ref, "Two events") == window
    await scene.chat.send(window, card("Kim arrives"), "k1/1")
    assert len(scene.fake.world.window(scene.bo.id).shown) == 2


@pytest.mark.parametrize("written", ["<#{}>", "{}"])
async def test_a_channel_may_be_named_as_people_write_it(scene: Scene, written: str) -> None:
    await scene.chat.send(Place("discord", written.format(scene.news.id)), card(), "k1")
    assert len(scene.news.shown) == 1
    with pytest.raises(ChatRefused, match="no channel"):
        await scene.chat.send(Place("discord", "general"), card(), "k2")


# --------------------------------------------------------------------------- threads, posts, edits


async def test_a_channel_that_discord_says_nothing_of_is_tried_as_plain_text(scene: Scene) -> None:
    scene.fake.trouble("denied", r"/channels/\d+", "GET", code=0)
    ref = await scene.chat.send(scene.place, card("Two events"), "k1")
    assert (await scene.chat.open_thread(ref, "Two events")).thread == ref.message


async def test_what_the_gateway_told_of_is_not_asked_for(there: Scene) -> None:
    forum = there.guild.forum("events")
    await there.fake.gateway.tell("CHANNEL_CREATE", forum.as_object())
    await there.bo.command(there.news, "watch status")
    await there.chat.send(there.place, card("Two events"), "k1")
    await there.chat.send(Place("discord", forum.id), card("Two events"), "k2")
    assert [one for one in there.fake.asked if one.method == "GET" and one.path.startswith("/channels")] == []


async def test_an_archived_thread_opens_again_for_a_message_and_for_an_edit(scene: Scene) -> None:
    parent = await scene.chat.send(scene.place, card("Two events"), "k1")
    thread = await scene.chat.open_thread(parent, "Two events")
    ref = await scene.chat.send(thread, card("Kim arrives", "2 outlets"), "k1/1")
    channel = scene.fake.world.channels[thread.thread]
    channel.archived = True
    await scene.chat.edit(ref, card("Kim arrives", "5 outlets"))
    assert "5 outlets" in texts(channel)[0]
    channel.archived = True
    await scene.chat.send(thread, card("Kim leaves"), "k1/2")
    assert not channel.archived


async def test_a_locked_thread_is_refused_with_what_to_do(scene: Scene) -> None:
    parent = await scene.chat.send(scene.place, card("Two events"), "k1")
    thread = await scene.chat.open_thread(parent, "Two events")
    scene.fake.world.channels[thread.thread].locked = True
    with pytest.raises(ChatRefused, match="archived"):
        await scene.chat.send(thread, card("Kim arrives"), "k1/1")


async def test_a_message_that_people_deleted_stays_deleted(scene: Scene) -> None:
    ref = await scene.chat.send(scene.place, card("Kim arrives"), "k1")
    scene.news.messages.clear()
    await scene.chat.edit(ref, card("Kim arrives", "5 outlets"))
    assert scene.news.shown == []
    with pytest.raises(ChatRefused, match="deleted"):
        await scene.chat.open_thread(ref, "Two events")


async def test_an_old_message_that_was_edited_too_often_is_edited_later(scene: Scene) -> None:
    ref = await scene.chat.send(scene.place, card("Kim arrives"), "k1")
    scene.fake.trouble("denied", rf"{MESSAGES}/\d+", "PATCH", status=429, code=30046)
    with pytest.raises(ChatUnavailable) as error:
        await scene.chat.edit(ref, card("Kim arrives", "5 outlets"))
    assert error.value.retry_after, "and only this place is asked to be patient"
    await scene.chat.edit(ref, card("Kim arrives", "5 outlets"))
    assert "5 outlets" in texts(scene.news)[0]


async def test_in_a_forum_a_digest_and_each_event_are_posts(scene: Scene) -> None:
    forum = scene.guild.forum("events")
    parent = await scene.chat.send(Place("discord", forum.id), card("Two events"), "k1")
    thread = await scene.chat.open_thread(parent, "Two events")
    ref = await scene.chat.send(thread, card("Kim arrives", "2 outlets"), "k1/1")
    await scene.chat.edit(ref, card("Kim arrives", "5 outlets"))
    posts = [one for one in scene.guild.channels if one.parent is forum]
    assert [post.name for post in posts] == ["Two events", "Kim arrives"]
    assert "5 outlets" in texts(posts[1])[0]


async def test_a_digest_in_a_thread_is_followed_there_by_its_events(scene: Scene) -> None:
    parent = await scene.chat.send(scene.place, card("x"), "k0")
    thread = await scene.chat.open_thread(parent, "x")
    place = Place("discord", thread.thread)
    digest = await scene.chat.send(place, card("Two events"), "k1")
    assert await scene.chat.open_thread(digest, "Two events") == place


async def test_a_message_too_long_for_discord_shows_the_rest_on_asking(there: Scene) -> None:
    lines = tuple((Piece(f"Event {n}: {'word ' * 60}", url=f"https://x.example/{n}"),) for n in range(60))
    await there.chat.send(there.place, Card("Long", sections=(Section(lines, bullets=True),)), "k1")
    (message,) = there.news.shown
    assert "Event 59" not in texts(there.news)[0]
    second = await there.bo.press(message, "▶")
    assert second.ephemeral
    assert "Event 20" in second.text
    before = len(there.news.shown)
    third = await there.bo.press(second, "▶")
    assert third.message["id"] == second.message["id"], "one's own page is turned in place"
    assert len(there.news.shown) == before


async def test_a_button_longer_than_an_id_still_runs_its_line_after_a_restart(there: Scene) -> None:
    line = "/watch topic test " + " OR ".join(f"word{n}" for n in range(30))
    await there.chat.send(there.place, Card("Try", buttons=(Button("Try it", line),)), "k1")
    await there.restart()
    answer = await there.bo.press(there.news.shown[0], "Try it")
    assert "word29" in answer.text


async def test_the_limit_of_a_channel_is_kept_and_never_run_into(scene: Scene) -> None:
    scene.fake.bucket.size = 4
    for number in range(9):
        await scene.chat.send(scene.place, card(f"Event {number}"), f"k{number}")
    assert len(scene.news.shown) == 9
    assert scene.fake.bucket.met == 0


async def test_a_limit_on_everything_is_sat_out_and_loses_nothing(scene: Scene) -> None:
    scene.fake.trouble("limited", r"/channels/\d+/messages", "POST", seconds=0.2, everywhere=True)
    await asyncio.gather(*(scene.chat.send(scene.place, card(f"Event {n}"), f"k{n}") for n in range(3)))
    assert len(scene.news.shown) == 3


@pytest.mark.parametrize("code", [40003, 20028, 130000])
async def test_what_discord_will_take_later_is_kept_for_later(scene: Scene, code: int) -> None:
    scene.fake.trouble("denied", r".*/messages", "POST", code=code)
    with pytest.raises(ChatUnavailable) as caught:
        await scene.chat.send(scene.place, card(), "k1")
    assert caught.value.retry_after == timedelta(minutes=1)
    await scene.chat.send(scene.place, card(), "k1")
    assert len(scene.news.shown) == 1
