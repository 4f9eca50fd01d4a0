"""Days in the life of a newsroom on Discord."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from tests.chat.desks import catch, match_of, record, story
from tests.chat.discord.scenes import Scene, texts, until
from tests.fake_discord.world import Channel, Guild
from tests.store.making import waiting
from watcher.models import Placement, Story, Topic
from watcher.rounds import Rounds
from watcher.store import subscriptions, topics

IDS = "{:x}e7e7e7e7e7e"
"""Ids of events as they really are, so that they can be typed."""
EVENTS = [
    [
        story("Kim arrives in Russia by armoured train", hours=5),
        story("Kim est arrivé en Russie", hours=4, language="fr", outlet="lefigaro.fr"),
    ],
    [story("Putin and Kim swap rifles", hours=3, outlet="bbc.co.uk")],
    [story("Kim Jong Un leaves for Pyongyang", hours=2, outlet="nhk.or.jp")],
]


async def a_topic(scene: Scene, channel: Channel | None = None) -> Topic:
    """Somebody who may has a topic watched, and its channel told of it at eight and at six."""
    channel = channel or scene.news
    await scene.ada.command(
        channel, "watch topic add", name="summit", query="kim OR putin", title="The summit"
    )
    await scene.ada.command(channel, "watch subscribe", topics="summit", times="8:00,18:00")
    assert channel.guild
    async with scene.store.reading() as db:
        found = await topics.get(db, f"discord:{channel.guild.id}", "summit")
    assert found
    return found


async def news(scene: Scene, topic: Topic, *events: list[Story]) -> None:
    """These events come in and are caught."""
    await record(scene.store, [one for event in events for one in event])
    await catch(scene.store, topic, *events, ids=IDS)


async def round_of_digests(scene: Scene) -> None:
    """The evening's digests are composed."""
    scene.clock.at = scene.clock.at.replace(hour=18, minute=0)
    await Rounds(scene.store, scene.clock, timedelta(seconds=45)).digests()


def threads(guild: Guild) -> list[Channel]:
    return [channel for channel in guild.channels if channel.parent]


async def test_from_the_invitation_to_the_first_digest(scene: Scene) -> None:
    await scene.listen()
    guild = scene.fake.world.guild("Foreign desk")
    news_room = guild.channel("wire")
    await scene.fake.install(guild)
    await until(lambda: news_room.shown)
    assert "/watch topic add" in texts(news_room)[0]
    topic = await a_topic(scene, news_room)
    await news(scene, topic, *EVENTS)
    await round_of_digests(scene)
    await scene.deliverer().deliver()
    digest = texts(news_room)[-1]
    assert digest.startswith("The summit: the last 24 hours")
    assert "3 events, 4 stories, 4 outlets, 2 languages" in digest
    assert re.search(r"<t:\d+:f> – <t:\d+:f>", digest)
    (thread,) = threads(guild)
    assert thread.name == "The summit: the last 24 hours"
    assert len(thread.shown) == 3
    assert "lefigaro.fr" in "\n".join(texts(thread))
    assert all(message["content"] == "" for message in thread.shown), "a link there would unfold a preview"


async def test_a_day_of_digests_says_everything_once(there: Scene) -> None:
    topic = await a_topic(there)
    await news(there, topic, *EVENTS[:2])
    await round_of_digests(there)
    await there.deliverer().deliver()
    there.later(hours=14)
    await Rounds(there.store, there.clock, timedelta(seconds=45)).digests()
    await there.deliverer().deliver()
    assert texts(there.news)[1].startswith("Nothing new on The summit in the last 14 hours")
    late = story("Kim Jong Un leaves for Pyongyang", hours=-21, outlet="nhk.or.jp")
    await record(there.store, [late])
    async with there.store.writing() as db:
        await topics.save_matches(db, [match_of(late, topic)])
        await topics.place(db, [Placement(late.id, topic.id, "event9", late.id, 1.0)])
    await round_of_digests(there)
    await there.deliverer().deliver()
    assert "1 event, 1 story" in texts(there.news)[2]
    first, second = threads(there.guild)
    assert [len(first.shown), texts(second)[0].split("\n")[0]] == [2, "Kim Jong Un leaves for Pyongyang"]


async def test_a_restart_in_the_middle_of_a_digest_posts_the_rest_and_nothing_twice(there: Scene) -> None:
    await news(there, await a_topic(there), *EVENTS)
    await round_of_digests(there)
    there.fake.trouble("cut", r"/channels/\d+/messages", "POST")
    await there.deliverer().deliver()  # the parent arrives, its answer does not
    await there.restart()
    there.later(seconds=6)
    there.fake.trouble("cut", r"/channels/\d+/messages", "POST", after=2)
    await there.deliverer().deliver()
    await there.restart()
    there.later(minutes=1)
    await there.deliverer().deliver()
    assert [text.split("\n")[0] for text in texts(there.news)] == ["The summit: the last 24 hours"]
    (thread,) = threads(there.guild)
    assert sorted(text.split("\n")[0] for text in texts(thread)) == sorted(event[0].title for event in EVENTS)
    async with there.store.reading() as db:
        assert await waiting(db) == 0


async def test_discord_away_for_two_hours_loses_nothing_and_floods_nobody(there: Scene) -> None:
    await news(there, await a_topic(there), *EVENTS)
    there.fake.away = True
    await there.fake.gateway.close(1001)
    await round_of_digests(there)
    deliverer = there.deliverer()
    for _ in range(24):
        await deliverer.deliver()
        there.later(minutes=5)
    assert there.news.shown == []
    there.fake.away = False
    there.later(minutes=10)
    await deliverer.deliver()
    assert len(there.news.shown) == 1
    assert len(threads(there.guild)[0].shown) == 3
    await until(lambda: there.fake.gateway.ready.is_set(), 12)
    assert "All is well" in (await there.bo.command(there.news, "watch status")).text


async def test_an_event_that_grows_is_edited_where_it_stands(there: Scene) -> None:
    topic = await a_topic(there)
    await news(there, topic, *EVENTS)
    await round_of_digests(there)
    await there.deliverer().deliver()
    (thread,) = threads(there.guild)
    before = [message["id"] for message in thread.shown]
    more = story("Kim's train crosses the border", hours=-7, outlet="yna.co.kr")
    await record(there.store, [more])
    placed = await caught_too(there, topic, more)
    async with there.store.writing() as db:
        await Rounds(there.store, there.clock, timedelta(seconds=45)).at_once(db, placed, there.clock())
    there.later(minutes=1)
    await there.deliverer().deliver()
    assert [message["id"] for message in thread.shown] == before
    assert [("3 outlets" in text) for text in texts(thread)].count(True) == 1


async def test_every_button_of_a_digest_works_after_a_restart_and_twice_does_no_harm(there: Scene) -> None:
    topic = await a_topic(there)
    await news(there, topic, *EVENTS)
    await round_of_digests(there)
    await there.deliverer().deliver()
    await there.restart()
    (thread,) = threads(there.guild)
    event = thread.shown[0]
    labels = [one["label"] for row in event["components"] for one in row["components"]]
    assert labels == ["Follow", "Mute a day", "Not this topic", "Merge with…", "More"]
    for label in [*labels, *labels]:
        answer = await there.ada.press(event, label)
        assert answer.ephemeral, label
        assert "too old" not in answer.text, label
        assert "not your doing" not in answer.text, label
    assert [len(one.shown) for one in threads(there.guild)] == [3], "every answer was for one reader"


async def test_a_reader_steers_an_event_from_their_own_digest(there: Scene) -> None:
    topic = await a_topic(there)
    await news(there, topic, *EVENTS)
    digest = await there.bo.command(there.news, "digest", topic="summit", window="24h")
    page = await there.bo.press(digest, "▶")
    await there.restart()
    opened = await there.bo.choose(page, page.choosable["Putin and Kim swap rifles"])
    assert opened.ephemeral
    followed = await there.bo.press(opened, "Follow")
    assert "follow" in followed.text.casefold()
    assert there.news.shown == []


async def caught_too(scene: Scene, topic: Topic, one: Story) -> list[Placement]:
    """Another story of the first event."""
    placed = [Placement(one.id, topic.id, IDS.format(1), one.id, 0.9)]
    async with scene.store.writing() as db:
        await topics.save_matches(db, [match_of(one, topic)])
        await topics.place(db, placed)
    return placed


async def test_two_servers_see_nothing_of_each_other(there: Scene) -> None:
    other = there.fake.world.guild("Sports desk")
    pitch = other.channel("pitch")
    await there.fake.install(other)
    await until(lambda: pitch.shown)
    topic = await a_topic(there)
    await news(there, topic, *EVENTS)
    listed = await there.ada.command(pitch, "watch topic list")
    assert "No topic is watched yet" in listed.text
    assert "There is no topic" in (await there.ada.command(pitch, "digest", topic="summit")).text
    assert await there.bo.complete(pitch, "digest", "topic", topic="s") == []
    assert "Nobody has subscribed" in (await there.bo.command(pitch, "watch subscriptions")).text
    await there.ada.command(pitch, "watch settings", name="time-zone", value="Europe/Warsaw")
    assert "UTC" in (await there.ada.command(there.news, "watch settings", name="time-zone")).text
    await round_of_digests(there)
    await there.deliverer().deliver()
    assert len(pitch.shown) == 1, "its welcome"
    assert threads(other) == []


async def test_a_moderator_without_the_permission_reads_and_subscribes_for_themself_only(
    there: Scene,
) -> None:
    topic = await a_topic(there)
    await news(there, topic, *EVENTS)
    bo, news_room = there.bo, there.news
    for line, said in (
        ("watch topic remove", {"name": "summit"}),
        ("watch topic add", {"name": "x", "query": "y"}),
        ("watch feed add", {"address": "lemonde.fr"}),
        ("watch settings", {"name": "language", "value": "fr"}),
        ("watch subscribe", {"topics": "summit"}),
    ):
        answer = await bo.command(news_room, line, **said)
        assert "for those who manage" in answer.text, line
    assert "Subscribed" in (await bo.command(news_room, "watch subscribe", topics="summit", to="me")).text
    digest = await bo.command(news_room, "digest", topic="summit", window="24h")
    assert digest.ephemeral
    assert "3 events" in digest.text
    page = await bo.press(digest, "▶")
    assert "Kim arrives in Russia" in page.text


async def test_a_digest_comes_to_a_person_and_keeps_their_quiet_hours_across_a_clock_change(
    there: Scene,
) -> None:
    there.clock.at = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)  # the night after, Berlin's clocks go back
    await a_topic(there)
    await there.bo.command(
        there.news,
        "watch subscribe",
        topics="summit",
        times="2:30,7:30",
        zone="Europe/Berlin",
        quiet="23:00-7:00",
        to="me",
    )
    window = there.fake.world.window(there.bo.id)
    rounds = Rounds(there.store, there.clock, timedelta(seconds=45))
    arrived = []
    while there.clock.at < datetime(2026, 10, 25, 12, 0, tzinfo=UTC):
        await rounds.digests()
        before = len(window.shown)
        await there.deliverer().deliver()
        arrived += [there.clock.at] * (len(window.shown) - before)
        there.later(minutes=30)
    assert [f"{at:%H:%M}" for at in arrived] == ["06:00", "06:30"], "7:00 and 7:30 of the new winter time"


async def test_a_digest_in_a_forum_is_a_post_an_event(there: Scene) -> None:
    forum = there.guild.forum("events")
    await there.fake.gateway.tell("CHANNEL_CREATE", forum.as_object())
    post = there.fake.world.thread(there.fake.world.snowflake(), "hello", forum)
    topic = await a_topic(there, post)
    await news(there, topic, *EVENTS)
    await round_of_digests(there)
    await there.deliverer().deliver()
    names = [channel.name for channel in threads(there.guild) if channel is not post]
    assert names[0] == "The summit: the last 24 hours"
    assert sorted(names[1:]) == sorted(event[0].title for event in EVENTS)


async def test_a_lost_permission_is_told_to_the_channel_that_was_chosen_for_it(there: Scene) -> None:
    lobby = there.guild.channel("lobby")
    await there.fake.install(there.guild)
    topic = await a_topic(there)
    await news(there, topic, *EVENTS)
    await there.ada.command(there.news, "watch settings", name="notices", value=f"<#{lobby.id}>")
    await there.fake.change(there.news, denied=1 << 11)
    await round_of_digests(there)
    await there.deliverer().deliver()
    (told,) = texts(lobby)
    assert "Send Messages" in told


async def test_a_deleted_channel_is_told_of_in_another_one(there: Scene) -> None:
    lobby = there.guild.channel("lobby")
    await there.fake.gateway.tell("CHANNEL_CREATE", lobby.as_object())
    topic = await a_topic(there)
    await news(there, topic, *EVENTS)
    await there.fake.change(there.news, gone=True)
    await there.bo.command(lobby, "watch status")
    await round_of_digests(there)
    await there.deliverer().deliver()
    (told,) = texts(lobby)
    assert "The channel is gone" in told
    assert "/watch subscribe" in told


async def test_a_server_that_removed_watcher_gets_nothing_and_asks_nothing(there: Scene) -> None:
    topic = await a_topic(there)
    await news(there, topic, *EVENTS)
    await there.fake.remove(there.guild)
    await until(lambda: gone(there))
    await round_of_digests(there)
    asked = len(there.fake.asked)
    await there.deliverer().deliver()
    assert len(there.fake.asked) == asked


async def gone(scene: Scene) -> bool:
    async with scene.store.reading() as db:
        return not await subscriptions.subscriptions(db)
